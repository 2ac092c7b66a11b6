package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"turnover/importers"
	"turnover/internal/diag"
)

// Codes of findings on lists of persons and of estimations. Published codes never
// change.
const (
	CodeRowFormat  = "LST001" // error: neither a CSV nor a workbook
	CodeRowColumn  = "LST002" // error: a needed column that is missing, or one that stands twice
	CodeRowIgnored = "LST003" // info: a column that such lists do not have
	CodeRowEmpty   = "LST004" // error: a needed cell is empty
	CodeRowValue   = "LST005" // error: a cell that cannot be read
	CodeRowName    = "LST006" // error: a name that is not there, or that several have
	CodeRowTwice   = "LST007" // error: a second row of the same
	CodeRowMany    = "LST008" // error: too many rows
	CodeRowRefused = "LST009" // error: a row that breaks a rule
)

// mostRows bounds a list: all of it is one transaction.
const mostRows = 50_000

// A rowSheet is a list whose first row with text names its columns, in any order.
type rowSheet struct {
	file    string
	sheet   string            // of a workbook, known when it was read
	titles  map[string]string // plainTitle of a header → column
	needs   []string          // headers, as people write them
	columns []string          // by position; "" for none
	head    importers.SheetRow
	rows    []listRow
	found   diag.List
}

// A listRow is one row by its columns; blank cells are not there.
type listRow struct {
	line  int
	cells map[string]importers.SheetCell
}

// text is a cell's, "" where it is blank.
func (r listRow) text(column string) string { return strings.TrimSpace(r.cells[column].Text) }

// readRows reads a list. What is wrong with it as a list is in found; the error is
// the machine's.
func (p *Pipeline) readRows(ctx context.Context, f importers.File, titles map[string]string, needs ...string) (*rowSheet, error) {
	s := &rowSheet{file: f.Name, titles: titles, needs: needs}
	importer, found := importers.Detect(f, p.Importers)
	if importer == nil {
		s.found = found
		return s, nil
	}
	if format := importer.Format(); format != "csv" && format != "xlsx" {
		s.found = found
		s.found.Add(diag.Error, CodeRowFormat, diag.Place{File: f.Name}, "no list", "it is read as %s; save the list as CSV or .xlsx", format)
		return s, nil
	}
	list, more, err := importer.Import(ctx, f, importers.Options{Limits: p.Limits, Each: s.row})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Name, err)
	}
	found = append(found, more...)
	if !found.HasErrors() {
		s.checkNeeds()
	}
	s.found = append(found, s.found...)
	s.sheet = list.Source.Sheet
	for i := range s.found {
		s.found[i].Place.Sheet = s.sheet
	}
	return s, nil
}

func (s *rowSheet) place(line, column int) diag.Place {
	return diag.Place{File: s.file, Sheet: s.sheet, Line: line, Column: column}
}

func (s *rowSheet) row(row importers.SheetRow) {
	if !slices.ContainsFunc(row.Cells, func(c importers.SheetCell) bool { return strings.TrimSpace(c.Text) != "" }) {
		return
	}
	if s.columns == nil {
		s.header(row)
		return
	}
	if len(s.rows) == mostRows {
		if !slices.ContainsFunc(s.found, func(d diag.Diagnostic) bool { return d.Code == CodeRowMany }) {
			s.found.Add(diag.Error, CodeRowMany, s.place(row.Line, 0), "too many rows", "over %d; split the list", mostRows)
		}
		return
	}
	one := listRow{row.Line, map[string]importers.SheetCell{}}
	for i, c := range row.Cells {
		if i >= len(s.columns) || s.columns[i] == "" || strings.TrimSpace(c.Text) == "" {
			continue
		}
		if strings.ContainsFunc(c.Text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			s.found.Add(diag.Error, CodeRowValue, s.place(row.Line, c.Column), "control character in a cell", "%q: delete it", c.Text)
			continue
		}
		one.cells[s.columns[i]] = c
	}
	s.rows = append(s.rows, one)
}

func (s *rowSheet) header(row importers.SheetRow) {
	s.columns = make([]string, len(row.Cells))
	s.head = importers.SheetRow{Line: row.Line}
	for i, c := range row.Cells {
		title := strings.TrimSpace(c.Text)
		if title == "" {
			continue
		}
		name := s.titles[plainTitle(title)]
		switch {
		case name == "":
			s.found.Add(diag.Info, CodeRowIgnored, s.place(row.Line, c.Column), "column is not read", "%q: such a list has no column of this name", title)
		case slices.Contains(s.columns, name):
			s.found.Add(diag.Error, CodeRowColumn, s.place(row.Line, c.Column), "column stands twice", "%q: delete one", title)
		}
		s.columns[i] = name
	}
}

func (s *rowSheet) checkNeeds() {
	for _, title := range s.needs {
		if !slices.Contains(s.columns, s.titles[plainTitle(title)]) {
			s.found.Add(diag.Error, CodeRowColumn, s.place(s.head.Line, 0), "column is missing", "the first row needs %s", strings.Join(s.needs, ", "))
			return
		}
	}
}

// fail notes an error at a cell of a row, or at the row where column is "".
func (s *rowSheet) fail(r listRow, column, code, summary, detail string, args ...any) {
	at := s.place(r.line, r.cells[column].Column)
	s.found.Add(diag.Error, code, at, summary, detail, args...)
}

// needed is the text of a cell that must not be empty.
func (s *rowSheet) needed(r listRow, column, title string) string {
	text := r.text(column)
	if text == "" {
		s.fail(r, "", CodeRowEmpty, "needed cell is empty", "fill in %q", title)
	}
	return text
}

// refused turns what a rule says of a row into a finding; any other error stays.
func (s *rowSheet) refused(r listRow, err error) error {
	var said *UsageError
	var conflict *ConflictError
	switch {
	case errors.As(err, &said):
		s.fail(r, "", CodeRowRefused, "row is refused", "%s", said.Reason)
	case errors.As(err, &conflict):
		s.fail(r, "", CodeRowRefused, "row is refused", "%s", conflict.Reason)
	default:
		return err
	}
	return nil
}

// fault is *InputError where anything is wrong.
func (s *rowSheet) fault() error {
	if s.found.HasErrors() {
		return &InputError{s.file, s.found}
	}
	return nil
}
