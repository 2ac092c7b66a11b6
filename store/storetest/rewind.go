package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"turnover/hierarchy"
	"turnover/store"
)

// rewinding is what history is for: every earlier state can be had again.
var rewinding = []promise{
	{"facts can be rewound to the end of every transaction", func(b *bed) {
		b.seeded()
		states := []string{b.facts()}
		for i, changes := range turns() {
			for j := range changes {
				changes[j] = stamped(changes[j], later(i+1), fmt.Sprintf("turn-%d", i))
			}
			b.apply(changes)
			states = append(states, b.facts())
		}
		b.read(func(r store.Reader) {
			var moments []store.Moment
			for m, err := range r.Moments(b.ctx, "tv") {
				b.check(err)
				moments = append(moments, m)
			}
			b.equal(len(moments), len(states), "moments")
			b.equal(moments[1].At, later(1), "instant")
			for i, m := range moments {
				now, err := r.Facts(b.ctx, "tv")
				b.check(err)
				then, err := hierarchy.Rewind(now, r.History(b.ctx, store.HistoryQuery{Project: "tv", Shared: true, AfterSeq: m.Seq}), hierarchy.Time{})
				b.check(err)
				if got := b.textOf(then); got != states[i] {
					b.Errorf("after %d turns:\n%s", i, firstDifference(states[i], got))
				}
			}
		})
	}},
	{"as of an instant, what an archive brought later counts from its own dates", func(b *bed) {
		b.seeded()
		o := loading
		o.At, o.CauseID = later(5), "load"
		old, young := shot("old", "sq1", "SH100"), shot("young", "sq1", "SH200")
		old.CreatedAt, young.CreatedAt = later(-100), later(4)
		b.apply(create(o, old, young))
		o = inTV
		o.At, o.CauseID = later(6), "after"
		b.apply([]hierarchy.Change{update(o, old, set("nb_frames", 48, 60))})
		b.read(func(r store.Reader) {
			now, err := r.Facts(b.ctx, "tv")
			b.check(err)
			first := now.Dimensions().Seq - 3
			for asOf, want := range map[hierarchy.Time]string{{}: "", later(1): "old=48"} {
				then, err := hierarchy.Rewind(now, r.History(b.ctx, store.HistoryQuery{Project: "tv", Shared: true, AfterSeq: first}), asOf)
				b.check(err)
				var got []string
				for _, e := range then.Dimensions().Entities {
					if e.ID == "old" || e.ID == "young" {
						got = append(got, fmt.Sprintf("%s=%d", e.ID, *e.NbFrames))
					}
				}
				b.equal(strings.Join(got, " "), want, "shots as of "+asOf.String())
				b.equal(then.Dimensions().LoadedLater, asOf, "what was loaded later counts")
			}
		})
	}},
}

