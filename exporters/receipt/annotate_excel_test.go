package receipt

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"turnover/internal/diag"
	"turnover/plan"
)

// must fails the test on the first error.
func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// bookBytes is an editor's workbook with what must not be lost: formats,
// formulas, a hidden row and column, a merged title, a comment, a filter and a
// print area, and a second sheet.
func bookBytes(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { must(t, f.Close()) }()
	rows := [][]any{{"Shot list"}, {"Sequence", "Shot", "Frames", "Out", "Notes"}, {"SQ010", "0010", 48, nil, "=not a formula"}, {"SQ010", "0020", "many", nil, "x"}, {"SQ010", "0030", 12, nil, nil}, {"SQ010", "0040", 7, nil, nil}}
	for i, row := range rows {
		for j, v := range row {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			must(t, err)
			if s, ok := v.(string); ok {
				must(t, f.SetCellStr("Sheet1", at, s))
			} else {
				must(t, f.SetCellValue("Sheet1", at, v))
			}
		}
	}
	format := "0000"
	padded, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format, Font: &excelize.Font{Strike: true, Color: "FF0000"}})
	must(t, err, f.SetCellStyle("Sheet1", "C3", "C5", padded), f.SetCellFormula("Sheet1", "D3", "1001+C3-1"), f.MergeCell("Sheet1", "A1", "E1"),
		f.SetRowVisible("Sheet1", 5, false), f.SetColVisible("Sheet1", "F", false), f.SetColWidth("Sheet1", "B", "B", 33),
		f.AddComment("Sheet1", excelize.Comment{Author: "Ann", Cell: "C4", Text: "ask Bob"}), f.AutoFilter("Sheet1", "A2:E6", nil),
		f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: "Sheet1!$A$1:$E$6", Scope: "Sheet1"}))
	_, err = f.NewSheet("Legend")
	must(t, err, f.SetCellStr("Legend", "A1", "nothing here"))
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

func bookDocument(t *testing.T) Document {
	t.Helper()
	return Document{Bytes: bookBytes(t), Format: "xlsx", Sheet: "Sheet1", Header: 2, Rows: []Row{{Line: 3}, {Line: 4}, {Line: 5}, {Line: 6}},
		Columns: []Column{{1, "sequence"}, {2, "shot"}, {3, "nb_frames"}, {4, "data.frame_out"}, {5, ""}}}
}

func bookPlan() *plan.Plan {
	p := &plan.Plan{ID: "abc", Project: "tv", Kind: "shots", Source: plan.Source{Name: "list.xlsx", Format: "xlsx"}, Changes: []plan.Change{
		{Action: plan.Create, Entity: "shot", Path: "SQ010/0010", Place: "list.xlsx[Sheet1!B3]", After: map[string]json.RawMessage{"nb_frames": []byte("48")}},
		{Action: plan.Update, Entity: "shot", Path: "SQ010/0030", Place: "list.xlsx[Sheet1!5]", Before: map[string]json.RawMessage{"nb_frames": []byte("10")}, After: map[string]json.RawMessage{"nb_frames": []byte("12")}},
		{Action: plan.Omit, Entity: "shot", Path: "SQ010/0099", Place: "list.xlsx", Because: "the list leaves it out"},
	}}
	p.Diagnostics.Add(diag.Warning, "SHT036", diag.Place{File: "list.xlsx", Sheet: "Sheet1", Line: 4, Column: 3, Cell: "C4"}, "a comment is there already", "=1+1")
	p.Diagnostics.Add(diag.Warning, "SHT035", diag.Place{File: "list.xlsx", Sheet: "Sheet1", Line: 6, Column: 3, Cell: "C6"}, "odd", "why")
	return p
}

// cellsOf is all that a sheet shows and calculates, its fills left out.
func cellsOf(t *testing.T, f *excelize.File, sheet string, columns int) map[string]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	must(t, err)
	out := map[string]string{}
	for i := range rows {
		for j := range columns {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			must(t, err)
			raw, err1 := f.GetCellValue(sheet, at, excelize.Options{RawCellValue: true})
			shown, err2 := f.GetCellValue(sheet, at)
			formula, err3 := f.GetCellFormula(sheet, at)
			kind, err4 := f.GetCellType(sheet, at)
			id, err5 := f.GetCellStyle(sheet, at)
			must(t, err1, err2, err3, err4, err5)
			style, err := f.GetStyle(id)
			must(t, err)
			style.Fill = excelize.Fill{}
			looks, err := json.Marshal(style)
			must(t, err)
			out[at] = fmt.Sprint(raw, "|", shown, "|", formula, "|", kind, "|", string(looks))
		}
		visible, err := f.GetRowVisible(sheet, i+1)
		must(t, err)
		out[fmt.Sprint("row ", i+1)] = fmt.Sprint(visible)
	}
	for j := range columns {
		name, err := excelize.ColumnNumberToName(j + 1)
		must(t, err)
		wide, err1 := f.GetColWidth(sheet, name)
		visible, err2 := f.GetColVisible(sheet, name)
		must(t, err1, err2)
		out["column "+name] = fmt.Sprint(wide, visible)
	}
	merged, err := f.GetMergeCells(sheet)
	must(t, err)
	out["merged"] = fmt.Sprint(merged)
	return out
}

