package reports

import (
	"cmp"
	"slices"
	"sync"

	"turnover/internal/table"
)

// shares is the working: each task's parts. The rows are sorted when they are
// first asked for, since few formats print them.
func (b *quotaBook) shares() *table.Table {
	order := sync.OnceFunc(b.l.orderRows)
	return &table.Table{Name: "quota_shares", Title: "The working: each task's shares", Kind: table.Working,
		Doc: "One row is the part of one task that falls on one person and day. All other quota tables add these up.",
		Columns: []table.Column{
			{Name: "person_id", Type: table.Text, Doc: "Id of the person; null for nobody."},
			{Name: "task_id", Type: table.Text, Doc: "Id of the task."},
			{Name: "shot_id", Type: table.Text, Doc: "Id of the task's shot."},
			{Name: "path", Type: table.Text, Doc: "Episode, sequence and shot."},
			{Name: "day", Type: table.Day, Doc: "The day."},
			{Name: "share", Type: table.Text, Doc: "The part of the task: minutes of all minutes logged, or one of so many equal parts."},
			{Name: "frames", Type: table.Int, Unit: "frames", Doc: "Frames of the shot that fall here."},
			{Name: "because", Type: table.Text, Doc: "Why the share falls here."},
		},
		Rows: func(yield func(table.Row, error) bool) {
			order()
			for _, r := range b.l.rows {
				task := b.l.tasks[r.task]
				row := table.Row{cell(b.l.who.ids[r.who]), cell(task.id), cell(task.shot), task.path, r.day.time(), shareText(r.part, r.of), r.frames, r.because.String()}
				if !yield(row, nil) {
					return
				}
			}
		}}
}

// orderRows sorts the working by person, path, task and day.
func (l *ledger) orderRows() {
	for i := range l.tasks {
		l.tasks[i].path = l.scope.path(l.tasks[i].shot)
	}
	byPath := make([]int32, len(l.tasks))
	for i := range byPath {
		byPath[i] = int32(i)
	}
	slices.SortStableFunc(byPath, func(a, b int32) int { return cmp.Compare(l.tasks[a].path, l.tasks[b].path) })
	place := make([]int32, len(byPath))
	for at, task := range byPath {
		place[task] = int32(at)
	}
	people := l.who.ranks()
	slices.SortStableFunc(l.rows, func(a, b shareRow) int {
		return cmp.Or(cmp.Compare(people[a.who], people[b.who]), cmp.Compare(place[a.task], place[b.task]), cmp.Compare(a.day, b.day))
	})
}
