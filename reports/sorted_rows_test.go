package reports

import (
	"cmp"
	"errors"
	"slices"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// numbers are rows of groups of ten; limit is how many are held.
func numbers(n, limit int) (s sortedRows[int, int], most *int) {
	most = new(int)
	facts := make([]int, n)
	for i := range facts {
		facts[i] = i * 7919 % n // 7919 is prime: all numbers, in another order
	}
	s = sortedRows[int, int]{
		group: func(x *int) int { return *x / 10 }, groups: cmp.Compare[int], within: func(a, b *int) int { return cmp.Compare(*a, *b) }, limit: limit,
		again: func(wanted func(int) bool, add func(int)) error {
			given := 0
			for _, x := range facts {
				if wanted(x / 10) {
					add(x)
					given++
				}
			}
			*most = max(*most, given)
			return nil
		},
	}
	for _, x := range facts {
		s.add(x)
	}
	return s, most
}

func TestSortedRowsHoldNoMoreThanTheyMay(t *testing.T) {
	const n = 1000
	for _, limit := range []int{1, 10, 25, 100, n - 1, n} {
		s, most := numbers(n, limit)
		if len(s.held) > limit {
			t.Fatalf("%d rows are held, %d may be", len(s.held), limit)
		}
		for range 2 { // tables are read more than once
			var got []int
			if err := s.each(func(x *int) bool { got = append(got, *x); return true }); err != nil {
				t.Fatal(err)
			}
			if len(got) != n || !slices.IsSorted(got) || got[n-1] != n-1 {
				t.Fatalf("limit %d: %d rows, sorted: %v", limit, len(got), slices.IsSorted(got))
			}
		}
		if limit < n && *most > max(limit, 10) { // a group is held whole
			t.Errorf("limit %d: %d rows were held", limit, *most)
		}
	}
}

func TestSortedRowsStop(t *testing.T) {
	s, _ := numbers(100, 10)
	seen := 0
	if err := s.each(func(*int) bool { seen++; return seen < 15 }); err != nil || seen != 15 {
		t.Errorf("%d rows seen (%v)", seen, err)
	}
	gone := errors.New("gone")
	s.again = func(func(int) bool, func(int)) error { return gone }
	if err := s.each(func(*int) bool { return true }); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}

// A stream that breaks while a table is printed is an error, never a short table.
func TestATableThatCannotBeReadAgainSaysSo(t *testing.T) {
	s, err := newScope(newFilm().facts().Dimensions(), Query{})
	if err != nil {
		t.Fatal(err)
	}
	gone := errors.New("gone")
	b := &retakeBook{s: s, events: sortedRows[hierarchy.ID, retakeEvent]{limit: 0, n: 1, counts: map[hierarchy.ID]int{"x": 1}, groups: compareIDs,
		again: func(func(hierarchy.ID) bool, func(retakeEvent)) error { return gone }}}
	if _, err := table.Collect(b.eventTable().Rows); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}
