package reports

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// weightUnit is the finest part of a minute that counts in an apportionment.
const weightUnit = 1_000_000

// maxWeight bounds one time sheet (some 16 years of minutes), so that a
// million of them add up without overflow.
const maxWeight = 1 << 43

// weightOf makes an integer of minutes, which may have a fraction; 0 for what
// is no amount of time.
func weightOf(minutes float64) uint64 {
	if !(minutes > 0) {
		return 0
	}
	w := math.Round(minutes * weightUnit)
	return uint64(min(max(w, 1), maxWeight))
}

// apportion divides an amount over weights by largest remainder, ties to the
// lower index; parts sum exactly to the amount, also when it is negative. The
// weights' sum is total and over 0. Parts are written to out.
func apportion(amount int64, weights []uint64, total uint64, out []int64) {
	size := magnitude(amount)
	left := size
	remainders := make([]uint64, len(weights))
	for i, w := range weights {
		hi, lo := bits.Mul64(size, w)
		quo, rem := bits.Div64(hi, lo, total) // w <= total, so that hi < total
		out[i], remainders[i] = int64(quo), rem
		left -= quo
	}
	for _, i := range largest(remainders, int(left)) {
		out[i]++
	}
	if amount < 0 {
		for i := range out {
			out[i] = -out[i]
		}
	}
}

// largest gives the indices of the n largest values, ties to the lower index.
func largest(values []uint64, n int) []int {
	if n == 0 {
		return nil
	}
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	return order[:n]
}

// evenPart is apportion for n equal weights: the part of index i.
func evenPart(amount int64, n, i int) int64 {
	size := magnitude(amount)
	part := int64(size / uint64(n))
	if uint64(i) < size%uint64(n) {
		part++
	}
	if amount < 0 {
		return -part
	}
	return part
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
