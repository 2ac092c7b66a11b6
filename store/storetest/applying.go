package storetest

import (
	"errors"
	"fmt"
	"slices"

	"turnover/hierarchy"
	"turnover/store"
)

// ref is a row known by its key only, for changes that name it.
func ref(id hierarchy.ID) *hierarchy.Entity { return &hierarchy.Entity{ID: id} }

// stale checks that changes are refused since a row is not as planned.
func (b *bed) stale(changes ...hierarchy.Change) *hierarchy.StaleError {
	b.Helper()
	before := b.dump()
	err := b.tryApply(changes...)
	var s *hierarchy.StaleError
	if !errors.As(err, &s) {
		b.Fatalf("got %v, want a StaleError", err)
	}
	b.same(before, b.dump())
	return s
}

var applying = []promise{
	{"changes are written whatever their order", func(b *bed) {
		changes := production()
		slices.Reverse(changes)
		b.apply(changes)
		b.equal(len(b.snapshot().Entities), 6, "entities")
	}},
	{"a stale before-value refuses the whole", func(b *bed) {
		b.seeded()
		s := b.stale(append(create(inTV, shot("new", "sq1", "SH030")), update(inTV, ref("sh1"), set("name", "SH010", "SH011"), set("nb_frames", 47, 50)))...)
		b.equal(s.Field, "nb_frames", "field")
		b.equal(s.Planned, "47", "planned")
		b.equal(s.Real, "48", "real")
	}},
	{"a change to a row that is gone is stale", func(b *bed) {
		b.seeded()
		b.stale(update(inTV, ref("none"), set("name", "a", "b")))
		b.stale(hierarchy.Omit{Origin: inTV, Ref: hierarchy.RefOf(ref("none"))})
		b.stale(hierarchy.Unlink{Origin: inTV, Row: casting("none", "sh1")})
		b.stale(hierarchy.Delete{Origin: inTV, Row: ref("none")})
	}},
	{"a link that changed since it was planned away is stale", func(b *bed) {
		b.seeded()
		other := casting("c1", "sh1")
		other.NbOccurences = 1
		b.stale(hierarchy.Unlink{Origin: inTV, Row: other})
		b.apply([]hierarchy.Change{hierarchy.Unlink{Origin: inTV, Row: casting("c1", "sh1")}})
		b.equal(len(b.snapshot().Castings), 0, "castings")
	}},
	{"fields and keys of data are set, the others stay, and the row is stamped", func(b *bed) {
		b.seeded()
		o := inTV
		o.At = later(1)
		b.apply([]hierarchy.Change{update(o, ref("sh1"), set("nb_frames", 48, 50), set("data.frame_in", 1001, 1002), hierarchy.FieldChange{Field: "data.note", Before: "", After: `"x"`})})
		got := b.row("entities", map[string]any{"id": "sh1"}).(*hierarchy.Entity)
		b.equal(got.Frames(), 50, "frames")
		b.equal(string(got.Data), `{"frame_in":1002,"b":"<é>","note":"x"}`, "data")
		b.equal(got.UpdatedAt, later(1), "updated")
		b.equal(got.CreatedAt, noon, "created")
		b.equal(got.Name, "SH010", "name")
		b.equal(b.row("entities", map[string]any{"id": "sh2"}).(*hierarchy.Entity).UpdatedAt, noon, "another row's stamp")
	}},
	{"rows of one table that alter different fields keep their others", func(b *bed) {
		b.seeded()
		b.apply([]hierarchy.Change{update(inTV, ref("sh1"), set("nb_frames", 48, 50)), update(inTV, ref("sh2"), set("description", nil, "rain"))})
		one, two := b.row("entities", map[string]any{"id": "sh1"}).(*hierarchy.Entity), b.row("entities", map[string]any{"id": "sh2"}).(*hierarchy.Entity)
		b.equal(one.Frames(), 50, "frames of the first")
		b.equal(one.Description == nil, true, "no description of the first")
		b.equal(two.Frames(), 48, "frames of the second")
		b.equal(*two.Description, "rain", "description of the second")
	}},
	{"every kind of value is updated and made null", func(b *bed) {
		b.seeded()
		b.apply([]hierarchy.Change{
			update(inTV, &hierarchy.Task{ID: "t1"}, set("estimation", 480.5, 60.25), set("due_date", later(24), nil), set("start_date", nil, later(2)), set("retake_count", nil, 3),
				set("task_status_id", "todo", "retake")),
			update(inTV, &hierarchy.Project{ID: "tv"}, set("start_date", "2026-01-05", "2026-02-06"), set("has_avatar", false, true), set("is_client_stats_visible", nil, true), set("fps", "25", nil)),
			update(shared, person("ada"), set("daily_salary", 12.5, nil), set("email", "ada@example.com", nil)),
			update(inTV, &hierarchy.ProjectPerson{ProjectID: "tv", PersonID: "ada"}, set("role", nil, "manager")),
		})
		work := b.row("tasks", map[string]any{"id": "t1"}).(*hierarchy.Task)
		b.equal(fmt.Sprint(work.Estimation, work.DueDate, work.StartDate, *work.RetakeCount, work.TaskStatusID), fmt.Sprint(60.25, hierarchy.Time{}, later(2), 3, "retake"), "task")
		p := b.row("projects", nil).(*hierarchy.Project)
		b.equal(fmt.Sprint(p.StartDate == "2026-02-06", p.HasAvatar, *p.IsClientStatsVisible, p.FPS == nil), "true true true true", "project")
		ada := b.row("persons", map[string]any{"id": "ada"}).(*hierarchy.Person)
		b.equal(fmt.Sprint(ada.DailySalary == nil, ada.Email == nil), "true true", "person")
		b.equal(*b.row("project_persons", nil).(*hierarchy.ProjectPerson).Role, "manager", "role")
	}},
	{"several changes to one row fold in their order", func(b *bed) {
		b.seeded()
		sh := hierarchy.RefOf(ref("sh1"))
		b.apply([]hierarchy.Change{update(inTV, ref("sh1"), set("nb_frames", 48, 50)), hierarchy.Omit{Origin: inTV, Ref: sh}, update(inTV, ref("sh1"), set("nb_frames", 50, 52)), hierarchy.Reinstate{Origin: inTV, Ref: sh}})
		got := b.snapshot().Entity("sh1")
		b.equal(got.Frames(), 52, "frames")
		b.equal(got.Canceled, false, "canceled")
		b.equal(len(b.history(store.HistoryQuery{Table: "entities", Key: "sh1"})), 5, "history rows")
	}},
	{"a row made by the same Apply can be changed and removed by it", func(b *bed) {
		b.seeded()
		made := shot("new", "sq1", "SH030")
		gone := shot("gone", "sq1", "SH040")
		b.apply([]hierarchy.Change{
			hierarchy.Create{Origin: inTV, Row: made}, update(inTV, made, set("nb_frames", 48, 99)), hierarchy.Omit{Origin: inTV, Ref: hierarchy.RefOf(made)},
			hierarchy.Create{Origin: inTV, Row: gone}, hierarchy.Delete{Origin: inTV, Row: gone},
		})
		s := b.snapshot()
		b.equal(s.Entity("new").Frames(), 99, "frames")
		b.equal(s.Entity("new").Canceled, true, "canceled")
		b.equal(s.Entity("gone") == nil, true, "gone")
		b.equal(*made.NbFrames, 48, "the caller's row")
	}},
	{"a row can be removed and made again in one go", func(b *bed) {
		b.seeded()
		was := b.row("entities", map[string]any{"id": "sh2"})
		b.apply([]hierarchy.Change{hierarchy.Delete{Origin: inTV, Row: was}, hierarchy.Create{Origin: inTV, Row: shot("sh2", "sq1", "SH021")}})
		b.equal(b.snapshot().Entity("sh2").Name, "SH021", "name")
	}},
	{"omit and reinstate set canceled and refuse to do so twice", func(b *bed) {
		b.seeded()
		sh := hierarchy.RefOf(ref("sh1"))
		b.stale(hierarchy.Reinstate{Origin: inTV, Ref: sh})
		b.apply([]hierarchy.Change{hierarchy.Omit{Origin: inTV, Ref: sh}})
		b.equal(b.snapshot().Entity("sh1").Canceled, true, "canceled")
		b.stale(hierarchy.Omit{Origin: inTV, Ref: sh})
	}},
	{"an entity moves to another parent, also to one made in the same Apply", func(b *bed) {
		b.seeded()
		b.apply([]hierarchy.Change{hierarchy.Move{Origin: inTV, Ref: hierarchy.RefOf(ref("sh1")), Before: "sq1", After: "sq2"}, hierarchy.Create{Origin: inTV, Row: entity("sq2", hierarchy.Sequence, "ep1", "SQ020")}})
		s := b.snapshot()
		b.equal(s.Path(s.Entity("sh1")), "EP01/SQ020/SH010", "path")
	}},
	{"two entities swap their names", func(b *bed) {
		b.seeded()
		b.apply([]hierarchy.Change{update(inTV, ref("sh1"), set("name", "SH010", "SH020")), update(inTV, ref("sh2"), set("name", "SH020", "SH010"))})
		s := b.snapshot()
		b.equal(s.Entity("sh1").Name+s.Entity("sh2").Name, "SH020SH010", "names")
		b.equal(s.Entity("sh1").Twin+s.Entity("sh2").Twin, 0, "twins")
	}},
	{"assignees are linked, not written with the task", func(b *bed) {
		b.seeded()
		work := task("t3", "sh1")
		work.Name, work.Assignees = "second", []hierarchy.ID{"ada"}
		b.apply(append(create(inTV, work), hierarchy.Unlink{Origin: inTV, Row: &hierarchy.Assignment{TaskID: "t1", PersonID: "ada"}}))
		b.equal(len(b.row("tasks", map[string]any{"id": "t3"}).(*hierarchy.Task).Assignees), 0, "assignees of the new task")
		b.equal(b.row("tasks", map[string]any{"id": "t1"}).(*hierarchy.Task).Assignees, []hierarchy.ID{"bob"}, "assignees of the other")
	}},
	{"an Apply raises the revision of each project named by one", func(b *bed) {
		b.seeded()
		o := inTV
		o.At = later(5)
		b.apply(append(create(o, shot("x", "sq1", "X"), shot("y", "sq1", "Y")), create(inFilm, &hierarchy.Project{ID: "film", Name: "Film"})...))
		s := b.snapshot()
		b.equal(s.Revision, 2, "revision")
		b.equal(s.Shared, 1, "shared revision")
		b.equal(s.AsOf, later(5), "as of")
		b.apply(nil)
		b.equal(b.snapshot().Revision, 2, "revision after nothing")
	}},
}
