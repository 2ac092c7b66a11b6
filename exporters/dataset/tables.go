package dataset

import (
	"cmp"
	"encoding/json"
	"iter"
	"slices"
	"strconv"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A maker looks up what rows refer to.
type maker struct {
	facts    hierarchy.Facts
	dim      *hierarchy.Snapshot
	x        Extra
	types    map[hierarchy.ID]*hierarchy.TaskType
	statuses map[hierarchy.ID]*hierarchy.TaskStatus
	persons  map[hierarchy.ID]*hierarchy.Person
}

// Tables gives one production's tables: hierarchy, tasks, people and the
// reports' own tables. Rows are read from the facts when they are ranged over.
func Tables(facts hierarchy.Facts, extra Extra) []*table.Table {
	m := &maker{facts: facts, dim: facts.Dimensions(), x: extra, types: map[hierarchy.ID]*hierarchy.TaskType{}, statuses: map[hierarchy.ID]*hierarchy.TaskStatus{}, persons: map[hierarchy.ID]*hierarchy.Person{}}
	for _, t := range m.dim.TaskTypes {
		m.types[t.ID] = t
	}
	for _, s := range m.dim.TaskStatuses {
		m.statuses[s.ID] = s
	}
	for _, p := range m.dim.Persons {
		m.persons[p.ID] = p
	}
	out := []*table.Table{m.projects(), m.entities("episodes", hierarchy.Episode), m.entities("sequences", hierarchy.Sequence), m.entities("scenes", hierarchy.Scene),
		m.entities("shots", hierarchy.Shot), m.entities("assets", hierarchy.Asset), m.castings(), m.tasks(), m.assignees(), m.comments(), m.statusEvents(), m.timeSpents()}
	if extra.Persons != Absent {
		out = append(out, m.people())
	}
	out = append(out, m.taskTypes(), m.taskStatuses(), m.departments(), m.studios())
	for _, b := range extra.Books {
		for _, t := range b.Tables {
			out = append(out, extra.reportTable(m.dim.Project, t))
		}
	}
	return out
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

func (m *maker) table(name, doc string, rows table.Rows, columns ...table.Column) *table.Table {
	return &table.Table{Name: name, Title: name, Doc: doc, Columns: append(projectColumns(), columns...), Rows: rows}
}

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
func document(d hierarchy.Data) any { return orNull(string(d)) }

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
	row := m.front(deref(p.Code), deref(p.ProductionType), deref(p.FPS), deref(p.Ratio), deref(p.Resolution), dayOf(p.StartDate), dayOf(p.EndDate), deref(p.MaxRetakes), document(p.Data))
	return m.table("projects", "One row is one production.", table.Of([]table.Row{row}), text("code", "Short code."), text("production_type", "tvshow, featurefilm, short or other."),
		text("fps", "Frame rate as written."), text("ratio", "Picture ratio."), text("resolution", "Picture size."), day("start_date", "First day."), day("end_date", "Last day."),
		whole("max_retakes", "", "Most retakes of a task; 0 is no cap."), text("data", "Custom fields as a JSON object."))
}

func (m *maker) entities(name string, kind hierarchy.Kind) *table.Table {
	all := m.dim.OfKind(kind)
	paths := make(map[hierarchy.ID]string, len(all))
	for _, e := range all {
		paths[e.ID] = m.dim.Path(e)
	}
	slices.SortFunc(all, func(a, b *hierarchy.Entity) int {
		return cmp.Or(cmp.Compare(paths[a.ID], paths[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	rows := listed(all, func(e *hierarchy.Entity) table.Row {
		row := m.front(string(e.ID), e.Name, deref(e.Code), paths[e.ID])
		row = append(row, m.parents(e)...)
		row = append(row, orNull(m.dim.EntityTypeName(e.EntityTypeID)), orNull(e.SourceID), m.entityName(e.SourceID), deref(e.Description), e.Status, e.Canceled,
			deref(e.NbFrames), number(e, "frame_in"), number(e, "frame_out"), orNull(e.Data.Get("fps").Text()), document(e.Data))
		return append(row, at(e.CreatedAt), at(e.UpdatedAt))
	})
	return m.table(name, "One row is one "+name[:len(name)-1]+".", rows, text("id", "Id."), text("name", "Name, as text."), text("code", "Short code."), text("path", "Whole path without the project."),
		text("episode_id", "Id of the episode it lies in."), text("episode", "Name of the episode."), text("sequence_id", "Id of the sequence it lies in."), text("sequence", "Name of the sequence."),
		text("entity_type", "Type; of assets, Characters and the like."), text("source_id", "Id of the source scene, or an asset's main episode."), text("source", "Name of the source."),
		text("description", "Description."), text("status", "running, complete, standby or canceled; of episodes."), truth("omitted", "Left the cut."),
		whole("nb_frames", "frames", "Length."), whole("frame_in", "", "First frame."), whole("frame_out", "", "Last frame, inclusive."), text("fps", "Own frame rate as written."),
		text("data", "Custom fields as a JSON object."), instant("created_at", "When it was made."), instant("updated_at", "When it last changed."))
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
		return m.dim.Path(e)
	}
	return nil
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

func (m *maker) castings() *table.Table {
	rows := listed(m.x.Castings, func(c *hierarchy.Casting) table.Row {
		return m.front(string(c.ID), string(c.EntityInID), m.entityPath(c.EntityInID), string(c.EntityOutID), m.entityPath(c.EntityOutID), c.NbOccurences, deref(c.Label))
	})
	return m.table("castings", "One row is one asset in one shot, scene, sequence, episode or asset.", rows, text("id", "Id."), text("entity_id", "Id of who contains: the shot."), text("path", "Its path."),
		text("asset_id", "Id of the asset."), text("asset_path", "The asset's path."), whole("nb_occurences", "", "How many of it."), text("label", "What it is there for."))
}
