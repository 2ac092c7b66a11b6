// Package json writes books and tables as JSON: a report as one object of the
// command line's contract, a table alone as an array of row objects.
package json

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"turnover/exporters"
	"turnover/internal/table"
)

// Exporter writes JSON.
type Exporter struct{}

// New gives the exporter of JSON.
func New() exporters.BookExporter { return Exporter{} }

// Format is "json".
func (Exporter) Format() string { return "json" }

// WriteTable writes an array of row objects, a row a line, with the column
// names in their order.
func (Exporter) WriteTable(ctx context.Context, w io.Writer, _ *table.Book, t *table.Table) error {
	out := writer{Writer: bufio.NewWriterSize(w, 1<<16)}
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = text(c.Name) + ":"
	}
	out.rows(ctx, t, "[", "]", func(row table.Row) {
		out.put("{")
		for i, c := range t.Columns {
			if i > 0 {
				out.put(",")
			}
			out.put(names[i])
			out.cell(c, row[i])
		}
		out.put("}")
	})
	out.put("\n")
	return out.flush()
}

// head is a report's object without its tables, which are streamed.
type head struct {
	Report   string  `json:"report"`
	Title    string  `json:"title"`
	Project  *string `json:"project"`
	Method   *string `json:"method"`
	Basis    *string `json:"basis"`
	Timezone *string `json:"timezone"`
	From     *string `json:"from"`
	To       *string `json:"to"`
	AsOf     *string `json:"as_of"`
	Snapshot *string `json:"snapshot"`
	Previous *string `json:"previous"`
	Banner   *string `json:"banner"` // what a reader must know before all figures
}

// answer is one figure of a report's first page; change and change_share are
// null where there is nothing to compare with.
type answer struct {
	Question string   `json:"question"`
	Verdict  *string  `json:"verdict"`
	Tone     *string  `json:"tone"`
	Figure   *string  `json:"figure"`
	Value    *float64 `json:"value"`
	Unit     *string  `json:"unit"`
	Decimals int      `json:"decimals"`
	Before   *float64 `json:"before"`
	Change   *float64 `json:"change"`
	Share    *float64 `json:"change_share"`
	Table    *string  `json:"table"`
}

func answersOf(b *table.Book) []answer {
	out := make([]answer, len(b.Answers))
	for i, a := range b.Answers {
		out[i] = answer{Question: a.Question, Verdict: orNull(a.Verdict), Tone: orNull(string(a.Tone)), Figure: orNull(a.Figure), Value: known(&a.Value),
			Unit: orNull(a.Unit), Decimals: a.Decimals, Before: known(a.Before), Table: orNull(a.Table)}
		if c := a.Change(); c != nil {
			out[i].Change, out[i].Share = &c.By, c.Share
		}
	}
	return out
}

type column struct {
	Name string     `json:"name"`
	Type table.Type `json:"type"`
	Unit *string    `json:"unit"`
}

// WriteBook writes the report object of the contract.
func (Exporter) WriteBook(ctx context.Context, w io.Writer, b *table.Book) error {
	out := writer{Writer: bufio.NewWriterSize(w, 1<<16)}
	asOf := ""
	if !b.AsOf.IsZero() {
		asOf = b.AsOf.UTC().Format(time.RFC3339Nano)
	}
	start := marshal(head{b.Name, b.Title, orNull(b.Project), orNull(b.Method), orNull(b.Basis), orNull(b.Timezone), orNull(b.From), orNull(b.To), orNull(asOf), orNull(b.Snapshot), orNull(b.Previous), orNull(b.Banner)})
	out.put(strings.TrimSuffix(start, "}") + `,"answers":` + marshal(answersOf(b)) + `,"tables":[`)
	for i, t := range b.Tables {
		if i > 0 {
			out.put(",")
		}
		columns := make([]column, len(t.Columns))
		for i, c := range t.Columns {
			columns[i] = column{c.Name, c.Type, orNull(c.Unit)}
		}
		out.put("\n" + `{"name":` + text(t.Name) + `,"columns":` + marshal(columns) + `,"rows":`)
		out.rows(ctx, t, "[", "]}", func(row table.Row) {
			out.put("[")
			for i, c := range t.Columns {
				if i > 0 {
					out.put(",")
				}
				out.cell(c, row[i])
			}
			out.put("]")
		})
	}
	out.put("],\n" + `"control_totals":{`)
	for i, total := range b.Totals {
		if i > 0 {
			out.put(",")
		}
		out.put(text(total.Name) + ":")
		out.cell(table.Column{Name: total.Name, Type: table.Float}, total.Value)
	}
	out.put("}}\n")
	return out.flush()
}

// writer keeps the first error, so that the shape of the output stays readable.
type writer struct {
	*bufio.Writer
	err error
}

func (w *writer) put(s string) {
	if w.err == nil {
		_, w.err = w.WriteString(s)
	}
}

// rows writes each row on a line of its own.
func (w *writer) rows(ctx context.Context, t *table.Table, open, end string, put func(table.Row)) {
	w.put(open)
	n := 0
	for row, err := range t.Rows {
		if err == nil && n%1024 == 0 {
			err = ctx.Err()
		}
		if err == nil {
			err = exporters.CheckRow(t.Columns, row)
		}
		if err != nil && w.err == nil {
			w.err = fmt.Errorf("write table %q: %w", t.Name, err)
		}
		if w.err != nil {
			return
		}
		if n++; n > 1 {
			w.put(",")
		}
		w.put("\n")
		put(row)
	}
	if n > 0 {
		w.put("\n")
	}
	w.put(end)
}

func (w *writer) cell(c table.Column, cell any) {
	plain, err := exporters.CellText(c, cell)
	if err != nil && w.err == nil {
		w.err = err
	}
	switch v := cell.(type) {
	case nil:
		plain = "null"
	case string, time.Time:
		plain = text(plain)
	case float64:
		if known(&v) == nil {
			plain = "null"
		}
	}
	w.put(plain)
}

func (w *writer) flush() error {
	if w.err != nil {
		return w.err
	}
	return w.Flush()
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// known gives a number that JSON has a word for, else null.
func known(v *float64) *float64 {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return nil
	}
	return v
}

// marshal writes a value that always can be written, HTML characters as they are.
func marshal(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "null"
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func text(s string) string { return marshal(s) }
