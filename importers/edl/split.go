package edl

import (
	"slices"
	"strings"

	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// split reads "SPLIT: VIDEO DELAY= 00:00:00:08": in an edit of picture and
// sound the picture begins so much later. A delay of the sound does not touch
// the picture. The line stands below its event or, in lists that begin with
// one, above it.
func (p *parser) split(rest string) {
	if len(p.list.Events) == 0 {
		p.splitAbove = true
		p.understood()
	} else {
		p.remark("SPLIT:", rest)
	}
	value, ok := field(strings.Replace(rest, "=", ":", 1), "VIDEO DELAY")
	if !ok || p.opts.FPS.IsZero() {
		return
	}
	delay, err := timecode.Parse(value, p.rate)
	if err != nil {
		p.found.Add(diag.Warning, CodeDelay, p.at(p.where(value)), "split delay cannot be read", "%v", err)
		return
	}
	if p.splitAbove {
		p.delay = delay
		return
	}
	p.sources[len(p.sources)-1].delay = delay
}

// delayed lets the picture of a split edit begin later than its sound.
func (p *parser) delayed(i int, e *importers.Entry) {
	delay, o := p.sources[i].delay, e.Occurrence
	if delay <= 0 || delay >= o.Record.Len() || !slices.ContainsFunc(p.list.Events[i].Channels, func(c string) bool { return c[0] == 'A' }) {
		return
	}
	o.Source.Start += sourceFrames(o, delay)
	o.Record.Start += delay
	e.NbFrames.Value -= delay
	p.found.Add(diag.Info, CodeSplit, e.Place, "picture begins later than its sound", "event %s: a split delays the picture by %d frames; its shot has %d", o.Event, delay, e.NbFrames.Value)
}
