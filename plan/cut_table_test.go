package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"turnover/internal/timecode"
)

// A cut is written here as its uses in order, "SHOT IN-OUT", with marks behind:
//
//	=B002  another reel than A001      @V2   a track other than V
//	~50    the speed in source frames  !     a freeze
//	d12    a dissolve of 12 into it    r500  the record in, else behind the last
//	l50    the length in the record, else that of the source
//	?SHOT  no shot was found; the clip still bears the name
//
// The expected labels stand as "SHOT labels head tail", with "rescan" last; a
// shot that is unchanged is left out.
func parseCut(t testing.TB, name, text string, rate string) *CutSide {
	t.Helper()
	fps, err := timecode.ParseRate(rate)
	if err != nil {
		t.Fatal(err)
	}
	side := &CutSide{Name: name, FPS: fps}
	record := int64(90000)
	for i, part := range strings.Split(text, ", ") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		o := Occurrence{Order: i, Event: fmt.Sprintf("%03d", i+1), Reel: "A001", Track: "V", Rate: fps.String(), Clip: words[0], Place: fmt.Sprintf("%s:%d", name, i+1)}
		if clip, lost := strings.CutPrefix(words[0], "?"); lost {
			o.Clip = clip
		} else {
			o.Shot = &words[0]
		}
		in, out, _ := strings.Cut(words[1], "-")
		o.SourceIn, o.SourceOut = frameOf(t, in), frameOf(t, out)
		o.RecordIn, o.RecordOut = record, record+o.SourceOut-o.SourceIn
		for _, mark := range words[2:] {
			switch rest := mark[1:]; mark[0] {
			case '=':
				o.Reel = rest
			case '@':
				o.Track = rest
			case '~':
				o.SpeedFPS = float64(frameOf(t, rest))
			case '!':
				o.Freeze = true
			case 'd':
				o.Transition, o.TransitionIn = "D", frameOf(t, rest)
			case 'l':
				o.RecordOut = o.RecordIn + frameOf(t, rest)
			case 'r':
				o.RecordOut += frameOf(t, rest) - o.RecordIn
				o.RecordIn = frameOf(t, rest)
			default:
				t.Fatalf("mark %q", mark)
			}
		}
		record = o.RecordOut
		side.Occurrences = append(side.Occurrences, o)
	}
	return side
}

