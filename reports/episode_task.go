package reports

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/runs"
	"turnover/internal/table"
)

// A taskRow is one task behind the statistics.
type taskRow struct {
	group    int32 // of the book's groups
	place    int32 // of the entity in the order of paths
	task     hierarchy.ID
	since    hierarchy.Time
	drawings int64
	people   []hierarchy.ID
}

// taskGroups are the groups that tasks were counted in, numbered as they came,
// so that a row holds a number for each four ids.
type taskGroups struct {
	keys   []groupKey
	number map[groupKey]int32
}

func (g *taskGroups) of(k groupKey) int32 {
	n, ok := g.number[k]
	if !ok {
		if g.number == nil {
			g.number = map[groupKey]int32{}
		}
		n = int32(len(g.keys))
		g.number[k] = n
		g.keys = append(g.keys, k)
	}
	return n
}

// newTasks sorts tasks by group, path and task, so many in memory at once.
func (b *episodeBook) newTasks(limit int) *runs.Sorter[taskRow] {
	return runs.New(runs.Order[taskRow]{Name: "tasks", Encode: encodeTask, Decode: b.decodeTask, Limit: limit, Scratch: b.s.q.Scratch,
		Compare: func(x, y *taskRow) int {
			if x.group != y.group {
				return b.s.compare(b.groups.keys[x.group], b.groups.keys[y.group])
			}
			return cmp.Or(cmp.Compare(x.place, y.place), hierarchy.CompareIDs(x.task, y.task))
		}})
}

func encodeTask(b []byte, r *taskRow) []byte {
	for _, n := range [...]int64{int64(r.group), int64(r.place), r.drawings, int64(len(r.people))} {
		b = binary.AppendVarint(b, n)
	}
	for _, p := range r.people {
		b = runs.AppendText(b, string(p))
	}
	return runs.AppendTime(runs.AppendText(b, string(r.task)), r.since.Time)
}

func (b *episodeBook) decodeTask(raw []byte, r *taskRow) error {
	f := runs.Read(raw)
	r.group, r.place, r.drawings = f.Index(len(b.groups.keys)), f.Index(len(b.order.ids)), f.Int()
	r.people = r.people[:0]
	for range f.Count() {
		r.people = append(r.people, hierarchy.ID(f.Text()))
	}
	r.task, r.since = hierarchy.ID(f.Text()), hierarchy.Time{Time: f.Time()}
	return f.Err()
}

// keyOf says where a task is counted.
func (b *episodeBook) keyOf(t *hierarchy.Task) groupKey {
	sequence, episode := b.s.above(b.s.dim.Entity(t.EntityID))
	return groupKey{episode: idOf(episode), sequence: idOf(sequence), taskType: b.s.sameType(t.TaskTypeID), status: b.s.sameStatus(t.TaskStatusID)}
}

func (b *episodeBook) rowOf(t *hierarchy.Task, key groupKey, since hierarchy.Time) taskRow {
	r := taskRow{group: b.groups.of(key), place: b.order.place[t.EntityID], task: t.ID, since: since, drawings: t.Drawings()}
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
			for r, err := range b.tasks.All() {
				if err != nil {
					yield(nil, err)
					return
				}
				if !yield(b.taskCells(r), nil) {
					return
				}
			}
		}}
}

func (b *episodeBook) taskCells(r *taskRow) table.Row {
	key, entity := b.groups.keys[r.group], b.order.ids[r.place]
	e := b.s.dim.Entity(entity)
	var names []string
	for _, p := range r.people {
		names = append(names, b.s.personName(p))
	}
	slices.Sort(names)
	row := named(b.s.keyCells(key, true), key.status, b.s.statusName(key.status))
	return append(row, b.s.path(entity), instant(r.since), e.Frames(), r.drawings, textOrNull(strings.Join(names, ", ")), omitted(e), cell(r.task), cell(entity))
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
