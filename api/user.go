package api

import (
	"net/http"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// userRoutes are about who asks: their productions, tasks and time.
var userRoutes = []route{
	{http.MethodGet, "/data/user/context", nowhere, accounts.Person, showContext},
	{http.MethodGet, "/data/user/projects/open", nowhere, accounts.Person, listOpenProjects},
	{http.MethodGet, "/data/user/tasks", nowhere, accounts.Person, listOwnWork(isToDo)},
	{http.MethodGet, "/data/user/done-tasks", nowhere, accounts.Person, listOwnWork(isDone)},
	{http.MethodGet, "/data/user/tasks-to-check", nowhere, accounts.Person, listToCheck},
	{http.MethodGet, "/data/user/time-spents", nowhere, accounts.Person, listOwnTime},
	{http.MethodGet, "/data/user/time-spents/{date}", nowhere, accounts.Person, listOwnTime},
	{http.MethodGet, "/data/user/tasks/{task_id}/time-spents/{date}", ofTask, accounts.SeesEntity, showOwnTime},
	{http.MethodGet, "/data/user/filters", nowhere, accounts.Person, listNone},
	{http.MethodGet, "/data/user/filter-groups", nowhere, accounts.Person, listNone},
	{http.MethodGet, "/data/user/projects/{project_id}/asset-types", inProject, accounts.InTeam, listUsedAssetTypes},
	{http.MethodGet, "/data/user/projects/{project_id}/asset-types/{asset_type_id}/assets", inProject, accounts.InTeam, listOwnAssets},
	{http.MethodGet, "/data/user/projects/{project_id}/episodes", inProject, accounts.InTeam, listOwnKind(hierarchy.Episode)},
	{http.MethodGet, "/data/user/projects/{project_id}/sequences", inProject, accounts.InTeam, listOwnKind(hierarchy.Sequence)},
	{http.MethodGet, "/data/user/sequences/{entity_id}/shots", ofEntity(hierarchy.Sequence), accounts.InTeam, listOwnChildren(hierarchy.Shot)},
	{http.MethodGet, "/data/user/sequences/{entity_id}/scenes", ofEntity(hierarchy.Sequence), accounts.InTeam, listOwnChildren(hierarchy.Scene)},
	{http.MethodGet, "/data/user/assets/{entity_id}/tasks", ofEntity(hierarchy.Asset), accounts.SeesEntity, listOwnEntityTasks},
	{http.MethodGet, "/data/user/shots/{entity_id}/tasks", ofEntity(hierarchy.Shot), accounts.SeesEntity, listOwnEntityTasks},
	{http.MethodGet, "/data/user/scenes/{entity_id}/tasks", ofEntity(hierarchy.Scene), accounts.SeesEntity, listOwnEntityTasks},
	{http.MethodGet, "/data/user/sequences/{entity_id}/tasks", ofEntity(hierarchy.Sequence), accounts.SeesEntity, listOwnEntityTasks},
	{http.MethodGet, "/data/user/assets/{entity_id}/task-types", ofEntity(hierarchy.Asset), accounts.SeesEntity, listOwnEntityTypes},
	{http.MethodGet, "/data/user/shots/{entity_id}/task-types", ofEntity(hierarchy.Shot), accounts.SeesEntity, listOwnEntityTypes},
	{http.MethodGet, "/data/user/scenes/{entity_id}/task-types", ofEntity(hierarchy.Scene), accounts.SeesEntity, listOwnEntityTypes},
	{http.MethodGet, "/data/user/sequences/{entity_id}/task-types", ofEntity(hierarchy.Sequence), accounts.SeesEntity, listOwnEntityTypes},
}

// showContext is what Kitsu's page loads after the log-in: the open productions
// and all that they share.
func showContext(c *call) (answer, error) {
	own, err := c.ownProjects()
	if err != nil {
		return answer{}, err
	}
	projects := []object{}
	for _, p := range own {
		if p.Open() {
			projects = append(projects, openProjectObject(p))
		}
	}
	people, departments, err := c.people()
	if err != nil {
		return answer{}, err
	}
	persons := []object{}
	for _, p := range people {
		persons = append(persons, c.personObject(p, departments[p.ID]))
	}
	var o object
	o.set("projects", projects)
	o.set("persons", persons)
	for _, part := range []struct {
		key  string
		rows func(*call) ([]object, error)
	}{
		{"asset_types", sharedRows(sharedTable[*hierarchy.EntityType]{kind: "AssetType",
			wanted: func(t *hierarchy.EntityType) bool { return !hierarchy.Reserved(t.Name) }})},
		{"departments", sharedRows(sharedTable[*hierarchy.Department]{kind: "Department"})},
		{"project_status", sharedRows(sharedTable[*hierarchy.ProjectStatus]{kind: "ProjectStatus"})},
		{"studios", sharedRows(sharedTable[*hierarchy.Studio]{kind: "Studio"})},
		{"task_status", sharedRows(sharedTable[*hierarchy.TaskStatus]{kind: "TaskStatus"})},
		{"task_types", sharedRows(sharedTable[*hierarchy.TaskType]{kind: "TaskType"})},
	} {
		rows, err := part.rows(c)
		if err != nil {
			return answer{}, err
		}
		o.set(part.key, rows)
	}
	o.set("notification_count", int64(0))
	for _, notKept := range []string{"custom_actions", "preview_background_files", "search_filters", "search_filter_groups", "status_automations"} {
		o.set(notKept, []object{})
	}
	return ok(o)
}

func sharedRows[N hierarchy.Noun](t sharedTable[N]) func(*call) ([]object, error) {
	return func(c *call) ([]object, error) {
		rows, err := t.rows(c)
		out := []object{}
		for _, n := range rows {
			out = append(out, sharedObject[N](t.kind)(n))
		}
		return out, err
	}
}

// showOwnTime is the caller's time on a task and day, an empty object without.
func showOwnTime(c *call) (answer, error) {
	day, err := c.pathDay()
	if err != nil {
		return answer{}, err
	}
	rows, err := pipeline.Rows[*hierarchy.TimeSpent](c.ctx(), c.pipe, map[string]any{"task_id": c.task.ID, "person_id": c.who.person.ID, "date": day})
	if err != nil || len(rows) == 0 {
		return answer{http.StatusOK, object{}}, err
	}
	return ok(timeObject(rows[0]))
}

// ownTasks are the caller's tasks on an entity.
func (c *call) ownTasks(e *hierarchy.Entity) []*hierarchy.Task {
	var out []*hierarchy.Task
	inner := c.at(c.view)
	for _, t := range c.view.TasksOf(e.ID) {
		inner.task = t
		if inner.assigned(e) {
			out = append(out, t)
		}
	}
	return out
}

// holdsOwn tells whether the caller has a task on an entity or below it.
func (c *call) holdsOwn(e *hierarchy.Entity, depth int) bool {
	if len(c.ownTasks(e)) > 0 {
		return true
	}
	if depth == 0 {
		return false
	}
	for _, child := range c.view.Children(e.ID) {
		if child.ID != e.ID && c.holdsOwn(child, depth-1) {
			return true
		}
	}
	return false
}

// holding lists entities with work of the caller.
func (c *call) holding(all []*hierarchy.Entity) (answer, error) {
	var out []*hierarchy.Entity
	for _, e := range sorted(all) {
		if c.holdsOwn(e, 2) { // an episode holds sequences, which hold shots
			out = append(out, e)
		}
	}
	return ok(entityList(out))
}

func listOwnKind(kind hierarchy.Kind) func(*call) (answer, error) {
	return func(c *call) (answer, error) { return c.holding(c.view.OfKind(kind)) }
}

func listOwnChildren(kind hierarchy.Kind) func(*call) (answer, error) {
	return func(c *call) (answer, error) {
		var all []*hierarchy.Entity
		for _, e := range c.view.Children(c.entity.ID) {
			if e.Kind == kind {
				all = append(all, e)
			}
		}
		return c.holding(all)
	}
}

func listOwnAssets(c *call) (answer, error) {
	var all []*hierarchy.Entity
	for _, e := range c.view.OfKind(hierarchy.Asset) {
		if e.EntityTypeID == c.pathID("asset_type_id") {
			all = append(all, e)
		}
	}
	return c.holding(all)
}

// listUsedAssetTypes lists the types of the assets that the caller works on.
func listUsedAssetTypes(c *call) (answer, error) {
	used := map[hierarchy.ID]bool{}
	for _, e := range c.view.OfKind(hierarchy.Asset) {
		used[e.EntityTypeID] = used[e.EntityTypeID] || len(c.ownTasks(e)) > 0
	}
	rows := []object{}
	for _, t := range c.view.EntityTypes {
		if used[t.ID] {
			rows = append(rows, sharedObject[*hierarchy.EntityType]("AssetType")(t))
		}
	}
	return ok(rows)
}

func listOwnEntityTasks(c *call) (answer, error) {
	rows := []object{}
	for _, t := range c.ownTasks(c.entity) {
		rows = append(rows, placedTask(c.view, t))
	}
	return ok(rows)
}

func listOwnEntityTypes(c *call) (answer, error) {
	used := map[hierarchy.ID]bool{}
	for _, t := range c.ownTasks(c.entity) {
		used[t.TaskTypeID] = true
	}
	rows := []object{}
	for _, t := range c.view.TaskTypes {
		if used[t.ID] {
			rows = append(rows, sharedObject[*hierarchy.TaskType]("TaskType")(t))
		}
	}
	return ok(rows)
}
