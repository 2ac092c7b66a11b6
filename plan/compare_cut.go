package plan

import (
	"fmt"
	"slices"
	"strings"

	"turnover/internal/timecode"
)

// CompareOptions are what the cuts themselves do not say.
type CompareOptions struct {
	Handles    int64  // frames delivered before and behind what is used
	FirstFrame *int64 // number of a shot's first delivered frame; nil: no frame numbers
	MatchCase  bool
	// Known are the shots of the production by path; nil where it is not known:
	// a shot that the old cut does not have is then new.
	Known map[string]ShotState
	// Earlier are the revisions before the old cut, oldest first: with it they
	// say what was turned over.
	Earlier []*CutSide
}

// A ShotState is what the production says of a shot.
type ShotState struct {
	Canceled bool // omitted
}

// Compare says what changed from one cut to another. It is pure; a nil side is
// an empty cut.
func Compare(old, now *CutSide, opts CompareOptions) *ChangeList {
	if old == nil {
		old = &CutSide{}
	}
	if now == nil {
		now = &CutSide{FPS: old.FPS}
	}
	c := &comparison{opts: opts, rate: now.FPS, byKey: map[string]*shotUses{}, known: map[string]ShotState{}}
	if c.rate.IsZero() {
		c.rate = old.FPS
	}
	for path, state := range opts.Known {
		c.known[fold(path, opts.MatchCase)] = state
	}
	var exact bool
	c.old, exact = usesOf(old, c.rate, opts.MatchCase)
	c.now, _ = usesOf(now, c.rate, opts.MatchCase)
	history := append(slices.Clone(opts.Earlier), old)
	past := pastMidnight(append(slices.Clone(history), now))
	countOn(c.old, past, c.rate)
	countOn(c.now, past, c.rate)
	c.given = turnedOver(history, past, c.rate, opts)
	c.group()
	for _, s := range c.shots {
		s.pairs, s.olds, s.news = matchUses(c.old, c.now, s.olds, s.news)
	}
	c.settleEquals()
	c.order()
	c.movedShots()
	c.lostMarkers()
	c.foundMarkers()
	return c.list(old, now, exact)
}

// A comparison is the work of one Compare.
type comparison struct {
	opts     CompareOptions
	rate     timecode.Rate
	old, now []use
	given    map[string][]delivery
	known    map[string]ShotState // by folded path
	shots    []*shotUses          // by the new cut, then what went away by the old
	byKey    map[string]*shotUses
	// By index of the new use.
	reordered map[int]int // its old position
}

// shotUses are the uses of one shot, or of one clip that has no shot. olds and
// news are those without a partner.
type shotUses struct {
	key, path  string
	named      bool
	olds, news []int
	pairs      []pair
	lost       []pair       // old uses whose picture the new cut has without a name
	found      map[int]bool // new uses whose picture the old cut had without a name
	from       *shotUses    // the shot in another sequence that this one was
	oldCount   int
	newCount   int
	gone       bool // told elsewhere
}

func (c *comparison) group() {
	shotOf := func(u *use) *shotUses {
		s := c.byKey[u.key]
		if s == nil {
			s = &shotUses{key: u.key, path: u.title(), named: u.named()}
			c.byKey[u.key] = s
			c.shots = append(c.shots, s)
		}
		return s
	}
	for i := range c.now {
		s := shotOf(&c.now[i])
		s.news = append(s.news, i)
		s.newCount++
	}
	for i := range c.old {
		if c.old[i].beside && !c.old[i].named() {
			continue
		}
		s := shotOf(&c.old[i])
		s.olds = append(s.olds, i)
		s.oldCount++
	}
}

// order finds the uses that left their place among those that both cuts have.
// Each track keeps an order of its own: layers do not push each other.
func (c *comparison) order() {
	type track struct {
		part, before   int
		name, nameThen string // another track alone is no change, so its uses keep an order of their own, too
	}
	groups := map[track][]pair{}
	for _, s := range c.shots {
		for _, p := range s.pairs {
			at := track{c.now[p.new].Part, c.old[p.old].Part, c.now[p.new].Track, c.old[p.old].Track}
			groups[at] = append(groups[at], p)
		}
	}
	c.reordered = map[int]int{}
	for _, pairs := range groups {
		slices.SortFunc(pairs, func(a, b pair) int { return a.new - b.new })
		before := make([]int, len(pairs))
		for i, p := range pairs {
			before[i] = p.old
		}
		for i, kept := range stays(before) {
			if !kept {
				c.reordered[pairs[i].new] = pairs[i].old
			}
		}
	}
}

// movedShots finds the shots that stand under another sequence now: the name
// within the sequence is the same, only one shot went and one came by it, and
// both show the same picture.
func (c *comparison) movedShots() {
	went, came := map[string][]*shotUses{}, map[string][]*shotUses{}
	for _, s := range c.shots {
		name := s.key[strings.LastIndexByte(s.key, '/')+1:]
		switch {
		case !s.named:
		case s.newCount == 0:
			went[name] = append(went[name], s)
		case s.oldCount == 0:
			came[name] = append(came[name], s)
		}
	}
	for name, now := range came {
		if was := went[name]; len(now) == 1 && len(was) == 1 && c.samePicture(was[0], now[0]) {
			s := now[0]
			s.from, was[0].gone = was[0], true
			s.oldCount = was[0].oldCount
			s.pairs, s.olds, s.news = matchUses(c.old, c.now, was[0].olds, s.news)
		}
	}
}

