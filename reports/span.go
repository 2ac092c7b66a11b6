package reports

import (
	"fmt"
	"math"
)

// A span is some days, both ends included.
type span struct{ from, to dayNumber }

func (s span) has(d dayNumber) bool { return s.from <= d && d <= s.to }

// words names a span: "2026-W02", or its two days.
func (s span) words() string {
	if s.from == byWeek.start(s.from) && s.to == s.from+6 {
		return byWeek.label(s.from)
	}
	return fmt.Sprintf("%s to %s", dayText(s.from), dayText(s.to))
}

// spans gives the days that a book's answers speak of and those that they are
// compared with: the period asked for and as many days before it, else the ISO
// week of the report's as-of and the week before. known is false where a report
// has neither: then the first span is all time.
func (s *scope) spans() (now, before span, known bool) {
	asOf, isNow := dayNumber(0), !s.q.AsOf.IsZero()
	if isNow {
		asOf = dayOf(s.q.AsOf, s.zone)
	}
	switch from, to := s.q.From != "", s.q.To != ""; {
	case from && to:
		now = span{s.from, s.to}
	case from && isNow && s.from <= asOf:
		now = span{s.from, asOf}
	case to:
		now = span{byWeek.start(s.to), s.to}
	case !from && isNow:
		now = span{byWeek.start(asOf), byWeek.start(asOf) + 6}
	default:
		return span{math.MinInt32, math.MaxInt32}, span{}, false
	}
	return now, span{now.from - (now.to - now.from) - 1, now.from - 1}, true
}
