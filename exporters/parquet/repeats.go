package parquet

import "turnover/internal/table"

// repeats tell how often the values of columns come again.
type repeats struct {
	values []map[any]struct{}
	cells  []int // without nulls
}

func newRepeats(columns int) *repeats {
	r := &repeats{values: make([]map[any]struct{}, columns), cells: make([]int, columns)}
	for i := range r.values {
		r.values[i] = map[any]struct{}{}
	}
	return r
}

func (r *repeats) add(row table.Row) {
	for i, v := range row {
		if v == nil {
			continue
		}
		r.cells[i]++
		r.values[i][v] = struct{}{}
	}
}

// often tells a column whose values come twice at the least on average, as far
// as was looked.
func (r *repeats) often(i int) bool { return 2*len(r.values[i]) <= r.cells[i] }
