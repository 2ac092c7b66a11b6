package plan

import (
	"cmp"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"turnover/internal/timecode"
)

// A CutSide is one of the two cuts that are compared.
type CutSide struct {
	Name        string // file name, or "SCOPE@REVISION" of a stored cut
	Scope       string // path of the sequence or episode; "" is the whole film
	FPS         timecode.Rate
	Occurrences []Occurrence // those of several lists have their Part
	// Beside are uses outside the scope: a picture that lost its shot's name, or
	// whose shot moved, may have been one of them. Otherwise they are not told.
	Beside []Occurrence
}

// A use is an occurrence made ready for comparison.
type use struct {
	*Occurrence
	key    string // of its shot: the folded path; what has no shot is known by its clip
	source string // what the picture comes from
	// The frames of the source that are shown, half-open, at the rate of the
	// new cut; of a freeze the one frame.
	in, out int64
	speed   float64 // 0: the cut's own
	record  int64   // in, counted on where the record time passes midnight
	order   int     // in its cut, from 0
	beside  bool
	fps     timecode.Rate
}

func (u *use) named() bool { return u.Shot != nil }

// title is the shot's path, or the clip's name where there is no shot.
func (u *use) title() string {
	switch {
	case u.Shot != nil:
		return *u.Shot
	case u.Clip != "":
		return u.Clip
	}
	return u.Reel
}

// usesOf makes a cut ready, in its order: by list, record position and track.
// exact is false where a frame of the cut falls between two of the new rate.
func usesOf(side *CutSide, to timecode.Rate, matchCase bool) (uses []use, exact bool) {
	exact = true
	uses = make([]use, 0, len(side.Occurrences))
	rates := rateReader{}
	for i := range len(side.Occurrences) + len(side.Beside) {
		var o *Occurrence
		if i < len(side.Occurrences) {
			o = &side.Occurrences[i]
		} else {
			o = &side.Beside[i-len(side.Occurrences)]
		}
		fps := rates.read(o.Rate)
		if fps.IsZero() { // what names none counts as its cut
			fps = side.FPS
		}
		u := use{Occurrence: o, source: sourceOf(o), fps: fps.WithDrop(o.Drop), beside: i >= len(side.Occurrences)}
		if u.named() {
			u.key = fold(*o.Shot, matchCase)
		} else {
			u.key = "\x00" + fold(u.title(), matchCase)
		}
		u.in, u.out, u.speed = shownFrames(o, fps)
		var whole bool
		u.in, u.out, whole = atRate(u.in, u.out, fps, to)
		exact = exact && whole
		uses = append(uses, u)
	}
	first := map[int]int64{}
	for i := range uses {
		u := &uses[i]
		from, begun := first[u.Part]
		if !begun {
			first[u.Part], from = u.RecordIn, u.RecordIn
		}
		u.record = nearDay(u.RecordIn, from, u.fps.Day())
	}
	slices.SortStableFunc(uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.record, b.record), cmp.Compare(a.Track, b.Track), cmp.Compare(a.Order, b.Order))
	})
	for i := range uses {
		uses[i].order = i
	}
	return uses, exact
}

// A rateReader reads each rate of a cut once; what is none is zero.
type rateReader map[string]timecode.Rate

func (r rateReader) read(text string) timecode.Rate {
	rate, known := r[text]
	if !known {
		rate, _ = timecode.ParseRate(text)
		r[text] = rate
	}
	return rate
}

// nearDay gives a time of day as the frame nearest to another: a clock that
// passes midnight goes on counting.
func nearDay(frame, to, day int64) int64 {
	switch {
	case day == 0:
	case frame-to < -day/2:
		return frame + day
	case frame-to > day/2:
		return frame - day
	}
	return frame
}

// pastMidnight finds the sources of which some use passes midnight, so that
// their frames before and after it can be compared.
func pastMidnight(sides []*CutSide) map[string]bool {
	found, rates := map[string]bool{}, rateReader{}
	for _, side := range sides {
		for i := range side.Occurrences {
			o := &side.Occurrences[i]
			fps := rates.read(o.Rate)
			if fps.IsZero() {
				fps = side.FPS
			}
			if day := fps.WithDrop(o.Drop).Day(); day > 0 && o.SourceIn < day && o.SourceOut > day {
				found[sourceOf(o)] = true
			}
		}
	}
	return found
}

