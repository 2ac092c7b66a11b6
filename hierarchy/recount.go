package hierarchy

// Recount is what a task's whole history of comments says, by Kitsu's rules for
// a history that was changed behind the last comment: one that is older was
// added, or one was edited, moved or deleted. It differs from StatusChange on
// purpose, as Kitsu does:
//
//   - retakes are comments with a retake status whose predecessor had none;
//   - the end date is the first feedback ever, the done date the last approval,
//     and nothing clears them;
//   - the status is the last comment's, usual where there is none.
//
// Comments are in the order of their creation.
func Recount(t *Task, comments []*Comment, statuses map[ID]*TaskStatus, usual *TaskStatus) []FieldChange {
	after := Clone(t)
	after.RealStartDate, after.EndDate, after.DoneDate, after.LastCommentDate = Time{}, Time{}, Time{}, Time{}
	if usual != nil {
		after.TaskStatusID = usual.ID
	}
	retakes, wasRetake := int64(0), false
	for _, c := range comments {
		after.LastCommentDate = c.CreatedAt
		s := statuses[c.TaskStatusID]
		if s == nil {
			continue
		}
		after.TaskStatusID = s.ID
		if s.IsRetake && !wasRetake {
			retakes++
		}
		wasRetake = s.IsRetake
		if s.IsWIP && after.RealStartDate.IsZero() {
			after.RealStartDate = c.CreatedAt
		}
		if s.IsFeedbackRequest && after.EndDate.IsZero() {
			after.EndDate = c.CreatedAt
		}
		if s.IsDone {
			after.DoneDate = c.CreatedAt
		}
	}
	if retakes != t.Retakes() {
		after.RetakeCount = Ptr(retakes)
	}
	return Diff(t, after)
}
