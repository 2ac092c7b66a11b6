package reports

import (
	"cmp"
	"slices"
	"time"

	"turnover/hierarchy"
)

// A deviation says which rule makes a method give a person other frames than
// weighted. The set is closed and documented in docs/reports.md.
type deviation uint8

const (
	deviationDoubled deviation = iota
	deviationBusinessDays
	deviationSheets
	deviationNobody
	deviationNoStart
	deviationRounding
	deviationTimeLogged
	deviationZone
	deviations // how many there are
)

func (d deviation) String() string {
	return [deviations]string{"assignees doubled", "business days", "late or missing time sheets", "no assignee", "no start", "rounding", "time logged", "zone"}[d]
}

// compared are the methods that stand beside weighted, which is the default.
var compared = [...]Method{atKitsuRaw: KitsuRaw, atKitsuWeighted: KitsuWeighted, atRaw: Raw}

const (
	atKitsuRaw = iota
	atKitsuWeighted
	atRaw
)

// A ruleChange lays a task out by one rule more of another method than the change
// before; what that moves is due to that rule.
type ruleChange struct {
	why deviation
	lay func(*laid) []share
}

// laid is a task to be laid out, with what is found out about it once.
type laid struct {
	task   *hierarchy.Task
	shot   *hierarchy.Entity
	sheets []hierarchy.TimeSpent // of over 0 minutes
	all    []hierarchy.TimeSpent
	days   []dayNumber // Kitsu's weekdays of the task
	of     int         // by which Kitsu divides
}

// A comparison attributes to deviations what the methods give each person's work
// of a type otherwise than weighted does. It grows with people and types.
type comparison struct {
	s      *scope
	ours   rule
	theirs kitsuRule
	cells  map[compareKey]*compareCell
	totals [1 + len(compared)]sums
}

type compareKey struct{ who, work hierarchy.ID }

// A compareCell has the frames of each method, weighted first, and for each of
// the others the frames that each deviation makes more or fewer.
type compareCell struct {
	frames [1 + len(compared)]int64
	due    [len(compared)][deviations]int64
	tasks  [len(compared)][deviations]int64 // that the deviation moves
}

func newComparison(s *scope, basis Basis) *comparison {
	return &comparison{s: s, ours: rule{basis, s.zone, s.q.Calendar}, theirs: kitsuRule{basis, s.zone}, cells: map[compareKey]*compareCell{}}
}

// take compares the methods on one task that counts.
func (c *comparison) take(t *hierarchy.Task, shot *hierarchy.Entity, sheets []hierarchy.TimeSpent) {
	l := &laid{task: t, shot: shot, all: sheets, sheets: make([]hierarchy.TimeSpent, 0, len(sheets))}
	for _, s := range sheets {
		if weightOf(s.Duration) > 0 {
			l.sheets = append(l.sheets, s)
		}
	}
	l.days, l.of = c.theirs.weekdaysOf(t)
	first := c.ours.weighted(t, shot, sheets)
	weighted := laying{first, c.byPerson(t, first)}
	c.count(t, 0, weighted)
	raw := c.follow(l, weighted, c.toRaw(l), atKitsuRaw, atRaw)
	c.count(t, 1+atRaw, raw)
	c.count(t, 1+atKitsuRaw, c.follow(l, raw, c.toKitsuRaw(), atKitsuRaw))
	c.count(t, 1+atKitsuWeighted, c.follow(l, weighted, c.toKitsuWeighted(l), atKitsuWeighted))
}

// A laying is how a task was laid out, and what that gives each person.
type laying struct {
	shares []share
	people []personFrames
}

// follow changes one rule after the other, and books what each moves with the
// methods on whose way it lies.
func (c *comparison) follow(l *laid, was laying, changes []ruleChange, methods ...int) laying {
	for _, s := range changes {
		shares := s.lay(l)
		now := laying{shares, c.byPerson(l.task, shares)}
		for _, m := range methods {
			c.attribute(l.task, m, s.why, was.people, now.people)
		}
		was = now
	}
	return was
}

// byPerson sums the shares that the query asks for.
func (c *comparison) byPerson(t *hierarchy.Task, shares []share) []personFrames {
	out := make([]personFrames, 0, min(len(shares), 4)) // few work on one task
	for _, sh := range shares {
		if !c.s.wantsDay(sh.day) || !c.s.wantsPerson(sh.person, t.TaskTypeID) {
			continue
		}
		at := slices.IndexFunc(out, func(p personFrames) bool { return p.who == sh.person })
		if at < 0 {
			at = len(out)
			out = append(out, personFrames{who: sh.person})
		}
		out[at].frames += sh.frames
	}
	return out
}

type personFrames struct {
	who    hierarchy.ID
	frames int64
}

func (c *comparison) cell(t *hierarchy.Task, who hierarchy.ID) *compareCell {
	key := compareKey{who, t.TaskTypeID}
	cell := c.cells[key]
	if cell == nil {
		cell = &compareCell{}
		c.cells[key] = cell
	}
	return cell
}

// count adds what a method gives.
func (c *comparison) count(t *hierarchy.Task, method int, as laying) {
	for _, p := range as.people {
		c.cell(t, p.who).frames[method] += p.frames
	}
	for _, sh := range as.shares {
		if c.s.wantsDay(sh.day) && c.s.wantsPerson(sh.person, t.TaskTypeID) {
			c.totals[method].add(sh.sums())
		}
	}
}

