package reports

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strings"

	"turnover/hierarchy"
)

// A Scratch keeps what a report sorts outside memory, for as long as its book
// is used. What was written can be read at once.
type Scratch interface {
	io.Writer
	io.ReaderAt
}

// A shareRow is a share as it is kept for the working.
type shareRow struct {
	who, work int32 // indices into the ledger's names
	shot      int32 // place of the shot in the order of paths
	task      hierarchy.ID
	day       dayNumber
	because   reason
	part, of  float64
	sums
}

// runRows is how many rows are sorted in memory before they are written away.
const runRows = 1 << 16

// A shareSorter sorts any number of rows by person, path, task and day: in
// memory, or where there is a scratch in runs that are merged when read. So
// memory does not grow with the rows.
type shareSorter struct {
	people  *names
	scratch func() (Scratch, error) // nil: memory only
	rows    []shareRow              // of the run that is being filled
	limit   int                     // rows of a run

	file    Scratch
	written int64
	runs    []run
}

// A run is a sorted part of the scratch.
type run struct{ start, end int64 }

func newShareSorter(people *names, scratch func() (Scratch, error)) *shareSorter {
	return &shareSorter{people: people, scratch: scratch, limit: runRows}
}

func (s *shareSorter) compare(a, b *shareRow) int {
	if a.who != b.who {
		return cmp.Or(strings.Compare(s.people.labels[a.who], s.people.labels[b.who]), compareIDs(s.people.ids[a.who], s.people.ids[b.who]))
	}
	return cmp.Or(cmp.Compare(a.shot, b.shot), compareIDs(a.task, b.task), cmp.Compare(a.day, b.day))
}

func (s *shareSorter) sort() {
	slices.SortStableFunc(s.rows, func(a, b shareRow) int { return s.compare(&a, &b) })
}

// add takes a row in.
func (s *shareSorter) add(r shareRow) error {
	s.rows = append(s.rows, r)
	if s.scratch == nil || len(s.rows) < s.limit {
		return nil
	}
	return s.spill()
}

// spill writes the run that is being filled.
func (s *shareSorter) spill() (err error) {
	if s.file == nil {
		if s.file, err = s.scratch(); err != nil {
			return fmt.Errorf("keep shares outside memory: %w", err)
		}
	}
	s.sort()
	start := s.written
	w := bufio.NewWriterSize(s.file, 1<<16)
	var row []byte
	for i := range s.rows {
		row = s.rows[i].encode(row[:0])
		if _, err := w.Write(row); err != nil {
			return fmt.Errorf("keep shares outside memory: %w", err)
		}
		s.written += int64(len(row))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("keep shares outside memory: %w", err)
	}
	s.runs = append(s.runs, run{start, s.written})
	s.rows = s.rows[:0]
	return nil
}

// close ends the adding; after it the rows can be read.
func (s *shareSorter) close() error {
	if len(s.runs) == 0 {
		s.sort()
		return nil
	}
	if len(s.rows) == 0 {
		return nil
	}
	err := s.spill()
	s.rows = nil
	return err
}

// all gives the rows in order, each time anew.
func (s *shareSorter) all() iter.Seq2[*shareRow, error] {
	if len(s.runs) > 0 {
		return s.merged
	}
	return func(yield func(*shareRow, error) bool) {
		for i := range s.rows {
			if !yield(&s.rows[i], nil) {
				return
			}
		}
	}
}

// merged reads the runs side by side; equal rows come in the order of the runs.
func (s *shareSorter) merged(yield func(*shareRow, error) bool) {
	m := &merge{compare: s.compare}
	for i, r := range s.runs {
		head := &runHead{number: i, in: bufio.NewReaderSize(io.NewSectionReader(s.file, r.start, r.end-r.start), 1<<14)}
		if !m.fill(head, yield) {
			return
		}
	}
	for len(m.heads) > 0 {
		head := m.heads[0]
		if !yield(&head.row, nil) {
			return
		}
		switch err := head.row.decode(head.in); {
		case errors.Is(err, io.EOF):
			heap.Pop(m)
		case err != nil:
			yield(nil, fmt.Errorf("read shares back: %w", err))
			return
		default:
			heap.Fix(m, 0)
		}
	}
}

// A runHead is the next row of a run.
type runHead struct {
	number int
	in     *bufio.Reader
	row    shareRow
}

// A merge is a heap of the runs by their next rows.
type merge struct {
	heads   []*runHead
	compare func(a, b *shareRow) int
}

// fill reads the first row of a run.
func (m *merge) fill(head *runHead, yield func(*shareRow, error) bool) bool {
	if err := head.row.decode(head.in); err != nil {
		yield(nil, fmt.Errorf("read shares back: %w", err))
		return false
	}
	heap.Push(m, head)
	return true
}

func (m *merge) Len() int { return len(m.heads) }
func (m *merge) Less(i, j int) bool {
	a, b := m.heads[i], m.heads[j]
	return cmp.Or(m.compare(&a.row, &b.row), cmp.Compare(a.number, b.number)) < 0
}
func (m *merge) Swap(i, j int) { m.heads[i], m.heads[j] = m.heads[j], m.heads[i] }
func (m *merge) Push(x any)    { m.heads = append(m.heads, x.(*runHead)) }
func (m *merge) Pop() any {
	last := m.heads[len(m.heads)-1]
	m.heads = m.heads[:len(m.heads)-1]
	return last
}

// fixedRow is the bytes of a row before the length of its task's id.
const fixedRow = 4*4 + 1 + 6*8

// encode appends the row's bytes; decode reads them.
func (r *shareRow) encode(b []byte) []byte {
	for _, n := range [...]int32{r.who, r.work, r.shot, int32(r.day)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	b = append(b, byte(r.because))
	for _, n := range [...]uint64{math.Float64bits(r.part), math.Float64bits(r.of), uint64(r.frames), uint64(r.drawings), uint64(r.hundredths), math.Float64bits(r.count)} {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	b = binary.AppendUvarint(b, uint64(len(r.task)))
	return append(b, r.task...)
}

// decode gives io.EOF where there is no further row.
func (r *shareRow) decode(in *bufio.Reader) error {
	var b [fixedRow]byte
	if _, err := io.ReadFull(in, b[:]); err != nil {
		return err
	}
	whole := func(i int) int32 { return int32(binary.LittleEndian.Uint32(b[4*i:])) }
	long := func(i int) uint64 { return binary.LittleEndian.Uint64(b[17+8*i:]) }
	r.who, r.work, r.shot, r.day, r.because = whole(0), whole(1), whole(2), dayNumber(whole(3)), reason(b[16])
	r.part, r.of = math.Float64frombits(long(0)), math.Float64frombits(long(1))
	r.sums = sums{int64(long(2)), int64(long(3)), int64(long(4)), math.Float64frombits(long(5))}
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return fmt.Errorf("length of a task's id: %w", noEnd(err))
	}
	id := make([]byte, n)
	if _, err := io.ReadFull(in, id); err != nil {
		return fmt.Errorf("task's id: %w", noEnd(err))
	}
	r.task = hierarchy.ID(id)
	return nil
}

// noEnd makes an end within a row an error of its own.
func noEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
