package reports

import (
	"turnover/hierarchy"
	"turnover/internal/table"
)

// Quota is the Report of who made how many frames when: by person, by team and
// in total, by day, ISO week, month and year, with the working of each share.
// *UsageError where the query names what is not there.
func Quota(facts hierarchy.Facts, q Query) (*table.Book, error) {
	s, err := newScope(facts.Dimensions(), q)
	if err != nil {
		return nil, err
	}
	m, err := s.method()
	if err != nil {
		return nil, err
	}
	l := newLedger(s, m.basis, m.spread, m.conserves)
	if l.goals, err = newGoals(s); err != nil {
		return nil, err
	}
	if sumsUp(q.Only) {
		return quotaSums(facts, s, m)
	}
	l.keep(q.Scratch)
	b := &quotaBook{l: l, m: m, quality: newQuotaInspector(s, m.basis), methods: newComparison(s, m.basis), work: newWorkload(s)}
	if err := s.eachRecord(s.lean(facts, allFields), b.take); err != nil {
		return nil, err
	}
	b.quality.people(l)
	b.sum()
	if err := b.check(); err != nil {
		return nil, err
	}
	return b.book(), nil
}

// take counts one task.
func (b *quotaBook) take(r *record) error {
	b.quality.look(r)
	b.work.take(r)
	if b.m.basis.date(r.task).IsZero() {
		return nil
	}
	if err := b.l.take(r.task, r.sheets); err != nil {
		return err
	}
	b.methods.take(r.task, r.shot, r.sheets)
	return nil
}

// A method is how a quota is made.
type method struct {
	name      Method
	basis     Basis
	spread    spread
	conserves bool
	plain     bool // looks at no time sheets
	words     string
}

func (s *scope) method() (method, error) {
	m := method{name: s.q.Method, basis: s.q.Basis}
	if m.name == "" {
		m.name = Weighted
	}
	if m.basis == "" {
		m.basis = Feedback
	}
	if m.basis != Feedback && m.basis != Approval {
		return m, &UsageError{Option: "basis", Value: string(m.basis), Known: []string{string(Approval), string(Feedback)}}
	}
	ours := rule{m.basis, s.zone, s.q.Calendar}
	theirs := kitsuRule{m.basis, s.zone}
	switch m.name {
	case Weighted:
		m.spread, m.conserves = ours.weighted, true
		m.words = "Each shot's frames go to the days and people that logged time on its task, by minutes. Where nobody logged time they go evenly to the business days from the real start to the basis day, divided among the assignees. Every frame is counted once."
	case Raw:
		m.spread, m.conserves, m.plain = ours.raw, true, true
		m.words = "Each shot's frames fall on the basis day, divided among the task's assignees. Every frame is counted once."
	case KitsuWeighted:
		m.spread = theirs.weighted
		m.words = "As Kitsu counts: each time sheet's frames are rounded by themselves; a task without time sheets is rounded for each weekday and counted for each assignee. Sums need not equal the footage."
	case KitsuRaw:
		m.spread, m.plain = theirs.raw, true
		m.words = "As Kitsu counts: the whole shot to each assignee on the basis day. A shot with two assignees counts twice; one without counts nowhere."
	default:
		return m, &UsageError{Option: "method", Value: string(m.name), Known: []string{string(KitsuRaw), string(KitsuWeighted), string(Raw), string(Weighted)}}
	}
	return m, nil
}
