package reports

import (
	"turnover/internal/table"
)

// table is workload (by task type) or workload_person.
func (w *workload) table(name, title, doc string, m map[loadKey]*load, people bool) *table.Table {
	columns := pair("task_type", "task type")
	if people {
		columns = whoColumns()
	}
	columns = append(columns, loadColumns()...)
	return &table.Table{Name: name, Title: title, Doc: doc, Columns: columns,
		Rows: func(yield func(table.Row, error) bool) {
			for _, k := range w.inOrder(m) {
				var row table.Row
				if people {
					row = table.Row{cell(k.who), w.s.personName(k.who)}
				}
				row = append(row, cell(k.work), w.s.typeName(k.work))
				if !yield(m[k].cells(row), nil) {
					return
				}
			}
		}}
}

func (w *workload) tables() []*table.Table {
	return []*table.Table{
		w.table("workload", "Workload by task type", "One row is the work of one task type as it stands, without omitted shots.", w.byType, false),
		w.table("workload_person", "Workload by person and task type",
			"One row is one person's work of one task type as it stands, without omitted shots. Frames and estimates are divided among a task's assignees; each of them has the task; time is with whoever logged it.", w.byPerson, true),
	}
}

func loadColumns() []table.Column {
	count := func(name, doc string) table.Column {
		return table.Column{Name: name, Type: table.Int, Unit: "tasks", Doc: doc}
	}
	frames := func(name, doc string) table.Column {
		return table.Column{Name: name, Type: table.Int, Unit: "frames", Doc: doc}
	}
	minutes := func(name, doc string) table.Column {
		return table.Column{Name: name, Type: table.Float, Unit: "minutes", Decimals: 1, Doc: doc}
	}
	return []table.Column{
		count("tasks", "Tasks."), count("tasks_left", "Tasks that are not done."),
		frames("frames", "Frames of the shots of these tasks, once for each task."), frames("frames_left", "The same of the tasks that are not done."),
		minutes("estimated_minutes", "Estimated minutes of all tasks."), minutes("logged_minutes", "Logged minutes of all tasks."),
		minutes("estimated_minutes_done", "Estimated minutes of the tasks that are done."), minutes("logged_minutes_done", "Logged minutes of the tasks that are done."),
		minutes("minutes_left", "Estimated less logged minutes of each task that is not done, at least 0."),
		count("overdue_tasks", "Tasks not done whose due date is before the as-of."),
		{Name: "oldest_due", Type: table.Day, Doc: "The earliest due date of the overdue tasks."},
		count("idle_tasks", "Tasks in progress or retake on which nothing happened for 14 days."),
	}
}

func (l *load) cells(row table.Row) table.Row {
	var due any
	if l.overdue > 0 {
		due = l.oldestDue.time()
	}
	return append(row, l.tasks, l.left, l.frames, l.framesLeft, hundredth(l.estimated), hundredth(l.logged),
		hundredth(l.estimatedDone), hundredth(l.loggedDone), hundredth(l.minutesLeft), l.overdue, due, l.idle)
}
