package csv

import (
	"strings"
	"unicode/utf8"

	"turnover/importers"
	"turnover/internal/diag"
)

const (
	// maxQuoted is how far a quoted cell may reach. A spreadsheet's cell holds
	// 32,767 characters; what is longer is a quote that nobody closed.
	maxQuoted = 128 << 10
	// maxCells is how many cells a record may have, as many as a workbook's row.
	maxCells = 16384
	// maxFaults is how many broken quotes are reported before reading stops.
	maxFaults = 500
)

// reader gives the records of a text with the place of each cell. It goes on
// at the next line after a fault.
type reader struct {
	text      string
	delimiter byte
	file      string
	pos, line int // of the next byte; lines are physical, 1-based
	start     int // where the line begins
	cells     []importers.SheetCell
	found     diag.List
	// counted and characters remember the column asked for last.
	counted, characters int
	unclosed            int // a quote from here on is never closed before the end; 0 unknown
}

// rows is the iterator that a sheet wants. The cells are used again.
func (r *reader) rows(yield func(importers.SheetRow, error) bool) {
	for r.pos < len(r.text) {
		if len(r.found) >= maxFaults {
			r.found.Add(diag.Error, CodeTooManyFaults, diag.Place{File: r.file, Line: r.line}, "too many faults", "stopped reading here; mend the quotes above first")
			return
		}
		if !yield(r.record(), nil) {
			return
		}
	}
}

// record reads up to the end of a line outside quotes.
func (r *reader) record() importers.SheetRow {
	row := importers.SheetRow{Line: r.line}
	r.cells = r.cells[:0]
	for {
		broken := r.cell()
		if broken { // the rest of the line belongs to the broken cell
			row.Broken = true
			break
		}
		if r.pos >= len(r.text) || r.text[r.pos] != r.delimiter {
			break
		}
		if len(r.cells) == maxCells {
			r.tooMany()
			row.Broken = true
			break
		}
		r.pos++
		if r.pos >= len(r.text) { // a delimiter at the very end has an empty cell after it
			r.add("", r.pos)
			break
		}
	}
	r.lineEnd()
	row.Cells = r.cells
	return row
}

// tooMany reports a record with more cells than any list has, and leaves the
// rest of its line out.
func (r *reader) tooMany() {
	r.found.Add(diag.Error, CodeTooManyCells, diag.Place{File: r.file, Line: r.line, Column: r.column(r.pos)}, "too many cells in a row",
		"over %d; the rest of the line was left out. Check the delimiter, or export the list again", maxCells)
	if i := strings.IndexAny(r.text[r.pos:], "\r\n"); i >= 0 {
		r.pos += i
	} else {
		r.pos = len(r.text)
	}
}

// add appends a cell that begins at a byte of the current line.
func (r *reader) add(text string, at int) {
	c := importers.SheetCell{Text: unguarded(text), Line: r.line, Column: r.column(at)}
	if len(c.Text) < len(text) {
		c.Note = importers.NoteLiteral
	}
	r.cells = append(r.cells, c)
}

// unguarded takes off the one apostrophe that our CSV exports put before texts
// that a spreadsheet program would take for a formula.
func unguarded(s string) string {
	if len(s) < 3 || s[0] != '\'' {
		return s
	}
	if bare := strings.TrimLeft(s, "'"); bare != "" && strings.IndexByte("=+-@\t\r\n", bare[0]) >= 0 {
		return s[1:]
	}
	return s
}

// column counts characters from the line's start. It goes on from the place
// asked for last, so that a record is counted once.
func (r *reader) column(at int) int {
	if r.counted < r.start || r.counted > at {
		r.counted, r.characters = min(r.start, at), 0
	}
	r.characters += utf8.RuneCountInString(r.text[r.counted:at])
	r.counted = at
	return 1 + r.characters
}

// lineEnd steps over "\n", "\r\n" or "\r".
func (r *reader) lineEnd() {
	if r.pos >= len(r.text) {
		return
	}
	if r.text[r.pos] == '\r' && r.pos+1 < len(r.text) && r.text[r.pos+1] == '\n' {
		r.pos++
	}
	r.pos++
	r.line++
	r.start = r.pos
}

// cell reads one cell and tells whether its quote is broken.
func (r *reader) cell() bool {
	at := r.pos
	if r.text[at] == '"' {
		return r.quotedCell(at)
	}
	r.pos = r.plainEnd(at)
	r.add(r.text[at:r.pos], at)
	return false
}

// plainEnd is where an unquoted cell ends.
func (r *reader) plainEnd(at int) int {
	for i := at; i < len(r.text); i++ {
		if c := r.text[i]; c == r.delimiter || c == '\n' || c == '\r' {
			return i
		}
	}
	return len(r.text)
}

// quotedCell reads a quoted cell, over several lines if need be.
func (r *reader) quotedCell(at int) bool {
	end, doubled, ok := r.closing(at + 1)
	text, multi := "", false
	if ok {
		text = r.text[at+1 : end]
		multi = strings.IndexByte(text, '\n') >= 0 || strings.IndexByte(text, '\r') >= 0
		after := r.plainEnd(end + 1)
		junk := r.text[end+1 : after]
		if strings.TrimSpace(junk) != "" && multi {
			ok = false // the quote that seems to close it opens a cell further down
		} else if strings.TrimSpace(junk) != "" {
			r.found.Add(diag.Warning, CodeAfterQuote, diag.Place{File: r.file, Line: r.line, Column: r.column(at)}, "text after a closing quote",
				"the cell was read as it stands: %q; double the quotes inside a quoted cell", r.text[at:after])
			text, doubled, end = r.text[at:after], false, after-1
		} else if junk != "" {
			end = after - 1
		}
	}
	if !ok {
		return r.brokenQuote(at)
	}
	if doubled {
		text = strings.ReplaceAll(text, `""`, `"`)
	}
	r.add(normalEnds(text), at)
	r.pos = end + 1
	if multi {
		r.countLines(at, r.pos)
	}
	return false
}

// closing finds the quote that closes a cell, and whether quotes are doubled
// inside.
func (r *reader) closing(from int) (end int, doubled, ok bool) {
	if r.unclosed > 0 && from >= r.unclosed {
		return 0, false, false
	}
	limit := min(len(r.text), from+maxQuoted)
	for i := from; i < limit; i++ {
		j := strings.IndexByte(r.text[i:limit], '"')
		if j < 0 {
			break
		}
		if i += j; i+1 < len(r.text) && r.text[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		return i, doubled, true
	}
	if limit == len(r.text) && strings.IndexByte(r.text[from:], '"') < 0 {
		r.unclosed = from
	}
	return 0, false, false
}

// brokenQuote reports the quote and takes the rest of its line as the cell.
func (r *reader) brokenQuote(at int) bool {
	r.found.Add(diag.Error, CodeUnclosedQuote, diag.Place{File: r.file, Line: r.line, Column: r.column(at)}, "quote is never closed",
		"the quote that opens here has no closing one that fits; close it, or double it if it belongs to the text. The row was not read to its end")
	end := at
	for end < len(r.text) && r.text[end] != '\n' && r.text[end] != '\r' {
		end++
	}
	r.add(r.text[at+1:end], at)
	r.pos = end
	return true
}

// countLines moves the line count over a cell that has several.
func (r *reader) countLines(from, to int) {
	for i := from; i < to; i++ {
		c := r.text[i]
		if c == '\n' || c == '\r' && (i+1 >= len(r.text) || r.text[i+1] != '\n') {
			r.line++
			r.start = i + 1
		}
	}
}

// normalEnds makes the line ends inside a cell one character.
func normalEnds(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}
