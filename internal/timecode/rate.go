// Package timecode counts frames exactly: rational rates, integer frames,
// half-open ranges, drop frame as SMPTE ST 12 counts it.
package timecode

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// A Rate is frames per second as a fraction. Drop says that labels are counted
// in drop frame; no time is dropped, only labels.
type Rate struct {
	Num, Den int
	Drop     bool
}

// Base is the number of labels in a second: 24 for 23.976, 30 for 29.97; 0
// where there is no rate.
func (r Rate) Base() int {
	if r.Den == 0 {
		return 0
	}
	return (r.Num + r.Den - 1) / r.Den
}

// IsZero tells that no rate was given.
func (r Rate) IsZero() bool { return r.Num == 0 }

// NTSC tells the television rates N*1000/1001 of a customary N, the only kind
// that may drop labels. 25000/1001 is none.
func (r Rate) NTSC() bool { return r.Den == 1001 && r.Num%1000 == 0 && customary(r.Num/1000) }

// customary tells the bases of which an NTSC rate exists: multiples of 12
// (film) and of 15 (video).
func customary(base int) bool { return base%12 == 0 || base%15 == 0 }

// CanDrop tells whether drop frame is defined: NTSC at a multiple of 30.
func (r Rate) CanDrop() bool { return r.NTSC() && r.Base()%30 == 0 }

// WithDrop gives the rate counted in drop frame, or not. A rate that cannot
// drop stays as it is.
func (r Rate) WithDrop(drop bool) Rate {
	r.Drop = drop && r.CanDrop()
	return r
}

// String gives the customary decimal ("23.976", "29.97", "25"); the drop flag
// is not part of it. ParseRate reads it back.
func (r Rate) String() string {
	if r.IsZero() {
		return ""
	}
	if r.Den == 1 {
		return strconv.Itoa(r.Num)
	}
	if r.NTSC() {
		s := strconv.FormatFloat(float64(r.Num)/float64(r.Den), 'f', 3, 64)
		return strings.TrimRight(s, "0")
	}
	return fmt.Sprintf("%d/%d", r.Num, r.Den)
}

// ParseRate reads "24", "23.976", "23,98", "29.97", "29.97df", "59.94 NDF" or
// "30000/1001". A decimal within a hundredth of N*1000/1001 is that rate.
func ParseRate(s string) (Rate, error) {
	text := strings.ToLower(strings.TrimSpace(strings.ReplaceAll(s, ",", ".")))
	text = strings.TrimSpace(strings.TrimSuffix(text, "fps"))
	drop, said := false, false
	for _, suffix := range []string{"ndf", "df"} {
		if t, ok := strings.CutSuffix(text, suffix); ok {
			text, drop, said = strings.TrimSpace(t), suffix == "df", true
			break
		}
	}
	r, err := parseFraction(text)
	if err != nil {
		return Rate{}, fmt.Errorf("read frame rate %q: %w", s, err)
	}
	if said && drop && !r.CanDrop() {
		return Rate{}, fmt.Errorf("read frame rate %q: drop frame exists at 29.97, 59.94 and 119.88 only", s)
	}
	return r.WithDrop(drop), nil
}

func parseFraction(s string) (Rate, error) {
	if len(s) > 32 || strings.ContainsAny(s, "ep_x") { // no exponents, no hexadecimal: a rate is short
		return Rate{}, fmt.Errorf("not a number")
	}
	f, ok := new(big.Rat).SetString(s)
	if !ok || f.Sign() <= 0 {
		return Rate{}, fmt.Errorf("not a positive number")
	}
	if f.Cmp(big.NewRat(1000, 1)) > 0 {
		return Rate{}, fmt.Errorf("over 1000 frames per second")
	}
	if f.IsInt() {
		return Rate{Num: int(f.Num().Int64()), Den: 1}, nil
	}
	if !strings.Contains(s, "/") {
		if r, ok := nearNTSC(f); ok {
			return r, nil
		}
	}
	if !f.Num().IsInt64() || !f.Denom().IsInt64() || f.Denom().Int64() > 1_000_000 || f.Num().Int64() > 1_000_000_000 {
		return Rate{}, fmt.Errorf("too fine a fraction")
	}
	return Rate{Num: int(f.Num().Int64()), Den: int(f.Denom().Int64())}, nil
}

// nearNTSC gives the television rate that a decimal is a rounding of.
func nearNTSC(f *big.Rat) (Rate, bool) {
	for base := 12; base <= 1000; base++ {
		off := new(big.Rat).Sub(f, big.NewRat(int64(base)*1000, 1001))
		if customary(base) && off.Abs(off).Cmp(big.NewRat(1, 100)) < 0 {
			return Rate{Num: base * 1000, Den: 1001}, true
		}
	}
	return Rate{}, false
}
