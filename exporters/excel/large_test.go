package excel

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"turnover/internal/table"
)

// large is a table of so many rows and columns, with one of totals that leads
// to each three of them.
func large(rows, columns int) *table.Book {
	types := []table.Type{table.Text, table.Int, table.Float, table.Day, table.Text}
	shares := &table.Table{Name: "quota_shares", Title: "Shares", Kind: table.Working}
	for i := range columns {
		shares.Columns = append(shares.Columns, table.Column{Name: fmt.Sprintf("c%d", i), Type: types[i%5], Decimals: 2})
	}
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	shares.Rows = func(yield func(table.Row, error) bool) {
		for n := range rows {
			row := make(table.Row, columns)
			for i := range columns {
				row[i] = []any{fmt.Sprint(n / 3), int64(n * 7 % 1000), float64(n) / 7, day.AddDate(0, 0, n%3000), fmt.Sprintf("E%02d/SQ%03d/SH%05d", n%26, n%311, n)}[i%5]
			}
			if !yield(row, nil) {
				return
			}
		}
	}
	totals := &table.Table{Name: "totals", Title: "Totals", Columns: []table.Column{{Name: "c0", Type: table.Text}, {Name: "rows", Type: table.Int}},
		Behind: &table.Behind{Table: "quota_shares", On: []string{"c0"}}}
	totals.Rows = func(yield func(table.Row, error) bool) {
		for n := range (rows + 2) / 3 {
			if !yield(table.Row{fmt.Sprint(n), int64(3)}, nil) {
				return
			}
		}
	}
	return &table.Book{Title: "Large", Tables: []*table.Table{totals, shares}}
}

// BenchmarkLarge gives the figures of docs/workbooks.md: run each alone, with
// -benchtime 1x, since the peak is that of the process.
func BenchmarkLarge(b *testing.B) {
	for _, size := range [][2]int{{100_000, 20}, {1_000_000, 10}} {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			for b.Loop() {
				if err := New().WriteBook(context.Background(), io.Discard, large(size[0], size[1])); err != nil {
					b.Fatal(err)
				}
			}
			if status, err := os.ReadFile("/proc/self/status"); err == nil {
				var kilobytes float64
				_, peak, _ := strings.Cut(string(status), "VmHWM:")
				if _, err := fmt.Sscan(peak, &kilobytes); err == nil {
					b.ReportMetric(kilobytes/1000, "MB-peak")
				}
			}
		})
	}
}

// TestStreamedSheetsAreNotReadBack: once a sheet was streamed nothing reads it
// again, which the library would do whole and into memory: 3,666 bytes for a cell
// where 832 are enough.
func TestStreamedSheetsAreNotReadBack(t *testing.T) {
	err := New().write(io.Discard, large(30, 5), func(k *workbook) error {
		if err := k.whole(context.Background()); err != nil {
			return err
		}
		if sheets := k.f.GetSheetList(); len(sheets) != 4 {
			t.Errorf("%q, want a cover, totals, shares and columns", sheets)
		}
		k.f.Sheet.Range(func(part, _ any) bool {
			if part != "xl/worksheets/sheet1.xml" { // the cover
				t.Errorf("%s is held in memory", part)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
