package excel

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"turnover/internal/table"
)

// leading is what the links of a sheet say: cell → range.
func leading(t *testing.T, raw []byte, part string) map[string]string {
	t.Helper()
	var sheet struct {
		Hyperlinks struct {
			Hyperlink []struct {
				Ref      string `xml:"ref,attr"`
				Location string `xml:"location,attr"`
			} `xml:"hyperlink"`
		} `xml:"hyperlinks"`
	}
	if err := xml.Unmarshal([]byte(member(t, raw, part)), &sheet); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, l := range sheet.Hyperlinks.Hyperlink {
		if out[l.Ref] != "" {
			t.Errorf("%s has two links", l.Ref)
		}
		out[l.Ref] = l.Location
	}
	return out
}

func TestTotalsLeadToTheirRows(t *testing.T) {
	raw := written(t, New(), week())
	got := leading(t, raw, "xl/worksheets/sheet5.xml")
	want := map[string]string{"D2": "'quota_shares'!A2:F5", "D3": "'quota_shares'!A6:F12", "D4": "'quota_shares'!A13:F22", "D5": "'quota_shares'!A23:F35", "D6": "'quota_shares'!A36:F51"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("links are %v, want %v", got, want)
	}
	cover := leading(t, raw, "xl/worksheets/sheet1.xml")
	f := opened(t, raw)
	rows, err := f.GetRows("Cover")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if len(row) > 1 && row[0] == "frames" && cover[fmt.Sprintf("B%d", i+1)] != "'quota_shares'!A1" {
			t.Errorf("the total of frames leads to %q", cover[fmt.Sprintf("B%d", i+1)])
		}
	}
}

// pair is a table of totals and the one behind it, as an arrangement of keys.
func pair(keys []string, order []string) *table.Book {
	var totals, behind []table.Row
	for _, k := range keys {
		totals = append(totals, table.Row{k, int64(1)})
	}
	for i, k := range order {
		behind = append(behind, table.Row{int64(i), k})
	}
	return &table.Book{Title: "Pair", Tables: []*table.Table{
		{Name: "totals", Title: "Totals", Behind: &table.Behind{Table: "rows'&<\"", On: []string{"key"}}, Columns: []table.Column{{Name: "key", Type: table.Text}, {Name: "n", Type: table.Int}}, Rows: table.Of(totals)},
		{Name: "rows'&<\"", Title: "Rows", Kind: table.Working, Columns: []table.Column{{Name: "n", Type: table.Int}, {Name: "key", Type: table.Text}}, Rows: table.Of(behind)}}}
}

// TestLinksAreRight holds for any arrangement, on any number of sheets: each
// total leads to the first of its rows, and to all of them that lie with it on
// that sheet.
func TestLinksAreRight(t *testing.T) {
	location := regexp.MustCompile(`^'(rows’&<"(?: \(\d+\))?)'!A(\d+)(?::B(\d+))?$`)
	rapid.Check(t, func(rt *rapid.T) {
		maxRows := rapid.IntRange(1, 7).Draw(rt, "maxRows")
		keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"", "a", "b", "=A1", "&<>'\"", "\x00", "c"}), 0, 7, func(s string) string { return s }).Draw(rt, "keys")
		var order []string
		for _, k := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"", "a", "b", "=A1", "&<>'\"", "\x00", "d"}), 0, 7, func(s string) string { return s }).Draw(rt, "order") {
			for range rapid.IntRange(1, 9).Draw(rt, "n") {
				order = append(order, k)
			}
		}
		raw := written(t, &Exporter{maxRows: maxRows}, pair(keys, order))
		got := map[int]string{}
		for part := 0; part*maxRows < len(keys); part++ {
			for ref, to := range leading(t, raw, fmt.Sprintf("xl/worksheets/sheet%d.xml", 2+part)) {
				var row int
				if _, err := fmt.Sscanf(ref, "B%d", &row); err != nil {
					rt.Fatalf("a link in %s", ref)
				}
				got[part*maxRows+row-2] = to
			}
		}
		for i, key := range keys {
			first, last := -1, -1
			for n, k := range order {
				if k == key {
					if first < 0 {
						first = n
					}
					last = n
				}
			}
			if first < 0 {
				if got[i] != "" {
					rt.Errorf("%q leads to %s and has no rows", key, got[i])
				}
				continue
			}
			m := location.FindStringSubmatch(got[i])
			if m == nil {
				rt.Fatalf("%q leads to %q", key, got[i])
			}
			sheet := "rows’&<\""
			if first/maxRows > 0 {
				sheet += fmt.Sprintf(" (%d)", first/maxRows+1)
			}
			end := min(last, (first/maxRows+1)*maxRows-1)
			if m[1] != sheet || m[2] != fmt.Sprint(first%maxRows+2) || m[3] != fmt.Sprint(end%maxRows+2) {
				rt.Errorf("%q at rows %d to %d of the table leads to %s with %d rows a sheet", key, first, last, got[i], maxRows)
			}
		}
	})
}

