package table

import (
	"math"
	"testing"
)

func TestChange(t *testing.T) {
	at := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		value    float64
		before   *float64
		decimals int
		by       float64
		share    *float64
	}{
		{812, at(1000), 0, -188, at(-0.188)},
		{1000, at(800), 0, 200, at(0.25)},
		{0.3, at(0.1), 1, 0.2, at(2)},
		{12.34, at(12.26), 1, 0, at(0)}, // printed as 12.3 and 12.3
		{5, at(0), 0, 5, nil},
		{0, at(0), 0, 0, nil},
		{-3, at(-4), 0, 1, at(0.25)}, // up is up, below zero too
		{math.MaxFloat64, at(1), 3, math.MaxFloat64, at(math.MaxFloat64)},
	} {
		got := Answer{Value: c.value, Before: c.before, Decimals: c.decimals}.Change()
		if got == nil || got.By != c.by || (got.Share == nil) != (c.share == nil) || c.share != nil && math.Abs(*got.Share-*c.share) > 1e-12*math.Abs(*c.share) {
			t.Errorf("%v after %v: %+v, want by %v, share %v", c.value, *c.before, got, c.by, c.share)
		}
	}
	for name, a := range map[string]Answer{
		"nothing before":   {Value: 1},
		"value not known":  {Value: math.NaN(), Before: at(1)},
		"before not known": {Value: 1, Before: at(math.Inf(1))},
		"past all numbers": {Value: math.MaxFloat64, Before: at(-math.MaxFloat64)},
	} {
		if got := a.Change(); got != nil {
			t.Errorf("%s: changed by %v", name, *got)
		}
	}
}
