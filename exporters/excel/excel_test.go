package excel

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"turnover/internal/table"
)

var nasty = []string{"010", "=1+1", "+1", "-SH010", "@x", "a\x00b\x1b[31m", "_x0041_", " two  spaces ", "line\nbreak", "Renée 山田 🎬", "<&>\"'", "\ufffe", strings.Repeat("x", 40000)}

func example() *table.Book {
	var rows, weeks []table.Row
	for i := range 300 {
		d := time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)
		rows = append(rows, table.Row{nasty[i%len(nasty)], d, d.Add(5 * time.Hour), int64(i * 123), float64(i) / 7, i%2 == 0, nil})
	}
	for i := 1; i < 40; i++ {
		weeks = append(weeks, table.Row{fmt.Sprintf("2026-W%02d", i), int64(i * (40 - i) * 10), float64(i)})
	}
	return &table.Book{Name: "quota", Title: "Quota of Lighthouse", Project: "Lighthouse", Method: "weighted", Basis: "feedback", Timezone: "Europe/Paris",
		AsOf: time.Date(2026, 8, 1, 2, 3, 4, 0, time.UTC), Snapshot: "0123456789abcdef",
		Cover: []table.Note{{Name: "How it is counted", Value: strings.Repeat("Each task's frames are laid upon the days on which time was logged. ", 4)}},
		Tables: []*table.Table{
			{Name: "quota_week", Title: "Quota by week", Doc: "One row is a week.", Columns: []table.Column{{Name: "period", Type: table.Text}, {Name: "frames", Type: table.Int, Unit: "frames"}, {Name: "shots", Type: table.Float, Decimals: 2}}, Rows: table.Of(weeks)},
			{Name: "all", Title: "All types", Columns: []table.Column{{Name: "name", Type: table.Text}, {Name: "day", Type: table.Day}, {Name: "at", Type: table.Instant}, {Name: "frames", Type: table.Int}, {Name: "seconds", Type: table.Float, Decimals: 3}, {Name: "omitted", Type: table.Bool}, {Name: "nothing", Type: table.Float}}, Rows: table.Of(rows)},
			{Name: "empty", Title: "Nothing", Columns: []table.Column{{Name: "id", Type: table.Text}}, Rows: table.Of(nil)},
			{Name: "no columns", Title: "Nothing at all", Rows: table.Of(nil)}},
		Charts: []table.Chart{
			{Table: "quota_week", Title: "Frames per week", Alt: "Most frames are in 2026-W20.", Kind: "column", X: "period", Y: []string{"frames"}, XTitle: "ISO week", YTitle: "frames"},
			{Table: "quota_week", Title: "Both", Alt: "Lines.", Kind: "line", X: "period", Y: []string{"frames", "shots"}, XTitle: "ISO week", YTitle: "number"},
			{Table: "empty", Title: "None", Alt: "Nothing.", Kind: "bar", X: "id", Y: []string{"id"}}},
		Totals: []table.Total{{Name: "frames", Value: 1234567, Unit: "frames"}, {Name: "seconds", Value: 51440.292, Unit: "seconds"}}}
}

