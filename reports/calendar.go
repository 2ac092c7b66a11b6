package reports

import (
	"fmt"
	"time"

	"turnover/hierarchy"
)

// rests tells whether nobody works on a day.
func (c Calendar) rests(d dayNumber) bool {
	if c.weekend(d.weekday()) {
		return true
	}
	if len(c.Holidays) == 0 {
		return false
	}
	_, holiday := c.Holidays[dayText(d)]
	return holiday
}

// Free says why nobody works on a day: "weekend" or "holiday"; "" on a working
// day.
func (c Calendar) Free(day time.Time) string {
	if _, holiday := c.Holidays[hierarchy.Day(day.Format(time.DateOnly))]; holiday {
		return "holiday"
	}
	if c.weekend(day.Weekday()) {
		return "weekend"
	}
	return ""
}

func (c Calendar) weekend(w time.Weekday) bool {
	if c.Weekend == nil {
		return w == time.Saturday || w == time.Sunday
	}
	return c.Weekend[w]
}

// businessDays lists the working days from one day to another, both included.
func (c Calendar) businessDays(from, to dayNumber) []dayNumber {
	var out []dayNumber
	for d := from; d <= to; d++ {
		if !c.rests(d) {
			out = append(out, d)
		}
	}
	return out
}

// words describes the calendar for a cover.
func (c Calendar) words() string {
	rest := ""
	for i := range 7 {
		w := time.Weekday((i + 1) % 7)
		if c.weekend(w) {
			if rest != "" {
				rest += ", "
			}
			rest += w.String()
		}
	}
	if rest == "" {
		rest = "none"
	}
	return fmt.Sprintf("days off each week: %s; holidays: %d", rest, len(c.Holidays))
}
