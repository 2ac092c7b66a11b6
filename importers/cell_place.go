package importers

import "turnover/internal/diag"

// A Spot is a line and a column inside the file that its entry names. A list
// has many more cells than entries, so that cells do not repeat the file, and
// a spot takes six bytes. The zero Spot is unknown.
type Spot struct{ high, low, column uint16 }

// SpotOf keeps what a place says within its file.
func SpotOf(p diag.Place) Spot { return SpotAt(p.Line, p.Column) }

// SpotAt is the spot at a 1-based line and column; 0 is unknown. A column
// beyond 65,535, which only a text without line ends has, is not kept.
func SpotAt(line, column int) Spot {
	if line < 0 || int64(line) > 1<<32-1 {
		line = 0
	}
	if column < 0 || column > 1<<16-1 {
		column = 0
	}
	return Spot{high: uint16(line >> 16), low: uint16(line), column: uint16(column)}
}

// Line is the 1-based line or row; 0 where it is unknown.
func (s Spot) Line() int { return int(s.high)<<16 | int(s.low) }

// Column is 1-based, in characters or in columns of a sheet; 0 where it is
// unknown.
func (s Spot) Column() int { return int(s.column) }

// In gives the whole place of a spot, for which entry names file and sheet. An
// unknown spot is the entry's own place.
func (s Spot) In(entry diag.Place) diag.Place {
	if s == (Spot{}) {
		return entry
	}
	p := diag.Place{File: entry.File, Sheet: entry.Sheet, Line: s.Line(), Column: s.Column()}
	if p.Sheet != "" && p.Line > 0 && p.Column > 0 {
		p.Cell = cellName(p.Column, p.Line)
	}
	return p
}
