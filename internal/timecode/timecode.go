package timecode

import "fmt"

// Day is the number of frames in 24 hours of labels; counting wraps there.
func (r Rate) Day() int64 {
	frames := int64(24*3600) * int64(r.Base())
	if r.Drop {
		frames -= int64(24*6*9) * r.dropped()
	}
	return frames
}

// dropped is how many labels are left out in each minute that drops.
func (r Rate) dropped() int64 { return int64(r.Base() / 15) }

// An IllegalError is a label that the rate's count does not have: a frame
// number past the base, or one of the labels that drop frame leaves out.
type IllegalError struct {
	Label, Reason string
	// Dropped is true for a label left out by drop frame only. Frame is then
	// what counting by the rule gives.
	Dropped bool
	Frame   int64
}

func (e *IllegalError) Error() string { return fmt.Sprintf("timecode %q: %s", e.Label, e.Reason) }

// Parse gives the frame count since 00:00:00:00 of a label HH:MM:SS:FF. Any of
// ":;.," may separate the frames; the rate alone decides about drop frame. An
// illegal drop-frame label gives *IllegalError with the frame it would be.
func Parse(label string, r Rate) (int64, error) {
	f, err := fields(label)
	if err != nil {
		return 0, err
	}
	h, m, s, ff := f[0], f[1], f[2], f[3]
	base := int64(r.Base())
	switch {
	case base == 0:
		return 0, fmt.Errorf("timecode %q: no frame rate", label)
	case h > 23:
		return 0, &IllegalError{Label: label, Reason: "hours go to 23"}
	case m > 59 || s > 59:
		return 0, &IllegalError{Label: label, Reason: "minutes and seconds go to 59"}
	case ff >= base:
		return 0, &IllegalError{Label: label, Reason: fmt.Sprintf("frames go to %d at %s", base-1, r)}
	}
	frame := ((h*60+m)*60+s)*base + ff
	if !r.Drop {
		return frame, nil
	}
	minutes := h*60 + m
	frame -= r.dropped() * (minutes - minutes/10)
	if s == 0 && ff < r.dropped() && m%10 != 0 {
		return frame, &IllegalError{Label: label, Dropped: true, Frame: frame,
			Reason: fmt.Sprintf("drop frame leaves out frames 0 to %d of each minute but every tenth", r.dropped()-1)}
	}
	return frame, nil
}

// fields splits a label into hours, minutes, seconds and frames.
func fields(label string) ([4]int64, error) {
	var out [4]int64
	part, digits := 0, 0
	for i := 0; i < len(label); i++ {
		switch c := label[i]; {
		case c >= '0' && c <= '9' && digits < 3:
			out[part] = out[part]*10 + int64(c-'0')
			digits++
		case (c == ':' || c == ';' || c == '.' || c == ',') && digits > 0 && part < 3:
			part, digits = part+1, 0
		default:
			return out, fmt.Errorf("timecode %q: not HH:MM:SS:FF", label)
		}
	}
	if part != 3 || digits == 0 {
		return out, fmt.Errorf("timecode %q: not HH:MM:SS:FF", label)
	}
	return out, nil
}

// Format gives the label of a frame; it wraps at midnight, both ways. Drop
// frame is written with a semicolon before the frames, which have three digits
// over 100 frames per second. Without a rate the label is "".
func Format(frame int64, r Rate) string {
	day := r.Day()
	if day == 0 {
		return ""
	}
	frame = ((frame % day) + day) % day
	sep := byte(':')
	if r.Drop {
		sep = ';'
		perTen := int64(r.Base())*600 - 9*r.dropped()
		tens, rest := frame/perTen, frame%perTen
		frame += 9 * r.dropped() * tens
		if first := int64(r.Base()) * 60; rest >= first {
			frame += r.dropped() * ((rest-first)/(first-r.dropped()) + 1)
		}
	}
	base := int64(r.Base())
	ff, total := frame%base, frame/base
	b := make([]byte, 0, 12)
	b = append(two(b, total/3600), ':')
	b = append(two(b, total/60%60), ':')
	b = append(two(b, total%60), sep)
	if base > 100 {
		b = append(b, byte('0'+ff/100))
	}
	return string(two(b, ff%100))
}

func two(b []byte, n int64) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// A Range is half-open: End is the first frame after it.
type Range struct{ Start, End int64 }

// Len is the number of frames.
func (r Range) Len() int64 { return r.End - r.Start }

// Inclusive gives the first and the last frame, as screens and sheets show them.
func (r Range) Inclusive() (in, out int64) { return r.Start, r.End - 1 }

// FromInclusive makes a range of its first and last frame.
func FromInclusive(in, out int64) Range { return Range{in, out + 1} }

// Touches tells whether the ranges overlap or meet.
func (r Range) Touches(o Range) bool { return r.Start <= o.End && o.Start <= r.End }

// Union is the smallest range that holds both.
func (r Range) Union(o Range) Range { return Range{min(r.Start, o.Start), max(r.End, o.End)} }

// Unwrap gives the length from in to out where out may lie past midnight.
func (r Rate) Unwrap(in, out int64) Range {
	if out < in {
		out += r.Day()
	}
	return Range{in, out}
}