// countOn puts the uses of such sources that lie behind midnight on the next day.
func countOn(uses []use, past map[string]bool, to timecode.Rate) {
	if len(past) == 0 {
		return
	}
	for i := range uses {
		u := &uses[i]
		if day := to.WithDrop(u.Drop).Day(); past[u.source] && u.in < day/2 {
			u.in, u.out = u.in+day, u.out+day
		}
	}
}

// shownFrames gives the frames of the source that a use shows. Programs write
// the source out of a retimed event either as the source runs or as long as
// the record; where it is as long as the record, the speed gives the frames.
func shownFrames(o *Occurrence, fps timecode.Rate) (in, out int64, speed float64) {
	in, out = o.SourceIn, max(o.SourceIn, o.SourceOut)
	if o.Freeze {
		return in, in + 1, 0
	}
	if fps.IsZero() || o.SpeedFPS == 0 {
		return in, out, 0
	}
	share := o.SpeedFPS * float64(fps.Den) / float64(fps.Num)
	if math.IsNaN(share) || math.Abs(share-1) < 0.0005 || math.Abs(share) > 1000 {
		return in, out, 0
	}
	if out-in == o.RecordOut-o.RecordIn {
		// An M2 line rounds its speed: what is a hair over a frame is that frame.
		out = in + int64(math.Ceil(float64(out-in)*math.Abs(share)-0.01))
	}
	return in, out, o.SpeedFPS
}

// atRate gives a range in the frames of another rate: by the time on the clock,
// exactly, or frame by frame between rates that count alike (23.976 and 24).
func atRate(in, out int64, from, to timecode.Rate) (int64, int64, bool) {
	if from.IsZero() || to.IsZero() || from.Base() == to.Base() {
		return in, out, true
	}
	a, wholeIn := frameAt(in, from, to)
	b, wholeOut := frameAt(out, from, to)
	return a, b, wholeIn && wholeOut
}

// frameAt is frame × from.Den/from.Num × to.Num/to.Den, rounded to the nearest.
func frameAt(frame int64, from, to timecode.Rate) (int64, bool) {
	over := new(big.Int).Mul(big.NewInt(int64(from.Den)), big.NewInt(int64(to.Num)))
	under := new(big.Int).Mul(big.NewInt(int64(from.Num)), big.NewInt(int64(to.Den)))
	over.Mul(over, big.NewInt(frame))
	rest := new(big.Int)
	twice := new(big.Int).Add(new(big.Int).Lsh(over, 1), under)
	whole := new(big.Int).Div(twice, new(big.Int).Lsh(under, 1))
	return whole.Int64(), rest.Mod(over, under).Sign() == 0
}

var (
	pictureFile = regexp.MustCompile(`(?i)\.(mov|mp4|m4v|mkv|avi|mxf|qt|exr|dpx|png|jpe?g|tiff?|tga|r3d|braw|ari|arx)$`)
	takeNumber  = regexp.MustCompile(`(?i)[_. -]v\d{1,5}$`)
)

// sourceOf names what a picture comes from: the reel, or the clip where the
// reel says nothing. Letter case, blanks, extensions and versions are not part
// of it: the next version of a render shows the same frames.
func sourceOf(o *Occurrence) string {
	name := fold(o.Reel, false)
	switch name {
	case "", "ax", "unknown", "none", "reel":
		name = fold(o.Clip, false)
	}
	if strings.IndexByte(name, '.') >= 0 {
		name = pictureFile.ReplaceAllString(name, "")
	}
	if n := len(name); n > 0 && name[n-1] >= '0' && name[n-1] <= '9' {
		name = takeNumber.ReplaceAllString(name, "")
	}
	return strings.ReplaceAll(name, " ", "_")
}

// sameSource takes a name that is cut off at 8 or 32 characters for the whole
// one, and one that is not given for any.
func sameSource(a, b string) bool {
	if a == b || a == "" || b == "" {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	return (len(a) == 8 || len(a) == 32) && strings.HasPrefix(b, a)
}
