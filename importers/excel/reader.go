package excel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"turnover/internal/diag"

	"github.com/xuri/excelize/v2"

	"turnover/importers"
)

// What Excel itself has.
const (
	maxColumns = excelize.MaxColumns
	maxRows    = excelize.TotalRows
	maxMerged  = 100_000
)

var errEnd = errors.New("it is cut off")

// reader reads one sheet twice: first for what stands before and after the
// rows and for how many there are, then for the rows.
type reader struct {
	book    *book
	sheet   sheet
	filled  int     // rows that say something
	merged  []merge // sorted by their first row
	next    int     // the first of them that is further down
	active  []merge // those that hold the row being read
	hidden  []bool  // columns, by position
	ignored bool    // hidden columns are left out
	cells   *cellReader
}

// merge is a merged range and the text of its first cell, once read.
type merge struct {
	left, top, right, bottom int
	text                     string
	note                     importers.CellNote
}

// scan reads merged ranges and hidden columns, and counts the filled rows. It
// never asks the sheet how large it says it is.
func (r *reader) scan(ctx context.Context) error {
	part, err := r.book.part(r.sheet.part)
	if err != nil {
		return err
	}
	defer part.Close()
	m := newMarkup(part)
	said := true // of the row being counted
	for n := 0; ; n++ {
		if n%65536 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		kind, err := m.next()
		if err != nil {
			return fmt.Errorf("read sheet %q: %w", r.sheet.name, err)
		}
		if kind == endOfFile {
			slices.SortStableFunc(r.merged, func(a, b merge) int { return a.top - b.top })
			return nil
		}
		if kind != startTag {
			continue
		}
		switch string(m.name) {
		case "row":
			said = false
		case "v", "is":
			if !said {
				said = true
				r.filled++
			}
		case "mergeCell":
			r.merge(m.attr("ref"))
		case "col":
			r.hide(m)
		}
	}
}

func (r *reader) merge(ref []byte) {
	first, last, ok := strings.Cut(string(ref), ":")
	if !ok || len(r.merged) >= maxMerged {
		return
	}
	left, top := coordinates([]byte(first))
	right, bottom := coordinates([]byte(last))
	if left > 0 && right > 0 && right <= maxColumns && bottom <= maxRows && top > 0 && bottom > top { // across one row is only a title's looks
		r.merged = append(r.merged, merge{left: left, top: top, right: right, bottom: bottom})
	}
}

// hide keeps hidden columns, and those without any width.
func (r *reader) hide(m *markup) {
	width, err := strconv.ParseFloat(string(m.attr("width")), 64)
	if !isTrue(m.attr("hidden")) && (err != nil || width != 0) {
		return
	}
	first, err := strconv.Atoi(string(m.attr("min")))
	last, err2 := strconv.Atoi(string(m.attr("max")))
	if err != nil || err2 != nil || first < 1 || last < first || last > maxColumns {
		return
	}
	for len(r.hidden) < last {
		r.hidden = append(r.hidden, false)
	}
	for i := first; i <= last; i++ {
		r.hidden[i-1] = true
	}
}

// reportHidden says what became of hidden columns that hold something under
// a title; those of no use are nobody's concern.
func (r *reader) reportHidden(file string, columns []importers.Column, found *diag.List) {
	at := diag.Place{File: file, Sheet: r.sheet.name}
	if r.ignored {
		if r.cells != nil && r.cells.left {
			found.Add(diag.Info, CodeHiddenLeft, at, "hidden columns were left out", "columns %s; show them, or read them by --hidden-columns report", r.hiddenNames())
		}
		return
	}
	var titles []string
	for _, c := range columns {
		if i := c.Place.Column; c.Header != "" && i >= 1 && i <= len(r.hidden) && r.hidden[i-1] {
			if titles = append(titles, fmt.Sprintf("%q", c.Header)); len(titles) == 1 {
				at = c.Place
			}
		}
	}
	if len(titles) > 0 {
		found.Add(diag.Info, CodeHiddenCols, at, "hidden columns were read", "%s; delete them if they do not belong to the list, or leave them out by --hidden-columns ignore", strings.Join(titles, ", "))
	}
}

// hiddenNames gives "C, F:H".
func (r *reader) hiddenNames() string {
	var out []string
	for i := 0; i < len(r.hidden); i++ {
		if !r.hidden[i] {
			continue
		}
		first := i
		for i+1 < len(r.hidden) && r.hidden[i+1] {
			i++
		}
		name := columnName(first + 1)
		if i > first {
			name += ":" + columnName(i+1)
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// rows is the iterator that a sheet wants. Rows that the sheet does not write
// are not given, so that a cell in row 1,048,576 costs nothing.
func (r *reader) rows(yield func(importers.SheetRow, error) bool) {
	if err := r.each(yield); err != nil {
		yield(importers.SheetRow{}, fmt.Errorf("read sheet %q: %w", r.sheet.name, err))
	}
}

func (r *reader) each(yield func(importers.SheetRow, error) bool) error {
	part, err := r.book.part(r.sheet.part)
	if err != nil {
		return err
	}
	defer part.Close()
	r.cells = r.book.cellReader(part)
	if r.ignored {
		r.cells.skip = r.hidden
	}
	for {
		ok, err := r.cells.row()
		if !ok || err != nil {
			return err
		}
		row := importers.SheetRow{Line: r.cells.line, Hidden: r.cells.hidden, Cells: r.cells.cells}
		r.fillMerged(&row)
		r.cells.cells = row.Cells
		if !yield(row, nil) {
			return nil
		}
	}
}

// fillMerged gives the cells of a merged range the text of its first one, and
// marks them; whether that counts is the list's reader's choice.
func (r *reader) fillMerged(row *importers.SheetRow) {
	r.advance(row)
	if len(r.active) == 0 {
		return
	}
	said := false
	for _, c := range row.Cells {
		said = said || c.Text != "" || c.Note&importers.NoteNoValue != 0
	}
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

func columnName(n int) string {
	name, _ := excelize.ColumnNumberToName(n)
	return name
}

func nameOf(column, row int) string { return columnName(column) + strconv.Itoa(row) }
