package edl

import (
	"strings"

	"turnover/importers"
	"turnover/internal/diag"
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
	p.list.Entries = make([]importers.Entry, 0, p.pictures())
	last := map[string]int{} // track → its last entry
	for i := range p.list.Events {
		ev := &p.list.Events[i]
		if !ev.Picture() {
			continue
		}
		out := p.outgoing(i)
		if n := ev.TransitionFrames; n > 0 && overlaps(ev.Edit) && p.meets(last, ev, out) {
			p.extend(last[ev.Track], n)
		}
		if ev.Black || p.namesOnly(i) {
			continue
		}
		n := len(p.list.Entries)
		last[ev.Track] = n
		p.list.Entries = append(p.list.Entries, p.entry(i, out >= 0))
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
		ev.Black = ev.Black || name != nil && blackClip(*name) || strings.EqualFold(ev.Reel, "BLACKSLU")
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

var joints = strings.NewReplacer(" ", "", "_", "", "-", "")

// blackClip tells the names that programs give to their black and bars.
func blackClip(name string) bool {
	if len(name) > 20 {
		return false
	}
	switch strings.ToLower(joints.Replace(name)) {
	case "black", "blackvideo", "blackslug", "blackleader", "slug", "bars", "colorbars", "colourbars", "barsandtone", "smptebars", "hdbarsandtone":
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
	if before.Number == ev.Number && before.Track == ev.Track && before.Edit == "C" {
		return i - 1
	}
	return -1
}

// namesOnly tells the line of no length above a transition.
func (p *parser) namesOnly(i int) bool {
	ev := &p.list.Events[i]
	return ev.Record.Len() == 0 && i+1 < len(p.list.Events) && p.outgoing(i+1) == i
}

// meets tells whether the last entry of the track goes out under the
// transition: it ends where that begins, and what goes out is not black.
func (p *parser) meets(last map[string]int, ev *importers.Event, out int) bool {
	n, ok := last[ev.Track]
	if !ok || p.list.Entries[n].Occurrence.Record.End != ev.Record.Start {
		return false
	}
	if out < 0 {
		return true
	}
	o := &p.list.Events[out]
	return !o.Black && (o.Record.Len() > 0 || sameReel(o.Reel) == sameReel(p.list.Entries[n].Occurrence.Reel))
}

// extend lets the entry that goes out keep going under the transition.
func (p *parser) extend(n int, frames int64) {
	e := &p.list.Entries[n]
	o := e.Occurrence
	o.TransitionOut += frames
	o.Record.End += frames
	if o.Source.Len() > 0 && !o.Freeze {
		o.Source.End += frames
	}
	e.NbFrames.Value += frames
}

// entry tells one event to the planner.
func (p *parser) entry(i int, incoming bool) importers.Entry {
	ev := p.list.Events[i]
	o := &importers.Occurrence{
		Order: len(p.list.Entries), Event: ev.Number, Reel: ev.Reel, Track: ev.Track, Rate: p.sources[i].rate,
		Source: ev.Source, Record: ev.Record, Freeze: ev.Freeze,
	}
	if ev.SpeedFPS != nil {
		o.SpeedFPS = *ev.SpeedFPS
	}
	if ev.Edit != "C" {
		o.Transition, o.TransitionIn = ev.Edit, ev.TransitionFrames
	}
	e := importers.Entry{Place: ev.Place, Occurrence: o, Names: p.names(i, incoming)}
	if len(e.Names) > 0 {
		o.Clip = e.Names[0].Cell.Text
	}
	if ev.Record.Len() > 0 {
		e.NbFrames = importers.Number{State: importers.Present, Value: ev.Record.Len(), Place: ev.Place}
	}
	return e
}

// names lists the texts in which the shot's name may hide, best first: the
// clip, markers, comments, the source file, the reel.
func (p *parser) names(i int, incoming bool) []importers.NamedCell {
	ev, more := &p.list.Events[i], &p.sources[i]
	var out []importers.NamedCell
	add := func(name, text string, at diag.Place) {
		if text != "" {
			out = append(out, importers.NamedCell{Name: name, Cell: importers.Cell{State: importers.Present, Text: text, Place: at}})
		}
	}
	overlap := overlaps(ev.Edit)
	switch {
	case ev.ToClipName != nil && (incoming || overlap || ev.Edit == "K"):
		add("to_clip_name", shown(ev, *ev.ToClipName), more.toClip)
	case ev.ClipName != nil && (!incoming || p.list.Events[i-1].Black):
		// Behind a transition FROM names what goes out, unless that is black.
		add("clip_name", shown(ev, *ev.ClipName), more.clip)
	}
	for _, m := range ev.Markers {
		add("locator", m.Name, m.Place)
	}
	out = append(out, more.comment...)
	out = append(out, more.sourceFile...)
	add("reel", ev.Reel, ev.Place)
	return out
}

// shown is a clip's name without the mark that Avid puts behind a frozen one.
func shown(ev *importers.Event, name string) string {
	if ev.Freeze {
		name = strings.TrimSuffix(name, " FF")
	}
	return name
}
