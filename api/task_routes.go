package api

import (
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
