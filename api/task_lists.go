package api

import (
	"slices"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// A taskTest chooses tasks of a view.
type taskTest func(*call, *pipeline.View, *hierarchy.Task) bool

func statusOf(v *pipeline.View, t *hierarchy.Task) *hierarchy.TaskStatus {
	for _, s := range v.TaskStatuses {
		if s.ID == t.TaskStatusID {
			return s
		}
	}
	return &hierarchy.TaskStatus{}
}

func isToDo(_ *call, v *pipeline.View, t *hierarchy.Task) bool { return !statusOf(v, t).IsDone }
func isDone(_ *call, v *pipeline.View, t *hierarchy.Task) bool { return statusOf(v, t).IsDone }
func isOfType(c *call, _ *pipeline.View, t *hierarchy.Task) bool {
	return t.TaskTypeID == c.pathID("task_type_id")
}

// isToCheck is for those who approve: what waits for them.
func isToCheck(c *call, v *pipeline.View, t *hierarchy.Task) bool {
	return statusOf(v, t).IsFeedbackRequest && c.at(v).directs(t)
}

// openTasks lists tasks with the names of what they belong to, of the open
// productions that the caller sees, in the order of productions.
func (c *call) openTasks(wanted func(*pipeline.View, *hierarchy.Task) bool) (answer, error) {
	views, err := c.openViews()
	if err != nil {
		return answer{}, err
	}
	rows := []object{}
	for _, v := range views {
		for _, t := range c.at(v).ownOrAll(v.Tasks) {
			if wanted(v, t) {
				rows = append(rows, placedTask(v, t))
			}
		}
	}
	return ok(rows)
}

func listOpenTasks(c *call) (answer, error) {
	return c.openTasks(func(v *pipeline.View, t *hierarchy.Task) bool { return isToDo(c, v, t) })
}

// listPersonTasks lists tasks of the person in the path, as far as the caller
// sees their productions.
func listPersonTasks(test taskTest) func(*call) (answer, error) {
	return func(c *call) (answer, error) {
		person := c.pathID("person_id")
		if _, err := pipeline.Row[*hierarchy.Person](c.ctx(), c.pipe, person); err != nil {
			return answer{}, err
		}
		return c.openTasks(func(v *pipeline.View, t *hierarchy.Task) bool {
			return slices.Contains(t.Assignees, person) && test(c, v, t)
		})
	}
}

// listOwnWork lists tasks that the caller has.
func listOwnWork(test taskTest) func(*call) (answer, error) {
	return func(c *call) (answer, error) {
		return c.openTasks(func(v *pipeline.View, t *hierarchy.Task) bool {
			return slices.Contains(t.Assignees, c.who.person.ID) && test(c, v, t)
		})
	}
}

func listToCheck(c *call) (answer, error) {
	return c.openTasks(func(v *pipeline.View, t *hierarchy.Task) bool { return isToCheck(c, v, t) })
}
