package reports

import (
	"cmp"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A retakenShot is a shot or scene with retakes in the period.
type retakenShot struct {
	entity                   hierarchy.ID
	place                    int32 // in the order of paths
	retakes, open, pingPongs int64
	tasks                    map[hierarchy.ID]bool // for the time of counting
	taskCount                int64
}

// A pingPong is two departments between which retakes of one shot went back
// and forth; a is the first by name.
type pingPong struct{ a, b hierarchy.ID }

// readShots reads the retakes shown shot by shot, once, when a table of them is
// printed first: who prints none of them does not wait.
func (b *retakeBook) readShots() error {
	if b.shotsRead {
		return nil
	}
	b.shots, b.pingPongs, b.pingPongShots = nil, map[pingPong]int64{}, map[pingPong]int64{}
	var shot *retakenShot
	var events []retakeEvent
	finish := func() {
		if shot == nil {
			return
		}
		shot.taskCount, shot.tasks = int64(len(shot.tasks)), nil
		shot.pingPongs = b.countPingPongs(events)
		b.shots = append(b.shots, *shot)
	}
	for e, err := range b.events.All() {
		if err != nil {
			return err
		}
		if shot == nil || shot.place != e.place {
			finish()
			shot, events = &retakenShot{entity: e.entity, place: e.place, tasks: map[hierarchy.ID]bool{}}, events[:0]
		}
		shot.retakes++
		shot.tasks[e.task] = true
		if !e.closed {
			shot.open++
		}
		events = append(events, *e)
	}
	finish()
	slices.SortFunc(b.shots, func(x, y retakenShot) int {
		return cmp.Or(cmp.Compare(y.retakes, x.retakes), cmp.Compare(x.place, y.place))
	})
	b.shotsRead = true
	return nil
}

// countPingPongs walks the retakes of one shot in time. Each time that one goes
// to the department that had the one before the last, with another between, is
// a ping-pong; several in a row of one department count as one.
func (b *retakeBook) countPingPongs(events []retakeEvent) int64 {
	slices.SortStableFunc(events, func(x, y retakeEvent) int {
		return cmp.Or(x.asked.Compare(y.asked.Time), hierarchy.CompareIDs(x.task, y.task), cmp.Compare(x.take, y.take))
	})
	var n int64
	var hops []hierarchy.ID
	met := map[pingPong]bool{}
	for i := range events {
		at := b.department(events[i].taskType)
		if len(hops) > 0 && hops[len(hops)-1] == at {
			continue
		}
		hops = append(hops, at)
		if k := len(hops); k > 2 && hops[k-3] == at {
			pair := b.pairOf(at, hops[k-2])
			n++
			b.pingPongs[pair]++
			met[pair] = true
		}
	}
	for pair := range met {
		b.pingPongShots[pair]++
	}
	return n
}

// department is that of a task type; a type without one stands for itself.
func (b *retakeBook) department(taskType hierarchy.ID) hierarchy.ID {
	if t := b.s.types[taskType]; t != nil && t.DepartmentID != "" {
		return t.DepartmentID
	}
	return taskType
}

func (b *retakeBook) departmentName(id hierarchy.ID) string {
	if name, ok := b.departments[id]; ok {
		return name
	}
	return b.s.typeName(id)
}

func (b *retakeBook) pairOf(x, y hierarchy.ID) pingPong {
	if cmp.Or(strings.Compare(b.departmentName(x), b.departmentName(y)), hierarchy.CompareIDs(x, y)) > 0 {
		x, y = y, x
	}
	return pingPong{x, y}
}

func (b *retakeBook) shotTable() *table.Table {
	columns := []table.Column{{Name: "path", Type: table.Text, Doc: "Episode, sequence and shot."}}
	columns = append(columns,
		table.Column{Name: "retakes", Type: table.Int, Unit: "retakes", Doc: "Retakes asked for in the period, of all its tasks."},
		table.Column{Name: "open", Type: table.Int, Unit: "retakes", Doc: "Those of them that are open now."},
		table.Column{Name: "tasks", Type: table.Int, Unit: "tasks", Doc: "Its tasks with such a retake."},
		table.Column{Name: "ping_pongs", Type: table.Int, Doc: "How often its retakes went back to the department that they had come from."},
		table.Column{Name: "frames", Type: table.Int, Unit: "frames", Doc: "Length of the shot."},
		table.Column{Name: "omitted", Type: table.Text, Doc: "yes where the shot is omitted."},
		table.Column{Name: "entity_id", Type: table.Text, Doc: "Id of the shot or scene."})
	return &table.Table{Name: "retake_shots", Title: "Most retaken shots", Columns: columns, Behind: &table.Behind{Table: "retake_events", On: []string{"entity_id"}},
		Doc: "One row is one shot or scene with a retake asked for in the period, the most retaken first.",
		Rows: func(yield func(table.Row, error) bool) {
			if err := b.readShots(); err != nil {
				yield(nil, err)
				return
			}
			for _, x := range b.shots {
				e := b.s.dim.Entity(x.entity)
				if !yield(table.Row{b.s.path(x.entity), x.retakes, x.open, x.taskCount, x.pingPongs, e.Frames(), omitted(e), cell(x.entity)}, nil) {
					return
				}
			}
		}}
}

// omitted is the cell of an omitted shot.
func omitted(e *hierarchy.Entity) any {
	if e != nil && e.Canceled {
		return "yes"
	}
	return nil
}

func (b *retakeBook) pingPongTable() *table.Table {
	return &table.Table{Name: "retake_ping_pong", Title: "Retakes that go back and forth between departments", Rows: b.pingPongRows,
		Doc: "One row is two departments: a shot's retake for one is followed by a retake for the other, and that by one for the first again. A task type without department stands for itself.",
		Columns: []table.Column{
			{Name: "department", Type: table.Text, Doc: "Name of the first department."},
			{Name: "other_department", Type: table.Text, Doc: "Name of the other one."},
			{Name: "ping_pongs", Type: table.Int, Doc: "How often a retake went back to where the one before the last had gone."},
			{Name: "shots", Type: table.Int, Unit: "shots", Doc: "Shots on which that happened."},
			{Name: "department_id", Type: table.Text, Doc: "Id of the first department, or task type."},
			{Name: "other_department_id", Type: table.Text, Doc: "Id of the other one."},
		}}
}

func (b *retakeBook) pingPongRows(yield func(table.Row, error) bool) {
	if err := b.readShots(); err != nil {
		yield(nil, err)
		return
	}
	pairs := make([]pingPong, 0, len(b.pingPongs))
	for p := range b.pingPongs {
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, func(x, y pingPong) int {
		return cmp.Or(strings.Compare(b.departmentName(x.a), b.departmentName(y.a)), hierarchy.CompareIDs(x.a, y.a), strings.Compare(b.departmentName(x.b), b.departmentName(y.b)), hierarchy.CompareIDs(x.b, y.b))
	})
	for _, p := range pairs {
		if !yield(table.Row{b.departmentName(p.a), b.departmentName(p.b), b.pingPongs[p], b.pingPongShots[p], cell(p.a), cell(p.b)}, nil) {
			return
		}
	}
}
