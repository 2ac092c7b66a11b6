package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A division is one way to part retakes. Each parts all of them: its members
// sum to the total.
type division uint8

const (
	whole division = iota // one member, everything
	perEpisode
	perSequence
	perTaskType
	perPerson
	perTeam
	perAsker
	perCause
	divisionCount
)

func (d division) String() string {
	return [...]string{"all", "episode", "sequence", "task_type", "person", "team", "asked_by", "cause"}[d]
}

// A member is one part of a division: an episode, a person … A cause's id is
// the cause itself. "" is what has none.
type member struct {
	division division
	id       hierarchy.ID
}

// A retakeGroup is what is counted for a member.
type retakeGroup struct {
	tasks, asked, resolved, open int64
	ages                         [ageCount]int64 // of the open ones
	timed, seconds, days         int64           // resolved ones whose time is known
	verdicts, approved           int64           // first verdicts on tasks
	oldest                       hierarchy.Time  // asked at, of the open ones
}

// members gives the members that a retake belongs to.
func (b *retakeBook) members(e *retakeEvent) [divisionCount]member {
	out := b.membersOf(e.entity, e.taskType, e.person, e.askedBy)
	out[perCause] = member{perCause, hierarchy.ID(e.cause())}
	return out
}

func (b *retakeBook) membersOf(entity, taskType, person, asker hierarchy.ID) [divisionCount]member {
	sequence, episode := b.s.above(b.s.dim.Entity(entity))
	return [divisionCount]member{{division: whole}, {perEpisode, idOf(episode)}, {perSequence, idOf(sequence)}, {perTaskType, b.s.sameType(taskType)},
		{perPerson, person}, {perTeam, b.s.teams.of(person, b.s.types[taskType])}, {perAsker, asker}, {division: perCause}}
}

func (s *scope) sameType(id hierarchy.ID) hierarchy.ID {
	if t := s.types[id]; t != nil {
		return t.ID
	}
	return id
}

func (b *retakeBook) group(m member) *retakeGroup {
	g := b.groups[m]
	if g == nil {
		g = &retakeGroup{}
		b.groups[m] = g
	}
	return g
}

// count adds the retakes of one task, and its first verdict, to the groups and
// weeks that they belong to.
func (b *retakeBook) count(t *hierarchy.Task, h *taskHistory, omitted bool) {
	clear(b.seen)
	for i := range h.events {
		e := &h.events[i]
		shown := b.shows(e.asked)
		for _, m := range b.members(e) {
			g := b.group(m)
			b.countEvent(g, e)
			if shown && !b.seen[m] {
				b.seen[m] = true
				g.tasks++
			}
		}
		b.countWeeks(e)
		b.answers.event(e, omitted)
	}
	if v := h.first; v.there {
		b.countVerdict(t, v)
	}
}

// shows tells whether an instant lies in the period asked for; one that is not
// known lies in none but the whole time.
func (b *retakeBook) shows(at hierarchy.Time) bool {
	if at.IsZero() {
		return b.s.q.From == "" && b.s.q.To == ""
	}
	return b.s.wantsDay(dayOf(at.Time, b.s.zone))
}

// countEvent adds a retake: asked and resolved by the period, open as it is now.
func (b *retakeBook) countEvent(g *retakeGroup, e *retakeEvent) {
	if b.shows(e.asked) {
		g.asked++
	}
	if e.closed {
		if b.shows(e.resolved) {
			g.resolved++
			if end, known := e.end(time.Time{}); known {
				g.timed++
				g.seconds += int64(end.Sub(e.asked.Time) / time.Second)
				g.days += b.work.between(dayOf(e.asked.Time, b.s.zone), dayOf(end, b.s.zone))
			}
		}
		return
	}
	g.open++
	g.ages[ageOf(e.asked.Time, b.s.q.AsOf)]++
	if !e.asked.IsZero() && (g.oldest.IsZero() || e.asked.Before(g.oldest.Time)) {
		g.oldest = e.asked
	}
}

func (b *retakeBook) countVerdict(t *hierarchy.Task, v verdict) {
	b.answers.verdict(v)
	if !b.shows(v.at) {
		return
	}
	for _, m := range b.membersOf(t.EntityID, t.TaskTypeID, v.person, v.by) {
		if m.division == perCause {
			continue // an approval has none
		}
		g := b.group(m)
		g.verdicts++
		if v.approved {
			g.approved++
		}
		if !v.at.IsZero() {
			w := b.week(m, dayOf(v.at.Time, b.s.zone))
			w.verdicts++
			if v.approved {
				w.approved++
			}
		}
	}
}

