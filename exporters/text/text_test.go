package text

import (
	"context"
	"strings"
	"testing"
	"time"

	"turnover/internal/table"
)

func TestWriteBook(t *testing.T) {
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	b := &table.Book{Title: "Quota\x1b[31m of tv", Method: "weighted", AsOf: at.Add(250 * time.Millisecond), Snapshot: "abc", Banner: "No list came\x1b.", From: "2026-01-01", To: "2026-01-31",
		Cover: []table.Note{{Name: "Note", Value: "in words"}}, Totals: []table.Total{{Name: "frames", Value: 1234, Unit: "frames"}},
		Tables: []*table.Table{
			{Name: "t", Title: "Table", Columns: []table.Column{
				{Name: "name", Type: table.Text}, {Name: "frames", Type: table.Int, Unit: "frames"}, {Name: "seconds", Type: table.Float, Unit: "s", Decimals: 3}, {Name: "day", Type: table.Day}},
				Rows: table.Of([]table.Row{{"山田", int64(5), 0.2, at}, {"a\nb", nil, 12.3456, nil}})},
			{Name: "empty", Title: "Empty", Columns: []table.Column{{Name: "name", Type: table.Text}}, Rows: table.Of(nil)},
		}}
	var out strings.Builder
	if err := New().WriteBook(context.Background(), &out, b); err != nil {
		t.Fatal(err)
	}
	want := `Quota␛[31m of tv
  ▲ No list came␛.
  method     weighted
  period     2026-01-01 … 2026-01-31
  as of      2026-01-31 12:00:00.25 UTC
  snapshot   abc
  Note: in words

Table (t)
name  frames  seconds  day
────  ──────  ───────  ──────────
山田       5    0.200  2026-01-31
a␊b            12.346

Empty (empty)
name
────
(no rows)

Control totals
  frames                   1234 frames
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestWrongRow(t *testing.T) {
	b := &table.Book{}
	for _, row := range []table.Row{{"text"}, {int64(1), int64(2)}, {}} {
		tb := &table.Table{Name: "t", Columns: []table.Column{{Name: "n", Type: table.Int}}, Rows: table.Of([]table.Row{row})}
		if err := New().WriteTable(context.Background(), &strings.Builder{}, b, tb); err == nil {
			t.Errorf("a wrong row was written: %v", row)
		}
	}
}
