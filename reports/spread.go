package reports

import (
	"slices"
	"time"

	"turnover/hierarchy"
)

// shot100 is a whole shot in hundredths.
const shot100 = 100

// A spread lays one task of a shot on days and people. The shares come by day,
// then person id.
type spread func(t *hierarchy.Task, shot *hierarchy.Entity, sheets []hierarchy.TimeSpent) []share

// A rule is what the conserving methods need to know.
type rule struct {
	basis    Basis
	zone     *time.Location
	calendar Calendar
}

// date is the date of a task that counts; zero where it is not set.
func (b Basis) date(t *hierarchy.Task) hierarchy.Time {
	if b == Approval {
		return t.DoneDate
	}
	return t.EndDate
}

// weighted follows the time logged, else the business days from start to basis.
func (r rule) weighted(t *hierarchy.Task, shot *hierarchy.Entity, sheets []hierarchy.TimeSpent) []share {
	if out := byMinutes(t, shot, sheets); out != nil {
		return out
	}
	basis := dayOf(r.basis.date(t).Time, r.zone)
	if t.RealStartDate.IsZero() {
		return evenly(t, shot, []dayNumber{basis}, noStart)
	}
	start := dayOf(t.RealStartDate.Time, r.zone)
	if start > basis {
		return evenly(t, shot, []dayNumber{basis}, startAfterBasis)
	}
	days := r.calendar.businessDays(start, basis)
	if len(days) == 0 {
		return evenly(t, shot, []dayNumber{basis}, noBusinessDay)
	}
	return evenly(t, shot, days, spreadOverDays)
}

// raw puts everything on the basis day.
func (r rule) raw(t *hierarchy.Task, shot *hierarchy.Entity, _ []hierarchy.TimeSpent) []share {
	return evenly(t, shot, []dayNumber{dayOf(r.basis.date(t).Time, r.zone)}, onBasisDay)
}

// byMinutes divides a task over its time sheets; nil where no time is logged.
func byMinutes(t *hierarchy.Task, shot *hierarchy.Entity, sheets []hierarchy.TimeSpent) []share {
	out := make([]share, 0, len(sheets))
	var total float64
	for _, s := range sheets {
		if weightOf(s.Duration) == 0 {
			continue
		}
		total += s.Duration
		out = append(out, share{person: s.PersonID, day: numberOf(s.Date), part: s.Duration, because: timeLogged})
	}
	if len(out) == 0 {
		return nil
	}
	out = mergeMinutes(out)
	weights, sum := make([]uint64, len(out)), uint64(0)
	for i := range out {
		out[i].of = total
		weights[i] = weightOf(out[i].part)
		sum += weights[i]
	}
	parts := make([]int64, len(out))
	for _, give := range gifts(t, shot) {
		if give.amount == 0 {
			continue // as drawings mostly are
		}
		apportion(give.amount, weights, sum, parts)
		for i := range out {
			give.set(&out[i], parts[i])
		}
	}
	return out
}

// mergeMinutes sorts shares and makes one of those of the same person and day.
func mergeMinutes(shares []share) []share {
	slices.SortStableFunc(shares, byDayThenPerson)
	out := shares[:1]
	for _, s := range shares[1:] {
		if last := &out[len(out)-1]; byDayThenPerson(*last, s) == 0 {
			last.part += s.part
		} else {
			out = append(out, s)
		}
	}
	return out
}

func byDayThenPerson(a, b share) int {
	if a.day != b.day {
		return int(a.day) - int(b.day)
	}
	return hierarchy.CompareIDs(a.person, b.person)
}

// evenly divides a task over days and its assignees in equal parts. Shares
// that would carry nothing at all are left out, so that a start in another
// century makes no million rows.
func evenly(t *hierarchy.Task, shot *hierarchy.Entity, days []dayNumber, because reason) []share {
	people := assignees(t)
	n := len(days) * len(people)
	most := uint64(0)
	all := gifts(t, shot)
	for _, give := range all {
		most = max(most, magnitude(give.amount))
	}
	out := make([]share, 0, min(uint64(n), most))
	for i := 0; i < n && uint64(i) < most; i++ {
		s := share{person: people[i%len(people)], day: days[i/len(people)], part: 1, of: float64(n), because: because}
		for _, give := range all {
			give.set(&s, evenPart(give.amount, n, i))
		}
		out = append(out, s)
	}
	return out
}

// assignees are the people of a task by id; nobody is one too.
func assignees(t *hierarchy.Task) []hierarchy.ID {
	if len(t.Assignees) == 0 {
		return []hierarchy.ID{""}
	}
	people := slices.Clone(t.Assignees)
	slices.Sort(people)
	return slices.Compact(people)
}

// A gift is one of the three amounts of a task that are apportioned.
type gift struct {
	amount int64
	set    func(*share, int64)
}

func gifts(t *hierarchy.Task, shot *hierarchy.Entity) [3]gift {
	return [3]gift{
		{shot.Frames(), func(s *share, n int64) { s.frames = n }},
		{t.Drawings(), func(s *share, n int64) { s.drawings = n }},
		{shot100, func(s *share, n int64) { s.hundredths = n }},
	}
}
