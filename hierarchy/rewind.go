package hierarchy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
)

// Rewind gives facts as they were before the later history rows, which come in
// ascending order and belong to the production or to what all productions
// share. The streams of now must be open while the result is used.
//
// With asOf, a row that an archive brought later counts from its own
// created_at, as the archive had it: Snapshot.LoadedLater says so. A zero asOf
// gives what was known then.
func Rewind(now Facts, later iter.Seq2[HistoryRow, error], asOf Time) (Facts, error) {
	p, err := pastOf(later, asOf)
	if err != nil {
		return nil, err
	}
	f := &rewound{now: now, past: p}
	f.dimensions = p.snapshot(now.Dimensions())
	f.assignees = p.assignees()
	return f, p.err
}

// A past is what later rows of history say of earlier ones, by table and key.
type past struct {
	asOf   Time
	rows   map[string]map[string]*before
	loaded bool  // rows that came later by archive count
	err    error // the first row that could not be rebuilt
}

// before is one row as it was, as far as it differs from now.
type before struct {
	made   bool // it was made later
	loaded bool // by an archive: its own created_at counts
	gone   bool // it was removed later
	whole  Value
	fields map[string]Value // the earliest values before, by field
}

func pastOf(later iter.Seq2[HistoryRow, error], asOf Time) (*past, error) {
	p := &past{asOf: asOf, rows: map[string]map[string]*before{}}
	for h, err := range later {
		if err != nil {
			return nil, fmt.Errorf("read history: %w", err)
		}
		p.add(h)
	}
	return p, nil
}

func (p *past) add(h HistoryRow) {
	table := p.rows[h.Table]
	if table == nil {
		table = map[string]*before{}
		p.rows[h.Table] = table
	}
	b := table[h.Key]
	if b == nil {
		b = &before{fields: map[string]Value{}}
		table[h.Key] = b
		if h.Action == "create" || h.Action == "link" {
			b.made, b.loaded = true, h.Cause == Load && !p.asOf.IsZero()
			p.loaded = p.loaded || b.loaded
			return
		}
	}
	switch {
	case b.gone || b.made && !b.loaded:
		return // what happened after that is of no matter
	case h.Action == "unlink" || h.Action == "delete":
		b.gone, b.whole = true, h.Before
	case h.Field != "":
		if _, known := b.fields[h.Field]; !known {
			b.fields[h.Field] = h.Before
		}
	}
}

// was gives a row of now as it was; false where it was not there. A row that
// was removed later is another one if it is there now: see removed.
func (p *past) was(row Noun) (Noun, bool) {
	b := p.rows[row.Table()][row.Key()]
	if b == nil {
		return row, true
	}
	if b.gone {
		return nil, false
	}
	return p.then(b, row)
}

// then gives a row with its values of then; false where it was not there.
func (p *past) then(b *before, row Noun) (Noun, bool) {
	if b.made && !(b.loaded && p.old(row)) {
		return nil, false
	}
	if len(b.fields) == 0 {
		return row, true
	}
	out := CloneNoun(row)
	for field, value := range b.fields {
		if err := Set(out, field, value); err != nil && p.err == nil {
			p.err = fmt.Errorf("rebuild %s %s: %w", row.Table(), row.Key(), err)
		}
	}
	return out, true
}

// old tells a row whose own created_at lies at or before the instant. Rows
// without one, such as links, count as old.
func (p *past) old(row Noun) bool {
	v := reflect.ValueOf(row).Elem().FieldByName("CreatedAt")
	if !v.IsValid() {
		return true
	}
	at, ok := v.Interface().(Time)
	return !ok || at.IsZero() || !at.After(p.asOf.Time)
}

// removed gives the rows of a table that were there and are no longer, by key.
func removed[T Noun](p *past) []T {
	var out []T
	var sample T
	typ := reflect.TypeOf(sample).Elem()
	table := reflect.New(typ).Interface().(Noun).Table()
	for key, b := range p.rows[table] {
		if !b.gone {
			continue
		}
		row := reflect.New(typ).Interface().(T)
		if err := fill(row, b.whole); err != nil {
			p.fail(fmt.Errorf("rebuild %s %s: %w", table, key, err))
			continue
		}
		if then, there := p.then(b, row); there {
			out = append(out, then.(T))
		}
	}
	slices.SortFunc(out, func(a, b T) int { return strings.Compare(a.Key(), b.Key()) })
	return out
}

func (p *past) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// fill sets a row's fields from the document that history keeps of it.
func fill(row Noun, whole Value) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(whole), &fields); err != nil {
		return fmt.Errorf("read row of %s: %w", row.Table(), err)
	}
	for _, f := range FieldsOfNoun(row) {
		value, there := fields[f.Name]
		if !there {
			continue
		}
		if err := Set(row, f.Name, ValueOf(value)); err != nil {
			return err
		}
	}
	return nil
}