func TestAnnotateExcel(t *testing.T) {
	d := bookDocument(t)
	first := annotate(t, d, bookPlan(), Outcome{Applied: true})
	if !bytes.Equal(first, annotate(t, d, bookPlan(), Outcome{Applied: true})) {
		t.Error("the same receipt has other bytes")
	}
	before, after := book(t, d.Bytes), book(t, first)
	if got := after.GetSheetList(); !reflect.DeepEqual(got, []string{"turnover", "Sheet1", "Legend"}) {
		t.Fatalf("sheets %v", got)
	}
	for sheet, columns := range map[string]int{"Sheet1": 5, "Legend": 2} {
		want, got := cellsOf(t, before, sheet, columns), cellsOf(t, after, sheet, columns)
		for at := range want {
			if want[at] != got[at] {
				t.Errorf("%s %s is %s, was %s", sheet, at, got[at], want[at])
			}
		}
	}
	// F is hidden, so the verdicts stand in G and H.
	for at, want := range map[string]string{"G2": "turnover", "H2": "turnover_why", "G3": "created", "G4": "unchanged", "G5": "updated", "H5": "nb_frames 10 → 12", "G6": "unchanged", "H6": "warning SHT035: odd"} {
		if got, err := after.GetCellValue("Sheet1", at); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", at, got, err, want)
		}
	}
	for at, want := range map[string]string{"B3": fills[created], "C5": fills[changed], "C4": fills[warned], "C6": fills[warned], "B4": "", "G3": fills[created]} {
		id, err := after.GetCellStyle("Sheet1", at)
		must(t, err)
		style, err := after.GetStyle(id)
		must(t, err)
		if got := strings.Join(style.Fill.Color, ""); got != want {
			t.Errorf("%s is coloured %q, want %q", at, got, want)
		}
	}
	comments, err := after.GetComments("Sheet1")
	must(t, err)
	said := map[string]string{}
	for _, c := range comments {
		text := c.Text
		for _, r := range c.Paragraph {
			text += r.Text
		}
		said[c.Author+" "+c.Cell] = text
	}
	if said["Ann C4"] != "ask Bob" || said["turnover C5"] != "~ updated: 10 → 12" || said["turnover C6"] != "▲ warning SHT035: odd. why" || len(said) != 3 {
		t.Errorf("comments %q", said)
	}
	names := map[string]string{}
	for _, n := range after.GetDefinedName() {
		names[n.Name] = n.Scope + " " + n.RefersTo
	}
	if names["_xlnm.Print_Area"] != "Sheet1 Sheet1!$A$1:$H$6" || names["_xlnm._FilterDatabase"] != "Sheet1 'Sheet1'!$A$2:$E$6" {
		t.Errorf("names %v", names)
	}
}