// attribute books the difference of two steps.
func (c *comparison) attribute(t *hierarchy.Task, method int, why deviation, was, now []personFrames) {
	for _, p := range moved(was, now) {
		cell := c.cell(t, p.who)
		cell.due[method][why] += p.frames
		cell.tasks[method][why]++
	}
}

// moved gives who has more or fewer frames now.
func moved(was, now []personFrames) []personFrames {
	var out []personFrames
	of := func(list []personFrames, who hierarchy.ID) int64 {
		for _, p := range list {
			if p.who == who {
				return p.frames
			}
		}
		return 0
	}
	for _, p := range now {
		if d := p.frames - of(was, p.who); d != 0 {
			out = append(out, personFrames{p.who, d})
		}
	}
	for _, p := range was {
		if p.frames != 0 && !slices.ContainsFunc(now, func(n personFrames) bool { return n.who == p.who }) {
			out = append(out, personFrames{p.who, -p.frames})
		}
	}
	return out
}

// toRaw leads from weighted to raw: first without the time logged after the
// basis day, then without any.
func (c *comparison) toRaw(l *laid) []ruleChange {
	basis := dayOf(c.ours.basis.date(l.task).Time, c.s.zone)
	raw := func(l *laid) []share { return c.ours.raw(l.task, l.shot, nil) }
	if len(l.sheets) == 0 {
		return []ruleChange{{deviationBusinessDays, raw}}
	}
	timely := slices.DeleteFunc(slices.Clone(l.sheets), func(s hierarchy.TimeSpent) bool { return numberOf(s.Date) > basis })
	switch len(timely) {
	case 0:
		return []ruleChange{{deviationSheets, raw}}
	case len(l.sheets):
		return []ruleChange{{deviationTimeLogged, raw}}
	}
	return []ruleChange{{deviationSheets, func(l *laid) []share { return c.ours.weighted(l.task, l.shot, timely) }}, {deviationTimeLogged, raw}}
}

// toKitsuRaw leads on from raw.
func (c *comparison) toKitsuRaw() []ruleChange {
	return []ruleChange{
		{deviationNobody, func(l *laid) []share {
			if len(l.task.Assignees) == 0 {
				return nil
			}
			return c.ours.raw(l.task, l.shot, nil)
		}},
		{deviationDoubled, func(l *laid) []share { return c.theirs.raw(l.task, l.shot, nil) }},
	}
}

// toKitsuWeighted leads from weighted to what Kitsu makes of time sheets, or
// of a task without any.
func (c *comparison) toKitsuWeighted(l *laid) []ruleChange {
	theirs := func(l *laid) []share { return c.theirs.weighted(l.task, l.shot, l.all) }
	switch {
	case len(l.all) > 0 && len(l.sheets) == 0: // time sheets without time
		return []ruleChange{{deviationSheets, theirs}}
	case len(l.all) > 0:
		return []ruleChange{{deviationRounding, roundedSheets}, {deviationSheets, theirs}}
	case len(l.task.Assignees) == 0:
		return []ruleChange{{deviationNobody, theirs}}
	case l.task.RealStartDate.IsZero():
		return []ruleChange{{deviationNoStart, theirs}}
	}
	return []ruleChange{
		{deviationZone, c.daysOfUTC},
		{deviationBusinessDays, func(l *laid) []share { return c.kitsuDays(l, false) }},
		{deviationDoubled, func(l *laid) []share { return c.kitsuDays(l, true) }},
		{deviationRounding, theirs},
	}
}

// roundedSheets rounds each time sheet by itself, of the minutes really logged.
func roundedSheets(l *laid) []share {
	task := *l.task
	task.Duration = 0
	for _, s := range l.sheets {
		task.Duration += s.Duration
	}
	return kitsuRule{}.weighted(&task, l.shot, l.sheets)
}

// daysOfUTC is weighted, but counts business days in UTC, as Kitsu; what days
// they are called stays the report's.
func (c *comparison) daysOfUTC(l *laid) []share {
	utc := c.ours
	utc.zone = time.UTC
	out := utc.weighted(l.task, l.shot, nil)
	start := l.task.RealStartDate.Time
	shift := dayOf(start, c.s.zone) - dayOf(start, time.UTC)
	for i := range out {
		if out[i].because == spreadOverDays {
			out[i].day += shift
		} else {
			out[i].day = dayOf(c.ours.basis.date(l.task).Time, c.s.zone)
		}
	}
	return out
}

// kitsuDays lays the frames on Kitsu's weekdays by largest remainder: divided
// among the assignees, or whole to each.
func (c *comparison) kitsuDays(l *laid, doubled bool) []share {
	people := slices.Sorted(slices.Values(l.task.Assignees))
	var out []share
	for d, day := range l.days {
		for p, who := range people {
			n, i := l.of*len(people), d*len(people)+p
			if doubled {
				n, i = l.of, d
			}
			out = append(out, share{person: who, day: day, frames: evenPart(l.shot.Frames(), n, i)})
		}
	}
	return out
}

// inOrder lists the cells by the names of person and type.
func (c *comparison) inOrder() []compareKey {
	keys := make([]compareKey, 0, len(c.cells))
	for k := range c.cells {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b compareKey) int {
		return cmp.Or(cmp.Compare(c.s.personName(a.who), c.s.personName(b.who)), hierarchy.CompareIDs(a.who, b.who),
			cmp.Compare(c.s.typeName(a.work), c.s.typeName(b.work)), hierarchy.CompareIDs(a.work, b.work))
	})
	return keys
}
