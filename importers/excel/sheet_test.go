package excel

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"turnover/importers"
)

// bare makes a workbook of one sheet from its XML.
func bare(t testing.TB, shared, sheet string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Target="worksheets/s.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       shared, "xl/worksheets/s.xml": `<?xml version="1.0"?><x:worksheet>` + sheet + `</x:worksheet>`,
	} {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(part, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// sst makes shared strings.
func sst(texts ...string) string {
	return "<sst>" + strings.Join(texts, "") + "</sst>"
}

// entries writes what was read, a row each.
func entries(list *importers.ShotList) []string {
	var out []string
	for _, e := range list.Entries {
		out = append(out, say(e))
	}
	return out
}

// marked is a workbook with a hidden row, a struck one, merged sequences and a
// hidden column.
func marked(t testing.TB) []byte {
	return workbook(t, map[string]any{"A1": "Sequence", "B1": "Shot", "C1": "Frames", "D1": "Description", "A2": "SQ1", "B2": "SH1", "C2": 10, "D2": "kept secret",
		"B3": "SH2", "C3": 20, "B4": "SH3", "C4": 30, "A5": "SQ2", "B5": "SH1", "C5": 40}, func(f *excelize.File) {
		id, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Strike: true}})
		for _, err := range []error{err, f.SetCellStyle("Sheet1", "A4", "C4", id), f.SetRowVisible("Sheet1", 5, false), f.MergeCell("Sheet1", "A2", "A4"), f.SetColVisible("Sheet1", "D", false)} {
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestPolicies(t *testing.T) {
	all := []string{"/SQ1/SH1=10", "/SQ1/SH2=20", "/SQ1/SH3=30", "/SQ2/SH1=40"}
	omitted := []string{"/SQ1/SH1=10", "/SQ1/SH2=20", "/SQ1/SH3=30x", "/SQ2/SH1=40"}
	for name, c := range map[string]struct {
		opts    importers.SheetOptions
		entries []string
		found   []string // of the codes that are about marks
		lines   importers.Lines
	}{
		"as it comes": {importers.SheetOptions{}, []string{"/SQ1/SH1=10", "//SH2=20", "//SH3=30x", "/SQ2/SH1=40"},
			[]string{"SHT052 error A3", "SHT042 warning ", "SHT055 info B4", "XLS011 info D1"}, importers.Lines{Total: 4, Understood: 2, InError: 2}},
		"filled down":      {importers.SheetOptions{Merged: importers.Fill}, omitted, []string{"SHT029 info A3", "SHT042 warning "}, importers.Lines{Total: 4, Understood: 4}},
		"hidden omitted":   {importers.SheetOptions{Merged: importers.Fill, HiddenRows: importers.Omit}, []string{omitted[0], omitted[1], omitted[2], "/SQ2/SH1=40x"}, []string{"SHT053 info "}, importers.Lines{Total: 4, Understood: 4}},
		"hidden left out":  {importers.SheetOptions{Merged: importers.Fill, HiddenRows: importers.Ignore}, omitted[:3], []string{"SHT054 info "}, importers.Lines{Total: 4, Understood: 3, Ignored: 1}},
		"struck left out":  {importers.SheetOptions{Merged: importers.Fill, StruckRows: importers.Ignore}, []string{all[0], all[1], all[3]}, []string{"SHT055 info B4"}, importers.Lines{Total: 4, Understood: 3, Ignored: 1}},
		"struck read":      {importers.SheetOptions{Merged: importers.Fill, StruckRows: importers.Report}, all, []string{"SHT056 warning B4"}, importers.Lines{Total: 4, Understood: 4}},
		"columns left out": {importers.SheetOptions{Merged: importers.Fill, HiddenColumns: importers.Ignore}, omitted, []string{"XLS012 info "}, importers.Lines{Total: 4, Understood: 4}},
	} {
		list, found := parse(t, "a.xlsx", marked(t), importers.Options{SheetOptions: c.opts})
		if got := entries(list); !slices.Equal(got, c.entries) || list.Lines != c.lines {
			t.Errorf("%s: entries %q and %+v, want %q and %+v", name, got, list.Lines, c.entries, c.lines)
		}
		var got []string
		for _, d := range found {
			got = append(got, fmt.Sprintf("%s %s %s", d.Code, d.Severity, d.Place.Cell))
		}
		for _, want := range c.found {
			if want != "SHT055 info B4" && !slices.Contains(got, want) || want == "SHT055 info B4" && c.opts.StruckRows == importers.Ignore && !slices.Contains(got, want) {
				t.Errorf("%s: found %q, want %q among them", name, got, want)
			}
		}
		secret := len(list.Entries) > 0 && list.Entries[0].Description.Given()
		if secret == (c.opts.HiddenColumns == importers.Ignore) {
			t.Errorf("%s: the hidden column was read: %v", name, secret)
		}
	}
}

// A struck row of a casting list casts nothing: there is no shot to omit.
func TestStruckCasting(t *testing.T) {
	b := workbook(t, map[string]any{"A1": "Sequence", "B1": "Shot", "C1": "Asset", "D1": "Occurrences", "A2": "SQ1", "B2": "SH1", "C2": "Hero", "D2": 1,
		"A3": "SQ1", "B3": "SH1", "C3": "Lamp", "D3": 2}, func(f *excelize.File) {
		id, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Strike: true}})
		if err == nil {
			err = f.SetCellStyle("Sheet1", "C3", "C3", id)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	list, found := parse(t, "a.xlsx", b, importers.Options{})
	if list.Kind != importers.Casting || len(list.Entries) != 1 || list.Lines.Ignored != 1 || found.HasErrors() {
		t.Errorf("%s with %d entries, %+v: %v", list.Kind, len(list.Entries), list.Lines, found)
	}
}

func TestRichStrike(t *testing.T) {
	struck := func(s string) string { return `<r><rPr><b/><strike/></rPr><t xml:space="preserve">` + s + `</t></r>` }
	b := bare(t, sst("<si><t>Shot</t></si>", "<si><t>Frames</t></si>", "<si>"+struck("SH1")+struck("0")+"</si>", "<si>"+struck("SH20")+"<r><t> SH30</t></r></si>",
		`<si><r><rPr><strike val="0"/></rPr><t>SH40</t></r><rPh><t>reading</t></rPh></si>`),
		`<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>2</v></c><c><v>1</v></c></row>
		<row><c t="s"><v>3</v></c><c><v>2</v></c></row><row><c t="s"><v>4</v></c><c><v>3</v></c></row></sheetData>`)
	list, found := parse(t, "a.xlsx", b, importers.Options{})
	if got := entries(list); !slices.Equal(got, []string{"//SH10=1x", "//SH20 SH30=2", "//SH40=3"}) {
		t.Errorf("entries %q", got)
	}
	if !slices.Contains(codes(found), "SHT057 [S!A3]") {
		t.Errorf("found %q", codes(found))
	}
}

func TestSheetByName(t *testing.T) {
	b := workbook(t, map[string]any{"A1": "Sequence", "B1": "Shot", "C1": "Frames", "A2": "SQ1", "B2": "SH1", "C2": 1}, func(f *excelize.File) {
		for _, name := range []string{"Ep 2", "Secret"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			for cell, v := range map[string]any{"A1": "Shot", "A2": name} {
				if err := f.SetCellValue(name, cell, v); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := f.SetSheetVisible("Secret", false); err != nil {
			t.Fatal(err)
		}
	})
	for name, want := range map[string]string{"": "/SQ1/SH1=1", "Ep 2": "//Ep 2=", " ep 2": "//Ep 2=", "Secret": "//Secret=", "Ep 3": ""} {
		list, found := parse(t, "a.xlsm", b, importers.Options{SheetOptions: importers.SheetOptions{Sheet: name}})
		got := strings.Join(entries(list), " ")
		if got != want || (want == "") != slices.Contains(codes(found), "XLS013 ") {
			t.Errorf("sheet %q gives %q, want %q: %v", name, got, want, found)
		}
	}
	_, found := parse(t, "a.xlsx", b, importers.Options{})
	said := map[string]bool{}
	for _, d := range found {
		said[d.Code+" "+d.Place.Sheet] = true
	}
	if !said["XLS008 Ep 2"] || !said["XLS009 Secret"] {
		t.Errorf("the sheets left out are not named: %v", found)
	}
}

// What a workbook says of itself is never believed.
func TestLies(t *testing.T) {
	head := sst("<si><t>Shot</t></si>", "<si><t>Frames</t></si>", "<si><t>_x005F_x0041_ &amp; &#66;&lt;</t></si>")
	row := `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>`
	for name, c := range map[string]struct {
		sst, sheet string
		entries    []string
		found      []string
	}{
		"dimension":     {head, `<dimension ref="A1:XFD1048576"/><sheetData>` + row + `<row r="2"><c r="A2" t="s"><v>2</v></c></row></sheetData>`, []string{"//_x0041_ & B<="}, nil},
		"far cell":      {head, `<sheetData>` + row + `<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>Z</t></is></c></row></sheetData>`, []string{"//Z="}, nil},
		"count":         {strings.Replace(head, "<sst>", `<sst uniqueCount="999999999">`, 1), `<sheetData>` + row + `</sheetData>`, nil, []string{"SHT009 [S!1]"}},
		"row back":      {head, `<sheetData>` + row + `<row r="1"/></sheetData>`, nil, []string{"XLS007 [S!2]"}},
		"row 0":         {head, `<sheetData>` + row + `<row r="0"/></sheetData>`, nil, []string{"XLS007 [S!2]"}},
		"far column":    {head, `<sheetData>` + row + `<row><c r="XFE2"><v>1</v></c></row></sheetData>`, nil, []string{"XLS007 [S!2]"}},
		"no such text":  {head, `<sheetData>` + row + `<row><c t="s"><v>77</v></c></row></sheetData>`, nil, []string{"XLS007 [S!A2]"}},
		"cut off":       {head, `<sheetData>` + row + `<row><c><v>7`, nil, []string{"XLS007 [S!A2]"}},
		"document type": {head, `<!DOCTYPE x [<!ENTITY a "b">]><sheetData>` + row + `</sheetData>`, nil, []string{"XLS010 [S]"}},
		"endless text":  {sst("<si><t>" + strings.Repeat("x", maxMarkup+1) + "</t></si>"), `<sheetData/>`, nil, []string{"XLS007 "}},
		"many texts":    {sst(strings.Repeat("<si/>", 11)), `<sheetData/>`, nil, []string{"XLS002 "}},
	} {
		list, found := parse(t, "a.xlsx", bare(t, c.sst, c.sheet), importers.Options{Limits: importers.Limits{Strings: 10}})
		if got := entries(list); !slices.Equal(got, c.entries) {
			t.Errorf("%s: entries %q, want %q", name, got, c.entries)
		}
		var got []string
		for _, d := range codes(found) {
			if !strings.HasPrefix(d, "SHT014") {
				got = append(got, d)
			}
		}
		slices.Sort(got)
		slices.Sort(c.found)
		if !slices.Equal(got, c.found) {
			t.Errorf("%s: found %q, want %q", name, got, c.found)
		}
	}
}

// A part of blanks, packed to a thousandth, is refused before it is read.
func TestRatio(t *testing.T) {
	b := bare(t, sst(), "<sheetData>"+strings.Repeat(" ", 70<<20)+"</sheetData>")
	_, found := parse(t, "a.xlsx", b, importers.Options{})
	if !slices.Equal(codes(found), []string{"XLS002 "}) {
		t.Errorf("found %q for %d bytes", codes(found), len(b))
	}
}

func TestMarkup(t *testing.T) {
	for text, want := range map[string]string{
		`<a b='1>2' x:c = "3&quot;"/>`:          `<a b=1>2 c=3"></a>`,
		"<?x?><!-- <a> ---><p:a>x&#x41;</p:a >": "<a>xA</a>",
		"<a><![CDATA[<b>]]></a>":                "<a><b></a>",
		"&unknown; & &#xFFFFFF;":                "&unknown; & &#xFFFFFF;",
		"<a":                                    "!", "<": "!", "<a b></a>": "!", "<a b=1>": "!", "<!DOCTYPE a>": "!", "<>": "!", "<a b='>": "!", "<!-- ": "!",
	} {
		m := newMarkup(strings.NewReader(text))
		got, kind, err := "", startTag, error(nil)
		for kind != endOfFile && err == nil {
			if kind, err = m.next(); err != nil {
				got = "!"
				break
			}
			switch kind {
			case startTag:
				got += "<" + string(m.name)
				for _, a := range m.attrs {
					got += " " + string(a.name) + "=" + string(a.value)
				}
				got += ">"
			case endTag:
				got += "</" + string(m.name) + ">"
			case textRun:
				got += string(m.buf)
			}
		}
		if got != want {
			t.Errorf("%q is read as %q (%v), want %q", text, got, err, want)
		}
	}
}

func FuzzMarkup(f *testing.F) {
	f.Add([]byte(`<a b='1'>&amp;<![CDATA[x]]><!-- --></a>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := newMarkup(bytes.NewReader(b))
		for n := 0; ; n++ {
			kind, err := m.next()
			if kind == endOfFile || err != nil {
				return
			}
			if n > 2*len(b)+2 {
				t.Fatal("it does not end")
			}
		}
	})
}

func FuzzSheet(f *testing.F) {
	f.Add(`<si><t>Shot</t></si>`, `<sheetData><row><c t="s"><v>0</v></c></row><row><c s="1"><v>1.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B3"/></mergeCells>`)
	f.Fuzz(func(t *testing.T, shared, sheet string) {
		list, _, err := New().Import(context.Background(), importers.File{Name: "a.xlsx", Bytes: bare(t, sst(shared), sheet)},
			importers.Options{Limits: importers.Limits{Unzipped: 1 << 20, Rows: 1000, Cells: 100_000}})
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if l := list.Lines; l.Understood+l.Ignored+l.InError != l.Total {
			t.Fatalf("lines do not add up: %+v", l)
		}
	})
}

func TestPlainNumber(t *testing.T) {
	for raw, want := range map[string]string{"1.29166666666667": "1.29166666666667", "0.30000000000000004": "0.3", "48.5": "48.5", "-2.50": "-2.5", "1E-9": "1E-9", "1e300": "1e300", "x": "x", "NaN": "NaN"} {
		if got := plainNumber(raw); got != want {
			t.Errorf("%s is shown as %s, want %s", raw, got, want)
		}
	}
}

// Tags and texts are the same wherever the reader's buffer happens to end.
func TestMarkupAcrossBuffers(t *testing.T) {
	const xml = `<a b='1' c="&lt;>"><d/>text &amp; more</a >`
	tokens := func(before int) (out []string) {
		m := newMarkup(strings.NewReader("<!--" + strings.Repeat("x", before) + "-->" + xml))
		for {
			kind, err := m.next()
			if err != nil {
				t.Fatal(err)
			}
			switch kind {
			case endOfFile:
				return out
			case textRun:
				out = append(out, string(m.buf))
			default:
				out = append(out, fmt.Sprintf("%d %s %s%s", kind, m.name, m.attr("b"), m.attr("c")))
			}
		}
	}
	want := []string{"1 a 1<>", "1 d ", "2 d ", "text & more", "2 a "}
	for before := 64<<10 - len(xml) - 8; before < 64<<10+8; before++ {
		if got := tokens(before); !slices.Equal(got, want) {
			t.Fatalf("behind %d bytes it is read as %q, want %q", before, got, want)
		}
	}
}
