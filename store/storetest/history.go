package storetest

import (
	"fmt"
	"iter"

	"turnover/hierarchy"
	"turnover/store"
)

var histories = []promise{
	{"history tells each field, who, when, why and where", func(b *bed) {
		b.seeded()
		o := inTV
		o.At, o.CauseID = later(1), "cause-2"
		b.apply([]hierarchy.Change{update(o, ref("sh1"), set("nb_frames", 48, 50), set("name", "SH010", "SH010"), hierarchy.FieldChange{Field: "data.lens", Before: "", After: `35`}),
			hierarchy.Omit{Origin: o, Ref: hierarchy.RefOf(ref("sh2"))}, hierarchy.Move{Origin: o, Ref: hierarchy.RefOf(ref("sh2")), Before: "sq1", After: ""}})
		var got []string
		for _, h := range b.history(store.HistoryQuery{CauseID: "cause-2"}) {
			got = append(got, fmt.Sprintf("%s %s %s %s→%s", h.Key, h.Action, h.Field, h.Before, h.After))
			h.Seq = 0
			want := hierarchy.HistoryRow{At: later(1), Project: "tv", Author: "ada@example.com", Cause: hierarchy.Import, CauseID: "cause-2", Place: "cut.edl:4", Table: "entities",
				Key: h.Key, Action: h.Action, Field: h.Field, Before: h.Before, After: h.After}
			b.equal(h, want, "row")
		}
		b.equal(fmt.Sprintf("%q", got), fmt.Sprintf("%q", []string{"sh1 update nb_frames 48→50", "sh1 update data.lens →35", "sh2 omit canceled false→true", `sh2 move parent_id "sq1"→null`}), "history")
	}},
	{"a row made has one line, a row removed has one with the whole row", func(b *bed) {
		b.seeded()
		b.apply([]hierarchy.Change{hierarchy.Unlink{Origin: inTV, Row: casting("c1", "sh1")}})
		rows := b.history(store.HistoryQuery{Table: "casting_links", Key: "c1"})
		b.equal(len(rows), 2, "rows")
		b.equal(rows[0].Action+rows[0].Field+string(rows[0].Before)+string(rows[0].After), "link", "made")
		b.equal(rows[1].Action, "unlink", "removed")
		want := `{"id":"c1","entity_in_id":"sh1","entity_out_id":"as1","nb_occurences":2,"label":"animate","data":null,"created_at":"2026-03-02T12:00:00.123456","updated_at":"2026-03-02T12:00:00.123456"}`
		b.equal(rows[1].Before, want, "before")
	}},
	{"history is narrowed by project, row, cause and instant, in ascending order", func(b *bed) {
		b.seeded()
		all := b.history(store.HistoryQuery{})
		b.equal(len(all), len(production()), "all")
		for i := 1; i < len(all); i++ {
			if all[i].Seq <= all[i-1].Seq {
				b.Fatalf("row %d has number %d after %d", i, all[i].Seq, all[i-1].Seq)
			}
		}
		o := inTV
		o.At = later(2)
		b.apply(create(o, shot("new", "sq1", "SH030")))
		b.equal(len(b.history(store.HistoryQuery{After: noon})), 1, "after noon")
		b.equal(len(b.history(store.HistoryQuery{After: later(2)})), 0, "after the last")
		b.equal(len(b.history(store.HistoryQuery{AfterSeq: all[len(all)-1].Seq})), 1, "beyond the number of what was the last")
		b.equal(len(b.history(store.HistoryQuery{AfterSeq: all[len(all)-3].Seq, Project: "tv"})) > 0, true, "beyond a number, of a project")
		b.equal(len(b.history(store.HistoryQuery{Project: "film"})), 0, "of another project")
		b.equal(len(b.history(store.HistoryQuery{Project: "tv", Table: "entities", Key: "new"})), 1, "of the new shot")
		b.equal(len(b.history(store.HistoryQuery{CauseID: "none"})), 0, "of another cause")
	}},
}

