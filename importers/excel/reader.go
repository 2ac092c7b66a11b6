package excel

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"turnover/internal/diag"

	"github.com/xuri/excelize/v2"

	"turnover/importers"
)

// maxColumns is what Excel itself has.
const maxColumns = 16384

// reader streams one sheet twice in step: the library for the texts as shown,
// the bare XML for what else is known of each cell.
type reader struct {
	book       *book
	sheet      sheet
	merged     []merge // sorted by their first row
	next       int     // the first of them that is further down
	active     []merge // those that hold the row being read
	hiddenCols []string
}

// merge is a merged range and the text of its first cell, once read.
type merge struct {
	left, top, right, bottom int
	text                     string
	note                     importers.CellNote
}

// mark is what the bare XML says of one cell.
type mark struct {
	column  int
	style   int
	kind    string // the t attribute
	raw     string
	formula bool
	valued  bool
}

// scan reads what stands after the rows or before them: merged ranges and
// hidden columns.
func (r *reader) scan(ctx context.Context) error {
	part, err := r.book.part(r.sheet.part)
	if err != nil {
		return err
	}
	defer part.Close()
	d := xml.NewDecoder(part)
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			slices.SortStableFunc(r.merged, func(a, b merge) int { return a.top - b.top })
			return nil
		}
		if err != nil {
			return fmt.Errorf("read sheet %q: %w", r.sheet.name, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "mergeCell":
			r.merge(attr(start, "ref"))
		case "col":
			if isTrue(attr(start, "hidden")) {
				if n, err := strconv.Atoi(attr(start, "min")); err == nil && n >= 1 && n <= maxColumns {
					name, _ := excelize.ColumnNumberToName(n)
					r.hiddenCols = append(r.hiddenCols, name)
				}
			}
		}
	}
}

func (r *reader) merge(ref string) {
	first, last, ok := strings.Cut(ref, ":")
	if !ok || len(r.merged) >= 100_000 {
		return
	}
	left, top, err := excelize.CellNameToCoordinates(first)
	right, bottom, err2 := excelize.CellNameToCoordinates(last)
	if err == nil && err2 == nil && bottom > top { // across one row is only a title's looks
		r.merged = append(r.merged, merge{left: left, top: top, right: right, bottom: bottom})
	}
}

func (r *reader) reportHidden(file string, found *diag.List) {
	if len(r.hiddenCols) > 0 {
		found.Add(diag.Info, CodeHiddenCols, diag.Place{File: file, Sheet: r.sheet.name}, "hidden columns were read", "from column %s; delete them if they do not belong to the list", strings.Join(r.hiddenCols, ", "))
	}
}

// rows is the iterator that a sheet wants.
func (r *reader) rows(yield func(importers.SheetRow, error) bool) {
	defer func() { // the library may meet XML that it never expected
		if p := recover(); p != nil {
			yield(importers.SheetRow{}, fmt.Errorf("read sheet %q: %v", r.sheet.name, p))
		}
	}()
	part, err := r.book.part(r.sheet.part)
	if err != nil {
		yield(importers.SheetRow{}, err)
		return
	}
	defer part.Close()
	texts, err := r.book.file.Rows(r.sheet.name)
	if err != nil {
		yield(importers.SheetRow{}, fmt.Errorf("read sheet %q: %w", r.sheet.name, err))
		return
	}
	defer texts.Close()
	marks := &markReader{decoder: xml.NewDecoder(part)}
	if err := r.join(texts, marks, yield); err != nil {
		yield(importers.SheetRow{}, err)
	}
}

// join walks both streams row by row. Rows that the sheet does not write are
// not given, so a cell in row 1,048,576 costs nothing.
func (r *reader) join(texts *excelize.Rows, marks *markReader, yield func(importers.SheetRow, error) bool) error {
	at := 0
	for {
		line, hidden, cells, err := marks.row()
		if errors.Is(err, io.EOF) {
			return texts.Error()
		}
		if err != nil {
			return fmt.Errorf("read sheet %q: %w", r.sheet.name, err)
		}
		if line <= at {
			return fmt.Errorf("read sheet %q: row %d stands after row %d", r.sheet.name, line, at)
		}
		var columns []string
		for ; at < line; at++ {
			if !texts.Next() {
				return texts.Error()
			}
			if columns, err = texts.Columns(); err != nil {
				return fmt.Errorf("read sheet %q: %w", r.sheet.name, err)
			}
		}
		if !yield(r.build(line, hidden, columns, cells), nil) {
			return nil
		}
	}
}

