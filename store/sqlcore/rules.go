package sqlcore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/store/schema"
)

// A writer checks and writes folded changes.
type writer struct {
	conn   Conn
	fold   *fold
	states map[*schema.Table][]*state
}

// checkKeys refuses text that no database keeps where the rules ask for it; the
// other columns are looked at when they are written.
func (w *writer) checkKeys(context.Context) error {
	for _, t := range schema.Tables() {
		if len(w.states[t]) == 0 {
			continue
		}
		read := schema.NewValues(askedColumns(t))
		for _, s := range w.states[t] {
			if !s.inserted() && !s.updated() {
				continue
			}
			if _, err := read.Of(s.now, sound); err != nil {
				return conflict(s.ref, "%s", err)
			}
		}
	}
	return nil
}

// askedColumns are those that the rules look at, each once.
func askedColumns(t *schema.Table) []*schema.Column {
	names := slices.Clone(t.Key)
	for _, f := range t.Foreign {
		names = append(names, f.Column)
	}
	for _, u := range t.Unique {
		names = append(names, u.Columns...)
	}
	var columns []*schema.Column
	for _, name := range names {
		if c := t.Column(name); !slices.Contains(columns, c) {
			columns = append(columns, c)
		}
	}
	return columns
}

// checkReferences refuses a row that names another one which is not there. The
// database would, too, but at the end and without saying which.
func (w *writer) checkReferences(ctx context.Context) error {
	wanted := map[string][]string{} // by table, ids that the changes do not make
	by := map[hierarchy.Ref]*state{}
	for _, t := range schema.Tables() {
		for _, f := range t.Foreign {
			read, last := schema.NewValues([]*schema.Column{t.Column(f.Column)}), ""
			for _, s := range w.states[t] {
				if !s.sets(f.Column) {
					continue
				}
				values, err := read.Of(s.now, anything)
				if err != nil {
					return err
				}
				id, _ := values[0].(string)
				if id == "" || id == last { // neighbours mostly name the same row
					continue
				}
				last = id
				target := hierarchy.Ref{Table: f.Table, Key: id}
				if by[target] != nil {
					continue
				}
				by[target] = s
				if other := w.fold.states[target]; other == nil || other.now == nil {
					wanted[f.Table] = append(wanted[f.Table], id)
				}
			}
		}
	}
	there, err := w.there(ctx, wanted)
	if err != nil {
		return err
	}
	for _, t := range schema.Tables() {
		for _, id := range wanted[t.Name] {
			target := hierarchy.Ref{Table: t.Name, Key: id}
			if removed := w.fold.states[target]; !there[target] || removed != nil && removed.now == nil {
				s := by[target]
				return conflict(s.ref, "%s refers to %s in %s, which does not exist", title(s.now), id, t.Name)
			}
		}
	}
	return nil
}

// there asks which rows there are of the ids wanted of each table.
func (w *writer) there(ctx context.Context, wanted map[string][]string) (map[hierarchy.Ref]bool, error) {
	there := map[hierarchy.Ref]bool{}
	var questions []Question
	for _, t := range schema.Tables() {
		if len(wanted[t.Name]) == 0 {
			continue
		}
		condition, arg := w.conn.Any(`"id"`, wanted[t.Name])
		questions = append(questions, Question{`SELECT "id" FROM ` + schema.Quote(t.Name) + " WHERE " + condition, []any{arg}, func(s Scanner) error {
			var id string
			err := s.Scan(&id)
			there[hierarchy.Ref{Table: t.Name, Key: id}] = true
			return err
		}})
	}
	return there, w.conn.Ask(ctx, questions)
}

