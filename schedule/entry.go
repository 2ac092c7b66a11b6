package schedule

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// What an entry does on days on which nobody works.
const (
	FreeRun    = "run" // as on any other; the default
	FreeSkip   = "skip"
	FreeBefore = "before" // on the working day before, at the same wall time
	FreeAfter  = "after"
)

// Weekend is the reason for which a day is free that an expression may name on
// purpose, by its weekday.
const Weekend = "weekend"

// mostFree is how many days are looked through for a working day.
const mostFree = 62

// An Entry is what the configuration wants done again and again.
type Entry struct {
	Name     string
	Times    Expression
	Zone     *time.Location // nil is UTC
	MakeUp   int            // how many missed occurrences are made up for: 0 none, 1 the newest, n the newest n
	Holidays string         // one of the words above; "" is FreeRun
	// Free says why nobody works on a day, as "holiday" or Weekend; "" on a
	// working day. nil: every day is one.
	Free func(day time.Time) string
}

func (e *Entry) zone() *time.Location {
	if e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

// Between lists what is due after one instant and until another, the latter
// included, by instant and wall time; apart from it, what is left out because
// the day is free.
func (e *Entry) Between(after, until time.Time) (due, skipped []Occurrence) {
	by := slackBetween(after, until, e.zone())
	w := walk{e: e, from: wallOf(after, e.zone()).Add(-by), to: wallOf(until, e.zone()).Add(by)}
	for _, s := range w.steps() {
		switch {
		case !s.At.After(after) || s.At.After(until):
		case s.left:
			skipped = append(skipped, s.Occurrence)
		default:
			due = append(due, s.Occurrence)
		}
	}
	sortOccurrences(due)
	return due, skipped
}

// slackBetween is how far a wall time may be from those of two instants and yet
// be due between them: not at all where no clock is changed near them.
func slackBetween(after, until time.Time, zone *time.Location) time.Duration {
	start, end := after.In(zone).ZoneBounds()
	if quiet(after, until, start, end) {
		return time.Minute
	}
	return slack
}

func sortOccurrences(all []Occurrence) {
	slices.SortFunc(all, func(a, b Occurrence) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Wall, b.Wall), cmp.Compare(a.Entry, b.Entry))
	})
}

// far is how long Next looks ahead: 29 February comes within it.
const far = 10 * 366 * 24 * time.Hour

// Next lists the n occurrences after an instant, and what is left out until the
// last of them. There are fewer where no more come within ten years.
func (e *Entry) Next(after time.Time, n int) (due, skipped []Occurrence) {
	end := after.Add(far)
	for from, span := after, time.Hour; len(due) < n && from.Before(end); span *= 2 {
		until := from.Add(span)
		more, left := e.Between(from, until)
		due, skipped = append(due, more...), append(skipped, left...)
		from = until
	}
	if len(due) > n {
		due = due[:n]
	}
	if len(due) < n {
		return due, skipped
	}
	last := due[n-1].At
	return due, slices.DeleteFunc(skipped, func(o Occurrence) bool { return o.At.After(last) })
}

// A walk goes through an entry's wall times and finds their instants.
type walk struct {
	e        *Entry
	from, to time.Time // wall times between which an instant is wanted
}

// A step is one wall time of a walk.
type step struct {
	Occurrence
	left  bool // the day is free and the entry leaves it out
	shown passing
	moved time.Duration // by whole days
}

// steps lists the wall times that may be due within the walk, in their order.
// Several that the clock skips at once, and the time it goes on at, are one: run
// side by side they would say the same.
func (w walk) steps() (out []step) {
	reach := time.Duration(0)
	if w.e.Holidays == FreeBefore || w.e.Holidays == FreeAfter {
		reach = (mostFree + 1) * 24 * time.Hour
	}
	last := w.to.Add(reach)
	var p place
	for wall := w.e.Times.next(w.from.Add(-reach)); !wall.IsZero() && !wall.After(last); wall = w.e.Times.next(wall) {
		if day := midnight(wall); !p.day.Equal(day) {
			p = w.e.placeOf(day)
		}
		if p.to.Add(24*time.Hour).Before(w.from) || p.to.After(w.to) {
			wall = p.day.Add(24*time.Hour - time.Second) // nothing of this day
			continue
		}
		s := w.step(wall, p)
		if n := len(out); n > 0 && out[n-1].shown == never && out[n-1].At.Equal(s.At) && out[n-1].moved == s.moved {
			s.note("stands for what the clock skips before it")
			out = out[:n-1]
		}
		out = append(out, s)
	}
	return out
}

func (w walk) step(wall time.Time, p place) step {
	target := wall.Add(p.to.Sub(p.day))
	at, shown := instant(target, w.e.zone())
	s := step{Occurrence: Occurrence{Entry: w.e.Name, Wall: wall.Format(OccurrenceForm), At: at, Why: p.why}, left: p.left, shown: shown, moved: p.to.Sub(p.day)}
	switch {
	case s.left: // it makes no odds what its clock does
	case shown == never:
		s.note(fmt.Sprintf("%s does not exist on this day: runs at %s", target.Format("15:04"), clockAt(at, target, w.e.zone())))
	case shown == twice:
		s.note(fmt.Sprintf("%s comes twice: runs at the first", target.Format("15:04")))
	}
	return s
}

// clockAt is what the clock shows at an instant, with the day where it is
// another than the wall time's.
func clockAt(at, wall time.Time, zone *time.Location) string {
	if shown := wallOf(at, zone); !midnight(shown).Equal(midnight(wall)) {
		return shown.Format("15:04 on 2 January")
	}
	return at.In(zone).Format("15:04")
}

// A place is the day on which the wall times of a day are due.
type place struct {
	day, to time.Time // wall, midnight
	why     string
	left    bool
}

func (e *Entry) placeOf(day time.Time) place {
	p := place{day: day, to: day}
	if e.Free == nil || e.Holidays == "" || e.Holidays == FreeRun {
		return p
	}
	free := e.Free(day)
	if free == "" || free == Weekend && e.Times.choosesWeekdays() {
		return p // "SAT" means Saturdays
	}
	p.why = free + " " + day.Format("2 January")
	if e.Holidays == FreeSkip {
		p.why, p.left = p.why+": skipped", true
		return p
	}
	by := 1
	if e.Holidays == FreeBefore {
		by = -1
	}
	for i := 1; i <= mostFree; i++ {
		if to := day.AddDate(0, 0, i*by); e.Free(to) == "" {
			p.to, p.why = to, p.why+": moved to "+to.Format("2 January")
			return p
		}
	}
	p.why += fmt.Sprintf(": no working day within %d days, runs all the same", mostFree)
	return p
}

// ByWall finds the newest occurrence whose wall time is not after another; false
// where none came in ten years and more. It is for a person who names it: free
// days are like any other.
func (e *Entry) ByWall(wall time.Time) (Occurrence, bool) {
	last := time.Time{}
	for span := time.Hour; last.IsZero() && span < 4*far; span *= 4 { // expressions look ahead only
		for next := e.Times.next(wall.Add(-span)); !next.IsZero() && !next.After(wall); next = e.Times.next(next) {
			last = next
		}
	}
	if last.IsZero() {
		return Occurrence{}, false
	}
	day := midnight(last)
	return walk{e: e}.step(last, place{day: day, to: day}).Occurrence, true
}
