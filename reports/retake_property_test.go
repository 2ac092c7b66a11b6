package reports

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// anyTalk draws a series or film of a few tasks with statuses that come and go.
func anyTalk(r *rapid.T) *film {
	f := series("running", "complete", "standby")
	f.dim.TaskTypes = append(f.dim.TaskTypes, &hierarchy.TaskType{ID: "t-layout", Name: "Layout", DepartmentID: "d-layout"}, &hierarchy.TaskType{ID: "t-loose", Name: "Loose"})
	f.dim.TaskStatuses = append(f.dim.TaskStatuses, &hierarchy.TaskStatus{ID: "s-client", Name: "Client retake", IsRetake: true})
	statuses := []hierarchy.ID{todo, wip, retakeStatus, "s-client", review, approved, "s-gone", ""}
	people := []hierarchy.ID{ada, bob, eve, "p-gone"}
	types := []hierarchy.ID{animation, "t-layout", "t-loose", "t-gone"}
	for range rapid.IntRange(0, 7).Draw(r, "tasks") {
		task := f.shot(rapid.Int64Range(-5, 300).Draw(r, "frames"), func(t *hierarchy.Task) {
			t.TaskTypeID, t.TaskStatusID = rapid.SampledFrom(types).Draw(r, "type"), rapid.SampledFrom(statuses).Draw(r, "status")
			t.RetakeCount = rapid.SampledFrom([]*int64{nil, hierarchy.Ptr(int64(0)), hierarchy.Ptr(int64(2)), hierarchy.Ptr(int64(-1))}).Draw(r, "counter")
			t.Assignees = rapid.SliceOfNDistinct(rapid.SampledFrom(people), 0, 3, rapid.ID[hierarchy.ID]).Draw(r, "assignees")
			if rapid.Bool().Draw(r, "made") {
				t.CreatedAt = hierarchy.At(anyDay(r, "created"))
			}
		})
		f.in(rapid.SampledFrom([]hierarchy.ID{"sq-1", "sq-2", "sq-3", ""}).Draw(r, "sequence"))
		f.dim.Entities[len(f.dim.Entities)-1].Canceled = rapid.IntRange(0, 4).Draw(r, "omitted") == 0
		shots := []*hierarchy.Task{task}
		if rapid.Bool().Draw(r, "second task") {
			shots = append(shots, f.second(task, rapid.SampledFrom(types).Draw(r, "second type")))
		}
		for _, task := range shots {
			at := anyDay(r, "first comment")
			for range rapid.IntRange(0, 9).Draw(r, "comments") {
				at = at.Add(time.Duration(rapid.IntRange(0, 9*24).Draw(r, "hours")) * time.Hour)
				f.say(task, at.Format("2006-01-02T15:04:05"), rapid.SampledFrom(statuses).Draw(r, "to"), rapid.SampledFrom(people).Draw(r, "by"), func(c *hierarchy.Comment) {
					c.Text = rapid.SampledFrom([]string{"", "#anim", "#light #anim", "#animation"}).Draw(r, "text")
				})
			}
		}
	}
	return f
}

func anyStatsQuery(r *rapid.T, all []*time.Location) Query {
	return Query{Timezone: rapid.SampledFrom(all).Draw(r, "zone"), Calendar: anyCalendar(r), AsOf: anyDay(r, "as of"),
		Causes: map[string]string{"#anim": "animation", "#light": "light"}, TeamBy: rapid.SampledFrom([]string{"department", "studio"}).Draw(r, "team by")}
}

// columnSums adds the integers of some columns up, by the text of another.
func columnSums(t rapid.TB, tb *table.Table, by string, columns ...string) map[string][]int64 {
	t.Helper()
	at := func(name string) int {
		for i := range tb.Columns {
			if tb.Columns[i].Name == name {
				return i
			}
		}
		t.Fatalf("%s has no column %s", tb.Name, name)
		return -1
	}
	out := map[string][]int64{}
	for _, r := range collect(t, tb) {
		key := fmt.Sprint(r[at(by)])
		if out[key] == nil {
			out[key] = make([]int64, len(columns))
		}
		for i, c := range columns {
			if n, ok := r[at(c)].(int64); ok {
				out[key][i] += n
			}
		}
	}
	return out
}

func TestRetakesConserve(t *testing.T) {
	all := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		f, q := anyTalk(r), anyStatsQuery(r, all)
		b, err := Retake(f.facts(), q)
		if err != nil {
			r.Fatal(err)
		}
		checkBook(r, b)
		events := collect(r, b.Table("retake_events"))
		var open int64
		for _, e := range events {
			if e[8] == nil {
				open++
			}
		}
		asked, resolved := int64(len(events)), int64(len(events))-open
		for division, got := range columnSums(r, b.Table("retake_by"), "division", "asked", "resolved", "open") {
			if got[0] != asked || got[1] != resolved || got[2] != open {
				r.Fatalf("by %s: %v, want %d asked, %d resolved, %d open", division, got, asked, resolved, open)
			}
		}
		weekly := columnSums(r, b.Table("retake_week_by"), "division", "asked", "resolved", "first_verdicts")
		total := sum(r, b.Table("retake_week"), "first_verdicts")
		for division, got := range weekly {
			if got[0] != asked || got[1] != resolved || division != "cause" && got[2] != total {
				r.Fatalf("weeks by %s: %v, want %d asked, %d resolved, %d verdicts", division, got, asked, resolved, total)
			}
		}
		if n := sum(r, b.Table("retake_week"), "asked"); n != asked {
			r.Fatalf("weeks sum to %d of %d", n, asked)
		}
		if weeks := collect(r, b.Table("retake_week")); len(weeks) > 0 && weeks[len(weeks)-1][3] != open {
			r.Fatalf("%v are open after the last week, want %d", weeks[len(weeks)-1][3], open)
		}
		if n := sum(r, b.Table("retake_ageing"), "open"); n != open {
			r.Fatalf("ages sum to %d of %d open", n, open)
		}
		if n := sum(r, b.Table("retake_shots"), "retakes"); n != asked {
			r.Fatalf("shots sum to %d of %d", n, asked)
		}
	})
}

