package otio

import (
	"fmt"
	"math"

	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// window is the part of a group that its parent shows, in the group's own time;
// nil is the whole.
type window = *timecode.Range

// stack lays all tracks of a stack upon each other from start on.
func (t *timeline) stack(o *object, start int64, part window, depth int) {
	if o.schema() == "Track" {
		t.track(o, start, part, "V", depth)
		return
	}
	tracks := 0
	for _, child := range o.objects("children") {
		if child.schema() == "Track" && child.text("kind") != "Audio" {
			tracks++
		}
	}
	n := 0
	for _, child := range o.objects("children") {
		switch {
		case child.schema() != "Track":
			t.single(child, start, part, "V", depth)
		case child.text("kind") == "Audio":
			t.sound(child)
		default:
			n++
			name := "V"
			if tracks > 1 {
				name = fmt.Sprintf("V%d", n)
			}
			t.track(child, start, part, name, depth)
		}
	}
}

// sound counts the items of an audio track.
func (t *timeline) sound(track *object) {
	for _, child := range track.objects("children") {
		t.list.Lines.Total++
		t.list.Lines.Ignored++
		if child.schema() == "Clip" {
			t.leaveOut("of sound", child)
		}
	}
}

// track lays items one after the other.
func (t *timeline) track(o *object, start int64, part window, name string, depth int) {
	if depth > deepest {
		return // the reader refused it already
	}
	at := int64(0)
	var before *shown    // the clip that ends at the last cut
	var dissolve *object // the transition that waits for what it brings in
	for _, child := range o.objects("children") {
		t.list.Lines.Total++
		if t.list.Lines.Total > t.opts.Limits.Rows {
			t.list.Lines.InError++
			if t.once(CodeLimit) {
				t.found.Add(diag.Error, CodeLimit, t.place(child.at), "file is beyond the limits", "over %d items", t.opts.Limits.Rows)
			}
			continue
		}
		if child.schema() == "Transition" {
			t.list.Lines.Understood++
			dissolve = child
			t.goesOut(before, child)
			continue
		}
		length, ok := t.length(child, depth)
		if !ok {
			t.list.Lines.InError++
			t.found.Add(diag.Error, CodeNoLength, t.place(child.at), "item has no length", "%s %q has neither a source range nor media with one. Export the timeline again", child.schema(), child.text("name"))
			before, dissolve = nil, nil
			continue
		}
		made := len(t.shown)
		t.item(child, start, at, length, part, name, depth)
		at += length
		if before = nil; len(t.shown) == made+1 && child.schema() == "Clip" {
			before = t.shown[made]
			t.comesIn(before, dissolve)
		}
		dissolve = nil
	}
}

// single lays one item of a stack.
func (t *timeline) single(child *object, start int64, part window, name string, depth int) {
	t.list.Lines.Total++
	length, ok := t.length(child, depth)
	if !ok {
		t.list.Lines.InError++
		t.found.Add(diag.Error, CodeNoLength, t.place(child.at), "item has no length", "%s %q has neither a source range nor media with one", child.schema(), child.text("name"))
		return
	}
	t.item(child, start, 0, length, part, name, depth)
}

// item shows what lies at a place of its group's time, as far as the window
// lets it be seen.
func (t *timeline) item(child *object, start, at, length int64, part window, name string, depth int) {
	from, to := at, at+length
	if part != nil {
		start -= part.Start
		from, to = max(from, part.Start), min(to, part.End)
	}
	if enabled, said := child.fields["enabled"].(bool); said && !enabled {
		t.list.Lines.Ignored++
		t.leaveOut("disabled", child)
		return
	}
	switch child.schema() {
	case "Gap":
		t.list.Lines.Understood++
	case "Clip":
		t.list.Lines.Understood++
		if from < to {
			t.clip(child, timecode.Range{Start: start + from, End: start + to}, from-at, name)
		}
	case "Stack", "Track":
		t.list.Lines.Understood++
		if len(child.objects("effects")) > 0 {
			t.found.Add(diag.Warning, CodeEffect, t.place(child.at), "effect is not followed", "the effects of the group %q do not change the ranges of its clips", child.text("name"))
		}
		if from < to {
			first := t.begin(child) + from - at
			t.stack(child, start+from, &timecode.Range{Start: first, End: first + to - from}, depth+1)
		}
	default:
		t.list.Lines.Ignored++
		t.found.Add(diag.Warning, CodeUnknown, t.place(child.at), "object was left out", "%q is not known", child.text("OTIO_SCHEMA"))
	}
}

// clip shows a clip; skipped are its first frames that its group cuts off.
func (t *timeline) clip(o *object, record timecode.Range, skipped int64, track string) {
	if black(o) {
		t.leaveOut("of black or bars", o)
		return
	}
	s := &shown{clip: o, track: track, record: record, scale: 1}
	t.effects(s)
	s.source.Start = t.begin(o) + s.media(skipped)
	s.source.End = s.source.Start + s.media(record.Len())
	if s.freeze {
		s.source.End = s.source.Start + 1
	}
	t.shown = append(t.shown, s)
}

// media is how many frames of the source run in a number of record frames.
func (s *shown) media(record int64) int64 {
	return int64(math.Round(float64(record) * math.Abs(s.scale)))
}

func (t *timeline) effects(s *shown) {
	for _, e := range s.clip.objects("effects") {
		switch e.schema() {
		case "FreezeFrame":
			s.freeze, s.scale = true, 0
		case "LinearTimeWarp":
			scale, err := number(e.fields["time_scalar"])
			if err != nil || math.Abs(scale) > 1e4 {
				t.found.Add(diag.Error, CodeTime, t.place(e.at), "time cannot be", "a time warp by %v", e.fields["time_scalar"])
				continue
			}
			if s.scale *= scale; s.scale == 0 {
				s.freeze = true
			}
		case "TimeEffect":
			t.found.Add(diag.Warning, CodeEffect, t.place(e.at), "effect is not followed", "%q changes time in a way that the file does not tell", e.text("name"))
		}
	}
}

// goesOut lets a clip keep going under a transition at its end.
func (t *timeline) goesOut(s *shown, transition *object) {
	if s == nil {
		return
	}
	after := t.offset(transition, "out_offset")
	s.out = after + t.offset(transition, "in_offset")
	s.record.End += after
	t.longer(s, 0, after)
}

// comesIn lets a clip begin under a transition.
func (t *timeline) comesIn(s *shown, transition *object) {
	if transition == nil {
		return
	}
	before := t.offset(transition, "in_offset")
	s.in = before + t.offset(transition, "out_offset")
	s.transition = transition.text("transition_type")
	s.record.Start -= before
	t.longer(s, before, 0)
}

// longer widens the source by record frames before and after, the other way
// round where it runs backwards.
func (t *timeline) longer(s *shown, before, after int64) {
	if s.freeze {
		return
	}
	if s.scale < 0 {
		before, after = after, before
	}
	s.source.Start -= s.media(before)
	s.source.End += s.media(after)
}

func (t *timeline) offset(transition *object, key string) int64 {
	if !transition.has(key) {
		return 0
	}
	return max(0, t.frames(transition.object(key)))
}
