package runs

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
)

// errCut is a scratch that has less than was written, or something else.
var errCut = errors.New("the temporary file is not as it was written")

// A head is the next row of a run.
type head[T any] struct {
	number int // of the run: equal rows come in its order
	in     *bufio.Reader
	left   int64 // bytes of the run that were not read
	bytes  []byte
	row    T
}

// next reads a row; false at the run's end.
func (h *head[T]) next(decode func([]byte, *T) error) (bool, error) {
	if h.left == 0 {
		return false, nil
	}
	size, err := binary.ReadUvarint(h.in)
	if err != nil {
		return false, cut(err)
	}
	h.left -= int64(bits.Len64(size|1)+6) / 7 // bytes of a uvarint
	if h.left < 0 || size > uint64(h.left) {
		return false, errCut
	}
	h.left -= int64(size)
	h.bytes = slices.Grow(h.bytes[:0], int(size))[:size]
	if _, err := io.ReadFull(h.in, h.bytes); err != nil {
		return false, cut(err)
	}
	return true, decode(h.bytes, &h.row)
}

// cut tells an end within a run from what else goes wrong.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return err
}

// A merge is a heap of runs by their next rows.
type merge[T any] struct {
	heads   []*head[T]
	compare func(a, b *T) int
}

func (m *merge[T]) Len() int { return len(m.heads) }
func (m *merge[T]) Less(i, j int) bool {
	a, b := m.heads[i], m.heads[j]
	return cmp.Or(m.compare(&a.row, &b.row), cmp.Compare(a.number, b.number)) < 0
}
func (m *merge[T]) Swap(i, j int) { m.heads[i], m.heads[j] = m.heads[j], m.heads[i] }
func (m *merge[T]) Push(x any)    { m.heads = append(m.heads, x.(*head[T])) }
func (m *merge[T]) Pop() any {
	last := m.heads[len(m.heads)-1]
	m.heads = m.heads[:len(m.heads)-1]
	return last
}

// merge gives the rows of all runs, the smallest first.
func (s *Sorter[T]) merge(yield func(*T, error) bool) {
	fail := func(err error) { yield(nil, fmt.Errorf("read %s back: %w", s.order.Name, err)) }
	m := &merge[T]{compare: s.order.Compare}
	for i, r := range s.runs {
		h := &head[T]{number: i, left: r.end - r.start, in: bufio.NewReaderSize(io.NewSectionReader(s.file, r.start, r.end-r.start), 1<<15)}
		if _, err := h.next(s.order.Decode); err != nil { // a run has rows
			fail(err)
			return
		}
		m.heads = append(m.heads, h)
	}
	heap.Init(m)
	for len(m.heads) > 0 {
		h := m.heads[0]
		if !yield(&h.row, nil) {
			return
		}
		switch more, err := h.next(s.order.Decode); {
		case err != nil:
			fail(err)
			return
		case more:
			heap.Fix(m, 0)
		default:
			heap.Pop(m)
		}
	}
}
