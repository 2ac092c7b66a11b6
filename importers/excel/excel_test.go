package excel

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"turnover/importers"
	"turnover/importers/importertest"
	"turnover/internal/diag"
)

// shared gives the folder of the collected files beside the checkout.
func shared(t testing.TB) string {
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	folder := filepath.Join(dir, "..", "shared")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the collected files are not beside the checkout: %v", err)
	}
	return folder
}

func parse(t testing.TB, name string, b []byte, opts importers.Options) (*importers.ShotList, diag.List) {
	t.Helper()
	list, found, err := New().Import(context.Background(), importers.File{Name: name, Bytes: b}, opts)
	if err != nil {
		t.Fatalf("import %s: %v", name, err)
	}
	if l := list.Lines; l.Understood+l.Ignored+l.InError != l.Total {
		t.Errorf("%s: lines do not add up: %+v", name, l)
	}
	return list, found
}

// say writes an entry as episode/sequence/shot=frames, with "x" if omitted.
func say(e importers.Entry) string {
	s := e.Episode.Text + "/" + e.Sequence.Text + "/" + e.Shot.Text + "="
	if e.NbFrames.Given() {
		s += fmt.Sprint(e.NbFrames.Value)
	}
	if e.Omitted.Value {
		s += "x"
	}
	return s
}

// codes gives errors and warnings as "CODE place".
func codes(found diag.List) []string {
	var out []string
	for _, d := range found {
		if d.Severity >= diag.Warning {
			out = append(out, d.Code+" "+strings.TrimPrefix(d.Place.String(), d.Place.File))
		}
	}
	return out
}

func TestCorpus(t *testing.T) {
	var formulas []string
	for row := 5; row <= 24; row++ {
		formulas = append(formulas, fmt.Sprintf("SHT038 [SHOTLIST!G%d]", row))
	}
	for _, c := range []struct {
		file    string
		lines   importers.Lines
		entries int
		first   string
		last    string
		found   []string
	}{
		{"xlsx/made-html-as.xls", importers.Lines{}, 0, "", "", []string{"XLS006 "}},
		{"xlsx/made-libreoffice-openpyxl-production.xls", importers.Lines{}, 0, "", "", []string{"XLS004 "}},
		{"xlsx/made-libreoffice-semicolon-cp1252.xlsx", importers.Lines{}, 0, "", "", []string{"XLS010 [made-semicolon-cp1252!A1]"}},
		{"xlsx/made-libreoffice-xlsxwriter-production.ods", importers.Lines{}, 0, "", "", []string{"XLS005 "}},
		{"xlsx/made-libreoffice-xlsxwriter-production.xlsx", importers.Lines{Total: 16, Understood: 15, Ignored: 1}, 15, "/010/0010=24", "/030/0050=122",
			[]string{"SHT045 [Shots!K7]", "SHT006 [Shots!19]", "SHT042 [Shots!12]"}},
		{"xlsx/made-ole-encrypted-stub.xlsx", importers.Lines{}, 0, "", "", []string{"XLS003 "}},
		{"xlsx/made-openpyxl-plain.xlsx", importers.Lines{Total: 20, Understood: 20}, 20, "E01/SQ010/SH0010=42", "E01/SQ030/SH0040=140", nil},
		{"xlsx/made-openpyxl-production.xlsx", importers.Lines{Total: 20, InError: 20}, 20, "E01/SQ010/SH0010=92", "E01/SQ030/SH0040=79", append(formulas, "SHT042 [SHOTLIST!10]")},
		{"xlsx/made-xlsxwriter-1904.xlsx", importers.Lines{Total: 1, Understood: 1}, 1, "/SQ010/SH0010=", "/SQ010/SH0010=", nil},
		{"xlsx/made-xlsxwriter-number-ids.xlsx", importers.Lines{Total: 10, Understood: 5, InError: 5}, 10, "/10/0010=48", "/20/0050=",
			[]string{"SHT012 [Sheet1!D1]", "SHT030 [Sheet1!C3]", "SHT030 [Sheet1!C5]", "SHT030 [Sheet1!C7]", "SHT030 [Sheet1!C9]", "SHT030 [Sheet1!C11]", "SHT025 [Sheet1!A2]"}},
		{"xlsx/made-xlsxwriter-two-tables-side-by-side.xlsx", importers.Lines{Total: 215, Understood: 12, Ignored: 203}, 12, "/SQ10/SH10=40", "/SQ30/SH40=43",
			[]string{"SHT013 [Breakdown!H2]", "SHT006 [Breakdown!B7]", "SHT006 [Breakdown!B12]", "SHT006 [Breakdown!B17]"}},
		{"csv/made-xlsx-renamed.csv", importers.Lines{Total: 20, Understood: 20}, 20, "E01/SQ010/SH0010=42", "E01/SQ030/SH0040=140", nil},
	} {
		t.Run(c.file, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join(shared(t), "corpus", filepath.FromSlash(c.file)))
			if err != nil {
				t.Fatal(err)
			}
			list, found := parse(t, filepath.Base(c.file), b, importers.Options{SheetOptions: importers.SheetOptions{Merged: importers.Fill}})
			if list.Lines != c.lines || len(list.Entries) != c.entries {
				t.Errorf("%+v and %d entries, want %+v and %d", list.Lines, len(list.Entries), c.lines, c.entries)
			}
			if got := codes(found); !slices.Equal(got, c.found) {
				t.Errorf("found %q, want %q", got, c.found)
			}
			if n := len(list.Entries); n > 0 && (say(list.Entries[0]) != c.first || say(list.Entries[n-1]) != c.last) {
				t.Errorf("first %q, last %q; want %q, %q", say(list.Entries[0]), say(list.Entries[n-1]), c.first, c.last)
			}
		})
	}
}

