package reports

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// checkBehind makes sure that every row that leads to others finds them, side
// by side. It gives the number of tables that lead.
func checkBehind(t rapid.TB, b *table.Book) (led int) {
	t.Helper()
	for _, from := range b.Tables {
		if from.Behind == nil {
			continue
		}
		led++
		to := b.Table(from.Behind.Table)
		if to == nil {
			t.Fatalf("%s leads to %s, which is not there", from.Name, from.Behind.Table)
		}
		blocks, frames := blocksOf(t, to, from.Behind)
		for _, row := range collect(t, from) {
			key := cellsOf(t, from, row, from.Behind.On, nil)
			if blocks[key] != 1 {
				t.Fatalf("%s: the rows of %s in %s are in %d places", from.Name, key, to.Name, blocks[key])
			}
			if from.Behind.As == nil {
				continue
			}
			if got := cellsOf(t, from, row, []string{"frames", "drawings"}, nil); got != frames[key].text() {
				t.Fatalf("%s: %s has %s, the rows behind it sum to %s", from.Name, key, got, frames[key].text())
			}
		}
	}
	return led
}

// blocksOf counts the places where rows of one key stand, and sums them.
func blocksOf(t rapid.TB, to *table.Table, behind *table.Behind) (blocks map[string]int, frames map[string]bucket) {
	t.Helper()
	blocks, frames = map[string]int{}, map[string]bucket{}
	last := ""
	for i, row := range collect(t, to) {
		key := cellsOf(t, to, row, behind.On, behind.As)
		if i == 0 || key != last {
			blocks[key]++
			last = key
		}
		if behind.As != nil {
			sum := frames[key]
			sum.add(bucket{frames: row[placeOf(t, to, "frames")].(int64), drawings: row[placeOf(t, to, "drawings")].(int64)})
			frames[key] = sum
		}
	}
	return blocks, frames
}

func (b bucket) text() string { return fmt.Sprintf("%d|%d|", b.frames, b.drawings) }

func placeOf(t rapid.TB, tb *table.Table, name string) int {
	t.Helper()
	at := slices.IndexFunc(tb.Columns, func(c table.Column) bool { return c.Name == name })
	if at < 0 {
		t.Fatalf("%s has no column %s", tb.Name, name)
	}
	return at
}

func cellsOf(t rapid.TB, tb *table.Table, row table.Row, columns []string, as map[string]func(any) any) string {
	t.Helper()
	key := ""
	for _, name := range columns {
		cell := row[placeOf(t, tb, name)]
		if as[name] != nil {
			cell = as[name](cell)
		}
		key += fmt.Sprintf("%v|", cell)
	}
	return key
}

func TestRowsBehindStandTogether(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := anyTalk(r)
		for _, report := range []Report{Retake, Episode} {
			b, err := report(f.facts(), Query{})
			if err != nil {
				r.Fatal(err)
			}
			checkBehind(r, b)
		}
	})
	for _, name := range productions {
		m := production(t, name)
		for _, report := range []Report{Retake, Episode, Quota} {
			b, err := report(m, Query{})
			if err != nil {
				t.Fatal(err)
			}
			checkBehind(t, b)
		}
	}
}

// Weeks, months and years of persons, teams and all lead to the days that they
// add up, and to no others, by every method.
func TestPeriodsLeadToTheirDays(t *testing.T) {
	all := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		q := Query{Method: rapid.SampledFrom([]Method{Weighted, Raw, KitsuWeighted, KitsuRaw}).Draw(r, "method"), Timezone: rapid.SampledFrom(all).Draw(r, "zone"),
			TeamBy: rapid.SampledFrom([]string{teamByDepartment, teamByStudio}).Draw(r, "teams")}
		b, err := Quota(anyFilm(r).facts(), q)
		if err != nil {
			r.Fatal(err)
		}
		if led := checkBehind(r, b); led != 10 {
			r.Fatalf("%d tables lead to others", led)
		}
	})
	f := twoWeeks()
	f.shot(30, func(t *hierarchy.Task) {
		t.EndDate, t.Assignees = when("2026-01-06T09:00:00"), []hierarchy.ID{bob, eve}
	})
	b, err := Quota(f.facts(), Query{})
	if err != nil {
		t.Fatal(err)
	}
	checkBehind(t, b)
	from, to := b.Table("quota_person_week"), b.Table("quota_person_day")
	var days []string
	for _, row := range collect(t, to) {
		if key := cellsOf(t, to, row, from.Behind.On, from.Behind.As); strings.HasPrefix(key, string(ada)) && strings.HasSuffix(key, "|2026-W03|") {
			days = append(days, cellsOf(t, to, row, []string{"period"}, nil)[:10])
		}
	}
	if want := []string{"2026-01-12", "2026-01-13", "2026-01-14"}; !slices.Equal(days, want) {
		t.Errorf("behind the week are %v, want %v", days, want)
	}
}
