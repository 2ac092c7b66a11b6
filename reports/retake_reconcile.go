package reports

import (
	"turnover/hierarchy"
	"turnover/internal/table"
)

// A disagreement says why a recorded counter is not the number of retakes in
// the history. The set is closed.
type disagreement uint8

const (
	agree disagreement = iota
	negativeCounter
	noHistory
	resetEngine
	withoutComment
	historyShort
	historyLong
	disagreements
)

func (d disagreement) String() string {
	return [...]string{
		"agree",
		"the counter is negative",
		"no history: the counter came without comments",
		"counted by Kitsu's reset engine: retake statuses in a row are one",
		"set to a retake without a comment",
		"history shorter than the counter: comments are missing",
		"history longer than the counter: retakes were not counted",
	}[d]
}

// A reconcile is a task whose recorded counter its history contradicts.
type reconcile struct {
	place                     int32 // of the entity in the order of paths
	task, taskType            hierarchy.ID
	recorded, counted, resets int64
	because                   disagreement
}

// compareCounters tells whether counter and history agree, and why not.
func (s *scope) compareCounters(t *hierarchy.Task, h *taskHistory) reconcile {
	r := reconcile{task: t.ID, taskType: t.TaskTypeID, recorded: t.Retakes(), counted: int64(len(h.events)), resets: h.resets}
	now := s.statuses[t.TaskStatusID]
	switch {
	case r.recorded == r.counted:
	case r.recorded < 0:
		r.because = negativeCounter
	case h.told == 0:
		r.because = noHistory
	case r.recorded == r.resets:
		r.because = resetEngine
	case r.recorded == r.counted+1 && now != nil && now.IsRetake && h.last != t.TaskStatusID:
		r.because = withoutComment
	case r.recorded > r.counted:
		r.because = historyShort
	default:
		r.because = historyLong
	}
	return r
}

func (b *retakeBook) reconcileTable() *table.Table {
	columns := []table.Column{
		{Name: "task_id", Type: table.Text, Doc: "Id of the task."},
		{Name: "path", Type: table.Text, Doc: "Episode, sequence and shot."},
		{Name: "recorded", Type: table.Int, Unit: "retakes", Doc: "The counter recorded with the task."},
		{Name: "counted", Type: table.Int, Unit: "retakes", Doc: "Retakes in the task's comments, as Kitsu counts them live."},
	}
	columns = append(columns, pair("task_type", "task type")...)
	columns = append(columns,
		table.Column{Name: "counted_by_reset", Type: table.Int, Unit: "retakes", Doc: "Retakes in the task's comments, as Kitsu counts them when it recomputes a task."},
		table.Column{Name: "difference", Type: table.Int, Unit: "retakes", Doc: "Recorded less counted."},
		table.Column{Name: "because", Type: table.Text, Doc: "Why they differ, of a closed set."})
	return &table.Table{Name: "retake_reconcile", Title: "Counters that the history contradicts", Kind: table.Working, Columns: columns,
		Doc: "One row is a task whose recorded retake count is not the number of retakes in its comments.",
		Rows: func(yield func(table.Row, error) bool) {
			for r, err := range b.differ.All() {
				if err != nil {
					yield(nil, err)
					return
				}
				row := named(table.Row{cell(r.task), b.s.path(b.order.ids[r.place]), r.recorded, r.counted}, r.taskType, b.s.typeName(r.taskType))
				if !yield(append(row, r.resets, r.recorded-r.counted, r.because.String()), nil) {
					return
				}
			}
		}}
}