// checkOrphans refuses to remove a row that others still name.
func (w *writer) checkOrphans(ctx context.Context) error {
	for _, target := range schema.Tables() {
		var ids []string
		for _, s := range w.states[target] {
			if s.deleted() {
				ids = append(ids, s.ref.Key)
			}
		}
		if len(ids) == 0 {
			continue
		}
		for _, t := range schema.Tables() {
			for _, f := range t.Foreign {
				if f.Table != target.Name {
					continue
				}
				if err := w.orphansOf(ctx, target, t, f, ids); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (w *writer) orphansOf(ctx context.Context, target, t *schema.Table, f schema.Foreign, ids []string) error {
	condition, arg := w.conn.Any(schema.Quote(f.Column), ids)
	var id string
	var n int64
	sql := fmt.Sprintf("SELECT %[1]s, count(*) FROM %[2]s WHERE %[3]s GROUP BY %[1]s ORDER BY %[1]s LIMIT 1",
		schema.Quote(f.Column), schema.Quote(t.Name), condition)
	err := w.conn.Query(ctx, sql, []any{arg}, func(s Scanner) error { return s.Scan(&id, &n) })
	if err != nil || n == 0 {
		return err
	}
	ref := hierarchy.Ref{Table: target.Name, Key: id}
	return conflict(ref, "%s cannot go: rows that refer to it in %s: %d", title(w.fold.states[ref].was), t.Name, n)
}

// checkUnique refuses a row whose place another one has, but for entities.
func (w *writer) checkUnique(ctx context.Context) error {
	for _, t := range schema.Tables() {
		if t.Name == "entities" {
			continue
		}
		for _, u := range t.Unique {
			if err := w.checkOne(ctx, t, u); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) checkOne(ctx context.Context, t *schema.Table, u schema.Unique) error {
	taken := map[string]*state{} // by place
	var first []string           // values of the first column to ask for
	read := newPlaces(t, u)
	for _, s := range w.states[t] {
		if s.now == nil || !slices.ContainsFunc(u.Columns, s.sets) {
			continue
		}
		place, null := read.of(s.now)
		if null {
			continue
		}
		if taken[place] != nil {
			return conflict(s.ref, "%s", takenWords(t, u, s.now))
		}
		taken[place] = s
		value, _, _ := strings.Cut(place, between)
		if !w.made(t, u.Columns[0], value) {
			first = append(first, value)
		}
	}
	if len(first) == 0 {
		return nil
	}
	slices.Sort(first)
	condition, arg := w.conn.Any("t."+schema.Quote(u.Columns[0]), slices.Compact(first))
	rows, err := all[hierarchy.Noun](ctx, w.conn, query{table: t, tail: "WHERE " + condition, args: []any{arg}})
	if err != nil {
		return err
	}
	for _, row := range rows {
		place, null := read.of(row)
		ref := hierarchy.RefOf(row)
		if s := taken[place]; !null && s != nil && s.ref != ref && w.fold.states[ref] == nil {
			return conflict(s.ref, "%s", takenWords(t, u, s.now))
		}
	}
	return nil
}

// made tells whether a column names a row that these changes make, on which
// nothing can hang yet.
func (w *writer) made(t *schema.Table, column, id string) bool {
	for _, f := range t.Foreign {
		if f.Column == column {
			s := w.fold.states[hierarchy.Ref{Table: f.Table, Key: id}]
			return s != nil && s.inserted()
		}
	}
	return false
}

func takenWords(t *schema.Table, u schema.Unique, row hierarchy.Noun) string {
	words := u.Taken
	for _, name := range u.Columns {
		value := t.Column(name).Value(row)
		if text, ok := value.(string); ok {
			value = fmt.Sprintf("%q", text)
		}
		words = strings.ReplaceAll(words, "{"+name+"}", fmt.Sprint(value))
	}
	return words
}

// title names a row for people.
func title(row hierarchy.Noun) string {
	switch n := row.(type) {
	case *hierarchy.Entity:
		return fmt.Sprintf("the %s %q", strings.ToLower(string(n.Kind)), n.Name)
	case *hierarchy.Task:
		return fmt.Sprintf("the task %q", n.Name)
	case *hierarchy.Person:
		return fmt.Sprintf("the person %q", n.Name())
	case *hierarchy.Project:
		return fmt.Sprintf("the project %q", n.Name)
	}
	return "the row"
}