// build joins the texts of a row with what is known of its cells.
func (r *reader) build(line int, hidden bool, texts []string, marks []mark) importers.SheetRow {
	width := len(texts)
	for _, m := range marks {
		if m.formula || m.raw != "" {
			width = max(width, m.column)
		}
	}
	row := importers.SheetRow{Line: line, Hidden: hidden, Cells: make([]importers.SheetCell, width)}
	for i := range row.Cells {
		row.Cells[i] = importers.SheetCell{Line: line, Column: i + 1}
		if i < len(texts) {
			row.Cells[i].Text = texts[i]
		}
	}
	for _, m := range marks {
		if m.column >= 1 && m.column <= width {
			r.note(&row.Cells[m.column-1], m)
		}
	}
	r.fillMerged(&row)
	return row
}

// note says what a cell is, and writes dates so that every reader knows them.
func (r *reader) note(c *importers.SheetCell, m mark) {
	s := r.book.style(m.style)
	if s.struck && c.Text != "" {
		c.Note |= importers.NoteStruck
	}
	if m.formula && !m.valued && c.Text == "" {
		c.Note |= importers.NoteNoValue
	}
	if m.kind != "" && m.kind != "n" && m.kind != "d" || m.raw == "" {
		return
	}
	switch s.kind {
	case date:
		if text, ok := r.day(m.raw); ok {
			c.Text = text
			c.Note |= importers.NoteDate
		}
	case clock:
		c.Note |= importers.NoteDate
	case general:
		c.Note |= importers.NoteNumber
		if whole, err := strconv.ParseFloat(m.raw, 64); err == nil && whole == float64(int64(whole)) && len(m.raw) <= 15 {
			c.Text = strconv.FormatInt(int64(whole), 10) // thousands separators and ".0" are looks
		}
	}
}

// day gives a date cell's ISO day, with the time where it has one.
func (r *reader) day(raw string) (string, bool) {
	serial, err := strconv.ParseFloat(raw, 64)
	if err != nil || serial < 0 || serial > 2_958_466 {
		return "", false
	}
	t, err := excelize.ExcelDateToTime(serial, r.book.epoch)
	if err != nil {
		return "", false
	}
	t = t.Round(time.Second)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Format(time.DateOnly), true
	}
	return t.Format(time.DateTime), true
}

// fillMerged gives the cells of a merged range the text of its first one.
func (r *reader) fillMerged(row *importers.SheetRow) {
	said := false
	for _, c := range row.Cells {
		said = said || c.Text != "" || c.Note&importers.NoteNoValue != 0
	}
	r.advance(row)
	for _, m := range r.active {
		if !said || row.Line == m.top || m.text == "" {
			continue
		}
		for len(row.Cells) < m.left {
			row.Cells = append(row.Cells, importers.SheetCell{Line: row.Line, Column: len(row.Cells) + 1})
		}
		if c := &row.Cells[m.left-1]; c.Text == "" {
			c.Text, c.Note = m.text, m.note|importers.NoteMerged
		}
	}
}

// advance keeps the ranges that hold the row, of those sorted by their first.
func (r *reader) advance(row *importers.SheetRow) {
	r.active = slices.DeleteFunc(r.active, func(m merge) bool { return m.bottom < row.Line })
	for ; r.next < len(r.merged) && r.merged[r.next].top <= row.Line; r.next++ {
		m := r.merged[r.next]
		if m.top == row.Line && m.left <= len(row.Cells) && len(r.active) < maxColumns {
			first := row.Cells[m.left-1]
			m.text, m.note = first.Text, first.Note&^importers.NoteStruck
			r.active = append(r.active, m)
		}
	}
}
