package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"turnover/internal/timecode"
)

// shot says what happened to one shot.
func (c *comparison) shot(s *shotUses) ShotChange {
	change := ShotChange{Path: s.path, Reasons: []string{}, Occurrences: []OccurrenceChange{}}
	var olds, news []*use
	var set labelSet
	note := func(text string) {
		if text != "" && !slices.Contains(change.Reasons, text) {
			change.Reasons = append(change.Reasons, text)
		}
	}
	if s.from != nil {
		note("moved from " + s.from.path)
	}
	had := c.given[s.key]
	if s.from != nil {
		had = append(slices.Clone(c.given[s.from.key]), had...)
	}
	for _, o := range c.occurrences(s) {
		set |= o.labels
		for _, reason := range o.reasons {
			note(reason)
		}
		if o.old != nil {
			olds = append(olds, o.old)
		}
		if o.now != nil {
			news = append(news, o.now)
			if beyond := outside(had, o.now); beyond != nil && len(had) > 0 && s.named {
				change.Rescan = true
				note(beyondText(beyond))
			}
		}
		change.Occurrences = append(change.Occurrences, o.change())
	}
	slices.SortFunc(olds, func(a, b *use) int { return a.order - b.order })
	if s.reinstated(c) {
		set = set.with(Reinstated)
		note("the shot was omitted")
	}
	change.Labels = set.list()
	change.Before, change.After = c.rangeOf(olds, had), c.rangeOf(news, deliver(had, news, c.opts.Handles))
	if !s.named { // a clip without a shot's name has no frame numbers of its own
		change.After = c.rangeOf(news, nil)
	}
	change.HeadDelta, change.TailDelta = rangeDeltas(olds, news)
	change.HeadTime, change.TailTime = deltaTime(change.HeadDelta, c.rate), deltaTime(change.TailDelta, c.rate)
	if u := slices.Concat(news, olds); len(u) > 0 {
		if d := deliveryOf(had, u[0].source); d != nil {
			r := nearestRange(d.ranges, u[0])
			change.TurnedOver = &r
		}
	}
	return change
}

// reinstated tells that the production has the shot as omitted and the new cut
// uses it.
func (s *shotUses) reinstated(c *comparison) bool {
	return s.named && s.newCount > 0 && c.known[s.key].Canceled
}

// arrival is the label of a use that the old cut does not have.
func (c *comparison) arrival(s *shotUses) string {
	state, known := c.known[s.key]
	switch {
	case !s.named:
		return Unlinked
	case s.oldCount > 0 || known && !state.Canceled:
		return NewInCut
	case known:
		return Reinstated
	}
	return LabelNew
}

// departure is the label of a use that the new cut does not have.
func (s *shotUses) departure() string {
	if s.newCount > 0 || len(s.lost) > 0 || !s.named {
		return OmittedInCut
	}
	return Omitted
}

// occurrences are the uses of a shot with their labels, in the order of the
// new cut, then those that are gone in the order of the old.
func (c *comparison) occurrences(s *shotUses) []occurrence {
	var out []occurrence
	for _, p := range s.pairs {
		o := occurrence{old: &c.old[p.old], now: &c.now[p.new], score: p.cost}
		o.compare(c.rate)
		if before, moved := c.reordered[p.new]; moved {
			o.add(Reordered, fmt.Sprintf("from place %d to %d", before+1, p.new+1))
		}
		if s.from != nil {
			o.add(LabelMoved, "")
		}
		if p.ambiguous {
			o.add(LabelAmbiguous, "another use fits as well")
		}
		out = append(out, o)
	}
	for _, p := range s.lost {
		o := occurrence{old: &c.old[p.old], now: &c.now[p.new], score: p.cost}
		o.compare(c.rate)
		o.add(Unlinked, fmt.Sprintf("the picture is still in the cut, at %s, without the shot's name", o.now.Place))
		if p.ambiguous {
			o.add(LabelAmbiguous, "the picture fits more than one shot or event")
		}
		out = append(out, o)
	}
	for _, j := range s.news {
		o := occurrence{now: &c.now[j], score: -1}
		o.add(c.arrival(s), "")
		if s.newCount > 1 && s.named && s.newCount > s.oldCount && (s.oldCount > 0 || j != s.news[0]) {
			o.add(LabelRepeated, fmt.Sprintf("used %d times, %d before", s.newCount, s.oldCount))
		}
		if s.found[j] {
			o.reasons = append(o.reasons, "the old cut had the picture without the shot's name")
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b occurrence) int { return a.now.order - b.now.order })
	for _, i := range s.olds {
		o := occurrence{old: &c.old[i], score: -1}
		o.add(s.departure(), "")
		out = append(out, o)
	}
	return out
}

