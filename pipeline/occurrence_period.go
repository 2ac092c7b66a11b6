package pipeline

import (
	"fmt"
	"strings"
	"time"

	"turnover/hierarchy"
	"turnover/schedule"
)

// A span is the days that an occurrence reports on.
type span struct {
	from, to hierarchy.Day // inclusive; "" is open
	label    string        // "2026-W47", "2026-10": for people and file names
	running  bool          // it is not over: the next occurrence may report on it too
}

// spanOf reads a period's word for the day that an occurrence's expression says,
// be it run when it may. Weeks are ISO weeks.
func spanOf(period string, o schedule.Occurrence) (span, error) {
	at, err := time.Parse(schedule.OccurrenceForm, o.Wall)
	if err != nil {
		return span{}, usage("%q is no time of an occurrence: write it as 2026-11-23T08:00", o.Wall)
	}
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	if period == "" || period == "all" {
		return span{label: dayOf(day)}, nil
	}
	which, unit, _ := strings.Cut(period, "-")
	first, next, ok := unitAround(day, unit)
	if !ok || which != "last" && which != "this" {
		return span{}, usage("unknown period %q: use all, or last- or this- with day, week, month or year", period)
	}
	if which == "last" {
		next = first
		first, _, _ = unitAround(first.AddDate(0, 0, -1), unit)
	}
	return span{from: hierarchy.Day(dayOf(first)), to: hierarchy.Day(dayOf(next.AddDate(0, 0, -1))), label: unitLabel(first, unit), running: which == "this"}, nil
}

// unitAround gives the first day of a day's week, month or year, and of the next.
func unitAround(day time.Time, unit string) (first, next time.Time, ok bool) {
	switch unit {
	case "day":
		return day, day.AddDate(0, 0, 1), true
	case "week":
		first = day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		return first, first.AddDate(0, 0, 7), true
	case "month":
		first = time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(0, 1, 0), true
	case "year":
		first = time.Date(day.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(1, 0, 0), true
	}
	return day, day, false
}

func unitLabel(first time.Time, unit string) string {
	switch unit {
	case "week":
		year, week := first.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	case "month":
		return first.Format("2006-01")
	case "year":
		return first.Format("2006")
	}
	return dayOf(first)
}

func dayOf(t time.Time) string { return t.Format(time.DateOnly) }

// words names the span in a mail.
func (s span) words() string {
	switch {
	case s.from == "":
		return "everything recorded"
	case s.from == s.to:
		return string(s.from)
	}
	return fmt.Sprintf("%s (%s to %s)", s.label, s.from, s.to)
}

// fileName names an occurrence's file for its entry and period; of a period that
// is not over, for its day too.
func (s span) fileName(entry, suffix string, o schedule.Occurrence) string {
	name := entry + "-" + s.label
	if day, _, _ := strings.Cut(o.Wall, "T"); s.running && day != s.label {
		name += "-on-" + day
	}
	return name + suffix
}
