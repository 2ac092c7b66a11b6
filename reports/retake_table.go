package reports

import (
	"turnover/internal/table"
)

// stageColumns are the nine counts.
func stageColumns() []table.Column {
	out := bucketColumns("done_", " done")
	out = append(out, bucketColumns("retake_", " in retake")...)
	return append(out, bucketColumns("other_", " in any other state")...)
}

func (s stages) cells(row table.Row) table.Row {
	return s.other.cells(s.retake.cells(s.done.cells(row)))
}

func (b *retakeBook) current(name, title string, m map[groupKey]*retakeNode, bySequence bool) *table.Table {
	columns := append(keyColumns(bySequence), table.Column{Name: "max_retake_count", Type: table.Int, Unit: "retakes", Doc: "Highest recorded retake count of these tasks."})
	columns = append(columns, stageColumns()...)
	var rows []table.Row
	for _, k := range b.keys(m) {
		rows = append(rows, m[k].now().cells(append(b.s.keyCells(k, bySequence), m[k].most)))
	}
	return &table.Table{Name: name, Title: title, Doc: "One row counts the tasks of one type as they stand; a film's rows have no episode.", Columns: columns, Rows: table.Of(rows)}
}

func takeColumn() table.Column {
	return table.Column{Name: "take", Type: table.Int, Doc: "The take, from 1."}
}

func (b *retakeBook) takes() *table.Table {
	columns := append(keyColumns(false), takeColumn())
	keys := b.keys(b.episodes)
	return &table.Table{Name: "retake_takes", Title: "Retakes by take", Columns: append(columns, stageColumns()...),
		Doc: "One row is one take of an episode and task type: tasks retaken at least so often are in retake, the others as they stand now.",
		Rows: func(yield func(table.Row, error) bool) {
			for _, k := range keys {
				n, goOn := b.episodes[k], true
				n.evolution(min(n.most, maxTakes), func(take int64, s stages) bool {
					goOn = yield(s.cells(append(b.s.keyCells(k, false), take)), nil)
					return goOn
				})
				if !goOn {
					return
				}
			}
		}}
}

func (b *retakeBook) byTake() *table.Table {
	var rows []table.Row
	b.all.evolution(min(b.all.most, maxTakes), func(take int64, s stages) bool {
		rows = append(rows, s.cells(table.Row{take}))
		return true
	})
	return &table.Table{Name: "retake_by_take", Title: "Retakes by take, whole production", Doc: "One row is one take of all tasks.",
		Columns: append([]table.Column{takeColumn()}, stageColumns()...), Rows: table.Of(rows)}
}

func (b *retakeBook) eventTable() *table.Table {
	columns := []table.Column{
		{Name: "task_id", Type: table.Text, Doc: "Id of the task."},
		{Name: "path", Type: table.Text, Doc: "Episode, sequence and shot."},
	}
	columns = append(columns, pair("task_type", "task type")...)
	columns = append(columns,
		table.Column{Name: "take", Type: table.Int, Doc: "Which retake of the task, from 1."},
		table.Column{Name: "asked_at", Type: table.Instant, Doc: "When the status changed to a retake."},
		table.Column{Name: "asked_by_id", Type: table.Text, Doc: "Id of who asked."},
		table.Column{Name: "asked_by", Type: table.Text, Doc: "Who asked."},
		table.Column{Name: "resolved_at", Type: table.Instant, Doc: "When the task was next sent for feedback or done; null while it is open."},
		table.Column{Name: "hours_open", Type: table.Float, Unit: "hours", Decimals: 2, Doc: "From asking to resolving, or to the report's as-of while it is open."},
		table.Column{Name: "cause", Type: table.Text, Doc: "Why, where comments are mapped to causes."})
	return &table.Table{Name: "retake_events", Title: "Each retake", Doc: "One row is one retake that was asked for.", Columns: columns,
		Rows: func(yield func(table.Row, error) bool) {
			for _, e := range b.events {
				row := named(table.Row{cell(e.task), b.s.path(e.entity)}, e.taskType, b.s.typeName(e.taskType))
				row = named(append(row, e.take, instant(e.asked)), e.askedBy, b.s.personName(e.askedBy))
				if !yield(append(row, instant(e.resolved), e.hours(b.s.q.AsOf), nil), nil) {
					return
				}
			}
		}}
}

func (b *retakeBook) reconcileTable() *table.Table {
	var rows []table.Row
	for _, r := range b.differ {
		rows = append(rows, table.Row{cell(r.task), b.s.path(r.entity), r.recorded, r.counted})
	}
	return &table.Table{Name: "retake_reconcile", Title: "Counters that the history contradicts", Doc: "One row is a task whose recorded retake count is not the number of retakes in its comments.",
		Columns: []table.Column{
			{Name: "task_id", Type: table.Text, Doc: "Id of the task."},
			{Name: "path", Type: table.Text, Doc: "Episode, sequence and shot."},
			{Name: "recorded", Type: table.Int, Unit: "retakes", Doc: "The counter recorded with the task."},
			{Name: "counted", Type: table.Int, Unit: "retakes", Doc: "Retakes in the task's comments."},
		}, Rows: table.Of(rows)}
}
