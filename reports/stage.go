package reports

import "turnover/hierarchy"

// A stage is what a status means by its flags. The set is closed, so that
// tables have a column for each, whatever a studio calls its statuses.
type stage int

const (
	stageDone stage = iota
	stageRetake
	stageFeedback
	stageWIP
	stageOther
	stageCount
)

func (s stage) String() string {
	return [...]string{"done", "retake", "feedback", "wip", "other"}[s]
}

// stageOf gives the stage of a status. As in Kitsu one that is both done and
// retake is done.
func stageOf(st *hierarchy.TaskStatus) stage {
	switch {
	case st == nil:
		return stageOther
	case st.IsDone:
		return stageDone
	case st.IsRetake:
		return stageRetake
	case st.IsFeedbackRequest:
		return stageFeedback
	case st.IsWIP:
		return stageWIP
	}
	return stageOther
}
