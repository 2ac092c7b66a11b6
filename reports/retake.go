package reports

import (
	"fmt"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/runs"
	"turnover/internal/table"
)

// maxTakes bounds how many takes a table goes through, whatever a counter says.
const maxTakes = 1000

// Retake is the Report of retakes: the recorded counters now and by take, and
// the dated events that the comments tell. *UsageError where the query names
// what is not there. Long tables are sorted outside memory, where the query
// gives a scratch.
func Retake(facts hierarchy.Facts, q Query) (*table.Book, error) {
	return retakeHolding(facts, q, runs.Rows)
}

// retakeHolding holds so many rows of a long table at once.
func retakeHolding(facts hierarchy.Facts, q Query, limit int) (*table.Book, error) {
	s, err := filmScope(facts.Dimensions(), q)
	if err != nil {
		return nil, err
	}
	why, err := causesOf(s.q.Causes)
	if err != nil {
		return nil, fmt.Errorf("read causes of retakes: %w", err)
	}
	if standing, found := standingRetakes[q.Only]; found {
		return s.retakeStanding(facts, standing)
	}
	facts = hierarchy.Only(facts, allFields)
	b, err := newRetakeBook(s, why, facts, limit)
	if err != nil {
		return nil, err
	}
	if err := eachWithTakes(facts, s.inFilm, b.take); err != nil {
		return nil, err
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	return b.book(), nil
}

// A retakeBook counts tasks by take, and retakes by where they belong. It grows
// with shots, people and weeks, not with tasks and comments.
type retakeBook struct {
	s    *scope
	why  causeMap
	work workdays
	// previews says that there are any: where a production has none at all, no
	// retake is found to lack one.
	previews bool
	answers  retakeAnswers
	stuck    stuckTasks
	found    *quality

	episodes, sequences map[groupKey]*retakeNode
	all                 retakeNode

	events  *runs.Sorter[retakeEvent] // those shown
	differ  *runs.Sorter[reconcile]
	order   entityOrder // shots and scenes
	reasons [disagreements]int64
	groups  map[member]*retakeGroup
	weeks   map[weekKey]*retakeWeek
	before  map[member]int64 // open when the period begins
	seen    map[member]bool  // that had a retake of the task being counted
	undated int64

	shotsRead     bool
	shots         []retakenShot
	pingPongs     map[pingPong]int64
	pingPongShots map[pingPong]int64
	departments   map[hierarchy.ID]string

	tasks               int64
	recorded, counted   int64 // retakes in all, by counter and by events
	firstTake, approved int64 // tasks done; those without any retake
	omitted             bucket
}

func newRetakeBook(s *scope, why causeMap, facts hierarchy.Facts, limit int) (*retakeBook, error) {
	last, err := s.lastTalk(facts)
	if err != nil {
		return nil, err
	}
	b := &retakeBook{s: s, why: why, work: workdaysOf(s.q.Calendar), answers: newRetakeAnswers(s, last), stuck: stuckTasks{s: s, persons: map[hierarchy.ID]int64{}},
		found: &quality{s: s}, previews: hasAny(facts.Previews()), episodes: map[groupKey]*retakeNode{}, sequences: map[groupKey]*retakeNode{},
		groups: map[member]*retakeGroup{}, weeks: map[weekKey]*retakeWeek{}, before: map[member]int64{}, seen: map[member]bool{},
		order: s.orderOf(hierarchy.Shot, hierarchy.Scene), departments: map[hierarchy.ID]string{}}
	for _, d := range s.dim.Departments {
		b.departments[d.ID] = d.Name
	}
	b.events, b.differ = b.newEvents(limit), b.newReconciled(limit)
	statusFlaws(s, b.found)
	return b, nil
}

// keepShown keeps the retakes of a task that were asked for in the period.
func (b *retakeBook) keepShown(h *taskHistory) error {
	for _, e := range h.events {
		if !b.shows(e.asked) {
			continue
		}
		e.place = b.order.place[e.entity]
		if err := b.events.Add(e); err != nil {
			return err
		}
	}
	return nil
}

// take counts one task.
func (b *retakeBook) take(t *hierarchy.Task, comments []hierarchy.Comment, previews []hierarchy.PreviewFile) error {
	e := b.s.dim.Entity(t.EntityID)
	b.countTask(t, e)
	h := b.s.historyOf(t, comments, previews, b.why)
	b.counted += int64(len(h.events))
	r := b.s.compareCounters(t, &h)
	r.place = b.order.place[t.EntityID]
	b.reasons[r.because]++
	if r.because != agree {
		if err := b.differ.Add(r); err != nil {
			return err
		}
	}
	if err := b.keepShown(&h); err != nil {
		return err
	}
	b.count(t, &h, e.Canceled)
	b.stuck.add(t, e, h.stands(t))
	b.flawsOf(t, e, &h, r)
	return nil
}

// countTask counts a task by its recorded counter.
func (b *retakeBook) countTask(t *hierarchy.Task, e *hierarchy.Entity) {
	sequence, episode := b.s.above(e)
	one, status := bucketOf(t, e), b.s.statuses[t.TaskStatusID]
	key := groupKey{episode: idOf(episode), taskType: t.TaskTypeID}
	nodeOf(b.episodes, key).add(t, one, status)
	key.sequence = idOf(sequence)
	nodeOf(b.sequences, key).add(t, one, status)
	b.all.add(t, one, status)
	b.tasks++
	b.recorded += t.Retakes()
	if e.Canceled {
		b.omitted.add(one)
	}
	if status != nil && status.IsDone {
		b.approved++
		if t.Retakes() == 0 {
			b.firstTake++
		}
	}
}

func nodeOf(m map[groupKey]*retakeNode, k groupKey) *retakeNode {
	if m[k] == nil {
		m[k] = &retakeNode{}
	}
	return m[k]
}

// check makes sure that the groups sum to the whole.
func (b *retakeBook) check() error {
	if err := b.checkCounts(); err != nil {
		return err
	}
	if asked := b.group(member{}).asked; asked != int64(b.events.Len()) {
		return fmt.Errorf("check retakes: %d are counted, %d shown", asked, b.events.Len())
	}
	return b.checkGroups()
}

func (b *retakeBook) keys(m map[groupKey]*retakeNode) []groupKey {
	out := make([]groupKey, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, b.s.compare)
	return out
}

func (b *retakeBook) book() *table.Book {
	out := b.s.book("retake", "Retakes of "+b.s.dim.Project.Name)
	out.Cover = append(append(b.cover(), b.s.notes()...), b.s.episodeNotes()...)
	out.Answers, out.Previous = b.answers.list(&b.stuck), b.answers.previous()
	weeks := b.weeksOf()
	even := evenWeeks(weeks[member{}])
	out.Tables = []*table.Table{
		b.currentTable(),
		b.takes(),
		b.sequenceTable(),
		b.byTake(),
		weekTable(even),
		b.byTable(),
		b.weekByTable(weeks),
		b.ageTable(),
		b.stuck.table("retake_stuck", b.work),
		b.shotTable(),
		b.pingPongTable(),
		b.eventTable(),
		b.reconcileTable(),
		b.found.table(),
	}
	out.Totals = b.totals()
	out.Charts = []table.Chart{
		{Table: "retake_week", Title: "Retakes asked and resolved by week", Alt: weekText(even), Kind: "line", X: "period", Y: []string{"asked", "resolved"}, XTitle: "ISO week", YTitle: "retakes"},
		{Table: "retake_week", Title: "Retakes open by week", Alt: openText(even), Kind: "line", X: "period", Y: []string{"open"}, XTitle: "ISO week", YTitle: "retakes open at the week's end"},
		{Table: "retake_ageing", Title: "Open retakes by age", Alt: b.ageText(), Kind: "column", X: "age", Y: []string{"open"}, XTitle: "open", YTitle: "retakes"},
		{Table: "retake_by_take", Title: "Tasks in retake by take", Alt: b.takeText(), Kind: "column", X: "take", Y: []string{"retake_count", "done_count"}, XTitle: "take", YTitle: "tasks"},
	}
	return out
}

func (b *retakeBook) totals() []table.Total {
	g := b.group(member{})
	return []table.Total{
		{Name: "tasks", Value: float64(b.tasks), Unit: "tasks", Table: "retake_current"},
		{Name: "recorded retakes", Value: float64(b.recorded), Unit: "retakes"},
		{Name: "retakes in the history", Value: float64(b.counted), Unit: "retakes"},
		{Name: "retakes shown", Value: float64(b.events.Len()), Unit: "retakes", Table: "retake_events"},
		{Name: "retakes open", Value: float64(g.open), Unit: "retakes", Table: "retake_ageing"},
		{Name: "tasks whose counter disagrees", Value: float64(b.differ.Len()), Unit: "tasks", Table: "retake_reconcile"},
		{Name: "task frames", Value: float64(b.all.done.frames + b.all.retake.frames + b.all.other.frames), Unit: "frames", Table: "retake_current"},
	}
}
