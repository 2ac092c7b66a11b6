package api

import (
	"net/http"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// allShots leaves out those that lie in no sequence, as Kitsu does.
var allShots = listing{kind: hierarchy.Shot, renamed: map[string]string{"sequence_id": "parent_id"}, placed: true}

var shotRoutes = []route{
	{http.MethodGet, "/data/shots", ofQuery("sequence_id", "parent_id"), accounts.InTeam, allShots.serve},
	{http.MethodGet, "/data/shots/all", ofQuery("sequence_id", "parent_id"), accounts.InTeam, allShots.serve},
	{http.MethodGet, "/data/shots/with-tasks", ofQuery("episode_id"), accounts.InTeam, listShotsWithTasks},
	{http.MethodGet, "/data/shots/{entity_id}", ofEntity(hierarchy.Shot), accounts.SeesEntity, showShot},
	{http.MethodPut, "/data/shots/{entity_id}", ofEntity(hierarchy.Shot), accounts.Manages, replaceShot},
	{http.MethodDelete, "/data/shots/{entity_id}", ofEntity(hierarchy.Shot), accounts.Removes, removeEntity},
	{http.MethodGet, "/data/shots/{entity_id}/assets", ofEntity(hierarchy.Shot), accounts.SeesEntity, listShotAssets},
	{http.MethodGet, "/data/shots/{entity_id}/tasks", ofEntity(hierarchy.Shot), accounts.SeesEntity, listOwnTasks},
	{http.MethodGet, "/data/shots/{entity_id}/task-types", ofEntity(hierarchy.Shot), accounts.SeesEntity, listOwnTaskTypes},
	{http.MethodGet, "/data/shots/{entity_id}/preview-files", ofEntity(hierarchy.Shot), accounts.SeesEntity, listEntityPreviews},
	{http.MethodGet, "/data/shots/{entity_id}/versions", ofEntity(hierarchy.Shot), accounts.SeesEntity, listShotVersions},
	{http.MethodGet, "/data/projects/{project_id}/shots", inProject, accounts.InTeam, ofProject(hierarchy.Shot)},
	{http.MethodPost, "/data/projects/{project_id}/shots", inProject, accounts.Manages, createShot},
}

func sorted(all []*hierarchy.Entity) []*hierarchy.Entity {
	slices.SortFunc(all, byName)
	return all
}

// showShot is a shot with its place and its tasks.
func showShot(c *call) (answer, error) {
	e, v := c.entity, c.view
	o, err := c.whole(e)
	if err != nil {
		return answer{}, err
	}
	showPlaced(&o, v, e)
	if v.Episode(e) == nil {
		o.set("episode_id", nil)
		o.set("episode_name", "")
	}
	showEpisodeOf(&o, v, e)
	keys := []string{"fps", "frame_in", "frame_out"}
	for i, value := range keysOf(e.Data, keys...) {
		o.set(keys[i], value)
	}
	tasks, err := c.tasksOn(v, e)
	o.set("tasks", tasks)
	return answer{http.StatusOK, o}, err
}

// replaceShot sets what is sent; data is replaced as a whole. The answer does
// not say that it is a shot, as in Kitsu.
func replaceShot(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	e, err := c.pipe.UpdateEntity(c.ctx(), c.view.Project.ID, c.entity.ID, pipeline.EntityFields{Set: entityValues(sent), ReplaceData: true})
	if err != nil {
		return answer{}, err
	}
	return ok(entityObject(e, "Entity"))
}

var newShot = schema{"NewShotSchema", []field{
	{name: "name", required: true, min: 1}, {name: "sequence_id", kind: idField}, {name: "data", kind: objectField},
	{name: "nb_frames", kind: intField}, {name: "description"},
}}

// createShot makes a shot, or answers with the one that is there.
func createShot(c *call) (answer, error) {
	body, err := newShot.read(c)
	if err != nil {
		return answer{}, err
	}
	return c.create(pipeline.EntitySpec{
		Kind: hierarchy.Shot, Name: body.text("name"), Parent: body.id("sequence_id"), Description: body.pointer("description"),
		NbFrames: body.number("nb_frames"), Data: body.data("data"),
	})
}
