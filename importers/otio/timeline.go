package otio

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// A timeline collects the clips of a file.
type timeline struct {
	file, text string
	opts       importers.Options
	list       *importers.ShotList
	found      diag.List
	clock      clock
	shown      []*shown
	starts     []int64 // bytes at which lines begin
	left       map[string]int
	said       map[string]bool
	first      *object // item left out
}

// place gives line and column of a byte.
func (t *timeline) place(at int64) diag.Place {
	if t.starts == nil {
		t.starts = []int64{0}
		for i := range len(t.text) {
			if t.text[i] == '\n' {
				t.starts = append(t.starts, int64(i+1))
			}
		}
	}
	at = max(0, min(at, int64(len(t.text))))
	line := sort.Search(len(t.starts), func(i int) bool { return t.starts[i] > at })
	return diag.Place{File: t.file, Line: line, Column: 1 + utf8.RuneCountInString(t.text[t.starts[line-1]:at])}
}

// once tells whether something is to be said that is said once a file.
func (t *timeline) once(what string) bool {
	if t.said == nil {
		t.said = map[string]bool{}
	}
	first := !t.said[what]
	t.said[what] = true
	return first
}

// leaveOut counts an item that shows no shot.
func (t *timeline) leaveOut(what string, o *object) {
	if t.left == nil {
		t.left = map[string]int{}
	}
	if t.first == nil {
		t.first = o
	}
	t.left[what]++
}

// readRoot finds the timeline, its rate and its tracks.
func (t *timeline) readRoot(root *object) {
	line := t.timelineOf(root)
	if line == nil {
		t.found.Add(diag.Error, CodeNoClip, t.place(root.at), "no timeline was found", "the file holds a %q. Export the timeline itself", root.text("OTIO_SCHEMA"))
		return
	}
	t.list.Title, t.list.Source.Dialect = line.text("name"), line.text("OTIO_SCHEMA")
	tracks := line
	if line.schema() == "Timeline" {
		tracks = line.object("tracks")
	}
	if !t.setRate(line, tracks) {
		return
	}
	start := int64(0)
	if line.has("global_start_time") {
		start = t.frames(line.object("global_start_time"))
	}
	t.stack(tracks, start, nil, 0)
	t.finish(line)
}

// timelineOf takes the first timeline of a collection; a stack or a track of
// its own is one as well.
func (t *timeline) timelineOf(root *object) *object {
	switch root.schema() {
	case "Timeline", "Stack", "Track":
		return root
	case "SerializableCollection":
		var all []*object
		for _, child := range root.objects("children") {
			if child.schema() == "Timeline" {
				all = append(all, child)
			}
		}
		if len(all) > 1 {
			t.found.Add(diag.Warning, CodeUnknown, t.place(all[1].at), "object was left out", "the file holds %d timelines and the first is read. Export the others on their own", len(all))
		}
		if len(all) > 0 {
			return all[0]
		}
	}
	return nil
}

// setRate takes the timeline's own rate: that of its start, or else of the
// first item of a video track.
func (t *timeline) setRate(line, tracks *object) bool {
	from := line.object("global_start_time")
	if !line.has("global_start_time") {
		if from = firstTime(tracks, 0); from == nil {
			t.found.Add(diag.Error, CodeNoClip, t.place(line.at), "no clip was found in a video track", "the timeline has no item with a length. Export it again")
			return false
		}
	}
	rate, err := rateOf(from.fields["rate"])
	if err != nil {
		t.found.Add(diag.Error, CodeTime, t.place(from.at), "time cannot be", "%v", err)
		return false
	}
	if asked := t.opts.FPS; !asked.IsZero() && (asked.Num != rate.Num || asked.Den != rate.Den) {
		t.found.Add(diag.Warning, CodeRate, t.place(from.at), "timeline's rate is not the one that was given", "it runs at %s frames per second, not at %s; its own counts", rate, asked)
	}
	t.clock.rate, t.list.Source.FPS = rate, rate
	return true
}

// firstTime finds the length of the first item of a video track.
func firstTime(o *object, depth int) *object {
	if depth > deepest || o.schema() == "Track" && o.text("kind") == "Audio" {
		return nil
	}
	if r := rangeOf(o); r != nil {
		return r.object("duration")
	}
	for _, child := range o.objects("children") {
		if got := firstTime(child, depth+1); got != nil {
			return got
		}
	}
	return nil
}

// frames counts a time and says where it cannot be.
func (t *timeline) frames(time *object) int64 {
	n, exact, err := t.clock.frames(time)
	if err != nil {
		t.found.Add(diag.Error, CodeTime, t.place(time.at), "time cannot be", "%v", err)
		return 0
	}
	if !exact && t.once(CodeOffFrame) {
		t.found.Add(diag.Warning, CodeOffFrame, t.place(time.at), "time does not fall on a frame of the timeline", "here and perhaps elsewhere; the nearest frame at %s is taken", t.clock.rate)
	}
	return n
}

// finish orders what is shown and makes the entries.
func (t *timeline) finish(line *object) {
	if t.first != nil {
		var parts []string
		for _, what := range []string{"of sound", "of black or bars", "disabled"} {
			if n := t.left[what]; n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, what))
			}
		}
		t.found.Add(diag.Info, CodeLeftOut, t.place(t.first.at), "items without a shot are left out", "%s", strings.Join(parts, ", "))
	}
	if len(t.shown) == 0 {
		severity := diag.Error
		if t.left["of black or bars"]+t.left["disabled"] > 0 {
			severity = diag.Warning // there is picture, and it was read
		}
		t.found.Add(severity, CodeNoClip, t.place(line.at), "no clip was found in a video track", "%d items were read. Export the timeline with its picture", t.list.Lines.Total)
		return
	}
	templates, err := importers.ParseTemplates(t.opts.Names, t.opts.MatchCase)
	if err != nil {
		t.found.Add(diag.Error, CodeTemplate, diag.Place{File: t.file}, "naming template cannot be read", "%v", err)
	}
	slices.SortStableFunc(t.shown, func(a, b *shown) int { return int(min(1, max(-1, a.record.Start-b.record.Start))) })
	for i, s := range t.shown {
		e := t.entry(i, s)
		e.Name(templates, nil)
		t.list.Entries = append(t.list.Entries, e)
	}
}

func (t *timeline) entry(i int, s *shown) importers.Entry {
	at := t.place(s.clip.at)
	o := &importers.Occurrence{
		Order: i, Event: fmt.Sprint(i + 1), Reel: reelOf(s.clip), Clip: s.clip.text("name"), Track: s.track, Rate: t.clock.rate,
		Source: s.source, Record: s.record, Freeze: s.freeze, Transition: s.transition, TransitionIn: s.in, TransitionOut: s.out,
	}
	if s.freeze || s.scale != 1 {
		o.SpeedFPS = s.scale * float64(t.clock.rate.Num) / float64(t.clock.rate.Den)
	}
	e := importers.Entry{Place: at, Occurrence: o, Names: t.names(s.clip)}
	if n := s.record.Len(); n > 0 {
		e.NbFrames = importers.Number{State: importers.Present, Value: n, Place: importers.SpotOf(at)}
	}
	return e
}

// shown is one clip on screen.
type shown struct {
	clip           *object
	track          string
	source, record timecode.Range // full length under transitions
	scale          float64        // of time: 1 as shot, −1 backwards
	freeze         bool
	transition     string
	in, out        int64
}
