package dataset

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"turnover/exporters"
	"turnover/internal/runs"
	"turnover/internal/table"
)

// memory is how many bytes of rows all tables of a publication hold together
// before the largest of them goes to a temporary file.
const memory = 32 << 20

// A spool sorts the rows of one table.
type spool struct {
	table  *table.Table
	by     []int // columns that rows are sorted by
	pool   *pool
	sorter *runs.Sorter[keptRow]

	row   []byte           // that is being made
	room  []byte           // that the last rows lie in
	held  int              // bytes in memory
	count map[string]int64 // rows by production
}

// A keptRow is the key to sort by, then the cells.
type keptRow struct {
	bytes []byte
	cells int // where they begin
}

func compareKept(a, b *keptRow) int { return bytes.Compare(a.bytes[:a.cells], b.bytes[:b.cells]) }

func encodeKept(b []byte, r *keptRow) []byte {
	return append(binary.AppendUvarint(b, uint64(r.cells)), r.bytes...)
}

func decodeKept(b []byte, r *keptRow) error {
	cells, n := binary.Uvarint(b)
	if n <= 0 || cells > uint64(len(b)-n) {
		return runs.ErrCut
	}
	*r = keptRow{b[n:], int(cells)}
	return nil
}

// A pool is the memory that spools share, and their temporary files.
type pool struct {
	limit, used int
	spools      []*spool
	files       runs.Files
}

func (p *pool) spool(t *table.Table) (*spool, error) {
	s := &spool{table: t, pool: p, count: map[string]int64{}}
	for _, name := range t.Sorted {
		i := slices.IndexFunc(t.Columns, func(c table.Column) bool { return c.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("sort by %q: there is no such column", name)
		}
		s.by = append(s.by, i)
	}
	s.sorter = runs.New(runs.Order[keptRow]{Name: "rows", Compare: compareKept, Encode: encodeKept, Decode: decodeKept, Scratch: p.files.Open})
	p.spools = append(p.spools, s)
	return s, nil
}

// close gives up the temporary files.
func (p *pool) close() error { return p.files.Close() }

// relieve moves rows to files until the rest fits.
func (p *pool) relieve() error {
	for p.used > p.limit {
		largest := slices.MaxFunc(p.spools, func(a, b *spool) int { return cmp.Compare(a.held, b.held) })
		if err := largest.sorter.Spill(); err != nil {
			return err
		}
		p.used -= largest.held
		largest.held = 0
	}
	return nil
}

// add keeps one row; rows that compare equal stay in the order they came in.
func (s *spool) add(row table.Row) (err error) {
	if err := exporters.CheckRow(s.table.Columns, row); err != nil {
		return err
	}
	b := s.row[:0]
	for _, i := range s.by {
		if b, err = appendKey(b, row[i]); err != nil {
			return err
		}
	}
	cells := len(b)
	for _, cell := range row {
		if b, err = appendCell(b, cell); err != nil {
			return err
		}
	}
	s.row = b
	if partitioned(s.table) {
		project, ok := row[0].(string)
		if !ok || project == "" {
			return fmt.Errorf("a row has no %s", projectColumn)
		}
		s.count[project]++
	}
	if err := s.sorter.Add(keptRow{s.place(b), cells}); err != nil {
		return err
	}
	s.held += len(b)
	s.pool.used += len(b)
	return s.pool.relieve()
}

// roomSize is how many bytes rows share, so that none is an object of its own.
const roomSize = 1 << 16

// place copies the bytes of a row to where they stay.
func (s *spool) place(b []byte) []byte {
	if cap(s.room)-len(s.room) < len(b) {
		s.room = make([]byte, 0, max(roomSize, len(b)))
	}
	start := len(s.room)
	s.room = append(s.room, b...)
	return s.room[start:len(s.room):len(s.room)]
}

// sorted gives the rows in order.
func (s *spool) sorted() iter.Seq2[table.Row, error] {
	return func(yield func(table.Row, error) bool) {
		reader := newRowReader(len(s.table.Columns))
		for kept, err := range s.sorter.All() {
			if err != nil {
				yield(nil, err)
				return
			}
			row, err := reader.row(kept.bytes[kept.cells:])
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}
