package reports

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"turnover/internal/table"
)

// checkBehind makes sure that every row that leads to others finds them, side
// by side.
func checkBehind(t rapid.TB, b *table.Book) {
	t.Helper()
	for _, from := range b.Tables {
		if from.Behind == nil {
			continue
		}
		to := b.Table(from.Behind.Table)
		if to == nil {
			t.Fatalf("%s leads to %s, which is not there", from.Name, from.Behind.Table)
		}
		blocks := map[string]int{}
		last := ""
		for i, row := range collect(t, to) {
			if key := cellsOf(t, to, row, from.Behind.On); i == 0 || key != last {
				blocks[key]++
				last = key
			}
		}
		for _, row := range collect(t, from) {
			if key := cellsOf(t, from, row, from.Behind.On); blocks[key] != 1 {
				t.Fatalf("%s: the rows of %s in %s are in %d places", from.Name, key, to.Name, blocks[key])
			}
		}
	}
}

func cellsOf(t rapid.TB, tb *table.Table, row table.Row, columns []string) string {
	t.Helper()
	key := ""
	for _, name := range columns {
		at := slices.IndexFunc(tb.Columns, func(c table.Column) bool { return c.Name == name })
		if at < 0 {
			t.Fatalf("%s has no column %s", tb.Name, name)
		}
		key += fmt.Sprintf("%v|", row[at])
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
		for _, report := range []Report{Retake, Episode} {
			b, err := report(m, Query{})
			if err != nil {
				t.Fatal(err)
			}
			checkBehind(t, b)
		}
	}
}
