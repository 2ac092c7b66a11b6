package hierarchy

import (
	"fmt"
	"testing"
)

// Each comment comes one hour after the one before; want is as in
// TestStatusChange, beside what the live rules make of the same comments.
func TestRecount(t *testing.T) {
	statuses := map[ID]*TaskStatus{}
	for _, s := range []*TaskStatus{todo, wip, wfa, retake, clientRT, done, both} {
		statuses[s.ID] = s
	}
	for _, c := range []struct {
		name     string
		statuses []*TaskStatus
		live     string
		want     string
	}{
		{"nothing left", nil, "0 0 0 / 0 todo", "0 0 0 / 0 todo"},
		{"start", []*TaskStatus{wip}, "1 0 0 / 0 wip", "1 0 0 / 0 wip"},
		{"a retake clears no end", []*TaskStatus{wip, wfa, retake}, "1 0 0 / 1 retake", "1 2 0 / 1 retake"},
		{"the first feedback counts", []*TaskStatus{wip, wfa, retake, wip, wfa, done}, "1 5 6 / 1 done", "1 2 6 / 1 done"},
		{"the last approval counts", []*TaskStatus{done, wip, done}, "2 0 3 / 0 done", "2 0 3 / 0 done"},
		{"reopened", []*TaskStatus{done, todo}, "0 0 0 / 0 todo", "0 0 1 / 0 todo"},
		{"two kinds of retake in a row count once", []*TaskStatus{retake, clientRT}, "0 0 0 / 2 client retake", "0 0 0 / 1 client retake"},
		{"two retakes apart count twice", []*TaskStatus{retake, wip, retake}, "2 0 0 / 2 retake", "2 0 0 / 2 retake"},
	} {
		t.Run(c.name, func(t *testing.T) {
			task, again := &Task{ID: "t", TaskStatusID: todo.ID}, &Task{ID: "t", TaskStatusID: clientRT.ID, RetakeCount: Ptr(int64(9)), EndDate: hour(9), DoneDate: hour(9)}
			var comments []*Comment
			for i, s := range c.statuses {
				if err := Patch(task, StatusChange(task, statuses[task.TaskStatusID], s, hour(i+1))); err != nil {
					t.Fatal(err)
				}
				comments = append(comments, &Comment{TaskStatusID: s.ID, Stamps: Stamps{CreatedAt: hour(i + 1)}})
			}
			if err := Patch(again, Recount(again, comments, statuses, todo)); err != nil {
				t.Fatal(err)
			}
			if got := told(task); got != c.live {
				t.Errorf("live %q, want %q", got, c.live)
			}
			if got := told(again); got != c.want {
				t.Errorf("recounted %q, want %q", got, c.want)
			}
			if n := len(c.statuses); n > 0 && again.LastCommentDate != hour(n) {
				t.Errorf("last comment %v", again.LastCommentDate)
			}
			if left := Recount(again, comments, statuses, todo); len(left) > 0 {
				t.Errorf("recounted twice: %v", left)
			}
		})
	}
}

func told(t *Task) string {
	h := func(at Time) int {
		if at.IsZero() {
			return 0
		}
		return at.Hour()
	}
	return fmt.Sprintf("%d %d %d / %d %s", h(t.RealStartDate), h(t.EndDate), h(t.DoneDate), t.Retakes(), t.TaskStatusID)
}
