// Package text writes books as tables for a terminal.
package text

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"turnover/exporters"
	"turnover/internal/table"
)

// Exporter writes aligned columns.
type Exporter struct{}

// New gives the exporter for terminals.
func New() exporters.BookExporter { return Exporter{} }

// Format is "table".
func (Exporter) Format() string { return "table" }

// WriteBook writes a few lines on what the figures are, then every table.
func (e Exporter) WriteBook(ctx context.Context, w io.Writer, b *table.Book) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, exporters.Visible(b.Title))
	if b.Banner != "" {
		fmt.Fprintf(out, "  ▲ %s\n", exporters.Visible(b.Banner))
	}
	period := ""
	if b.From != "" || b.To != "" {
		period = b.From + " … " + b.To
	}
	asOf := ""
	if !b.AsOf.IsZero() {
		asOf = b.AsOf.UTC().Format("2006-01-02 15:04:05.999999 UTC") // whole, so that it can be given back as --as-of
	}
	for _, n := range []table.Note{{Name: "method", Value: b.Method}, {Name: "basis", Value: b.Basis}, {Name: "period", Value: period},
		{Name: "time zone", Value: b.Timezone}, {Name: "as of", Value: asOf}, {Name: "snapshot", Value: b.Snapshot}} {
		if n.Value != "" {
			fmt.Fprintf(out, "  %-10s %s\n", n.Name, exporters.Visible(n.Value))
		}
	}
	for _, n := range b.Cover {
		fmt.Fprintf(out, "  %s: %s\n", exporters.Visible(n.Name), exporters.Visible(n.Value))
	}
	answers(out, b)
	for _, t := range b.Tables {
		fmt.Fprintf(out, "\n%s (%s)\n", exporters.Visible(t.Title), t.Name)
		if err := e.WriteTable(ctx, out, b, t); err != nil {
			return err
		}
	}
	if len(b.Totals) > 0 {
		fmt.Fprintln(out, "\nControl totals")
		for _, t := range b.Totals {
			fmt.Fprintf(out, "  %-24s %s %s\n", exporters.Visible(t.Name), strconv.FormatFloat(t.Value, 'f', -1, 64), t.Unit)
		}
	}
	return out.Flush()
}

// WriteTable writes one table: numbers to the right, units in the header. The
// rows are walked twice, for the widths and for the lines.
func (Exporter) WriteTable(ctx context.Context, w io.Writer, _ *table.Book, t *table.Table) error {
	header := make([]string, len(t.Columns))
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		header[i] = exporters.Visible(c.Name)
		if c.Unit != "" && !strings.Contains(c.Name, c.Unit) {
			header[i] += " [" + exporters.Visible(c.Unit) + "]"
		}
		widths[i] = runewidth.StringWidth(header[i])
	}
	n := 0
	for row, err := range t.Rows {
		if err == nil && n%1024 == 0 {
			err = ctx.Err()
		}
		if err == nil {
			err = exporters.CheckRow(t.Columns, row)
		}
		if err != nil {
			return fmt.Errorf("write table %q: %w", t.Name, err)
		}
		for i, c := range t.Columns {
			widths[i] = max(widths[i], runewidth.StringWidth(cell(c, row[i])))
		}
		n++
	}
	out := bufio.NewWriter(w)
	line(out, t.Columns, header, widths)
	for i, width := range widths {
		if i > 0 {
			fmt.Fprint(out, "  ")
		}
		fmt.Fprint(out, strings.Repeat("─", width))
	}
	fmt.Fprintln(out)
	cells := make([]string, len(t.Columns))
	for row, err := range t.Rows {
		if err != nil {
			return fmt.Errorf("write table %q: %w", t.Name, err)
		}
		for i, c := range t.Columns {
			cells[i] = cell(c, row[i])
		}
		line(out, t.Columns, cells, widths)
	}
	if n == 0 {
		fmt.Fprintln(out, "(no rows)")
	}
	return out.Flush()
}

// line writes cells in their columns, without blanks at the end.
func line(out io.Writer, columns []table.Column, cells []string, widths []int) {
	var b strings.Builder
	for i, s := range cells {
		if i > 0 {
			b.WriteString("  ")
		}
		gap := strings.Repeat(" ", max(0, widths[i]-runewidth.StringWidth(s)))
		if right(columns[i].Type) {
			b.WriteString(gap + s)
		} else {
			b.WriteString(s + gap)
		}
	}
	fmt.Fprintln(out, strings.TrimRight(b.String(), " "))
}

func right(t table.Type) bool { return t == table.Int || t == table.Float }

// cell is a value for people: decimals as the column says, instants to the second.
func cell(c table.Column, v any) string {
	switch v := v.(type) {
	case float64:
		return strconv.FormatFloat(v, 'f', c.Decimals, 64)
	case time.Time:
		if c.Type == table.Instant {
			return v.UTC().Format("2006-01-02 15:04:05")
		}
	}
	s, err := exporters.CellText(c, v)
	if err != nil {
		return "?"
	}
	return exporters.Visible(s)
}
