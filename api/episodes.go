package api

import (
	"net/http"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var episodeRoutes = []route{
	{http.MethodGet, "/data/episodes", ofQuery(), accounts.InTeam, listing{kind: hierarchy.Episode}.serve},
	{http.MethodGet, "/data/episodes/with-tasks", ofQuery(), accounts.InTeam, listWithTasks(hierarchy.Episode)},
	{http.MethodGet, "/data/episodes/{entity_id}", ofEntity(hierarchy.Episode), accounts.SeesEntity, showEpisode},
	{http.MethodDelete, "/data/episodes/{entity_id}", ofEntity(hierarchy.Episode), accounts.Removes, removeEntity},
	{http.MethodGet, "/data/episodes/{entity_id}/shots", ofEntity(hierarchy.Episode), accounts.SeesEntity, listEpisodeShots},
	{http.MethodGet, "/data/episodes/{entity_id}/sequences", ofEntity(hierarchy.Episode), accounts.InTeam, childrenOf(hierarchy.Sequence)},
	{http.MethodGet, "/data/episodes/{entity_id}/tasks", ofEntity(hierarchy.Episode), accounts.SeesEntity, listOwnTasks},
	{http.MethodGet, "/data/episodes/{entity_id}/task-types", ofEntity(hierarchy.Episode), accounts.SeesEntity, listShotTaskTypes},
	{http.MethodGet, "/data/episodes/{entity_id}/shot-tasks", ofEntity(hierarchy.Episode), accounts.NoVendor, listShotTasks},
	{http.MethodGet, "/data/episodes/{entity_id}/asset-tasks", ofEntity(hierarchy.Episode), accounts.NoVendor, listAssetTasks},
	{http.MethodGet, "/data/projects/{project_id}/episodes", inProject, accounts.InTeam, ofProject(hierarchy.Episode)},
	{http.MethodPost, "/data/projects/{project_id}/episodes", inProject, accounts.Manages, createEpisode},
}

func showEpisode(c *call) (answer, error) {
	o := entityObject(c.entity, string(c.entity.Kind))
	o.set("project_name", c.view.Project.Name)
	return ok(o)
}

// listEpisodeShots lists the shots of all its sequences; ?relations adds what
// they are tied to.
func listEpisodeShots(c *call) (answer, error) {
	relations, err := c.flag("relations")
	if err != nil {
		return answer{}, err
	}
	shots := c.visibleOf(c.view, sorted(slices.Collect(below(c.view, c.entity))))
	if !relations {
		return ok(entityList(shots))
	}
	tied, err := c.relationsOf(shots...)
	if err != nil {
		return answer{}, err
	}
	return ok(list(func(yield func(object) bool) {
		for _, e := range shots {
			o := entityObject(e, string(e.Kind))
			tied.add(&o, c.view, e)
			if !yield(o) {
				return
			}
		}
	}))
}

var newEpisode = schema{"NewEpisodeSchema", []field{
	{name: "name", required: true, min: 1}, {name: "status"}, {name: "description"}, {name: "data", kind: objectField},
}}

// createEpisode makes an episode, or answers with the one that is there.
func createEpisode(c *call) (answer, error) {
	body, err := newEpisode.read(c)
	if err != nil {
		return answer{}, err
	}
	return c.create(pipeline.EntitySpec{Kind: hierarchy.Episode, Name: body.text("name"), Status: body.text("status"),
		Description: hierarchy.Ptr(body.text("description")), Data: body.data("data")})
}

// create makes an entity in the call's production and answers with it.
func (c *call) create(spec pipeline.EntitySpec) (answer, error) {
	e, err := c.pipe.CreateEntity(c.ctx(), c.view.Project.ID, spec)
	if err != nil {
		return answer{}, err
	}
	return created(entityObject(e, string(e.Kind)))
}
