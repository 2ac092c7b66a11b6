package storetest

import (
	"errors"
	"slices"

	"github.com/google/go-cmp/cmp"

	"turnover/hierarchy"
	"turnover/store"
)

var rows = []promise{
	{"a snapshot has what the production and all productions have", func(b *bed) {
		b.seeded()
		s := b.snapshot()
		b.equal(len(s.Studios), 1, "studios")
		b.equal(len(s.Persons), 2, "persons")
		b.equal(len(s.PersonDepartments), 1, "person departments")
		b.equal(len(s.EntityTypes), 3, "entity types")
		b.equal(len(s.TaskTypes), 1, "task types")
		b.equal(len(s.TaskStatuses), 2, "task statuses")
		b.equal(len(s.Team), 1, "team")
		b.equal(len(s.ProjectTaskTypes), 1, "project task types")
		b.equal(len(s.ProjectTaskStatuses), 1, "project task statuses")
		b.equal(len(s.ProjectAssetTypes), 1, "project asset types")
		b.equal(len(s.Descriptors), 1, "descriptors")
		b.equal(len(s.Castings), 1, "castings")
		b.equal(len(s.TimeSpents), 1, "time spents")
		b.equal(s.Revision, 1, "revision")
		b.equal(s.Shared, 1, "shared revision")
		b.equal(s.AsOf, noon, "as of")
		b.equal(s.Path(s.Entity("sh1")), "EP01/SQ010/SH010", "path")
		b.read(func(r store.Reader) {
			bare, err := r.Snapshot(b.ctx, "tv", hierarchy.With{Bare: true})
			b.check(err)
			b.equal(len(bare.Entities), 0, "entities of a bare snapshot")
			b.equal(len(bare.TaskTypes), 1, "task types of a bare snapshot")
		})
		b.equal(slices.IsSortedFunc(s.Entities, func(a, b *hierarchy.Entity) int { return cmpIDs(a.ID, b.ID) }), true, "sorted")
	}},
	{"rows come back as they were written, with stamps from the origin", func(b *bed) {
		b.seeded()
		want := shot("sh1", "sq1", "SH010")
		want.CreatedAt, want.UpdatedAt = noon, noon
		if d := cmp.Diff(want, b.row("entities", map[string]any{"id": "sh1"})); d != "" {
			b.Errorf("shot (-want +got):\n%s", d)
		}
		work := task("t1", "sh1")
		work.CreatedAt, work.UpdatedAt = noon, noon
		work.Assignees = []hierarchy.ID{"ada", "bob"}
		if d := cmp.Diff(work, b.row("tasks", map[string]any{"id": "t1"})); d != "" {
			b.Errorf("task (-want +got):\n%s", d)
		}
		ada := person("ada")
		ada.CreatedAt, ada.UpdatedAt = noon, noon
		if d := cmp.Diff(ada, b.row("persons", map[string]any{"id": hierarchy.ID("ada")})); d != "" {
			b.Errorf("person (-want +got):\n%s", d)
		}
	}},
	{"stamps that a row brings are kept", func(b *bed) {
		made := &hierarchy.Studio{ID: "old", Name: "Old", Stamps: hierarchy.Stamps{CreatedAt: later(-9000)}}
		b.apply(create(shared, made))
		got := b.row("studios", nil).(*hierarchy.Studio)
		b.equal(got.CreatedAt, later(-9000), "created")
		b.equal(got.UpdatedAt, noon, "updated")
		b.equal(made.UpdatedAt.IsZero(), true, "the caller's row is untouched")
	}},
	{"tasks in a snapshot have their assignees, sorted", func(b *bed) {
		b.seeded()
		s := b.snapshot()
		b.equal(s.Tasks[0].Assignees, []hierarchy.ID{"ada", "bob"}, "assignees of t1")
		b.equal(len(s.Tasks[1].Assignees), 0, "assignees of t2")
	}},
	{"names are kept and found by their exact text", func(b *bed) {
		b.seeded()
		names := []string{"010", "10", "1E05", "=A1", "'; DROP TABLE entities; --", "é", "e\u0301", "🎬 plan", "a/b%2F", " lead", "x\ty\nz", `quo"te`, "?", "$1",
			string(slices.Repeat([]rune("ä"), 160))}
		for i, name := range names {
			b.apply(create(inTV, shot(hierarchy.ID(rune('a'+i)), "sq1", name)))
		}
		for i, name := range names {
			got := b.row("entities", map[string]any{"name": name, "kind": hierarchy.Shot})
			b.equal(got.Key(), string(rune('a'+i)), name)
		}
	}},
	{"text that a database cannot keep is refused before it gets there", func(b *bed) {
		b.seeded()
		b.refuses(create(inTV, shot("new", "sq1", "nul\x00"))...)
		b.refuses(create(inTV, shot("new", "sq1", "not utf-8 \xff"))...)
		b.refuses(create(inTV, &hierarchy.TimeSpent{ID: "new", TaskID: "t1", PersonID: "bob", Date: "tomorrow", Duration: 1})...)
	}},
	{"a project is found by id and by exact name, else ErrNotFound", func(b *bed) {
		b.seeded()
		b.apply(create(inFilm, &hierarchy.Project{ID: "film", Name: "tv"})) // the other one's id
		b.read(func(r store.Reader) {
			for asked, want := range map[string]hierarchy.ID{"tv": "tv", "TV Show": "tv", "film": "film"} {
				s, err := r.Snapshot(b.ctx, asked, hierarchy.With{})
				b.check(err)
				b.equal(s.Project.ID, want, asked)
			}
			if _, err := r.Snapshot(b.ctx, "tv show", hierarchy.With{}); !errors.Is(err, store.ErrNotFound) {
				b.Errorf("got %v, want ErrNotFound", err)
			}
			projects, err := r.Projects(b.ctx)
			b.check(err)
			b.equal(len(projects), 2, "projects")
			b.equal(projects[0].Name, "TV Show", "first by name")
		})
	}},
	{"what all share is there without a project", func(b *bed) {
		b.seeded()
		b.read(func(r store.Reader) {
			s, err := r.Shared(b.ctx)
			b.check(err)
			b.equal(s.Project == nil, true, "no project")
			b.equal(len(s.Persons), 2, "persons")
			b.equal(s.Shared, 1, "revision")
		})
	}},
	{"rows are narrowed by equality, by lists and by null, in order of their keys", func(b *bed) {
		b.seeded()
		for _, c := range []struct {
			table string
			where map[string]any
			want  []string
		}{
			{"entities", map[string]any{"kind": hierarchy.Shot}, []string{"sh1", "sh2"}},
			{"entities", map[string]any{"parent_id": hierarchy.ID("")}, []string{"as1", "ep1"}},
			{"entities", map[string]any{"id": []hierarchy.ID{"sq1", "sh2", "none"}}, []string{"sh2", "sq1"}},
			{"entities", map[string]any{"id": []string{}}, nil},
			{"entities", map[string]any{"parent_id": []hierarchy.ID{"ep1", ""}, "project_id": "tv"}, []string{"as1", "ep1", "sq1"}},
			{"entities", map[string]any{"nb_frames": 48}, []string{"sh1", "sh2"}},
			{"entities", map[string]any{"canceled": true}, nil},
			{"time_spents", map[string]any{"date": hierarchy.Day("2026-01-06")}, []string{"ts1"}},
			{"time_spents", map[string]any{"date": "2026-01-07"}, nil},
			{"tasks", map[string]any{"due_date": later(24), "entity_id": "sh1"}, []string{"t1"}},
			{"task_assignees", nil, []string{"t1/ada", "t1/bob"}},
			{"task_statuses", map[string]any{"is_retake": true}, []string{"retake"}},
		} {
			var got []string
			b.read(func(r store.Reader) {
				for n, err := range r.Rows(b.ctx, c.table, c.where) {
					b.check(err)
					got = append(got, n.Key())
				}
			})
			b.equal(got, c.want, c.table)
		}
	}},
	{"an unknown table or column is an error, not an empty answer", func(b *bed) {
		b.read(func(r store.Reader) {
			for table, where := range map[string]map[string]any{"none": nil, "history": nil, "tasks": {"none": 1}} {
				for _, err := range r.Rows(b.ctx, table, where) {
					if err == nil {
						b.Errorf("%s: got rows, want an error", table)
					}
				}
			}
		})
	}},
}

func cmpIDs(a, b hierarchy.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
