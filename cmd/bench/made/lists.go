package made

import (
	"bufio"
	"fmt"
	"io"
	"slices"

	"turnover/internal/timecode"
)

var fps25 = timecode.Rate{Num: 25, Den: 1}

// A Cut is what an editor hands over: so many events, one after the other, each
// of another shot.
type Cut struct {
	Events int
	// Later makes it the version after: of each twenty shots one is trimmed, one
	// moved by two places, one left out, and one is new.
	Later bool
}

// An event is one picture of a cut.
type event struct {
	shot   int
	place  int   // in the cut
	source int64 // first frame of its source
	frames int64
}

func (c Cut) events() []event {
	all := make([]event, 0, c.Events)
	for n := range c.Events {
		e := event{n, 2 * n, 90_000 + int64(n)*37%80_000, 8 + int64(n)*7%13}
		switch {
		case !c.Later:
		case n%20 == 5:
			e.source, e.frames = e.source+2, e.frames-3
		case n%20 == 9:
			continue
		case n%20 == 13:
			e.shot += c.Events
		case n%20 == 17:
			e.place -= 5
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b event) int { return a.place - b.place })
	return all
}

// Write writes it as a CMX 3600 list at 25 frames a second: for each event its
// line, the clip's name and the file it came from.
func (c Cut) Write(to io.Writer) error {
	out := bufio.NewWriter(to)
	fmt.Fprint(out, "TITLE: LONG CUT\nFCM: NON-DROP FRAME\n\n")
	record := int64(90_000) // 01:00:00:00
	for i, e := range c.events() {
		fmt.Fprintf(out, "%06d  A%03dC%03d V     C        %s %s %s %s\n* FROM CLIP NAME: %s\n* SOURCE FILE: A%03d_%06d\n", i+1, e.shot/100%1000, e.shot%100,
			timecode.Format(e.source, fps25), timecode.Format(e.source+e.frames, fps25), timecode.Format(record, fps25), timecode.Format(record+e.frames, fps25),
			ClipName(e.shot), e.shot/100%1000, e.shot)
		record += e.frames
	}
	return out.Flush()
}

// ClipName is what an editor calls a shot.
func ClipName(shot int) string {
	return fmt.Sprintf("E%02d_SQ%04d_SH%04d", shot/10_000+1, shot/100%100, shot%100*10)
}

// A Sheet is a shot list as CSV.
type Sheet struct {
	Shots int
	// Changed adds a frame to each so many shots; 0 changes none.
	Changed int
}

// Write writes it: a header and a row for each shot, with a quoted text in each.
func (s Sheet) Write(to io.Writer) error {
	out := bufio.NewWriter(to)
	fmt.Fprintln(out, "Episode,Sequence,Name,Description,Nb Frames,Frame In,Frame Out")
	for n := range s.Shots {
		frames := Frames(n)
		if s.Changed > 0 && n%s.Changed == s.Changed-1 {
			frames++
		}
		fmt.Fprintf(out, "E%02d,SQ%04d,SH%06d,\"Pan L-R, take %d\",%d,1001,%d\n", n/10_000+1, n/100, n, n%7+1, frames, 1000+frames)
	}
	return out.Flush()
}

// Frames is the length of a shot.
func Frames(shot int) int { return 24 + shot*7%90 }