// workbook makes a small one with the cells given by name.
func workbook(t testing.TB, cells map[string]any, more func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	for name, v := range cells {
		if err := f.SetCellValue("Sheet1", name, v); err != nil {
			t.Fatal(err)
		}
	}
	if more != nil {
		more(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCells(t *testing.T) {
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	b := workbook(t, map[string]any{"A1": "Sequence", "B1": "Shot", "C1": "Frames", "D1": "Due", "E1": "Share",
		"A2": "SQ1", "B2": 7, "C2": 1200, "D2": 45601.0, "E2": 0.5, "B3": 8, "C3": 24}, func(f *excelize.File) {
		pad, thousands, day := "0000", "#,##0", "d-mmm"
		for cell, style := range map[string]*excelize.Style{"B2": {CustomNumFmt: &pad}, "C2": {CustomNumFmt: &thousands}, "D2": {CustomNumFmt: &day},
			"E2": {NumFmt: 9}, "B3": {CustomNumFmt: &pad, Font: &excelize.Font{Strike: true}}} {
			id, err := f.NewStyle(style)
			must(err)
			must(f.SetCellStyle("Sheet1", cell, cell, id))
		}
		must(f.MergeCell("Sheet1", "A2", "A3"))
		must(f.MergeCell("Sheet1", "E2", "E3"))
	})
	list, found := parse(t, "a.xlsx", b, importers.Options{Descriptors: []string{"Due", "Share"}, SheetOptions: importers.SheetOptions{Merged: importers.Fill}})
	if got := []string{say(list.Entries[0]), say(list.Entries[1])}; !slices.Equal(got, []string{"/SQ1/0007=1200", "/SQ1/0008=24x"}) {
		t.Errorf("entries %q", got)
	}
	if f := list.Entries[0].Fields; f[0].Cell.Text != "2024-11-05" || f[1].Cell.Text != "50%" {
		t.Errorf("fields %+v", f)
	}
	if f := list.Entries[1].Fields[1].Cell; f.Given() {
		t.Errorf("a merged cell gave row 3 %q, though only names may span rows", f.Text)
	}
	if found.HasErrors() {
		t.Errorf("found %q", codes(found))
	}
}

func TestDateAsName(t *testing.T) {
	b := workbook(t, map[string]any{"A1": "Sequence", "B1": "Shot", "A2": "SQ1", "B2": 45601}, func(f *excelize.File) {
		id, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err == nil {
			err = f.SetCellStyle("Sheet1", "B2", "B2", id)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	list, found := parse(t, "a.xlsx", b, importers.Options{})
	if len(list.Entries) != 0 || !slices.Equal(codes(found), []string{"SHT026 [Sheet1!B2]"}) {
		t.Errorf("%d entries and %q", len(list.Entries), codes(found))
	}
}

func TestBomb(t *testing.T) {
	b := workbook(t, map[string]any{"A1": "Sequence", "B1": strings.Repeat("x", 30_000)}, nil)
	_, found := parse(t, "a.xlsx", b, importers.Options{Limits: importers.Limits{Unzipped: 20_000}})
	if !slices.Equal(codes(found), []string{"XLS002 "}) {
		t.Errorf("found %q", codes(found))
	}
}

func TestTruncated(t *testing.T) {
	b := workbook(t, map[string]any{"A1": "Sequence", "B1": "Shot", "A2": "SQ1", "B2": "1"}, nil)
	for _, n := range []int{5, 100, len(b) / 2, len(b) - 3} {
		if _, found := parse(t, "a.xlsx", b[:n], importers.Options{}); !found.HasErrors() {
			t.Errorf("the first %d bytes of %d are taken for a workbook", n, len(b))
		}
	}
}

func TestFormats(t *testing.T) {
	for code, want := range map[string]formatKind{"General": general, "0": general, "0.00": general, "#,##0": general, "0000": padded, `"SH"0000`: padded, "@": padded,
		"yyyy-mm-dd": date, "d-mmm": date, "[$-409]mmm\\-yy;@": date, "hh:mm:ss": clock, "[h]:mm": clock, `0" days"`: padded, "[Red]0": general} {
		if got := kindOfCode(code); got != want {
			t.Errorf("format %q is of kind %d, want %d", code, got, want)
		}
	}
}

func FuzzImport(f *testing.F) {
	f.Add(workbook(f, map[string]any{"A1": "Sequence", "B1": "Shot", "A2": "SQ1", "B2": 1.5}, nil))
	f.Add([]byte("\xd0\xcf\x11\xe0"))
	f.Add(bare(f, "<sst/>", `<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row><c t="inlineStr"><is><t>Shot</t></is></c></row></sheetData>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := importers.File{Name: "a.xlsx", Bytes: b}
		New().Claims(file)
		list, found := importertest.Bounded(t, New(), file, importers.Options{Limits: importers.Limits{Unzipped: 1 << 20, Rows: 1000}})
		importertest.Promises(t, file, list, found)
	})
}

func BenchmarkImport(b *testing.B) {
	b.ReportAllocs()
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	for i := range 20_001 {
		row := []any{"E01", fmt.Sprintf("SQ%03d", i/100), fmt.Sprintf("SH%05d", i), "Pan L-R, rain", 48, 1001, 1048}
		if i == 0 {
			row = []any{"Episode", "Sequence", "Name", "Description", "Nb Frames", "Frame In", "Frame Out"}
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), row); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if list, _, err := New().Import(context.Background(), importers.File{Name: "a.xlsx", Bytes: out.Bytes()}, importers.Options{}); err != nil || len(list.Entries) != 20_000 {
			b.Fatal(len(list.Entries), err)
		}
	}
}
