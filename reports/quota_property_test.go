package reports

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// Whatever length one shot has, the shares of the other tasks are the same.
func TestAbsurdLengthsDoNoHarmToOthers(t *testing.T) {
	all := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		f := anyFilm(r)
		q := Query{Method: rapid.SampledFrom([]Method{Weighted, Raw, KitsuWeighted, KitsuRaw}).Draw(r, "method"), Timezone: rapid.SampledFrom(all).Draw(r, "zone"), Calendar: anyCalendar(r)}
		bad := rapid.IntRange(1, len(f.tasks)).Draw(r, "bad")
		before := sharesOfOthers(r, f, q, f.tasks[bad-1].ID)
		f.dim.Entities[bad].NbFrames = rapid.SampledFrom([]*int64{nil, ptr(int64(0)), ptr(int64(-1_000_000_000)), ptr(int64(2_000_000_000)), ptr(int64(1) << 40)}).Draw(r, "length")
		if after := sharesOfOthers(r, f, q, f.tasks[bad-1].ID); !slices.Equal(before, after) {
			r.Fatalf("others had\n%v\nand now\n%v", before, after)
		}
	})
}

func sharesOfOthers(r *rapid.T, f *film, q Query, task hierarchy.ID) []string {
	b, err := Quota(f.facts(), q)
	if err != nil {
		r.Fatal(err)
	}
	var out []string
	for _, row := range collect(r, b.Table("quota_shares")) {
		if row[1] != string(task) {
			out = append(out, fmt.Sprint(row))
		}
	}
	return out
}

// What is left sums from persons to task types; the periods of a target that is
// open at both ends sum to all frames, if no day lies too far back; each table
// of each book keeps its types and its order.
func TestWorkloadAndTargetsConserve(t *testing.T) {
	all := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		f := anyFilm(r)
		for _, task := range f.tasks {
			task.TaskStatusID = rapid.SampledFrom([]hierarchy.ID{todo, wip, review, retakeStatus, approved, "s-gone"}).Draw(r, "status")
			task.Estimation = rapid.SampledFrom([]float64{0, -5, 480, math.Inf(1), math.NaN()}).Draw(r, "estimation")
		}
		q := Query{Timezone: rapid.SampledFrom(all).Draw(r, "zone"), Calendar: anyCalendar(r), AsOf: time.Date(2034, 3, 1, 0, 0, 0, 0, time.UTC),
			Targets: []Target{{Every: "year", Frames: 10}, {Every: "month", Shots: 3}}}
		b, err := Quota(f.facts(), q)
		if err != nil {
			r.Fatal(err)
		}
		checkBook(r, b)
		for _, column := range []string{"frames", "frames_left"} {
			if got, want := sum(r, b.Table("workload_person"), column), sum(r, b.Table("workload"), column); got != want {
				r.Fatalf("%s: persons have %d, task types %d", column, got, want)
			}
		}
		done := map[string]float64{}
		for _, row := range collect(r, b.Table("quota_targets")) {
			done[row[11].(string)] += row[13].(float64)
		}
		for name, unit := range map[string]string{"frames": "frames", "shots": "shots"} {
			if want := totalOf(b, name); math.Abs(done[unit]-want) > 0.01 {
				r.Fatalf("targets of %s have %v, all is %v", name, done[unit], want)
			}
		}
	})
}

func totalOf(b *table.Book, name string) float64 {
	for _, t := range b.Totals {
		if t.Name == name {
			return t.Value
		}
	}
	return math.NaN()
}

// Rates come as text of many makes. Ours divide by the fraction, Kitsu's by the
// number as written, 25 where there is none.
func TestRatesAsText(t *testing.T) {
	for _, c := range []struct {
		fps         *string
		ours, kitsu float64 // seconds of 10,000 frames
	}{
		{ptr("23.976"), 417.083, 417.084}, {ptr("23.98"), 417.083, 417.014}, {ptr("29.97"), 333.667, 333.667}, {ptr("30"), 333.333, 333.333}, {ptr("59.94"), 166.833, 166.834},
		{ptr("24"), 416.667, 416.667}, {ptr("12.5"), 800, 800}, {nil, 400, 400}, {ptr(""), 400, 400}, {ptr("fast"), 400, 400}, {ptr("0"), 400, 400}, {ptr("-24"), 400, 400}, {ptr("NaN"), 400, 400},
	} {
		for method, want := range map[Method]float64{Raw: c.ours, KitsuRaw: c.kitsu} {
			f := newFilm()
			f.dim.Project.FPS = c.fps
			f.shot(10_000, func(t *hierarchy.Task) { t.EndDate, t.Assignees = when("2026-01-02T12:00:00"), []hierarchy.ID{ada} })
			b, err := Quota(f.facts(), Query{Method: method})
			if err != nil {
				t.Fatal(err)
			}
			if got := collect(t, b.Table("quota_total_day"))[0][4]; got != want {
				name := "null"
				if c.fps != nil {
					name = *c.fps
				}
				t.Errorf("%s at %q: %v seconds, want %v", method, name, got, want)
			}
		}
	}
}

// Time logged after completion counts on its day and person, and is found.
func TestTimeAfterCompletionCounts(t *testing.T) {
	f := newFilm()
	task := f.shot(100, func(t *hierarchy.Task) { t.EndDate, t.Assignees = when("2024-02-28T12:00:00"), []hierarchy.ID{ada} })
	f.log(task, ada, "2024-02-28", 60)
	f.log(task, bob, "2024-02-29", 30) // a leap day
	f.log(task, ada, "2026-12-31", 30) // in a year of 53 weeks
	b, err := Quota(f.facts(), Query{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Ada | 2024-W09 | 50", "Ada | 2026-W53 | 25", "Bob | 2024-W09 | 25"}
	if got := linesOf(t, b.Table("quota_person_week"), 1, 4, 5); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
