package reports

import (
	"turnover/internal/table"
)

// shares is the working: each task's parts.
func (b *quotaBook) shares() *table.Table {
	l, s := b.l, b.l.scope
	return &table.Table{Name: "quota_shares", Title: "The working: each task's shares", Kind: table.Working,
		Doc:     "One row is the part of one task that falls on one person and day. All other quota tables add these up.",
		Columns: shareColumns(),
		Rows: func(yield func(table.Row, error) bool) {
			for r, err := range l.shares.All() {
				if err != nil {
					yield(nil, err)
					return
				}
				shot, who, work := l.shots.ids[r.shot], l.who.ids[r.who], l.work.ids[r.work]
				team := s.teams.of(who, s.types[work])
				row := table.Row{cell(who), cell(r.task), cell(shot), s.path(shot), r.day.time(), shareText(r.part, r.of), r.frames, r.because.String(),
					l.who.labels[r.who], cell(work), l.work.labels[r.work], cell(team), s.teams.name(team), r.drawings, b.shots(r.sums)}
				if !yield(row, nil) {
					return
				}
			}
		}}
}

func shareColumns() []table.Column {
	columns := []table.Column{
		{Name: "person_id", Type: table.Text, Doc: "Id of the person; null for nobody."},
		{Name: "task_id", Type: table.Text, Doc: "Id of the task."},
		{Name: "shot_id", Type: table.Text, Doc: "Id of the task's shot."},
		{Name: "path", Type: table.Text, Doc: "Episode, sequence and shot."},
		{Name: "day", Type: table.Day, Doc: "The day."},
		{Name: "share", Type: table.Text, Doc: "The part of the task: minutes of all minutes logged, or one of so many equal parts."},
		{Name: "frames", Type: table.Int, Unit: "frames", Doc: "Frames of the shot that fall here."},
		{Name: "because", Type: table.Text, Doc: "Why the share falls here."},
		{Name: "person", Type: table.Text, Doc: "Name of the person."},
	}
	columns = append(columns, pair("task_type", "task type")...)
	columns = append(columns, pair("team", "department or studio that the share counts for")...)
	return append(columns,
		table.Column{Name: "drawings", Type: table.Int, Unit: "drawings", Doc: "Drawings of the task that fall here."},
		table.Column{Name: "shots", Type: table.Float, Unit: "shots", Decimals: 2, Doc: "Part of the shot, in hundredths."})
}
