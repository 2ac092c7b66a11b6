package api

import (
	"iter"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// listShotsWithTasks is what a production's page is made of: all shots that lie
// in a sequence with their tasks, in one of four forms. Only the production, an
// episode and a shot's id narrow it.
func listShotsWithTasks(c *call) (answer, error) {
	compact, err := c.flag("compact")
	if err != nil {
		return answer{}, err
	}
	streamed, err := c.flag("stream")
	if err != nil {
		return answer{}, err
	}
	shots, err := c.shotsWithTasks()
	if err != nil {
		return answer{}, err
	}
	parts := func(yield func([]byte) bool) {
		for v, e := range shots {
			if !yield(c.shotPart(v, e, compact)) {
				return
			}
		}
	}
	switch {
	case streamed:
		return ok(stream{"application/x-ndjson", string(shotsHead(compact).bytes()) + "\n", "\n", "\n", parts})
	case compact:
		head := shotsHead(true)
		return ok(stream{"application/json", string(head.b) + `,"rows":[`, ",", "]}", parts})
	}
	return ok(stream{"application/json", "[", ",", "]", parts})
}

// shotsHead says what the values of a row are.
func shotsHead(compact bool) object {
	var shot, task names
	shotInList(&shot, &pipeline.View{Snapshot: &hierarchy.Snapshot{Project: &hierarchy.Project{}}}, &hierarchy.Entity{Kind: hierarchy.Shot})
	shot.set("tasks", nil)
	taskInList(&task, &hierarchy.Task{}, true)
	var o object
	o.set("compact", compact)
	o.set("shot_fields", shot)
	o.set("task_fields", task)
	return o
}

func (c *call) shotsWithTasks() (iter.Seq2[*pipeline.View, *hierarchy.Entity], error) {
	views, err := c.productions()
	if err != nil {
		return nil, err
	}
	episode := hierarchy.ID("")
	if text := c.query.Get("episode_id"); text != "" && text != "all" {
		episode, _ = canonicalID(text) // the scope has looked at it
	}
	id, wanted := canonicalID(c.query.Get("id"))
	return func(yield func(*pipeline.View, *hierarchy.Entity) bool) {
		for _, v := range views {
			for _, e := range c.visibleOf(v, sorted(v.OfKind(hierarchy.Shot))) {
				ep := v.Episode(e)
				skip := v.Sequence(e) == nil || wanted && e.ID != id || episode != "" && (ep == nil || ep.ID != episode)
				if !skip && !yield(v, e) {
					return
				}
			}
		}
	}, nil
}

func (c *call) shotPart(v *pipeline.View, e *hierarchy.Entity, compact bool) []byte {
	if compact {
		var r row
		shotInList(&r, v, e)
		tasks := []row{}
		for _, t := range c.visibleTasks(v, e) {
			var one row
			taskInList(&one, t, true)
			tasks = append(tasks, one)
		}
		r.set("tasks", tasks)
		return append(r.b, ']')
	}
	var o object
	shotInList(&o, v, e)
	tasks := []object{}
	for _, t := range c.visibleTasks(v, e) {
		var one object
		taskInList(&one, t, true)
		tasks = append(tasks, one)
	}
	o.set("tasks", tasks)
	return o.bytes()
}

// shotInList is a shot with its place, without tasks, in the order of the
// compact form's header.
func shotInList(o sink, v *pipeline.View, e *hierarchy.Entity) {
	sequence, episode := v.Sequence(e), v.Episode(e)
	if sequence == nil {
		sequence = &hierarchy.Entity{}
	}
	if episode == nil {
		episode = &hierarchy.Entity{}
	}
	o.set("canceled", e.Canceled)
	o.set("data", e.Data)
	o.set("description", e.Description)
	o.set("entity_type_id", e.EntityTypeID)
	o.set("episode_id", episode.ID)
	o.set("episode_name", episode.Name)
	frames := keysOf(e.Data, "fps", "frame_in", "frame_out")
	o.set("fps", frames[0])
	o.set("frame_in", frames[1])
	o.set("frame_out", frames[2])
	o.set("id", e.ID)
	o.set("name", e.Name)
	o.set("nb_frames", e.NbFrames)
	o.set("parent_id", e.ParentID)
	o.set("preview_file_id", e.PreviewFileID)
	o.set("project_id", e.ProjectID)
	o.set("project_name", v.Project.Name)
	o.set("sequence_id", sequence.ID)
	o.set("sequence_name", sequence.Name)
	o.set("source_id", e.SourceID)
	o.set("nb_entities_out", e.NbEntitiesOut)
	o.set("is_casting_standby", e.IsCastingStandby)
	o.set("type", string(hierarchy.Shot))
}
