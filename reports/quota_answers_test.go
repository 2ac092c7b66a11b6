package reports

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"turnover/internal/table"
)

func answersLines(t *testing.T, b *table.Book) []string {
	t.Helper()
	var out []string
	for _, a := range b.Answers {
		before := "-"
		if a.Before != nil {
			before = fmt.Sprint(*a.Before)
		}
		out = append(out, fmt.Sprintf("%s %s [%s] %v %s, before %s", a.Question, a.Verdict, a.Tone, a.Value, a.Unit, before))
		if b.Table(a.Table) == nil {
			t.Errorf("%s leads to %q, which is not in the book", a.Question, a.Table)
		}
	}
	return out
}

// The worked example of docs/reports.md.
func TestAnswersOfAQuota(t *testing.T) {
	f := twoWeeks()
	last := f.tasks[len(f.tasks)-1]
	last.DueDate, last.RealStartDate = when("2026-01-10T00:00:00"), when("2025-12-01T09:00:00")
	for _, c := range []struct {
		name, previous string
		q              Query
		want           []string
	}{
		{"of the as-of", "2026-W02", Query{Targets: []Target{{Every: "week", Frames: 100}, {Every: "week", Frames: 50, Person: "Bob"}}}, []string{
			"On quota? behind: 0 of 50 frames in 2026-W03 (Bob) [bad] 1 targets, before -",
			"How much was made? less: 60 frames in 2026-W03, 80 in 2026-W02 [watch] 60 frames, before 80",
			"How much is left? 200 frames of 1 task, until 2026-02-24 at 7 frames a business day over the last 20 [] 200 frames, before -",
			"Who is stuck? 1 task overdue, 1 idle; most with Ada: 1 overdue, 1 idle, the oldest due 2026-01-10 [watch] 1 tasks, before -",
			"Can the data be trusted? nothing doubtful was found [good] 0 findings, before -"}},
		{"of a period", "2026-01-10 to 2026-01-11", Query{From: "2026-01-12", To: "2026-01-13"}, []string{
			"On quota? no target is set for now [] 0 targets, before -",
			"How much was made? more: 40 frames in 2026-01-12 to 2026-01-13, 0 in 2026-01-10 to 2026-01-11 [good] 40 frames, before 0"}},
		{"of a month", "2025-12", Query{From: "2026-01-01", To: "2026-01-31"}, []string{
			"On quota? no target is set for now [] 0 targets, before -", "How much was made? more: 140 frames in 2026-01, 0 in 2025-12 [good] 140 frames, before 0"}},
		{"of February alone", "2026-01", Query{From: "2026-02-01", To: "2026-02-28"}, []string{
			"On quota? no target is set for now [] 0 targets, before -", "How much was made? less: 0 frames in 2026-02, 140 in 2026-01 [watch] 0 frames, before 140"}},
		{"of a year", "2025", Query{From: "2026-01-01", To: "2026-12-31"}, []string{"On quota? no target is set for now [] 0 targets, before -"}},
		{"of a week", "2025-W52", Query{From: "2025-12-29", To: "2026-01-04"}, []string{
			"On quota? no target is set for now [] 0 targets, before -", "How much was made? nothing in 2026-W01, nothing in 2025-W52 [] 0 frames, before 0"}},
	} {
		c.q.AsOf = wednesday
		b, err := Quota(f.facts(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		if got := answersLines(t, b); len(got) != 5 || !slices.Equal(got[:len(c.want)], c.want) || b.Previous != c.previous {
			t.Errorf("%s: previous %s, got\n%s\nwant\n%s", c.name, b.Previous, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

func TestAnswersOfAnEmptyProduction(t *testing.T) {
	b, err := Quota(newFilm().facts(), Query{})
	if err != nil {
		t.Fatal(err)
	}
	got := answersLines(t, b)
	if len(got) != 5 || !strings.HasPrefix(got[1], "How much was made? nothing in ") || got[2] != "How much is left? there are no tasks yet [] 0 frames, before -" {
		t.Error(got)
	}
}

// A person's pace is set against the person's part of what is left, and both
// tables of the workload hold the same part.
func TestAPersonsPaceIsSetAgainstTheirPart(t *testing.T) {
	f := twoWeeks() // Ada and Bob share 200 frames
	f.log(f.tasks[len(f.tasks)-1], bob, "2026-01-13", 30)
	b, err := Quota(f.facts(), Query{AsOf: wednesday, Person: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	if a := b.Answers[2]; a.Value != 100 || a.Verdict != "100 frames of 1 task, until 2026-02-04 at 7 frames a business day over the last 20" {
		t.Errorf("%+v", a)
	}
	expect(t, b, "workload", "task_type tasks tasks_left frames frames_left logged_minutes", "Animation | 8 | 1 | 240 | 100 | 0")
	expect(t, b, "workload_person", "person tasks tasks_left frames frames_left logged_minutes", "Ada | 8 | 1 | 240 | 100 | 0")
	if b, err = Quota(f.facts(), Query{AsOf: wednesday, Person: "Bob"}); err != nil {
		t.Fatal(err)
	}
	expect(t, b, "workload", "task_type tasks frames frames_left logged_minutes", "Animation | 1 | 100 | 100 | 30")
}
