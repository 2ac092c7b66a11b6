package reports

import (
	"turnover/hierarchy"
)

// A statusStep is a status that a task came to stand in.
type statusStep struct {
	at     hierarchy.Time
	status hierarchy.ID
}

// timelineOf lists the steps of a task, oldest first, in a buffer that is used
// again. It begins with the task's creation, or with its first comment where
// that is earlier (an archive makes its tasks late), in the default status; a
// task without any comment has always stood where it stands. None where neither
// is known. What was changed without a comment is no step.
func (s *scope) timelineOf(t *hierarchy.Task, comments []hierarchy.Comment, steps []statusStep) []statusStep {
	steps = steps[:0]
	first, told := hierarchy.ID(""), false
	if d := s.dim.DefaultStatus(); d != nil {
		first = s.sameStatus(d.ID)
	}
	for i := range comments {
		c := &comments[i]
		if c.TaskStatusID == "" {
			continue
		}
		told = true
		status := s.sameStatus(c.TaskStatusID)
		if c.CreatedAt.IsZero() {
			first = status // undated ones come first: the state before all others
			continue
		}
		if len(steps) == 0 && !t.CreatedAt.IsZero() && t.CreatedAt.Before(c.CreatedAt.Time) {
			steps = append(steps, statusStep{t.CreatedAt, first})
		}
		if n := len(steps); n == 0 || steps[n-1].status != status {
			steps = append(steps, statusStep{c.CreatedAt, status})
		}
	}
	if !told {
		first = s.sameStatus(t.TaskStatusID)
	}
	if len(steps) == 0 && !t.CreatedAt.IsZero() {
		steps = append(steps, statusStep{t.CreatedAt, first})
	}
	return steps
}

// at gives the status of a task at the end of a day; false where it was not
// there yet.
func (s *scope) at(steps []statusStep, day dayNumber) (hierarchy.ID, bool) {
	for i := len(steps) - 1; i >= 0; i-- {
		if dayOf(steps[i].at.Time, s.zone) <= day {
			return steps[i].status, true
		}
	}
	return "", false
}
