package pipeline

import (
	"context"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/store"
)

// An Explanation says of one entity, and of its tasks, castings and comments,
// where each field came from.
type Explanation struct {
	Project string       `json:"project"`
	Path    string       `json:"path"`
	Entity  string       `json:"entity"` // "shot", "sequence" …
	ID      hierarchy.ID `json:"entity_id"`
	Fields  []FieldStory `json:"fields"`
	Parts   []RowStory   `json:"parts"` // tasks with assignments and comments, then castings
}

// A RowStory explains a row that belongs to an entity.
type RowStory struct {
	Entity string       `json:"entity"` // "task", "assignment", "comment", "casting"
	Path   string       `json:"path"`
	ID     string       `json:"entity_id"`
	Made   *Writing     `json:"made"` // null where history does not know
	Fields []FieldStory `json:"fields"`
}

// A FieldStory is one field's value and the last that wrote it.
type FieldStory struct {
	Field string          `json:"field"`
	Value hierarchy.Value `json:"value"`
	Name  string          `json:"name"` // what an id stands for; "" for other values
	Was   string          `json:"before_name"`
	Writing
}

// A Writing says who wrote something, when and why, and what was there before.
type Writing struct {
	At     *string         `json:"at"`     // RFC 3339; null where history does not know
	Author string          `json:"author"` // of the change
	Cause  string          `json:"cause"`  // import, request, load, undo
	Import string          `json:"import"` // id of the import or request; of an undo, the import that was undone
	Undo   *string         `json:"undo"`   // id of the undo that wrote it
	File   string          `json:"file"`   // of the import, "" where it was none
	Place  string          `json:"place"`  // "cut.edl:31"
	Before hierarchy.Value `json:"before"` // null for what was made
}

// Explain finds an entity by its path ("EP103/SQ010/SH010"), its id, or its bare
// name where only one entity has it.
func (p *Pipeline) Explain(ctx context.Context, project, path string) (out Explanation, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		snap, err := p.snapshotIn(ctx, r, project, hierarchy.With{Castings: true, Tasks: true})
		if err != nil {
			return err
		}
		e, err := find(snap, path)
		if err != nil {
			return err
		}
		imports, err := r.Imports(ctx, snap.Project.ID)
		if err != nil {
			return err
		}
		x := newExplaining(ctx, r, snap, imports)
		out = Explanation{Project: snap.Project.Name, Path: snap.Path(e), Entity: strings.ToLower(string(e.Kind)), ID: e.ID, Parts: []RowStory{}}
		whole, err := x.row(e)
		if err != nil {
			return err
		}
		out.Fields = whole.Fields
		parts, err := x.partsOf(e)
		if err != nil {
			return err
		}
		for _, part := range parts {
			story, err := x.row(part)
			if err != nil {
				return err
			}
			out.Parts = append(out.Parts, story)
		}
		return nil
	})
	return out, err
}

// An explaining tells the stories of rows of one snapshot.
type explaining struct {
	ctx    context.Context
	reader store.Reader
	*telling
	undone map[string]*store.ImportRecord
	ids    map[string]string // what an id stands for
}

func newExplaining(ctx context.Context, r store.Reader, snap *hierarchy.Snapshot, imports []*store.ImportRecord) *explaining {
	rows := map[hierarchy.Ref]hierarchy.Noun{}
	for _, t := range snap.Tasks {
		rows[hierarchy.RefOf(t)] = t
	}
	x := &explaining{ctx, r, newTelling(snap, rows, imports), UndoneBy(imports), map[string]string{}}
	for _, e := range snap.Entities {
		x.ids[string(e.ID)] = snap.Path(e)
	}
	for _, s := range snap.TaskStatuses {
		x.ids[string(s.ID)] = s.Name
	}
	for id, name := range x.types {
		x.ids[string(id)] = name
	}
	for id, name := range x.persons {
		x.ids[string(id)] = name
	}
	return x
}

// partsOf lists an entity's tasks, each followed by its assignments and
// comments, and then its castings.
func (x *explaining) partsOf(e *hierarchy.Entity) ([]hierarchy.Noun, error) {
	var out []hierarchy.Noun
	for _, t := range x.snap.Tasks {
		if t.EntityID != e.ID {
			continue
		}
		out = append(out, t)
		for _, person := range t.Assignees {
			out = append(out, &hierarchy.Assignment{TaskID: t.ID, PersonID: person})
		}
		var comments []*hierarchy.Comment
		for row, err := range x.reader.Rows(x.ctx, "comments", map[string]any{"task_id": string(t.ID)}) {
			if err != nil {
				return nil, err
			}
			comments = append(comments, row.(*hierarchy.Comment))
		}
		slices.SortStableFunc(comments, func(a, b *hierarchy.Comment) int { return a.CreatedAt.Compare(b.CreatedAt.Time) })
		for _, c := range comments {
			out = append(out, c)
		}
	}
	for _, c := range x.snap.Castings {
		if c.EntityInID == e.ID {
			out = append(out, c)
		}
	}
	return out, nil
}

