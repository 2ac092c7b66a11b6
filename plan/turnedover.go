package plan

import (
	"slices"

	"turnover/internal/timecode"
)

// A delivery is what was turned over of one source for one shot. Frames are at
// the rate of the new cut.
type delivery struct {
	source string
	anchor int64 // the source frame that has the shot's first frame number
	ranges []FrameRange
}

// turnedOver follows the revisions of a cut, oldest first: the first that has
// a shot delivers its frames and the handles; each later one that reaches
// outside is a rescan, which delivers its own.
func turnedOver(history []*CutSide, past map[string]bool, to timecode.Rate, opts CompareOptions) map[string][]delivery {
	out := map[string][]delivery{}
	for _, side := range history {
		uses, _ := usesOf(side, to, opts.MatchCase)
		countOn(uses, past, to)
		byShot := map[string][]*use{}
		for i := range uses {
			if u := &uses[i]; u.named() {
				byShot[u.key] = append(byShot[u.key], u)
			}
		}
		for key, some := range byShot {
			out[key] = deliver(out[key], some, opts.Handles)
		}
	}
	return out
}

// deliver adds what the uses of one revision need beyond what was delivered.
// Ranges that touch become one. What was there is not written to.
func deliver(had []delivery, uses []*use, handles int64) []delivery {
	now := slices.Clone(had)
	for _, u := range uses {
		if outside(had, u) == nil {
			continue
		}
		more := FrameRange{u.in - handles, u.out + handles}
		at := slices.IndexFunc(now, func(d delivery) bool { return sameSource(d.source, u.source) })
		if at < 0 {
			now = append(now, delivery{source: u.source, anchor: more.In, ranges: []FrameRange{more}})
			continue
		}
		fresh := at >= len(had) // the uses of the first revision are numbered from the earliest
		if fresh {
			now[at].anchor = min(now[at].anchor, more.In)
		}
		if at < len(had) && len(now[at].ranges) == len(had[at].ranges) {
			now[at].ranges = slices.Clone(now[at].ranges)
		}
		now[at].ranges = append(now[at].ranges, more)
	}
	for i := range now {
		if i >= len(had) || len(now[i].ranges) > len(had[i].ranges) {
			now[i].ranges = joinFrames(now[i].ranges)
		}
	}
	return now
}

// joinFrames sorts ranges and joins those that touch.
func joinFrames(ranges []FrameRange) []FrameRange {
	slices.SortFunc(ranges, func(a, b FrameRange) int {
		switch {
		case a.In < b.In:
			return -1
		case a.In > b.In:
			return 1
		}
		return 0
	})
	out := ranges[:1]
	for _, r := range ranges[1:] {
		if last := &out[len(out)-1]; r.In <= last.Out {
			last.Out = max(last.Out, r.Out)
		} else {
			out = append(out, r)
		}
	}
	return out
}

// outside gives the frames by which a use reaches out of what was delivered,
// at the head and at the tail; nil where it lies inside. Another source is
// outside with all it shows.
func outside(had []delivery, u *use) *FrameRange {
	d := deliveryOf(had, u.source)
	if d == nil {
		return &FrameRange{u.out - u.in, u.out - u.in}
	}
	r := nearestRange(d.ranges, u)
	if r.In <= u.in && u.out <= r.Out {
		return nil
	}
	return &FrameRange{max(0, r.In-u.in), max(0, u.out-r.Out)}
}

func deliveryOf(had []delivery, source string) *delivery {
	for i := range had {
		if sameSource(had[i].source, source) {
			return &had[i]
		}
	}
	return nil
}

// nearestRange gives the delivered range that a use leaves the least. Ranges are
// sorted and apart, so that it is the last that begins no later than the use,
// the first that ends no sooner, or one between them.
func nearestRange(ranges []FrameRange, u *use) FrameRange {
	after, _ := slices.BinarySearchFunc(ranges, u.in, func(r FrameRange, in int64) int {
		if r.In <= in {
			return -1
		}
		return 1
	})
	best, far := ranges[max(0, after-1)], int64(-1)
	for _, r := range ranges[max(0, after-1):] {
		if d := max(0, r.In-u.in) + max(0, u.out-r.Out); far < 0 || d < far {
			best, far = r, d
		}
		if r.Out >= u.out {
			break
		}
	}
	return best
}
