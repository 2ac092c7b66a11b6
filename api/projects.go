package api

import (
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
	{http.MethodGet, "/data/projects/{project_id}", inProject, accounts.InTeam, showProject},
}

// projectObject is a production with its links as ids.
func projectObject(p *pipeline.LinkedProject) object {
	var o object
	o.fields(p.Project)
	team, types, statuses := []hierarchy.ID{}, []hierarchy.ID{}, []hierarchy.ID{}
	for _, l := range p.Team {
		team = append(team, l.PersonID)
	}
	for _, l := range p.TaskTypes {
		types = append(types, l.TaskTypeID)
	}
	for _, l := range p.TaskStatuses {
		statuses = append(statuses, l.TaskStatusID)
	}
	o.set("team", team)
	o.set("task_types", types)
	o.set("task_statuses", statuses)
	for _, notKept := range []string{"asset_types", "status_automations", "preview_background_files"} {
		o.set(notKept, []hierarchy.ID{})
	}
	o.set("project_status_name", p.Status)
	o.set("type", "Project")
	return o
}

// ownProjects are those of the caller's teams; all for admins. ?name narrows.
func (c *call) ownProjects() ([]*pipeline.LinkedProject, error) {
	all, err := c.pipe.LinkedProjects(c.ctx())
	if err != nil {
		return nil, err
	}
	name, named := c.query["name"]
	var own []*pipeline.LinkedProject
	for _, p := range all {
		if (c.who.role == accounts.Admin || p.Has(c.who.person.ID)) && (!named || strings.EqualFold(p.Name, name[0])) {
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
	return ok(list(func(yield func(object) bool) {
		for _, p := range own {
			if !yield(projectObject(p)) {
				return
			}
		}
	}))
}

// listOpenProjects adds what a client needs to work in a production at once.
func listOpenProjects(c *call) (answer, error) {
	own, err := c.ownProjects()
	if err != nil {
		return answer{}, err
	}
	return ok(list(func(yield func(object) bool) {
		for _, p := range own {
			if p.Open() && !yield(openProjectObject(p)) {
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

func showProject(c *call) (answer, error) {
	all, err := c.pipe.LinkedProjects(c.ctx())
	if err != nil {
		return answer{}, err
	}
	for _, p := range all {
		if p.ID == c.view.Project.ID {
			return ok(projectObject(p))
		}
	}
	return answer{}, errNotFound
}
