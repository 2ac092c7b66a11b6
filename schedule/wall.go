package schedule

import "time"

// A wall time is what a clock shows, kept as if it were UTC: adding an hour to
// it is turning the hands, whatever the zone does.

// wallOf reads a zone's clock at an instant.
func wallOf(at time.Time, zone *time.Location) time.Time {
	t := at.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

func midnight(wall time.Time) time.Time {
	return time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC)
}

// passing is how often a clock shows a wall time.
type passing int

const (
	once passing = iota
	twice
	never
)

// instant finds when a zone's clock first shows a wall time; where the clock is
// turned past it, the instant right after.
func instant(wall time.Time, zone *time.Location) (time.Time, passing) {
	near := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	start, end := near.ZoneBounds()
	if quiet(near, near, start, end) {
		return near, once
	}
	shown := shownAt(wall, zone, near, start.Add(-1), end)
	switch len(shown) {
	case 0:
		return afterGap(wall, zone, near, start, end), never
	case 1:
		return shown[0], once
	}
	return shown[0], twice
}

// slack is more than any zone has turned its clock at once: Samoa skipped a day.
const slack = 25 * time.Hour

// quiet tells whether two instants, and the time between, lie well within one
// stretch of a zone's time; a bound is zero where there is none.
func quiet(from, to, start, end time.Time) bool {
	return (start.IsZero() || start.Before(from.Add(-slack))) && (end.IsZero() || end.After(to.Add(slack)))
}

// shownAt lists the instants at which the clock shows a wall time, ascending,
// by the offsets of three instants near it: time.Date does not say which of two
// it takes.
func shownAt(wall time.Time, zone *time.Location, near ...time.Time) []time.Time {
	var out []time.Time
	for _, probe := range near {
		_, offset := probe.In(zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		if !wallOf(at, zone).Equal(wall) {
			continue
		}
		switch {
		case len(out) == 0 || at.After(out[0]) && len(out) == 1:
			out = append(out, at)
		case at.Before(out[0]):
			out = append([]time.Time{at}, out...)
		}
	}
	return out
}

// afterGap finds the change that turns the clock past a wall time.
func afterGap(wall time.Time, zone *time.Location, otherwise time.Time, changes ...time.Time) time.Time {
	for _, change := range changes {
		if !change.IsZero() && wallOf(change.Add(-1), zone).Before(wall) && wall.Before(wallOf(change, zone)) {
			return change
		}
	}
	return otherwise
}
