package reports

import (
	"cmp"
	"strings"

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
	task, entity, taskType    hierarchy.ID
	recorded, counted, resets int64
	because                   disagreement
}

// compareCounters tells whether counter and history agree, and why not.
func (s *scope) compareCounters(t *hierarchy.Task, h *taskHistory) reconcile {
	r := reconcile{task: t.ID, entity: t.EntityID, taskType: t.TaskTypeID, recorded: t.Retakes(), counted: int64(len(h.events)), resets: h.resets}
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

func (b *retakeBook) newReconciled(facts hierarchy.Facts, limit int) sortedRows[hierarchy.ID, reconcile] {
	return sortedRows[hierarchy.ID, reconcile]{
		group:  func(r *reconcile) hierarchy.ID { return r.entity },
		groups: b.comparePaths,
		within: func(x, y *reconcile) int {
			return cmp.Or(strings.Compare(b.s.typeName(x.taskType), b.s.typeName(y.taskType)), compareIDs(x.task, y.task))
		},
		again: func(wanted func(hierarchy.ID) bool, add func(reconcile)) error {
			keep := func(t *hierarchy.Task) bool { return b.s.inFilm(t) && wanted(t.EntityID) }
			return eachWithComments(facts, keep, func(t *hierarchy.Task, comments []hierarchy.Comment) error {
				h := b.s.historyOf(t, comments, nil, causeMap{})
				if r := b.s.compareCounters(t, &h); r.because != agree {
					add(r)
				}
				return nil
			})
		},
		limit: limit,
	}
}

func (b *retakeBook) comparePaths(x, y hierarchy.ID) int {
	return cmp.Or(strings.Compare(b.s.path(x), b.s.path(y)), compareIDs(x, y))
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
			err := b.differ.each(func(r *reconcile) bool {
				row := named(table.Row{cell(r.task), b.s.path(r.entity), r.recorded, r.counted}, r.taskType, b.s.typeName(r.taskType))
				return yield(append(row, r.resets, r.recorded-r.counted, r.because.String()), nil)
			})
			if err != nil {
				yield(nil, err)
			}
		}}
}
