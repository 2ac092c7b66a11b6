package reports

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"turnover/hierarchy"
)

// A Target is a goal: so much of a task type, team or person in each period.
// Empty fields do not narrow; exactly one of Frames, Seconds and Shots is set.
type Target struct {
	TaskType, Team, Person string // names or ids, as a Query takes them
	Every                  string // "day", "week", "month", "year"
	From, To               hierarchy.Day
	Frames, Seconds, Shots float64
	Place                  string // where it was given, for messages: "turnover.yaml: projects: tv: targets: 2"
}

// targetPeriods bounds how many periods a target may have.
const targetPeriods = 1000

// Check finds what makes no sense whatever the production; *UsageError with
// the target's place.
func (t Target) Check() error {
	wrong := func(format string, args ...any) error {
		return &UsageError{Option: "target", Reason: t.Place + ": " + fmt.Sprintf(format, args...)}
	}
	p, ok := periodNamed(t.Every)
	if !ok {
		return wrong("every %q: write day, week, month or year", t.Every)
	}
	amounts := 0
	for _, n := range []float64{t.Frames, t.Seconds, t.Shots} {
		if n < 0 || math.IsNaN(n) || n > exact {
			return wrong("%v is no goal: write a number over 0", n)
		}
		if n > 0 {
			amounts++
		}
	}
	if amounts != 1 {
		return wrong("give one of frames, seconds and shots, over 0")
	}
	for _, day := range []hierarchy.Day{t.From, t.To} {
		if _, err := hierarchy.ParseDay(string(day)); day != "" && err != nil {
			return wrong("from, to: %v", err)
		}
	}
	if t.From != "" && t.To != "" {
		if t.To < t.From {
			return wrong("to %s is before from %s", t.To, t.From)
		}
		if int(numberOf(t.To)-numberOf(t.From)) > targetPeriods*p.days() {
			return wrong("from %s to %s are over %d %ss", t.From, t.To, targetPeriods, p)
		}
	}
	return nil
}

// days is the least that a period has.
func (p period) days() int { return [...]int{1, 7, 28, 365}[p] }

func periodNamed(name string) (period, bool) {
	for _, p := range periods {
		if p.String() == name {
			return p, true
		}
	}
	return 0, false
}

// A goal is a target resolved against a production, with what was done for it.
type goal struct {
	number    int // from 1, as given
	target    Target
	every     period
	types     map[hierarchy.ID]bool // nil: all
	teams     teams                 // departments or studios, wherever the team was found
	team, who *hierarchy.ID         // nil: all
	done      map[dayNumber]*sums
}

// words name what a goal counts: "Animation, Bob", or "all work".
func (g *goal) words(s *scope) string {
	var of []string
	if g.types != nil {
		of = append(of, g.target.TaskType)
		if len(g.types) == 1 {
			for id := range g.types {
				of[0] = s.typeName(id) // also where it was given by id
			}
		}
	}
	if g.team != nil {
		of = append(of, g.teams.name(*g.team))
	}
	if g.who != nil {
		of = append(of, s.personName(*g.who))
	}
	if of == nil {
		return "all work"
	}
	return strings.Join(of, ", ")
}

// goals are those that a report shows.
type goals struct {
	s   *scope
	all []*goal
}

// newGoals resolves the targets; *UsageError, several joined, for what makes no
// sense.
func newGoals(s *scope) (*goals, error) {
	g := &goals{s: s}
	var wrong []string
	for i, t := range s.q.Targets {
		if t.Place == "" {
			t.Place = fmt.Sprintf("target %d", i+1)
		}
		one, err := s.goal(i+1, t)
		if err != nil {
			wrong = append(wrong, err.Error())
			continue
		}
		if s.within(one) {
			g.all = append(g.all, one)
		}
	}
	if wrong != nil {
		return nil, &UsageError{Option: "target", Reason: strings.Join(wrong, "\n")}
	}
	return g, nil
}

func (s *scope) goal(number int, t Target) (g *goal, err error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	g = &goal{number: number, target: t, done: map[dayNumber]*sums{}}
	g.every, _ = periodNamed(t.Every)
	if t.TaskType != "" {
		g.types, err = s.typesNamed(t.TaskType)
	}
	if t.Person != "" && err == nil {
		g.who, err = s.personNamed(t.Person)
	}
	if t.Team != "" && err == nil {
		g.teams = teamsOf(s.dim, teamByDepartment)
		if g.team, err = g.teams.named(t.Team); err != nil {
			studios := teamsOf(s.dim, teamByStudio)
			if id, of := studios.named(t.Team); of == nil {
				g.teams, g.team, err = studios, id, nil
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Place, err)
	}
	return g, nil
}

// within tells whether a goal lies in what the query asks for: a narrowed
// report shows only goals that it can answer in full.
func (s *scope) within(g *goal) bool {
	if s.onlyTypes != nil {
		for id := range g.types {
			if !s.onlyTypes[id] {
				return false
			}
		}
		if g.types == nil {
			return false
		}
	}
	same := func(asked, of *hierarchy.ID) bool { return asked == nil || of != nil && *of == *asked }
	return same(s.onlyPerson, g.who) && same(s.onlyTeam, g.team)
}

// wants tells whether a goal counts a person's work of a type.
func (g *goal) wants(s *scope, who, work hierarchy.ID) bool {
	return (g.types == nil || g.types[work]) && (g.who == nil || *g.who == who) &&
		(g.team == nil || g.teams.of(who, s.types[work]) == *g.team)
}

// take adds the shares of a task to the goals that count them, whatever period
// the report is narrowed to.
func (g *goals) take(t *hierarchy.Task, shares []share) {
	for _, one := range g.all {
		if one.types != nil && !one.types[t.TaskTypeID] {
			continue
		}
		for _, sh := range shares {
			if !one.wants(g.s, sh.person, t.TaskTypeID) {
				continue
			}
			if one.done[sh.day] == nil {
				one.done[sh.day] = &sums{}
			}
			one.done[sh.day].add(sh.sums())
		}
	}
}

// between sums what was done from one day to another, both included.
func (g *goal) between(first, last dayNumber) sums {
	days := make([]dayNumber, 0, len(g.done))
	for d := range g.done {
		if first <= d && d <= last {
			days = append(days, d)
		}
	}
	slices.Sort(days) // sums of floats depend on their order
	var out sums
	for _, d := range days {
		out.add(*g.done[d])
	}
	return out
}

// amount is the goal of a whole period with its unit.
func (t Target) amount() (float64, string) {
	switch {
	case t.Frames > 0:
		return t.Frames, "frames"
	case t.Seconds > 0:
		return t.Seconds, "seconds"
	}
	return t.Shots, "shots"
}
