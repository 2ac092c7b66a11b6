// Package storetest is the meaning of store.Store: what every implementation
// promises, as one suite. It also starts a private PostgreSQL for tests.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"turnover/hierarchy"
	"turnover/store"
)

// Run checks all promises. open gives a fresh and empty store each time and
// closes it with the test.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, group := range []struct {
		name     string
		promises []promise
	}{
		{"transactions", transactions}, {"rows", rows}, {"apply", applying}, {"rules", rules},
		{"twins", twins}, {"history", histories}, {"facts", factStreams}, {"records", recordKeeping}, {"accounts", accountKeeping}, {"rewinding", rewinding}, {"dump", dumps},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, p := range group.promises {
				t.Run(p.says, func(t *testing.T) { p.holds(&bed{t, t.Context(), open(t)}) })
			}
		})
	}
}

// A promise is a sentence and its proof.
type promise struct {
	says  string
	holds func(b *bed)
}

// A bed is one test with its store.
type bed struct {
	*testing.T
	ctx   context.Context
	store store.Store
}

// noon is the instant of the changes; the suite uses no clock.
var noon = hierarchy.At(time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.UTC))

func later(hours int) hierarchy.Time { return hierarchy.At(noon.Add(time.Duration(hours) * time.Hour)) }

func by(project hierarchy.ID, cause hierarchy.Cause) hierarchy.Origin {
	return hierarchy.Origin{Project: project, At: noon, Author: "ada@example.com", Cause: cause, CauseID: "cause-1", Place: "cut.edl:4"}
}

var (
	shared  = by("", hierarchy.Import)
	inTV    = by("tv", hierarchy.Import)
	inFilm  = by("film", hierarchy.Import)
	loading = by("tv", hierarchy.Load)
)

func create(o hierarchy.Origin, rows ...hierarchy.Noun) []hierarchy.Change {
	changes := make([]hierarchy.Change, len(rows))
	for i, row := range rows {
		changes[i] = hierarchy.Create{Origin: o, Row: row}
	}
	return changes
}

func update(o hierarchy.Origin, row hierarchy.Noun, fields ...hierarchy.FieldChange) hierarchy.Change {
	return hierarchy.Update{Origin: o, Ref: hierarchy.RefOf(row), Fields: fields}
}

func set(field string, before, after any) hierarchy.FieldChange {
	return hierarchy.FieldChange{Field: field, Before: hierarchy.ValueOf(before), After: hierarchy.ValueOf(after)}
}

// The production that most promises are shown on.
func person(id hierarchy.ID) *hierarchy.Person {
	return &hierarchy.Person{ID: id, FirstName: "Ada", LastName: "Same", Email: hierarchy.Ptr(string(id) + "@example.com"), Active: true, DailySalary: hierarchy.Ptr(12.5)}
}

func entity(id hierarchy.ID, kind hierarchy.Kind, parent hierarchy.ID, name string) *hierarchy.Entity {
	types := map[hierarchy.Kind]hierarchy.ID{hierarchy.Asset: "type-props", hierarchy.Shot: "type-shot"}
	e := &hierarchy.Entity{ID: id, Kind: kind, Name: name, ProjectID: "tv", ParentID: parent, EntityTypeID: types[kind], Status: "running"}
	if e.EntityTypeID == "" {
		e.EntityTypeID = "type-other"
	}
	return e
}

func shot(id hierarchy.ID, parent hierarchy.ID, name string) *hierarchy.Entity {
	e := entity(id, hierarchy.Shot, parent, name)
	e.NbFrames = hierarchy.Ptr(int64(48))
	e.Data = hierarchy.Data(`{"frame_in": 1001, "b":"<é>"}`)
	return e
}

func task(id, entity hierarchy.ID) *hierarchy.Task {
	return &hierarchy.Task{ID: id, Name: "main", ProjectID: "tv", TaskTypeID: "anim", TaskStatusID: "todo", EntityID: entity, Estimation: 480.5, DueDate: later(24)}
}

