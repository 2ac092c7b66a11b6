package api

import (
	"turnover/hierarchy"
	"turnover/pipeline"
)

// taskInList is a task as lists of entities with tasks have it; those of
// sequences, episodes and scenes lack what counts assets and drawings. The order
// is that of the compact form's header.
func taskInList(o sink, t *hierarchy.Task, counts, followed bool) {
	o.set("id", t.ID)
	o.set("duration", t.Duration)
	o.set("due_date", t.DueDate)
	o.set("end_date", t.EndDate)
	o.set("done_date", t.DoneDate)
	o.set("entity_id", t.EntityID)
	o.set("estimation", t.Estimation)
	o.set("is_subscribed", followed)
	o.set("last_comment_date", t.LastCommentDate)
	o.set("last_preview_file_id", t.LastPreviewFileID)
	if counts {
		o.set("nb_assets_ready", t.NbAssetsReady)
	}
	o.set("priority", t.Priority)
	o.set("real_start_date", t.RealStartDate)
	o.set("retake_count", t.RetakeCount)
	o.set("start_date", t.StartDate)
	o.set("difficulty", t.Difficulty)
	if counts {
		o.set("nb_drawings", t.NbDrawings)
	}
	o.set("task_status_id", t.TaskStatusID)
	o.set("task_type_id", t.TaskTypeID)
	o.set("assignees", t.Assignees)
	o.set("data", t.Data)
}

// tasksOn are the tasks that the caller sees on a shot or asset shown alone.
func (c *call) tasksOn(v *pipeline.View, e *hierarchy.Entity) ([]object, error) {
	if err := c.loadFollowed(); err != nil {
		return nil, err
	}
	tasks := []object{}
	for _, t := range c.visibleTasks(v, e) {
		var one object
		taskInList(&one, t, true, c.followed[t.ID])
		tasks = append(tasks, one)
	}
	return tasks, nil
}
