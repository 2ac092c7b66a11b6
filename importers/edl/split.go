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

// delayOf is by how many frames the picture of a split edit begins later than
// its sound.
func (p *parser) delayOf(i int) int64 {
	delay, ev := p.sources[i].delay, &p.list.Events[i]
	if delay <= 0 || delay >= ev.Record.Len() || !slices.ContainsFunc(ev.Channels, func(c string) bool { return c[0] == 'A' }) {
		return 0
	}
	return delay
}

// delayed says that a picture begins later.
func (p *parser) delayed(i int) {
	if delay := p.delayOf(i); delay > 0 {
		ev := &p.list.Events[i]
		p.found.Add(diag.Info, CodeSplit, ev.Place, "picture begins later than its sound", "event %s: a split delays the picture by %d frames; its shot has %d", ev.Number, delay, ev.Record.Len()-delay)
	}
}

// postpone lets the picture of an entry begin later.
func (p *parser) postpone(i int, e *importers.Entry) {
	if delay := p.delayOf(i); delay > 0 {
		o := e.Occurrence
		o.Source.Start += sourceFrames(o, delay)
		o.Record.Start += delay
		e.NbFrames.Value -= delay
	}
}
