package plan

import "slices"

// stays tells which elements keep their order: those of a longest increasing
// subsequence. What was put in or grew pushes others along and changes nothing
// of their order, so only the rest has moved. n log n.
func stays(before []int) []bool {
	var tails []int // index of the smallest last element of a run of each length
	previous := make([]int, len(before))
	for i, v := range before {
		at, _ := slices.BinarySearchFunc(tails, v, func(j, v int) int { return before[j] - v })
		previous[i] = -1
		if at > 0 {
			previous[i] = tails[at-1]
		}
		if at == len(tails) {
			tails = append(tails, i)
		} else {
			tails[at] = i
		}
	}
	kept := make([]bool, len(before))
	if len(tails) == 0 {
		return kept
	}
	for i := tails[len(tails)-1]; i >= 0; i = previous[i] {
		kept[i] = true
	}
	return kept
}
