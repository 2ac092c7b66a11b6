package reports

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"turnover/hierarchy"
)

// wednesday is the as-of of the examples.
var wednesday = time.Date(2026, 1, 14, 12, 0, 0, 0, time.UTC)

// twoWeeks has 80 frames of Ada's in 2026-W02, 60 in W03 up to Wednesday, and
// 200 frames left.
func twoWeeks() *film {
	f := newFilm()
	for _, day := range []string{"2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-12", "2026-01-13", "2026-01-14"} {
		f.shot(20, func(t *hierarchy.Task) {
			t.RealStartDate, t.EndDate, t.Assignees, t.TaskStatusID = when(day+"T09:00:00"), when(day+"T11:00:00"), []hierarchy.ID{ada}, approved
		})
	}
	f.shot(200, func(t *hierarchy.Task) { t.Assignees, t.TaskStatusID = []hierarchy.ID{ada, bob}, wip })
	return f
}

// targetLines has period, unit, goal, done, attainment, days, days left, needed,
// pace, standing, left, recent and end.
func targetLines(t *testing.T, f *film, q Query) []string {
	t.Helper()
	if q.AsOf.IsZero() {
		q.AsOf = wednesday
	}
	b, err := Quota(f.facts(), q)
	if err != nil {
		t.Fatal(err)
	}
	return linesOf(t, b.Table("quota_targets"), 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22)
}

