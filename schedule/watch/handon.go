package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"turnover/schedule"
)

// A candidate is a drop that may be handed on, and the files that it is made of.
type candidate struct {
	drop    schedule.Drop
	sights  []*sight
	stem    string
	number  int
	version bool
}

// candidates are the files that are ready, each or with the others of its cut.
func (s *Scanner) candidates(now time.Time) []candidate {
	groups := map[string][]*sight{}
	for _, p := range s.paths() {
		w := s.seen[p]
		g := s.folder.Sets.group(p)
		groups[g] = append(groups[g], w)
	}
	var out []candidate
	for g, sights := range groups {
		if s.complete(g, sights, now) {
			out = append(out, s.candidate(sights))
		}
	}
	slices.SortFunc(out, func(a, b candidate) int {
		return cmp.Or(strings.Compare(a.stem, b.stem), cmp.Compare(a.number, b.number), strings.Compare(a.drop.Name(), b.drop.Name()))
	})
	return out
}

func (s *Scanner) candidate(sights []*sight) candidate {
	c := candidate{sights: sights, drop: schedule.Drop{Folder: s.folder.Name, Nth: 1}}
	for _, w := range sights {
		c.drop.Files = append(c.drop.Files, w.file)
	}
	c.stem, c.number, c.version = s.folder.version(c.drop)
	return c
}

// complete says whether all files of a drop are ready. A single part of a cut is
// waited with as long as with a file that breaks off.
func (s *Scanner) complete(group string, sights []*sight, now time.Time) bool {
	for _, w := range sights {
		if w.found == Ready {
			continue
		}
		for _, other := range sights {
			if other.found == Ready {
				other.become(Waiting, "for "+w.file.Path+", which is of the same cut")
			}
		}
		return false
	}
	w := sights[0]
	if len(sights) == 1 && group != w.file.OnDisk() && now.Sub(w.still) < s.patience() {
		w.become(Waiting, "for the other parts of the cut")
		return false
	}
	return true
}

// handOn hands on what is ready: of several versions of a list the oldest first.
func (s *Scanner) handOn(ctx context.Context, now time.Time) error {
	var faults []error
	handed := map[string]handing{}
	var before candidate // the oldest version of a list that is on its way
	for _, c := range s.candidates(now) {
		if c.version && before.version && before.stem == c.stem && before.number < c.number {
			c.become(Waiting, "for "+before.drop.Name()+", an older version")
			continue
		}
		goes, err := s.hand(ctx, c, handed, now)
		if err != nil {
			faults = append(faults, fmt.Errorf("watch %s: hand on %q: %w", s.folder.Name, c.drop.Name(), err))
			if len(faults) == mostFaults {
				break // the database or the queue is away: not of one drop alone
			}
		}
		if c.version && (goes || err != nil) && before.stem != c.stem {
			before = c
		}
	}
	s.handed = handed
	return errors.Join(faults...)
}

const mostFaults = 5

func (c candidate) become(state, message string) {
	for _, w := range c.sights {
		w.become(state, message)
	}
}

// A handing is when a drop was handed on last, and how often.
type handing struct {
	at    time.Time
	times int
}

// again is how long a drop that was handed on is let be before it is handed on
// once more, in case the queue has lost it or the very same was left anew; then
// twice as long, up to againMost. One that still lies there after several times
// is read again: it may have changed without its size and time.
const (
	again     = 5 * time.Second
	againMost = 30 * time.Second
	readAgain = 4
)

// rests says whether a drop was handed on lately.
func (h handing) rests(now time.Time) bool {
	return h.times > 0 && now.Sub(h.at) < min(again<<(h.times-1), againMost)
}

// hand hands a drop on, unless it was lately or was answered where it lies. It
// says whether the drop is on its way.
func (s *Scanner) hand(ctx context.Context, c candidate, handed map[string]handing, now time.Time) (bool, error) {
	if c.answered() {
		return false, nil
	}
	first := c.drop.Key() // of the first time: the count is found in the ledger
	last := s.handed[first]
	if last.rests(now) {
		handed[first] = last
		return true, nil
	}
	if last.times == readAgain {
		for _, w := range c.sights {
			w.file.SHA256 = ""
		}
		return true, nil
	}
	d, answer, err := s.current(ctx, c.drop)
	if err != nil {
		return false, err
	}
	if answer != nil {
		for _, w := range c.sights {
			w.answer = answer
		}
		c.answered()
		return false, nil
	}
	if err := s.enqueue(ctx, d); err != nil {
		return false, err
	}
	handed[first] = handing{now, last.times + 1}
	return true, nil
}

// answered says whether all files of a drop were answered where they lie.
func (c candidate) answered() bool {
	for _, w := range c.sights {
		if w.answer == nil {
			return false
		}
	}
	for _, w := range c.sights {
		w.become(w.answer.State, w.answer.Message)
	}
	return true
}

// current counts how often the very same was dropped and filed before, and gives
// the answer where it is final although the files still lie there.
func (s *Scanner) current(ctx context.Context, d schedule.Drop) (schedule.Drop, *schedule.Answer, error) {
	if s.folder.Sets != nil {
		open, err := s.unfinished(ctx)
		if err != nil {
			return d, nil, err
		}
		for _, one := range open { // a crash may have left a part of a cut behind
			if contains(one.Files, d.Files) {
				return one, nil, nil
			}
		}
	}
	for ; ; d.Nth++ {
		m, err := s.filer.Ledger.Mark(ctx, d.Key())
		if err == nil && m == nil {
			m, err = s.filer.Ledger.Mark(ctx, parkedKey(d))
		}
		switch {
		case err != nil:
			return d, nil, err
		case filed(m):
			continue
		case m != nil && (left(m) || m.State == schedule.Parked):
			answer, err := answerOf(m)
			return d, &answer, err
		}
		return d, nil, nil
	}
}

// unfinished are the drops that were taken and not filed. They are read once a look.
func (s *Scanner) unfinished(ctx context.Context) ([]schedule.Drop, error) {
	if s.open != nil {
		return s.open, nil
	}
	marks, err := s.filer.Ledger.Marks(ctx, "drop/"+s.folder.Name+"/")
	if err != nil {
		return nil, err
	}
	s.open = []schedule.Drop{}
	for _, m := range marks {
		if filed(&m) || left(&m) {
			continue
		}
		a, err := answerOf(&m)
		if err != nil {
			return nil, err
		}
		s.open = append(s.open, a.Drop)
	}
	return s.open, nil
}

// sweepEvery is how often what was taken and not filed is looked for where nothing
// lies in the folder to tell of it: a crash after the move, and a queue that was lost.
const sweepEvery = time.Hour

func (s *Scanner) sweep(ctx context.Context, now time.Time) error {
	if !s.swept.IsZero() && now.Sub(s.swept) < sweepEvery {
		return nil
	}
	open, err := s.unfinished(ctx)
	if err != nil {
		return err
	}
	for _, d := range open {
		if err := s.enqueue(ctx, d); err != nil {
			return fmt.Errorf("watch %s: hand on %q: %w", s.folder.Name, d.Name(), err)
		}
	}
	s.swept = now
	return nil
}

func contains(all, some []schedule.DropFile) bool {
	for _, one := range some {
		if !slices.ContainsFunc(all, func(f schedule.DropFile) bool {
			return f.OnDisk() == one.OnDisk() && f.SHA256 == one.SHA256 && f.Size == one.Size && f.ModTime.Equal(one.ModTime)
		}) {
			return false
		}
	}
	return true
}