// row tells the story of one row.
func (x *explaining) row(row hierarchy.Noun) (RowStory, error) {
	ref := hierarchy.RefOf(row)
	story := RowStory{ID: ref.Key, Fields: []FieldStory{}}
	story.Entity, story.Path = x.name(ref, row)
	last, made, err := lastWrites(x.ctx, x.reader, ref)
	if err != nil {
		return story, err
	}
	story.Made = x.writing(made)
	for _, f := range withCleared(fieldsOf(row), last) {
		wrote := last[f.Field]
		if wrote == nil {
			if wrote = made; saysNothing(row, f.Value) {
				continue
			}
		}
		if w := x.writing(wrote); w != nil {
			f.Writing = *w
		}
		f.Name, f.Was = x.ids[f.Value.Text()], x.ids[f.Before.Text()]
		story.Fields = append(story.Fields, f)
	}
	return story, nil
}

// writing says who wrote a line of history; nil for none.
func (x *explaining) writing(row *hierarchy.HistoryRow) *Writing {
	if row == nil {
		return nil
	}
	at := rfc3339(row.At)
	w := &Writing{At: &at, Author: row.Author, Cause: string(row.Cause), Import: row.CauseID, Place: row.Place, File: x.files[row.CauseID], Before: fieldValue(row.Before, row.Field)}
	if by := x.undone[row.CauseID]; by != nil && row.Cause == hierarchy.Undo {
		w.Undo = &by.ID
	}
	return w
}

func find(snap *hierarchy.Snapshot, path string) (*hierarchy.Entity, error) {
	if e := snap.Entity(hierarchy.ID(path)); e != nil {
		return e, nil
	}
	bare, known := []*hierarchy.Entity{}, []string{}
	wanted := strings.TrimPrefix(path, hierarchy.PathPart(snap.Project.Name)+"/")
	for _, e := range snap.Entities {
		is := snap.Path(e)
		if is == path || is == wanted {
			return e, nil
		}
		if e.Name == path {
			bare = append(bare, e)
		}
		known = append(known, is)
	}
	switch len(bare) {
	case 0:
		if near := Nearest(path, known); near != "" {
			return nil, usage("%s has no entity %q: did you mean %q?", snap.Project.Name, path, near)
		}
		return nil, usage("%s has no entity %q: give its path, such as EP103/SQ010/SH010, or its id", snap.Project.Name, path)
	case 1:
		return bare[0], nil
	}
	var paths []string
	for _, e := range bare {
		paths = append(paths, snap.Path(e))
	}
	return nil, usage("%q may be any of %s", path, list(paths))
}

// lastWrites gives the last history row of each field, and the row that made
// or reinstated the whole.
func lastWrites(ctx context.Context, r store.Reader, ref hierarchy.Ref) (last map[string]*hierarchy.HistoryRow, made *hierarchy.HistoryRow, err error) {
	last = map[string]*hierarchy.HistoryRow{}
	for row, err := range r.History(ctx, store.HistoryQuery{Table: ref.Table, Key: ref.Key}) {
		if err != nil {
			return nil, nil, err
		}
		if row.Field == "" {
			made, last = &row, map[string]*hierarchy.HistoryRow{}
			continue
		}
		last[row.Field] = &row
		if field, _, ok := strings.Cut(row.Field, "."); !ok && field == "data" {
			for f := range last { // the document as a whole was written after its keys
				if strings.HasPrefix(f, "data.") {
					delete(last, f)
				}
			}
		}
	}
	return last, made, nil
}

// ownFields are those that a row's place says already.
var ownFields = []string{"id", "kind", "twin", "created_at", "updated_at", "project_id", "entity_type_id", "entity_id", "task_type_id", "task_id", "entity_in_id", "entity_out_id"}

// withCleared adds the custom fields that the row has no more, so that who took
// them out is told.
func withCleared(fields []FieldStory, last map[string]*hierarchy.HistoryRow) []FieldStory {
	var gone []string
	for field := range last {
		if strings.HasPrefix(field, "data.") && !slices.ContainsFunc(fields, func(f FieldStory) bool { return f.Field == field }) {
			gone = append(gone, field)
		}
	}
	slices.Sort(gone)
	for _, field := range gone {
		fields = append(fields, FieldStory{Field: field, Value: "null"})
	}
	return fields
}

// saysNothing tells an empty field, which is of interest only where somebody
// emptied it.
func saysNothing(row hierarchy.Noun, v hierarchy.Value) bool {
	return v.OrNull() == "null" || v == `""` || v == "0" && row.Table() == "tasks"
}

// fieldsOf lists a row's fields, its custom ones by key.
func fieldsOf(row hierarchy.Noun) []FieldStory {
	var out []FieldStory
	for _, f := range hierarchy.FieldsOfNoun(row) {
		if slices.Contains(ownFields, f.Name) {
			continue
		}
		v, err := hierarchy.Get(row, f.Name)
		if err != nil {
			continue
		}
		if f.Name == "data" {
			keys := hierarchy.Data(v).Keys()
			for _, key := range keys { // null has none
				out = append(out, FieldStory{Field: "data." + key, Value: hierarchy.Data(v).Get(key)})
			}
			continue
		}
		out = append(out, FieldStory{Field: f.Name, Value: v})
	}
	return out
}
