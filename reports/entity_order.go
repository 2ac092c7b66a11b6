package reports

import (
	"cmp"
	"slices"

	"turnover/hierarchy"
)

// An entityOrder is entities in the order of their paths. Rows that are sorted
// by path compare places in it, which is one number each.
type entityOrder struct {
	ids   []hierarchy.ID
	place map[hierarchy.ID]int32
}

func (s *scope) orderOf(kinds ...hierarchy.Kind) entityOrder {
	o := entityOrder{place: map[hierarchy.ID]int32{}}
	for _, e := range s.dim.Entities {
		if slices.Contains(kinds, e.Kind) {
			o.ids = append(o.ids, e.ID)
		}
	}
	slices.SortFunc(o.ids, func(a, b hierarchy.ID) int {
		return cmp.Or(cmp.Compare(s.path(a), s.path(b)), hierarchy.CompareIDs(a, b))
	})
	for i, id := range o.ids {
		o.place[id] = int32(i)
	}
	return o
}
