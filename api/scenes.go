package api

import (
	"net/http"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var allScenes = listing{kind: hierarchy.Scene, renamed: map[string]string{"sequence_id": "parent_id"}, placed: true}

var sceneRoutes = []route{
	{http.MethodGet, "/data/scenes", ofQuery("sequence_id", "parent_id"), accounts.NoVendor, allScenes.serve},
	{http.MethodGet, "/data/scenes/all", ofQuery("sequence_id", "parent_id"), accounts.NoVendor, allScenes.serve},
	{http.MethodGet, "/data/scenes/with-tasks", ofQuery("episode_id"), accounts.NoVendor, listWithTasks(hierarchy.Scene)},
	{http.MethodGet, "/data/scenes/{entity_id}", ofEntity(hierarchy.Scene), accounts.SeesEntity, showScene},
	{http.MethodDelete, "/data/scenes/{entity_id}", ofEntity(hierarchy.Scene), accounts.Removes, removeEntity},
	{http.MethodGet, "/data/scenes/{entity_id}/tasks", ofEntity(hierarchy.Scene), accounts.SeesEntity, listOwnTasks},
	{http.MethodGet, "/data/scenes/{entity_id}/task-types", ofEntity(hierarchy.Scene), accounts.SeesEntity, listOwnTaskTypes},
	{http.MethodGet, "/data/scenes/{entity_id}/shots", ofEntity(hierarchy.Scene), accounts.SeesEntity, listSceneShots},
	{http.MethodPost, "/data/scenes/{entity_id}/shots", ofEntity(hierarchy.Scene), accounts.Manages, addSceneShot},
	{http.MethodDelete, "/data/scenes/{entity_id}/shots/{shot_id}", ofEntity(hierarchy.Scene), accounts.Manages, removeSceneShot},
	{http.MethodGet, "/data/projects/{project_id}/scenes", inProject, accounts.InTeam, ofProject(hierarchy.Scene)},
	{http.MethodPost, "/data/projects/{project_id}/scenes", inProject, accounts.Manages, createScene},
}

func showScene(c *call) (answer, error) {
	o := entityObject(c.entity, string(c.entity.Kind))
	showPlaced(&o, c.view, c.entity)
	showEpisodeOf(&o, c.view, c.entity)
	return ok(o)
}

// listSceneShots lists the shots that were made out of the scene.
func listSceneShots(c *call) (answer, error) {
	var shots []*hierarchy.Entity
	for _, e := range c.view.OfKind(hierarchy.Shot) {
		if e.SourceID == c.entity.ID {
			shots = append(shots, e)
		}
	}
	return ok(placedList(c.view, c.visibleOf(c.view, sorted(shots))))
}

var sceneShot = schema{"SceneShotSchema", []field{{name: "shot_id", kind: idField, required: true}}}

// addSceneShot ties a shot to the scene; a shot has one scene at most. The
// answer does not say that it is a shot, as in Kitsu.
func addSceneShot(c *call) (answer, error) {
	body, err := sceneShot.read(c)
	if err != nil {
		return answer{}, err
	}
	e, err := c.pipe.TieToScene(c.ctx(), c.view.Project.ID, body.id("shot_id"), c.entity.ID)
	if err != nil {
		return answer{}, err
	}
	return created(entityObject(e, "Entity"))
}

// removeSceneShot unties a shot from the scene. One of another scene stays where
// it is.
func removeSceneShot(c *call) (answer, error) {
	if err := c.pipe.UntieFromScene(c.ctx(), c.view.Project.ID, c.pathID("shot_id"), c.entity.ID); err != nil {
		return answer{}, err
	}
	return gone()
}

var newScene = schema{"NewSceneSchema", []field{{name: "name", required: true, min: 1}, {name: "sequence_id", kind: idField}}}

// createScene makes a scene, or answers with the one that is there.
func createScene(c *call) (answer, error) {
	body, err := newScene.read(c)
	if err != nil {
		return answer{}, err
	}
	return c.create(pipeline.EntitySpec{Kind: hierarchy.Scene, Name: body.text("name"), Parent: body.id("sequence_id")})
}