// The parts of a cut in time sum to the whole, and a week begins with what was
// open at the end of the one before.
func TestPeriodsOfRetakesConserve(t *testing.T) {
	all := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		f, q := anyTalk(r), anyStatsQuery(r, all)
		part := func(change func(*Query)) *table.Book {
			p := q
			change(&p)
			b, err := Retake(f.facts(), p)
			if err != nil {
				r.Fatal(err)
			}
			return b
		}
		cut := anyDay(r, "cut")
		whole := part(func(*Query) {})
		if rows := collect(r, whole.Table("retake_events")); len(rows) > 0 { // where it hurts
			cut = rapid.SampledFrom(rows).Draw(r, "row")[5].(time.Time)
		}
		before := part(func(p *Query) { p.To = hierarchy.Day(cut.Format(time.DateOnly)) })
		after := part(func(p *Query) { p.From = hierarchy.Day(cut.AddDate(0, 0, 1).Format(time.DateOnly)) })
		for _, column := range []string{"asked", "resolved", "first_verdicts", "first_approved"} {
			for _, name := range []string{"retake_week", "retake_by"} {
				if a, b, all := sumAny(r, before, name, column), sumAny(r, after, name, column), sumAny(r, whole, name, column); a+b != all {
					r.Fatalf("%s.%s: %d and %d are not %d", name, column, a, b, all)
				}
			}
		}
		for _, b := range []*table.Book{whole, after} {
			rows := collect(r, b.Table("retake_week"))
			for i := 1; i < len(rows); i++ {
				if rows[i][3].(int64) != rows[i-1][3].(int64)+rows[i][1].(int64)-rows[i][2].(int64) {
					r.Fatalf("%v follows %v", rows[i], rows[i-1])
				}
			}
		}
		wholeWeeks, later := collect(r, whole.Table("retake_week")), collect(r, after.Table("retake_week"))
		if len(later) > 0 && later[len(later)-1][3] != wholeWeeks[len(wholeWeeks)-1][3] {
			r.Fatalf("the period ends with %v open, the whole with %v", later[len(later)-1][3], wholeWeeks[len(wholeWeeks)-1][3])
		}
	})
}

func sumAny(t rapid.TB, b *table.Book, name, column string) int64 {
	t.Helper()
	var n int64
	for _, sums := range columnSums(t, b.Table(name), b.Table(name).Columns[0].Name, column) {
		n += sums[0]
	}
	return n
}

// With few rows in memory the others lie on a scratch, and nothing else changes.
func TestRowsOutsideMemoryAreTheSame(t *testing.T) {
	all := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		f, q := anyTalk(r), anyStatsQuery(r, all)
		facts := f.facts()
		want, err := Retake(facts, q)
		if err != nil {
			r.Fatal(err)
		}
		q.Scratch = papers(-1)
		got, err := retakeHolding(facts, q, rapid.IntRange(1, 4).Draw(r, "held"))
		if err != nil {
			r.Fatal(err)
		}
		for range 2 { // tables are read more than once
			for i, tb := range want.Tables {
				if x, y := fmt.Sprint(collect(r, tb)), fmt.Sprint(collect(r, got.Tables[i])); x != y {
					r.Fatalf("%s: held\n%s\nspilled\n%s", tb.Name, x, y)
				}
			}
		}
		if x, y := fmt.Sprint(want.Cover, want.Totals), fmt.Sprint(got.Cover, got.Totals); x != y {
			r.Fatalf("held\n%s\nspilled\n%s", x, y)
		}
	})
}

// By episode status, and without episode, the parts sum to the whole.
func TestEpisodeStatusesPartTheTasks(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := anyTalk(r)
		count := func(q Query) (tasks, events int64) {
			b, err := Retake(f.facts(), q)
			if err != nil {
				r.Fatal(err)
			}
			return int64(b.Totals[0].Value), int64(len(collect(r, b.Table("retake_events"))))
		}
		tasks, events := count(Query{})
		for _, status := range hierarchy.EpisodeStatuses {
			n, e := count(Query{EpisodeStatus: status})
			tasks, events = tasks-n, events-e
		}
		b, err := Retake(f.facts(), Query{})
		if err != nil {
			r.Fatal(err)
		}
		for _, row := range collect(r, b.Table("retake_events")) {
			if row[30] == nil {
				events--
			}
		}
		for _, row := range collect(r, b.Table("retake_current")) {
			if row[0] == nil {
				tasks -= row[5].(int64) + row[8].(int64) + row[11].(int64)
			}
		}
		if tasks != 0 || events != 0 {
			r.Fatalf("%d tasks and %d retakes are in no part", tasks, events)
		}
	})
}
