package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// maxTakes bounds how many takes a table goes through, whatever a counter says.
const maxTakes = 1000

// Retake is the Report of retakes: the recorded counters now and by take, and
// the dated events that the comments tell. *UsageError where the query names
// what is not there.
func Retake(facts hierarchy.Facts, q Query) (*table.Book, error) {
	s, err := newScope(facts.Dimensions(), q)
	if err != nil {
		return nil, err
	}
	b := &retakeBook{s: s, episodes: map[groupKey]*retakeNode{}, sequences: map[groupKey]*retakeNode{}}
	if err := eachWithComments(facts, s.inFilm, b.take); err != nil {
		return nil, err
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	b.sort()
	return b.book(), nil
}

// A retakeBook counts tasks by take and gathers retakes.
type retakeBook struct {
	s                   *scope
	episodes, sequences map[groupKey]*retakeNode
	all                 retakeNode
	events              []retakeEvent
	differ              []reconcile
	tasks, agree        int64
	recorded, counted   int64 // retakes in all, by counter and by events
	firstTake, approved int64 // tasks done; those without any retake
	omitted             bucket
}

// A reconcile is a task whose recorded counter its events contradict.
type reconcile struct {
	task, entity      hierarchy.ID
	recorded, counted int64
}

func (b *retakeBook) take(t *hierarchy.Task, comments []hierarchy.Comment) error {
	e := b.s.dim.Entity(t.EntityID)
	sequence, episode := b.s.above(e)
	one, status := bucketOf(t, e), b.s.statuses[t.TaskStatusID]
	key := groupKey{episode: idOf(episode), taskType: t.TaskTypeID}
	nodeOf(b.episodes, key).add(t, one, status)
	key.sequence = idOf(sequence)
	nodeOf(b.sequences, key).add(t, one, status)
	b.all.add(t, one, status)
	b.tasks++
	if e.Canceled {
		b.omitted.add(one)
	}
	if status != nil && status.IsDone {
		b.approved++
		if t.Retakes() == 0 {
			b.firstTake++
		}
	}
	events := b.s.eventsOf(t, comments)
	b.recorded += t.Retakes()
	b.counted += int64(len(events))
	if t.Retakes() == int64(len(events)) {
		b.agree++
	} else {
		b.differ = append(b.differ, reconcile{t.ID, t.EntityID, t.Retakes(), int64(len(events))})
	}
	for _, ev := range events {
		if b.s.wantsDay(dayOf(ev.asked.Time, b.s.zone)) {
			b.events = append(b.events, ev)
		}
	}
	return nil
}

func nodeOf(m map[groupKey]*retakeNode, k groupKey) *retakeNode {
	if m[k] == nil {
		m[k] = &retakeNode{}
	}
	return m[k]
}

// check makes sure that the groups sum to the whole.
func (b *retakeBook) check() error {
	for _, m := range []map[groupKey]*retakeNode{b.episodes, b.sequences} {
		var got stages
		for _, n := range m {
			got.done.add(n.done)
			got.retake.add(n.retake)
			got.other.add(n.other)
		}
		if got != b.all.now() {
			return fmt.Errorf("check retakes: groups sum to %v, the tasks to %v", got, b.all.now())
		}
	}
	return nil
}

func (b *retakeBook) sort() {
	path := func(id hierarchy.ID) string { return b.s.path(id) }
	slices.SortFunc(b.events, func(x, y retakeEvent) int {
		return cmp.Or(strings.Compare(path(x.entity), path(y.entity)), strings.Compare(b.s.typeName(x.taskType), b.s.typeName(y.taskType)),
			compareIDs(x.task, y.task), cmp.Compare(x.take, y.take))
	})
	slices.SortFunc(b.differ, func(x, y reconcile) int {
		return cmp.Or(strings.Compare(path(x.entity), path(y.entity)), compareIDs(x.task, y.task))
	})
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
	out.Cover = append(b.cover(), b.s.notes()...)
	weeks := b.weeks()
	out.Tables = []*table.Table{
		b.current("retake_current", "Retakes now, by episode and task type", b.episodes, false),
		b.takes(),
		b.current("retake_sequence", "Retakes now, by sequence and task type", b.sequences, true),
		b.byTake(),
		weekTable(weeks),
		b.eventTable(),
		b.reconcileTable(),
	}
	out.Totals = []table.Total{
		{Name: "tasks", Value: float64(b.tasks), Unit: "tasks"},
		{Name: "recorded retakes", Value: float64(b.recorded), Unit: "retakes"},
		{Name: "retakes in the history", Value: float64(b.counted), Unit: "retakes"},
		{Name: "retakes shown", Value: float64(len(b.events)), Unit: "retakes"},
		{Name: "tasks whose counter disagrees", Value: float64(len(b.differ)), Unit: "tasks"},
		{Name: "task frames", Value: float64(b.all.done.frames + b.all.retake.frames + b.all.other.frames), Unit: "frames"},
	}
	out.Charts = []table.Chart{
		{Table: "retake_by_take", Title: "Tasks in retake by take", Alt: b.takeText(), Kind: "column", X: "take", Y: []string{"retake_count", "done_count"}, XTitle: "take", YTitle: "tasks"},
		{Table: "retake_week", Title: "Retakes asked and resolved by week", Alt: weekText(weeks), Kind: "line", X: "period", Y: []string{"asked", "resolved"}, XTitle: "ISO week", YTitle: "retakes"},
	}
	return out
}

func (b *retakeBook) cover() []table.Note {
	out := []table.Note{
		{Name: "How it is counted", Value: "Counters are those recorded with each task on a shot or scene. Events are read from the comments: a retake is asked for when the status changes to one, and resolved when the task is next sent for feedback or done."},
		{Name: "Counted", Value: fmt.Sprintf("%d tasks with %d recorded retakes; %d in retake now, %d done", b.tasks, b.recorded, b.all.retake.count, b.all.done.count)},
		{Name: "Approved without retake", Value: fmt.Sprintf("%d of %d done tasks", b.firstTake, b.approved)},
		{Name: "Counters and history", Value: fmt.Sprintf("%d tasks agree, %d do not; see retake_reconcile", b.agree, len(b.differ))},
		{Name: "Of which on omitted shots", Value: fmt.Sprintf("%d tasks", b.omitted.count)},
	}
	if b.s.q.From != "" || b.s.q.To != "" {
		out = append(out, table.Note{Name: "Period", Value: fmt.Sprintf("narrows the events, by the day they were asked for: %d of %d; counters are those of now", len(b.events), b.counted)})
	}
	if b.all.most > maxTakes {
		out = append(out, table.Note{Name: "Takes", Value: fmt.Sprintf("a counter says %d; takes beyond %d are not shown", b.all.most, maxTakes)})
	}
	return out
}

func (b *retakeBook) takeText() string {
	text := "Column chart of tasks in retake by take."
	if b.all.most == 0 {
		return text + " No task had a retake."
	}
	b.all.evolution(min(b.all.most, 5), func(take int64, s stages) bool {
		text += fmt.Sprintf(" Take %d: %d in retake, %d done.", take, s.retake.count, s.done.count)
		return true
	})
	return text
}
