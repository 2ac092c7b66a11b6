package jsonlist

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"turnover/importers"
	"turnover/internal/diag"
)

const (
	maxColumns  = 16384 // as many as a workbook has
	maxFindings = 200
)

// A reader reads rows and learns the columns in the order in which they first
// appear. Rows may have other keys than the first: all are read before the
// header is known.
type reader struct {
	file    string
	body    []byte
	limits  importers.Limits
	decoder *json.Decoder
	columns []string
	index   map[string]int
	rows    []importers.SheetRow
	cells   int64
	found   diag.List
	errors  int

	// Where the reader is: places are asked for in ascending order.
	offset, line, column int
}

func newReader(file string, body []byte, limits importers.Limits) *reader {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	return &reader{file: file, body: body, limits: limits, decoder: d, index: map[string]int{}, line: 1, column: 1}
}

// at moves to an offset and gives its line and column, in characters from 1.
func (r *reader) at(offset int) (line, column int) {
	offset = min(offset, len(r.body))
	for r.offset < offset {
		part := r.body[r.offset:offset]
		if i := bytes.IndexByte(part, '\n'); i >= 0 {
			r.offset += i + 1
			r.line++
			r.column = 1
			continue
		}
		r.column += utf8.RuneCount(part)
		r.offset = offset
	}
	return r.line, r.column
}

// place is where the decoder is.
func (r *reader) place() diag.Place {
	line, column := r.at(int(r.decoder.InputOffset()))
	return diag.Place{File: r.file, Line: line, Column: column}
}

func (r *reader) find(code string, at diag.Place, summary, detail string, args ...any) {
	if r.errors++; r.errors == maxFindings {
		r.found.Add(diag.Error, CodeTooManyBad, at, "too many errors", "the others are left out; mend these first")
	}
	if r.errors < maxFindings {
		r.found.Add(diag.Error, code, at, summary, detail, args...)
	}
}

// errStop ends the reading after a finding.
var errStop = errors.New("reading ended")

// read reads the whole array. Its error is the context's.
func (r *reader) read(ctx context.Context) error {
	if !r.opens('[') {
		return nil
	}
	for n := 0; r.decoder.More(); n++ {
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(r.rows) >= r.limits.Rows {
			r.find(CodeTooLarge, r.place(), "too many rows", "over %d rows; split the file, or raise the limit", r.limits.Rows)
			return nil
		}
		if err := r.row(); err != nil {
			return nil
		}
	}
	if _, err := r.decoder.Token(); err != nil {
		r.syntax(err)
		return nil
	}
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		r.find(CodeSyntax, r.place(), "text after the end", "the array of rows has ended; remove what follows, or export the list again")
	}
	return nil
}

// opens reads a delimiter, or says that there is no array of rows.
func (r *reader) opens(want json.Delim) bool {
	token, err := r.decoder.Token()
	if err != nil {
		r.syntax(err)
		return false
	}
	if token != want {
		r.find(CodeNotRows, r.place(), "no array of rows", "a list in JSON is an array of objects, one a row, as \"turnover export --format json\" writes it")
		return false
	}
	return true
}

func (r *reader) syntax(err error) {
	at := r.place()
	var fault *json.SyntaxError
	if errors.As(err, &fault) && int(fault.Offset) > r.offset {
		at.Line, at.Column = r.at(int(fault.Offset))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		r.find(CodeSyntax, at, "file is cut off", "the array of rows does not end; copy or export it again")
		return
	}
	r.find(CodeSyntax, at, "not JSON", "%v; the rows from here on were not read", err)
}

