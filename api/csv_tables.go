package api

import (
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// leads refuses all but admins and those whose own role is manager.
func (c *call) leads() error {
	if c.who.role != accounts.Admin && c.who.role != accounts.Manager {
		return errForbidden
	}
	return nil
}

// ledViews are the open productions whose tables the caller may have.
func (c *call) ledViews() ([]*pipeline.View, error) {
	if err := c.leads(); err != nil {
		return nil, err
	}
	return c.openViews()
}

func exportTasks(c *call) (answer, error) {
	views, err := c.ledViews()
	if err != nil {
		return answer{}, err
	}
	head := []string{"Project", "Task Type", "Episode", "Sequence", "Entity Type", "Entity", "Assigner", "Assignees", "Duration", "Estimation",
		"Start date", "Due date", "WIP date", "Validation date", "Task Status"}
	return c.csvFile("kitsu_tasks_export", head, func(yield func([]string) bool) {
		for _, v := range views {
			for _, row := range taskRows(v) {
				if !yield(row) {
					return
				}
			}
		}
	})
}

// taskRows are a production's tasks as exported, in the order of their cells.
func taskRows(v *pipeline.View) (rows [][]string) {
	columns := &taskColumns{view: v, names: personNames(v.Snapshot), statuses: statusesByID(v.Snapshot)}
	types := map[hierarchy.ID]string{}
	for _, tt := range v.TaskTypes {
		types[tt.ID] = tt.Name
	}
	for _, t := range v.Snapshot.Tasks {
		e := v.Entity(t.EntityID)
		if e == nil {
			continue
		}
		status := ""
		if st := columns.statuses[t.TaskStatusID]; st != nil {
			status = st.Name
		}
		var above *hierarchy.Entity // the sequence; of a sequence its episode, which stands in that column too
		parent := v.Entity(e.ParentID)
		if parent != nil {
			above = v.Entity(parent.ParentID)
		}
		row := []string{v.Project.Name, types[t.TaskTypeID], nameOf(above), nameOf(parent), v.EntityTypeName(e.EntityTypeID), e.Name,
			columns.names[t.AssignerID], strings.Join(columns.people(t), ", "), pythonNumber(t.Duration), pythonNumber(t.Estimation)}
		for _, at := range []hierarchy.Time{t.StartDate, t.DueDate, t.RealStartDate, t.EndDate} {
			row = append(row, dayText(at))
		}
		rows = append(rows, append(row, status))
	}
	slices.SortFunc(rows, slices.Compare)
	return rows
}

func pythonNumber(f float64) string { return string(appendNumber(nil, f)) }

func dayText(t hierarchy.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02")
}

func exportTimeSpents(c *call) (answer, error) {
	views, err := c.ledViews()
	if err != nil {
		return answer{}, err
	}
	var rows [][]string
	for _, v := range views {
		some, err := c.timeRows(v)
		if err != nil {
			return answer{}, err
		}
		rows = append(rows, some...)
	}
	return c.csvFile("kitsu_time_spents_export", []string{"Project", "Person", "Entity Type Name", "Entity", "Task Type", "Date", "Time spent"}, slices.Values(rows))
}

// timeRows are a production's time sheets as exported.
func (c *call) timeRows(v *pipeline.View) (rows [][]string, err error) {
	names, types, tasks := personNames(v.Snapshot), map[hierarchy.ID]string{}, map[hierarchy.ID]*hierarchy.Task{}
	for _, tt := range v.TaskTypes {
		types[tt.ID] = tt.Name
	}
	for _, t := range v.Snapshot.Tasks {
		tasks[t.ID] = t
	}
	err = c.pipe.Facts(c.ctx(), v.Project.ID, func(facts hierarchy.Facts) error {
		for sheet, err := range facts.TimeSpents() {
			if err != nil {
				return err
			}
			task := tasks[sheet.TaskID]
			if task == nil {
				continue // made since the view
			}
			e := v.Entity(task.EntityID)
			if e == nil {
				continue
			}
			rows = append(rows, []string{v.Project.Name, names[sheet.PersonID], v.EntityTypeName(e.EntityTypeID), e.Name, types[task.TaskTypeID],
				string(sheet.Date), pythonNumber(sheet.Duration)})
		}
		return nil
	})
	slices.SortFunc(rows, slices.Compare)
	return rows, err
}

// exportPersons lists persons with the columns that Kitsu imports them by. The
// pay is for admins.
func exportPersons(c *call) (answer, error) {
	if err := c.leads(); err != nil {
		return answer{}, err
	}
	shared, err := c.pipe.Shared(c.ctx())
	if err != nil {
		return answer{}, err
	}
	departments, studios := map[hierarchy.ID]string{}, map[hierarchy.ID]string{}
	for _, d := range shared.Departments {
		departments[d.ID] = d.Name
	}
	for _, s := range shared.Studios {
		studios[s.ID] = s.Name
	}
	of := map[hierarchy.ID][]string{}
	for _, l := range shared.PersonDepartments {
		of[l.PersonID] = append(of[l.PersonID], departments[l.DepartmentID])
	}
	var rows [][]string
	for _, p := range shared.Persons {
		if p.IsBot {
			continue
		}
		pay := ""
		if p.DailySalary != nil && c.who.role == accounts.Admin {
			pay = fmt.Sprint(*p.DailySalary)
		}
		slices.Sort(of[p.ID])
		rows = append(rows, []string{p.FirstName, p.LastName, textOf(p.Email), textOf(p.Phone), textOf(p.Role), strings.Join(of[p.ID], ","), studios[p.StudioID],
			textOf(p.Country), textOf(p.ContractType), textOf(p.Position), textOf(p.Seniority), pay, map[bool]string{true: "yes", false: "no"}[p.Active]})
	}
	slices.SortFunc(rows, slices.Compare)
	return c.csvFile("people_csv", []string{"First Name", "Last Name", "Email", "Phone", "Role", "Departments", "Studio", "Country", "Contract Type", "Position",
		"Seniority", "Daily Salary", "Active"}, slices.Values(rows))
}

func exportProjects(c *call) (answer, error) {
	if err := c.leads(); err != nil {
		return answer{}, err
	}
	own, err := c.ownProjects()
	if err != nil {
		return answer{}, err
	}
	return c.csvFile("kitsu_export", []string{"Name", "Status"}, func(yield func([]string) bool) {
		for _, p := range own {
			status := p.Status
			if status == "" && p.Open() {
				status = "Open"
			}
			if !yield([]string{p.Name, status}) {
				return
			}
		}
	})
}

func exportTaskTypes(c *call) (answer, error) {
	if err := c.leads(); err != nil {
		return answer{}, err
	}
	shared, err := c.pipe.Shared(c.ctx())
	if err != nil {
		return answer{}, err
	}
	departments := map[hierarchy.ID]string{}
	for _, d := range shared.Departments {
		departments[d.ID] = d.Name
	}
	var rows [][]string
	for _, tt := range shared.TaskTypes {
		rows = append(rows, []string{departments[tt.DepartmentID], tt.Name})
	}
	slices.SortFunc(rows, slices.Compare)
	return c.csvFile("task_types_csv", []string{"Department", "Name"}, slices.Values(rows))
}