// rangeOf is the union of uses of one source: that of the first. Where a first
// frame is set, it also has the shot's own numbers: the first frame that was
// ever delivered keeps its number, so that a slip moves the cut in and nothing
// is numbered anew.
func (c *comparison) rangeOf(uses []*use, delivered []delivery) *ShotRange {
	if len(uses) == 0 {
		return nil
	}
	first := uses[0]
	r := &ShotRange{Source: FrameRange{first.in, first.out}}
	for _, u := range uses[1:] {
		if sameSource(u.source, first.source) {
			r.Source.In, r.Source.Out = min(r.Source.In, u.in), max(r.Source.Out, u.out)
		}
	}
	d := deliveryOf(delivered, first.source)
	if c.opts.FirstFrame == nil || d == nil {
		return r
	}
	at := func(source int64) *int64 { n := *c.opts.FirstFrame + source - d.anchor; return &n }
	head, tail := r.Source.In, r.Source.Out
	for _, u := range uses {
		if sameSource(u.source, first.source) { // what was delivered around each, for they may lie apart
			whole := nearestRange(d.ranges, u)
			head, tail = min(head, whole.In), max(tail, whole.Out)
		}
	}
	r.HeadIn, r.TailOut = at(head), at(tail-1)
	r.CutIn, r.CutOut = at(r.Source.In), at(r.Source.Out-1)
	return r
}

// rangeDeltas compares the unions of both sides. Frames of different sources
// cannot be compared: only the length can, and it counts at the tail.
func rangeDeltas(olds, news []*use) (head, tail int64) {
	if len(olds) == 0 || len(news) == 0 {
		return 0, 0
	}
	c := &comparison{}
	a, b := c.rangeOf(olds, nil).Source, c.rangeOf(news, nil).Source
	if !sameSource(olds[0].source, news[0].source) {
		return 0, (b.Out - b.In) - (a.Out - a.In)
	}
	return b.In - a.In, b.Out - a.Out
}

func beyondText(r *FrameRange) string {
	switch {
	case r.In > 0 && r.Out > 0:
		return fmt.Sprintf("outside what was turned over by %s at the head and %s at the tail", frames(r.In), frames(r.Out))
	case r.In > 0:
		return fmt.Sprintf("outside what was turned over by %s at the head", frames(r.In))
	}
	return fmt.Sprintf("outside what was turned over by %s at the tail", frames(r.Out))
}

func frames(n int64) string {
	if n == 1 {
		return "1 frame"
	}
	return fmt.Sprintf("%d frames", n)
}

// An occurrence is one use, old, new or both, while it is labelled.
type occurrence struct {
	old, now   *use
	score      int
	labels     labelSet
	head, tail int64
	reasons    []string
}

func (o *occurrence) add(label, reason string) {
	o.labels = o.labels.with(label)
	if reason != "" {
		o.reasons = append(o.reasons, reason)
	}
}

