package hierarchy

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// StatusChange is what a comment does to a task by Kitsu's live rules, with
// the comment's own time instead of the clock.
//
//   - a retake that differs from the status before counts one retake;
//   - the first work in progress stamps the real start;
//   - feedback stamps the end date; any other status but a done one clears it;
//   - a done status stamps the done date; any other clears it;
//   - a comment that repeats the status changes only the last comment date.
func StatusChange(t *Task, was, now *TaskStatus, at Time) []FieldChange {
	after := Clone(t)
	after.LastCommentDate = at
	if was == nil || was.ID != now.ID {
		after.TaskStatusID = now.ID
		if now.IsRetake {
			after.RetakeCount = Ptr(t.Retakes() + 1)
		}
		if now.IsWIP && t.RealStartDate.IsZero() {
			after.RealStartDate = at
		}
		switch {
		case now.IsFeedbackRequest:
			after.EndDate = at
		case !now.IsDone:
			after.EndDate = Time{}
		}
		after.DoneDate = Time{}
		if now.IsDone {
			after.DoneDate = at
		}
	}
	return Diff(t, after)
}

// Retakes is the recorded counter, 0 where it is null.
func (t *Task) Retakes() int64 {
	if t.RetakeCount == nil {
		return 0
	}
	return *t.RetakeCount
}

// Drawings is the recorded number of drawings, 0 where it is null.
func (t *Task) Drawings() int64 {
	if t.NbDrawings == nil {
		return 0
	}
	return *t.NbDrawings
}

// CheckRetakeCap refuses a retake beyond the production's max_retakes, or the
// entity's own where its data has one; the production's 0 is no cap.
func CheckRetakeCap(p *Project, e *Entity, t *Task, now *TaskStatus) error {
	if !now.IsRetake || p.MaxRetakes == nil || *p.MaxRetakes <= 0 {
		return nil
	}
	limit := *p.MaxRetakes
	if e != nil {
		// As in Kitsu the number 0 is no value of its own, but the text "0" lifts the cap.
		if v := e.Data.Get("max_retakes"); v != "0" && v != "false" && v.Text() != "" {
			own, err := strconv.ParseInt(strings.TrimSpace(v.Text()), 10, 64)
			if err != nil {
				return fmt.Errorf("max_retakes of %q is %q, not a number", e.Name, v.Text())
			}
			limit = own
		}
	}
	if limit > 0 && t.Retakes() >= limit {
		return fmt.Errorf("the task has had %d retakes and no more than %d are allowed", t.Retakes(), limit)
	}
	return nil
}

// Diff lists the fields in which two rows of one table differ.
func Diff(before, after Noun) []FieldChange {
	var out []FieldChange
	was, is := reflect.ValueOf(before).Elem(), reflect.ValueOf(after).Elem()
	for _, f := range FieldsOfNoun(before) {
		if x, y := was.FieldByIndex(f.Index), is.FieldByIndex(f.Index); x.Comparable() && x.Equal(y) {
			continue // most fields, without writing them
		}
		b, _ := Get(before, f.Name)
		a, _ := Get(after, f.Name)
		if a != b {
			out = append(out, FieldChange{f.Name, b, a})
		}
	}
	return out
}
