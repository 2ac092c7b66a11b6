package reports

import (
	"fmt"
	"time"

	"turnover/hierarchy"
)

// A dayNumber is a calendar day in no zone, counted from 1970-01-01.
type dayNumber int32

const secondsOfDay = 24 * 60 * 60

// dayOf gives the calendar day of an instant in a zone.
func dayOf(t time.Time, zone *time.Location) dayNumber {
	y, m, d := t.In(zone).Date()
	return dayNumber(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay)
}

// numberOf gives the number of a day that is written.
func numberOf(d hierarchy.Day) dayNumber { return dayNumber(d.Time().Unix() / secondsOfDay) }

// time gives midnight UTC of the day.
func (d dayNumber) time() time.Time { return time.Unix(int64(d)*secondsOfDay, 0).UTC() }

// weekday counts from Sunday; 1970-01-01 was a Thursday.
func (d dayNumber) weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

// A period is a length of time that quotas are added up in.
type period int

const (
	byDay period = iota
	byWeek
	byMonth
	byYear
)

var periods = []period{byDay, byWeek, byMonth, byYear}

func (p period) String() string { return [...]string{"day", "week", "month", "year"}[p] }

// start gives the first day of the period that a day lies in: Monday of its
// ISO week, the first of its month, the first of January.
func (p period) start(d dayNumber) dayNumber {
	switch p {
	case byWeek:
		return d - dayNumber((int(d.weekday())+6)%7)
	case byMonth:
		return d - dayNumber(d.time().Day()-1)
	case byYear:
		return d - dayNumber(d.time().YearDay()-1)
	}
	return d
}

// label writes the period that a day lies in: 2026-01-05, 2026-W02, 2026-01, 2026.
func (p period) label(d dayNumber) string {
	t := d.time()
	switch p {
	case byWeek:
		y, w := t.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", y, w)
	case byMonth:
		return t.Format("2006-01")
	case byYear:
		return t.Format("2006")
	}
	return t.Format(time.DateOnly)
}

// dayText writes a day as archives do.
func dayText(d dayNumber) hierarchy.Day { return hierarchy.Day(d.time().Format(time.DateOnly)) }
