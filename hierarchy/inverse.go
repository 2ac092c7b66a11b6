package hierarchy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Fate is what becomes of something that an import did when it is undone.
type Fate string

const (
	Reversed Fate = "reversed" // it is as it was before the import
	Kept     Fate = "kept"     // somebody built upon it since
	Refused  Fate = "refused"  // it cannot be taken back
)

// A Verdict is the fate of one thing that an import did.
type Verdict struct {
	// Done is what was done. Several changes of one field are one, from the
	// first before to the last after.
	Done   HistoryRow
	Fate   Fate
	Reason string      // for people; "" where reversed
	Since  *HistoryRow // the later change that keeps it; nil where none does
	Row    Noun        // as it is, else as it was; nil where neither is known
}

// An Inverse is what takes an import back, and what stays of it.
type Inverse struct {
	Changes  []Change
	Verdicts []Verdict // in the order in which the import did it
}

// Count tells how many verdicts have a fate.
func (i Inverse) Count(f Fate) int {
	n := 0
	for _, v := range i.Verdicts {
		if v.Fate == f {
			n++
		}
	}
	return n
}

// A Present is a production as it is when an import is to be undone.
type Present struct {
	// Rows are the rows that the import touched and all that may refer to one
	// of them, assignments too.
	Rows map[Ref]Noun
	// Since are the changes of each row after the import, oldest first, without
	// those that were undone.
	Since map[Ref][]HistoryRow
}

// Standing leaves out what was undone, and the undoing: only what still counts
// keeps something from being undone. Rows are in ascending order.
func Standing(rows []HistoryRow) []HistoryRow {
	type deed struct {
		cause string
		ref   Ref
		field string
	}
	undone := map[deed]bool{}
	for _, r := range rows {
		if r.Cause == Undo {
			undone[deed{r.CauseID, r.Ref(), r.Field}] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r HistoryRow) bool {
		return undone[deed{r.CauseID, r.Ref(), r.Field}]
	})
}

// Ref is the row that the line speaks of.
func (r HistoryRow) Ref() Ref { return Ref{r.Table, r.Key} }

// Invert judges what an import did, line by line, and gives the changes that
// take back what nobody built upon. Rows are the import's history in ascending
// order; origin is that of the undoing. What was made goes only if nothing that
// stays refers to it; what hangs on something that stays, stays with it.
func Invert(rows []HistoryRow, now Present, origin Origin) Inverse {
	v := newInverter(rows, now)
	for _, d := range v.deeds {
		v.judge(d)
	}
	for v.changed = true; v.changed; {
		v.changed = false
		v.settle()
	}
	v.settleTime()
	out := Inverse{Changes: v.changes(origin)}
	for _, d := range v.deeds {
		d.Row = v.now.Rows[d.ref]
		if d.Row == nil {
			d.Row = d.restored
		}
		out.Verdicts = append(out.Verdicts, d.Verdict)
	}
	return out
}

// A deed is one thing that the import did. It is reversed until something
// speaks against it.
type deed struct {
	Verdict
	ref      Ref
	restored Noun  // of unlink and delete: the row as it was
	value    Value // of a field: what it becomes
}

type inverter struct {
	now     Present
	refs    []Ref // of now.Rows, sorted
	deeds   []*deed
	made    map[Ref]*deed   // rows that the import made
	fields  map[Ref][]*deed // fields that it changed, but of rows that it made
	changed bool
}

func newInverter(rows []HistoryRow, now Present) *inverter {
	v := &inverter{now: now, made: map[Ref]*deed{}, fields: map[Ref][]*deed{}}
	for ref := range now.Rows {
		v.refs = append(v.refs, ref)
	}
	slices.SortFunc(v.refs, func(a, b Ref) int { return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Key, b.Key)) })
	for _, r := range rows {
		v.add(r)
	}
	return v
}

func (v *inverter) add(r HistoryRow) {
	ref := r.Ref()
	if r.Field == "" {
		d := &deed{Verdict: Verdict{Done: r, Fate: Reversed}, ref: ref}
		if r.Action == "create" || r.Action == "link" {
			v.made[ref] = d
		}
		v.deeds = append(v.deeds, d)
		return
	}
	if v.made[ref] != nil {
		return // it goes or stays with its row
	}
	for _, d := range v.fields[ref] {
		if d.Done.Field == r.Field {
			d.Done.After = r.After
			return
		}
	}
	d := &deed{Verdict: Verdict{Done: r, Fate: Reversed}, ref: ref, value: r.Before}
	v.fields[ref] = append(v.fields[ref], d)
	v.deeds = append(v.deeds, d)
}

