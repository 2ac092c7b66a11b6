package api

import (
	"net/http"
	"testing"
	"time"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// TestLargeWork says what work takes in a large production: lists, pages, and comments one after the other.
func TestLargeWork(t *testing.T) { eachDatabase(t, testLargeWork) }

func testLargeWork(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project := b.large(largeShots())
	b.token(email("root"))
	say := func(what string, took time.Duration, n int) {
		t.Logf("%-36s %7.3f s  %5.1f MB", what, took.Seconds(), float64(n)/1e6)
	}
	of := "?project_id=" + string(project)
	took, _ := b.timed("/data/tasks" + of + "&page=1")
	say("a page of tasks, first", took, 0)
	took, _ = b.timed("/data/tasks" + of + "&page=200")
	say("a page of tasks, again", took, 0)
	took, n := b.timed("/data/tasks" + of)
	say("all tasks", took, n)
	took, n = b.timed("/data/tasks" + of + "&fields=name,task_status_id")
	say("all tasks, two fields", took, n)
	view, err := b.server.views.Project(t.Context(), project)
	b.check(err)
	var status string
	for _, s := range view.TaskStatuses {
		if s.IsFeedbackRequest {
			status = string(s.ID)
		}
	}
	const comments = 50
	began := time.Now()
	for _, k := range view.Tasks[:comments] {
		got := b.ask(email("root"), "POST", "/actions/tasks/"+string(k.ID)+"/comment", map[string]any{"task_status_id": status, "comment": "x"})
		b.status(got, http.StatusCreated)
	}
	say("a comment", time.Since(began)/comments, 0)
	began = time.Now()
	if _, err := b.pipe.Assign(t.Context(), project, view.Persons[0].ID, taskIDs(view)[:len(view.Tasks)/8]...); err != nil {
		t.Fatal(err)
	}
	say("an eighth of the tasks assigned", time.Since(began), 0)
	if now, err := b.server.views.Project(t.Context(), project); err != nil || len(now.Tasks) != len(view.Tasks) {
		t.Errorf("%v", err)
	}
}

func taskIDs(v *pipeline.View) (ids []hierarchy.ID) {
	for _, k := range v.Tasks {
		ids = append(ids, k.ID)
	}
	return ids
}
