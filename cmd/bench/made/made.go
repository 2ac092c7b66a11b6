// Package made has the inputs of the measurements: lists, cuts, productions, and
// tables to write, of any size, made of formulas, so that the same call gives the
// same bytes on every machine. The formulas of tables are of the row's number
// alone, so that programs in other languages make the same values; making them is
// part of every figure, so it is kept cheap.
package made

import (
	"fmt"
	"time"

	"turnover/internal/table"
)

// first is the day that all days and instants are counted from.
var first = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// rows gives so many rows, each made of its number, from 0.
func rows(n int, row func(n int) table.Row) table.Rows {
	return func(yield func(table.Row, error) bool) {
		for i := range n {
			if !yield(row(i), nil) {
				return
			}
		}
	}
}

// words are texts that come again and again: they are made once.
func words(n int, format string) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = fmt.Sprintf(format, i)
	}
	return out
}

// days are the n days from the first on.
func days(n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = first.AddDate(0, 0, i)
	}
	return out
}
