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
	if err := c.loadFollowed(); err != nil {
		return answer{}, err
	}
	write := c.appendShot
	if compact {
		write = c.appendShotRow
	}
	parts := func(yield func([]byte) bool) {
		var b []byte // one for all: a part is written before the next is made
		for v, e := range shots {
			if b = write(b[:0], v, e); !yield(b) {
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
	taskInList(&task, &hierarchy.Task{}, true, false)
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

// appendShot writes a shot with its tasks behind what a buffer holds.
func (c *call) appendShot(b []byte, v *pipeline.View, e *hierarchy.Entity) []byte {
	o := object{b, len(b)}
	shotInList(&o, v, e)
	o.key("tasks")
	o.b = append(o.b, '[')
	for i, t := range c.visibleTasks(v, e) {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		one := object{o.b, len(o.b)}
		taskInList(&one, t, true, c.followed[t.ID])
		one.b = append(one.b, '}')
		o.b = one.b
	}
	return append(o.b, ']', '}')
}

// appendShotRow is appendShot in the compact form.
func (c *call) appendShotRow(b []byte, v *pipeline.View, e *hierarchy.Entity) []byte {
	r := row{b, len(b)}
	shotInList(&r, v, e)
	r.next()
	r.b = append(r.b, '[')
	for i, t := range c.visibleTasks(v, e) {
		if i > 0 {
			r.b = append(r.b, ',')
		}
		one := row{r.b, len(r.b)}
		taskInList(&one, t, true, c.followed[t.ID])
		one.b = append(one.b, ']')
		r.b = one.b
	}
	return append(r.b, ']', ']')
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
	data := e.Data
	if len(data) == 0 {
		data = hierarchy.Data("{}") // here a shot without data has an empty one
	}
	o.set("canceled", e.Canceled)
	o.set("data", data)
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
