package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/runs"
)

// exact is the largest sum that control totals, which are floats, still show
// to the frame.
const exact = 1 << 53

// sums are what is added up. A method uses hundredths or count, not both.
type sums struct {
	frames, drawings, hundredths int64
	count                        float64
}

func (s *sums) add(o sums) {
	s.frames += o.frames
	s.drawings += o.drawings
	s.hundredths += o.hundredths
	s.count += o.count
}

func (s share) sums() sums { return sums{s.frames, s.drawings, s.hundredths, s.count} }

// A cellKey says whose work of which type on which day; who and work are
// indices into the ledger's names.
type cellKey struct {
	who, work int32
	day       dayNumber
}

type cellSums struct {
	cellKey
	sums
}

// names number ids as they come; a label stands beside each.
type names struct {
	ids    []hierarchy.ID
	labels []string
	at     map[hierarchy.ID]int32
	label  func(hierarchy.ID) string
}

func newNames(label func(hierarchy.ID) string) *names {
	return &names{at: map[hierarchy.ID]int32{}, label: label}
}

func (n *names) index(id hierarchy.ID) int32 {
	i, ok := n.at[id]
	if !ok {
		i = int32(len(n.ids))
		n.at[id] = i
		n.ids = append(n.ids, id)
		n.labels = append(n.labels, n.label(id))
	}
	return i
}

// ranks gives the place of each index in the order of labels, then ids.
func (n *names) ranks() []int32 {
	order := make([]int32, len(n.ids))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(strings.Compare(n.labels[a], n.labels[b]), hierarchy.CompareIDs(n.ids[a], n.ids[b]))
	})
	ranks := make([]int32, len(order))
	for rank, i := range order {
		ranks[i] = int32(rank)
	}
	return ranks
}

// A ledger adds shares up by person, task type and day; all else follows from
// these cells. It grows with what the report prints, not with the tasks.
type ledger struct {
	scope  *scope
	spread spread
	basis  Basis
	// conserves says that the shares of a task must sum to the task.
	conserves bool
	// plain says that the spread looks at no time sheets.
	plain bool
	// goals are given all shares of counted tasks; nil: none.
	goals *goals

	who, work *names
	cells     map[cellKey]int32 // indices into added: a map without pointers costs the collector nothing
	added     []sums
	shares    *runs.Sorter[shareRow] // one by one, for printing; nil: not kept
	shots     entityOrder            // of the shares
	printed   int64                  // frames of the shares kept for printing

	omissions      []omission
	allDays        map[dayNumber]int64 // frames by day, whatever the period asked for; nil: not kept
	total, omitted tally
	size           uint64 // sum of frames without their signs
}

// A tally is a control total.
type tally struct {
	tasks int64
	sums
}

func newLedger(s *scope, basis Basis, how spread, conserves bool) *ledger {
	return &ledger{scope: s, spread: how, basis: basis, conserves: conserves,
		who: newNames(s.personName), work: newNames(s.typeName), cells: map[cellKey]int32{}}
}

// read walks the facts once.
func (l *ledger) read(facts hierarchy.Facts) error {
	if l.plain {
		return eachTask(l.scope.lean(facts, sumFields), func(t *hierarchy.Task) error {
			if !l.counts(t) {
				return nil
			}
			return l.take(t, nil)
		})
	}
	return eachWithSheets(l.scope.lean(facts, sumFields), l.counts, l.take)
}

// counts tells whether a quota counts a task: on a shot, with the basis date set.
func (l *ledger) counts(t *hierarchy.Task) bool {
	if l.basis.date(t).IsZero() || !l.scope.wantsType(t) {
		return false
	}
	shot := l.scope.dim.Entity(t.EntityID)
	return shot != nil && shot.Kind == hierarchy.Shot
}

