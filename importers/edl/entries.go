package edl

import (
	"math"
	"slices"
	"strings"

	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// entries makes one entry of each picture event that shows something. The
// first line of a transition that has no length only names what goes out: the
// clip before it, which keeps going under the transition.
func (p *parser) entries() {
	templates, err := importers.ParseTemplates(p.opts.Names, p.opts.MatchCase)
	if err != nil {
		p.found.Add(diag.Error, CodeBadPattern, diag.Place{File: p.file}, "naming template cannot be read", "%v", err)
	}
	p.generators()
	room := p.pictures()
	if p.opts.First > 0 {
		room = min(room, p.opts.First)
	}
	p.list.Entries, p.occurrences = make([]importers.Entry, 0, room), make([]importers.Occurrence, 0, room)
	last := map[string]int{} // video channel → its last entry, where that is kept
	for i := range p.list.Events {
		ev := &p.list.Events[i]
		if !ev.Picture() {
			continue
		}
		out, before := p.outgoing(i), p.meets(last, i)
		if n := p.overlap(ev); n > 0 && before != nil {
			p.extend(before, n)
		}
		if ev.Black || p.namesOnly(i) {
			continue
		}
		p.delayed(i)
		if p.opts.First > 0 && len(p.list.Entries) == p.opts.First {
			p.list.More++
			for _, c := range ev.Channels {
				delete(last, layer(c))
			}
			continue
		}
		n := len(p.list.Entries)
		for _, c := range ev.Channels {
			last[layer(c)] = n
		}
		p.list.Entries = append(p.list.Entries, p.entry(i, out >= 0, before))
		p.list.Entries[n].Name(templates, nil)
	}
}

// generators marks the black and bars that only their names tell. Behind a
// transition the name of what comes in decides.
func (p *parser) generators() {
	for i := range p.list.Events {
		ev := &p.list.Events[i]
		name := ev.ClipName
		if overlaps(ev.Edit) {
			name = ev.ToClipName
		}
		ev.Black = ev.Black || name != nil && importers.BlackClip(*name) || strings.EqualFold(ev.Reel, "BLACKSLU")
	}
}

// pictures counts the events that will be entries, about, and says how many
// are left out.
func (p *parser) pictures() int {
	sound, black := 0, 0
	first := diag.Place{}
	for i := range p.list.Events {
		switch ev := &p.list.Events[i]; {
		case !ev.Picture():
			sound++
		case ev.Black:
			black++
		default:
			continue
		}
		if first.Line == 0 {
			first = p.list.Events[i].Place
		}
	}
	if sound+black > 0 {
		p.found.Add(diag.Info, CodeNoShot, first, "events without a shot are left out", "%d of sound only, %d of black or bars", sound, black)
	}
	return len(p.list.Events) - sound - black
}

// isBlack tells the reels that hold no shot.
func isBlack(reel string) bool {
	switch strings.ToUpper(reel) {
	case "BL", "BLK", "BLACK", "BARS", "BAR", "SLUG":
		return true
	}
	return false
}

// overlaps tells the edits in which two pictures share frames.
func overlaps(edit string) bool { return edit == "D" || edit != "" && edit[0] == 'W' }

// outgoing is the line above a transition that names what goes out; -1 for none.
func (p *parser) outgoing(i int) int {
	ev := &p.list.Events[i]
	if i == 0 || !overlaps(ev.Edit) {
		return -1
	}
	before := &p.list.Events[i-1]
	if before.Number == ev.Number && picture(before) == picture(ev) && before.Edit == "C" {
		return i - 1
	}
	return -1
}

// namesOnly tells the line of no length above a transition.
func (p *parser) namesOnly(i int) bool {
	ev := &p.list.Events[i]
	return ev.Record.Len() == 0 && i+1 < len(p.list.Events) && p.outgoing(i+1) == i
}

// layer names a video channel; V and V1 are the same.
func layer(channel string) string {
	if channel == "V" {
		return "V1"
	}
	return channel
}

// picture is the layer that an event stands on; "" for sound.
func picture(ev *importers.Event) string {
	for _, c := range ev.Channels {
		if c[0] == 'V' {
			return layer(c)
		}
	}
	return ""
}

// overlap is how many frames two pictures share. A transition longer than what
// it brings in is not believed.
func (p *parser) overlap(ev *importers.Event) int64 {
	if !overlaps(ev.Edit) || ev.TransitionFrames <= 0 {
		return 0
	}
	if n := ev.Record.Len(); ev.TransitionFrames > n {
		p.found.Add(diag.Warning, CodeTransition, ev.Place, "transition is longer than what it brings in",
			"event %s: %s over %d frames into an event of %d frames; taken as a cut. Check the number behind the edit", ev.Number, ev.Edit, ev.TransitionFrames, n)
		return 0
	}
	return ev.TransitionFrames
}

// meets gives the last entry of the layer if it goes out under the transition:
// it ends where that begins, and what goes out is not black. Nil for none.
func (p *parser) meets(last map[string]int, i int) *importers.Entry {
	ev := &p.list.Events[i]
	n, ok := last[picture(ev)]
	if !ok || !overlaps(ev.Edit) || !sameTime(p.list.Entries[n].Occurrence.Record.End, ev.Record.Start, p.rateAt(i)) {
		return nil
	}
	e := &p.list.Entries[n]
	out := p.outgoing(i)
	if out < 0 {
		return e
	}
	o := &p.list.Events[out]
	if o.Black || o.Record.Len() == 0 && sameReel(o.Reel) != sameReel(e.Occurrence.Reel) {
		return nil
	}
	return e
}

// sameTime tells whether two record frames are one on the clock: an event that
// runs past midnight ends on the next day, and the next one begins there.
func sameTime(a, b int64, rate timecode.Rate) bool {
	day := rate.Day()
	return a == b || day > 0 && (a-b)%day == 0
}

// extend lets the entry that goes out keep going under the transition: on
// screen by as many frames, in its source by as many as its speed makes of
// them, backwards where it runs so.
func (p *parser) extend(e *importers.Entry, frames int64) {
	o := e.Occurrence
	more := sourceFrames(o, frames)
	o.TransitionOut += frames
	o.Record.End += frames
	switch {
	case o.Freeze || o.Source.Len() <= 0:
	case o.SpeedFPS < 0:
		o.Source.Start -= more
	default:
		o.Source.End += more
	}
	e.NbFrames.Value += frames
}

// sourceFrames is what a number of record frames is in the source: by the
// speed, or else as the two lengths stand to each other.
func sourceFrames(o *importers.Occurrence, record int64) int64 {
	ratio := 1.0
	switch n := o.Record.Len(); {
	case o.SpeedFPS != 0 && !o.Rate.IsZero():
		ratio = math.Abs(o.SpeedFPS) * float64(o.Rate.Den) / float64(o.Rate.Num)
	case n > 0:
		ratio = float64(o.Source.Len()) / float64(n)
	}
	return int64(math.Round(float64(record) * ratio))
}

// entry tells one event to the planner.
func (p *parser) entry(i int, incoming bool, before *importers.Entry) importers.Entry {
	ev := &p.list.Events[i]
	p.occurrences = append(p.occurrences, importers.Occurrence{
		Order: len(p.list.Entries), Event: ev.Number, Reel: ev.Reel, Track: ev.Track, Rate: p.rateAt(i),
		Source: ev.Source, Record: ev.Record, Freeze: ev.Freeze,
	})
	o := &p.occurrences[len(p.occurrences)-1]
	if ev.SpeedFPS != nil {
		o.SpeedFPS = *ev.SpeedFPS
	}
	if ev.Edit != "C" {
		o.Transition = ev.Edit
		if ev.TransitionFrames <= ev.Record.Len() {
			o.TransitionIn = ev.TransitionFrames
		}
	}
	e := importers.Entry{Place: ev.Place, Occurrence: o, Names: p.names(i, incoming, before)}
	if len(e.Names) > 0 {
		o.Clip = e.Names[0].Cell.Text
	}
	if ev.Record.Len() > 0 {
		e.NbFrames = importers.Number{State: importers.Present, Value: ev.Record.Len(), Place: importers.SpotOf(ev.Place)}
	}
	p.postpone(i, &e)
	return e
}

// names lists the texts in which the shot's name may hide, best first: the
// clip, markers, comments, the source file, the reel.
func (p *parser) names(i int, incoming bool, before *importers.Entry) []importers.NamedCell {
	ev, more := &p.list.Events[i], &p.sources[i]
	out := p.room(2 + len(ev.Markers) + more.names.count())
	add := func(name, text string, at importers.Spot) {
		if text != "" {
			out = append(out, importers.NamedCell{Name: name, Cell: importers.Cell{State: importers.Present, Text: text, Place: at}})
		}
	}
	overlap := overlaps(ev.Edit)
	switch {
	case ev.ToClipName != nil && (incoming || overlap || ev.Edit == "K"):
		add("to_clip_name", shown(ev, *ev.ToClipName), more.toClip)
	case ev.ClipName != nil && (!incoming || p.list.Events[i-1].Black || p.ownName(i, before)):
		// Behind a transition FROM names what goes out, unless that is black
		// or each of the two lines has a FROM of its own.
		add("clip_name", shown(ev, *ev.ClipName), more.clip)
	}
	for _, m := range ev.Markers {
		add("locator", m.Name, importers.SpotOf(m.Place))
	}
	if more.names != nil {
		out = append(out, more.names.comment...)
		out = append(out, more.names.sourceFile...)
	}
	add("reel", ev.Reel, importers.SpotOf(ev.Place))
	p.cells = p.cells[:len(p.cells)+len(out)]
	return slices.Clip(out)
}

// room is an empty list of names that has n places. The names of all entries
// lie together.
func (p *parser) room(n int) []importers.NamedCell {
	if cap(p.cells)-len(p.cells) < n {
		p.cells = make([]importers.NamedCell, 0, max(n, 1024))
	}
	return p.cells[len(p.cells):]
}

func (r *remarks) count() int {
	if r == nil {
		return 0
	}
	return len(r.comment) + len(r.sourceFile)
}

// shown is a clip's name without the mark that Avid puts behind a frozen one.
func shown(ev *importers.Event, name string) string {
	if ev.Freeze {
		name = strings.TrimSuffix(name, " FF")
	}
	return name
}

// ownName tells a FROM below the second line of a transition alone that is not
// the name of what goes out: it can only mean what comes in.
func (p *parser) ownName(i int, before *importers.Entry) bool {
	if p.sources[i].clip == p.sources[i-1].clip {
		return false
	}
	name := *p.list.Events[i].ClipName
	above := p.list.Events[i-1].ClipName
	return (above == nil || *above != name) && (before == nil || before.Occurrence.Clip != name)
}
