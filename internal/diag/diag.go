// Package diag says what is wrong with a file: where, under which code, and
// what the person who made the file can do about it.
//
// Diagnostics speak of the file; Go errors speak of the machine.
package diag

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Severity orders diagnostics; Error means that the file cannot be applied.
type Severity int

const (
	Info Severity = iota
	Warning
	Error
)

func (s Severity) String() string { return [...]string{"info", "warning", "error"}[s] }

// MarshalText writes the severity as the word that the JSON contract uses.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word that MarshalText writes.
func (s *Severity) UnmarshalText(b []byte) error {
	for _, v := range []Severity{Info, Warning, Error} {
		if v.String() == string(b) {
			*s = v
			return nil
		}
	}
	return fmt.Errorf("unknown severity %q", b)
}

// A Place is a position in a file: a line and column of text, or a cell of a
// sheet. Zero fields are unknown.
type Place struct {
	File   string
	Sheet  string
	Line   int    // 1-based physical line, or row of a sheet
	Column int    // 1-based, in characters
	Cell   string // "D14"; only with Sheet
}

// String gives "cut.edl:31:25", "casting.xlsx[Ep103!D14]" or "casting.xlsx[Ep103!14]".
func (p Place) String() string {
	if p.Sheet != "" {
		at := p.Cell
		if at == "" && p.Line > 0 {
			at = strconv.Itoa(p.Line)
		}
		if at == "" {
			return p.File + "[" + p.Sheet + "]"
		}
		return p.File + "[" + p.Sheet + "!" + at + "]"
	}
	switch {
	case p.Line <= 0:
		return p.File
	case p.Column <= 0:
		return p.File + ":" + strconv.Itoa(p.Line)
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// A Diagnostic is one finding. Code never changes once published; tests pin
// code and place, not words. Summary is general; Detail has the values and
// the way out.
type Diagnostic struct {
	Severity Severity
	Code     string
	Place    Place
	Summary  string
	Detail   string
}

func (d Diagnostic) String() string {
	s := fmt.Sprintf("%s: %s %s: %s", d.Place, d.Severity, d.Code, d.Summary)
	if d.Detail != "" {
		s += ". " + d.Detail
	}
	return s
}

// A List collects findings in the order in which they were made.
type List []Diagnostic

// Add appends one finding.
func (l *List) Add(s Severity, code string, at Place, summary, detail string, args ...any) {
	if len(args) > 0 {
		detail = fmt.Sprintf(detail, args...)
	}
	*l = append(*l, Diagnostic{s, code, at, summary, detail})
}

// HasErrors tells whether the file must be refused.
func (l List) HasErrors() bool {
	for _, d := range l {
		if d.Severity == Error {
			return true
		}
	}
	return false
}

// Count tells how many findings have the severity.
func (l List) Count(s Severity) int {
	n := 0
	for _, d := range l {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// Sorted gives the findings by file, sheet, line and column, keeping the order
// in which equal places were found.
func (l List) Sorted() List {
	out := append(List(nil), l...)
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i].Place, out[j].Place
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Sheet != b.Sheet {
			return a.Sheet < b.Sheet
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	return out
}

// Error makes a list an error for callers that only stop.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}
