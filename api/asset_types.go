package api

import (
	"iter"
	"net/http"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

var assetTypeRoutes = []route{
	{http.MethodGet, "/data/asset-types", nowhere, accounts.Person, listAssetTypes},
	{http.MethodGet, "/data/asset-types/{asset_type_id}", nowhere, accounts.Person, showAssetType},
	{http.MethodGet, "/data/projects/{project_id}/asset-types", inProject, accounts.InTeam, listProjectAssetTypes},
	{http.MethodGet, "/data/shots/{entity_id}/asset-types", ofEntity(hierarchy.Shot), accounts.SeesEntity, listShotAssetTypes},
}

func assetTypeObject(t *hierarchy.EntityType) object {
	var o object
	o.fields(t, "task_types")
	if len(t.TaskTypes) > 0 {
		o.set("task_types", t.TaskTypes)
	} else {
		o.set("task_types", []hierarchy.ID{}) // empty means all
	}
	o.set("type", "AssetType")
	return o
}

// assetTypes are the types of assets, by name.
func (c *call) assetTypes() ([]*hierarchy.EntityType, error) {
	all, err := c.pipe.EntityTypes(c.ctx())
	all = slices.DeleteFunc(all, func(t *hierarchy.EntityType) bool { return hierarchy.Reserved(t.Name) })
	slices.SortFunc(all, func(a, b *hierarchy.EntityType) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}

// listAssetTypes lists all types of assets; ?name narrows.
func listAssetTypes(c *call) (answer, error) {
	all, err := c.assetTypes()
	if err != nil {
		return answer{}, err
	}
	name, named := c.query["name"]
	return ok(list(func(yield func(object) bool) {
		for _, t := range all {
			if (!named || strings.EqualFold(t.Name, name[0])) && !yield(assetTypeObject(t)) {
				return
			}
		}
	}))
}

func showAssetType(c *call) (answer, error) {
	all, err := c.assetTypes()
	if err != nil {
		return answer{}, err
	}
	for _, t := range all {
		if t.ID == c.pathID("asset_type_id") {
			return ok(assetTypeObject(t))
		}
	}
	return answer{}, errNotFound
}

// listProjectAssetTypes lists the types of the production's assets.
func listProjectAssetTypes(c *call) (answer, error) {
	return c.typesOf(slices.Values(c.visibleOf(c.view, c.view.OfKind(hierarchy.Asset))))
}

// listShotAssetTypes lists the types of the assets that play in a shot.
func listShotAssetTypes(c *call) (answer, error) {
	cast, err := c.castOf(c.view, []*hierarchy.Entity{c.entity})
	if err != nil {
		return answer{}, err
	}
	return c.typesOf(func(yield func(*hierarchy.Entity) bool) {
		for _, p := range cast[c.entity.ID] {
			if !yield(p.asset) {
				return
			}
		}
	})
}

func (c *call) typesOf(assets iter.Seq[*hierarchy.Entity]) (answer, error) {
	used := map[hierarchy.ID]bool{}
	for e := range assets {
		used[e.EntityTypeID] = true
	}
	return ok(list(func(yield func(object) bool) {
		for _, t := range c.view.EntityTypes {
			if used[t.ID] && !yield(assetTypeObject(t)) {
				return
			}
		}
	}))
}
