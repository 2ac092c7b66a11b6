package api

import (
	"net/http"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var sequenceRoutes = []route{
	{http.MethodGet, "/data/sequences", ofQuery("episode_id", "parent_id"), accounts.InTeam,
		listing{kind: hierarchy.Sequence, renamed: map[string]string{"episode_id": "parent_id"}}.serve},
	{http.MethodGet, "/data/sequences/with-tasks", ofQuery("episode_id"), accounts.InTeam, listWithTasks(hierarchy.Sequence)},
	{http.MethodGet, "/data/sequences/{entity_id}", ofEntity(hierarchy.Sequence), accounts.SeesEntity, showSequence},
	{http.MethodDelete, "/data/sequences/{entity_id}", ofEntity(hierarchy.Sequence), accounts.Manages, removeEntity},
	{http.MethodGet, "/data/sequences/{entity_id}/shots", ofEntity(hierarchy.Sequence), accounts.InTeam, listSequenceShots},
	{http.MethodGet, "/data/sequences/{entity_id}/scenes", ofEntity(hierarchy.Sequence), accounts.SeesEntity, childrenOf(hierarchy.Scene)},
	{http.MethodGet, "/data/sequences/{entity_id}/tasks", ofEntity(hierarchy.Sequence), accounts.SeesEntity, listOwnTasks},
	{http.MethodGet, "/data/sequences/{entity_id}/task-types", ofEntity(hierarchy.Sequence), accounts.SeesEntity, listShotTaskTypes},
	{http.MethodGet, "/data/sequences/{entity_id}/shot-tasks", ofEntity(hierarchy.Sequence), accounts.NoVendor, listShotTasks},
	{http.MethodGet, "/data/projects/{project_id}/sequences", inProject, accounts.InTeam, ofProject(hierarchy.Sequence)},
	{http.MethodPost, "/data/projects/{project_id}/sequences", inProject, accounts.Manages, createSequence},
}

func showSequence(c *call) (answer, error) {
	o := entityObject(c.entity, string(c.entity.Kind))
	o.set("project_name", c.view.Project.Name)
	showEpisodeOf(&o, c.view, c.entity)
	return ok(o)
}

func listSequenceShots(c *call) (answer, error) {
	return ok(placedList(c.view, c.visibleOf(c.view, c.children(hierarchy.Shot))))
}

var newSequence = schema{"NewSequenceSchema", []field{
	{name: "name", required: true, min: 1}, {name: "episode_id", kind: idField}, {name: "description"}, {name: "data", kind: objectField},
}}

// createSequence makes a sequence, or answers with the one that is there.
func createSequence(c *call) (answer, error) {
	body, err := newSequence.read(c)
	if err != nil {
		return answer{}, err
	}
	return c.create(pipeline.EntitySpec{Kind: hierarchy.Sequence, Name: body.text("name"), Parent: body.id("episode_id"),
		Description: hierarchy.Ptr(body.text("description")), Data: body.data("data")})
}
