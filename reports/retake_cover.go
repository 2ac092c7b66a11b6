package reports

import (
	"fmt"

	"turnover/internal/table"
)

func (b *retakeBook) cover() []table.Note {
	g := b.group(member{})
	out := []table.Note{
		{Name: "How it is counted", Value: "Counters are those recorded with each task on a shot or scene. Events are read from the comments: a retake is asked for when the status changes to one, and resolved when the task is next sent for feedback or done."},
		{Name: "Counted", Value: fmt.Sprintf("%d tasks with %d recorded retakes; %d in retake now, %d done", b.tasks, b.recorded, b.all.retake.count, b.all.done.count)},
		{Name: "Approved without retake", Value: fmt.Sprintf("%d of %d done tasks, by the counters", b.firstTake, b.approved)},
		{Name: "First verdicts", Value: fmt.Sprintf("%d tasks were judged for the first time, %d of them approved, by the history", g.verdicts, g.approved)},
		{Name: "Counters and history", Value: b.reconciled()},
		{Name: "Of which on omitted shots", Value: fmt.Sprintf("%d tasks", b.omitted.count)},
		{Name: "Whose retake", Value: "that of the task's assignee; of several the one who last sent it for feedback, else the first by id. So persons and teams sum to the total."},
	}
	if b.s.q.From != "" || b.s.q.To != "" {
		out = append(out, table.Note{Name: "Period", Value: fmt.Sprintf("narrows the events, by the day they were asked for: %d of %d; counters, and what is open, are those of now", b.events.Len(), b.counted)})
	}
	if b.undated > 0 {
		out = append(out, table.Note{Name: "Without date", Value: fmt.Sprintf("%d retakes, which lie in no week", b.undated)})
	}
	if b.all.most > maxTakes {
		out = append(out, table.Note{Name: "Takes", Value: fmt.Sprintf("a counter says %d; takes beyond %d are not shown", b.all.most, maxTakes)})
	}
	if !b.why.none() {
		out = append(out, table.Note{Name: "Causes", Value: fmt.Sprintf("%d of %d retakes shown name one of %d tags and %d headings", b.caused(), b.events.Len(), len(b.why.tags), len(b.why.headings))})
	}
	return append(out, findingsNote(b.found))
}

// reconciled says how many counters the history contradicts, and why.
func (b *retakeBook) reconciled() string {
	text := fmt.Sprintf("%d tasks agree, %d do not", b.reasons[agree], b.differ.Len())
	sep := ": "
	for d := agree + 1; d < disagreements; d++ {
		if b.reasons[d] > 0 {
			text += fmt.Sprintf("%s%d %s", sep, b.reasons[d], d)
			sep = "; "
		}
	}
	return text + ". See retake_reconcile"
}

// caused counts the retakes shown that have a cause.
func (b *retakeBook) caused() (n int64) {
	for m, g := range b.groups {
		if m.division == perCause && m.id != "" {
			n += g.asked
		}
	}
	return n
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
