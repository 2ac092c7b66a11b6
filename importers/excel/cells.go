package excel

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"turnover/importers"
	"turnover/internal/diag"
)

// cellReader streams the rows of one sheet as texts.
type cellReader struct {
	book    *book
	m       *markup
	line    int
	hidden  bool // of the row read last
	cells   []importers.SheetCell
	skip    []bool // columns that are left out, by position
	left    bool   // some cell of such a column said something
	known   map[string]string
	formula bool // of the cell being read
	valued  bool
	value   []byte
	inline  strike
}

// maxKnown bounds the texts that are kept once for all of their cells.
const maxKnown = 1 << 14

// faulty is an error of the sheet's XML with its row, and its column if known.
type faulty struct {
	line, column int
	err          error
}

func (f *faulty) Error() string { return f.err.Error() }
func (f *faulty) Unwrap() error { return f.err }

func (f *faulty) place(at diag.Place) diag.Place {
	at.Line, at.Column = f.line, f.column
	if f.column > 0 {
		at.Cell = nameOf(f.column, f.line)
	}
	return at
}

// row reads the next row that the sheet writes. Its cells are used again.
func (c *cellReader) row() (ok bool, err error) {
	for {
		kind, err := c.m.next()
		if err != nil {
			return false, err
		}
		switch {
		case kind == endOfFile:
			return false, &faulty{c.line + 1, 0, errEnd}
		case kind == endTag && c.m.is("sheetData"):
			return false, nil
		case kind == startTag && c.m.is("row"):
			if err := c.rowTag(); err != nil {
				return false, &faulty{c.line, 0, err}
			}
			return true, c.rowCells()
		}
	}
}

// rowTag reads which row it is, and whether it is shown.
func (c *cellReader) rowTag() error {
	c.line++
	if r := c.m.attr("r"); r != nil {
		n := digits(r)
		if n < 1 || n > maxRows {
			return fmt.Errorf("row number %q", clip(r))
		}
		if n < c.line {
			return fmt.Errorf("row %d stands after row %d", n, c.line-1)
		}
		c.line = n
	}
	c.hidden = isTrue(c.m.attr("hidden"))
	if height := c.m.attr("ht"); height != nil && isTrue(c.m.attr("customHeight")) {
		h, err := strconv.ParseFloat(string(height), 64)
		c.hidden = c.hidden || err == nil && h == 0
	}
	c.cells = c.cells[:0]
	return nil
}

// rowCells reads up to the row's end.
func (c *cellReader) rowCells() error {
	column := 0
	for {
		kind, err := c.m.next()
		if err != nil {
			return &faulty{c.line, column, err}
		}
		switch {
		case kind == endOfFile:
			return &faulty{c.line, column, errEnd}
		case kind == endTag && c.m.is("row"):
			return nil
		case kind == startTag && c.m.is("c"):
			column++
			if r := c.m.attr("r"); r != nil {
				if column, _ = coordinates(r); column == 0 {
					return &faulty{c.line, 0, fmt.Errorf("cell name %q", clip(r))}
				}
			}
			if column > maxColumns {
				return &faulty{c.line, 0, fmt.Errorf("column %d of at most %d", column, maxColumns)}
			}
			if err := c.cell(column); err != nil {
				return &faulty{c.line, column, err}
			}
		}
	}
}

// cell reads one cell up to its end.
func (c *cellReader) cell(column int) error {
	style := max(0, digits(c.m.attr("s")))
	kind := cellKind(c.m.attr("t"))
	c.formula, c.valued, c.inline, c.value = false, kind == formulaText, notStruck, c.value[:0]
	if err := c.content(); err != nil {
		return err
	}
	text, note, err := c.read(kind, style)
	if err != nil {
		return err
	}
	if c.formula && !c.valued && text == "" {
		note |= importers.NoteNoValue
	}
	if text == "" && note&importers.NoteNoValue == 0 {
		return nil
	}
	if column <= len(c.skip) && c.skip[column-1] {
		c.left = true
		return nil
	}
	for n := len(c.cells); n < column; n++ {
		c.cells = append(c.cells, importers.SheetCell{Line: c.line, Column: n + 1})
	}
	c.cells[column-1].Text, c.cells[column-1].Note = text, note
	return nil
}

// content reads a cell's formula and value.
func (c *cellReader) content() error {
	inValue := false
	for {
		kind, err := c.m.next()
		if err != nil {
			return err
		}
		switch {
		case kind == endOfFile:
			return errEnd
		case kind == endTag && c.m.is("c"):
			return nil
		case kind == startTag && c.m.is("f"):
			c.formula = true
		case kind == startTag && c.m.is("v"):
			inValue = true
		case kind == endTag && c.m.is("v"):
			inValue = false
		case kind == startTag && c.m.is("is"):
			text, s, err := c.book.rich(c.m, "is")
			if err != nil {
				return err
			}
			c.value, c.inline, c.valued = append(c.value, text...), s, true
		case kind == textRun && inValue && len(c.m.buf) > 0:
			if len(c.value)+len(c.m.buf) > maxMarkup {
				return fmt.Errorf("a value of more than %d bytes", maxMarkup)
			}
			c.value = append(c.value, c.m.buf...)
			c.valued = true
		}
	}
}

