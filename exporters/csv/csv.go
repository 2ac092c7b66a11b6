// Package csv writes tables as RFC 4180: UTF-8 without mark, comma, LF, a
// header line, empty cells for null.
package csv

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"turnover/exporters"
	"turnover/internal/table"
)

// Exporter writes CSV.
type Exporter struct{}

// New gives the exporter of CSV. A text that a spreadsheet program would take
// for a formula (it begins with = + - @, a tab or a line end) gets one
// apostrophe in front; numbers are never touched. importers/csv takes that one
// apostrophe off again, so that the way back changes nothing.
func New() exporters.Exporter { return Exporter{} }

// Format is "csv".
func (Exporter) Format() string { return "csv" }

// WriteTable writes the header and all rows.
func (Exporter) WriteTable(ctx context.Context, w io.Writer, _ *table.Book, t *table.Table) error {
	out := csv.NewWriter(w)
	line := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		line[i] = safe(c.Name)
	}
	if err := out.Write(line); err != nil {
		return fmt.Errorf("write table %q: %w", t.Name, err)
	}
	n := 0
	for row, err := range t.Rows {
		if err == nil && n%1024 == 0 {
			err = ctx.Err()
		}
		if err == nil {
			err = exporters.CheckRow(t.Columns, row)
		}
		for i := 0; err == nil && i < len(row); i++ {
			line[i], err = exporters.CellText(t.Columns[i], row[i])
			if t.Columns[i].Type == table.Text {
				line[i] = safe(line[i])
			}
		}
		if err == nil {
			err = out.Write(line)
		}
		if err != nil {
			return fmt.Errorf("write table %q: %w", t.Name, err)
		}
		n++
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write table %q: %w", t.Name, err)
	}
	return nil
}

// safe puts an apostrophe before what would be a formula, and before texts
// that begin with an apostrophe before one, so that the two stay apart.
func safe(s string) string {
	bare := strings.TrimLeft(s, "'")
	if len(bare) < 2 || !strings.ContainsRune("=+-@\t\r\n", rune(bare[0])) {
		return s
	}
	return "'" + s
}
