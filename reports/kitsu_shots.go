package reports

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"turnover/hierarchy"
)

// A KitsuShotsQuery asks as Kitsu's quota-shots routes do: which shots make a
// person's quota of some days.
type KitsuShotsQuery struct {
	CountMode string // "" is weighted
	Person    hierarchy.ID
	TaskType  hierarchy.ID // "" is all
	From, To  time.Time    // midnights of the asker's zone; To is the day after the last
}

// A KitsuShot is a shot with the part of it that counts.
type KitsuShot struct {
	Shot     *hierarchy.Entity
	FullName string // "E01 / SQ010 / SH0010"
	Weight   float64
}

// KitsuQuotaShots answers as Kitsu's quota-shots routes do, by full name. A raw
// period holds both its ends, as Kitsu's. *UsageError for a count mode that
// Kitsu does not have.
func KitsuQuotaShots(facts hierarchy.Facts, q KitsuShotsQuery) ([]KitsuShot, error) {
	s, err := newScope(facts.Dimensions(), Query{})
	if err != nil {
		return nil, err
	}
	basis, _, err := kitsuSpread(q.CountMode, time.UTC)
	if err != nil {
		return nil, err
	}
	if q.TaskType != "" {
		s.onlyTypes = map[hierarchy.ID]bool{q.TaskType: true}
	}
	l := kitsuShots{ledger: newLedger(s, basis, nil, false), q: q, raw: q.CountMode == CountFeedback || q.CountMode == CountDone, at: map[hierarchy.ID]int{}}
	if err := eachWithSheets(s.lean(facts, sumFields), l.counts, l.take); err != nil {
		return nil, err
	}
	out := l.logged
	for _, k := range l.laid {
		if !slices.ContainsFunc(out, func(o KitsuShot) bool { return o.Shot == k.Shot }) {
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b KitsuShot) int {
		return cmp.Or(strings.Compare(a.FullName, b.FullName), hierarchy.CompareIDs(a.Shot.ID, b.Shot.ID))
	})
	return out, nil
}

// kitsuShots gathers the shots: tasks with time sheets add up, of the others
// the first counts where there are none with time sheets.
type kitsuShots struct {
	*ledger
	q            KitsuShotsQuery
	raw          bool
	logged, laid []KitsuShot
	at           map[hierarchy.ID]int // in logged
}

func (l *kitsuShots) take(t *hierarchy.Task, sheets []hierarchy.TimeSpent) error {
	shot, mine := l.scope.dim.Entity(t.EntityID), slices.Contains(t.Assignees, l.q.Person)
	switch {
	case l.raw:
		if end := l.basis.date(t).Time; mine && !end.Before(l.q.From) && !end.After(l.q.To) {
			l.lay(shot, 1)
		}
	case len(sheets) > 0:
		l.log(t, shot, sheets)
	case mine:
		if weight := l.overlap(t); weight > 0 {
			l.lay(shot, weight)
		}
	}
	return nil
}

// log adds the person's time sheets of the days asked for, each rounded by
// itself.
func (l *kitsuShots) log(t *hierarchy.Task, shot *hierarchy.Entity, sheets []hierarchy.TimeSpent) {
	if !(t.Duration > 0) {
		return // the recorded sum says that nothing was logged
	}
	from, to := hierarchy.Day(l.q.From.Format(time.DateOnly)), hierarchy.Day(l.q.To.Format(time.DateOnly))
	for _, s := range sheets {
		if s.PersonID != l.q.Person || s.Date < from || s.Date >= to {
			continue
		}
		i, there := l.at[shot.ID]
		if !there {
			i = len(l.logged)
			l.at[shot.ID] = i
			l.logged = append(l.logged, KitsuShot{shot, l.fullName(shot), 0})
		}
		l.logged[i].Weight += hundredth(s.Duration / t.Duration)
	}
}

func (l *kitsuShots) lay(shot *hierarchy.Entity, weight float64) {
	l.laid = append(l.laid, KitsuShot{shot, l.fullName(shot), weight})
}

// overlap is the part of a task without time sheets that lies in the days asked
// for, by weekdays; 0 is outside. A task that reaches beyond both ends counts
// one day, and the asker's midnights are compared with the task's dates in UTC
// without their zone, both as in Kitsu.
func (l *kitsuShots) overlap(t *hierarchy.Task) float64 {
	start, end := t.RealStartDate.Time, l.basis.date(t).Time
	if t.RealStartDate.IsZero() || start.After(l.q.To) || end.Before(l.q.From) {
		return 0
	}
	from, to := clockTime(l.q.From), clockTime(l.q.To)
	whole := kitsuWorkdays(start, end)
	part := 1.0
	switch {
	case !start.Before(from) && !end.After(to):
		part = whole
	case !start.Before(from):
		part = kitsuWorkdays(start, to)
	case !end.After(to):
		part = kitsuWorkdays(from, end)
	}
	return hundredth(part / whole)
}

// clockTime is what the clock shows, as if it stood in UTC.
func clockTime(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// kitsuWorkdays counts one day, and the weekdays (UTC) at the end of each whole
// day of 24 hours: as kitsuRule does, the last day is lost where it ends earlier
// in the day than it started.
func kitsuWorkdays(start, end time.Time) float64 {
	n, first := 1.0, dayOf(start, time.UTC)
	for i := 1; i <= int(math.Floor(end.Sub(start).Hours()/24)); i++ {
		if !(Calendar{}).rests(first + dayNumber(i)) {
			n++
		}
	}
	return n
}

// fullName is the shot's place as people write it, without what is missing.
func (l *kitsuShots) fullName(shot *hierarchy.Entity) string {
	name := shot.Name
	for _, above := range []*hierarchy.Entity{l.scope.dim.Sequence(shot), l.scope.dim.Episode(shot)} {
		if above != nil {
			name = above.Name + " / " + name
		}
	}
	return name
}
