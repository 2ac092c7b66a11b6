// Package runs sorts any number of rows in bounded memory: what is too much
// for it lies as sorted runs on a scratch, which are merged when they are read.
package runs

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
)

// Rows is a limit that keeps the memory of most rows at some tens of megabytes.
const Rows = 1 << 16

// A Scratch keeps what is sorted outside memory, as long as the sorter is used.
// What was written can be read at once.
type Scratch interface {
	io.Writer
	io.ReaderAt
}

// An Order says how rows are sorted and kept.
type Order[T any] struct {
	Name    string // of the rows, for errors: "shares"
	Compare func(a, b *T) int
	// Encode appends the bytes of a row; Decode reads all of them, and may keep
	// them until it is called for the same row again.
	Encode func(b []byte, row *T) []byte
	Decode func(b []byte, row *T) error
	// Limit is how many rows are sorted in memory before they are written away;
	// 0 leaves it to who calls Spill.
	Limit int
	// Scratch opens what the sorter writes to, once; who opened it closes it.
	// Nil: all rows are kept in memory.
	Scratch func() (Scratch, error)
}

// A Sorter gives rows in order, any number of times; equal rows come in the
// order in which they were added.
type Sorter[T any] struct {
	order Order[T]
	rows  []T     // of the run that is being filled
	by    []int32 // their places in order; nil: not sorted
	n     int

	file    Scratch
	written int64
	runs    []run
}

// A run is a sorted part of the scratch.
type run struct{ start, end int64 }

// New makes a sorter without rows.
func New[T any](o Order[T]) *Sorter[T] { return &Sorter[T]{order: o} }

// Len is how many rows were added.
func (s *Sorter[T]) Len() int { return s.n }

// Add takes a row in.
func (s *Sorter[T]) Add(row T) error {
	s.rows, s.by = append(s.rows, row), nil
	s.n++
	if s.order.Scratch == nil || s.order.Limit <= 0 || len(s.rows) < s.order.Limit {
		return nil
	}
	return s.Spill()
}

// sort finds the order of the rows in memory. Their places are sorted, not the
// rows, which may be large.
func (s *Sorter[T]) sort() {
	if s.by != nil {
		return
	}
	s.by = make([]int32, len(s.rows))
	for i := range s.by {
		s.by[i] = int32(i)
	}
	slices.SortFunc(s.by, func(a, b int32) int {
		return cmp.Or(s.order.Compare(&s.rows[a], &s.rows[b]), cmp.Compare(a, b))
	})
}

// Spill writes the rows in memory to the scratch as one more run.
func (s *Sorter[T]) Spill() error {
	if len(s.rows) == 0 {
		return nil
	}
	if err := s.spill(); err != nil {
		return fmt.Errorf("keep %s outside memory: %w", s.order.Name, err)
	}
	clear(s.rows) // what rows refer to goes with them
	s.rows, s.by = s.rows[:0], nil
	return nil
}

func (s *Sorter[T]) spill() (err error) {
	if s.file == nil {
		if s.file, err = s.order.Scratch(); err != nil {
			return err
		}
	}
	s.sort()
	w := NewLineWriter(s.file)
	var row []byte
	for _, i := range s.by {
		row = s.order.Encode(row[:0], &s.rows[i])
		if err := w.Add(row); err != nil {
			return err
		}
	}
	n, err := w.Close()
	if err != nil {
		return err
	}
	s.runs, s.written = append(s.runs, run{s.written, s.written + n}), s.written+n
	return nil
}

// All gives the rows in order, each time anew; a row is good until the next.
func (s *Sorter[T]) All() iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		if len(s.runs) == 0 {
			s.inMemory(yield)
			return
		}
		if err := s.Spill(); err != nil {
			yield(nil, err)
			return
		}
		s.rows = nil // no more rows are expected
		s.merge(yield)
	}
}

func (s *Sorter[T]) inMemory(yield func(*T, error) bool) {
	s.sort()
	for _, i := range s.by {
		if !yield(&s.rows[i], nil) {
			return
		}
	}
}
