package hierarchy

import (
	"fmt"
	"testing"
	"time"
)

var (
	todo     = &TaskStatus{ID: "todo", IsDefault: true}
	wip      = &TaskStatus{ID: "wip", IsWIP: true}
	wfa      = &TaskStatus{ID: "wfa", IsFeedbackRequest: true}
	retake   = &TaskStatus{ID: "retake", IsRetake: true}
	clientRT = &TaskStatus{ID: "client retake", IsRetake: true}
	done     = &TaskStatus{ID: "done", IsDone: true}
	both     = &TaskStatus{ID: "both", IsFeedbackRequest: true, IsDone: true}
)

func hour(h int) Time {
	if h == 0 {
		return Time{}
	}
	return At(time.Date(2026, 1, 5, h, 0, 0, 0, time.UTC))
}

// Each comment comes one hour after the one before, the first at one o'clock;
// want has the hours of real start, end and done date, then the retakes.
func TestStatusChange(t *testing.T) {
	for _, c := range []struct {
		name     string
		statuses []*TaskStatus
		want     string
	}{
		{"nothing yet", nil, "0 0 0 / 0"},
		{"start", []*TaskStatus{wip}, "1 0 0 / 0"},
		{"only the first start counts", []*TaskStatus{wip, todo, wip}, "1 0 0 / 0"},
		{"feedback", []*TaskStatus{wip, wfa}, "1 2 0 / 0"},
		{"approval keeps the end", []*TaskStatus{wip, wfa, done}, "1 2 3 / 0"},
		{"done at once has no end", []*TaskStatus{done}, "0 0 1 / 0"},
		{"a retake clears the end", []*TaskStatus{wip, wfa, retake}, "1 0 0 / 1"},
		{"a retake after approval clears both", []*TaskStatus{wip, wfa, done, retake}, "1 0 0 / 1"},
		{"the last round counts", []*TaskStatus{wip, wfa, retake, wip, wfa, done}, "1 5 6 / 1"},
		{"the same again counts nothing", []*TaskStatus{wip, retake, retake}, "1 0 0 / 1"},
		{"two kinds of retake count twice", []*TaskStatus{retake, clientRT}, "0 0 0 / 2"},
		{"feedback again later", []*TaskStatus{wfa, wip, wfa}, "2 3 0 / 0"},
		{"feedback repeated", []*TaskStatus{wfa, wfa}, "0 1 0 / 0"},
		{"feedback and done in one", []*TaskStatus{both}, "0 1 1 / 0"},
		{"reopened", []*TaskStatus{done, todo}, "0 0 0 / 0"},
		{"done to another done", []*TaskStatus{done, both}, "0 2 2 / 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			task := &Task{ID: "t", TaskStatusID: todo.ID}
			was := todo
			for i, now := range c.statuses {
				if err := Patch(task, StatusChange(task, was, now, hour(i+1))); err != nil {
					t.Fatal(err)
				}
				was = now
			}
			got := fmt.Sprintf("%d %d %d / %d", clock(task.RealStartDate), clock(task.EndDate), clock(task.DoneDate), task.Retakes())
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if clock(task.LastCommentDate) != len(c.statuses) || task.TaskStatusID != was.ID {
				t.Errorf("last comment %s, status %s", task.LastCommentDate, task.TaskStatusID)
			}
		})
	}
}

func clock(t Time) int {
	if t.IsZero() {
		return 0
	}
	return t.Hour()
}

func TestStatusChangeLeavesTheTask(t *testing.T) {
	task := &Task{ID: "t", TaskStatusID: "wfa", EndDate: hour(1), RetakeCount: Ptr(int64(1))}
	before := *task
	changes := StatusChange(task, wfa, retake, hour(2))
	if len(Diff(&before, task)) != 0 || *task.RetakeCount != 1 {
		t.Errorf("the task itself was changed: %+v", task)
	}
	if len(changes) != 4 { // status, retakes, end, last comment
		t.Errorf("changes %v", changes)
	}
	if got := StatusChange(task, nil, todo, hour(2)); len(got) == 0 {
		t.Error("an unknown status before changes nothing")
	}
}

func TestRetakeCap(t *testing.T) {
	own := func(data string) *Entity { return &Entity{Name: "SH010", Data: Data(data)} }
	for _, c := range []struct {
		name    string
		project *int64
		entity  *Entity
		retakes int64
		status  *TaskStatus
		refused bool
	}{
		{"no cap", nil, nil, 9, retake, false},
		{"cap of 0", Ptr(int64(0)), own(`{"max_retakes":1}`), 9, retake, false},
		{"below", Ptr(int64(2)), nil, 1, retake, false},
		{"reached", Ptr(int64(2)), nil, 2, retake, true},
		{"reached, but approved", Ptr(int64(2)), nil, 2, done, false},
		{"own is lower", Ptr(int64(5)), own(`{"max_retakes":"1"}`), 1, retake, true},
		{"own is higher", Ptr(int64(1)), own(`{"max_retakes":3}`), 2, retake, false},
		{"own text 0 lifts it", Ptr(int64(1)), own(`{"max_retakes":"0"}`), 5, retake, false},
		{"own number 0 is none", Ptr(int64(1)), own(`{"max_retakes":0}`), 1, retake, true},
		{"own null is none", Ptr(int64(1)), own(`{"max_retakes":null}`), 1, retake, true},
		{"own is blank", Ptr(int64(1)), own(`{"max_retakes":""}`), 0, retake, false},
		{"own is no number", Ptr(int64(9)), own(`{"max_retakes":"3 or 4"}`), 0, retake, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := CheckRetakeCap(&Project{MaxRetakes: c.project}, c.entity, &Task{RetakeCount: &c.retakes}, c.status)
			if (err != nil) != c.refused {
				t.Errorf("error %v", err)
			}
		})
	}
	if err := CheckRetakeCap(&Project{MaxRetakes: Ptr(int64(1))}, nil, &Task{}, retake); err != nil {
		t.Errorf("a task without counter: %v", err)
	}
}
