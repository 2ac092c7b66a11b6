package diag

import (
	"strconv"
	"strings"
)

// most keeps numbers read from text within what a file can have.
const most = 1 << 30

// ParsePlace reads what Place.String wrote about a file of that name; names may
// hold brackets and colons, so the name must be known. It gives false for a
// place in another file and for what String never writes.
func ParsePlace(s, file string) (Place, bool) {
	p := Place{File: file}
	rest, ok := strings.CutPrefix(s, file)
	switch {
	case !ok:
		return Place{}, false
	case rest == "":
		return p, true
	case rest[0] == '[' && rest[len(rest)-1] == ']':
		return p.onSheet(rest[1 : len(rest)-1])
	case rest[0] != ':':
		return Place{}, false
	}
	line, column, both := strings.Cut(rest[1:], ":")
	if p.Line, ok = positive(line); !ok {
		return Place{}, false
	}
	if both {
		if p.Column, ok = positive(column); !ok {
			return Place{}, false
		}
	}
	return p, true
}

// onSheet reads "Ep103", "Ep103!14" and "Ep103!D14". A sheet's name may hold an
// exclamation mark; what follows the last one must be a row or a cell.
func (p Place) onSheet(text string) (Place, bool) {
	p.Sheet = text
	if i := strings.LastIndexByte(text, '!'); i > 0 {
		if column, line, ok := cellAt(text[i+1:]); ok {
			p.Sheet, p.Line, p.Column = text[:i], line, column
			if column > 0 {
				p.Cell = text[i+1:]
			}
		}
	}
	return p, p.Sheet != ""
}

// cellAt reads "D14" as column 4, row 14, and "14" as row 14 without column.
func cellAt(name string) (column, line int, ok bool) {
	i := 0
	for ; i < len(name) && i < 4 && name[i] >= 'A' && name[i] <= 'Z'; i++ {
		column = column*26 + int(name[i]-'A') + 1
	}
	line, ok = positive(name[i:])
	return column, line, ok
}

func positive(s string) (int, bool) {
	if s == "" || s[0] < '1' || s[0] > '9' {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n <= most
}
