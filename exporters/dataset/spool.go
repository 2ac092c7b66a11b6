package dataset

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"turnover/exporters"
	"turnover/internal/table"
)

// memory is how many bytes of rows all tables of a publication hold together
// before the largest of them goes to a temporary file.
const memory = 32 << 20

// A spool sorts the rows of one table. What does not fit into memory lies in a
// temporary file as sorted runs, which are merged when they are read.
type spool struct {
	table *table.Table
	by    []int // columns that rows are sorted by
	pool  *pool

	kept  []byte
	rows  []keptRow
	file  *os.File
	runs  []run
	end   int64            // of the file
	count map[string]int64 // rows by production
	all   int64
}

// A keptRow lies in kept from its start: the key to sort by, then the cells.
type keptRow struct{ start, cells, end int }

// A run is a part of the file whose rows are sorted.
type run struct{ start, size int64 }

// A pool is the memory that spools share.
type pool struct {
	limit, used int
	spools      []*spool
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
	p.spools = append(p.spools, s)
	return s, nil
}

// close gives up the temporary files.
func (p *pool) close() error {
	var err error
	for _, s := range p.spools {
		err = errors.Join(err, s.close())
	}
	return err
}

// relieve moves rows to files until the rest fits.
func (p *pool) relieve() error {
	for p.used > p.limit {
		largest := slices.MaxFunc(p.spools, func(a, b *spool) int { return cmp.Compare(len(a.kept), len(b.kept)) })
		if err := largest.spill(); err != nil {
			return err
		}
	}
	return nil
}

// add keeps one row; rows that compare equal stay in the order they came in.
func (s *spool) add(row table.Row) (err error) {
	if err := exporters.CheckRow(s.table.Columns, row); err != nil {
		return err
	}
	r := keptRow{start: len(s.kept)}
	for _, i := range s.by {
		if s.kept, err = appendKey(s.kept, row[i]); err != nil {
			return err
		}
	}
	r.cells = len(s.kept)
	for _, cell := range row {
		if s.kept, err = appendCell(s.kept, cell); err != nil {
			return err
		}
	}
	r.end = len(s.kept)
	s.rows = append(s.rows, r)
	s.all++
	if partitioned(s.table) {
		project, ok := row[0].(string)
		if !ok || project == "" {
			return fmt.Errorf("a row has no %s", projectColumn)
		}
		s.count[project]++
	}
	s.pool.used += r.end - r.start
	return s.pool.relieve()
}

func (s *spool) key(r keptRow) []byte { return s.kept[r.start:r.cells] }

func (s *spool) sort() {
	if len(s.by) > 0 {
		slices.SortStableFunc(s.rows, func(a, b keptRow) int { return bytes.Compare(s.key(a), s.key(b)) })
	}
}

// spill writes what is in memory as one more run.
func (s *spool) spill() (err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp("", "turnover-rows-"); err != nil {
			return err
		}
		_ = os.Remove(s.file.Name()) // gone with the process, where the system lets go of names in use; else by close
	}
	s.sort()
	w := bufio.NewWriterSize(s.file, 256<<10)
	r := run{start: s.end}
	var sizes []byte
	for _, row := range s.rows {
		sizes = binary.AppendUvarint(sizes[:0], uint64(row.cells-row.start))
		sizes = binary.AppendUvarint(sizes, uint64(row.end-row.cells))
		for _, part := range [][]byte{sizes, s.kept[row.start:row.end]} {
			n, err := w.Write(part)
			if err != nil {
				return err
			}
			r.size += int64(n)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	s.runs, s.end = append(s.runs, r), s.end+r.size
	s.pool.used -= len(s.kept)
	s.kept, s.rows = nil, nil
	return nil
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	_ = os.Remove(s.file.Name()) // most systems let go of it at once
	s.file = nil
	return err
}

// sorted gives the rows in order. No more are added then.
func (s *spool) sorted() iter.Seq2[table.Row, error] {
	return func(yield func(table.Row, error) bool) {
		reader := newRowReader(len(s.table.Columns))
		give := func(cells []byte) bool {
			row, err := reader.row(cells)
			return yield(row, err) && err == nil
		}
		if len(s.runs) == 0 {
			s.sort()
			for _, r := range s.rows {
				if !give(s.kept[r.cells:r.end]) {
					return
				}
			}
			return
		}
		if err := s.merge(give); err != nil {
			yield(nil, err)
		}
	}
}

// merge gives the rows of all runs, the smallest key first.
func (s *spool) merge(give func(cells []byte) bool) error {
	if len(s.rows) > 0 {
		if err := s.spill(); err != nil {
			return err
		}
	}
	var heads cursors
	for i, r := range s.runs {
		c := &cursor{from: bufio.NewReaderSize(io.NewSectionReader(s.file, r.start, r.size), 64<<10), order: i}
		more, err := c.next()
		if err != nil {
			return err
		}
		if more {
			heads = append(heads, c)
		}
	}
	heap.Init(&heads)
	for len(heads) > 0 {
		c := heads[0]
		if !give(c.row[c.cells:]) {
			return nil
		}
		more, err := c.next()
		if err != nil {
			return err
		}
		if more {
			heap.Fix(&heads, 0)
		} else {
			heap.Pop(&heads)
		}
	}
	return nil
}

// A cursor reads one run.
type cursor struct {
	from  *bufio.Reader
	order int // of runs: equal keys come in it
	row   []byte
	cells int // where they begin in row
}

// next reads the next row; false at the run's end.
func (c *cursor) next() (bool, error) {
	key, err := binary.ReadUvarint(c.from)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	cells, err := binary.ReadUvarint(c.from)
	if err != nil {
		return false, err
	}
	c.cells = int(key)
	c.row = slices.Grow(c.row[:0], int(key+cells))[:key+cells]
	_, err = io.ReadFull(c.from, c.row)
	return err == nil, err
}

// cursors are a heap by key.
type cursors []*cursor

func (h cursors) Len() int      { return len(h) }
func (h cursors) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h cursors) Less(i, j int) bool {
	a, b := h[i], h[j]
	return cmp.Or(bytes.Compare(a.row[:a.cells], b.row[:b.cells]), cmp.Compare(a.order, b.order)) < 0
}
func (h *cursors) Push(x any) { *h = append(*h, x.(*cursor)) }
func (h *cursors) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
