package reports

import (
	"strings"
	"testing"
	"time"

	"turnover/hierarchy"
)

// The worked examples of docs/reports.md.
func TestQuotaExamples(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		q    Query
		make func(f *film)
		want []string
	}{
		{"time logged: 100 frames by 30, 60 and 30 of 120 minutes", Query{}, func(f *film) {
			task := f.shot(100, func(t *hierarchy.Task) { t.EndDate = when("2026-01-09T16:00:00") })
			f.log(task, ada, "2026-01-05", 30)
			f.log(task, ada, "2026-01-06", 60)
			f.log(task, bob, "2026-01-06", 30)
		}, []string{"p-ada | 2026-01-05 | 30/120 | 25 | time logged", "p-ada | 2026-01-06 | 60/120 | 50 | time logged", "p-bob | 2026-01-06 | 30/120 | 25 | time logged"}},
		{"largest remainder: 100 frames over three equal days", Query{}, func(f *film) {
			task := f.shot(100, func(t *hierarchy.Task) { t.EndDate = when("2026-01-09T16:00:00") })
			for _, day := range []hierarchy.Day{"2026-01-05", "2026-01-06", "2026-01-07"} {
				f.log(task, ada, day, 60)
			}
		}, []string{"p-ada | 2026-01-05 | 60/180 | 34 | time logged", "p-ada | 2026-01-06 | 60/180 | 33 | time logged", "p-ada | 2026-01-07 | 60/180 | 33 | time logged"}},
		{"largest remainder, not rounding: 7 frames by 60, 50 and 10 of 120 minutes", Query{}, func(f *film) {
			task := f.shot(7, func(t *hierarchy.Task) { t.EndDate = when("2026-01-09T16:00:00") })
			f.log(task, ada, "2026-01-05", 60)
			f.log(task, ada, "2026-01-06", 50)
			f.log(task, ada, "2026-01-07", 10)
		}, []string{"p-ada | 2026-01-05 | 60/120 | 3 | time logged", "p-ada | 2026-01-06 | 50/120 | 3 | time logged", "p-ada | 2026-01-07 | 10/120 | 1 | time logged"}},
		{"no time logged, one day", Query{}, func(f *film) {
			f.shot(10, func(t *hierarchy.Task) {
				t.RealStartDate, t.EndDate, t.Assignees = when("2026-01-07T09:00:00"), when("2026-01-07T18:00:00"), []hierarchy.ID{ada}
			})
		}, []string{"p-ada | 2026-01-07 | 1/1 | 10 | no time logged: business days from start to basis day"}},
		{"negative frames", Query{}, func(f *film) {
			task := f.shot(-5, func(t *hierarchy.Task) { t.EndDate = when("2026-01-09T16:00:00") })
			f.log(task, ada, "2026-01-05", 37.5)
			f.log(task, bob, "2026-01-05", 37.5)
		}, []string{"p-ada | 2026-01-05 | 37.5/75 | -3 | time logged", "p-bob | 2026-01-05 | 37.5/75 | -2 | time logged"}},
		{"no time logged: Friday to Monday, two assignees", Query{}, func(f *film) {
			f.shot(10, func(t *hierarchy.Task) {
				t.RealStartDate, t.EndDate = when("2026-01-09T18:00:00"), when("2026-01-12T08:00:00")
				t.Assignees = []hierarchy.ID{bob, ada}
			})
		}, []string{"p-ada | 2026-01-09 | 1/4 | 3 | no time logged: business days from start to basis day", "p-ada | 2026-01-12 | 1/4 | 2 | no time logged: business days from start to basis day",
			"p-bob | 2026-01-09 | 1/4 | 3 | no time logged: business days from start to basis day", "p-bob | 2026-01-12 | 1/4 | 2 | no time logged: business days from start to basis day"}},
		{"holiday", Query{Calendar: Calendar{Holidays: map[hierarchy.Day]string{"2026-01-06": "Epiphany"}}}, func(f *film) {
			f.shot(10, func(t *hierarchy.Task) {
				t.RealStartDate, t.EndDate, t.Assignees = when("2026-01-05T09:00:00"), when("2026-01-07T09:00:00"), []hierarchy.ID{ada}
			})
		}, []string{"p-ada | 2026-01-05 | 1/2 | 5 | no time logged: business days from start to basis day", "p-ada | 2026-01-07 | 1/2 | 5 | no time logged: business days from start to basis day"}},
		{"week-end only", Query{}, func(f *film) {
			f.shot(10, func(t *hierarchy.Task) {
				t.RealStartDate, t.EndDate, t.Assignees = when("2026-01-10T09:00:00"), when("2026-01-11T09:00:00"), []hierarchy.ID{ada}
			})
		}, []string{"p-ada | 2026-01-11 | 1/1 | 10 | no time logged, no business day: basis day"}},
		{"no start, nobody", Query{}, func(f *film) {
			f.shot(10, func(t *hierarchy.Task) { t.EndDate = when("2026-01-07T09:00:00") })
		}, []string{"- | 2026-01-07 | 1/1 | 10 | no time logged, no start: basis day"}},
		{"start after the end", Query{}, func(f *film) {
			f.shot(10, func(t *hierarchy.Task) {
				t.RealStartDate, t.EndDate, t.Assignees = when("2026-01-10T09:00:00"), when("2026-01-07T09:00:00"), []hierarchy.ID{ada}
			})
		}, []string{"p-ada | 2026-01-07 | 1/1 | 10 | no time logged, start after basis day: basis day"}},
		{"raw, approval, zone: 23:30 UTC is the next day in Paris", Query{Method: Raw, Basis: Approval, Timezone: paris}, func(f *film) {
			f.shot(101, func(t *hierarchy.Task) {
				t.DoneDate, t.Assignees = when("2025-12-31T23:30:00"), []hierarchy.ID{ada, bob}
			})
		}, []string{"p-ada | 2026-01-01 | 1/2 | 51 | basis day", "p-bob | 2026-01-01 | 1/2 | 50 | basis day"}},
		{"kitsu-weighted: 5 frames in two are 2 and 2", Query{Method: KitsuWeighted}, func(f *film) {
			task := f.shot(5, func(t *hierarchy.Task) { t.EndDate = when("2026-01-09T16:00:00") })
			f.log(task, ada, "2026-01-05", 30)
			f.log(task, bob, "2026-01-05", 30)
		}, []string{"p-ada | 2026-01-05 | 30/60 | 2 | time sheet, rounded", "p-bob | 2026-01-05 | 30/60 | 2 | time sheet, rounded"}},
		{"kitsu-raw: each assignee has the whole shot", Query{Method: KitsuRaw}, func(f *film) {
			f.shot(100, func(t *hierarchy.Task) {
				t.EndDate, t.Assignees = when("2026-01-09T16:00:00"), []hierarchy.ID{ada, bob}
			})
		}, []string{"p-ada | 2026-01-09 | 1/1 | 100 | whole shot to each assignee", "p-bob | 2026-01-09 | 1/1 | 100 | whole shot to each assignee"}},
		{"the period cuts after apportioning", Query{From: "2026-01-06", To: "2026-01-06"}, func(f *film) {
			task := f.shot(100, func(t *hierarchy.Task) { t.EndDate = when("2026-01-09T16:00:00") })
			f.log(task, ada, "2026-01-05", 60)
			f.log(task, ada, "2026-01-06", 60)
			f.log(task, ada, "2026-01-07", 60)
		}, []string{"p-ada | 2026-01-06 | 60/180 | 33 | time logged"}},
		{"not finished: not counted", Query{}, func(f *film) {
			f.log(f.shot(100, func(t *hierarchy.Task) { t.DoneDate = when("2026-01-09T16:00:00") }), ada, "2026-01-05", 60)
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFilm()
			c.make(f)
			if got := shareLines(t, f, c.q); strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// Ada is in Animation and Layout and works for the task type's own; Bob is in
// Layout only; Eve in none.
func TestTeamsSumToTheTotal(t *testing.T) {
	f := newFilm()
	f.shot(99, func(t *hierarchy.Task) {
		t.EndDate, t.Assignees = when("2026-01-02T12:00:00"), []hierarchy.ID{ada, bob, eve}
	})
	for by, want := range map[string][]string{
		"department": {"(none) | 2026-W01 | 33 | 0.33", "Animation | 2026-W01 | 33 | 0.34", "Layout | 2026-W01 | 33 | 0.33"},
		"studio":     {"(none) | 2026-W01 | 66 | 0.66", "Paris | 2026-W01 | 33 | 0.34"},
	} {
		b, err := Quota(f.facts(), Query{TeamBy: by})
		if err != nil {
			t.Fatal(err)
		}
		if got := linesOf(t, b.Table("quota_team_week"), 1, 4, 5, 8); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("by %s: got\n%s\nwant\n%s", by, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestOmittedShotsAreCountedAndShownApart(t *testing.T) {
	f := newFilm()
	f.shot(100, func(t *hierarchy.Task) { t.EndDate = when("2026-01-02T12:00:00") })
	f.shot(48, func(t *hierarchy.Task) { t.EndDate = when("2026-01-02T12:00:00") })
	f.dim.Entities[2].Canceled = true
	b, err := Quota(f.facts(), Query{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, total := range b.Totals {
		got[total.Name] = total.Value
	}
	if got["frames"] != 148 || got["frames on omitted shots"] != 48 || got["tasks on omitted shots"] != 1 || got["seconds"] != 6.167 {
		t.Errorf("totals %v", got)
	}
	if !strings.Contains(b.Charts[0].Alt, "148 frames in all; most in 2026-W01") {
		t.Errorf("chart text %q", b.Charts[0].Alt)
	}
}

// 10000 frames at 24000/1001 are 417.0833… s; Kitsu divides by the rate as it
// is written, 23.976, and has 417.0837….
func TestSecondsDivideByTheExactRate(t *testing.T) {
	for method, want := range map[Method]float64{Raw: 417.083, KitsuRaw: 417.084} {
		f := newFilm()
		rate := "23.976"
		f.dim.Project.FPS = &rate
		f.shot(10_000, func(t *hierarchy.Task) {
			t.EndDate, t.Assignees = when("2026-01-02T12:00:00"), []hierarchy.ID{ada}
		})
		b, err := Quota(f.facts(), Query{Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if got := collect(t, b.Table("quota_total_day"))[0][4]; got != want {
			t.Errorf("%s: %v seconds, want %v", method, got, want)
		}
	}
}

func TestAbsurdFramesAreAnErrorNotAWrongSum(t *testing.T) {
	f := newFilm()
	f.shot(1<<60, func(t *hierarchy.Task) { t.EndDate = when("2026-01-02T12:00:00") })
	if _, err := Quota(f.facts(), Query{}); err == nil || !strings.Contains(err.Error(), "SQ010/SH0010") {
		t.Errorf("got %v, want an error that names the shot", err)
	}
	f = newFilm()
	f.shot(2_000_000_000, func(t *hierarchy.Task) { t.EndDate = when("2026-01-02T12:00:00") })
	if _, err := Quota(f.facts(), Query{}); err != nil {
		t.Errorf("2,000,000,000 frames: %v", err)
	}
}

func TestStreamsOutOfOrderAreFoundOut(t *testing.T) {
	f := newFilm()
	for range 2 {
		task := f.shot(10, func(t *hierarchy.Task) { t.EndDate = when("2026-01-02T12:00:00") })
		f.log(task, ada, "2026-01-01", 10)
	}
	m := f.memory
	m.order()
	m.sheets[0], m.sheets[1] = m.sheets[1], m.sheets[0]
	if _, err := Quota(&m, Query{}); err == nil {
		t.Error("time sheets out of order give figures")
	}
}