// checkGroups makes sure that each division sums to the whole.
func (b *retakeBook) checkGroups() error {
	want := *b.group(member{})
	got := [divisionCount]retakeGroup{}
	for m, g := range b.groups {
		sum := &got[m.division]
		sum.asked += g.asked
		sum.resolved += g.resolved
		sum.open += g.open
		sum.verdicts += g.verdicts
		sum.approved += g.approved
		var ages int64
		for _, n := range g.ages {
			ages += n
		}
		if ages != g.open {
			return fmt.Errorf("check retakes: %s %q has %d open, its ages sum to %d", m.division, m.id, g.open, ages)
		}
	}
	for d, g := range got {
		if g.asked != want.asked || g.resolved != want.resolved || g.open != want.open || division(d) != perCause && (g.verdicts != want.verdicts || g.approved != want.approved) {
			return fmt.Errorf("check retakes: by %s they sum to %d asked, %d resolved, %d open instead of %d, %d, %d", division(d), g.asked, g.resolved, g.open, want.asked, want.resolved, want.open)
		}
	}
	return nil
}

// memberName is what stands beside a member's id.
func (b *retakeBook) memberName(m member) string {
	switch {
	case m.division == perPerson || m.division == perAsker:
		return b.s.personName(m.id)
	case m.division == perTeam:
		return b.s.teams.name(m.id)
	case m.id == "":
		return noTeam
	case m.division == perTaskType:
		return b.s.typeName(m.id)
	case m.division == perEpisode || m.division == perSequence:
		return b.s.path(m.id)
	}
	return string(m.id)
}

// sortedMembers lists the members by division, name and id, without the whole.
func (b *retakeBook) sortedMembers() []member {
	var out []member
	for m := range b.groups {
		if m.division != whole {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(x, y member) int {
		return cmp.Or(strings.Compare(x.division.String(), y.division.String()), strings.Compare(b.memberName(x), b.memberName(y)), hierarchy.CompareIDs(x.id, y.id))
	})
	return out
}

func memberColumns() []table.Column {
	return []table.Column{
		{Name: "division", Type: table.Text, Doc: "What the row is about: asked_by, cause, episode, person, sequence, task_type or team. Each division parts all retakes."},
		{Name: "id", Type: table.Text, Doc: "Id of the episode, person …; the cause itself; null for those without."},
		{Name: "name", Type: table.Text, Doc: "Its name, of a sequence its path."},
	}
}

func (b *retakeBook) memberCells(m member) table.Row {
	return table.Row{m.division.String(), cell(m.id), b.memberName(m)}
}

// byTable is every division one below the other: to be filtered by the first column.
func (b *retakeBook) byTable() *table.Table {
	columns := append(memberColumns(),
		table.Column{Name: "tasks", Type: table.Int, Unit: "tasks", Doc: "Tasks with a retake asked for in the period."},
		table.Column{Name: "asked", Type: table.Int, Unit: "retakes", Doc: "Retakes asked for in the period."},
		table.Column{Name: "resolved", Type: table.Int, Unit: "retakes", Doc: "Retakes resolved in the period, whenever they were asked for."},
		table.Column{Name: "open", Type: table.Int, Unit: "retakes", Doc: "Retakes open now, whenever they were asked for."})
	columns = append(columns, ageColumns()...)
	columns = append(columns,
		table.Column{Name: "hours_to_resolve", Type: table.Float, Unit: "hours", Decimals: 2, Doc: "Mean of the resolved ones, in hours of the calendar."},
		table.Column{Name: "business_days_to_resolve", Type: table.Float, Unit: "days", Decimals: 2, Doc: "Mean of the resolved ones, in business days."},
		table.Column{Name: "first_verdicts", Type: table.Int, Unit: "tasks", Doc: "Tasks whose first verdict, approval or retake, fell in the period; null for causes."},
		table.Column{Name: "first_approved", Type: table.Int, Unit: "tasks", Doc: "Those of them that were approved."},
		table.Column{Name: "first_approval_percent", Type: table.Float, Unit: "percent", Decimals: 1, Doc: "First takes approved, of the first verdicts."},
		table.Column{Name: "oldest_open_at", Type: table.Instant, Doc: "When the oldest open retake was asked for."})
	var rows []table.Row
	for _, m := range b.sortedMembers() {
		rows = append(rows, b.groups[m].cells(append(b.memberCells(m), b.groups[m].tasks), m.division))
	}
	return &table.Table{Name: "retake_by", Title: "Retakes by episode, sequence, task type, person, team, cause", Columns: columns, Rows: table.Of(rows),
		Doc: "One row is one episode, sequence, task type, person (whose take it was), team, asker or cause; filter by the first column. The rows of each division sum to all retakes."}
}

func (g *retakeGroup) cells(row table.Row, d division) table.Row {
	row = append(row, g.asked, g.resolved, g.open)
	for _, n := range g.ages {
		row = append(row, n)
	}
	row = append(row, mean(g.seconds, g.timed, 3600), mean(g.days, g.timed, 1))
	if d == perCause {
		row = append(row, nil, nil, nil)
	} else {
		row = append(row, g.verdicts, g.approved, percent(g.approved, g.verdicts))
	}
	return append(row, instant(g.oldest))
}

// mean divides a sum over n in units of so many; null for none.
func mean(sum, n, unit int64) any {
	if n == 0 {
		return nil
	}
	return math.Round(float64(sum)/float64(n)/float64(unit)*100) / 100
}

// percent is a part in percent to one place; null of nothing.
func percent(part, of int64) any {
	if of == 0 {
		return nil
	}
	return math.Round(float64(part)*1000/float64(of)) / 10
}
