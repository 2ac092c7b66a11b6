package reports

import "math"

// standing says how a period of a target stands. The set is closed and
// documented in docs/reports.md.
type standing string

const (
	reached standing = "reached"
	missed  standing = "missed"
	onPace  standing = "on pace"
	behind  standing = "behind"
	toCome  standing = "to come"
)

// recentDays is how many business days up to the as-of make the recent pace.
const recentDays = 20

// farAhead bounds how many days ahead an end is foretold: some ten years.
const farAhead = 3660

// A goalPeriod is one row of quota_targets.
type goalPeriod struct {
	g              *goal
	first, last    dayNumber
	goal, done     float64
	days, daysLeft int      // business days of the period, and of it after the as-of
	needed, pace   *float64 // a business day; nil where there is none
	standing       standing
	now            bool     // holds the as-of
	left           float64  // of the work that the goal counts; where now
	recent         *float64 // pace of the last recentDays; where now
	end            *dayNumber
}

// periods lays a goal out, as it stands on the day of the as-of.
func (b *quotaBook) periods(g *goal) []goalPeriod {
	today := b.today()
	first, last := g.span(today)
	var out []goalPeriod
	for at := g.every.start(first); at <= last && len(out) <= targetPeriods; at = g.every.next(at) {
		p := goalPeriod{g: g, first: max(at, first), last: min(g.every.next(at)-1, last)}
		if p.last < b.l.scope.from || p.first > b.l.scope.to {
			continue
		}
		b.stand(&p, at, today)
		out = append(out, p)
	}
	return out
}

// today is the day of the as-of; where there is none, the last with work.
func (b *quotaBook) today() dayNumber {
	if b.work.dated {
		return b.work.today
	}
	if n := len(b.weeks); n > 0 {
		last := b.weeks[n-1].day
		for k := range b.l.cells {
			last = max(last, k.day)
		}
		return last
	}
	return 0
}

// span is from the target's first day to its last; where these are open, from
// the first day with work to the end of the period of today.
func (g *goal) span(today dayNumber) (first, last dayNumber) {
	last = g.every.next(g.every.start(today)) - 1
	if g.target.To != "" {
		last = numberOf(g.target.To)
	}
	if g.target.From != "" {
		return numberOf(g.target.From), last
	}
	first = g.every.start(min(today, last))
	oldest := first - dayNumber(400*g.every.days()) // dates of another century are typing errors
	for d := range g.done {
		if start := g.every.start(d); start >= oldest {
			first = min(first, start)
		}
	}
	return first, last
}

// next gives the first day of the period after the one that begins on a day.
func (p period) next(start dayNumber) dayNumber {
	return p.start(start + [...]dayNumber{1, 7, 32, 367}[p])
}

// stand fills a period in. The goal of a period that the target's days cut is
// cut by business days.
func (b *quotaBook) stand(p *goalPeriod, start, today dayNumber) {
	c := b.l.scope.q.Calendar
	whole := len(c.businessDays(start, p.g.every.next(start)-1))
	p.days = len(c.businessDays(p.first, p.last))
	p.goal, _ = p.g.target.amount()
	if whole > 0 {
		p.goal *= float64(p.days) / float64(whole)
	}
	p.done = b.inUnit(p.g, p.g.between(p.first, p.last))
	p.daysLeft = len(c.businessDays(max(p.first, today+1), p.last))
	if gone := p.days - p.daysLeft; gone > 0 {
		p.pace = ptr(p.done / float64(gone))
	}
	if p.daysLeft > 0 {
		p.needed = ptr(max(0, p.goal-p.done) / float64(p.daysLeft))
	}
	p.standing = p.judge(today)
	if p.now = p.first <= today && today <= p.last; p.now {
		b.project(p, today)
	}
}

func ptr[T any](v T) *T { return &v }

// judge says how the period stands.
func (p *goalPeriod) judge(today dayNumber) standing {
	const almost = 1e-9
	switch {
	case p.first > today:
		return toCome
	case p.done >= p.goal-almost:
		return reached
	case p.last < today:
		return missed
	case p.needed != nil && p.pace != nil && *p.pace >= *p.needed-almost:
		return onPace
	}
	return behind
}

// inUnit gives sums in the unit of a goal.
func (b *quotaBook) inUnit(g *goal, s sums) float64 {
	switch _, unit := g.target.amount(); unit {
	case "frames":
		return float64(s.frames)
	case "seconds":
		return b.seconds(s.frames)
	}
	return b.shots(s)
}

// project foretells when the work left is done at the recent pace.
func (b *quotaBook) project(p *goalPeriod, today dayNumber) {
	p.left = b.inUnit(p.g, b.leftOf(p.g))
	first, n := b.recent(today)
	p.recent = ptr(b.inUnit(p.g, p.g.between(first, today)) / float64(n))
	p.end = b.l.scope.q.Calendar.ahead(today, p.left, *p.recent)
}

// leftOf sums the work left that a goal counts.
func (b *quotaBook) leftOf(g *goal) sums {
	m := b.work.byPerson
	if g.who == nil && g.team == nil {
		m = b.work.byType
	}
	var out sums
	for k, l := range m {
		if g.wants(b.l.scope, k.who, k.work) {
			out.frames += l.framesLeft
			out.hundredths += l.shotsLeft
		}
	}
	out.count = float64(out.hundredths) / shot100 // for the kitsu methods
	return out
}

// recent gives the first of the last business days up to today, and how many
// there are: fewer only where the calendar has hardly any.
func (b *quotaBook) recent(today dayNumber) (first dayNumber, n int) {
	days := b.l.scope.q.Calendar.businessDays(today-366, today)
	if len(days) == 0 {
		return today, 1
	}
	recent := days[max(0, len(days)-recentDays):]
	return recent[0], len(recent)
}

// ahead gives the business day on which an amount is done at a pace a business
// day, counted from the day after today; nil where it is not in sight.
func (c Calendar) ahead(today dayNumber, left, pace float64) *dayNumber {
	if left <= 0 {
		return &today
	}
	if pace <= 0 || left/pace > farAhead {
		return nil
	}
	n := int(math.Ceil(left / pace))
	days := c.businessDays(today+1, today+farAhead)
	if n > len(days) {
		return nil
	}
	return &days[n-1]
}
