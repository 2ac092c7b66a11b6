package api

import (
	"encoding/json"
	"net/http"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var taskRoutes = []route{
	{http.MethodGet, "/data/tasks", nowhere, accounts.Person, listTasks},
	{http.MethodPost, "/data/tasks", ofBody, accounts.Manages, createTask},
	{http.MethodGet, "/data/tasks/{task_id}", ofTask, accounts.SeesEntity, showTask},
	{http.MethodPut, "/data/tasks/{task_id}", ofTask, accounts.InTeam, updateTask},
	{http.MethodDelete, "/data/tasks/{task_id}", ofTask, accounts.Manages, removeTask},
	{http.MethodGet, "/data/tasks/{task_id}/full", ofTask, accounts.SeesEntity, showFullTask},
	{http.MethodGet, "/data/tasks/open-tasks", nowhere, accounts.Person, listOpenTasks},
	{http.MethodGet, "/data/projects/{project_id}/tasks", inProject, accounts.InTeam, listProjectTasks},
	{http.MethodGet, "/data/projects/{project_id}/task-types", inProject, accounts.InTeam, listProjectTaskTypes},
	{http.MethodPost, "/data/entities/{entity_id}/tasks", ofEntity(), accounts.Manages, createEntityTasks},
	{http.MethodGet, "/data/entities/{entity_id}/task-types/{task_type_id}/tasks", ofEntity(), accounts.SeesEntity, listTasksOfType},
	{http.MethodGet, "/data/persons/{person_id}/tasks", nowhere, accounts.Person, listPersonTasks(isToDo)},
	{http.MethodGet, "/data/persons/{person_id}/done-tasks", nowhere, accounts.Person, listPersonTasks(isDone)},
	{http.MethodGet, "/data/persons/{person_id}/related-tasks/{task_type_id}", nowhere, accounts.Person, listPersonTasks(isOfType)},
	{http.MethodPut, "/actions/persons/{person_id}/assign", ofBody, accounts.InTeam, assignTasks},
	{http.MethodPut, "/actions/tasks/clear-assignation", ofBody, accounts.InTeam, clearAssignation},
	{http.MethodPost, "/actions/projects/{project_id}/delete-tasks", inProject, accounts.Manages, removeTasks},
	{http.MethodDelete, "/actions/projects/{project_id}/task-types/{task_type_id}/delete-tasks", inProject, accounts.Manages, removeTasksOfType},
}

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

// taskList is the generic list of tasks; ?episode_id narrows it, too.
func (c *call) taskList(rows []*hierarchy.Task, inEpisode func(*hierarchy.Task) bool) (answer, error) {
	rows = slices.DeleteFunc(rows, func(t *hierarchy.Task) bool { return !inEpisode(t) })
	return collection[*hierarchy.Task]{rows: rows, object: taskObject, related: setAssignees}.answer(c)
}

// inEpisode tests tasks by the episode of the query, where there is one.
func (c *call) inEpisode(views []*pipeline.View) (func(*hierarchy.Task) bool, error) {
	text := c.query.Get("episode_id")
	if text == "" || text == "all" {
		return func(*hierarchy.Task) bool { return true }, nil
	}
	id, isID := canonicalID(text)
	if !isID {
		return nil, badParameter("Invalid UUID format for episode_id: %s", text)
	}
	return func(t *hierarchy.Task) bool {
		for _, v := range views {
			if ep := v.Episode(v.Entity(t.EntityID)); v.Project.ID == t.ProjectID && ep != nil {
				return ep.ID == id
			}
		}
		return false
	}, nil
}

func listTasks(c *call) (answer, error) {
	views, err := c.ownViews()
	if err != nil {
		return answer{}, err
	}
	return c.tasksOfViews(views)
}

func (c *call) tasksOfViews(views []*pipeline.View) (answer, error) {
	inEpisode, err := c.inEpisode(views)
	if err != nil {
		return answer{}, err
	}
	var rows []*hierarchy.Task
	for _, v := range views {
		rows = append(rows, c.at(v).ownOrAll(v.Tasks)...)
	}
	return c.taskList(rows, inEpisode)
}

// ownOrAll leaves a vendor the tasks that are theirs.
func (c *call) ownOrAll(all []*hierarchy.Task) []*hierarchy.Task {
	if !c.vendor() {
		return all
	}
	var out []*hierarchy.Task
	for _, t := range all {
		if slices.Contains(t.Assignees, c.who.person.ID) {
			out = append(out, t)
		}
	}
	return out
}

func listProjectTasks(c *call) (answer, error) { return c.tasksOfViews([]*pipeline.View{c.view}) }

func listProjectTaskTypes(c *call) (answer, error) {
	on := map[hierarchy.ID]bool{}
	for _, l := range c.view.ProjectTaskTypes {
		on[l.TaskTypeID] = true
	}
	rows := slices.DeleteFunc(slices.Clone(c.view.TaskTypes), func(t *hierarchy.TaskType) bool { return !on[t.ID] })
	return collection[*hierarchy.TaskType]{rows: rows, object: sharedObject[*hierarchy.TaskType]("TaskType")}.answer(c)
}

func listTasksOfType(c *call) (answer, error) {
	id := c.pathID("task_type_id")
	return ok(list(func(yield func(object) bool) {
		for _, t := range c.visibleTasks(c.view, c.entity) {
			if t.TaskTypeID == id && !yield(relatedTask(t)) {
				return
			}
		}
	}))
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
	o.set("is_subscribed", false)
	return ok(o)
}

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
