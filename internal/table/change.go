package table

import "math"

// A Change is what an answer's figure did since the period before. It is that
// of the figures as printed, so that a page adds up for who checks it by hand.
type Change struct {
	By    float64  // value - before, in the answer's unit
	Share *float64 // By as a share of before: 0.1 is a tenth more; nil where before is 0
}

// Change compares an answer with the period before; nil where either figure is
// not known.
func (a Answer) Change() *Change {
	if a.Before == nil || !known(a.Value) || !known(*a.Before) {
		return nil
	}
	value, before := printed(a.Value, a.Decimals), printed(*a.Before, a.Decimals)
	c := &Change{By: printed(value-before, a.Decimals)}
	if !known(c.By) {
		return nil
	}
	if share := c.By / math.Abs(before); known(share) {
		c.Share = &share
	}
	return c
}

func known(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// printed rounds to so many decimals, as far as the number has them.
func printed(v float64, decimals int) float64 {
	scale := math.Pow10(max(0, min(decimals, 15)))
	if r := math.Round(v*scale) / scale; known(r) {
		return r
	}
	return v
}
