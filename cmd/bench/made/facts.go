package made

import (
	"fmt"
	"time"

	"turnover/internal/table"
)

// Facts is a long table of twelve columns as a data team gets it, sorted by the
// first. In row n, n from 0:
//
//	id         int      n
//	project    text     "P%02d" of n mod 12
//	path       text     "E%02d/SQ%03d/SH%05d" of i mod 26, i mod 311 and i where i is n ÷ 10, rounded down, mod 50000
//	person     text     "Person %04d" of 7 × n mod 1000
//	task_type  text     "Type %d" of n mod 9
//	status     text     null where n mod 5 is 0, else "Status %d" of n mod 7
//	day        day      null where n mod 11 is 0, else 2020-01-01 and n mod 2000 days
//	at         instant  2020-01-01T00:00:00Z and 30,000,001 × n microseconds
//	frames     int      7919 × n mod 1000
//	minutes    float    (37 × n mod 480000) ÷ 1000
//	ratio      float    n ÷ 7
//	tags       text     "tag %d,tag %d" of i mod 8 and i mod 5 where i is n mod 40
func Facts(n int) *table.Table {
	projects, people, types, statuses := words(12, "P%02d"), words(1000, "Person %04d"), words(9, "Type %d"), words(7, "Status %d")
	paths, days, tags := paths(50_000), days(2000), tags()
	t := &table.Table{Name: "facts", Title: "Facts", Kind: table.Working, Sorted: []string{"id"}, Columns: []table.Column{
		{Name: "id", Type: table.Int}, {Name: "project", Type: table.Text}, {Name: "path", Type: table.Text}, {Name: "person", Type: table.Text},
		{Name: "task_type", Type: table.Text}, {Name: "status", Type: table.Text}, {Name: "day", Type: table.Day}, {Name: "at", Type: table.Instant},
		{Name: "frames", Type: table.Int, Unit: "frames"}, {Name: "minutes", Type: table.Float, Unit: "minutes", Decimals: 3}, {Name: "ratio", Type: table.Float}, {Name: "tags", Type: table.Text}}}
	t.Rows = rows(n, func(n int) table.Row {
		row := table.Row{int64(n), projects[n%12], paths[n/10%50_000], people[n*7%1000], types[n%9], nil, nil,
			first.Add(time.Duration(n) * 30_000_001 * time.Microsecond), int64(n * 7919 % 1000), float64(n*37%480_000) / 1000, float64(n) / 7, tags[n%40]}
		if n%5 != 0 {
			row[5] = statuses[n%7]
		}
		if n%11 != 0 {
			row[6] = days[n%2000]
		}
		return row
	})
	return t
}

func paths(n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = fmt.Sprintf("E%02d/SQ%03d/SH%05d", i%26, i%311, i)
	}
	return out
}

func tags() []any {
	out := make([]any, 40)
	for i := range out {
		out[i] = fmt.Sprintf("tag %d,tag %d", i%8, i%5)
	}
	return out
}