// cellKinds of what stands in a cell.
type cellKinds int

const (
	number cellKinds = iota
	sharedText
	formulaText
	inlineText
	truth
	fault
	isoDate
)

func cellKind(t []byte) cellKinds {
	switch string(t) {
	case "s":
		return sharedText
	case "str":
		return formulaText
	case "inlineStr":
		return inlineText
	case "b":
		return truth
	case "e":
		return fault
	case "d":
		return isoDate
	}
	return number
}

// read gives the text as shown, and what else is known of the cell.
func (c *cellReader) read(kind cellKinds, style int) (string, importers.CellNote, error) {
	if len(c.value) == 0 {
		return "", 0, nil
	}
	look := c.book.style(style)
	note := importers.CellNote(0)
	if look.struck {
		note = importers.NoteStruck
	}
	switch kind {
	case sharedText:
		i := digits(bytes.TrimSpace(c.value))
		if i < 0 || i >= len(c.book.texts.all) {
			return "", 0, fmt.Errorf("there is no shared string %q", clip(c.value))
		}
		return c.book.texts.all[i], note | literal(look) | c.book.texts.struck[i].note(), nil
	case formulaText:
		return c.keep(plainText(c.value)), note, nil
	case inlineText:
		return c.keep(c.value), note | literal(look) | c.inline.note(), nil
	case truth:
		if isTrue(c.value) {
			return "TRUE", note, nil
		}
		return "FALSE", note, nil
	case fault:
		return c.keep(c.value), note, nil
	case isoDate:
		return c.keep(bytes.TrimSuffix(c.value, []byte("T00:00:00"))), note | importers.NoteDate, nil
	}
	text, more := c.number(look)
	return text, note | more, nil
}

// literal marks a text in a cell that is formatted as text: one that begins with
// "=" is no formula there.
func literal(look style) importers.CellNote {
	if look.kind == padded {
		return importers.NoteLiteral
	}
	return 0
}

func (s strike) note() importers.CellNote {
	switch s {
	case wholeStruck:
		return importers.NoteStruck
	case partStruck:
		return importers.NoteStruckPart
	}
	return 0
}

// number shows a number as the cell's format does, but for thousands
// separators and decimals of whole numbers, which are looks, and days, which
// every reader shall know.
func (c *cellReader) number(look style) (string, importers.CellNote) {
	if look.kind == general && plainWhole(c.value) {
		return c.keep(c.value), importers.NoteNumber
	}
	raw := c.keep(c.value)
	switch look.kind {
	case date:
		if text, ok := c.book.day(raw); ok {
			return text, importers.NoteDate
		}
	case clock:
		return c.book.shown(look, raw), importers.NoteDate
	case general:
		if whole, err := strconv.ParseFloat(raw, 64); err == nil && whole == float64(int64(whole)) && len(raw) <= 15 {
			return strconv.FormatInt(int64(whole), 10), importers.NoteNumber
		}
		if look.plain {
			return plainNumber(raw), importers.NoteNumber
		}
		return c.book.shown(look, raw), importers.NoteNumber
	}
	return c.book.shown(look, raw), 0
}

// plainNumber writes a number without a format to the fifteen digits that a
// spreadsheet keeps: 0.1 + 0.2 is 0.3 to everybody who looks at it.
func plainNumber(raw string) string {
	n, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return raw
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	if size := math.Abs(short); err != nil || size >= 1e15 || size < 1e-6 {
		return raw
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// plainWhole tells digits that are shown as they stand.
func plainWhole(b []byte) bool {
	if len(b) == 0 || len(b) > 15 || b[0] == '0' && len(b) > 1 {
		return false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// keep makes a text once for all the cells that hold it.
func (c *cellReader) keep(b []byte) string {
	if s, ok := c.known[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(c.known) < maxKnown && len(s) <= 40 {
		c.known[s] = s
	}
	return s
}

// digits reads a small whole number without making a string of it; -1 where it
// is none.
func digits(b []byte) int {
	if len(b) == 0 || len(b) > 9 {
		return -1
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// coordinates reads "D14"; a column of 0 means that it is no cell's name.
func coordinates(ref []byte) (column, row int) {
	i := 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	if i == 0 || i == len(ref) || len(ref)-i > 7 {
		return 0, 0
	}
	for ; i < len(ref); i++ {
		if ref[i] < '0' || ref[i] > '9' {
			return 0, 0
		}
		row = row*10 + int(ref[i]-'0')
	}
	return column, row
}

func clip(b []byte) string { return string(b[:min(len(b), 40)]) }