func frameOf(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// changesOf writes what a change list says, one shot after the other.
func changesOf(l *ChangeList) string {
	var out []string
	for _, s := range l.Shots {
		if slices.Equal(s.Labels, []string{Unchanged}) && !s.Rescan {
			continue
		}
		text := fmt.Sprintf("%s %s %d %d", s.Path, strings.Join(s.Labels, ","), s.HeadDelta, s.TailDelta)
		if s.Rescan {
			text += " rescan"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// cutTable is worked out by hand. handles is 8 unless said.
var cutTable = []struct {
	name     string
	earlier  []string // revisions before the old one
	old, new string
	known    string // shots of the production, omitted ones with a minus; "" is not known
	noHandle bool
	fps      [2]string
	want     string
}{
	{name: "the same", old: "S/A 100-150, S/B 10-20", new: "S/A 100-150, S/B 10-20", want: ""},
	{name: "new", old: "S/A 100-150", new: "S/A 100-150, S/B 10-20", want: "S/B new 0 0"},
	{name: "new to the production", known: "S/A", old: "S/A 100-150", new: "S/A 100-150, S/B 10-20", want: "S/B new 0 0"},
	{name: "new in cut", known: "S/A S/B", old: "S/A 100-150", new: "S/A 100-150, S/B 10-20", want: "S/B new_in_cut 0 0"},
	{name: "omitted", old: "S/A 100-150, S/B 10-20", new: "S/A 100-150", want: "S/B omitted 0 0"},
	{name: "omitted in cut", old: "S/A 100-150, S/B 10-20, S/A 140-160", new: "S/A 100-150, S/B 10-20", want: "S/A omitted_in_cut 0 -10"},
	{name: "second use taken out inside the range", old: "S/A 100-150, S/B 10-20, S/A 110-120", new: "S/A 100-150, S/B 10-20", want: "S/A omitted_in_cut 0 0"},
	{name: "reinstated", known: "S/A -S/B", old: "S/A 100-150", new: "S/A 100-150, S/B 10-20", want: "S/B reinstated 0 0"},
	{name: "reinstated inside what was turned over", known: "S/A -S/B", earlier: []string{"S/A 100-150, S/B 10-20"}, old: "S/A 100-150", new: "S/A 100-150, S/B 5-28", want: "S/B reinstated 0 0"},
	{name: "reinstated and rescan", known: "S/A -S/B", earlier: []string{"S/A 100-150, S/B 10-20"}, old: "S/A 100-150", new: "S/A 100-150, S/B 1-20", want: "S/B reinstated 0 0 rescan"},
	{name: "extended head", old: "S/A 100-150", new: "S/A 95-150", want: "S/A extended_head -5 0"},
	{name: "extended tail", old: "S/A 100-150", new: "S/A 100-153", want: "S/A extended_tail 0 3"},
	{name: "trimmed head", old: "S/A 100-150", new: "S/A 104-150", want: "S/A trimmed_head 4 0"},
	{name: "trimmed tail", old: "S/A 100-150", new: "S/A 100-149", want: "S/A trimmed_tail 0 -1"},
	{name: "both ends out", old: "S/A 100-150", new: "S/A 98-151", want: "S/A extended_head,extended_tail -2 1"},
	{name: "both ends in", old: "S/A 100-150", new: "S/A 102-149", want: "S/A trimmed_head,trimmed_tail 2 -1"},
	{name: "head in, tail out, not as many", old: "S/A 100-150", new: "S/A 102-151", want: "S/A extended_tail,trimmed_head 2 1"},
	{name: "as many frames out as the handles is inside", old: "S/A 100-150", new: "S/A 92-158", want: "S/A extended_head,extended_tail -8 8"},
	{name: "one frame more is a rescan at the head", old: "S/A 100-150", new: "S/A 91-150", want: "S/A extended_head -9 0 rescan"},
	{name: "one frame more is a rescan at the tail", old: "S/A 100-150", new: "S/A 100-159", want: "S/A extended_tail 0 9 rescan"},
	{name: "without handles every frame out is a rescan", noHandle: true, old: "S/A 100-150", new: "S/A 100-151", want: "S/A extended_tail 0 1 rescan"},
	{name: "slipped", old: "S/A 100-150", new: "S/A 105-155", want: "S/A slipped 5 5"},
	{name: "slipped outside", old: "S/A 100-150", new: "S/A 80-130", want: "S/A slipped -20 -20 rescan"},
	{name: "slips add up to the handles", earlier: []string{"S/A 100-150"}, old: "S/A 104-154", new: "S/A 108-158", want: "S/A slipped 4 4"},
	{name: "slips add up beyond the handles", earlier: []string{"S/A 100-150"}, old: "S/A 105-155", new: "S/A 110-160", want: "S/A slipped 5 5 rescan"},
	{name: "a rescan delivers anew", earlier: []string{"S/A 100-150", "S/A 100-170"}, old: "S/A 100-150", new: "S/A 100-178", want: "S/A extended_tail 0 28"},
	{name: "retimed", old: "S/A 100-150", new: "S/A 100-150 ~50 r90000", want: "S/A extended_tail,retimed 0 50 rescan"},
	{name: "slowed down", old: "S/A 100-150", new: "S/A 100-148 ~12", want: "S/A trimmed_tail,retimed 0 -26"},
	{name: "retimed, the list counts the source", old: "S/A 100-150", new: "S/A 100-200 ~50 l50", want: "S/A extended_tail,retimed 0 50 rescan"},
	{name: "the speed of the cut is no retime", old: "S/A 100-150", new: "S/A 100-150 ~25", want: ""},
	{name: "frozen", old: "S/A 100-150", new: "S/A 100-150 !", want: "S/A trimmed_tail,retimed 0 -49"},
	{name: "a longer freeze needs no frames", old: "S/A 100-150 !", new: "S/A 100-190 !", want: ""},
	{name: "freeze on another frame", old: "S/A 100-150 !", new: "S/A 103-153 !", want: "S/A slipped 3 3"},
	{name: "source changed", old: "S/A 100-150", new: "S/A 100-150 =B002", want: "S/A source_changed 0 0 rescan"},
	{name: "source changed and longer", old: "S/A 100-150", new: "S/A 7-60 =B002", want: "S/A extended_tail,source_changed 0 3 rescan"},
	{name: "back to a source that was turned over", earlier: []string{"S/A 100-150"}, old: "S/A 100-150 =B002", new: "S/A 100-150", want: "S/A source_changed 0 0"},
	{name: "reordered", old: "S/A 0-10, S/B 0-20, S/C 0-30, S/D 0-40", new: "S/A 0-10, S/C 0-30, S/D 0-40, S/B 0-20", want: "S/B reordered 0 0"},
	{name: "a shot put in front is a ripple", old: "S/A 0-10, S/B 0-20, S/C 0-30", new: "S/X 0-99, S/A 0-10, S/B 0-20, S/C 0-30", want: "S/X new 0 0"},
	{name: "a longer first shot is a ripple", old: "S/A 0-10, S/B 0-20, S/C 0-30", new: "S/A 0-15, S/B 0-20, S/C 0-30", want: "S/A extended_tail 0 5"},
	{name: "one moves, the others ripple", old: "S/A 0-10, S/B 0-20, S/C 0-30, S/D 0-40, S/E 0-50", new: "S/E 0-50, S/A 0-10, S/B 0-20, S/C 0-30, S/D 0-40", want: "S/E reordered 0 0"},
	{name: "moved to another sequence", old: "S/A 100-150, S/B 0-20", new: "S/B 0-20, T/A 100-150", want: "T/A moved 0 0"},
	{name: "moved and extended", old: "S/A 100-150, S/B 0-20", new: "S/B 0-20, T/A 100-153", want: "T/A extended_tail,moved 0 3"},
	{name: "same name, other picture: not moved", old: "S/A 100-150, S/B 0-20", new: "S/B 0-20, T/A 900-950", want: "T/A new 0 0; S/A omitted 0 0"},
	{name: "repeated", old: "S/A 100-150, S/B 10-20", new: "S/A 100-150, S/B 10-20, S/A 110-120", want: "S/A new_in_cut,repeated 0 0"},
	{name: "repeated uses share one range", old: "S/A 100-150, S/B 10-20", new: "S/A 100-150, S/B 10-20, S/A 140-155", want: "S/A new_in_cut,repeated 0 5"},
	{name: "repeated and rescan", old: "S/A 100-150, S/B 10-20", new: "S/A 100-150, S/B 10-20, S/A 150-170", want: "S/A new_in_cut,repeated 0 20 rescan"},
	{name: "new and used twice", old: "S/B 10-20", new: "S/A 100-150, S/B 10-20, S/A 110-120", want: "S/A new,repeated 0 0"},
	{name: "one of two uses grows inside their union", old: "S/A 100-150, S/B 10-20, S/A 140-160", new: "S/A 100-155, S/B 10-20, S/A 140-160", want: "S/A extended_tail 0 0"},
	{name: "uses are matched by their pictures", old: "S/A 100-150, S/B 10-20, S/C 0-5, S/A 500-560", new: "S/A 501-560, S/B 10-20, S/C 0-5, S/A 100-150", want: "S/A trimmed_head,reordered 0 0"},
	{name: "a lost marker", old: "S/A 100-150, S/B 10-20", new: "?A 100-150, S/B 10-20", want: "S/A unlinked 0 0"},
	{name: "a lost marker on a longer picture", old: "S/A 100-150, S/B 10-20", new: "?A 100-159, S/B 10-20", want: "S/A extended_tail,unlinked 0 9 rescan"},
	{name: "a nameless picture from elsewhere links to nothing", old: "S/A 100-150, S/B 10-20", new: "?X 900-950, S/B 10-20", want: "X unlinked 0 0; S/A omitted 0 0"},
	{name: "a nameless event that was there before", old: "?X 900-950, S/B 10-20", new: "?X 900-950, S/B 10-20", want: ""},
	{name: "a lost marker that fits two shots", old: "S/A 100-150, S/B 100-150", new: "?X 100-150", want: "S/A unlinked,ambiguous 0 0; S/B unlinked,ambiguous 0 0"},
	{name: "two uses fit as well as each other", old: "S/A 100-150", new: "S/A 90-140, S/A 110-160", want: "S/A new_in_cut,slipped,repeated,ambiguous -10 10 rescan"},
	{name: "the first of two equal uses goes", old: "S/A 100-150, S/B 10-20, S/A 100-150", new: "S/B 10-20, S/A 100-150", want: "S/A omitted_in_cut 0 0"},
	{name: "the second of two equal uses goes", old: "S/A 100-150, S/B 10-20, S/A 100-150", new: "S/A 100-150, S/B 10-20", want: "S/A omitted_in_cut 0 0"},
	{name: "an equal use comes in front", old: "S/B 10-20, S/A 100-150", new: "S/A 100-150, S/B 10-20, S/A 100-150", want: "S/A new_in_cut,repeated 0 0"},
	{name: "the middle of three equal uses goes", old: "S/A 0-9, S/B 0-20, S/A 0-9, S/C 0-30, S/A 0-9", new: "S/A 0-9, S/B 0-20, S/C 0-30, S/A 0-9", want: "S/A omitted_in_cut 0 0"},
	{name: "two layers", old: "S/A 100-150, S/B 10-20 @V2 r90000", new: "S/A 100-150, S/B 10-20 @V2 r90030, S/C 5-9 @V2", want: "S/C new 0 0"},
	{name: "a shot on both layers", old: "S/A 100-150, S/A 300-320 @V2 r90000", new: "S/A 100-150, S/A 302-320 @V2 r90000", want: "S/A trimmed_head 0 0"},
	{name: "a layer that is laid into the others", old: "S/A 100-150, S/C 0-40 @V2 r90000, S/B 10-20 r90050", new: "S/A 100-150, S/B 10-20, S/C 0-40", want: ""},
	{name: "record time past midnight", old: "S/A 100-150 r90000, S/B 10-20", new: "S/A 100-150 r2159975, S/B 10-20 r25", want: ""},
	{name: "reordered past midnight", old: "S/A 0-50 r2159960, S/B 0-20 r10, S/C 0-9 r30", new: "S/C 0-9 r2159960, S/A 0-50, S/B 0-20 r19", want: "S/C reordered 0 0"},
	{name: "source past midnight", old: "S/A 2159975-2160025", new: "S/A 5-25", want: "S/A trimmed_head 30 0"},
	{name: "source that comes to pass midnight", old: "S/A 5-25", new: "S/A 2159999-2160024", want: "S/A extended_head,trimmed_tail -6 -1"},
	{name: "sources at noon and midnight", old: "S/A 1080000-1080050, S/B 0-20", new: "S/A 1079999-1080050, S/B 2-20", want: "S/A extended_head -1 0; S/B trimmed_head 2 0"},
	{name: "a dissolve added", old: "S/A 100-150, S/B 20-40", new: "S/A 100-156, S/B 14-40 d12 r90050", want: "S/A extended_tail 0 6; S/B extended_head -6 0"},
	{name: "a wipe for a dissolve of the same length", old: "S/A 100-156, S/B 14-40 d12", new: "S/A 100-156, S/B 14-40 d12", want: ""},
	{name: "letter case", old: "s/a 100-150", new: "S/A 100-150 =a001", want: ""},
	{name: "the start of the record time", old: "S/A 100-150 r90000, S/B 10-20", new: "S/A 100-150 r0, S/B 10-20", want: ""},
	{name: "other rates, the same time", fps: [2]string{"24", "25"}, old: "S/A 2400-2448", new: "S/A 2500-2550", want: ""},
	{name: "other rates, one frame longer", fps: [2]string{"24", "25"}, old: "S/A 2400-2448", new: "S/A 2500-2551", want: "S/A extended_tail 0 1"},
	{name: "the same frames at 23.976 and 24", fps: [2]string{"23.976", "24"}, old: "S/A 2400-2448", new: "S/A 2400-2448", want: ""},
	{name: "nothing before", old: "", new: "S/A 100-150, S/B 0-20", known: "S/A", want: "S/A new_in_cut 0 0; S/B new 0 0"},
	{name: "nothing after", old: "S/A 100-150", new: "", want: "S/A omitted 0 0"},
}

func TestCutTable(t *testing.T) {
	seen := map[string]bool{}
	for _, tt := range cutTable {
		t.Run(tt.name, func(t *testing.T) {
			rates := tt.fps
			if rates[0] == "" {
				rates = [2]string{"25", "25"}
			}
			opts := CompareOptions{Handles: 8, Known: knownOf(tt.known)}
			if tt.noHandle {
				opts.Handles = 0
			}
			for i, text := range tt.earlier {
				opts.Earlier = append(opts.Earlier, parseCut(t, fmt.Sprintf("e%d", i), text, rates[0]))
			}
			got := Compare(parseCut(t, "a", tt.old, rates[0]), parseCut(t, "b", tt.new, rates[1]), opts)
			if said := changesOf(got); said != tt.want {
				t.Errorf("%s\n→ %s\ngot  %s\nwant %s", tt.old, tt.new, said, tt.want)
			}
			for _, s := range got.Shots {
				for _, label := range s.Labels {
					seen[label] = true
				}
			}
		})
	}
	for _, label := range Labels() {
		if !seen[label] {
			t.Errorf("no cut of the table shows %q", label)
		}
	}
}

func knownOf(text string) map[string]ShotState {
	if text == "" {
		return nil
	}
	known := map[string]ShotState{}
	for _, word := range strings.Fields(text) {
		path, canceled := strings.CutPrefix(word, "-")
		known[path] = ShotState{Canceled: canceled}
	}
	return known
}