func written(t testing.TB, e *Exporter, b *table.Book) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := e.WriteBook(context.Background(), &out, b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSameBookSameBytes(t *testing.T) {
	first := written(t, New(), example())
	for range 5 {
		if !bytes.Equal(first, written(t, New(), example())) {
			t.Fatal("the same book gave other bytes")
		}
	}
}

func TestWorkbookReadsBack(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(written(t, New(), example())))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(f.GetSheetList()), "[Cover Charts quota_week all empty no columns Columns]"; got != want {
		t.Fatalf("sheets %s, want %s", got, want)
	}
	for i, s := range nasty {
		at := fmt.Sprintf("A%d", i+2)
		if formula, _ := f.GetCellFormula("all", at); formula != "" {
			t.Errorf("%s is a formula %q", at, formula)
		}
		got, err := f.GetCellValue("all", at)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case len(s) > 32767:
			if !strings.HasSuffix(got, "more characters do not fit in a cell]") || len(got) > 32767 {
				t.Errorf("%s: a long text ends with %q", at, got[len(got)-60:])
			}
		case strings.ContainsAny(s, "\x00\ufffe"):
			if !strings.ContainsRune(got, '\ufffd') || strings.ContainsAny(got, "\x00\x1b\ufffe") {
				t.Errorf("%s is %q", at, got)
			}
		case got != s:
			t.Errorf("%s is %q, want %q", at, got, s)
		}
	}
	for at, want := range map[string]string{"B2": "2026-01-01", "C2": "2026-01-01 05:00:00", "D11": "1,107", "E3": "0.143"} {
		if got, _ := f.GetCellValue("all", at); got != want {
			t.Errorf("%s shows %q, want %q", at, got, want)
		}
	}
	if cover := member(t, written(t, New(), example()), "xl/worksheets/sheet1.xml"); !strings.Contains(cover, `location="&#39;quota_week&#39;!A1"`) {
		t.Error("the cover has no link to quota_week")
	}
	drawing := member(t, written(t, New(), example()), "xl/drawings/drawing1.xml")
	if !strings.Contains(drawing, `descr="Most frames are in 2026-W20."`) {
		t.Error("the chart has no alternative text")
	}
	sheet := member(t, written(t, New(), example()), "xl/worksheets/sheet4.xml")
	for _, want := range []string{`<dimension ref="A1:G301"`, `numberStoredAsText="true"`, `<autoFilter`, `state="frozen"`, `orientation="landscape"`, `fitToPage="true"`} {
		if !strings.Contains(sheet, want) {
			t.Errorf("the data sheet has no %s", want)
		}
	}
	if at, columns := 0, strings.Split(sheet, `<col min="`)[1:]; len(columns) != 7 {
		t.Errorf("%d columns have widths, want 7", len(columns))
	} else {
		for _, c := range columns {
			if n := int(c[0] - '0'); n != at+1 {
				t.Errorf("the width of column %d follows that of %d", n, at)
			}
			at++
		}
	}
	if strings.Contains(sheet, "<f>") || strings.Contains(sheet, "<mergeCell") {
		t.Error("the data sheet has formulas or merged cells")
	}
}

func member(t *testing.T, raw []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestLongTableContinues(t *testing.T) {
	b := example()
	f, err := excelize.OpenReader(bytes.NewReader(written(t, &Exporter{maxRows: 130}, b)))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range []string{"all", "all (2)", "all (3)"} {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		n += len(rows) - 1
	}
	if n != 300 {
		t.Fatalf("%d rows on three sheets, want 300", n)
	}
}

func TestNumbersAreRounded(t *testing.T) {
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		value any
		want  float64
	}{
		{2.0 / 3, 0.666666666666667}, {-2.0 / 3, -0.666666666666667}, {12.345, 12.345}, {0.0, 0}, {math.MaxFloat64, math.MaxFloat64}, {math.SmallestNonzeroFloat64, math.SmallestNonzeroFloat64},
		{day.Add(16 * time.Hour), 46023.6666666667}, {day, 46023.0},
	} {
		if got := cell(table.Column{}, c.value); got != c.want {
			t.Errorf("%v is written as %v, want %v", c.value, got, c.want)
		}
	}
	sheet := member(t, written(t, New(), example()), "xl/worksheets/sheet4.xml")
	if !strings.Contains(sheet, "<v>0.285714285714286</v>") {
		t.Error("2/7 is not written as 0.285714285714286")
	}
}

func TestSheetName(t *testing.T) {
	taken := map[string]bool{}
	for _, c := range [][2]string{{"a/b:c", "a_b_c"}, {"A/B:C", "A_B_C (2)"}, {"", "_"}, {"History", "History_"}, {"'x'", "’x’"}, {"_x0041_", "-x0041_"}, {"a_x00e9__x0041_", "a-x00e9_-x0041_"}, {strings.Repeat("long", 20), strings.Repeat("long", 8)[:31]}} {
		if got := sheetName(c[0], taken); got != c[1] {
			t.Errorf("sheet name of %q is %q, want %q", c[0], got, c[1])
		}
	}
}