// The worked examples of docs/reports.md.
func TestTargetExamples(t *testing.T) {
	for _, c := range []struct {
		name   string
		target Target
		q      Query
		want   []string
	}{
		{"100 frames a week", Target{Every: "week", Frames: 100}, Query{}, []string{
			"2026-W02 | frames | 100 | 80 | 80 | 5 | 0 | - | 16 | missed | - | - | -",
			"2026-W03 | frames | 100 | 60 | 60 | 5 | 2 | 20 | 20 | on pace | 200 | 7 | 2026-02-24"}},
		{"a holiday on Thursday leaves one day", Target{Every: "week", Frames: 100, From: "2026-01-12"}, Query{Calendar: Calendar{Holidays: map[hierarchy.Day]string{"2026-01-15": "Fête"}}},
			[]string{"2026-W03 | frames | 100 | 60 | 60 | 4 | 1 | 40 | 20 | behind | 200 | 7 | 2026-02-25"}},
		{"a month cut by the target's days: 10 of 22 business days", Target{Every: "month", Frames: 220, From: "2026-01-05", To: "2026-01-16"}, Query{},
			[]string{"2026-01 | frames | 100 | 140 | 140 | 10 | 2 | 0 | 17.5 | reached | 200 | 7 | 2026-02-24"}},
		{"next week", Target{Every: "week", Frames: 50, From: "2026-01-19", To: "2026-01-25"}, Query{}, []string{"2026-W04 | frames | 50 | 0 | 0 | 5 | 5 | 10 | - | to come | - | - | -"}},
		{"seconds of Ada", Target{Person: "Ada", TaskType: "animation", Every: "week", Seconds: 2.5, From: "2026-01-12"}, Query{},
			[]string{"2026-W03 | seconds | 2.5 | 2.5 | 100 | 5 | 2 | 0 | 0.83 | reached | 4.17 | 0.29 | 2026-02-04"}},
		{"shots of a department", Target{Team: "Layout", Every: "year", Shots: 261}, Query{},
			[]string{"2026 | shots | 261 | 0 | 0 | 261 | 251 | 1.04 | 0 | behind | 0.5 | 0 | -"}},
		{"a studio's, whatever the report's teams", Target{Team: "Paris", Every: "day", Frames: 20, From: "2026-01-14", To: "2026-01-14"}, Query{},
			[]string{"2026-01-14 | frames | 20 | 20 | 100 | 1 | 0 | - | 20 | reached | 100 | 7 | 2026-02-04"}},
		{"a report narrowed to a week shows that week", Target{Every: "week", Frames: 100}, Query{From: "2026-01-05", To: "2026-01-11"},
			[]string{"2026-W02 | frames | 100 | 80 | 80 | 5 | 0 | - | 16 | missed | - | - | -"}},
		{"a report narrowed to Bob has no target of all", Target{Every: "week", Frames: 100}, Query{Person: "Bob"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.Targets = []Target{c.target}
			if got := targetLines(t, twoWeeks(), c.q); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestTargetsThatMakeNoSenseAreAllNamed(t *testing.T) {
	_, err := Quota(newFilm().facts(), Query{Targets: []Target{
		{Every: "fortnight", Frames: 1, Place: "goals.csv:2"}, {Every: "week", Place: "goals.csv:3"}, {Every: "week", Frames: 1, Shots: 1, Place: "goals.csv:4"},
		{Every: "week", Frames: -1, Place: "goals.csv:5"}, {Every: "day", Frames: 1, From: "2026-02-30", Place: "goals.csv:6"},
		{Every: "day", Frames: 1, From: "2026-02-03", To: "2026-02-01", Place: "goals.csv:7"}, {Every: "day", Frames: 1, From: "1900-01-01", To: "2026-02-01", Place: "goals.csv:8"},
		{Every: "day", Frames: 1, TaskType: "Anim", Place: "goals.csv:9"}, {Every: "day", Frames: 1, Person: "Zoe", Place: "goals.csv:10"}, {Every: "day", Frames: 1, Team: "Catering"},
	}})
	var usage *UsageError
	if !errors.As(err, &usage) {
		t.Fatalf("got %v", err)
	}
	lines := strings.Split(err.Error(), "\n")
	for i, want := range []string{`goals.csv:2: every "fortnight": write day, week, month or year`, "goals.csv:3: give one of frames, seconds and shots, over 0", "goals.csv:4: give one of",
		"goals.csv:5: -1 is no goal", "goals.csv:6: from, to: ", "goals.csv:7: to 2026-02-01 is before from 2026-02-03", "goals.csv:8: from 1900-01-01 to 2026-02-01 are over 1000 days",
		`goals.csv:9: unknown task type "Anim"; known are "Animation"`, `goals.csv:10: unknown person "Zoe"`, `target 10: unknown department "Catering"`} {
		if i >= len(lines) || !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d of\n%v\nis not %q", i+1, err, want)
		}
	}
}

func TestWorkload(t *testing.T) {
	f := twoWeeks()
	last := f.tasks[len(f.tasks)-1]
	last.Estimation, last.DueDate, last.RealStartDate = 600, when("2026-01-10T00:00:00"), when("2025-12-01T09:00:00")
	f.log(last, bob, "2025-12-20", 120)
	f.tasks[0].Estimation = 60
	f.log(f.tasks[0], ada, "2026-01-05", 90)
	f.shot(500, func(*hierarchy.Task) {})
	f.dim.Entities[len(f.dim.Entities)-1].Canceled = true
	f.shot(-7, func(*hierarchy.Task) {})
	b, err := Quota(f.facts(), Query{AsOf: wednesday})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Animation | 9 | 2 | 340 | 200 | 660 | 210 | 60 | 90 | 480 | 1 | 2026-01-10 | 1"}
	if got := linesOf(t, b.Table("workload"), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13); !slices.Equal(got, want) {
		t.Errorf("by type: got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	want = []string{"(unassigned) | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | - | 0", "Ada | 8 | 1 | 240 | 100 | 360 | 90 | 60 | 90 | 240 | 1 | 2026-01-10 | 1",
		"Bob | 1 | 1 | 100 | 100 | 300 | 120 | 0 | 0 | 240 | 1 | 2026-01-10 | 1"}
	if got := linesOf(t, b.Table("workload_person"), 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15); !slices.Equal(got, want) {
		t.Errorf("by person: got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What was done in seconds is the figure of the quota tables, to the thousandth.
func TestTargetInSecondsIsTheQuota(t *testing.T) {
	f := twoWeeks()
	f.dim.Project.FPS = ptr("24")
	b, err := Quota(f.facts(), Query{AsOf: wednesday, Targets: []Target{{Every: "week", Seconds: 5}}})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, b, "quota_targets", "period done", "2026-W02 | 3.333", "2026-W03 | 2.5")
	expect(t, b, "quota_week", "period seconds", "2026-W02 | 3.333", "2026-W03 | 2.5")
}
