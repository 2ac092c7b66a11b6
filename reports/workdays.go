package reports

import (
	"slices"
	"time"
)

// workdays count business days between days without walking over them.
type workdays struct {
	calendar Calendar
	perWeek  dayNumber
	holidays []dayNumber // sorted, without those on days off
}

func workdaysOf(c Calendar) workdays {
	w := workdays{calendar: c}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if !c.weekend(d) {
			w.perWeek++
		}
	}
	for day := range c.Holidays {
		if d := numberOf(day); !c.weekend(d.weekday()) {
			w.holidays = append(w.holidays, d)
		}
	}
	slices.Sort(w.holidays)
	return w
}

// between counts the business days after one day, up to and with another:
// from Friday to Monday is one.
func (w workdays) between(from, to dayNumber) int64 {
	if to <= from {
		return 0
	}
	weeks := (to - from) / 7
	n := int64(weeks * w.perWeek)
	for d := from + weeks*7 + 1; d <= to; d++ {
		if !w.calendar.weekend(d.weekday()) {
			n++
		}
	}
	first, _ := slices.BinarySearch(w.holidays, from+1)
	last, _ := slices.BinarySearch(w.holidays, to+1)
	return n - int64(last-first)
}