// rows rewinds a list that is sorted by key.
func rows[T Noun](p *past, now []T) []T {
	var sample T
	if len(p.rows[reflect.New(reflect.TypeOf(sample).Elem()).Interface().(Noun).Table()]) == 0 {
		return now
	}
	var out []T
	for _, row := range now {
		if then, there := p.was(row); there {
			out = append(out, then.(T))
		}
	}
	if back := removed[T](p); len(back) > 0 {
		out = append(out, back...)
		slices.SortStableFunc(out, func(a, b T) int { return strings.Compare(a.Key(), b.Key()) })
	}
	return out
}

// snapshot rewinds the dimensions. Revision, Seq and AsOf are left to the caller.
func (p *past) snapshot(now *Snapshot) *Snapshot {
	s := &Snapshot{Revision: now.Revision, Shared: now.Shared, Seq: now.Seq, AsOf: now.AsOf}
	if p.loaded {
		s.LoadedLater = p.asOf
	}
	s.Project = now.Project
	if then, there := p.was(now.Project); there {
		s.Project = then.(*Project)
	}
	s.Studios, s.Departments = rows(p, now.Studios), rows(p, now.Departments)
	s.Persons, s.PersonDepartments = rows(p, now.Persons), rows(p, now.PersonDepartments)
	s.EntityTypes, s.TaskTypes, s.TaskStatuses = rows(p, now.EntityTypes), rows(p, now.TaskTypes), rows(p, now.TaskStatuses)
	s.Team, s.Descriptors = rows(p, now.Team), rows(p, now.Descriptors)
	s.ProjectTaskTypes, s.ProjectTaskStatuses = rows(p, now.ProjectTaskTypes), rows(p, now.ProjectTaskStatuses)
	s.ProjectAssetTypes = rows(p, now.ProjectAssetTypes)
	s.Entities, s.Castings = rows(p, now.Entities), rows(p, now.Castings)
	return s
}

// rewound implements Facts.
type rewound struct {
	now        Facts
	past       *past
	dimensions *Snapshot
	assignees  map[ID]map[ID]bool // task → person → there at the instant, where it differs
}

func (f *rewound) Dimensions() *Snapshot { return f.dimensions }

func (p *past) assignees() map[ID]map[ID]bool {
	out := map[ID]map[ID]bool{}
	for key, b := range p.rows[(&Assignment{}).Table()] {
		task, person, _ := strings.Cut(key, "/")
		if out[ID(task)] == nil {
			out[ID(task)] = map[ID]bool{}
		}
		out[ID(task)][ID(person)] = b.gone && !b.made || b.loaded
	}
	return out
}

// Tasks come by id, with the assignees of the instant.
func (f *rewound) Tasks() iter.Seq2[*Task, error] {
	byID := func(a, b *Task) int { return strings.Compare(string(a.ID), string(b.ID)) }
	tasks := merged(f.past, f.now.Tasks(), byID)
	return func(yield func(*Task, error) bool) {
		for t, err := range tasks {
			if err == nil && f.assignees[t.ID] != nil {
				t = f.assigned(t)
			}
			if !yield(t, err) {
				return
			}
		}
	}
}

func (f *rewound) assigned(now *Task) *Task {
	t, was := Clone(now), f.assignees[now.ID]
	t.Assignees = nil
	for _, person := range now.Assignees {
		if there, differs := was[person]; !differs || there {
			t.Assignees = append(t.Assignees, person)
		}
	}
	for person, there := range was {
		if there && !slices.Contains(t.Assignees, person) {
			t.Assignees = append(t.Assignees, person)
		}
	}
	slices.Sort(t.Assignees)
	return t
}

// TimeSpents come by task id, day, person id and id.
func (f *rewound) TimeSpents() iter.Seq2[*TimeSpent, error] {
	return merged(f.past, f.now.TimeSpents(), func(a, b *TimeSpent) int {
		return cmp.Or(cmp.Compare(a.TaskID, b.TaskID), cmp.Compare(a.Date, b.Date), cmp.Compare(a.PersonID, b.PersonID), cmp.Compare(a.ID, b.ID))
	})
}

// Comments come by task id, creation and id.
func (f *rewound) Comments() iter.Seq2[*Comment, error] {
	return merged(f.past, f.now.Comments(), func(a, b *Comment) int {
		return cmp.Or(cmp.Compare(a.TaskID, b.TaskID), a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
}

// Previews come by task id, creation and id.
func (f *rewound) Previews() iter.Seq2[*PreviewFile, error] {
	return merged(f.past, f.now.Previews(), func(a, b *PreviewFile) int {
		return cmp.Or(cmp.Compare(a.TaskID, b.TaskID), a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
}

// merged rewinds a stream and puts what was removed later back in its order.
func merged[T Noun](p *past, now iter.Seq2[T, error], order func(a, b T) int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		back := removed[T](p)
		slices.SortFunc(back, order)
		for row, err := range now {
			if err == nil {
				for len(back) > 0 && order(back[0], row) < 0 {
					if !yield(back[0], nil) {
						return
					}
					back = back[1:]
				}
				then, there := p.was(row)
				if !there {
					continue
				}
				row = then.(T)
			}
			if !yield(row, err) {
				return
			}
		}
		for _, row := range back {
			if !yield(row, nil) {
				return
			}
		}
		if p.err != nil {
			var none T
			yield(none, p.err)
		}
	}
}
