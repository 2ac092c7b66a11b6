package runs

import (
	"cmp"
	"container/heap"
	"fmt"
)

// A head is the next row of a run.
type head[T any] struct {
	number int // of the run: equal rows come in its order
	lines  *Lines
	row    T
}

// next reads a row; false at the run's end.
func (h *head[T]) next(decode func([]byte, *T) error) (bool, error) {
	line, more, err := h.lines.Next()
	if err != nil || !more {
		return false, err
	}
	return true, decode(line, &h.row)
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
		h := &head[T]{number: i, lines: NewLines(s.file, r.start, r.end)}
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
