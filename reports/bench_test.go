package reports

import (
	"testing"

	"turnover/hierarchy"
)

// A benchFilm has 2,000 tasks with five time sheets and two comments each. Its
// rows are whole whatever is asked for, so that only the report is measured.
func benchFilm() hierarchy.Facts {
	f := newFilm()
	people := []hierarchy.ID{ada, bob, eve}
	for n := range 2000 {
		task := f.shot(int64(24+n%97), func(t *hierarchy.Task) {
			t.Assignees = people[n%3 : n%3+1]
			t.RealStartDate, t.EndDate = when("2026-01-05T09:00:00"), when("2026-01-09T18:00:00")
		})
		for i := range 5 {
			day := hierarchy.Day("2026-01-0" + string(rune('5'+i)))
			f.log(task, people[(n+i/2)%3], day, float64(30+15*((n+i)%9)))
		}
		f.comment(task, "2026-01-05T09:00:00", todo)
		f.comment(task, "2026-01-09T18:00:00", todo)
	}
	return struct{ hierarchy.Facts }{f.facts()}
}

func BenchmarkReports(b *testing.B) {
	facts := benchFilm()
	for _, c := range []struct {
		name   string
		report Report
		only   string
	}{
		{"quota", Quota, ""}, {"quota_person_month", Quota, "quota_person_month"},
		{"retake", Retake, ""}, {"retake_takes", Retake, "retake_takes"},
		{"episode", Episode, ""}, {"episode_stats", Episode, "episode_stats"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, err := c.report(facts, Query{Only: c.only}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
