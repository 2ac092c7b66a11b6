package receipt

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"turnover/internal/diag"
	"turnover/plan"
)

// annotateExcel writes the editor's workbook with marks. One that cannot be
// opened is answered in a workbook that has the receipt's sheet alone.
func annotateExcel(w io.Writer, d Document, p *plan.Plan, o Outcome) error {
	var out bytes.Buffer
	if err := annotateBook(&out, &d, p, o); err != nil {
		out.Reset()
		if err := receiptBook(&out, p, o, err); err != nil {
			return err
		}
	}
	_, err := out.WriteTo(w)
	return err
}

// receiptBook is a workbook of the receipt's sheet alone. It tells why there is
// no copy.
func receiptBook(w io.Writer, p *plan.Plan, o Outcome, why error) error {
	alone := *p
	alone.Diagnostics = slices.Clone(p.Diagnostics)
	alone.Diagnostics.Add(diag.Info, CodeNoCopy, diag.Place{File: p.Source.Name}, "the file itself could not be marked", "%v. Its findings stand here alone", why)
	f, err := newBook(faceSheet)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // nothing of it is on disk
	if err := judge(&Document{Format: "xlsx"}, &alone, o).face(f, faceSheet); err != nil {
		return err
	}
	return writeBook(w, f)
}

const defaultUnzipped = 1 << 30

// mostMarked is how many bytes of sheets are marked, 30,000 rows of 15 columns:
// the library holds all cells at once, in thirty times the memory.
const mostMarked = 16 << 20

// openBook opens the original, never past the limit of what it may unpack to.
func openBook(d *Document) (*excelize.File, error) {
	limit := d.Unzipped
	if limit <= 0 {
		limit = defaultUnzipped
	}
	archive, err := zip.NewReader(bytes.NewReader(d.Bytes), int64(len(d.Bytes)))
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	var total, sheets uint64
	for _, part := range archive.File {
		if total += part.UncompressedSize64; total > uint64(limit) {
			return nil, errors.New("open archive: it unpacks to too much")
		}
		if strings.HasPrefix(part.Name, "xl/worksheets/") {
			sheets += part.UncompressedSize64
		}
	}
	if sheets > mostMarked {
		return nil, fmt.Errorf("its sheets have %d MB and at most %d can be marked. Save the list alone as CSV to have an answer at each row", sheets>>20, mostMarked>>20)
	}
	workbook, err := withStyles(archive, d.Bytes)
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(workbook), excelize.Options{UnzipSizeLimit: limit, UnzipXMLSizeLimit: min(limit, 16<<20)})
	if err != nil {
		return nil, fmt.Errorf("open workbook: %w", err)
	}
	return f, nil
}

func annotateBook(w io.Writer, d *Document, p *plan.Plan, o Outcome) (err error) {
	defer func() { // the library may meet XML that it never expected
		if r := recover(); r != nil {
			err = fmt.Errorf("open workbook: %v", r)
		}
	}()
	f, err := openBook(d)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	m := &marker{judged: judge(d, p, o), f: f, styles: map[[2]int]int{}}
	steps := []func() error{m.rows, m.cells, m.comments, m.addFace}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return writeBook(w, f)
}

// addFace puts the receipt's sheet first; one of an earlier receipt goes.
func (m *marker) addFace() error {
	name := faceSheet
	for n := 2; m.hasSheet(m.f, name); n++ {
		if title, err := m.f.GetCellValue(name, "D1"); err == nil && title == faceTitle && m.f.SheetCount > 1 {
			if err := m.f.DeleteSheet(name); err != nil {
				return err
			}
			continue
		}
		name = fmt.Sprintf("%s (%d)", faceSheet, n)
	}
	if _, err := m.f.NewSheet(name); err != nil {
		return err
	}
	if err := m.face(m.f, name); err != nil {
		return err
	}
	if err := m.f.MoveSheet(name, m.f.GetSheetName(0)); err != nil {
		return err
	}
	if m.f.WorkBook.DefinedNames != nil { // print areas and filters know their sheet by its order
		for i := range m.f.WorkBook.DefinedNames.DefinedName {
			if at := m.f.WorkBook.DefinedNames.DefinedName[i].LocalSheetID; at != nil {
				*at++
			}
		}
	}
	m.f.SetActiveSheet(0)
	return nil
}

// A marker lays what is known of rows and cells on a workbook.
type marker struct {
	*judged
	f       *excelize.File
	styles  map[[2]int]int // style and mark → style with the mark's colour
	notes   []note
	verdict int // column of the verdicts; 0 for none
}

// A note is what is to be said at a cell.
type note struct {
	sheet, cell string
	mark        mark
	text        string
}

// longestWhy is how many characters of a reason stand in its cell; its comment
// has all.
const longestWhy = 70

