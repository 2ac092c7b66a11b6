package excel

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"turnover/internal/table"
)

// maxLinks is how many links Excel takes on a sheet.
const maxLinks = 65530

// A key stands for the cells of a row in some columns.
type key [16]byte

// A span is where the rows of one key lie in a table.
type span struct {
	first, last int  // from 0; last is inclusive
	found       bool // false while no row was seen
	apart       bool // there are more of them elsewhere
}

// A trail leads from the rows of a table to those behind them. The keys that
// are linked from are gathered while the table is measured; where they lie is
// noted while the table behind is written, which therefore comes first. So it
// takes no pass of its own, and memory for linked rows only.
type trail struct {
	to   *table.Table    // the table behind
	from []int           // columns of the key in the table that leads
	in   []int           // the same in the table behind
	as   []func(any) any // what its cells are in the table that leads; nil: themselves
	cell int             // the column whose cells are the links
	keys map[key]*span
}

// trailOf gives nil where a table leads nowhere or its end is not in the book.
func trailOf(tables []*table.Table, t *table.Table) (*trail, error) {
	if t.Behind == nil || len(t.Columns) == 0 {
		return nil, nil
	}
	i := slices.IndexFunc(tables, func(o *table.Table) bool { return o.Name == t.Behind.Table })
	if i < 0 || tables[i] == t {
		return nil, nil
	}
	behind := tables[i]
	out := &trail{to: behind, keys: map[key]*span{}}
	for _, name := range t.Behind.On {
		from, in := column(t, name), column(behind, name)
		if from < 0 || in < 0 {
			return nil, fmt.Errorf("table %q leads to %q by the column %q, which not both have", t.Name, behind.Name, name)
		}
		out.from, out.in, out.as = append(out.from, from), append(out.in, in), append(out.as, t.Behind.As[name])
	}
	out.cell = figure(t, out.from)
	return out, nil
}

func column(t *table.Table, name string) int {
	return slices.IndexFunc(t.Columns, func(c table.Column) bool { return c.Name == name })
}

// figure is the first column of numbers that is no part of the key: what the
// rows behind add up to. A table without one links from its last column.
func figure(t *table.Table, key []int) int {
	for i, c := range t.Columns {
		if (c.Type == table.Int || c.Type == table.Float) && !slices.Contains(key, i) {
			return i
		}
	}
	return len(t.Columns) - 1
}

// want notes that a row is to be linked; n is its number on its sheet.
func (t *trail) want(row table.Row, n int) {
	if n >= maxLinks {
		return
	}
	if k := keyOf(row, t.from, nil); t.keys[k] == nil {
		t.keys[k] = &span{}
	}
}

// pass notes row n of the table behind.
func (t *trail) pass(row table.Row, n int) {
	s := t.keys[keyOf(row, t.in, t.as)]
	switch {
	case s == nil:
	case !s.found:
		*s = span{first: n, last: n, found: true}
	case s.last == n-1:
		s.last = n
	default:
		s.apart = true
	}
}

// of tells where the rows behind a row lie; n is its number on its sheet.
func (t *trail) of(row table.Row, n int) (span, bool) {
	if t == nil || n >= maxLinks {
		return span{}, false
	}
	s := t.keys[keyOf(row, t.from, nil)]
	if s == nil || !s.found {
		return span{}, false
	}
	return *s, true
}

// keyOf tells rows apart by 128 bits: two that differ are as good as never equal.
// as turns the cells into those compared with, where it is given.
func keyOf(row table.Row, columns []int, as []func(any) any) key {
	h := fnv.New128a()
	var b []byte
	for n, i := range columns {
		cell := row[i]
		if as != nil && as[n] != nil {
			cell = as[n](cell)
		}
		b = b[:0]
		switch v := cell.(type) {
		case nil:
			b = append(b, 0)
		case string:
			b = binary.LittleEndian.AppendUint64(append(b, 1), uint64(len(v)))
			b = append(b, v...)
		case int64:
			b = binary.LittleEndian.AppendUint64(append(b, 2), uint64(v))
		case float64:
			b = binary.LittleEndian.AppendUint64(append(b, 3), math.Float64bits(v))
		case bool:
			b = fmt.Appendf(append(b, 4), "%t", v)
		case time.Time:
			b = binary.LittleEndian.AppendUint64(append(b, 5), uint64(v.UnixMicro()))
		default:
			b = fmt.Appendf(append(b, 6), "%v", v)
		}
		_, _ = h.Write(b) // a hash never fails
	}
	return key(h.Sum(nil))
}

// trails are those of a book.
type trails struct {
	lead  map[*table.Table]*trail
	into  map[*table.Table][]*trail
	order []*table.Table // each after the one that it leads to
}

func trailsOf(tables []*table.Table) (*trails, error) {
	out := &trails{lead: map[*table.Table]*trail{}, into: map[*table.Table][]*trail{}}
	for _, t := range tables {
		tr, err := trailOf(tables, t)
		if err != nil {
			return nil, err
		}
		if tr != nil {
			out.lead[t] = tr
			out.into[tr.to] = append(out.into[tr.to], tr)
		}
	}
	seen := map[*table.Table]bool{}
	for _, t := range tables {
		out.visit(t, seen)
	}
	return out, nil
}

// visit puts a table behind the one that it leads to; a circle is broken where
// it closes, and its last link leads nowhere.
func (s *trails) visit(t *table.Table, seen map[*table.Table]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	if tr := s.lead[t]; tr != nil {
		s.visit(tr.to, seen)
	}
	s.order = append(s.order, t)
}
