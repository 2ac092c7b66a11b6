package dataset

import (
	"encoding/json"
	"iter"
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// Extra is what the tables hold beside the facts, and how.
type Extra struct {
	Persons Persons // "" is Named
	Key     []byte  // of pseudonyms: the same key, the same pseudonyms
	// Castings are given apart: facts may come without them.
	Castings []*hierarchy.Casting
	// Shared asks for the tables that all productions share: once in a dataset.
	Shared bool
	// Quotas makes the quotas of all methods and bases, each a book with the
	// tables quota_person_day and quota_total_day; nil: no figures at all.
	Quotas func() (iter.Seq2[*table.Book, error], error)
	// Report makes a report as workbooks have it: retake, episode.
	Report  func(name string) (*table.Book, error)
	Cuts    iter.Seq2[*Cut, error] // oldest first; nil: none
	Imports []*Import
	Changes iter.Seq2[hierarchy.HistoryRow, error] // that imports and undos made; nil: none
}

// A maker looks up what rows refer to.
type maker struct {
	facts    hierarchy.Facts
	dim      *hierarchy.Snapshot
	x        Extra
	types    map[hierarchy.ID]*hierarchy.TaskType
	statuses map[hierarchy.ID]*hierarchy.TaskStatus
	persons  map[hierarchy.ID]*hierarchy.Person
	emails   map[string]*hierarchy.Person // in lower case
	paths    map[hierarchy.ID]string
}

func newMaker(facts hierarchy.Facts, x Extra) *maker {
	m := &maker{facts: hierarchy.Only(facts, fields), dim: facts.Dimensions(), x: x, types: map[hierarchy.ID]*hierarchy.TaskType{}, statuses: map[hierarchy.ID]*hierarchy.TaskStatus{},
		persons: map[hierarchy.ID]*hierarchy.Person{}, emails: map[string]*hierarchy.Person{}, paths: map[hierarchy.ID]string{}}
	for _, t := range m.dim.TaskTypes {
		m.types[t.ID] = t
	}
	for _, s := range m.dim.TaskStatuses {
		m.statuses[s.ID] = s
	}
	for _, p := range m.dim.Persons {
		m.persons[p.ID] = p
		if p.Email != nil && *p.Email != "" {
			m.emails[strings.ToLower(*p.Email)] = p
		}
	}
	return m
}

// Tables gives one production's tables one after the other: hierarchy, tasks,
// what was imported, figures, people. Rows are read from the facts when they are
// ranged over, which must happen before the next table is asked for: a report
// is made when its figures come and forgotten after them.
func Tables(facts hierarchy.Facts, extra Extra) iter.Seq2[*table.Table, error] {
	m := newMaker(facts, extra)
	plain := []*table.Table{m.projects(), m.entities("episodes", hierarchy.Episode), m.entities("sequences", hierarchy.Sequence), m.entities("scenes", hierarchy.Scene),
		m.entities("shots", hierarchy.Shot), m.entities("assets", hierarchy.Asset), m.casting(), m.tasks(), m.assignees(), m.comments(), m.previews(), m.statusChanges(), m.timeSpents(),
		m.cuts(), m.cutItems(), m.imports(), m.importChanges()}
	shared := []*table.Table{m.people(), m.departments(), m.personDepartments(), m.studios(), m.taskTypes(), m.taskStatuses()}
	return func(yield func(*table.Table, error) bool) {
		for _, t := range plain {
			if !yield(t, nil) {
				return
			}
		}
		if extra.Quotas != nil && !m.figures(yield) {
			return
		}
		for _, t := range shared {
			if !extra.Shared {
				t.Rows = table.Of(nil)
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

func text(name, doc string) table.Column { return table.Column{Name: name, Type: table.Text, Doc: doc} }
func whole(name, unit, doc string) table.Column {
	return table.Column{Name: name, Type: table.Int, Unit: unit, Doc: doc}
}
func float(name, unit, doc string) table.Column {
	return table.Column{Name: name, Type: table.Float, Unit: unit, Decimals: 3, Doc: doc}
}
func truth(name, doc string) table.Column {
	return table.Column{Name: name, Type: table.Bool, Doc: doc}
}
func day(name, doc string) table.Column { return table.Column{Name: name, Type: table.Day, Doc: doc} }
func instant(name, doc string) table.Column {
	return table.Column{Name: name, Type: table.Instant, Doc: doc}
}

func projectColumns() []table.Column {
	return []table.Column{text("project_id", "Id of the production."), text("project_name", "Name of the production.")}
}

func (m *maker) front(rest ...any) table.Row {
	return append(table.Row{string(m.dim.Project.ID), m.dim.Project.Name}, rest...)
}

// table is a table of productions' rows; sorted names the columns by which they
// are sorted within a production.
func (m *maker) table(name, doc string, sorted []string, rows table.Rows, columns ...table.Column) *table.Table {
	return &table.Table{Name: name, Title: name, Doc: doc, Sorted: append([]string{projectColumn}, sorted...), Columns: append(projectColumns(), columns...), Rows: rows}
}

func by(columns ...string) []string { return columns }

// streamed makes rows of a stream; row gives nil for what is left out.
func streamed[T any](all iter.Seq2[T, error], row func(T) table.Row) table.Rows {
	return func(yield func(table.Row, error) bool) {
		for v, err := range all {
			if err != nil {
				yield(nil, err)
				return
			}
			if r := row(v); r != nil && !yield(r, nil) {
				return
			}
		}
	}
}

func listed[T any](all []T, row func(T) table.Row) table.Rows {
	return streamed(func(yield func(T, error) bool) {
		for _, v := range all {
			if !yield(v, nil) {
				return
			}
		}
	}, row)
}

func orNull[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// document is a JSON document as text.
func (m *maker) document(d hierarchy.Data) any { return m.x.written(orNull(string(d))) }

func deref[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

func at(t hierarchy.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

func dayOf(d hierarchy.Day) any {
	if d == "" || d.Time().IsZero() {
		return nil
	}
	return d.Time()
}

func dateOf(t hierarchy.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(24 * 3600 * 1e9)
}

func (m *maker) projects() *table.Table {
	p := m.dim.Project
	row := m.front(deref(p.Code), deref(p.ProductionType), deref(p.FPS), deref(p.Ratio), deref(p.Resolution), dayOf(p.StartDate), dayOf(p.EndDate), deref(p.MaxRetakes), m.document(p.Data))
	return m.table("projects", "One row is one production.", nil, table.Of([]table.Row{row}), text("code", "Short code."), text("production_type", "tvshow, featurefilm, short or other."),
		text("fps", "Frame rate as written."), text("ratio", "Picture ratio."), text("resolution", "Picture size."), day("start_date", "First day."), day("end_date", "Last day."),
		whole("max_retakes", "", "Most retakes of a task; 0 is no cap."), text("data", "Custom fields as a JSON object; null where people are hidden."))
}

func (m *maker) entities(name string, kind hierarchy.Kind) *table.Table {
	rows := listed(m.dim.OfKind(kind), func(e *hierarchy.Entity) table.Row {
		row := m.front(string(e.ID), e.Name, deref(e.Code), m.path(e))
		row = append(row, m.parents(e)...)
		row = append(row, orNull(m.dim.EntityTypeName(e.EntityTypeID)), orNull(e.SourceID), m.entityName(e.SourceID), m.x.written(deref(e.Description)), e.Status, e.Canceled,
			deref(e.NbFrames), number(e, "frame_in"), number(e, "frame_out"), orNull(e.Data.Get("fps").Text()), m.document(e.Data))
		return append(row, at(e.CreatedAt), at(e.UpdatedAt), orNull(e.ParentID))
	})
	return m.table(name, "One row is one "+name[:len(name)-1]+".", by("path", "id"), rows, text("id", "Id."), text("name", "Name, as text."), text("code", "Short code."), text("path", "Whole path without the project."),
		text("episode_id", "Id of the episode it lies in."), text("episode", "Name of the episode."), text("sequence_id", "Id of the sequence it lies in."), text("sequence", "Name of the sequence."),
		text("entity_type", "Type; of assets, Characters and the like."), text("source_id", "Id of the source scene, or an asset's main episode."), text("source", "Name of the source."),
		text("description", "Description; null where people are hidden."), text("status", "running, complete, standby or canceled; of episodes."), truth("omitted", "Left the cut."),
		whole("nb_frames", "frames", "Length."), whole("frame_in", "", "First frame."), whole("frame_out", "", "Last frame, inclusive."), text("fps", "Own frame rate as written."),
		text("data", "Custom fields as a JSON object; null where people are hidden."), instant("created_at", "When it was made."), instant("updated_at", "When it last changed."),
		text("parent_id", "Id of what it lies in, as recorded: of a shot the sequence, of a sequence the episode."))
}

func (m *maker) parents(e *hierarchy.Entity) []any {
	out := make([]any, 0, 4)
	for _, parent := range []*hierarchy.Entity{m.dim.Episode(e), m.dim.Sequence(e)} {
		if parent == nil {
			out = append(out, nil, nil)
		} else {
			out = append(out, string(parent.ID), parent.Name)
		}
	}
	return out
}

func (m *maker) entityName(id hierarchy.ID) any {
	if e := m.dim.Entity(id); e != nil {
		return e.Name
	}
	return nil
}

func (m *maker) entityPath(id hierarchy.ID) any {
	if e := m.dim.Entity(id); e != nil {
		return m.path(e)
	}
	return nil
}

// path is the path of an entity, made once.
func (m *maker) path(e *hierarchy.Entity) string {
	p, ok := m.paths[e.ID]
	if !ok {
		p = m.dim.Path(e)
		m.paths[e.ID] = p
	}
	return p
}

// number reads a whole number of the custom fields, stored as number or text.
func number(e *hierarchy.Entity, key string) any {
	text := e.Data.Get(key).Text()
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	var f float64
	if json.Unmarshal([]byte(text), &f) == nil && f == float64(int64(f)) {
		return int64(f)
	}
	return nil
}

func (m *maker) casting() *table.Table {
	rows := listed(m.x.Castings, func(c *hierarchy.Casting) table.Row {
		return m.front(string(c.ID), string(c.EntityInID), m.entityPath(c.EntityInID), string(c.EntityOutID), m.entityPath(c.EntityOutID), c.NbOccurences, m.x.written(deref(c.Label)))
	})
	return m.table("casting", "One row is one asset in one shot, scene, sequence, episode or asset.", by("path", "asset_path", "id"), rows, text("id", "Id."), text("entity_id", "Id of who contains: the shot."), text("path", "Its path."),
		text("asset_id", "Id of the asset."), text("asset_path", "The asset's path."), whole("nb_occurences", "", "How many of it."), text("label", "What it is there for; null where people are hidden."))
}
