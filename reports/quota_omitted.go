package reports

import (
	"cmp"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// An omission is what a task on an omitted shot brings to the quota.
type omission struct {
	task, shot, work hierarchy.ID
	sums
}

// omittedTable shows apart what omitted shots bring to the other tables.
func (b *quotaBook) omittedTable() *table.Table {
	s, all := b.l.scope, b.l.omissions
	slices.SortFunc(all, func(x, y omission) int {
		return cmp.Or(cmp.Compare(s.path(x.shot), s.path(y.shot)), cmp.Compare(s.typeName(x.work), s.typeName(y.work)), hierarchy.CompareIDs(x.task, y.task))
	})
	columns := []table.Column{
		{Name: "shot_id", Type: table.Text, Doc: "Id of the omitted shot."},
		{Name: "path", Type: table.Text, Doc: "Episode, sequence and shot."},
		{Name: "task_id", Type: table.Text, Doc: "Id of the task."},
	}
	columns = append(columns, pair("task_type", "task type")...)
	return &table.Table{Name: "quota_omitted", Title: "Of which on omitted shots", Columns: append(columns, sumColumns()...),
		Doc: "One row is one task on an omitted shot, with what it brings to the other quota tables.",
		Rows: func(yield func(table.Row, error) bool) {
			for _, o := range all {
				row := table.Row{cell(o.shot), s.path(o.shot), cell(o.task), cell(o.work), s.typeName(o.work)}
				if !yield(b.appendSums(row, o.sums), nil) {
					return
				}
			}
		}}
}
