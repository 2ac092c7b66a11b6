package reports

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A film is a small production for tests: add tasks, then ask.
type film struct {
	memory
}

// Ids of the people and types in every film.
const (
	ada, bob, eve        = hierarchy.ID("p-ada"), hierarchy.ID("p-bob"), hierarchy.ID("p-eve")
	animation            = hierarchy.ID("t-animation")
	todo, wip            = hierarchy.ID("s-todo"), hierarchy.ID("s-wip")
	retakeStatus, review = hierarchy.ID("s-retake"), hierarchy.ID("s-review")
	approved             = hierarchy.ID("s-done")
)

func newFilm() *film {
	mail := func(s string) *string { return &s }
	shotType := "Shot"
	fps := "24"
	f := &film{memory{dim: &hierarchy.Snapshot{
		Project:     &hierarchy.Project{ID: "film", Name: "film", FPS: &fps},
		Studios:     []*hierarchy.Studio{{ID: "st-paris", Name: "Paris"}},
		Departments: []*hierarchy.Department{{ID: "d-animation", Name: "Animation"}, {ID: "d-layout", Name: "Layout"}},
		Persons: []*hierarchy.Person{{ID: ada, FirstName: "Ada", Email: mail("ada@example.com"), StudioID: "st-paris"},
			{ID: bob, FirstName: "Bob"}, {ID: eve, FirstName: "Eve"}},
		PersonDepartments: []*hierarchy.PersonDepartment{{PersonID: ada, DepartmentID: "d-layout"}, {PersonID: ada, DepartmentID: "d-animation"},
			{PersonID: bob, DepartmentID: "d-layout"}},
		TaskTypes: []*hierarchy.TaskType{{ID: animation, Name: "Animation", ForEntity: &shotType, DepartmentID: "d-animation"}},
		TaskStatuses: []*hierarchy.TaskStatus{{ID: todo, Name: "Todo", IsDefault: true}, {ID: wip, Name: "WIP", IsWIP: true},
			{ID: retakeStatus, Name: "Retake", IsRetake: true}, {ID: review, Name: "Review", IsFeedbackRequest: true}, {ID: approved, Name: "Done", IsDone: true}},
		Entities: []*hierarchy.Entity{{ID: "sq", Kind: hierarchy.Sequence, Name: "SQ010"}},
	}}}
	return f
}

// shot adds a shot with an Animation task; change sets what the test is about.
func (f *film) shot(frames int64, change func(*hierarchy.Task)) *hierarchy.Task {
	n := len(f.tasks) + 1
	e := &hierarchy.Entity{ID: hierarchy.ID(fmt.Sprintf("shot-%04d", n)), Kind: hierarchy.Shot, ParentID: "sq", Name: fmt.Sprintf("SH%03d0", n), NbFrames: &frames}
	f.dim.Entities = append(f.dim.Entities, e)
	t := &hierarchy.Task{ID: hierarchy.ID(fmt.Sprintf("task-%04d", n)), EntityID: e.ID, TaskTypeID: animation, TaskStatusID: todo}
	change(t)
	f.tasks = append(f.tasks, t)
	return t
}

// log adds a time sheet.
func (f *film) log(t *hierarchy.Task, person hierarchy.ID, day hierarchy.Day, minutes float64) {
	f.sheets = append(f.sheets, &hierarchy.TimeSpent{ID: hierarchy.ID(fmt.Sprintf("ts-%05d", len(f.sheets))), TaskID: t.ID, PersonID: person, Date: day, Duration: minutes})
	t.Duration += minutes
}

// comment adds a comment with a status.
func (f *film) comment(t *hierarchy.Task, at string, status hierarchy.ID) {
	c := &hierarchy.Comment{ID: hierarchy.ID(fmt.Sprintf("c-%05d", len(f.comments))), TaskID: t.ID, TaskStatusID: status, PersonID: bob}
	c.CreatedAt = when(at)
	f.comments = append(f.comments, c)
}

func (f *film) facts() hierarchy.Facts {
	fresh := *f.dim // the snapshot remembers its entities by id
	dim := hierarchy.Snapshot{Project: fresh.Project, Studios: fresh.Studios, Departments: fresh.Departments, Persons: fresh.Persons,
		PersonDepartments: fresh.PersonDepartments, TaskTypes: fresh.TaskTypes, TaskStatuses: fresh.TaskStatuses, Entities: fresh.Entities}
	m := f.memory
	m.dim = &dim
	return m.order()
}

func when(s string) hierarchy.Time {
	t, err := hierarchy.ParseTime(s)
	if err != nil {
		panic(err)
	}
	return t
}

// shareLines gives the working as lines "p-ada | 2026-01-05 | 30/120 | 25 | time logged".
func shareLines(t *testing.T, f *film, q Query) []string {
	t.Helper()
	b, err := Quota(f.facts(), q)
	if err != nil {
		t.Fatal(err)
	}
	return linesOf(t, b.Table("quota_shares"), 0, 4, 5, 6, 7)
}

// linesOf writes some columns of a table, null as "-".
func linesOf(t rapid.TB, tb *table.Table, columns ...int) []string {
	t.Helper()
	var out []string
	for _, r := range collect(t, tb) {
		line := ""
		for i, c := range columns {
			if i > 0 {
				line += " | "
			}
			switch v := r[c].(type) {
			case nil:
				line += "-"
			case time.Time:
				if tb.Columns[c].Type == table.Day {
					line += v.Format(time.DateOnly)
				} else {
					line += v.Format("2006-01-02T15:04")
				}
			default:
				line += fmt.Sprint(v)
			}
		}
		out = append(out, line)
	}
	return out
}
