package api

import (
	"slices"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// taskObject is a task as the generic routes have it.
func taskObject(t *hierarchy.Task) object {
	var o object
	o.fields(t)
	o.set("type", "Task")
	return o
}

func setAssignees(o *object, t *hierarchy.Task) {
	o.set("assignees", append([]hierarchy.ID{}, t.Assignees...))
}

// relatedTask is a task with its assignees.
func relatedTask(t *hierarchy.Task) object {
	o := taskObject(t)
	setAssignees(&o, t)
	return o
}

// placedTask is a task with the names of what it belongs to.
func placedTask(v *pipeline.View, t *hierarchy.Task) object {
	o := relatedTask(t)
	o.set("project_name", v.Project.Name)
	for _, one := range v.TaskTypes {
		if one.ID == t.TaskTypeID {
			o.set("task_type_name", one.Name)
			o.set("task_type_color", one.Color)
		}
	}
	for _, one := range v.TaskStatuses {
		if one.ID == t.TaskStatusID {
			o.set("task_status_name", one.Name)
			o.set("task_status_short_name", one.ShortName)
			o.set("task_status_color", one.Color)
		}
	}
	if e := v.Entity(t.EntityID); e != nil {
		o.set("entity_type_name", v.EntityTypeName(e.EntityTypeID))
		o.set("entity_name", e.Name)
		o.set("entity_preview_file_id", e.PreviewFileID)
		seq, ep := v.Sequence(e), v.Episode(e)
		o.set("sequence_name", entityName(seq))
		o.set("episode_id", entityID(ep))
		o.set("episode_name", entityName(ep))
	}
	return o
}

func entityName(e *hierarchy.Entity) any {
	if e == nil {
		return nil
	}
	return e.Name
}

func entityID(e *hierarchy.Entity) hierarchy.ID {
	if e == nil {
		return ""
	}
	return e.ID
}

func showTask(c *call) (answer, error) { return ok(relatedTask(c.task)) }

// showFullTask is a task with the rows that it names.
func showFullTask(c *call) (answer, error) {
	v, t, e := c.view, c.task, c.entity
	o := taskObject(t)
	persons := []object{}
	var assigner any
	for _, p := range v.Persons {
		if slices.Contains(t.Assignees, p.ID) {
			persons = append(persons, c.personObject(p, nil))
		}
		if p.ID == t.AssignerID {
			assigner = c.personObject(p, nil)
		}
	}
	setAssignees(&o, t)
	o.set("persons", persons)
	o.set("assigner", assigner)
	o.set("project", projectFields(v.Project))
	for _, one := range v.TaskTypes {
		if one.ID == t.TaskTypeID {
			o.set("task_type", sharedObject[*hierarchy.TaskType]("TaskType")(one))
		}
	}
	for _, one := range v.TaskStatuses {
		if one.ID == t.TaskStatusID {
			o.set("task_status", sharedObject[*hierarchy.TaskStatus]("TaskStatus")(one))
		}
	}
	if e == nil {
		return ok(o)
	}
	o.set("entity", entityObject(e, string(e.Kind)))
	for _, one := range v.EntityTypes {
		if one.ID == e.EntityTypeID {
			o.set("entity_type", sharedObject[*hierarchy.EntityType]("EntityType")(one))
		}
	}
	if seq := v.Sequence(e); seq != nil && seq.ID != e.ID {
		o.set("sequence", entityObject(seq, string(seq.Kind)))
	}
	if ep := v.Episode(e); ep != nil && ep.ID != e.ID {
		o.set("episode", entityObject(ep, string(ep.Kind)))
	}
	if err := c.loadFollowed(); err != nil {
		return answer{}, err
	}
	o.set("is_subscribed", c.followed[t.ID])
	return ok(o)
}