func (v *inverter) rule(d *deed, fate Fate, since *HistoryRow, reason string, args ...any) {
	if d.Fate != Reversed {
		return
	}
	d.Fate, d.Since, d.Reason = fate, since, fmt.Sprintf(reason, args...)
	v.changed = true
}

// judge looks at one deed by itself.
func (v *inverter) judge(d *deed) {
	if !ofProduction[d.ref.Table] {
		v.rule(d, Refused, nil, "all productions share it")
		return
	}
	row, since := v.now.Rows[d.ref], v.last(d.ref, "")
	switch d.Done.Action {
	case "create", "link":
		switch {
		case row == nil:
			v.rule(d, Kept, since, "it was removed since")
		case since != nil:
			v.rule(d, Kept, since, "%s since", deedWord(since))
		}
	case "unlink", "delete":
		if row != nil {
			v.rule(d, Kept, since, "it is there again")
			return
		}
		restored, err := document(d.ref.Table, d.Done.Before)
		if err != nil {
			v.rule(d, Refused, nil, "what it was cannot be read: %v", err)
			return
		}
		d.restored = restored
	default:
		v.judgeField(d, row)
	}
}

func (v *inverter) judgeField(d *deed, row Noun) {
	if row == nil {
		v.rule(d, Kept, v.last(d.ref, ""), "its row was removed since")
		return
	}
	if d.ref.Table == "tasks" && d.Done.Field == "duration" {
		return // a sum: settleTime
	}
	since := v.last(d.ref, d.Done.Field)
	value, err := Get(row, d.Done.Field)
	switch {
	case err != nil:
		v.rule(d, Refused, nil, "it cannot be read: %v", err)
	case since != nil:
		v.rule(d, Kept, since, "changed since")
	case value.OrNull() != d.Done.After.OrNull():
		v.rule(d, Kept, nil, "it is %s now, not what the import wrote", value.OrNull())
	}
}

// last is the last standing change of a field since; of field "", of the row.
func (v *inverter) last(ref Ref, field string) *HistoryRow {
	all := v.now.Since[ref]
	for i := len(all) - 1; i >= 0; i-- {
		if field == "" || overlap(all[i].Field, field) {
			return &all[i]
		}
	}
	return nil
}

// overlap tells whether writing one field writes the other: "data" is all its keys.
func overlap(a, b string) bool {
	return a == b || a == "" || strings.HasPrefix(a, b+".") || strings.HasPrefix(b, a+".")
}

func deedWord(r *HistoryRow) string {
	switch r.Action {
	case "delete", "unlink":
		return "removed"
	case "create", "link":
		return "made again"
	case "omit":
		return "omitted"
	case "reinstate":
		return "reinstated"
	case "move":
		return "moved"
	}
	return r.Field + " changed"
}

// changes takes back all that is still reversed.
func (v *inverter) changes(origin Origin) []Change {
	var out []Change
	updates := map[Ref]bool{}
	for _, d := range v.deeds {
		switch {
		case d.Fate != Reversed:
		case d.restored != nil && d.Done.Action == "unlink":
			out = append(out, Link{origin, d.restored})
		case d.restored != nil:
			out = append(out, Create{origin, d.restored})
		case d.Done.Action == "link":
			out = append(out, Unlink{origin, v.now.Rows[d.ref]})
		case d.Done.Action == "create":
			out = append(out, Delete{origin, v.now.Rows[d.ref]})
		case !updates[d.ref]:
			updates[d.ref] = true
			out = append(out, v.fieldChanges(d.ref, origin)...)
		}
	}
	return out
}

func (v *inverter) fieldChanges(ref Ref, origin Origin) []Change {
	var out []Change
	update := Update{Origin: origin, Ref: ref}
	for _, d := range v.fields[ref] {
		now, err := Get(v.now.Rows[ref], d.Done.Field)
		if d.Fate != Reversed || err != nil || now.OrNull() == d.value.OrNull() {
			continue
		}
		switch {
		case ref.Table == "entities" && d.Done.Field == "canceled" && d.value == "true":
			out = append(out, Omit{origin, ref})
		case ref.Table == "entities" && d.Done.Field == "canceled":
			out = append(out, Reinstate{origin, ref})
		case ref.Table == "entities" && d.Done.Field == "parent_id":
			out = append(out, Move{origin, ref, ID(now.Text()), ID(d.value.Text())})
		default:
			update.Fields = append(update.Fields, FieldChange{d.Done.Field, now, d.value})
		}
	}
	if len(update.Fields) > 0 {
		out = append(out, update)
	}
	return out
}

// document reads a removed row back from its line of history.
func document(table string, value Value) (Noun, error) {
	for _, n := range Tables() {
		if n.Table() == table {
			return n, fill(n, value)
		}
	}
	return nil, fmt.Errorf("there is no table %q", table)
}