func (c *comparison) samePicture(a, b *shotUses) bool {
	for _, i := range a.olds[:min(exactUses, len(a.olds))] {
		for _, j := range b.news[:min(exactUses, len(b.news))] {
			if shared(&c.old[i], &c.now[j]) > 0 {
				return true
			}
		}
	}
	return false
}

// shared counts the frames of one source that both uses show.
func shared(a, b *use) int64 {
	if a.source != b.source && !sameSource(a.source, b.source) {
		return 0
	}
	return max(0, min(a.out, b.out)-max(a.in, b.in))
}

// lostMarkers looks for the pictures of uses that are gone among the new uses
// without a shot: such a shot has lost its name, it is not omitted.
func (c *comparison) lostMarkers() {
	nameless := c.nameless(func(s *shotUses) []int { return s.news })
	where := newPictures(c.now, nameless)
	claims := map[int][]*pair{}
	for _, s := range c.shots {
		if !s.named || s.gone {
			continue
		}
		var stay []int
		for _, i := range s.olds {
			j, twice := where.best(&c.old[i])
			if j < 0 {
				stay = append(stay, i)
				continue
			}
			s.lost = append(s.lost, pair{old: i, new: j, cost: pictureCost(&c.old[i], &c.now[j]), ambiguous: twice})
		}
		s.olds = stay
	}
	for _, s := range c.shots {
		for k := range s.lost {
			claims[s.lost[k].new] = append(claims[s.lost[k].new], &s.lost[k])
		}
	}
	for _, by := range claims {
		for _, p := range by {
			p.ambiguous = p.ambiguous || len(by) > 1
		}
	}
	for _, s := range c.shots {
		if !s.named {
			s.news = slices.DeleteFunc(slices.Clone(s.news), func(j int) bool { return claims[j] != nil })
		}
	}
}

// foundMarkers is the inverse: a new use whose picture the old cut had without
// a shot has found its name, and nothing went away.
func (c *comparison) foundMarkers() {
	nameless := c.nameless(func(s *shotUses) []int { return s.olds })
	where := newPictures(c.old, nameless)
	named := map[int]bool{} // uses of the old cut that have a name now
	for _, s := range c.shots {
		if !s.named || s.gone {
			continue
		}
		for _, j := range s.news {
			i, _ := where.best(&c.now[j])
			if i < 0 {
				continue
			}
			if s.found == nil {
				s.found = map[int]bool{}
			}
			s.found[j], named[i] = true, true
		}
	}
	for _, s := range c.shots {
		if !s.named {
			s.olds = slices.DeleteFunc(slices.Clone(s.olds), func(i int) bool { return named[i] })
		}
	}
}

func (c *comparison) nameless(of func(*shotUses) []int) []int {
	var out []int
	for _, s := range c.shots {
		if !s.named {
			out = append(out, of(s)...)
		}
	}
	return out
}

// list writes all shots into a change list.
func (c *comparison) list(old, now *CutSide, exact bool) *ChangeList {
	l := &ChangeList{
		A: old.Name, B: now.Name, FPS: c.rate.String(), Drop: c.rate.Drop, Handles: c.opts.Handles, FirstFrame: c.opts.FirstFrame,
		Shots: []ShotChange{}, Summary: map[string]int{}, Notes: []string{},
	}
	if !old.FPS.IsZero() && old.FPS.Base() != c.rate.Base() {
		note := fmt.Sprintf("the cuts count at different rates; the old one's %s frames per second were turned into %s by the time on the clock", old.FPS, c.rate)
		if !exact {
			note += "; some fall between two frames and were rounded, so that a difference of one frame may be none"
		}
		l.Notes = append(l.Notes, note)
	}
	c.arrange()
	for _, s := range c.shots {
		if s.gone || len(s.pairs)+len(s.olds)+len(s.news)+len(s.lost) == 0 {
			continue
		}
		change := c.shot(s)
		l.Shots = append(l.Shots, change)
		for _, label := range change.Labels {
			l.Summary[label]++
		}
		if change.Rescan {
			l.Summary["rescan"]++
		}
	}
	return l
}

// arrange puts the shots into the order of the new cut, then what went away
// into that of the old; what only lay beside is let go.
func (c *comparison) arrange() {
	place := map[*shotUses]int{}
	for _, s := range c.shots {
		s.olds = slices.DeleteFunc(slices.Clone(s.olds), func(i int) bool { return c.old[i].beside })
		first := len(c.now) + len(c.old)
		for _, i := range s.olds {
			first = min(first, len(c.now)+i)
		}
		for _, j := range s.news {
			first = min(first, j)
		}
		for _, p := range slices.Concat(s.pairs, s.lost) {
			first = min(first, p.new)
		}
		place[s] = first
	}
	slices.SortStableFunc(c.shots, func(a, b *shotUses) int { return place[a] - place[b] })
}

// Changed tells that there is anything but unchanged shots.
func (l *ChangeList) Changed() bool {
	return slices.ContainsFunc(l.Shots, func(s ShotChange) bool { return !s.unchanged() })
}

// OnlyChanges gives the list without its unchanged shots; the summary still
// counts them.
func (l *ChangeList) OnlyChanges() *ChangeList {
	out := *l
	out.Shots = slices.DeleteFunc(slices.Clone(l.Shots), ShotChange.unchanged)
	return &out
}

func (s ShotChange) unchanged() bool {
	return !s.Rescan && (len(s.Labels) == 0 || len(s.Labels) == 1 && s.Labels[0] == Unchanged)
}