// take spreads a task and adds the shares that the query asks for.
func (l *ledger) take(t *hierarchy.Task, sheets []hierarchy.TimeSpent) error {
	shot := l.scope.dim.Entity(t.EntityID)
	shares := l.spread(t, shot, sheets)
	if l.conserves {
		if err := conserved(t, shot, shares); err != nil {
			return fmt.Errorf("%s: %w", l.scope.path(shot.ID), err)
		}
	}
	l.size += magnitude(shot.Frames()) * uint64(max(1, len(t.Assignees)))
	if magnitude(shot.Frames()) > exact || l.size > exact || magnitude(t.Drawings()) > exact {
		return fmt.Errorf("add %d frames and %d drawings of %q: the sum is beyond what can be shown exactly", shot.Frames(), t.Drawings(), l.scope.path(shot.ID))
	}
	if l.goals != nil {
		l.goals.take(t, shares)
	}
	var seen tally
	for _, sh := range shares {
		if !l.scope.wantsPerson(sh.person, t.TaskTypeID) {
			continue
		}
		if l.allDays != nil {
			l.allDays[sh.day] += sh.frames
		}
		if !l.scope.wantsDay(sh.day) {
			continue
		}
		if err := l.add(sh, t); err != nil {
			return err
		}
		seen.tasks = 1
		seen.add(sh.sums())
	}
	if seen.tasks == 0 {
		return nil
	}
	l.total.merge(seen)
	if shot.Canceled {
		l.omitted.merge(seen)
		if l.shares != nil {
			l.omissions = append(l.omissions, omission{t.ID, shot.ID, t.TaskTypeID, seen.sums})
		}
	}
	return nil
}

// framesOf sums the days from one to another, whatever the period asked for.
func (l *ledger) framesOf(first, last dayNumber) int64 {
	var n int64
	for d, frames := range l.allDays {
		if first <= d && d <= last {
			n += frames
		}
	}
	return n
}

func (t *tally) merge(o tally) {
	t.tasks += o.tasks
	t.add(o.sums)
}

func (l *ledger) add(sh share, t *hierarchy.Task) error {
	who, work := l.who.index(sh.person), l.work.index(t.TaskTypeID)
	key := cellKey{who, work, sh.day}
	at, there := l.cells[key]
	if !there {
		at = int32(len(l.added))
		l.cells[key] = at
		l.added = append(l.added, sums{})
	}
	l.added[at].add(sh.sums())
	if l.shares == nil {
		return nil
	}
	l.printed += sh.frames
	return l.shares.Add(shareRow{who: who, work: work, shot: l.shots.place[t.EntityID], task: t.ID, day: sh.day,
		because: sh.because, part: sh.part, of: sh.of, sums: sh.sums()})
}

// keep makes the ledger keep the shares one by one, for printing, and the frames
// of days outside the period, for answers.
func (l *ledger) keep(scratch func() (runs.Scratch, error)) {
	l.shares = l.newShares(scratch, runs.Rows)
	l.shots = l.scope.orderOf(hierarchy.Shot)
	l.allDays = map[dayNumber]int64{}
}

// conserved makes sure that the shares of a task sum to the task.
func conserved(t *hierarchy.Task, shot *hierarchy.Entity, shares []share) error {
	var got sums
	for _, sh := range shares {
		got.add(sh.sums())
	}
	if want := (sums{frames: shot.Frames(), drawings: t.Drawings(), hundredths: shot100}); got != want {
		return fmt.Errorf("apportion task %q: shares sum to %d frames, %d drawings and %d hundredths instead of %d, %d and %d",
			t.ID, got.frames, got.drawings, got.hundredths, want.frames, want.drawings, want.hundredths)
	}
	return nil
}

// sorted gives the cells by the place of who and work in the order of their
// labels, then day. whoOf maps a cell's person to another dimension.
func (l *ledger) sorted(whoOf func(cellKey) int32, ranks []int32) []cellSums {
	works := l.work.ranks()
	place := func(c *cellSums) int64 { return int64(ranks[c.who])<<32 | int64(works[c.work]) }
	all := make([]cellSums, 0, len(l.cells))
	for k, at := range l.cells {
		k.who = whoOf(k)
		all = append(all, cellSums{k, l.added[at]})
	}
	slices.SortFunc(all, func(a, b cellSums) int {
		if c := cmp.Compare(place(&a), place(&b)); c != 0 {
			return c
		}
		if a.day != b.day {
			return cmp.Compare(a.day, b.day)
		}
		return cmp.Compare(a.count, b.count)
	})
	return all
}

// in adds neighbours of one period up; the cells must be sorted. Days become
// the first day of their period.
func (p period) in(cells []cellSums) []cellSums {
	var out []cellSums
	for _, c := range cells {
		c.day = p.start(c.day)
		if n := len(out); n > 0 && out[n-1].cellKey == c.cellKey {
			out[n-1].add(c.sums)
			continue
		}
		out = append(out, c)
	}
	return out
}

// inOrder gives the cells in an order that does not depend on the map.
func (l *ledger) inOrder() []cellSums {
	return l.sorted(func(k cellKey) int32 { return k.who }, l.who.ranks())
}

func sortByDay(cells []cellSums) {
	slices.SortFunc(cells, func(a, b cellSums) int { return cmp.Compare(a.day, b.day) })
}
