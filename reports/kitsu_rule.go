package reports

import (
	"math"
	"strconv"
	"time"

	"turnover/hierarchy"
)

// kitsuRule lays tasks out as Kitsu (Zou 1.0.97) does, with all its rounding:
// what it adds up need not sum to the shot.
type kitsuRule struct {
	basis Basis
	zone  *time.Location
}

// raw gives the whole shot to each assignee on the day of the basis date.
func (k kitsuRule) raw(t *hierarchy.Task, shot *hierarchy.Entity, _ []hierarchy.TimeSpent) []share {
	var out []share
	for _, p := range t.Assignees {
		out = append(out, share{person: p, day: dayOf(k.basis.date(t).Time, k.zone), part: 1, of: 1, because: kitsuEachAssignee,
			frames: shot.Frames(), drawings: t.Drawings(), count: 1})
	}
	return out
}

// weighted rounds each time sheet's part by itself; a task without any is laid
// on weekdays.
func (k kitsuRule) weighted(t *hierarchy.Task, shot *hierarchy.Entity, sheets []hierarchy.TimeSpent) []share {
	if len(sheets) == 0 {
		return k.weekdays(t, shot)
	}
	if !(t.Duration > 0) { // the recorded sum says that nothing was logged
		return nil
	}
	out := make([]share, 0, len(sheets))
	for _, s := range sheets {
		weight := s.Duration / t.Duration
		out = append(out, share{person: s.PersonID, day: numberOf(s.Date), part: s.Duration, of: t.Duration, because: kitsuLogged,
			frames: halfEven(float64(shot.Frames()) * weight), drawings: halfEven(float64(t.Drawings()) * weight), count: weight})
	}
	return out
}

// weekdays lays a task without time sheets on its weekdays.
func (k kitsuRule) weekdays(t *hierarchy.Task, shot *hierarchy.Entity) []share {
	days, of := k.weekdaysOf(t)
	if len(t.Assignees) == 0 {
		return nil
	}
	part := share{part: 1, of: float64(of), because: kitsuWeekdays, count: 1 / float64(of),
		frames: halfEven(float64(shot.Frames()) / float64(of)), drawings: t.Drawings()}
	var out []share
	for _, day := range days {
		part.day = day
		for _, p := range t.Assignees {
			part.person = p
			out = append(out, part)
		}
	}
	return out
}

// weekdaysOf walks from the start as many whole days of 24 hours as lie before
// the basis date: the last day is lost where it ends earlier in the day than it
// started. Weekdays are UTC's, the days given are those of the asker's zone.
// of is by what Kitsu divides: one more than the weekdays after the first day,
// also where the first is no weekday.
func (k kitsuRule) weekdaysOf(t *hierarchy.Task) (days []dayNumber, of int) {
	if t.RealStartDate.IsZero() {
		return nil, 1
	}
	length := int(math.Floor(k.basis.date(t).Sub(t.RealStartDate.Time).Hours() / 24))
	first := dayOf(t.RealStartDate.Time, time.UTC)
	of = 1
	for i := 0; i <= length; i++ {
		if (Calendar{}).rests(first + dayNumber(i)) {
			continue
		}
		days = append(days, dayOf(t.RealStartDate.AddDate(0, 0, i), k.zone))
		if i > 0 {
			of++
		}
	}
	return days, of
}

func halfEven(f float64) int64 { return int64(math.RoundToEven(f)) }

// kitsuFPS is the production's rate as Kitsu reads it: a plain decimal, 25
// where there is none. (Kitsu itself fails where it is 0 or no number.)
func kitsuFPS(p *hierarchy.Project) float64 {
	if p.FPS != nil {
		if f, err := strconv.ParseFloat(*p.FPS, 64); err == nil && f > 0 && !math.IsInf(f, 0) {
			return f
		}
	}
	return 25
}