// compare labels the differences between both sides.
func (o *occurrence) compare(rate timecode.Rate) {
	a, b := o.old, o.now
	o.head, o.tail = b.in-a.in, b.out-a.out
	if !sameSource(a.source, b.source) {
		o.head, o.tail = 0, (b.out-b.in)-(a.out-a.in)
		o.add(SourceChanged, fmt.Sprintf("source %s → %s", sourceText(a), sourceText(b)))
	}
	o.labels |= edges(o.head, o.tail)
	o.reasons = append(o.reasons, edgeTexts(o.head, o.tail, rate)...)
	if !sameSpeed(a, b) {
		o.add(Retimed, fmt.Sprintf("speed %s → %s", speedText(a, rate), speedText(b, rate)))
	}
	if a.Transition != b.Transition || a.TransitionIn != b.TransitionIn || a.TransitionOut != b.TransitionOut {
		if o.head != 0 || o.tail != 0 {
			o.reasons = append(o.reasons, fmt.Sprintf("transitions: %s → %s", transitionText(a), transitionText(b)))
		}
	}
}

// deltaTime writes a number of frames as timecode, with its sign.
func deltaTime(n int64, rate timecode.Rate) string {
	switch {
	case n == 0 || rate.IsZero():
		return ""
	case n < 0:
		return "-" + lengthTime(-n, rate)
	}
	return "+" + lengthTime(n, rate)
}

// lengthTime writes a length as timecode; its hours go on past the day.
func lengthTime(n int64, rate timecode.Rate) string {
	rate = rate.WithDrop(false)
	text := timecode.Format(n, rate)
	if days := n / rate.Day(); days > 0 {
		hours, rest, _ := strings.Cut(text, ":")
		h, _ := strconv.ParseInt(hours, 10, 64) // Format writes digits
		return fmt.Sprintf("%d:%s", days*24+h, rest)
	}
	return text
}

// lengthText is a number of frames for people, from a second on also as timecode.
func lengthText(n int64, rate timecode.Rate) string {
	if rate.IsZero() || n < int64(rate.Base()) {
		return frames(n)
	}
	return frames(n) + " (" + lengthTime(n, rate) + ")"
}

func edgeTexts(head, tail int64, rate timecode.Rate) (out []string) {
	say := func(n int64, more, less, text string) {
		switch {
		case n > 0:
			out = append(out, fmt.Sprintf("%s %s by %s", text, more, lengthText(n, rate)))
		case n < 0:
			out = append(out, fmt.Sprintf("%s %s by %s", text, less, lengthText(-n, rate)))
		}
	}
	if head == tail {
		say(head, "later", "earlier", "slipped")
		return out
	}
	say(head, "trimmed", "extended", "head")
	say(tail, "extended", "trimmed", "tail")
	return out
}

func sourceText(u *use) string {
	if u.Reel != "" && sourceOf(&Occurrence{Reel: u.Reel}) == u.source {
		return u.Reel
	}
	return u.Clip
}

func speedText(u *use, rate timecode.Rate) string {
	switch {
	case u.Freeze:
		return "frozen"
	case u.speed == 0:
		return rate.String() + " fps"
	}
	return fmt.Sprintf("%g fps", u.speed)
}

func transitionText(u *use) string {
	if u.TransitionIn == 0 && u.TransitionOut == 0 {
		return "none"
	}
	return fmt.Sprintf("%d in, %d out", u.TransitionIn, u.TransitionOut)
}

// change writes an occurrence for people and programs.
func (o *occurrence) change() OccurrenceChange {
	out := OccurrenceChange{Labels: o.labels.list(), HeadDelta: o.head, TailDelta: o.tail, Score: o.score}
	if o.old != nil {
		before := o.old.side()
		out.Before = &before
	}
	switch {
	case o.now != nil:
		out.OccurrenceSide = o.now.side()
	case o.old != nil:
		out.OccurrenceSide = o.old.side()
		out.RecordIn, out.RecordOut, out.SourceIn, out.SourceOut = "", "", "", ""
	}
	return out
}

// side writes a use for people and programs, timecodes as its list counts them.
func (u *use) side() OccurrenceSide {
	at := func(frame int64) string { return timecode.Format(frame, u.fps) }
	return OccurrenceSide{Event: u.Event, Place: u.Place, Clip: u.Clip, Reel: u.Reel, Order: u.order + 1,
		RecordIn: at(u.RecordIn), RecordOut: at(u.RecordOut), SourceIn: at(u.SourceIn), SourceOut: at(u.SourceOut)}
}