func production() []hierarchy.Change {
	changes := create(shared,
		&hierarchy.Studio{ID: "studio", Name: "Paris"}, &hierarchy.Department{ID: "dept", Name: "Animation"},
		person("ada"), person("bob"),
		&hierarchy.EntityType{ID: "type-shot", Name: "Shot"}, &hierarchy.EntityType{ID: "type-other", Name: "Other"},
		&hierarchy.EntityType{ID: "type-props", Name: "Props", TaskTypes: hierarchy.Data(`[]`)},
		&hierarchy.TaskType{ID: "anim", Name: "Animation", ForEntity: hierarchy.Ptr("Shot")},
		&hierarchy.TaskStatus{ID: "todo", Name: "Todo", ShortName: "todo", IsDefault: true},
		&hierarchy.TaskStatus{ID: "retake", Name: "Retake", ShortName: "rtk", IsRetake: true})
	changes = append(changes, hierarchy.Link{Origin: shared, Row: &hierarchy.PersonDepartment{PersonID: "ada", DepartmentID: "dept"}})
	changes = append(changes, create(inTV,
		&hierarchy.Project{ID: "tv", Name: "TV Show", ProductionType: hierarchy.Ptr(hierarchy.TVShow), FPS: hierarchy.Ptr("25"), StartDate: "2026-01-05"},
		entity("ep1", hierarchy.Episode, "", "EP01"), entity("sq1", hierarchy.Sequence, "ep1", "SQ010"), entity("sc1", hierarchy.Scene, "sq1", "SC01"),
		shot("sh1", "sq1", "SH010"), shot("sh2", "sq1", "SH020"), entity("as1", hierarchy.Asset, "", "Chair"),
		task("t2", "sh2"), task("t1", "sh1"))...)
	changes = append(changes,
		hierarchy.Link{Origin: inTV, Row: &hierarchy.ProjectPerson{ProjectID: "tv", PersonID: "ada"}},
		hierarchy.Link{Origin: inTV, Row: &hierarchy.ProjectTaskType{ID: "ptt", ProjectID: "tv", TaskTypeID: "anim", Priority: hierarchy.Ptr(int64(1))}},
		hierarchy.Link{Origin: inTV, Row: &hierarchy.ProjectTaskStatus{ID: "pts", ProjectID: "tv", TaskStatusID: "todo"}},
		hierarchy.Link{Origin: inTV, Row: &hierarchy.ProjectAssetType{ProjectID: "tv", AssetTypeID: "type-props"}},
		hierarchy.Link{Origin: inTV, Row: casting("c1", "sh1")},
		hierarchy.Create{Origin: inTV, Row: &hierarchy.AssetInstance{ID: "ai1", AssetID: "as1", SceneID: "sc1", Name: "chair_0001", Number: 1, Active: true,
			Data: hierarchy.Data(`{"x": 1}`)}},
		hierarchy.Link{Origin: inTV, Row: &hierarchy.InstanceCasting{EntityID: "sh1", AssetInstanceID: "ai1"}},
		hierarchy.Link{Origin: inTV, Row: &hierarchy.Assignment{TaskID: "t1", PersonID: "bob"}},
		hierarchy.Link{Origin: inTV, Row: &hierarchy.Assignment{TaskID: "t1", PersonID: "ada"}})
	return append(changes, create(inTV,
		&hierarchy.MetadataDescriptor{ID: "md", ProjectID: "tv", EntityType: "Shot", Name: "Lens", FieldName: "lens", Choices: hierarchy.Data(`["a", "b"]`)},
		&hierarchy.Comment{ID: "k1", TaskID: "t1", TaskStatusID: "retake", PersonID: "ada", Text: "again", Previews: hierarchy.Data(`[]`)},
		&hierarchy.TimeSpent{ID: "ts1", TaskID: "t1", PersonID: "ada", Date: "2026-01-06", Duration: 90},
		&hierarchy.PreviewFile{ID: "p1", TaskID: "t1", Name: hierarchy.Ptr("main"), Revision: 1, Status: "ready"})...)
}

func casting(id, in hierarchy.ID) *hierarchy.Casting {
	return &hierarchy.Casting{ID: id, EntityInID: in, EntityOutID: "as1", NbOccurences: 2, Label: hierarchy.Ptr("animate")}
}

// seeded puts the production in.
func (b *bed) seeded() {
	b.Helper()
	b.apply(production())
}

func (b *bed) apply(changes []hierarchy.Change) {
	b.Helper()
	if err := b.tryApply(changes...); err != nil {
		b.Fatalf("apply: %v", err)
	}
}

func (b *bed) tryApply(changes ...hierarchy.Change) error {
	return b.store.InTx(b.ctx, func(tx store.Tx) error { return tx.Apply(b.ctx, changes) })
}

// refuses checks that changes are refused as a conflict and leave no trace.
func (b *bed) refuses(changes ...hierarchy.Change) *store.ConflictError {
	b.Helper()
	before := b.dump()
	err := b.tryApply(changes...)
	var c *store.ConflictError
	if !errors.As(err, &c) {
		b.Fatalf("got %v, want a ConflictError", err)
	}
	b.same(before, b.dump())
	return c
}

func (b *bed) read(f func(r store.Reader)) {
	b.Helper()
	if err := b.store.Read(b.ctx, func(r store.Reader) error { f(r); return nil }); err != nil {
		b.Fatalf("read: %v", err)
	}
}

func (b *bed) tx(f func(tx store.Tx) error) {
	b.Helper()
	if err := b.store.InTx(b.ctx, f); err != nil {
		b.Fatalf("in a transaction: %v", err)
	}
}

func (b *bed) check(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bed) snapshot() *hierarchy.Snapshot {
	b.Helper()
	var s *hierarchy.Snapshot
	b.read(func(r store.Reader) {
		var err error
		s, err = r.Snapshot(b.ctx, "tv", hierarchy.With{Castings: true, Tasks: true, TimeSpents: true})
		b.check(err)
	})
	return s
}

// row reads one row by its key's columns.
func (b *bed) row(table string, where map[string]any) hierarchy.Noun {
	b.Helper()
	var found []hierarchy.Noun
	b.read(func(r store.Reader) {
		for n, err := range r.Rows(b.ctx, table, where) {
			b.check(err)
			found = append(found, n)
		}
	})
	if len(found) != 1 {
		b.Fatalf("%s where %v: got rows %d, want 1", table, where, len(found))
	}
	return found[0]
}

func (b *bed) equal(got, want any, what string) {
	b.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		b.Errorf("%s: got %s, want %s", what, g, w)
	}
}
