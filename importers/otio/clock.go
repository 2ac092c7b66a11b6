package otio

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"turnover/internal/timecode"
)

// longest is the largest time value that is believed, in frames or seconds.
const longest = 1e10

// A clock counts times in frames of the timeline's rate.
type clock struct {
	rate timecode.Rate
}

// rateOf gives the exact rate that a number stands for: 23.976023976 is
// 24000/1001.
func rateOf(v any) (timecode.Rate, error) {
	f, err := number(v)
	if err != nil {
		return timecode.Rate{}, err
	}
	return timecode.ParseRate(strconv.FormatFloat(f, 'f', 6, 64))
}

func number(v any) (float64, error) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, fmt.Errorf("%v is no number", v)
	}
	f, err := n.Float64()
	if err != nil || math.Abs(f) > longest {
		return 0, fmt.Errorf("%s is no time", n)
	}
	return f, nil
}

// frames counts a RationalTime; exact is false where it falls between frames.
func (c clock) frames(t *object) (n int64, exact bool, err error) {
	value, err := number(t.fields["value"])
	if err != nil {
		return 0, false, err
	}
	perSecond, err := ratio(t.fields["rate"])
	if err != nil {
		return 0, false, err
	}
	r := new(big.Rat)
	if r.SetFloat64(value) == nil {
		return 0, false, fmt.Errorf("%v is no time", value)
	}
	r.Mul(r.Quo(r, perSecond), big.NewRat(int64(c.rate.Num), int64(c.rate.Den)))
	f, _ := r.Float64()
	if math.Abs(f) > longest*1000 {
		return 0, false, fmt.Errorf("%v at %v is no time", value, t.fields["rate"])
	}
	n = int64(math.Round(f))
	return n, math.Abs(f-float64(n)) < 1e-6, nil
}

// ratio is a rate as a fraction; sound counts up to 192,000 samples a second.
func ratio(v any) (*big.Rat, error) {
	if rate, err := rateOf(v); err == nil {
		return big.NewRat(int64(rate.Num), int64(rate.Den)), nil
	}
	f, err := number(v)
	if err != nil {
		return nil, err
	}
	r := new(big.Rat)
	if f <= 0 || r.SetFloat64(f) == nil {
		return nil, fmt.Errorf("%v is no rate", f)
	}
	return r, nil
}
