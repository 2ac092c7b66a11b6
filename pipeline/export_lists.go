package pipeline

import (
	"cmp"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// casting is the list of castings, one asset in one target a row.
func (x *exporting) casting() *table.Table {
	var s sheet
	s.column("Episode", table.Text, "name of the episode")
	s.column("Sequence", table.Text, "name of the sequence")
	s.column("Scene", table.Text, "name of the scene that the asset plays in")
	s.column("Shot", table.Text, "name of the shot that the asset plays in")
	s.column("Asset Type", table.Text, "type of the asset")
	s.column("Asset", table.Text, "name of the asset")
	s.column("Occurences", table.Int, "how many of it")
	s.column("Label", table.Text, "what it is there for")
	for _, kind := range []hierarchy.Kind{hierarchy.Episode, hierarchy.Sequence, hierarchy.Scene, hierarchy.Shot} {
		for _, e := range x.sorted(kind) {
			s.rows = append(s.rows, x.castingRows(e)...)
		}
	}
	return s.table("casting", "Casting of "+x.snap.Project.Name, "one asset in one shot, scene, sequence or episode")
}

func (x *exporting) castingRows(e *hierarchy.Entity) []table.Row {
	episode, sequence := x.place(e)
	var scene, shot any
	switch e.Kind {
	case hierarchy.Episode:
		episode = e.Name
	case hierarchy.Sequence:
		sequence = e.Name
	case hierarchy.Scene:
		scene = e.Name
	default:
		shot = e.Name
	}
	var rows []table.Row
	for _, c := range x.casts[e.ID] {
		if asset := x.snap.Entity(c.EntityOutID); asset != nil && c.NbOccurences > 0 {
			rows = append(rows, table.Row{episode, sequence, scene, shot, x.snap.EntityTypeName(asset.EntityTypeID), asset.Name, c.NbOccurences, textOrNil(c.Label)})
		}
	}
	slices.SortFunc(rows, func(a, b table.Row) int {
		return cmp.Or(naturally(a[4].(string), b[4].(string)), naturally(a[5].(string), b[5].(string)))
	})
	return rows
}

// entityCells name a task's entity: its parents, kind and name. An asset's
// type stands where a shot's sequence does.
func (x *exporting) entityCells(e *hierarchy.Entity) []any {
	episode, sequence := x.place(e)
	if e.Kind == hierarchy.Asset {
		return []any{nil, nil, x.snap.EntityTypeName(e.EntityTypeID), e.Name}
	}
	return []any{episode, sequence, string(e.Kind), e.Name}
}

func entityColumns(s *sheet) {
	s.column("Episode", table.Text, "name of the episode")
	s.column("Sequence", table.Text, "name of the sequence")
	s.column("Entity Type", table.Text, "Shot, Sequence, Episode, Scene or an asset's type")
	s.column("Entity", table.Text, "name of the entity")
	s.column("Task Type", table.Text, "type of the task")
	s.column("Task Name", table.Text, "the task's own name")
}

// tasks is the list of tasks. It has no comments: they would be written again.
func (x *exporting) tasks() *table.Table {
	var s sheet
	s.column("ID", table.Text, "the task's id")
	entityColumns(&s)
	s.column("Status", table.Text, "name of the status")
	s.column("Assignees", table.Text, "who has the task")
	s.column("Start Date", table.Text, "first planned day")
	s.column("Due Date", table.Text, "last planned day")
	s.column("Priority", table.Int, "0 to 3")
	s.column("Difficulty", table.Int, "1 to 5")
	for _, t := range x.sortedTasks() {
		e := x.snap.Entity(t.EntityID)
		row := append(table.Row{string(t.ID)}, x.entityCells(e)...)
		s.rows = append(s.rows, append(row, x.taskType(t.TaskTypeID), t.Name, orNil(x.status(t.TaskStatusID)), orNil(x.people(t.Assignees)),
			dayOrNil(t.StartDate), dayOrNil(t.DueDate), t.Priority, t.Difficulty))
	}
	return s.table("tasks", "Tasks of "+x.snap.Project.Name, "one task")
}

func dayOrNil(t hierarchy.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format("2006-01-02")
}

// sortedTasks lists the tasks whose entity is one of the production's kinds.
func (x *exporting) sortedTasks() []*hierarchy.Task {
	var out []*hierarchy.Task
	paths := map[hierarchy.ID]string{}
	for _, t := range x.snap.Tasks {
		if e := x.snap.Entity(t.EntityID); e != nil {
			out = append(out, t)
			if paths[e.ID] == "" {
				paths[e.ID] = x.snap.Path(e)
			}
		}
	}
	slices.SortFunc(out, func(a, b *hierarchy.Task) int {
		return cmp.Or(naturally(paths[a.EntityID], paths[b.EntityID]), cmp.Compare(x.taskType(a.TaskTypeID), x.taskType(b.TaskTypeID)),
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// timesheet is the list of time spent, one person's day on one task a row.
func (x *exporting) timesheet() *table.Table {
	var s sheet
	s.column("Person", table.Text, "who worked")
	s.column("Date", table.Text, "the person's own calendar day")
	entityColumns(&s)
	s.column("Minutes", table.Float, "minutes worked")
	byTask := map[hierarchy.ID][]*hierarchy.TimeSpent{}
	for _, t := range x.snap.TimeSpents {
		byTask[t.TaskID] = append(byTask[t.TaskID], t)
	}
	for _, t := range x.sortedTasks() {
		spent := byTask[t.ID]
		slices.SortFunc(spent, func(a, b *hierarchy.TimeSpent) int {
			return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(x.person(a.PersonID), x.person(b.PersonID)), cmp.Compare(a.ID, b.ID))
		})
		for _, one := range spent {
			row := append(table.Row{x.person(one.PersonID), string(one.Date)}, x.entityCells(x.snap.Entity(t.EntityID))...)
			s.rows = append(s.rows, append(row, x.taskType(t.TaskTypeID), t.Name, one.Duration))
		}
	}
	return s.table("timesheet", "Time sheets of "+x.snap.Project.Name, "one person's day on one task")
}
