package reports

import (
	"math"
	"time"

	"turnover/hierarchy"
)

// A retakeEvent is one retake that was asked for.
type retakeEvent struct {
	task, entity, taskType, askedBy hierarchy.ID
	take                            int64 // 1 for the first retake of the task
	asked                           hierarchy.Time
	resolved                        hierarchy.Time // zero: not yet
}

// eventsOf reads the retakes of a task out of its comments, oldest first: a
// comment asks for one when its status is a retake and differs from the status
// before (Kitsu's live rule). All retakes still open are resolved by the next
// comment that asks for feedback or is done.
func (s *scope) eventsOf(t *hierarchy.Task, comments []hierarchy.Comment) []retakeEvent {
	var out []retakeEvent
	var before hierarchy.ID
	open := 0 // events from here on are not resolved
	for _, c := range comments {
		if c.TaskStatusID == "" || c.TaskStatusID == before {
			continue
		}
		before = c.TaskStatusID
		status := s.statuses[c.TaskStatusID]
		if status == nil {
			continue
		}
		if status.IsFeedbackRequest || status.IsDone {
			for ; open < len(out); open++ {
				out[open].resolved = c.CreatedAt
			}
		}
		if status.IsRetake {
			out = append(out, retakeEvent{task: t.ID, entity: t.EntityID, taskType: t.TaskTypeID, askedBy: c.PersonID,
				take: int64(len(out) + 1), asked: c.CreatedAt})
		}
	}
	return out
}

// hours is how long a retake was open, or has been at the time given; nil
// where that is not known.
func (e retakeEvent) hours(asOf time.Time) any {
	end := e.resolved.Time
	if end.IsZero() {
		end = asOf
	}
	if end.IsZero() || e.asked.IsZero() || end.Before(e.asked.Time) {
		return nil
	}
	return math.Round(end.Sub(e.asked.Time).Hours()*100) / 100
}
