package timecode

import (
	"errors"
	"testing"
)

func rate(t testing.TB, s string) Rate {
	t.Helper()
	r, err := ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRoundTrip counts every frame of 24 hours at every rate: each label is
// legal, reads back as its frame, and no two frames have one label.
func TestRoundTrip(t *testing.T) {
	for _, s := range []string{"12", "15", "23.976", "24", "25", "29.97", "29.97df", "30", "47.952", "48", "50", "59.94", "59.94df", "60", "119.88", "119.88df", "120"} {
		t.Run(s, func(t *testing.T) {
			t.Parallel()
			r := rate(t, s)
			step := int64(1)
			if testing.Short() {
				step = 7
			}
			before := ""
			for f := int64(0); f < r.Day(); f += step {
				label := Format(f, r)
				if label <= before {
					t.Fatalf("frame %d: label %s does not follow %s", f, label, before)
				}
				before = label
				if got, err := Parse(label, r); err != nil || got != f {
					t.Fatalf("frame %d is %s, which reads as %d, %v", f, label, got, err)
				}
			}
			if got := Format(r.Day(), r); got != Format(0, r) {
				t.Errorf("midnight does not wrap: %s", got)
			}
			if got, want := Format(-1, r), Format(r.Day()-1, r); got != want {
				t.Errorf("the frame before midnight is %s, not %s", got, want)
			}
		})
	}
}

func TestDropFrame(t *testing.T) {
	df30, df60 := rate(t, "29.97df"), rate(t, "59.94 DF")
	for _, c := range []struct {
		r     Rate
		frame int64
		label string
	}{
		{df30, 1799, "00:00:59;29"}, {df30, 1800, "00:01:00;02"}, {df30, 17982, "00:10:00;00"}, {df30, 107892, "01:00:00;00"},
		{df60, 3599, "00:00:59;59"}, {df60, 3600, "00:01:00;04"}, {df60, 215784, "01:00:00;00"},
	} {
		if got := Format(c.frame, c.r); got != c.label {
			t.Errorf("frame %d is %s, want %s", c.frame, got, c.label)
		}
	}
	if got := df30.Day(); got != 2589408 {
		t.Errorf("a day has %d frames, want 2589408", got)
	}
	// Every label left out is refused with what it would be, and only those.
	for m := range int64(60) {
		label := Format(0, df30)[:3] + string(two(nil, m)) + ":00;01"
		_, err := Parse(label, df30)
		var illegal *IllegalError
		if dropped := errors.As(err, &illegal) && illegal.Dropped; dropped != (m%10 != 0) {
			t.Errorf("%s: %v", label, err)
		}
	}
	_, err := Parse("00:01:00;00", df30)
	var illegal *IllegalError
	if !errors.As(err, &illegal) || illegal.Frame != 1798 {
		t.Errorf("00:01:00;00: %v, %+v", err, illegal)
	}
}

func TestParseRefuses(t *testing.T) {
	r := rate(t, "25")
	for _, label := range []string{"", "1", "01:00:00", "24:00:00:00", "00:60:00:00", "00:00:60:00", "00:00:00:25", "aa:00:00:00", "-1:00:00:00", "00:00:00:0000", "00:00:00:", "00:00:00:00:00", "９:00:00:00"} {
		if got, err := Parse(label, r); err == nil {
			t.Errorf("%q reads as %d", label, got)
		}
	}
	if _, err := Parse("00:00:00:00", Rate{}); err == nil {
		t.Error("a label reads without a rate")
	}
}

func TestRates(t *testing.T) {
	for s, want := range map[string]Rate{
		"24": {24, 1, false}, "25.0": {25, 1, false}, "23.976": {24000, 1001, false}, "23.98": {24000, 1001, false}, "23,98": {24000, 1001, false},
		"29.97": {30000, 1001, false}, "29,97": {30000, 1001, false}, "29.97df": {30000, 1001, true}, "29.97 NDF": {30000, 1001, false}, "59.94DF": {60000, 1001, true},
		"30000/1001": {30000, 1001, false}, "47.952": {48000, 1001, false}, "47.95": {48000, 1001, false}, "119.88": {120000, 1001, false}, "24.5": {49, 2, false}, "29": {29, 1, false}, "12.5": {25, 2, false},
		"25 fps": {25, 1, false}, "14.985": {15000, 1001, false},
		"25000/1001": {25000, 1001, false}, "29999/1001": {29999, 1001, false}, "7/1001": {1, 143, false}, "24000/1001": {24000, 1001, false}, "24.975": {999, 40, false},
	} {
		got, err := ParseRate(s)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v, want %+v", s, got, err, want)
			continue
		}
		if back, err := ParseRate(got.String()); err != nil || back.Num != got.Num || back.Den != got.Den {
			t.Errorf("%q is written %q, which reads as %+v, %v", s, got, back, err)
		}
	}
	for _, s := range []string{"", "0", "-24", "abc", "25df", "1e3", "1001", "0x18", "NaN", "24/0", "99999999999999999999/7", "29999/1001 df", "25000/1001df"} {
		if r, err := ParseRate(s); err == nil {
			t.Errorf("%q reads as %+v", s, r)
		}
	}
	for s, base := range map[string]int{"23.976": 24, "29.97": 30, "59.94": 60, "12.5": 13, "25": 25} {
		if got := rate(t, s).Base(); got != base {
			t.Errorf("%s counts %d labels a second, want %d", s, got, base)
		}
	}
}

func TestRanges(t *testing.T) {
	r := FromInclusive(1001, 1048)
	if in, out := r.Inclusive(); in != 1001 || out != 1048 || r.Len() != 48 {
		t.Errorf("%+v", r)
	}
	if !r.Touches(Range{1049, 1060}) || r.Touches(Range{1050, 1060}) {
		t.Error("ranges that meet touch, others do not")
	}
	if got := r.Union(Range{900, 950}); got != (Range{900, 1049}) {
		t.Errorf("union %+v", got)
	}
	fps := rate(t, "25")
	if got := fps.Unwrap(fps.Day()-25, 25); got.Len() != 50 {
		t.Errorf("over midnight: %+v", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("01:00:00;02", "29.97df")
	f.Add("01:00:00:24", "25")
	f.Fuzz(func(t *testing.T, label, fps string) {
		r, err := ParseRate(fps)
		if err != nil {
			return
		}
		if back, err := ParseRate(r.String()); err != nil || back.WithDrop(r.Drop) != r {
			t.Fatalf("%q is written %q, which reads as %+v, %v", fps, r, back, err)
		}
		frame, err := Parse(label, r)
		if err != nil {
			return
		}
		if again, err := Parse(Format(frame, r), r); err != nil || again != frame {
			t.Fatalf("%q at %s is frame %d, written %s, read as %d, %v", label, r, frame, Format(frame, r), again, err)
		}
	})
}
