package api

import (
	"net/http"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var taskStatRoutes = []route{
	{http.MethodGet, "/data/tasks/open-tasks/stats", nowhere, accounts.Person, showOpenStats},
	{http.MethodGet, "/data/persons/task-dates", nowhere, accounts.Person, listTaskDates},
}

// A taskCount is how many tasks there are, how many of them are done, and their
// minutes.
type taskCount struct {
	amount, done         int64
	duration, estimation float64
}

func (n *taskCount) add(t *hierarchy.Task, done bool) {
	n.amount++
	if done {
		n.done++
	}
	n.duration += t.Duration
	n.estimation += t.Estimation
}

func (n *taskCount) write(o *object) {
	o.set("amount", n.amount)
	o.set("amount_done", n.done)
	o.set("total_duration", n.duration)
	o.set("total_estimation", n.estimation)
}

// openViews are the open productions that the caller sees.
func (c *call) openViews() ([]*pipeline.View, error) {
	own, err := c.ownProjects()
	if err != nil {
		return nil, err
	}
	var out []*pipeline.View
	for _, p := range own {
		if !p.Open() {
			continue
		}
		v, err := c.server.views.Project(c.ctx(), p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// showOpenStats counts the tasks of the open productions that the caller sees, by
// production, type and status.
func showOpenStats(c *call) (answer, error) {
	views, err := c.openViews()
	if err != nil {
		return answer{}, err
	}
	var o object
	for _, v := range views {
		if tasks := c.at(v).ownOrAll(v.Tasks); len(tasks) > 0 {
			o.set(string(v.Project.ID), openStats(v, tasks))
		}
	}
	return ok(o)
}

func openStats(v *pipeline.View, tasks []*hierarchy.Task) object {
	type kind struct{ taskType, status hierarchy.ID }
	var all taskCount
	each := map[kind]*taskCount{}
	for _, t := range tasks {
		k := kind{t.TaskTypeID, t.TaskStatusID}
		if each[k] == nil {
			each[k] = &taskCount{}
		}
		done := statusOf(v, t).IsDone
		each[k].add(t, done)
		all.add(t, done)
	}
	rows := []object{}
	for _, taskType := range v.TaskTypes {
		for _, status := range v.TaskStatuses {
			n := each[kind{taskType.ID, status.ID}]
			if n == nil {
				continue
			}
			var one object
			one.set("task_status_id", status.ID)
			one.set("task_type_id", taskType.ID)
			one.set("project_id", v.Project.ID)
			n.write(&one)
			rows = append(rows, one)
		}
	}
	var o object
	all.write(&o)
	o.set("task_types", rows)
	return o
}

// A span is from the first start to the last due date of somebody's tasks.
type span struct{ first, last hierarchy.Time }

func (s *span) add(t *hierarchy.Task) {
	if !t.StartDate.IsZero() && (s.first.IsZero() || t.StartDate.Before(s.first.Time)) {
		s.first = t.StartDate
	}
	if t.DueDate.After(s.last.Time) {
		s.last = t.DueDate
	}
}

// listTaskDates says of each active person from when to when they have work in
// the open productions: for those who lead, of theirs.
func listTaskDates(c *call) (answer, error) {
	if !slices.Contains([]accounts.Role{accounts.Admin, accounts.Manager, accounts.Supervisor}, c.who.role) {
		return answer{}, errForbidden
	}
	views, err := c.openViews()
	if err != nil {
		return answer{}, err
	}
	spans := map[hierarchy.ID]*span{}
	for _, v := range views {
		for _, t := range v.Tasks {
			for _, person := range t.Assignees {
				if spans[person] == nil {
					spans[person] = &span{}
				}
				spans[person].add(t)
			}
		}
	}
	people, _, err := c.people()
	rows := []object{}
	for _, p := range people {
		if s := spans[p.ID]; s != nil && p.Active {
			var o object
			o.set("person_id", p.ID)
			o.set("min_date", s.first)
			o.set("max_date", s.last)
			rows = append(rows, o)
		}
	}
	return answer{http.StatusOK, rows}, err
}
