package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

const (
	stuckShown = 200 // of the tasks that stand longest
	stuckDays  = 7   // from when on a task counts as stuck
)

// A stuckTask stands in retake or feedback.
type stuckTask struct {
	task, entity, taskType, status hierarchy.ID
	stage                          stage
	since                          hierarchy.Time
	people                         []hierarchy.ID
}

// stuckTasks gather the tasks on shots that are not omitted which stand longest
// in retake (the artist's turn) or feedback (the reviewer's).
type stuckTasks struct {
	s       *scope
	rows    []stuckTask // the longest, longest first
	long    [stageCount]int64
	persons map[hierarchy.ID]int64 // their tasks that stand longer than stuckDays
	waiting int64                  // tasks in retake or feedback
	unknown int64                  // of them, since when is not known
}

// add counts a task that stands in its status since an instant, zero where
// that is not known.
func (k *stuckTasks) add(t *hierarchy.Task, e *hierarchy.Entity, since hierarchy.Time) {
	at := stageOf(k.s.statuses[t.TaskStatusID])
	if e.Canceled || at != stageRetake && at != stageFeedback {
		return
	}
	k.waiting++
	if since.IsZero() {
		k.unknown++
		return
	}
	if k.s.q.AsOf.Sub(since.Time) > stuckDays*dayLong && !k.s.q.AsOf.IsZero() {
		k.long[at]++
		for _, p := range assignees(t) {
			k.persons[p]++
		}
	}
	row := stuckTask{t.ID, e.ID, t.TaskTypeID, t.TaskStatusID, at, since, assignees(t)}
	place, _ := slices.BinarySearchFunc(k.rows, row, func(a, b stuckTask) int {
		return cmp.Or(a.since.Compare(b.since.Time), hierarchy.CompareIDs(a.task, b.task))
	})
	if place < stuckShown {
		k.rows = slices.Insert(k.rows, place, row)
		k.rows = k.rows[:min(len(k.rows), stuckShown)]
	}
}

// worst is who has most tasks that stand too long; ties go to the first by name.
func (k *stuckTasks) worst() (name string, tasks int64) {
	var who hierarchy.ID
	for id, n := range k.persons {
		if id == "" {
			continue // nobody cannot be asked
		}
		if n > tasks || n == tasks && cmp.Or(strings.Compare(k.s.personName(id), k.s.personName(who)), hierarchy.CompareIDs(id, who)) < 0 {
			who, tasks = id, n
		}
	}
	return k.s.personName(who), tasks
}

// answer says who is stuck.
func (k *stuckTasks) answer(name string) table.Answer {
	n := k.long[stageRetake] + k.long[stageFeedback]
	out := table.Answer{Question: "Who is stuck?", Figure: fmt.Sprintf("tasks over %d days in retake or feedback", stuckDays), Value: float64(n), Unit: "tasks", Table: name, Tone: table.Good}
	if n == 0 {
		out.Verdict = fmt.Sprintf("nobody: no task has been in retake or feedback for more than %d days", stuckDays)
		return out
	}
	out.Tone = table.Watch
	out.Verdict = fmt.Sprintf("%d in retake, %d %s for review", k.long[stageRetake], k.long[stageFeedback], oneOrMore(k.long[stageFeedback], "waits", "wait"))
	if who, tasks := k.worst(); tasks > 0 {
		out.Verdict += fmt.Sprintf("; %s has most, %d", who, tasks)
	}
	first := k.rows[0]
	out.Verdict += fmt.Sprintf("; longest %s %s, since %s", k.s.path(first.entity), k.s.typeName(first.taskType), dayText(dayOf(first.since.Time, k.s.zone)))
	return out
}

func (k *stuckTasks) table(name string, work workdays) *table.Table {
	columns := []table.Column{
		{Name: "path", Type: table.Text, Doc: "Episode, sequence and shot."},
	}
	columns = append(columns, pair("task_type", "task type")...)
	columns = append(columns, pair("task_status", "task status")...)
	columns = append(columns,
		table.Column{Name: "stage", Type: table.Text, Doc: "retake (the artist's turn) or feedback (the reviewer's)."},
		table.Column{Name: "since", Type: table.Instant, Doc: "When the task came to stand there."},
		table.Column{Name: "days", Type: table.Float, Unit: "days", Decimals: 1, Doc: "Days of the calendar since then, to the report's as-of."},
		table.Column{Name: "business_days", Type: table.Int, Unit: "days", Doc: "Business days since then."},
		table.Column{Name: "assignees", Type: table.Text, Doc: "Who the task is given to, by name."},
		table.Column{Name: "task_id", Type: table.Text, Doc: "Id of the task."},
		table.Column{Name: "entity_id", Type: table.Text, Doc: "Id of the shot or scene."})
	return &table.Table{Name: name, Title: "Tasks longest in retake or feedback", Columns: columns,
		Doc: fmt.Sprintf("One row is one task, longest first, %d at most; omitted shots are left out.", stuckShown),
		Rows: func(yield func(table.Row, error) bool) {
			for _, r := range k.rows {
				if !yield(k.cells(r, work), nil) {
					return
				}
			}
		}}
}

func (k *stuckTasks) cells(r stuckTask, work workdays) table.Row {
	row := named(table.Row{k.s.path(r.entity)}, r.taskType, k.s.typeName(r.taskType))
	row = append(named(row, r.status, k.s.statusName(r.status)), r.stage.String(), instant(r.since))
	if asOf := k.s.q.AsOf; asOf.Before(r.since.Time) {
		row = append(row, nil, nil)
	} else {
		row = append(row, float64(int64(asOf.Sub(r.since.Time)/(dayLong/10)))/10, work.between(dayOf(r.since.Time, k.s.zone), dayOf(asOf, k.s.zone)))
	}
	var names []string
	for _, p := range r.people {
		names = append(names, k.s.personName(p))
	}
	slices.Sort(names)
	return append(row, strings.Join(names, ", "), string(r.task), cell(r.entity))
}
