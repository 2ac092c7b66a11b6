package pipeline

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/maruel/natural"

	"turnover/hierarchy"
	"turnover/internal/table"
	"turnover/store"
)

// ExportKinds are the tables that can be exported.
func ExportKinds() []string { return []string{"shots", "casting", "tasks", "timesheet"} }

// Export makes a table that imports again as an empty plan. It is held in
// memory, so that it outlives the database's transaction.
func (p *Pipeline) Export(ctx context.Context, kind, project string) (*table.Book, error) {
	makers := map[string]func(*exporting) *table.Table{
		"shots": (*exporting).shots, "casting": (*exporting).casting, "tasks": (*exporting).tasks, "timesheet": (*exporting).timesheet,
	}
	maker, ok := makers[kind]
	if !ok {
		return nil, unknown("export", kind, ExportKinds())
	}
	var book *table.Book
	err := p.Store.Read(ctx, func(r store.Reader) error {
		snap, err := p.snapshotIn(ctx, r, project, hierarchy.With{Castings: true, Tasks: true, TimeSpents: kind == "timesheet"})
		if err != nil {
			return err
		}
		t := maker(newExporting(snap))
		book = &table.Book{Name: kind, Title: t.Title, Project: snap.Project.Name, AsOf: snap.AsOf.Time, Snapshot: SnapshotID(snap), Tables: []*table.Table{t}}
		return nil
	})
	return book, err
}

// An exporting looks rows of one snapshot up for people.
type exporting struct {
	snap      *hierarchy.Snapshot
	types     map[hierarchy.ID]*hierarchy.TaskType
	statuses  map[hierarchy.ID]*hierarchy.TaskStatus
	persons   map[hierarchy.ID]*hierarchy.Person
	sameNames map[string]int // of persons
	byEntity  map[hierarchy.ID][]*hierarchy.Task
	casts     map[hierarchy.ID][]*hierarchy.Casting
}

func newExporting(snap *hierarchy.Snapshot) *exporting {
	x := &exporting{snap: snap, types: map[hierarchy.ID]*hierarchy.TaskType{}, statuses: map[hierarchy.ID]*hierarchy.TaskStatus{},
		persons: map[hierarchy.ID]*hierarchy.Person{}, sameNames: map[string]int{}, byEntity: map[hierarchy.ID][]*hierarchy.Task{}, casts: map[hierarchy.ID][]*hierarchy.Casting{}}
	for _, t := range snap.TaskTypes {
		x.types[t.ID] = t
	}
	for _, s := range snap.TaskStatuses {
		x.statuses[s.ID] = s
	}
	for _, p := range snap.Persons {
		x.persons[p.ID] = p
		x.sameNames[p.Name()]++
	}
	for _, t := range snap.Tasks {
		x.byEntity[t.EntityID] = append(x.byEntity[t.EntityID], t)
	}
	for _, c := range snap.Castings {
		x.casts[c.EntityInID] = append(x.casts[c.EntityInID], c)
	}
	return x
}

// person names a person so that an import finds the same one: the full name,
// the e-mail address where two have it, else the id.
func (x *exporting) person(id hierarchy.ID) string {
	p := x.persons[id]
	switch {
	case p == nil:
		return ""
	case x.sameNames[p.Name()] == 1 && p.Name() != "" && !strings.Contains(p.Name(), ","):
		return p.Name()
	case p.Email != nil && *p.Email != "":
		return *p.Email
	}
	return string(p.ID)
}

func (x *exporting) people(ids []hierarchy.ID) string {
	var names []string
	for _, id := range ids {
		names = append(names, x.person(id))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func (x *exporting) status(id hierarchy.ID) string {
	if s := x.statuses[id]; s != nil {
		return s.Name
	}
	return ""
}

func (x *exporting) taskType(id hierarchy.ID) string {
	if t := x.types[id]; t != nil {
		return t.Name
	}
	return ""
}

// place gives the names of an entity's episode and sequence, nil for none.
func (x *exporting) place(e *hierarchy.Entity) (episode, sequence any) {
	if ep := x.snap.Episode(e); ep != nil && ep != e {
		episode = ep.Name
	}
	if sq := x.snap.Sequence(e); sq != nil && sq != e {
		sequence = sq.Name
	}
	return episode, sequence
}

// sorted lists entities of a kind as people read them.
func (x *exporting) sorted(kind hierarchy.Kind) []*hierarchy.Entity {
	out := x.snap.OfKind(kind)
	paths := make(map[hierarchy.ID]string, len(out))
	for _, e := range out {
		paths[e.ID] = x.snap.Path(e)
	}
	slices.SortFunc(out, func(a, b *hierarchy.Entity) int {
		return cmp.Or(naturally(paths[a.ID], paths[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	return out
}

func naturally(a, b string) int {
	switch {
	case natural.Less(a, b):
		return -1
	case natural.Less(b, a):
		return 1
	}
	return strings.Compare(a, b)
}

// A sheet gathers columns and, row by row, their cells.
type sheet struct {
	columns []table.Column
	rows    []table.Row
}

func (s *sheet) column(name string, kind table.Type, doc string) {
	s.columns = append(s.columns, table.Column{Name: name, Type: kind, Doc: doc, Decimals: 3})
}

func (s *sheet) table(name, title, doc string) *table.Table {
	return &table.Table{Name: name, Title: title, Doc: doc, Columns: s.columns, Rows: table.Of(s.rows)}
}

func textOrNil(s *string) any {
	if s == nil || *s == "" {
		return nil
	}
	return *s
}

func orNil(s string) any { return textOrNil(&s) }
