package reports

import (
	"fmt"
	"math"
	"time"

	"turnover/hierarchy"
)

// A span is some days, both ends included.
type span struct{ from, to dayNumber }

func (s span) has(d dayNumber) bool { return s.from <= d && d <= s.to }

// calendar is the week, month or year that a span is; false where it is none.
func (s span) calendar() (period, bool) {
	for _, p := range []period{byWeek, byMonth, byYear} {
		if p.start(s.from) == s.from && p.start(s.to) == s.from && p.start(s.to+1) == s.to+1 {
			return p, true
		}
	}
	return 0, false
}

// words names a span: "2026-W02", "2026-01", "2026", or its two days.
func (s span) words() string {
	if p, ok := s.calendar(); ok {
		return p.label(s.from)
	}
	return fmt.Sprintf("%s to %s", dayText(s.from), dayText(s.to))
}

// before is what a span is compared with: the week, month or year before, else
// as many days.
func (s span) before() span {
	if p, ok := s.calendar(); ok {
		return span{p.start(s.from - 1), s.from - 1}
	}
	return span{s.from - (s.to - s.from) - 1, s.from - 1}
}

// lastTalk finds the last comment up to the report's as-of, as the tasks record
// it; the as-of itself where they do not. A production that has ended is then
// asked about its last week, and not about one in which nobody worked.
func (s *scope) lastTalk(facts hierarchy.Facts) (time.Time, error) {
	if s.q.AsOf.IsZero() || s.q.From != "" || s.q.To != "" {
		return s.q.AsOf, nil
	}
	var last time.Time
	err := eachTask(hierarchy.Only(facts, talkFields), func(t *hierarchy.Task) error {
		if at := t.LastCommentDate.Time; at.After(last) && !at.After(s.q.AsOf) && s.inFilm(t) {
			last = at
		}
		return nil
	})
	if last.IsZero() {
		last = s.q.AsOf
	}
	return last, err
}

// spans gives the days that a book's answers speak of and those that they are
// compared with: the period asked for and the one before it, else the ISO
// week of the last comment and the week before. known is false where a report
// has neither: then the first span is all time.
func (s *scope) spans(last time.Time) (now, before span, known bool) {
	asOf, isNow := dayNumber(0), !s.q.AsOf.IsZero()
	if isNow {
		asOf = dayOf(s.q.AsOf, s.zone)
	}
	switch from, to := s.q.From != "", s.q.To != ""; {
	case from && to:
		now = span{s.from, s.to}
	case from && isNow:
		now = span{s.from, max(s.from, asOf)}
	case to:
		now = span{byWeek.start(s.to), s.to}
	case isNow:
		monday := byWeek.start(dayOf(last, s.zone))
		now = span{monday, monday + 6}
	default:
		return span{math.MinInt32, math.MaxInt32}, span{}, false
	}
	return now, now.before(), true
}
