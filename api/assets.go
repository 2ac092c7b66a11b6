package api

import (
	"cmp"
	"net/http"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var allAssets = listing{kind: hierarchy.Asset, renamed: map[string]string{"episode_id": "source_id", "asset_type_id": "entity_type_id"}}

var assetRoutes = []route{
	{http.MethodGet, "/data/assets", ofQuery("source_id", "episode_id"), accounts.InTeam, allAssets.serve},
	{http.MethodGet, "/data/assets/all", ofQuery("source_id", "episode_id"), accounts.InTeam, allAssets.serve},
	{http.MethodGet, "/data/assets/{entity_id}", ofEntity(hierarchy.Asset), accounts.SeesEntity, showAsset},
	{http.MethodDelete, "/data/assets/{entity_id}", ofEntity(hierarchy.Asset), accounts.Removes, removeEntity},
	{http.MethodGet, "/data/assets/{entity_id}/tasks", ofEntity(hierarchy.Asset), accounts.SeesEntity, listOwnTasks},
	{http.MethodGet, "/data/assets/{entity_id}/task-types", ofEntity(hierarchy.Asset), accounts.SeesEntity, listOwnTaskTypes},
	{http.MethodGet, "/data/assets/{entity_id}/cast-in", ofEntity(hierarchy.Asset), accounts.NoVendor, listCastIn},
	{http.MethodGet, "/data/projects/{project_id}/assets", inProject, accounts.InTeam, ofProject(hierarchy.Asset)},
	{http.MethodGet, "/data/projects/{project_id}/asset-types/{asset_type_id}/assets", inProject, accounts.InTeam, listAssetsOfType},
	{http.MethodPost, "/data/projects/{project_id}/asset-types/{asset_type_id}/assets/new", inProject, accounts.Manages, createAsset},
}

// listShotAssets lists the assets that play in the shot, as entities.
func listShotAssets(c *call) (answer, error) {
	cast, err := c.castOf(c.view, []*hierarchy.Entity{c.entity})
	if err != nil {
		return answer{}, err
	}
	return ok(list(func(yield func(object) bool) {
		for _, one := range cast[c.entity.ID] {
			asset := one.asset
			if c.vendor() {
				asset = c.masked(c.view, asset)
			}
			if !yield(entityObject(asset, string(asset.Kind))) {
				return
			}
		}
	}))
}

// showAsset is an asset with its type and its tasks.
func showAsset(c *call) (answer, error) {
	e, v := c.entity, c.view
	o, err := c.whole(e)
	if err != nil {
		return answer{}, err
	}
	o.set("project_name", v.Project.Name)
	o.set("asset_type_id", e.EntityTypeID)
	o.set("asset_type_name", v.EntityTypeName(e.EntityTypeID))
	o.set("episode_id", e.SourceID)
	tasks, err := c.tasksOn(v, e)
	o.set("tasks", tasks)
	return answer{http.StatusOK, o}, err
}

// listAssetsOfType lists the production's assets of a type; an unknown type has
// none.
func listAssetsOfType(c *call) (answer, error) {
	kind := c.pathID("asset_type_id")
	assets := slices.DeleteFunc(sorted(c.view.OfKind(hierarchy.Asset)), func(e *hierarchy.Entity) bool { return e.EntityTypeID != kind })
	return ok(entityList(c.visibleOf(c.view, assets)))
}

// listCastIn lists where an asset plays: the shots, then the assets, each by
// where they lie. What is out of the cut, or of another production, is left out.
func listCastIn(c *call) (answer, error) {
	v := c.view
	type place struct {
		path string
		in   *hierarchy.Entity
		link *hierarchy.Casting
	}
	var shots, assets []place
	for _, link := range v.CastIn(c.entity.ID) {
		in := v.Entity(link.EntityInID)
		switch {
		case in == nil || in.Canceled:
		case in.Kind == hierarchy.Shot && v.Sequence(in) != nil:
			shots = append(shots, place{v.Path(in), in, link})
		case in.Kind == hierarchy.Asset:
			assets = append(assets, place{v.Path(in), in, link})
		}
	}
	byPath := func(a, b place) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.in.ID, b.in.ID)) }
	slices.SortFunc(shots, byPath)
	slices.SortFunc(assets, byPath)
	out := []object{}
	for _, p := range append(shots, assets...) {
		out = append(out, castInObject(v, p.in, p.link))
	}
	return ok(out)
}

// castInObject says of a place in a casting where it is.
func castInObject(v *pipeline.View, in *hierarchy.Entity, link *hierarchy.Casting) (o object) {
	if in.Kind == hierarchy.Shot {
		o.set("shot_id", in.ID)
		o.set("shot_name", in.Name)
		o.set("sequence_name", v.Sequence(in).Name)
		castInEpisode(&o, v, in)
	} else {
		o.set("asset_id", in.ID)
		o.set("asset_name", in.Name)
		o.set("asset_type_name", v.EntityTypeName(in.EntityTypeID))
	}
	o.set("preview_file_id", in.PreviewFileID)
	o.set("nb_occurences", link.NbOccurences)
	return o
}

// castInEpisode says "None" and null of a shot without episode, as Kitsu does.
func castInEpisode(o *object, v *pipeline.View, e *hierarchy.Entity) {
	if v.Episode(e) == nil {
		o.set("episode_id", "None")
		o.set("episode_name", nil)
	}
	showEpisodeOf(o, v, e)
}

var newAsset = schema{"NewAssetSchema", []field{
	{name: "name", required: true, min: 1}, {name: "description"}, {name: "data", kind: objectField},
	{name: "is_shared", kind: boolField}, {name: "source_id", kind: idField}, {name: "episode_id", kind: idField},
}}

// createAsset makes an asset of a type, or answers with the one that is there.
func createAsset(c *call) (answer, error) {
	body, err := newAsset.read(c)
	if err != nil {
		return answer{}, err
	}
	return c.create(pipeline.EntitySpec{
		Kind: hierarchy.Asset, Type: c.pathID("asset_type_id"), Name: body.text("name"), Source: cmp.Or(body.id("episode_id"), body.id("source_id")),
		Description: body.pointer("description"), Data: body.data("data"), Shared: body["is_shared"] == "true",
	})
}
