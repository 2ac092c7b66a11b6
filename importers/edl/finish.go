package edl

import (
	"fmt"
	"regexp"

	"turnover/internal/diag"
)

// finish closes the list: what the file was where no event was found, and the
// entries that the planner sees.
func (p *parser) finish(text string) {
	if p.ignored > maxIgnored {
		p.found.Add(diag.Info, CodeIgnored, diag.Place{File: p.file, Line: p.list.Lines.Total}, "more lines are not known and were ignored", "%d in all", p.ignored)
	}
	if len(p.list.Events) == 0 {
		p.list.Source.FPS = p.rate
		p.found.Add(diag.Error, CodeNoEvents, diag.Place{File: p.file, Line: 1}, "no event was found", "%s", p.insteadOf(text))
		return
	}
	p.list.Source.FPS = p.rateAt(0)
	if p.markersOnly() {
		p.found.Add(diag.Error, CodeMarkers, p.list.Events[0].Place, "a list of markers, not a cut", "each of its %d events is the place of a marker. Export the cut as CMX3600 EDL", len(p.list.Events))
		return
	}
	p.lengths()
	p.entries()
}

func (p *parser) markersOnly() bool {
	for i := range p.sources {
		if !p.sources[i].marker {
			return false
		}
	}
	return true
}

var mplayer = regexp.MustCompile(`^\s*\d+(\.\d+)?\s+\d+(\.\d+)?\s+[0-3]\s*$`)

func (p *parser) insteadOf(text string) string {
	out := "Export the cut as CMX3600 EDL, one video track"
	n := 0
	for line := range lines(text) {
		if mplayer.MatchString(line) {
			return "it is an MPlayer skip list. " + out
		}
		if n++; n == 20 {
			break
		}
	}
	if n == 0 {
		return "it has no lines. " + out
	}
	return fmt.Sprintf("%d lines and none is an event. %s", p.list.Lines.Total, out)
}

// lengths says how many events differ in length without a speed: they are
// retimes that the list does not tell, or sources at another rate.
func (p *parser) lengths() {
	first := diag.Place{}
	for i := range p.list.Events {
		ev := &p.list.Events[i]
		if ev.Picture() && !ev.Black && ev.SpeedFPS == nil && ev.Source.Len() > 0 && ev.Source.Len() != ev.Record.Len() {
			if p.unequal++; p.unequal == 1 {
				first = ev.Place
			}
		}
	}
	if p.unequal > 0 {
		p.found.Add(diag.Info, CodeLength, first, "source and record lengths differ without a speed", "%d events; the record's length counts", p.unequal)
	}
}
