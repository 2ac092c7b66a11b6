package api

import (
	"net/http"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var shotRoutes = []route{
	{http.MethodGet, "/data/shots", ofQuery("sequence_id", "parent_id"), accounts.InTeam, listShots},
	{http.MethodGet, "/data/shots/all", ofQuery("sequence_id", "parent_id"), accounts.InTeam, listShots},
	{http.MethodGet, "/data/shots/with-tasks", ofQuery("episode_id"), accounts.InTeam, listShotsWithTasks},
	{http.MethodGet, "/data/shots/{entity_id}", ofEntity(hierarchy.Shot), accounts.SeesEntity, showShot},
	{http.MethodPut, "/data/shots/{entity_id}", ofEntity(hierarchy.Shot), accounts.Manages, replaceShot},
	{http.MethodDelete, "/data/shots/{entity_id}", ofEntity(hierarchy.Shot), accounts.Removes, removeEntity},
	{http.MethodGet, "/data/projects/{project_id}/shots", inProject, accounts.InTeam, listProjectShots},
	{http.MethodPost, "/data/projects/{project_id}/shots", inProject, accounts.Manages, createShot},
}

// listShots lists the shots that lie in a sequence, by name, narrowed by the
// query; those of all productions for admins.
func listShots(c *call) (answer, error) {
	match, err := c.filter(map[string]string{"sequence_id": "parent_id"})
	if err != nil {
		return answer{}, err
	}
	views, err := c.productions()
	if err != nil {
		return answer{}, err
	}
	return ok(list(func(yield func(object) bool) {
		for _, v := range views {
			for _, e := range c.visibleOf(v, sorted(v.OfKind(hierarchy.Shot))) {
				parent := v.Sequence(e)
				if parent == nil || !match(e) {
					continue
				}
				o := entityObject(e, string(e.Kind))
				o.set("project_name", v.Project.Name)
				o.set("sequence_name", parent.Name)
				if !yield(o) {
					return
				}
			}
		}
	}))
}

// listProjectShots lists all shots of a production, also those without a
// sequence.
func listProjectShots(c *call) (answer, error) {
	return ok(entityList(c.visibleOf(c.view, sorted(c.view.OfKind(hierarchy.Shot)))))
}

func entityList(all []*hierarchy.Entity) list {
	return func(yield func(object) bool) {
		for _, e := range all {
			if !yield(entityObject(e, string(e.Kind))) {
				return
			}
		}
	}
}

func sorted(all []*hierarchy.Entity) []*hierarchy.Entity {
	slices.SortFunc(all, byName)
	return all
}

// showShot is a shot with its place and its tasks. Kitsu has none without a
// sequence; here it can be seen, with nulls for the sequence.
func showShot(c *call) (answer, error) {
	e, v := c.entity, c.view
	o := entityObject(e, string(e.Kind))
	entityRelations(&o, v, e)
	o.set("project_name", v.Project.Name)
	if seq := v.Sequence(e); seq != nil {
		o.set("sequence_id", seq.ID)
		o.set("sequence_name", seq.Name)
	} else {
		o.set("sequence_id", nil)
		o.set("sequence_name", "")
	}
	if ep := v.Episode(e); ep != nil {
		o.set("episode_id", ep.ID)
		o.set("episode_name", ep.Name)
	} else {
		o.set("episode_id", nil)
		o.set("episode_name", "")
	}
	keys := []string{"fps", "frame_in", "frame_out"}
	for i, value := range keysOf(e.Data, keys...) {
		o.set(keys[i], value)
	}
	tasks := []object{}
	for _, t := range c.visibleTasks(v, e) {
		var one object
		taskInList(&one, t, true)
		tasks = append(tasks, one)
	}
	o.set("tasks", tasks)
	return ok(o)
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
	e, err := c.pipe.CreateEntity(c.ctx(), c.view.Project.ID, pipeline.EntitySpec{
		Kind: hierarchy.Shot, Name: body.text("name"), Parent: body.id("sequence_id"), Description: body.pointer("description"),
		NbFrames: body.number("nb_frames"), Data: body.data("data"),
	})
	if err != nil {
		return answer{}, err
	}
	return created(entityObject(e, string(e.Kind)))
}
