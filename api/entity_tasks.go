package api

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// listWithTasks lists entities of a kind with their tasks in the short form that
// Kitsu has for all but shots. Only the production, the parent and the id narrow
// it.
func listWithTasks(kind hierarchy.Kind) func(*call) (answer, error) {
	return func(c *call) (answer, error) {
		views, err := c.productions()
		if err != nil {
			return answer{}, err
		}
		if err := c.loadFollowed(); err != nil {
			return answer{}, err
		}
		parent, narrowed := canonicalID(c.query.Get("episode_id")) // "all" is none; the scope has looked at it
		id, wanted := canonicalID(c.query.Get("id"))
		return ok(list(func(yield func(object) bool) {
			for _, v := range views {
				for _, e := range c.visibleOf(v, sorted(v.OfKind(kind))) {
					if narrowed && e.ParentID != parent || wanted && e.ID != id {
						continue
					}
					if !yield(c.withTasks(v, e)) {
						return
					}
				}
			}
		}))
	}
}

// withTasks is an entity in the short form. Its "episode_id" is its parent, and
// "None" where it has none: clients of Kitsu know it so.
func (c *call) withTasks(v *pipeline.View, e *hierarchy.Entity) object {
	var o object
	o.set("id", e.ID)
	o.set("name", e.Name)
	o.set("status", e.Status)
	parent := string(e.ParentID)
	if parent == "" {
		parent = "None"
	}
	o.set("episode_id", parent)
	o.set("description", e.Description)
	keys := []string{"frame_in", "frame_out", "fps"}
	for i, value := range keysOf(e.Data, keys...) {
		o.set(keys[i], value)
	}
	o.set("preview_file_id", string(e.PreviewFileID)) // "" where it has none
	o.set("canceled", e.Canceled)
	o.set("data", e.Data)
	tasks := []object{}
	for _, t := range c.visibleTasks(v, e) {
		var one object
		taskInList(&one, t, false, c.followed[t.ID])
		tasks = append(tasks, one)
	}
	o.set("tasks", tasks)
	return o
}

// namedTask is a task with the names of what it belongs to.
func namedTask(v *pipeline.View, t *hierarchy.Task, relations bool) object {
	var o object
	o.fields(t)
	if relations {
		o.set("assignees", append([]hierarchy.ID{}, t.Assignees...))
	}
	o.set("project_name", v.Project.Name)
	o.set("task_type_name", rowName(v.TaskTypes, t.TaskTypeID, func(t *hierarchy.TaskType) string { return t.Name }))
	o.set("task_status_name", rowName(v.TaskStatuses, t.TaskStatusID, func(s *hierarchy.TaskStatus) string { return s.Name }))
	if e := v.Entity(t.EntityID); e != nil {
		o.set("entity_type_name", v.EntityTypeName(e.EntityTypeID))
		o.set("entity_name", e.Name)
	}
	o.set("type", "Task")
	return o
}

// rowName finds a row by its key and names it; "" where there is none.
func rowName[N hierarchy.Noun](rows []N, id hierarchy.ID, name func(N) string) string {
	for _, row := range rows {
		if row.Key() == string(id) {
			return name(row)
		}
	}
	return ""
}

// tasksOf answers the tasks of entities, by id.
func (c *call) tasksOf(entities iter.Seq[*hierarchy.Entity], relations bool) (answer, error) {
	return ok(list(func(yield func(object) bool) {
		for e := range entities {
			for _, t := range c.visibleTasks(c.view, e) {
				if !yield(namedTask(c.view, t, relations)) {
					return
				}
			}
		}
	}))
}

// itself is the call's entity alone.
func (c *call) itself() iter.Seq[*hierarchy.Entity] {
	return func(yield func(*hierarchy.Entity) bool) { yield(c.entity) }
}

// listOwnTasks lists the tasks on the entity; ?relations adds their assignees.
func listOwnTasks(c *call) (answer, error) {
	relations, err := c.flag("relations")
	if err != nil {
		return answer{}, err
	}
	return c.tasksOf(c.itself(), relations)
}

// listShotTasks lists the tasks on the shots of a sequence or an episode.
func listShotTasks(c *call) (answer, error) {
	relations, err := c.flag("relations")
	if err != nil {
		return answer{}, err
	}
	return c.tasksOf(below(c.view, c.entity), relations)
}

// listAssetTasks lists the tasks on the assets whose main episode it is.
func listAssetTasks(c *call) (answer, error) {
	relations, err := c.flag("relations")
	if err != nil {
		return answer{}, err
	}
	return c.tasksOf(func(yield func(*hierarchy.Entity) bool) {
		for _, e := range c.view.OfKind(hierarchy.Asset) {
			if e.SourceID == c.entity.ID && !yield(e) {
				return
			}
		}
	}, relations)
}

// listOwnTaskTypes lists the types of the tasks on the entity.
func listOwnTaskTypes(c *call) (answer, error) { return c.taskTypesOf(c.itself()) }

// listShotTaskTypes lists the types of the tasks on the shots of a sequence or an
// episode; of those on itself Kitsu says nothing here.
func listShotTaskTypes(c *call) (answer, error) { return c.taskTypesOf(below(c.view, c.entity)) }

func (c *call) taskTypesOf(entities iter.Seq[*hierarchy.Entity]) (answer, error) {
	used := map[hierarchy.ID]bool{}
	for e := range entities {
		for _, t := range c.visibleTasks(c.view, e) {
			used[t.TaskTypeID] = true
		}
	}
	return ok(list(func(yield func(object) bool) {
		for _, t := range c.view.TaskTypes {
			var o object
			o.fields(t)
			o.set("type", "TaskType")
			if used[t.ID] && !yield(o) {
				return
			}
		}
	}))
}

// listEntityPreviews gives the previews of the entity's tasks by type of task,
// the last revision first; further pictures of a revision stand within the first.
func listEntityPreviews(c *call) (answer, error) {
	types := map[hierarchy.ID]hierarchy.ID{} // of task
	for _, t := range c.visibleTasks(c.view, c.entity) {
		types[t.ID] = t.TaskTypeID
	}
	if len(types) == 0 {
		return ok(object{})
	}
	all, err := c.pipe.Previews(c.ctx(), slices.Sorted(maps.Keys(types)))
	if err != nil {
		return answer{}, err
	}
	type revision struct {
		task hierarchy.ID
		take int64
	}
	further := map[revision][]object{}
	for _, p := range all {
		if at := (revision{p.TaskID, p.Revision}); p.Position > 1 {
			further[at] = append(further[at], previewOfTask(p, types[p.TaskID]))
		}
	}
	byType := map[hierarchy.ID][]object{}
	for _, p := range all {
		if p.Position > 1 {
			continue
		}
		one := previewOfTask(p, types[p.TaskID])
		one.set("previews", append([]object{}, further[revision{p.TaskID, p.Revision}]...))
		byType[types[p.TaskID]] = append(byType[types[p.TaskID]], one)
	}
	return ok(keyed(byType))
}

func previewOfTask(p *hierarchy.PreviewFile, taskType hierarchy.ID) object {
	var o object
	o.fields(p)
	o.set("task_type_id", taskType)
	o.set("type", "PreviewFile")
	return o
}

// keyed is an object with lists under ids, in the order of the ids.
func keyed(lists map[hierarchy.ID][]object) object {
	var o object
	for _, id := range slices.SortedFunc(maps.Keys(lists), func(a, b hierarchy.ID) int { return strings.Compare(string(a), string(b)) }) {
		o.set(string(id), lists[id])
	}
	return o
}