// turns are one transaction each, of every kind of change.
func turns() [][]hierarchy.Change {
	late := task("t0", "sh2")
	late.Name = "second"
	talk := &hierarchy.Comment{ID: "k0", TaskID: "t1", TaskStatusID: "todo", PersonID: "bob", Text: "done", Stamps: hierarchy.Stamps{CreatedAt: later(3)}}
	hours := &hierarchy.TimeSpent{ID: "ts0", TaskID: "t1", PersonID: "bob", Date: "2026-01-05", Duration: 30}
	moved := &hierarchy.Comment{ID: "k1", TaskID: "t1", TaskStatusID: "retake", PersonID: "ada", Text: "again", Previews: hierarchy.Data(`[]`),
		Acknowledgements: hierarchy.Data(`["bob"]`)}
	elsewhere := hierarchy.Clone(moved)
	elsewhere.TaskID = "t2"
	assigned := &hierarchy.Assignment{TaskID: "t1", PersonID: "ada"}
	return [][]hierarchy.Change{
		{update(inTV, ref("sh1"), set("nb_frames", 48, 50), hierarchy.FieldChange{Field: "data.lens", Before: "", After: `35`}), hierarchy.Omit{Origin: inTV, Ref: hierarchy.RefOf(ref("sh2"))}},
		append(create(inTV, late, hours), hierarchy.Unlink{Origin: inTV, Row: assigned}, hierarchy.Unlink{Origin: inTV, Row: casting("c1", "sh1")}),
		append(create(inTV, talk), update(inTV, task("t1", "sh1"), set("task_status_id", "todo", "retake"), set("retake_count", nil, 1))),
		{hierarchy.Move{Origin: inTV, Ref: hierarchy.RefOf(ref("sh2")), Before: "sq1", After: ""}, update(inTV, ref("sh1"), set("nb_frames", 50, 52)), hierarchy.Link{Origin: inTV, Row: assigned}},
		{hierarchy.Delete{Origin: inTV, Row: hours}, update(shared, person("bob"), set("last_name", "Same", "Other"))},
		{hierarchy.Reinstate{Origin: inTV, Ref: hierarchy.RefOf(ref("sh2"))}, hierarchy.Link{Origin: inTV, Row: casting("c1", "sh1")}, hierarchy.Delete{Origin: inTV, Row: talk}},
		create(inTV, hours, shot("sh0", "sq1", "SH000")),
		{hierarchy.Delete{Origin: inTV, Row: moved}, hierarchy.Create{Origin: inTV, Row: elsewhere}}, // a comment that goes to another task
		{update(inTV, hours, set("duration", 30, 45)), update(inTV, &hierarchy.Project{ID: "tv"}, set("name", "TV Show", "Telly"))},
	}
}

// stamped gives a change another instant and cause.
func stamped(c hierarchy.Change, at hierarchy.Time, cause string) hierarchy.Change {
	v := reflect.New(reflect.TypeOf(c))
	v.Elem().Set(reflect.ValueOf(c))
	origin := v.Elem().FieldByName("Origin")
	origin.FieldByName("At").Set(reflect.ValueOf(at))
	origin.FieldByName("CauseID").SetString(cause)
	return v.Elem().Interface().(hierarchy.Change)
}

// facts writes everything that reports can read, as text to compare.
func (b *bed) facts() (out string) {
	b.Helper()
	b.read(func(r store.Reader) {
		f, err := r.Facts(b.ctx, "tv")
		b.check(err)
		out = b.textOf(f)
	})
	return out
}

// textOf writes facts without what names the state, and without updated_at,
// which history does not keep.
func (b *bed) textOf(f hierarchy.Facts) string {
	b.Helper()
	var out strings.Builder
	line := func(v any, err error) {
		b.check(err)
		text, err := json.Marshal(v)
		b.check(err)
		var fields map[string]any
		if json.Unmarshal(text, &fields) == nil {
			delete(fields, "updated_at")
			text, err = json.Marshal(fields)
			b.check(err)
		}
		fmt.Fprintf(&out, "%T %s\n", v, text)
	}
	d := reflect.ValueOf(f.Dimensions()).Elem()
	for i := range d.NumField() {
		field := d.Field(i)
		if field.Kind() != reflect.Slice || !d.Type().Field(i).IsExported() {
			continue
		}
		for j := range field.Len() {
			line(field.Index(j).Interface(), nil)
		}
	}
	line(f.Dimensions().Project, nil)
	for t, err := range f.Tasks() {
		line(t, err)
		line(map[string]any{"assignees": t.Assignees}, nil)
	}
	for t, err := range f.TimeSpents() {
		line(t, err)
	}
	for c, err := range f.Comments() {
		line(c, err)
	}
	for p, err := range f.Previews() {
		line(p, err)
	}
	return out.String()
}

func firstDifference(want, got string) string {
	a, c := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range a {
		if i >= len(c) || a[i] != c[i] {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, a[i], strings.Join(c[min(i, len(c)):min(i+1, len(c))], ""))
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(c), len(a))
}
