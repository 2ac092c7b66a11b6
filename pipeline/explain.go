package pipeline

import (
	"context"
	"strings"

	"turnover/hierarchy"
	"turnover/store"
)

// An Explanation says of one entity where each of its fields came from.
type Explanation struct {
	Project string       `json:"project"`
	Path    string       `json:"path"`
	Entity  string       `json:"entity"` // "shot", "sequence" …
	ID      hierarchy.ID `json:"entity_id"`
	Fields  []FieldStory `json:"fields"`
}

// A FieldStory is one field's value and the last that wrote it.
type FieldStory struct {
	Field  string          `json:"field"`
	Value  hierarchy.Value `json:"value"`
	At     *hierarchy.Time `json:"at"`     // null where history does not know
	Author string          `json:"author"` // of the change
	Cause  string          `json:"cause"`  // import, request, load, undo
	Import string          `json:"import"` // id of the import or request
	File   string          `json:"file"`   // of the import, "" where it was none
	Place  string          `json:"place"`  // "cut.edl:31"
}

// Explain finds an entity by its path ("EP103/SQ010/SH010"), its id, or its bare
// name where only one entity has it.
func (p *Pipeline) Explain(ctx context.Context, project, path string) (out Explanation, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		snap, err := p.snapshotIn(ctx, r, project, hierarchy.With{})
		if err != nil {
			return err
		}
		e, err := find(snap, path)
		if err != nil {
			return err
		}
		out = Explanation{Project: snap.Project.Name, Path: snap.Path(e), Entity: strings.ToLower(string(e.Kind)), ID: e.ID}
		last, made, err := lastWrites(ctx, r, hierarchy.RefOf(e))
		if err != nil {
			return err
		}
		files, err := fileNames(ctx, r, snap.Project.ID)
		if err != nil {
			return err
		}
		for _, f := range fieldsOf(e) {
			row := last[f.Field]
			if row == nil {
				row = made
			}
			f.fill(row, files)
			out.Fields = append(out.Fields, f)
		}
		return nil
	})
	return out, err
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

func fileNames(ctx context.Context, r store.Reader, project hierarchy.ID) (map[string]string, error) {
	all, err := r.Imports(ctx, project)
	names := map[string]string{}
	for _, one := range all {
		names[one.ID] = one.SourceName
	}
	return names, err
}

// fieldsOf lists an entity's fields that say something, its custom ones by key.
func fieldsOf(e *hierarchy.Entity) []FieldStory {
	var out []FieldStory
	for _, f := range hierarchy.FieldsOfNoun(e) {
		switch f.Name {
		case "id", "kind", "twin", "created_at", "updated_at", "project_id", "entity_type_id":
			continue
		case "data":
			for _, key := range e.Data.Keys() {
				out = append(out, FieldStory{Field: "data." + key, Value: e.Data.Get(key)})
			}
			continue
		}
		v, err := hierarchy.Get(e, f.Name)
		if err != nil || v == "null" || v == `""` {
			continue
		}
		out = append(out, FieldStory{Field: f.Name, Value: v})
	}
	return out
}

func (f *FieldStory) fill(row *hierarchy.HistoryRow, files map[string]string) {
	if row == nil {
		return
	}
	f.At, f.Author, f.Cause, f.Import, f.Place = &row.At, row.Author, string(row.Cause), row.CauseID, row.Place
	f.File = files[row.CauseID]
}