// row reads one row object.
func (r *reader) row() error {
	var raw json.RawMessage
	token, err := r.decoder.Token()
	if err != nil {
		r.syntax(err)
		return errStop
	}
	at := r.place()
	if token != json.Delim('{') {
		r.find(CodeNotRows, at, "a row is no object", "each row is an object with the columns as keys")
		return errStop
	}
	row := importers.SheetRow{Line: at.Line, Cells: make([]importers.SheetCell, len(r.columns))}
	for i := range row.Cells {
		row.Cells[i] = importers.SheetCell{Line: at.Line, Column: at.Column, Note: importers.NoteAbsent}
	}
	said := make(map[int]bool, len(r.columns))
	for r.decoder.More() {
		key, err := r.decoder.Token()
		if err != nil {
			r.syntax(err)
			return errStop
		}
		name, _ := key.(string) // the decoder gives no other key
		if err := r.decoder.Decode(&raw); err != nil {
			r.syntax(err)
			return errStop
		}
		if err := r.cell(&row, name, raw, said); err != nil {
			return err
		}
	}
	if _, err := r.decoder.Token(); err != nil {
		r.syntax(err)
		return errStop
	}
	r.rows = append(r.rows, row)
	return nil
}

// cell puts a value under its column, a new one where the key is new.
func (r *reader) cell(row *importers.SheetRow, name string, raw json.RawMessage, said map[int]bool) error {
	line, column := r.at(int(r.decoder.InputOffset()) - len(raw))
	at := diag.Place{File: r.file, Line: line, Column: column}
	i, known := r.index[name]
	if !known {
		i = len(r.columns)
		if i >= maxColumns {
			r.find(CodeTooLarge, at, "too many columns", "over %d different keys; a list has the same few in each row", maxColumns)
			return errStop
		}
		r.columns, r.index[name] = append(r.columns, name), i
	}
	for len(row.Cells) <= i {
		row.Cells = append(row.Cells, importers.SheetCell{Line: row.Line, Note: importers.NoteAbsent})
	}
	if r.cells++; r.cells > r.limits.Cells {
		r.find(CodeTooLarge, at, "too many cells", "over %d cells; split the file, or raise the limit", r.limits.Cells)
		return errStop
	}
	if said[i] {
		row.Broken = true
		r.find(CodeTwice, at, "a column twice in one row", "%q stands twice; which one counts is not known", name)
		return nil
	}
	said[i] = true
	text, note, err := cellText(raw)
	if err != nil {
		row.Broken = true
		r.find(CodeNested, at, "no plain value", "%q holds %v; a cell is a text, a number, true, false or null", name, err)
	}
	row.Cells[i] = importers.SheetCell{Text: text, Line: line, Column: column, Note: note}
	return nil
}

// cellText writes a value as a cell. What is a text in JSON is one on purpose.
func cellText(raw json.RawMessage) (string, importers.CellNote, error) {
	switch raw[0] {
	case '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return "", 0, fmt.Errorf("a text that cannot be read: %w", err)
		}
		return s, importers.NoteLiteral, nil
	case '{':
		return "", 0, errors.New("an object")
	case '[':
		return "", 0, errors.New("an array")
	case 'n':
		return "", 0, nil
	case 't', 'f':
		return string(raw), 0, nil
	}
	return string(raw), importers.NoteNumber, nil
}

// header is the row of column titles; it stands where the first row does.
func (r *reader) header() importers.SheetRow {
	line := 1
	if len(r.rows) > 0 {
		line = r.rows[0].Line
	}
	row := importers.SheetRow{Line: line}
	for _, name := range r.columns {
		row.Cells = append(row.Cells, importers.SheetCell{Text: name, Line: line, Column: 1})
	}
	return row
}

// all gives the header and then the rows, as wide as the header.
func (r *reader) all(yield func(importers.SheetRow, error) bool) {
	if !yield(r.header(), nil) {
		return
	}
	for _, row := range r.rows {
		for len(row.Cells) < len(r.columns) {
			row.Cells = append(row.Cells, importers.SheetCell{Line: row.Line, Column: 1, Note: importers.NoteAbsent})
		}
		if !yield(row, nil) {
			return
		}
	}
}
