package reports

import (
	"slices"
)

// rowsHeld bounds how many rows of a long table are in memory at once.
const rowsHeld = 1 << 17

// sortedRows are the rows of a long table in its order, which is not that of
// the facts. As long as they are few they are held. Beyond that only the number
// of rows of each group is, and the facts are read again for as many groups at a
// time as fit: memory stays, and what it costs is time.
//
// A group (a shot, say) is held whole.
type sortedRows[K comparable, T any] struct {
	group  func(*T) K
	groups func(a, b K) int // order of groups
	within func(a, b *T) int
	// again gives the rows of the groups asked for once more, in any order.
	again func(wanted func(K) bool, add func(T)) error
	limit int // of rows held at once

	counts map[K]int
	held   []T // all rows, or none where they were too many
	n      int
}

func (s *sortedRows[K, T]) add(row T) {
	if s.counts == nil {
		s.counts = map[K]int{}
	}
	s.counts[s.group(&row)]++
	s.n++
	switch {
	case s.n <= s.limit:
		s.held = append(s.held, row)
	case s.held != nil:
		s.held = nil
	}
}

// each gives the rows in their order until yield returns false.
func (s *sortedRows[K, T]) each(yield func(*T) bool) error {
	order := make([]K, 0, len(s.counts))
	for k := range s.counts {
		order = append(order, k)
	}
	slices.SortFunc(order, s.groups)
	place := make(map[K]int, len(order))
	for i, k := range order {
		place[k] = i
	}
	if s.n <= s.limit {
		s.sort(place, s.held)
		s.yield(s.held, yield)
		return nil
	}
	var rows []T
	for first := 0; first < len(order); {
		last, n := first, 0
		for last < len(order) && (n == 0 || n+s.counts[order[last]] <= s.limit) {
			n += s.counts[order[last]]
			last++
		}
		rows = slices.Grow(rows[:0], n)
		wanted := func(k K) bool {
			at, there := place[k]
			return there && first <= at && at < last
		}
		if err := s.again(wanted, func(row T) { rows = append(rows, row) }); err != nil {
			return err
		}
		s.sort(place, rows)
		if !s.yield(rows, yield) {
			return nil
		}
		first = last
	}
	return nil
}

func (s *sortedRows[K, T]) sort(place map[K]int, rows []T) {
	slices.SortFunc(rows, func(a, b T) int {
		if d := place[s.group(&a)] - place[s.group(&b)]; d != 0 {
			return d
		}
		return s.within(&a, &b)
	})
}

func (s *sortedRows[K, T]) yield(rows []T, yield func(*T) bool) bool {
	for i := range rows {
		if !yield(&rows[i]) {
			return false
		}
	}
	return true
}
