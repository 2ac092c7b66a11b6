package plan

import "math"

// assign gives each row a column of its own so that the sum of the costs is as
// small as it can be (the Hungarian method with potentials, rows²·columns).
// There are at most as many rows as columns; cost is asked again and again and
// must be quick.
func assign(rows, columns int, cost func(row, column int) int64) []int {
	// Rows and columns count from 1; column 0 holds the row that looks for a place.
	rowPotential, columnPotential := make([]int64, rows+1), make([]int64, columns+1)
	rowOf, from := make([]int, columns+1), make([]int, columns+1)
	slack, done := make([]int64, columns+1), make([]bool, columns+1)
	for row := 1; row <= rows; row++ {
		rowOf[0] = row
		for j := range slack {
			slack[j], done[j] = math.MaxInt64, false
		}
		at := 0
		for rowOf[at] != 0 {
			done[at] = true
			r, least, next := rowOf[at], int64(math.MaxInt64), 0
			for j := 1; j <= columns; j++ {
				if done[j] {
					continue
				}
				if c := cost(r-1, j-1) - rowPotential[r] - columnPotential[j]; c < slack[j] {
					slack[j], from[j] = c, at
				}
				if slack[j] < least {
					least, next = slack[j], j
				}
			}
			for j := 0; j <= columns; j++ {
				if done[j] {
					rowPotential[rowOf[j]] += least
					columnPotential[j] -= least
				} else {
					slack[j] -= least
				}
			}
			at = next
		}
		for at != 0 { // hand the columns on along the way that was found
			rowOf[at] = rowOf[from[at]]
			at = from[at]
		}
	}
	out := make([]int, rows)
	for j := 1; j <= columns; j++ {
		if rowOf[j] != 0 {
			out[rowOf[j]-1] = j - 1
		}
	}
	return out
}