func TestAnnotateExcelFace(t *testing.T) {
	for want, c := range map[string]struct {
		o    Outcome
		edit func(p *plan.Plan)
	}{
		"+ APPLIED":     {Outcome{Applied: true}, func(*plan.Plan) {}},
		"~ PLANNED":     {Outcome{}, func(*plan.Plan) {}},
		"▲ HELD":        {Outcome{}, func(p *plan.Plan) { p.Held, p.Gates = true, []plan.Gate{{Code: "PLN101", Summary: "=many"}} }},
		"✖ REFUSED":     {Outcome{}, func(p *plan.Plan) { p.Diagnostics[0].Severity = diag.Error }},
		"NOTHING TO DO": {Outcome{NothingToDo: true}, func(p *plan.Plan) { p.Changes = nil }},
		"REJECTED":      {Outcome{Rejected: true}, func(*plan.Plan) {}},
	} {
		p := bookPlan()
		c.edit(p)
		f := book(t, annotate(t, bookDocument(t), p, c.o))
		if got, err := f.GetCellValue(faceSheet, "A1"); err != nil || got != want {
			t.Errorf("the verdict is %q (%v), want %q", got, err, want)
		}
		rows, err := f.GetRows(faceSheet)
		must(t, err)
		links := 0
		for i, row := range rows {
			for j := range row {
				at, err := excelize.CoordinatesToCellName(j+1, i+1)
				must(t, err)
				formula, err := f.GetCellFormula(faceSheet, at)
				if err != nil || formula != "" {
					t.Errorf("%s %s is a formula: %q (%v)", want, at, formula, err)
				}
				if ok, target, err := f.GetCellHyperLink(faceSheet, at); err == nil && ok {
					links++
					if !strings.HasPrefix(target, "'Sheet1'!C") {
						t.Errorf("%s %s leads to %q", want, at, target)
					}
				}
			}
		}
		if links != 2 {
			t.Errorf("%s: %d links, want 2", want, links)
		}
		if all := fmt.Sprint(rows); !strings.Contains(all, "Sheet1!C4") || c.o.Applied && !strings.Contains(all, "SQ010/0099") {
			t.Errorf("%s: findings or changes are missing:\n%s", want, all)
		}
	}
}

// TestAnnotateExcelAgain answers an answered workbook whose fault was mended:
// columns, sheet, comments and colours are those of the second answer alone.
func TestAnnotateExcelAgain(t *testing.T) {
	d := bookDocument(t)
	original := book(t, d.Bytes)
	d.Bytes = annotate(t, d, bookPlan(), Outcome{Applied: true})
	p := &plan.Plan{Project: "tv", Kind: "shots", Source: plan.Source{Name: "list.xlsx"}}
	f := book(t, annotate(t, d, p, Outcome{NothingToDo: true}))
	if got := f.GetSheetList(); !reflect.DeepEqual(got, []string{"turnover", "Sheet1", "Legend"}) {
		t.Fatalf("sheets %v", got)
	}
	rows, err := f.GetRows("Sheet1")
	must(t, err)
	for i, row := range rows[2:] {
		if strings.Join(row[min(6, len(row)):], "|") != "unchanged" && strings.Join(row[min(6, len(row)):], "|") != "unchanged|" {
			t.Errorf("row %d is %q", i+3, row)
		}
	}
	for at := range cellsOf(t, original, "Sheet1", 5) {
		if strings.ContainsAny(at, " m") {
			continue
		}
		id, err := f.GetCellStyle("Sheet1", at)
		must(t, err)
		style, err := f.GetStyle(id)
		must(t, err)
		if len(style.Fill.Color) > 0 {
			t.Errorf("%s is still coloured %v", at, style.Fill.Color)
		}
	}
	comments, err := f.GetComments("Sheet1")
	must(t, err)
	if len(comments) != 1 || comments[0].Author != "Ann" {
		t.Errorf("comments %+v", comments)
	}
	for _, n := range f.GetDefinedName() {
		if n.Scope != "Sheet1" {
			t.Errorf("name %+v left its sheet", n)
		}
	}
}

// TestAnnotateExcelKeeps answers the collected workbooks and compares every
// cell of every sheet.
func TestAnnotateExcelKeeps(t *testing.T) {
	all, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "corpus", "xlsx", "*.xlsx"))
	must(t, err)
	if len(all) == 0 {
		t.Skip("the corpus is not beside the checkout: ../shared/corpus is missing")
	}
	read := 0
	for _, name := range all {
		content, err := os.ReadFile(name)
		must(t, err)
		before, err := excelize.OpenReader(bytes.NewReader(content))
		if err != nil {
			continue // no workbook: TestAnnotateExcelAlone
		}
		read++
		sheet := before.GetSheetName(0)
		p := &plan.Plan{Kind: "shots", Source: plan.Source{Name: filepath.Base(name)}}
		d := Document{Bytes: content, Format: "xlsx", Sheet: sheet, Header: 1, Columns: []Column{{1, "shot"}}}
		for line := 2; line < 9; line++ {
			cell := fmt.Sprintf("B%d", line)
			p.Diagnostics.Add(diag.Severity(line%3), "X", diag.Place{File: p.Source.Name, Sheet: sheet, Line: line, Column: 2, Cell: cell}, "odd", "%s", cell)
			d.Rows = append(d.Rows, Row{Line: line})
		}
		after := book(t, annotate(t, d, p, Outcome{}))
		for _, sheet := range before.GetSheetList() {
			want, got := cellsOf(t, before, sheet, 12), cellsOf(t, after, sheet, 12)
			for at := range want {
				if want[at] != got[at] && !strings.Contains(got[at], "turnover") && !ours(t, after, sheet, at) {
					t.Errorf("%s %s %s is %s, was %s", filepath.Base(name), sheet, at, got[at], want[at])
				}
			}
		}
		must(t, before.Close())
	}
	if read < 4 {
		t.Errorf("only %d workbooks were read", read)
	}
}