// TestWeeksLeadToTheirDays sums the rows that each week's link selects, as a
// reader of the workbook sees them.
func TestWeeksLeadToTheirDays(t *testing.T) {
	weekOf := func(cell any) any {
		y, w := cell.(time.Time).ISOWeek()
		return fmt.Sprintf("%d-W%02d", y, w)
	}
	var days, weeks []table.Row
	for p, person := range []string{"a", "b"} {
		sums := map[string]int64{}
		for i := range 40 {
			day := time.Date(2025, 12, 20+i, 0, 0, 0, 0, time.UTC)
			if i%(p+3) == 0 {
				continue
			}
			days = append(days, table.Row{person, day, int64(i*7 + p)})
			sums[weekOf(day).(string)] += int64(i*7 + p)
		}
		for _, w := range slices.Sorted(maps.Keys(sums)) {
			weeks = append(weeks, table.Row{person, w, sums[w]})
		}
	}
	columns := func(period table.Type) []table.Column {
		return []table.Column{{Name: "person", Type: table.Text}, {Name: "period", Type: period}, {Name: "frames", Type: table.Int}}
	}
	raw := written(t, New(), &table.Book{Title: "Weeks", Tables: []*table.Table{
		{Name: "weeks", Title: "Weeks", Columns: columns(table.Text), Rows: table.Of(weeks),
			Behind: &table.Behind{Table: "days", On: []string{"person", "period"}, As: map[string]func(any) any{"period": weekOf}}},
		{Name: "days", Title: "Days", Columns: columns(table.Day), Rows: table.Of(days)}}})
	f := opened(t, raw)
	number := func(sheet, cell string) int {
		text, err := f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	links := leading(t, raw, "xl/worksheets/sheet2.xml")
	if len(links) != len(weeks) {
		t.Fatalf("%d of %d weeks lead to days", len(links), len(weeks))
	}
	for cell, to := range links {
		var first, last, sum int
		if _, err := fmt.Sscanf(to, "'days'!A%d:C%d", &first, &last); err != nil {
			t.Fatalf("%s leads to %s", cell, to)
		}
		for row := first; row <= last; row++ {
			sum += number("days", fmt.Sprint("C", row))
		}
		if got := number("weeks", cell); got != sum {
			t.Errorf("%s is %d, the days behind it sum to %d", cell, got, sum)
		}
	}
}

func TestRowsApartLeadToTheFirst(t *testing.T) {
	got := leading(t, written(t, New(), pair([]string{"a", "b"}, []string{"b", "a", "b", "b"})), "xl/worksheets/sheet2.xml")
	if got["B2"] != `'rows’&<"'!A3:B3` || got["B3"] != `'rows’&<"'!A2:B2` {
		t.Errorf("links are %v", got)
	}
}

func TestTrailsThatLeadNowhere(t *testing.T) {
	b := pair([]string{"a"}, []string{"a"})
	b.Tables[0].Behind.Table = "gone"
	if got := leading(t, written(t, New(), b), "xl/worksheets/sheet2.xml"); len(got) != 0 {
		t.Errorf("links to a table that is not there: %v", got)
	}
	b.Tables[0].Behind = &table.Behind{Table: "totals", On: []string{"key"}}
	if got := leading(t, written(t, New(), b), "xl/worksheets/sheet2.xml"); len(got) != 0 {
		t.Errorf("links to itself: %v", got)
	}
	b = pair([]string{"a"}, []string{"a"})
	b.Tables[0].Behind.On = []string{"n", "person"}
	if err := New().WriteBook(context.Background(), &bytes.Buffer{}, b); err == nil || !strings.Contains(err.Error(), `"person"`) {
		t.Errorf("a key that is not there: %v", err)
	}
}

func TestTablesInACircle(t *testing.T) {
	b := pair([]string{"a"}, []string{"a"})
	b.Tables[1].Behind = &table.Behind{Table: "totals", On: []string{"key"}}
	raw := written(t, New(), b)
	if got := leading(t, raw, "xl/worksheets/sheet2.xml"); len(got) != 1 {
		t.Errorf("links are %v", got)
	}
	if f := opened(t, raw); len(f.GetSheetList()) != 4 {
		t.Errorf("sheets are %q", f.GetSheetList())
	}
}

// TestLinksOfAFullSheet has one total more than a sheet takes links.
func TestLinksOfAFullSheet(t *testing.T) {
	keys := make([]string, maxLinks+1)
	for i := range keys {
		keys[i] = fmt.Sprint(i)
	}
	got := leading(t, written(t, New(), pair(keys, keys)), "xl/worksheets/sheet2.xml")
	if len(got) != maxLinks {
		t.Errorf("%d links on a sheet, want %d", len(got), maxLinks)
	}
	for _, row := range []int{2, 3, 1000, maxLinks + 1} {
		if to := got[fmt.Sprintf("B%d", row)]; to != fmt.Sprintf(`'rows’&<"'!A%d:B%d`, row, row) {
			t.Errorf("row %d leads to %q", row, to)
		}
	}
}

func TestInserter(t *testing.T) {
	l := &links{sheet: "s", column: "A", rest: []link{{row: 3, first: 2, last: 2, to: &part{sheet: "to", table: &table.Table{}}}}}
	for _, c := range []struct {
		pieces []string
		want   string
	}{
		{[]string{"<a></hyperlinks><b>"}, `<a><hyperlink ref="A3" location="&#39;to&#39;!A2"></hyperlink></hyperlinks><b>`},
		{[]string{"<a></hyper", "links><b", ">"}, `<a><hyperlink ref="A3" location="&#39;to&#39;!A2"></hyperlink></hyperlinks><b>`},
		{[]string{"<a></", "hyperlink></hyperlinks>"}, `<a></hyperlink><hyperlink ref="A3" location="&#39;to&#39;!A2"></hyperlink></hyperlinks>`},
	} {
		copied := *l
		var out bytes.Buffer
		w := &inserter{to: &out, before: []byte("</hyperlinks>"), insert: &copied}
		for _, p := range c.pieces {
			if n, err := w.Write([]byte(p)); n != len(p) || err != nil {
				t.Fatalf("%d of %d bytes written (%v)", n, len(p), err)
			}
		}
		if out.String() != c.want {
			t.Errorf("%q gives %s", c.pieces, out.String())
		}
	}
	if err := (linkedZip{links: map[string]*links{"a": l}}).whole(); err == nil {
		t.Error("links without a place are lost in silence")
	}
}
