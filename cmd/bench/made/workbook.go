package made

import (
	"fmt"
	"strconv"

	"turnover/internal/table"
)

// Workbook is a book of two tables, of which the first leads to the rows of the
// second. Row n of "shares", n from 0, has in the columns c0, c1 … by turns:
//
//	text   n / 3, rounded down, in decimal digits
//	int    7 × n mod 1000
//	float  n ÷ 7, printed with two decimals
//	day    2020-01-01 and n mod 3000 days
//	text   "E%02d/SQ%03d/SH%05d" of n mod 26, n mod 311 and n
//
// Row n of "totals" has in c0 the number n as text and in rows 3: there is one
// for each three shares, or fewer at the end.
func Workbook(rows, columns int) *table.Book {
	shares := shares(rows, columns)
	totals := totals((rows + 2) / 3)
	return &table.Book{Name: "bench", Title: "Benchmark", Tables: []*table.Table{totals, shares}}
}

func shares(n, columns int) *table.Table {
	types := []table.Type{table.Text, table.Int, table.Float, table.Day, table.Text}
	t := &table.Table{Name: "shares", Title: "Shares", Kind: table.Working}
	for i := range columns {
		t.Columns = append(t.Columns, table.Column{Name: fmt.Sprintf("c%d", i), Type: types[i%5], Decimals: 2})
	}
	days := days(3000)
	t.Rows = rows(n, func(n int) table.Row {
		row := make(table.Row, columns)
		five := [5]any{strconv.Itoa(n / 3), int64(n * 7 % 1000), float64(n) / 7, days[n%3000], fmt.Sprintf("E%02d/SQ%03d/SH%05d", n%26, n%311, n)}
		for i := range row {
			row[i] = five[i%5]
		}
		return row
	})
	return t
}

func totals(n int) *table.Table {
	return &table.Table{Name: "totals", Title: "Totals", Columns: []table.Column{{Name: "c0", Type: table.Text}, {Name: "rows", Type: table.Int}},
		Behind: &table.Behind{Table: "shares", On: []string{"c0"}},
		Rows:   rows(n, func(n int) table.Row { return table.Row{strconv.Itoa(n), int64(3)} })}
}