// ours tells the cells of the columns that a receipt adds.
func ours(t *testing.T, f *excelize.File, sheet, at string) bool {
	t.Helper()
	name := strings.TrimPrefix(at, "column ")
	column, _, err := excelize.SplitCellName(name + "1")
	if err != nil || strings.HasPrefix(at, "row ") || at == "merged" {
		return false
	}
	if c, _, err := excelize.SplitCellName(name); err == nil {
		column = c
	}
	title, err := f.GetCellValue(sheet, column+"1")
	must(t, err)
	return title == verdictTitle || title == whyTitle
}

// TestAnnotateExcelAlone answers what is no workbook in a workbook of its own.
func TestAnnotateExcelAlone(t *testing.T) {
	p := &plan.Plan{Source: plan.Source{Name: "a.xlsx"}}
	p.Diagnostics.Add(diag.Error, "XLS002", diag.Place{File: "a.xlsx"}, "workbook is damaged", "save it again")
	for name, content := range map[string][]byte{"nothing": nil, "text": []byte("hello"), "cut off": bookBytes(t)[:4000], "a bomb": bookBytes(t)} {
		f := book(t, annotate(t, Document{Bytes: content, Format: "xlsx", Unzipped: 1000}, p, Outcome{}))
		if got, err := f.GetCellValue(faceSheet, "A1"); err != nil || got != "✖ REFUSED" || f.SheetCount != 1 {
			t.Errorf("%s: the verdict is %q (%v) on %d sheets", name, got, err, f.SheetCount)
		}
		rows, err := f.GetRows(faceSheet)
		must(t, err)
		if all := fmt.Sprint(rows); !strings.Contains(all, "XLS002") || !strings.Contains(all, CodeNoCopy) {
			t.Errorf("%s: findings are missing: %s", name, all)
		}
	}
}

// withoutStyles is a workbook as small writers make it.
func withoutStyles(t *testing.T) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(bookBytes(t)), int64(len(bookBytes(t))))
	must(t, err)
	cut := strings.NewReplacer(
		`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"></Override>`, "",
	)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range from.File {
		text, err := readPart(part)
		must(t, err)
		switch {
		case part.Name == stylesPart:
			continue
		case part.Name == "xl/_rels/workbook.xml.rels":
			text = regexp.MustCompile(`<Relationship [^>]*styles\.xml[^>]*>(</Relationship>)?`).ReplaceAllString(text, "")
		case strings.HasPrefix(part.Name, "xl/worksheets/sheet"):
			text = regexp.MustCompile(` s="\d+"`).ReplaceAllString(text, "")
		}
		must(t, writePart(w, part.Name, cut.Replace(text)))
	}
	must(t, w.Close())
	return out.Bytes()
}

func TestAnnotateExcelWithoutStyles(t *testing.T) {
	d := bookDocument(t)
	d.Bytes = withoutStyles(t)
	var out bytes.Buffer
	must(t, Annotate(&out, d, bookPlan(), Outcome{}))
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	must(t, err)
	if f.SheetCount < 2 {
		t.Fatalf("sheets %v: the workbook was not marked", f.GetSheetList())
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	must(t, err)
	for _, part := range archive.File {
		if _, names := added[part.Name]; names {
			text, err := readPart(part)
			must(t, err)
			if strings.Count(text, "styles.xml") != 1 {
				t.Errorf("%s names the styles %d times", part.Name, strings.Count(text, "styles.xml"))
			}
		}
	}
}

// TestAnnotateExcelTooLarge: what would take too much memory is answered alone,
// with the way out.
func TestAnnotateExcelTooLarge(t *testing.T) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	must(t, writePart(w, "xl/worksheets/sheet1.xml", strings.Repeat(" ", mostMarked+1)), w.Close())
	d := bookDocument(t)
	d.Bytes = archive.Bytes()
	var out bytes.Buffer
	must(t, Annotate(&out, d, bookPlan(), Outcome{}))
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	must(t, err)
	rows, err := f.GetRows(faceSheet)
	must(t, err)
	if said := fmt.Sprint(rows); f.SheetCount != 1 || !strings.Contains(said, CodeNoCopy) || !strings.Contains(said, "CSV") {
		t.Errorf("%d sheets, %s", f.SheetCount, said)
	}
}
