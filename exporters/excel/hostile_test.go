package excel

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"turnover/internal/table"
)

var hostile = []string{"=A1", "@SUM(1)", "&P", "&\"Arial,Bold\"&72&KFF0000x", "100% & more", "'; DROP", "''", "[x]y:z*?/\\", "History", "Sheet1", "Cover", "Answers", "a\x00\x1b[31mb", "\xff\xfe", "\u202egnp.exe", "\u0645\u0634\u0647\u062f", "🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬🎬", "A1", "R1C1", "TRUE", "#REF!", "_x0041_",
	"<a b='c'>&amp;]]>", "</hyperlinks>", "a\r\nb\tc", " ", "", "[Content_Types].xml", "https://example.com/", "\ufffe\uffff", strings.Repeat("long ", 8000), strings.Repeat("&", 300), "=HYPERLINK(\"#A1\")", "'!A1", "10:00:00", "010", "1E05"}

// everywhere is a book that says a text in each place that can hold one.
func everywhere(s string) *table.Book {
	rows := func(n int) table.Rows {
		out := make([]table.Row, n)
		for i := range out {
			out[i] = table.Row{s, int64(i), s}
		}
		return table.Of(out)
	}
	columns := []table.Column{{Name: s + "1", Type: table.Text, Unit: s, Doc: s}, {Name: s + "n", Type: table.Int, Unit: s, Doc: s}, {Name: s + "_id", Type: table.Text, Doc: s}}
	return &table.Book{Name: s, Title: s, Project: s, Method: s, Basis: s, Timezone: s, Snapshot: s, From: s, To: s, Previous: s,
		AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Cover: []table.Note{{Name: s, Value: s}},
		Answers: []table.Answer{{Question: s, Verdict: s, Tone: table.Tone(s), Figure: s, Value: 1, Unit: s, Before: at(2), Table: s + "1"}, {Question: s, Tone: table.Bad, Table: s}},
		Tables: []*table.Table{
			{Name: s + "1", Title: s, Doc: s, Columns: columns, Rows: rows(3), Behind: &table.Behind{Table: s + "2", On: []string{s + "1"}}},
			{Name: s + "2", Title: s, Doc: s, Columns: columns, Rows: rows(5), Kind: table.Working},
			{Name: s + "3", Title: s, Doc: s, Columns: columns, Rows: rows(1), Kind: table.Quality}},
		Charts: []table.Chart{{Table: s + "2", Title: s, Alt: s, Kind: "column", X: s + "1", Y: []string{s + "n"}, XTitle: s, YTitle: s}, {Table: s, Title: s, Alt: s}, {Table: s + "1", Title: s, Alt: s, Kind: "line", X: s + "1", Y: []string{s + "n"}}},
		Totals: []table.Total{{Name: s, Value: 1, Unit: s, Table: s + "2"}}}
}

// What a workbook may refer to: ranges of its own sheets, and nothing else.
var (
	ownRange = regexp.MustCompile(`^'((?:[^']|'')+)'!\$?[A-Z]*\$?\d+(?::\$?[A-Z]*\$?\d+)?$`)
	commands = regexp.MustCompile(`^(?:&[LCRBAPN]|&&|[^&])*$`)
)

func TestHostileTextStaysText(t *testing.T) {
	for _, s := range hostile {
		raw := written(t, New(), everywhere(s))
		if !bytes.Equal(raw, written(t, New(), everywhere(s))) {
			t.Errorf("%.40q: the same book gave other bytes", s)
		}
		sheets := map[string]bool{}
		for _, name := range opened(t, raw).GetSheetList() {
			sheets[name] = true
			if units(name) > 31 {
				t.Errorf("%.40q: sheet name of %d characters", s, units(name))
			}
		}
		if len(sheets) != 7 {
			t.Errorf("%.40q: %d sheets, want 7", s, len(sheets))
		}
		references := 0
		for name, refers := range referring(t, raw) {
			for _, r := range refers {
				references++
				m := ownRange.FindStringSubmatch(r)
				if m == nil || !sheets[strings.ReplaceAll(m[1], "''", "'")] {
					t.Errorf("%.40q: %s refers to %q", s, name, r)
				}
			}
		}
		if references < 20 {
			t.Errorf("%.40q: only %d references were found", s, references)
		}
	}
}

// referring reads every part of a workbook, which has to be well-formed, and
// gives what its formulas, names, links and charts refer to. Cells of sheets
// must have no formula; headers and footers must have our commands only.
func referring(t *testing.T, raw []byte) map[string][]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(r)
		element := ""
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", part.Name, err)
			}
			switch token := token.(type) {
			case xml.StartElement:
				element = token.Name.Local
				for _, a := range token.Attr {
					if a.Name.Local == "location" {
						out[part.Name] = append(out[part.Name], a.Value)
					}
					if a.Name.Local == "TargetMode" {
						t.Errorf("%s leads out of the workbook: %v", part.Name, token)
					}
				}
			case xml.EndElement:
				element = ""
			case xml.CharData:
				text := string(token)
				switch {
				case element == "f" && strings.HasPrefix(part.Name, "xl/worksheets/"):
					t.Errorf("%s: a formula %q", part.Name, text)
				case element == "f" || element == "definedName":
					out[part.Name] = append(out[part.Name], text)
				case element == "oddHeader" || element == "oddFooter":
					if !commands.MatchString(text) || units(text) > 255 {
						t.Errorf("%s: %s is %q", part.Name, element, text)
					}
				}
			}
		}
	}
	return out
}
