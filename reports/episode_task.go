package reports

import (
	"cmp"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A taskRow is one task behind the statistics.
type taskRow struct {
	key          groupKey
	task, entity hierarchy.ID
	since        hierarchy.Time
	drawings     int64
	people       []hierarchy.ID
}

func (b *episodeBook) newTasks(facts hierarchy.Facts, limit int) sortedRows[groupKey, taskRow] {
	return sortedRows[groupKey, taskRow]{
		group:  func(r *taskRow) groupKey { return r.key },
		groups: b.s.compare,
		within: func(x, y *taskRow) int {
			return cmp.Or(strings.Compare(b.s.path(x.entity), b.s.path(y.entity)), compareIDs(x.task, y.task))
		},
		again: func(wanted func(groupKey) bool, add func(taskRow)) error {
			keep := func(t *hierarchy.Task) bool { return b.s.inFilm(t) && wanted(b.keyOf(t)) }
			return eachWithComments(facts, keep, func(t *hierarchy.Task, comments []hierarchy.Comment) error {
				h := b.s.historyOf(t, comments, nil, causeMap{})
				add(b.rowOf(t, h.stands(t)))
				return nil
			})
		},
		limit: limit,
	}
}

// keyOf says where a task is counted.
func (b *episodeBook) keyOf(t *hierarchy.Task) groupKey {
	sequence, episode := b.s.above(b.s.dim.Entity(t.EntityID))
	return groupKey{episode: idOf(episode), sequence: idOf(sequence), taskType: b.s.sameType(t.TaskTypeID), status: b.s.sameStatus(t.TaskStatusID)}
}

func (b *episodeBook) rowOf(t *hierarchy.Task, since hierarchy.Time) taskRow {
	r := taskRow{key: b.keyOf(t), task: t.ID, entity: b.s.dim.Entity(t.EntityID).ID, since: since, drawings: t.Drawings()}
	for _, p := range t.Assignees {
		r.people = append(r.people, b.s.sameID(p))
	}
	return r
}

// taskTable lists the tasks behind the figures.
func (b *episodeBook) taskTable() *table.Table {
	columns := append(keyColumns(true), pair("task_status", "task status")...)
	columns = append(columns,
		table.Column{Name: "path", Type: table.Text, Doc: "Episode, sequence and shot."},
		table.Column{Name: "since", Type: table.Instant, Doc: "When the task came to stand there; null where its comments do not tell."},
		table.Column{Name: "frames", Type: table.Int, Unit: "frames", Doc: "Length of the shot."},
		table.Column{Name: "drawings", Type: table.Int, Unit: "drawings", Doc: "Drawings of the task."},
		table.Column{Name: "assignees", Type: table.Text, Doc: "Who the task is given to, by name."},
		table.Column{Name: "omitted", Type: table.Text, Doc: "yes where the shot is omitted."},
		table.Column{Name: "task_id", Type: table.Text, Doc: "Id of the task."},
		table.Column{Name: "entity_id", Type: table.Text, Doc: "Id of the shot or scene."})
	return &table.Table{Name: "episode_tasks", Title: "Each task", Kind: table.Working, Doc: "One row is one task, as it stands.", Columns: columns,
		Rows: func(yield func(table.Row, error) bool) {
			err := b.tasks.each(func(r *taskRow) bool { return yield(b.taskCells(r), nil) })
			if err != nil {
				yield(nil, err)
			}
		}}
}

func (b *episodeBook) taskCells(r *taskRow) table.Row {
	e := b.s.dim.Entity(r.entity)
	var names []string
	for _, p := range r.people {
		names = append(names, b.s.personName(p))
	}
	slices.Sort(names)
	row := named(b.s.keyCells(r.key, true), r.key.status, b.s.statusName(r.key.status))
	return append(row, b.s.path(r.entity), instant(r.since), e.Frames(), r.drawings, textOrNull(strings.Join(names, ", ")), omitted(e), cell(r.task), cell(r.entity))
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
