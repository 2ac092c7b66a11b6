package receipt

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"turnover/internal/diag"
	"turnover/plan"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs:\n%s\nwant\n%s", name, got, want)
	}
}

func annotate(t *testing.T, d Document, p *plan.Plan, o Outcome) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Annotate(&b, d, p, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const cut = `TITLE: EP103 R2
FCM: NON-DROP FRAME

001  A001     V     C        01:00:00:00 01:00:02:00 10:00:00:00 10:00:02:00
* FROM CLIP NAME: EP103_SQ010_SH0010
002  A001     V     C        01:00:02:00 01:00:02:00 10:00:02:00 10:00:02:00
002  A002     V     D    012 01:00:08:00 01:00:10:00 10:00:02:00 10:00:04:00
M2   A002       025.0                01:00:08:00
* TO CLIP NAME: EP103_SQ010_SH0020

003  A003     A     C        01:00:00:00 01:00:02:00 10:00:04:00 10:00:06:00
004  A004     V     C        01:00:00:00 01:00:02:00 10:00:04:00 10:00:06:00
* FROM CLIP NAME: no name
005  A001     V     C        01:00:00:00 01:00:02:00 10:00:06:00 10:00:08:00
* FROM CLIP NAME: EP103_SQ010_SH0010
006  A006     V     C        01:00:00:00 01:00:02:00 10:00:08:00 10:0`

// cutDocument is the list above with its rows; every line end is end.
func cutDocument(end string) Document {
	return Document{Bytes: []byte(strings.ReplaceAll(cut, "\n", end)), Format: "edl", Encoding: "utf-8",
		Rows: []Row{{Line: 4, Group: "001"}, {Line: 6, Group: "002"}, {Line: 7, Group: "002"}, {Line: 11, Group: "003", Left: true}, {Line: 12, Group: "004"}, {Line: 14, Group: "005"}, {Line: 16}}}
}

func cutPlan(t *testing.T) *plan.Plan {
	t.Helper()
	path, other := "EP103/SQ010/SH0010", "EP103/SQ010/SH0020"
	uses, err := json.Marshal([]plan.Occurrence{{Shot: &path, Place: "cut.edl:4:1"}, {Shot: &other, Place: "cut.edl:7:1"}, {Place: "cut.edl:12:1"}, {Shot: &path, Place: "cut.edl:14:1"}})
	if err != nil {
		t.Fatal(err)
	}
	p := &plan.Plan{ID: "abc", Project: "tv", Kind: "shots", Source: plan.Source{Name: "cut.edl", Format: "edl"}, Cuts: []plan.Cut{{Occurrences: uses}}, Changes: []plan.Change{
		{Action: plan.Update, Entity: "shot", Path: path, Place: "cut.edl:4:1", Before: map[string]json.RawMessage{"nb_frames": []byte("48")}, After: map[string]json.RawMessage{"nb_frames": []byte("50")}},
		{Action: plan.Omit, Entity: "shot", Path: "EP103/SQ010/SH0099", Place: "cut.edl", Because: "the list leaves it out"},
	}}
	p.Diagnostics.Add(diag.Warning, "PLN050", diag.Place{File: "cut.edl", Line: 12, Column: 1}, "no naming template fits the event", `"no name" → nothing`)
	p.Diagnostics.Add(diag.Info, "PLN052", diag.Place{File: "cut.edl"}, "how the shot names were found", "clip names")
	return p
}

func TestAnnotateEDL(t *testing.T) {
	golden(t, "cut.applied.edl", annotate(t, cutDocument("\n"), cutPlan(t), Outcome{Applied: true}))
	refused := cutPlan(t)
	refused.Changes = nil
	refused.Diagnostics.Add(diag.Error, "EDL003", diag.Place{File: "cut.edl", Line: 16, Column: 1}, "event line cannot be read", "it is cut off")
	golden(t, "cut.refused.edl", annotate(t, cutDocument("\n"), refused, Outcome{}))
	held := cutPlan(t)
	held.Held, held.Gates = true, []plan.Gate{{Code: "PLN101", Summary: "many shots would be omitted", Detail: strings.Repeat("é", 400)}}
	got := string(annotate(t, cutDocument("\n"), held, Outcome{}))
	if !strings.Contains(got, "\n* TURNOVER: HELD. Plan abc, held by 1 gate. Nothing was written\n* TURNOVER: held by PLN101 many shots") {
		t.Errorf("held:\n%s", got)
	}
	for line := range strings.Lines(got) {
		if n := len([]rune(line)); n > longest+1 {
			t.Errorf("a line of %d characters: %s", n, line)
		}
	}
}

// TestRemarksGoAway holds each line end, encoding and end of file to the
// promise that nothing of the original is lost, also when answered twice.
func TestRemarksGoAway(t *testing.T) {
	wide := func(s string, mark []byte, high int) []byte {
		out := slices.Clone(mark)
		for _, u := range utf16.Encode([]rune(s)) {
			pair := []byte{byte(u >> 8), byte(u)}
			out = append(out, pair[high], pair[1-high])
		}
		return out
	}
	for name, d := range map[string]Document{
		"LF": cutDocument("\n"), "CRLF": cutDocument("\r\n"), "CR": cutDocument("\r"),
		"ends in LF":       {Bytes: []byte(cut + "\n")},
		"ends in blanks":   {Bytes: []byte(cut + "\n\n \n")},
		"ends in DOS mark": {Bytes: []byte(cut + "\r\n\x1a\x00\x00")},
		"mark in the line": {Bytes: []byte(cut + "\x1a\x00")},
		"UTF-8 mark":       {Bytes: []byte("\xef\xbb\xbf" + cut), Encoding: "utf-8-bom"},
		"windows-1252":     {Bytes: []byte(strings.ReplaceAll(cut, "no name", "caf\xe9")), Encoding: "windows-1252"},
		"UTF-16LE":         {Bytes: wide(cut+"\r\n", []byte("\xff\xfe"), 1), Encoding: "utf-16le"},
		"UTF-16LE no end":  {Bytes: wide(cut, []byte("\xff\xfe"), 1), Encoding: "utf-16le"},
		"UTF-16BE no mark": {Bytes: wide(cut+"\n", nil, 0), Encoding: "utf-16be"},
		"odd UTF-16":       {Bytes: append(wide(cut, nil, 1), 'x'), Encoding: "utf-16le"},
		"no event":         {Bytes: []byte("nothing\n"), Rows: []Row{}},
		"empty":            {Rows: []Row{}},
	} {
		d.Format = "edl"
		if d.Rows == nil {
			d.Rows = cutDocument("").Rows
		}
		once := annotate(t, d, cutPlan(t), Outcome{Applied: true})
		if n := bytes.Count(bytes.ReplaceAll(once, []byte{0}, nil), []byte(remark)); n < 2 {
			t.Errorf("%s: only %d remarks: %q", name, n, once)
		}
		if got := WithoutRemarks(once, d.Encoding); !bytes.Equal(got, d.Bytes) && len(d.Bytes) > 0 {
			t.Errorf("%s: without remarks\n%q\nwant\n%q", name, got, d.Bytes)
		}
	}
}

func FuzzWithoutRemarks(f *testing.F) {
	f.Add([]byte(cut), "utf-8", true)
	f.Add([]byte("1\r2\r\n* x\n\n\x1a"), "utf-16le", false)
	f.Fuzz(func(t *testing.T, b []byte, encoding string, applied bool) {
		if bytes.Contains(bytes.ReplaceAll(b, []byte{0}, nil), []byte(remark)) || len(b) == 0 {
			t.Skip("an answered list has remarks of its own")
		}
		d := Document{Bytes: b, Format: "edl", Encoding: encoding}
		for line := range bytes.Count(b, []byte("\n")) {
			d.Rows = append(d.Rows, Row{Line: 2*line + 1, Group: "1"})
		}
		if len(readText(b, encoding).lines) == 0 {
			t.Skip("no line")
		}
		if got := WithoutRemarks(annotate(t, d, cutPlan(t), Outcome{Applied: applied}), encoding); !bytes.Equal(got, b) {
			t.Fatalf("got %q, want %q", got, b)
		}
	})
}

const sheet = "sep=;\r\nMy list;;\r\nSequence;Shot;Notes\r\nSQ010;0010;\"two\r\nlines; and \"\"quotes\"\"\"\r\n\r\nSQ010;0020\r\nSQ010;0030;=1+1\r\nSQ010;0040;\"never closed\r\nSQ010;0050;last"

func sheetDocument() Document {
	return Document{Bytes: []byte(sheet), Format: "csv", Encoding: "utf-8", Delimiter: ';', Header: 3, Records: []int{2, 3, 4, 6, 7, 8, 9, 10},
		Rows: []Row{{Line: 4}, {Line: 7}, {Line: 8}, {Line: 10}}}
}

func sheetPlan() *plan.Plan {
	p := &plan.Plan{ID: "abc", Project: "tv", Kind: "shots", Source: plan.Source{Name: "list.csv", Format: "csv"}, Changes: []plan.Change{
		{Action: plan.Create, Entity: "sequence", Path: "SQ010", Place: "list.csv:4:1"},
		{Action: plan.Create, Entity: "shot", Path: "SQ010/0010", Place: "list.csv:4:7", After: map[string]json.RawMessage{"description": []byte(`"=HYPERLINK(\"x\")"`)}},
		{Action: plan.Create, Entity: "task", Path: "SQ010/0010#Animation", Place: "list.csv:5"},
		{Action: plan.Create, Entity: "task", Path: "SQ010/0010#Layout", Place: "list.csv:4"},
		{Action: plan.Update, Entity: "shot", Path: "SQ010/0030", Place: "list.csv:8", Before: map[string]json.RawMessage{"description": []byte(`"old"`)}, After: map[string]json.RawMessage{"description": []byte(`"=1+1"`)}},
	}}
	p.Diagnostics.Add(diag.Warning, "SHT040", diag.Place{File: "list.csv", Line: 7}, "row is shorter than the header", "2 cells of 3")
	p.Diagnostics.Add(diag.Warning, "CSV005", diag.Place{File: "list.csv"}, "encoding guessed", "check the accents")
	return p
}

func TestAnnotateCSV(t *testing.T) {
	d := sheetDocument()
	applied := annotate(t, d, sheetPlan(), Outcome{Applied: true})
	golden(t, "list.applied.csv", applied)
	refused := sheetPlan()
	refused.Changes = nil
	refused.Diagnostics.Add(diag.Error, "CSV007", diag.Place{File: "list.csv", Line: 9, Column: 12}, "quote is never closed", "close it")
	golden(t, "list.refused.csv", annotate(t, d, refused, Outcome{}))

	// The answered list is answered again as if it were the first.
	d.Bytes = applied
	if again := annotate(t, d, sheetPlan(), Outcome{Applied: true}); !bytes.Equal(again, applied) {
		t.Errorf("answered twice:\n%s\nwant\n%s", again, applied)
	}
	// Without our two cells each record is what it was, byte for byte.
	text := readText(applied, "utf-8")
	for i, l := range readText([]byte(sheet), "utf-8").lines {
		got := text.lines[i].text
		if slices.Contains(d.Records, i+1) && len(got) > 0 {
			got = got[text.behind(got, ';', 2):]
		}
		if !bytes.Equal(got, l.text) || !bytes.Equal(text.lines[i].end, l.end) {
			t.Errorf("line %d is %q, want %q", i+1, got, l.text)
		}
	}
}

func TestAnnotateUnknown(t *testing.T) {
	p := &plan.Plan{Source: plan.Source{Name: "a.bin"}}
	p.Diagnostics.Add(diag.Error, "DET001", diag.Place{File: "a.bin"}, "format is not known", "export it")
	if got := string(annotate(t, Document{Bytes: []byte("x")}, p, Outcome{})); !strings.Contains(got, "Refused: 1 error.") || !strings.Contains(got, "DET001") {
		t.Errorf("an unknown file is answered by\n%s", got)
	}
	for _, format := range []string{"edl", "csv", "xlsx", ""} {
		annotate(t, Document{Format: format}, nil, Outcome{}) // nothing known at all
	}
}
