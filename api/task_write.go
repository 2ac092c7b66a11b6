package api

import (
	"encoding/json"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var newTask = schema{"NewTaskSchema", []field{
	{name: "project_id", kind: idField}, {name: "entity_id", kind: idField, required: true}, {name: "task_type_id", kind: idField, required: true},
	{name: "task_status_id", kind: idField},
}}

func createTask(c *call) (answer, error) {
	body, err := newTask.read(c)
	if err != nil {
		return answer{}, err
	}
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	if p := body.id("project_id"); p != "" && p != c.view.Project.ID || c.view.Entity(body.id("entity_id")) == nil {
		return answer{}, badParameter("the entity %s is not of the production %s", body.id("entity_id"), p)
	}
	assignees, err := sentIDs(sent, "assignees")
	if err != nil {
		return answer{}, err
	}
	made, err := c.pipe.CreateTasks(c.ctx(), c.view.Project.ID, []pipeline.TaskSpec{{
		Entity: body.id("entity_id"), Type: body.id("task_type_id"), Status: body.id("task_status_id"), Assignees: assignees, Fields: sentFields(sent)}}, false)
	if err != nil {
		return answer{}, err
	}
	return created(relatedTask(made[0]))
}

var newEntityTasks = schema{"NewEntityTasksSchema", []field{{name: "task_type_ids", kind: listField, required: true}}}

// createEntityTasks makes tasks of several types on an entity; those that are
// there are answered as they are.
func createEntityTasks(c *call) (answer, error) {
	if _, err := newEntityTasks.read(c); err != nil {
		return answer{}, err
	}
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	types, err := sentIDs(sent, "task_type_ids")
	if err != nil {
		return answer{}, err
	}
	var specs []pipeline.TaskSpec
	for _, id := range types {
		specs = append(specs, pipeline.TaskSpec{Entity: c.entity.ID, Type: id})
	}
	made, err := c.pipe.CreateTasks(c.ctx(), c.view.Project.ID, specs, true)
	if err != nil {
		return answer{}, err
	}
	rows := []object{}
	for _, t := range made {
		rows = append(rows, relatedTask(t))
	}
	return created(rows)
}

// bySupervisors are the fields of a task that a supervisor of its department may
// set; managers may set all.
var bySupervisors = []string{"priority", "start_date", "due_date", "estimation", "difficulty", "data"}

func updateTask(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	if !c.directs(c.task) {
		return answer{}, errForbidden
	}
	fields := sentFields(sent)
	assignees, err := sentIDs(sent, "assignees")
	if err != nil {
		return answer{}, err
	}
	if !c.standing(c.entity).Allows(accounts.Manages) {
		assignees = nil
		for name, value := range fields {
			now, err := hierarchy.Get(c.task, name)
			sameAgain := err == nil && now == value // a whole task may be sent back
			if pipeline.EditableTaskField(name) && !slices.Contains(bySupervisors, name) && !sameAgain {
				return answer{}, errForbidden
			}
		}
	}
	after, err := c.pipe.UpdateTask(c.ctx(), c.view.Project.ID, c.task.ID, fields, assignees)
	if err != nil {
		return answer{}, err
	}
	return ok(relatedTask(after))
}

func removeTask(c *call) (answer, error) {
	force, err := c.flag("force")
	if err != nil {
		return answer{}, err
	}
	if err := c.removeTasks([]hierarchy.ID{c.task.ID}, force); err != nil {
		return answer{}, err
	}
	return gone()
}

func (c *call) removeTasks(ids []hierarchy.ID, force bool) error {
	previews, err := c.pipe.RemoveTasks(c.ctx(), c.view.Project.ID, ids, force)
	if err == nil {
		c.removeFiles(previews)
	}
	return err
}

// removeTasks deletes the tasks of a list of ids, with all that hangs on them.
func removeTasks(c *call) (answer, error) {
	raw, err := c.body()
	if err != nil {
		return answer{}, err
	}
	ids, err := sentIDs(map[string]json.RawMessage{"tasks": raw}, "tasks")
	if err != nil {
		return answer{}, err
	}
	if err := c.removeTasks(ids, true); err != nil {
		return answer{}, err
	}
	return ok(ids)
}

func removeTasksOfType(c *call) (answer, error) {
	var ids []hierarchy.ID
	for _, t := range c.view.Tasks {
		if t.TaskTypeID == c.pathID("task_type_id") {
			ids = append(ids, t.ID)
		}
	}
	if err := c.removeTasks(ids, true); err != nil {
		return answer{}, err
	}
	return gone()
}

// namedTasks reads the tasks of a body, of one production, about each of which
// the caller decides.
func (c *call) namedTasks() ([]hierarchy.ID, map[string]json.RawMessage, error) {
	sent, err := c.object()
	if err != nil {
		return nil, nil, err
	}
	ids, err := sentIDs(sent, "task_ids")
	if err != nil {
		return nil, nil, err
	}
	if ids == nil {
		return nil, nil, invalid(fieldError{"task_ids", "Field required"})
	}
	inner := map[hierarchy.ID]*hierarchy.Task{}
	if c.view != nil {
		for _, t := range c.view.Tasks {
			inner[t.ID] = t
		}
	}
	for _, id := range ids {
		if inner[id] == nil {
			return nil, nil, badParameter("the task %s is not of the same production as the first: send one request for each production", id)
		}
		if !c.directs(inner[id]) {
			return nil, nil, errForbidden
		}
	}
	return ids, sent, nil
}

func assignTasks(c *call) (answer, error) {
	ids, _, err := c.namedTasks()
	if err != nil {
		return answer{}, err
	}
	if len(ids) == 0 {
		return ok([]object{})
	}
	person := c.pathID("person_id")
	if !slices.ContainsFunc(c.view.Persons, func(p *hierarchy.Person) bool { return p.ID == person }) {
		return answer{}, errNotFound
	}
	after, err := c.pipe.Assign(c.ctx(), c.view.Project.ID, person, ids...)
	if err != nil {
		return answer{}, err
	}
	rows := []object{}
	for _, t := range after {
		rows = append(rows, relatedTask(t))
	}
	return ok(rows)
}

func clearAssignation(c *call) (answer, error) {
	ids, sent, err := c.namedTasks()
	if err != nil {
		return answer{}, err
	}
	person := hierarchy.ID("")
	if raw, there := sent["person_id"]; there && string(raw) != "null" {
		id, isID := canonicalID(hierarchy.ValueOf(raw).Text())
		if !isID {
			return answer{}, invalid(fieldError{"person_id", "Input should be a valid UUID"})
		}
		person = id
	}
	if len(ids) > 0 {
		if _, err := c.pipe.Unassign(c.ctx(), c.view.Project.ID, person, ids...); err != nil {
			return answer{}, err
		}
	}
	return ok(ids)
}