var factStreams = []promise{
	{"streams are ordered by task and can be walked side by side", func(b *bed) {
		b.seeded()
		b.manyFacts()
		b.read(func(r store.Reader) {
			f, err := r.Facts(b.ctx, "tv")
			b.check(err)
			b.equal(len(f.Dimensions().Entities), 6, "dimensions")
			seen, last := 0, ""
			for work, err := range f.Tasks() {
				b.check(err)
				for spent, err := range f.TimeSpents() {
					b.check(err)
					if spent.TaskID == work.ID {
						seen++
						break
					}
				}
				for comment, err := range f.Comments() {
					b.check(err)
					b.equal(comment.TaskID, "t1", "task of the first comment")
					break
				}
				if string(work.ID) <= last {
					b.Errorf("task %s comes after %s", work.ID, last)
				}
				last = string(work.ID)
			}
			b.equal(seen, 2, "tasks with time")
		})
	}},
	{"time comes by task, day, person and id, comments by task and creation", func(b *bed) {
		b.seeded()
		b.manyFacts()
		b.read(func(r store.Reader) {
			f, err := r.Facts(b.ctx, "TV Show")
			b.check(err)
			last, n := "", 0
			for s, err := range f.TimeSpents() {
				b.check(err)
				place := fmt.Sprintf("%s|%s|%s|%s", s.TaskID, s.Date, s.PersonID, s.ID)
				if place <= last {
					b.Errorf("%s comes after %s", place, last)
				}
				last = place
				n++
			}
			b.equal(n, 1201, "time sheets")
			last, n = "", 0
			for c, err := range f.Comments() {
				b.check(err)
				place := fmt.Sprintf("%s|%-30s|%s", c.TaskID, c.CreatedAt, c.ID)
				if place <= last {
					b.Errorf("%s comes after %s", place, last)
				}
				last = place
				n++
			}
			b.equal(n, 1201, "comments")
			n = 0
			for _, err := range f.Previews() {
				b.check(err)
				n++
			}
			b.equal(n, 1, "previews")
		})
	}},
	{"facts without some fields are the same rows in the same order", func(b *bed) {
		b.seeded()
		b.manyFacts()
		b.read(func(r store.Reader) {
			whole, err := r.Facts(b.ctx, "tv")
			b.check(err)
			lean := hierarchy.Only(whole, hierarchy.Fields{"tasks": {"entity_id"}, "time_spents": {"duration"}, "comments": {"text"}})
			b.equal(lean.Dimensions() == whole.Dimensions(), true, "the same dimensions")
			b.equal(listed(b, lean.Tasks(), func(t *hierarchy.Task) any { return []any{t.ID, t.EntityID, t.Assignees} }),
				listed(b, whole.Tasks(), func(t *hierarchy.Task) any { return []any{t.ID, t.EntityID, t.Assignees} }), "tasks")
			b.equal(listed(b, lean.TimeSpents(), func(s *hierarchy.TimeSpent) any { return []any{s.ID, s.TaskID, s.Duration} }),
				listed(b, whole.TimeSpents(), func(s *hierarchy.TimeSpent) any { return []any{s.ID, s.TaskID, s.Duration} }), "time sheets")
			b.equal(listed(b, lean.Comments(), func(c *hierarchy.Comment) any { return []any{c.ID, c.TaskID, c.Text, c.CreatedAt} }),
				listed(b, whole.Comments(), func(c *hierarchy.Comment) any { return []any{c.ID, c.TaskID, c.Text, c.CreatedAt} }), "comments")
			b.equal(listed(b, lean.Previews(), func(p *hierarchy.PreviewFile) any { return []any{p.ID, p.Status, p.Stamps} }),
				listed(b, whole.Previews(), func(p *hierarchy.PreviewFile) any { return []any{p.ID, p.Status, p.Stamps} }), "previews, which are not narrowed")
		})
	}},
	{"facts of the tasks of a type are those and what hangs on them", func(b *bed) {
		b.seeded()
		b.manyFacts()
		b.read(func(r store.Reader) {
			all, err := r.Facts(b.ctx, "tv")
			b.check(err)
			wanted, tasks, sheets := map[hierarchy.ID]bool{}, []any{}, []any{}
			var types []hierarchy.ID
			for t, err := range all.Tasks() {
				b.check(err)
				if types == nil {
					types = []hierarchy.ID{t.TaskTypeID}
				}
				if wanted[t.ID] = t.TaskTypeID == types[0]; wanted[t.ID] {
					tasks = append(tasks, t.ID)
				}
			}
			for s, err := range all.TimeSpents() {
				b.check(err)
				if wanted[s.TaskID] {
					sheets = append(sheets, s.ID)
				}
			}
			few := hierarchy.OfTypes(all, types)
			b.equal(listed(b, few.Tasks(), func(t *hierarchy.Task) any { return t.ID }), tasks, "tasks")
			b.equal(listed(b, few.TimeSpents(), func(s *hierarchy.TimeSpent) any { return s.ID }), sheets, "time sheets")
			b.equal(listed(b, hierarchy.OfTypes(all, []hierarchy.ID{}).Comments(), func(c *hierarchy.Comment) any { return c.ID }), []any(nil), "comments of no type")
		})
	}},
	{"leaving a stream early leaves the store usable", func(b *bed) {
		b.seeded()
		b.manyFacts()
		for range 20 {
			b.read(func(r store.Reader) {
				f, err := r.Facts(b.ctx, "tv")
				b.check(err)
				for range f.TimeSpents() {
					break
				}
				for range r.History(b.ctx, store.HistoryQuery{}) {
					break
				}
				_, err = r.Projects(b.ctx)
				b.check(err)
			})
		}
		b.apply(create(inTV, shot("new", "sq1", "SH030")))
	}},
	{"another production's facts are not among them", func(b *bed) {
		b.seeded()
		b.apply(create(inFilm, &hierarchy.Project{ID: "film", Name: "Film"}))
		b.read(func(r store.Reader) {
			f, err := r.Facts(b.ctx, "Film")
			b.check(err)
			for range f.Tasks() {
				b.Error("a task of another production")
			}
			for range f.Comments() {
				b.Error("a comment of another production")
			}
		})
	}},
}

// manyFacts puts in more than one portion of a stream.
func (b *bed) manyFacts() {
	b.Helper()
	var many []hierarchy.Noun
	for i := range 1200 {
		day := hierarchy.DayOf(noon.AddDate(0, 0, i/4), noon.Location())
		work, who := hierarchy.ID("t1"), hierarchy.ID("ada")
		if i%2 == 0 {
			work = "t2"
		}
		if i%4 < 2 {
			who = "bob"
		}
		many = append(many,
			&hierarchy.TimeSpent{ID: hierarchy.ID(fmt.Sprint("time", i)), TaskID: work, PersonID: who, Date: day, Duration: 15},
			&hierarchy.Comment{ID: hierarchy.ID(fmt.Sprint("note", i)), TaskID: work, TaskStatusID: "todo", PersonID: who, Stamps: hierarchy.Stamps{CreatedAt: later(-i / 3)}})
	}
	b.apply(create(inTV, many...))
}

// listed writes what is looked at of the rows of a stream.
func listed[T any](b *bed, rows iter.Seq2[T, error], of func(T) any) (out []string) {
	b.Helper()
	for row, err := range rows {
		b.check(err)
		out = append(out, fmt.Sprint(of(row)))
	}
	return out
}
