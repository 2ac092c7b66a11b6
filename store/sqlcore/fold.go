package sqlcore

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/store/schema"
)

// A state is one row before and after the changes.
type state struct {
	table    *schema.Table
	ref      hierarchy.Ref
	was, now hierarchy.Noun   // nil where there is none
	altered  map[string]bool  // columns; of rows that were and are
	origin   hierarchy.Origin // of the last change
}

// A fold works the changes into their rows in the order given, and notes the
// history.
type fold struct {
	touched map[hierarchy.Ref]hierarchy.Noun
	states  map[hierarchy.Ref]*state
	order   []*state
	history []hierarchy.HistoryRow
}

func newFold(touched map[hierarchy.Ref]hierarchy.Noun, changes int) *fold {
	return &fold{
		touched: touched, states: make(map[hierarchy.Ref]*state, changes),
		order: make([]*state, 0, changes), history: make([]hierarchy.HistoryRow, 0, changes),
	}
}

func (f *fold) state(ref hierarchy.Ref) *state {
	s := f.states[ref]
	if s == nil {
		s = &state{table: schema.TableNamed(ref.Table), ref: ref}
		if row := f.touched[ref]; row != nil {
			s.was, s.now = row, hierarchy.CloneNoun(row)
		}
		f.states[ref] = s
		f.order = append(f.order, s)
	}
	return s
}

func (f *fold) add(c hierarchy.Change) error {
	s := f.state(c.Target())
	s.origin = c.From()
	switch c := c.(type) {
	case hierarchy.Create:
		return f.make(s, c.Row, "create")
	case hierarchy.Link:
		return f.make(s, c.Row, "link")
	case hierarchy.Unlink:
		return f.remove(s, c.Row, "unlink")
	case hierarchy.Delete:
		return f.remove(s, c.Row, "delete")
	case hierarchy.Update:
		return f.alter(s, c.Fields, "update")
	case hierarchy.Move:
		return f.alter(s, hierarchy.FieldsOf(c), "move")
	case hierarchy.Omit:
		return f.alter(s, hierarchy.FieldsOf(c), "omit")
	case hierarchy.Reinstate:
		return f.alter(s, hierarchy.FieldsOf(c), "reinstate")
	}
	return fmt.Errorf("apply: unknown change %T", c)
}

func (f *fold) make(s *state, row hierarchy.Noun, action string) error {
	if s.now != nil {
		return conflict(s.ref, "it exists already")
	}
	if strings.Trim(s.ref.Key, "/") == "" {
		return conflict(s.ref, "it has no id")
	}
	s.now = hierarchy.CloneNoun(row)
	if stamps := stampsOf(s.table, s.now); stamps != nil {
		if stamps.CreatedAt.IsZero() {
			stamps.CreatedAt = s.origin.At
		}
		if stamps.UpdatedAt.IsZero() {
			stamps.UpdatedAt = s.origin.At
		}
	}
	if s.was != nil { // removed and made again in one go
		for _, c := range s.table.Columns {
			s.alters(c.Name)
		}
	}
	f.note(s, action, "", "", "")
	return nil
}

func (f *fold) remove(s *state, planned hierarchy.Noun, action string) error {
	if s.now == nil {
		return gone(s.ref)
	}
	for _, d := range hierarchy.Diff(planned, s.now) {
		if d.Field != "created_at" && d.Field != "updated_at" && d.Before.OrNull() != d.After.OrNull() {
			return &hierarchy.StaleError{Ref: s.ref, Field: d.Field, Planned: d.Before.OrNull(), Real: d.After.OrNull()}
		}
	}
	before, err := document(s.table, s.now)
	if err != nil {
		return err
	}
	f.note(s, action, "", before, "")
	s.now = nil
	return nil
}

func (f *fold) alter(s *state, fields []hierarchy.FieldChange, action string) error {
	if s.now == nil {
		return gone(s.ref)
	}
	if err := hierarchy.Patch(s.now, fields); err != nil {
		return err
	}
	for _, field := range fields {
		if field.Before.OrNull() == field.After.OrNull() {
			continue
		}
		column, _, _ := strings.Cut(field.Field, ".")
		if slices.Contains(s.table.Key, column) {
			return conflict(s.ref, "its %s cannot change", column)
		}
		s.alters(column)
		f.note(s, action, field.Field, field.Before, field.After)
	}
	if stamps := stampsOf(s.table, s.now); stamps != nil && len(s.altered) > 0 && !s.altered["updated_at"] {
		stamps.UpdatedAt = s.origin.At
	}
	return nil
}

// gone is a row that was there when the change was planned.
func gone(ref hierarchy.Ref) error {
	return &hierarchy.StaleError{Ref: ref, Field: "id", Planned: hierarchy.ValueOf(ref.Key), Real: "null"}
}

func (f *fold) note(s *state, action, field string, before, after hierarchy.Value) {
	f.history = append(f.history, hierarchy.HistoryRow{
		At: s.origin.At, Project: s.origin.Project, Author: s.origin.Author, Cause: s.origin.Cause,
		CauseID: s.origin.CauseID, Place: s.origin.Place, Table: s.ref.Table, Key: s.ref.Key,
		Action: action, Field: field, Before: before, After: after,
	})
}

// byTable sorts the states by table, in the order in which they were touched.
func (f *fold) byTable() map[*schema.Table][]*state {
	out := map[*schema.Table][]*state{}
	for _, s := range f.order {
		out[s.table] = append(out[s.table], s)
	}
	return out
}

func (s *state) alters(column string) {
	if s.altered == nil {
		s.altered = map[string]bool{}
	}
	s.altered[column] = true
}

func (s *state) inserted() bool { return s.was == nil && s.now != nil }
func (s *state) deleted() bool  { return s.was != nil && s.now == nil }
func (s *state) updated() bool  { return s.was != nil && s.now != nil && len(s.altered) > 0 }

// sets tells whether a column's value is new, so that its rules are to be checked.
func (s *state) sets(column string) bool {
	return s.inserted() || s.updated() && s.altered[column]
}

func stampsOf(t *schema.Table, row hierarchy.Noun) *hierarchy.Stamps {
	if t.Stamps == nil {
		return nil
	}
	return reflect.ValueOf(row).Elem().FieldByIndex(t.Stamps).Addr().Interface().(*hierarchy.Stamps)
}

// document writes a whole row as JSON by its columns, in their order.
func document(t *schema.Table, row hierarchy.Noun) (hierarchy.Value, error) {
	var b strings.Builder
	for i, f := range hierarchy.FieldsOfNoun(row) {
		value, err := hierarchy.Get(row, f.Name)
		if err != nil {
			return "", err
		}
		name, err := json.Marshal(f.Name)
		if err != nil {
			return "", fmt.Errorf("write %s of %s: %w", f.Name, t.Name, err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(name)
		b.WriteString(":" + string(value.OrNull()))
	}
	return hierarchy.Value("{" + b.String() + "}"), nil
}