// rows writes the verdict and its reason to the right of each row.
func (m *marker) rows() error {
	if m.d.Sheet == "" || m.d.Header == 0 {
		return nil
	}
	var err error
	if m.verdict, err = m.freeColumns(); err != nil || m.verdict == 0 {
		return err
	}
	if err := m.clearVerdicts(); err != nil {
		return err
	}
	title, err := m.titleStyle()
	if err != nil {
		return err
	}
	widest := [2]int{len("would be created") - 3, len(whyTitle)}
	for i, name := range []string{verdictTitle, whyTitle} {
		if err := m.put(m.verdict+i, m.d.Header, name, title); err != nil {
			return err
		}
	}
	for _, line := range m.lines() {
		v := m.judged.rows[line]
		word, why := m.word(v), strings.Join(m.why(v), "; ")
		if word == "" {
			continue
		}
		short := clip(why, longestWhy)
		if short != why {
			m.note(m.d.Sheet, m.verdict+1, line, unmarked, why)
		}
		style, err := m.coloured(0, m.mark(v))
		if err != nil {
			return err
		}
		for i, s := range []string{word, short} {
			if err := m.put(m.verdict+i, line, s, style); err != nil {
				return err
			}
			widest[i] = max(widest[i], len([]rune(cellText(s))))
			style = 0
		}
	}
	for i, n := range widest {
		name, err := excelize.ColumnNumberToName(m.verdict + i)
		if err != nil {
			return err
		}
		if err := m.f.SetColWidth(m.d.Sheet, name, name, float64(n)*1.05+2); err != nil {
			return err
		}
	}
	return m.fitPage()
}

// clearVerdicts empties the columns of an earlier receipt.
func (m *marker) clearVerdicts() error {
	if !m.again() {
		return nil
	}
	rows, err := m.f.GetRows(m.d.Sheet)
	if err != nil {
		return err
	}
	for line := m.d.Header + 1; line <= len(rows); line++ {
		for i := range 2 {
			if len(rows[line-1]) < m.verdict+i {
				continue
			}
			at, err := excelize.CoordinatesToCellName(m.verdict+i, line)
			if err != nil {
				return err
			}
			if err := m.f.SetCellValue(m.d.Sheet, at, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func (m *marker) put(column, line int, s string, style int) error {
	at, err := excelize.CoordinatesToCellName(column, line)
	if err != nil {
		return err
	}
	if err := m.f.SetCellStr(m.d.Sheet, at, cellText(s)); err != nil {
		return err
	}
	return m.f.SetCellStyle(m.d.Sheet, at, at, style)
}

// cells colours the cells that findings and changes speak of.
func (m *marker) cells() error {
	for _, f := range m.p.Diagnostics {
		if mk := marked(f.Severity); mk != unmarked && f.Place.Sheet != "" && f.Place.Line > 0 && m.hasSheet(m.f, f.Place.Sheet) {
			column := f.Place.Column
			if f.Place.Cell == "" {
				column = m.column("shot")
			}
			said := f.Severity.String() + " " + f.Code + ": " + f.Summary
			if f.Detail != "" {
				said += ". " + f.Detail
			}
			m.note(f.Place.Sheet, max(column, 1), f.Place.Line, mk, said)
		}
	}
	for _, line := range m.lines() {
		for _, c := range m.judged.rows[line].changes {
			m.changeNote(c, line)
		}
	}
	return m.colourNotes()
}

// changeNote notes a change at the cells of the fields that it changes; what
// has no column of its own at the row's name.
func (m *marker) changeNote(c *plan.Change, line int) {
	mk := changed
	if c.Action == plan.Create && m.main(c) {
		m.note(m.d.Sheet, m.nameColumn(c), line, created, "")
		return
	}
	said := false
	for _, column := range m.d.Columns {
		if _, ok := c.After[column.Field]; ok && (c.Action == plan.Update || c.Action == plan.Move) {
			said = true
			m.note(m.d.Sheet, column.Number, line, mk, m.tense(done[c.Action])+": "+value(c.Before[column.Field])+" → "+value(c.After[column.Field]))
		}
	}
	if !said && (m.main(c) || c.Entity == "casting" || c.Entity == "scene_link") {
		m.note(m.d.Sheet, m.nameColumn(c), line, mk, strings.TrimRight(m.tense(done[c.Action])+" "+c.Path+": "+fields(c), ": "))
	}
}

// nameColumn is the column that stands for what a change is about.
func (m *marker) nameColumn(c *plan.Change) int {
	for _, field := range map[string][]string{"casting": {"assets", "asset"}, "scene_link": {"scene"}, "shot": {"shot"}, "task": {"task_type"},
		"assignment": {"assignees"}, "comment": {"comment", "status"}, "time_spent": {"duration"}}[c.Entity] {
		if n := m.column(field); n > 0 {
			return n
		}
	}
	return max(m.column("shot"), 1)
}

func (m *marker) column(field string) int {
	for _, c := range m.d.Columns {
		if c.Field == field {
			return c.Number
		}
	}
	if field == "shot" && len(m.d.Columns) > 0 {
		return m.d.Columns[0].Number
	}
	return 0
}

func (m *marker) note(sheet string, column, line int, mk mark, text string) {
	cell, err := excelize.CoordinatesToCellName(column, line)
	if err != nil {
		return // outside what a sheet has: only the receipt's own sheet can say it
	}
	m.notes = append(m.notes, note{sheet, cell, mk, text})
}
