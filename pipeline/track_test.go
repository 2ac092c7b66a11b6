package pipeline_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// TestWorkOnBoth walks a task through its life on both databases: what a request
// refuses leaves nothing, and what goes takes along what hangs on it.
func TestWorkOnBoth(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		ctx := t.Context()
		made, episode, err := p.CreateProject(ctx, pipeline.Fields{"name": `"show"`, "production_type": `"tvshow"`}, pipeline.ProjectLinks{})
		if err != nil || episode == "" {
			t.Fatal(episode, err)
		}
		who := somebody(t, p, "Ada")
		shot, err := p.CreateEntity(ctx, made.ID, pipeline.EntitySpec{Kind: hierarchy.Shot, Name: "SH010"})
		if err != nil {
			t.Fatal(err)
		}
		types := must(pipeline.Rows[*hierarchy.TaskType](ctx, p, map[string]any{"name": []string{"Animation", "Layout"}, "for_entity": "Shot"}))
		specs := []pipeline.TaskSpec{{Entity: shot.ID, Type: types[0].ID, Assignees: []hierarchy.ID{who, who}}, {Entity: shot.ID, Type: types[1].ID}}
		tasks := must(p.CreateTasks(ctx, made.ID, specs, false))
		if again := must(p.CreateTasks(ctx, made.ID, specs, true)); again[0].ID != tasks[0].ID || len(again[0].Assignees) != 1 {
			t.Errorf("%+v", again[0])
		}
		var conflict *pipeline.ConflictError
		if _, err := p.CreateTasks(ctx, made.ID, append([]pipeline.TaskSpec{{Entity: shot.ID, Type: types[0].ID, Fields: pipeline.Fields{"name": `"new"`}}}, specs...), false); !errors.As(err, &conflict) {
			t.Errorf("%v", err)
		}
		if all := must(pipeline.Rows[*hierarchy.Task](ctx, p, nil)); len(all) != 2 {
			t.Errorf("%d tasks", len(all))
		}
		comment := must(p.AddComment(ctx, made.ID, pipeline.CommentSpec{Task: tasks[0].ID, Status: "wfa", Person: who}))
		preview := must(p.AddPreview(ctx, made.ID, tasks[0].ID, comment.ID, 0, ""))
		must(p.KeepPreview(ctx, made.ID, preview.ID, pipeline.PreviewUpload{OriginalName: "a", Extension: "png", Size: 1}))
		must(p.SetMainPreview(ctx, made.ID, preview.ID))
		must(p.LogTime(ctx, made.ID, tasks[0].ID, who, "2026-01-05", 60))
		now := must(pipeline.Row[*hierarchy.Task](ctx, p, tasks[0].ID))
		if now.LastPreviewFileID != preview.ID || now.EndDate.IsZero() || now.Duration != 60 {
			t.Errorf("%+v", now)
		}
		var usage *pipeline.UsageError
		if err := p.RemovePerson(ctx, who, true); !errors.As(err, &usage) {
			t.Errorf("a person with work is removed: %v", err)
		}
		if gone := must(p.RemoveComment(ctx, made.ID, comment.ID)); len(gone) != 1 {
			t.Errorf("previews that went: %v", gone)
		}
		now = must(pipeline.Row[*hierarchy.Task](ctx, p, tasks[0].ID))
		if e := must(pipeline.Row[*hierarchy.Entity](ctx, p, shot.ID)); e.PreviewFileID != "" || now.LastPreviewFileID != "" || !now.EndDate.IsZero() {
			t.Errorf("%+v %+v", e, now)
		}
		if _, err := p.RemoveProject(ctx, made.ID); !errors.As(err, &usage) {
			t.Errorf("an open production is removed: %v", err)
		}
		closed := must(pipeline.Rows[*hierarchy.ProjectStatus](ctx, p, map[string]any{"name": "Closed"}))
		must(p.UpdateProject(ctx, made.ID, pipeline.Fields{"project_status_id": hierarchy.ValueOf(closed[0].ID)}, pipeline.ProjectLinks{}))
		must(p.RemoveProject(ctx, made.ID))
		for table, n := range map[string]int{"tasks": len(must(pipeline.Rows[*hierarchy.Task](ctx, p, nil))), "time sheets": len(must(pipeline.Rows[*hierarchy.TimeSpent](ctx, p, nil))),
			"links": len(must(pipeline.Rows[*hierarchy.ProjectTaskType](ctx, p, map[string]any{"project_id": made.ID})))} {
			if n != 0 {
				t.Errorf("%d %s are left", n, table)
			}
		}
		if err := p.RemovePerson(ctx, who, true); err != nil {
			t.Error(err)
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("%T: %v", err, err))
	}
	return v
}

// TestWritersOfOneTask: several at once lose nothing of each other.
func TestWritersOfOneTask(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		apply(t, p, "a.csv", threeShots)
		task := taskOf(t, p, "SH010", "Animation")
		who := somebody(t, p, "Ada")
		var group sync.WaitGroup
		failed := make(chan error, 100)
		for range 6 {
			group.Go(func() {
				for range 4 {
					_, err := p.AddTime(t.Context(), task.ProjectID, task.ID, who, "2026-01-05", 5)
					_, second := p.AddComment(t.Context(), task.ProjectID, pipeline.CommentSpec{Task: task.ID, Status: "retake", Person: who})
					_, third := p.AddComment(t.Context(), task.ProjectID, pipeline.CommentSpec{Task: task.ID, Status: "wip", Person: who})
					failed <- errors.Join(err, second, third)
				}
			})
		}
		group.Wait()
		close(failed)
		for err := range failed {
			if err != nil {
				t.Fatal(err)
			}
		}
		now := taskOf(t, p, "SH010", "Animation")
		sheets := must(pipeline.Rows[*hierarchy.TimeSpent](t.Context(), p, nil))
		comments := must(pipeline.Rows[*hierarchy.Comment](t.Context(), p, nil))
		if now.Duration != 120 || len(sheets) != 1 || sheets[0].Duration != 120 || len(comments) != 48 {
			t.Errorf("%v minutes in %d sheets, %d comments", now.Duration, len(sheets), len(comments))
		}
		if now.Retakes() == 0 || now.Retakes() > 24 {
			t.Errorf("%d retakes", now.Retakes())
		}
	})
}
