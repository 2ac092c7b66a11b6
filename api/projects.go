package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var projectRoutes = []route{
	{http.MethodGet, "/data/projects", nowhere, accounts.Person, listProjects},
	{http.MethodGet, "/data/projects/open", nowhere, accounts.Person, listOpenProjects},
	{http.MethodGet, "/data/projects/all", nowhere, accounts.Person, listProjects},
	{http.MethodPost, "/data/projects", nowhere, accounts.OnlyAdmin, createProject},
	{http.MethodGet, "/data/projects/{project_id}", inProject, accounts.InTeam, showProject},
	{http.MethodPut, "/data/projects/{project_id}", inProject, accounts.Manages, updateProject},
	{http.MethodDelete, "/data/projects/{project_id}", inProject, accounts.OnlyAdmin, removeProject},
}

// projectFields is a production without what it is linked to.
func projectFields(p *hierarchy.Project) object {
	var o object
	o.fields(p)
	o.set("type", "Project")
	return o
}

// projectObject is a production with its links as ids.
func projectObject(p *pipeline.LinkedProject) object {
	var o object
	o.fields(p.Project)
	team, types, statuses, assetTypes := []hierarchy.ID{}, []hierarchy.ID{}, []hierarchy.ID{}, []hierarchy.ID{}
	for _, l := range p.Team {
		team = append(team, l.PersonID)
	}
	for _, l := range p.TaskTypes {
		types = append(types, l.TaskTypeID)
	}
	for _, l := range p.TaskStatuses {
		statuses = append(statuses, l.TaskStatusID)
	}
	for _, l := range p.AssetTypes {
		assetTypes = append(assetTypes, l.AssetTypeID)
	}
	o.set("team", team)
	o.set("task_types", types)
	o.set("task_statuses", statuses)
	o.set("asset_types", assetTypes)
	for _, notKept := range []string{"status_automations", "preview_background_files"} {
		o.set(notKept, []hierarchy.ID{})
	}
	o.set("project_status_name", p.Status)
	o.set("type", "Project")
	return o
}

// ownProjects are those of the caller's teams; all for admins.
func (c *call) ownProjects() ([]*pipeline.LinkedProject, error) {
	all, err := c.pipe.LinkedProjects(c.ctx())
	if err != nil {
		return nil, err
	}
	var own []*pipeline.LinkedProject
	for _, p := range all {
		if c.who.role == accounts.Admin || p.Has(c.who.person.ID) {
			own = append(own, p)
		}
	}
	return own, nil
}

func listProjects(c *call) (answer, error) {
	own, err := c.ownProjects()
	if err != nil {
		return answer{}, err
	}
	linked := map[hierarchy.ID]*pipeline.LinkedProject{}
	var rows []*hierarchy.Project
	for _, p := range own {
		linked[p.ID] = p
		rows = append(rows, p.Project)
	}
	return collection[*hierarchy.Project]{rows: rows, object: func(p *hierarchy.Project) object { return projectObject(linked[p.ID]) }}.answer(c)
}

// listOpenProjects adds what a client needs to work in a production at once.
func listOpenProjects(c *call) (answer, error) {
	own, err := c.ownProjects()
	if err != nil {
		return answer{}, err
	}
	name, named := c.query["name"]
	return ok(list(func(yield func(object) bool) {
		for _, p := range own {
			if p.Open() && (!named || strings.EqualFold(p.Name, name[0])) && !yield(openProjectObject(p)) {
				return
			}
		}
	}))
}

func openProjectObject(p *pipeline.LinkedProject) object {
	o := projectObject(p)
	descriptors := []object{}
	for _, d := range p.Descriptors {
		var one object
		one.fields(d)
		one.set("type", "MetadataDescriptor")
		descriptors = append(descriptors, one)
	}
	priorities, links := map[hierarchy.ID]*int64{}, map[hierarchy.ID]object{}
	for _, l := range p.TaskTypes {
		priorities[l.TaskTypeID] = l.Priority
	}
	for _, l := range p.TaskStatuses {
		var one object
		one.set("priority", l.Priority)
		one.set("roles_for_board", l.RolesForBoard)
		links[l.TaskStatusID] = one
	}
	o.set("descriptors", descriptors)
	o.set("task_types_priority", priorities)
	o.set("task_statuses_link", links)
	if p.Episodic() {
		o.set("first_episode_id", p.FirstEpisode)
	}
	return o
}

func showProject(c *call) (answer, error) { return c.answerProject(http.StatusOK) }

// answerProject answers the call's production as it stands now.
func (c *call) answerProject(status int) (answer, error) {
	o, err := c.linkedObject(c.view.Project.ID)
	return answer{status, o}, err
}

func (c *call) linkedObject(id hierarchy.ID) (object, error) {
	all, err := c.pipe.LinkedProjects(c.ctx())
	if err != nil {
		return object{}, err
	}
	for _, p := range all {
		if p.ID == id {
			return projectObject(p), nil
		}
	}
	return object{}, errNotFound
}

// createProject begins a production. Lists of task types and statuses that are
// sent are those that it has, empty ones too; without them it has all.
func createProject(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	links, err := sentLinks(sent)
	if err != nil {
		return answer{}, err
	}
	made, episode, err := c.pipe.CreateProject(c.ctx(), sentFields(sent), links)
	if err != nil {
		return answer{}, err
	}
	o, err := c.linkedObject(made.ID)
	if episode != "" {
		o.set("first_episode_id", episode)
	}
	return answer{http.StatusCreated, o}, err
}

// sentLinks reads the lists of ids that a production is linked by; nil where one
// is absent.
func sentLinks(sent map[string]json.RawMessage) (links pipeline.ProjectLinks, err error) {
	if links.Team, err = sentIDs(sent, "team"); err != nil {
		return links, err
	}
	if links.TaskTypes, err = sentIDs(sent, "task_types"); err != nil {
		return links, err
	}
	if links.TaskStatuses, err = sentIDs(sent, "task_statuses"); err != nil {
		return links, err
	}
	links.AssetTypes, err = sentIDs(sent, "asset_types")
	return links, err
}

// updateProject sets what is sent; a whole production may be sent back.
func updateProject(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	links, err := sentLinks(sent)
	if err != nil {
		return answer{}, err
	}
	if _, err := c.pipe.UpdateProject(c.ctx(), c.view.Project.ID, sentFields(sent), links); err != nil {
		return answer{}, err
	}
	return c.answerProject(http.StatusOK)
}

// removeProject deletes a closed production with all that is in it.
func removeProject(c *call) (answer, error) {
	previews, err := c.pipe.RemoveProject(c.ctx(), c.view.Project.ID)
	if err != nil {
		return answer{}, err
	}
	c.removeFiles(previews)
	return gone()
}
