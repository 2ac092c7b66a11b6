package importers

import "turnover/internal/diag"

// maxSame is how many findings of one code are written out; the others are
// counted. A fault in a column is the same fault in each of its rows.
const maxSame = 200

// findings collects diagnostics, counting those of which there are too many.
type findings struct {
	list   diag.List
	errors int
	same   map[string]int
	last   map[string]diag.Diagnostic
	tally  []*tally
}

// A tally is one finding for many cells: the first place, and how many.
type tally struct {
	severity        diag.Severity
	code            string
	place           diag.Place
	summary, detail string // detail takes the count
	column, count   int
}

func (f *findings) add(s diag.Severity, code string, at diag.Place, summary, detail string, args ...any) {
	if s == diag.Error {
		f.errors++
	}
	if f.same == nil {
		f.same, f.last = map[string]int{}, map[string]diag.Diagnostic{}
	}
	if f.same[code]++; f.same[code] > maxSame {
		f.last[code] = diag.Diagnostic{Severity: s, Code: code, Place: at, Summary: summary}
		return
	}
	f.list.Add(s, code, at, summary, detail, args...)
}

// count adds one cell to the finding of its code and column.
func (f *findings) count(s diag.Severity, code string, at diag.Place, column int, summary, detail string) {
	if s == diag.Error {
		f.errors++
	}
	for _, t := range f.tally {
		if t.code == code && t.column == column {
			t.count++
			return
		}
	}
	f.tally = append(f.tally, &tally{s, code, at, summary, detail, column, 1})
}

// close writes the counted findings.
func (f *findings) close() {
	for _, t := range f.tally {
		f.list.Add(t.severity, t.code, t.place, t.summary, t.detail, t.count)
	}
	f.tally = nil
	for _, d := range f.list {
		last, ok := f.last[d.Code]
		if !ok {
			continue
		}
		f.list.Add(last.Severity, last.Code, last.Place, last.Summary, "and %d more of this kind up to here", f.same[last.Code]-maxSame)
		delete(f.last, d.Code)
	}
}
