package reports

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// The worked examples of docs/reports.md.
func TestComparisonExamples(t *testing.T) {
	kiritimati, err := time.LoadLocation("Pacific/Kiritimati")
	if err != nil {
		t.Fatal(err)
	}
	both := []hierarchy.ID{ada, bob}
	for _, c := range []struct {
		name string
		q    Query
		make func(f *film)
		want []string
	}{
		{"5 frames in two time sheets", Query{}, func(f *film) {
			task := f.shot(5, func(t *hierarchy.Task) { t.EndDate, t.Assignees = when("2026-01-09T16:00:00"), []hierarchy.ID{ada} })
			f.log(task, ada, "2026-01-05", 30)
			f.log(task, bob, "2026-01-05", 30)
		}, []string{"Ada | raw | time logged | 2", "Ada | kitsu-weighted | rounding | -1", "Ada | kitsu-raw | time logged | 2", "Bob | raw | time logged | -2", "Bob | kitsu-raw | time logged | -2"}},
		{"two assignees", Query{}, func(f *film) {
			f.shot(100, func(t *hierarchy.Task) {
				t.RealStartDate, t.EndDate, t.Assignees = when("2026-01-07T09:00:00"), when("2026-01-07T18:00:00"), both
			})
		}, []string{"Ada | kitsu-weighted | assignees doubled | 50", "Ada | kitsu-raw | assignees doubled | 50", "Bob | kitsu-weighted | assignees doubled | 50", "Bob | kitsu-raw | assignees doubled | 50"}},
		{"no start", Query{}, func(f *film) {
			f.shot(100, func(t *hierarchy.Task) { t.EndDate, t.Assignees = when("2026-01-07T18:00:00"), []hierarchy.ID{ada} })
		}, []string{"Ada | kitsu-weighted | no start | -100"}},
		{"nobody", Query{}, func(f *film) {
			f.shot(100, func(t *hierarchy.Task) {
				t.RealStartDate, t.EndDate = when("2026-01-07T09:00:00"), when("2026-01-07T18:00:00")
			})
		}, []string{"(unassigned) | kitsu-weighted | no assignee | -100", "(unassigned) | kitsu-raw | no assignee | -100"}},
		{"business days: the last day is lost, a holiday is none; rounding: 10 frames in 3 days", Query{Calendar: Calendar{Holidays: map[hierarchy.Day]string{"2026-01-06": "Epiphany"}}, From: "2026-01-05", To: "2026-01-07"}, func(f *film) {
			f.shot(10, func(t *hierarchy.Task) {
				t.RealStartDate, t.EndDate, t.Assignees = when("2026-01-05T18:00:00"), when("2026-01-09T09:00:00"), []hierarchy.ID{ada}
			})
		}, []string{"Ada | raw | business days | -6", "Ada | kitsu-weighted | business days | 2", "Ada | kitsu-weighted | rounding | -2", "Ada | kitsu-raw | business days | -6"}},
		{"zone: Sunday noon in UTC is Monday on Kiritimati", Query{Timezone: kiritimati, From: "2026-01-12", To: "2026-01-12"}, func(f *film) {
			f.shot(10, func(t *hierarchy.Task) {
				t.RealStartDate, t.EndDate, t.Assignees = when("2026-01-11T12:00:00"), when("2026-01-12T13:00:00"), []hierarchy.ID{ada}
			})
		}, []string{"Ada | kitsu-raw | business days | -5", "Ada | kitsu-weighted | zone | -5", "Ada | raw | business days | -5"}},
		{"recorded duration of half the time", Query{}, func(f *film) {
			task := f.shot(100, func(t *hierarchy.Task) { t.EndDate, t.Assignees = when("2026-01-09T16:00:00"), []hierarchy.ID{ada} })
			f.log(task, ada, "2026-01-05", 60)
			task.Duration = 120
		}, []string{"Ada | kitsu-weighted | late or missing time sheets | -50"}},
		{"time of Bob after the basis day", Query{}, func(f *film) {
			task := f.shot(100, func(t *hierarchy.Task) { t.EndDate, t.Assignees = when("2026-01-09T16:00:00"), []hierarchy.ID{ada} })
			f.log(task, ada, "2026-01-09", 60)
			f.log(task, bob, "2026-01-12", 60)
		}, []string{"Ada | raw | late or missing time sheets | 50", "Ada | kitsu-raw | late or missing time sheets | 50",
			"Bob | raw | late or missing time sheets | -50", "Bob | kitsu-raw | late or missing time sheets | -50"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFilm()
			c.make(f)
			b, err := Quota(f.facts(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range linesOf(t, b.Table("quota_comparison"), 11) {
				if strings.Contains(row, "-5") { // a line would be broken between the two
					t.Errorf("reasons %q have a hyphen before a number", row)
				}
			}
			slices.Sort(c.want)
			if got := linesOf(t, b.Table("quota_comparison_reasons"), 1, 4, 5, 6); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// Each column of the comparison is what the method's own book says, and the
// reasons of each difference sum to it.
func TestComparisonIsTheMethods(t *testing.T) {
	all := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		f := anyFilm(r)
		q := Query{Basis: rapid.SampledFrom([]Basis{Feedback, Approval}).Draw(r, "basis"), Timezone: rapid.SampledFrom(all).Draw(r, "zone"), Calendar: anyCalendar(r)}
		if rapid.Bool().Draw(r, "narrowed") {
			q.From = hierarchy.Day(anyDay(r, "from").Format(time.DateOnly))
		}
		b, err := Quota(f.facts(), q)
		if err != nil {
			r.Fatal(err)
		}
		compareMethods(r, f, q, b)
		reasonsSum(r, b)
	})
}

func compareMethods(r *rapid.T, f *film, q Query, b *table.Book) {
	for i, m := range append([]Method{Weighted}, compared[:]...) {
		want, got := map[string]int64{}, map[string]int64{}
		for _, row := range collect(r, b.Table("quota_comparison")) {
			if n := row[4+i].(int64); n != 0 {
				got[fmt.Sprint(row[0], row[2])] += n
			}
		}
		alone := q
		alone.Method = m
		own, err := Quota(f.facts(), alone)
		if err != nil {
			r.Fatal(err)
		}
		for _, row := range collect(r, own.Table("quota_person_year")) {
			want[fmt.Sprint(row[0], row[2])] += row[5].(int64)
		}
		for key, n := range want {
			if n == 0 {
				delete(want, key)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			r.Fatalf("%s: compared %v, its own book %v", m, got, want)
		}
		methods, total := collect(r, b.Table("quota_comparison_methods")), collect(r, own.Table("quota_total_year"))
		var frames int64
		for _, row := range total {
			frames += row[3].(int64)
		}
		if methods[(i+3)%4][1] != frames {
			r.Fatalf("%s: %v frames compared, %d in its own book", m, methods[(i+3)%4][1], frames)
		}
	}
}

func reasonsSum(r *rapid.T, b *table.Book) {
	left := map[string]int64{}
	for _, row := range collect(r, b.Table("quota_comparison")) {
		for i, m := range compared {
			left[fmt.Sprint(row[0], row[2], m)] = row[8+i].(int64)
		}
	}
	for _, row := range collect(r, b.Table("quota_comparison_reasons")) {
		left[fmt.Sprint(row[0], row[2], row[4])] -= row[6].(int64)
	}
	for key, n := range left {
		if n != 0 {
			r.Fatalf("%s: %d frames without a reason", key, n)
		}
	}
}
