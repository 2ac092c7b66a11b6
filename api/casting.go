package api

import (
	"cmp"
	"maps"
	"net/http"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var castingRoutes = []route{
	{http.MethodGet, "/data/projects/{project_id}/entities/{entity_id}/casting", within(), accounts.NoVendor, showCasting},
	{http.MethodPut, "/data/projects/{project_id}/entities/{entity_id}/casting", within(), accounts.Manages, replaceCasting},
	{http.MethodPut, "/data/projects/{project_id}/entities/casting", inProject, accounts.Manages, replaceCastings},
	{http.MethodPut, "/data/projects/{project_id}/entities/casting/assets/{asset_id}", inProject, accounts.Manages, castAsset},
	{http.MethodGet, "/data/projects/{project_id}/episodes/casting", inProject, accounts.NoVendor, listEpisodesCasting},
	{http.MethodGet, "/data/projects/{project_id}/sequences/{entity_id}/casting", within(hierarchy.Sequence), accounts.NoVendor, listShotsCasting},
	{http.MethodGet, "/data/projects/{project_id}/sequences/{entity_id}/shots/casting", within(hierarchy.Sequence), accounts.NoVendor, listShotsCasting},
	{http.MethodGet, "/data/projects/{project_id}/sequences/all/casting", inProject, accounts.NoVendor, listProjectCasting},
	{http.MethodGet, "/data/projects/{project_id}/shots/casting", inProject, accounts.NoVendor, listProjectCasting},
	{http.MethodGet, "/data/projects/{project_id}/episodes/{entity_id}/sequences/all/casting", withinEpisode, accounts.NoVendor, listShotsCasting},
	{http.MethodGet, "/data/projects/{project_id}/episodes/{entity_id}/shots/casting", withinEpisode, accounts.NoVendor, listShotsCasting},
	{http.MethodGet, "/data/projects/{project_id}/asset-types/{asset_type_id}/casting", inProject, accounts.NoVendor, listAssetTypeCasting},
}

// within takes the production from {project_id}, and from {entity_id} an entity
// of it, of one of the kinds if any are named.
func within(kinds ...hierarchy.Kind) scope {
	return func(c *call) error {
		if err := inProject(c); err != nil {
			return err
		}
		c.entity = c.view.Entity(c.pathID("entity_id"))
		if c.entity == nil || len(kinds) > 0 && !slices.Contains(kinds, c.entity.Kind) {
			return errNotFound
		}
		return nil
	}
}

// withinEpisode is within, but for "main", which is where no episode is.
func withinEpisode(c *call) error {
	if c.r.PathValue("entity_id") == "main" {
		return inProject(c)
	}
	return within(hierarchy.Episode)(c)
}

// A part is an asset that plays in an entity.
type part struct {
	link     *hierarchy.Casting
	asset    *hierarchy.Entity
	typeName string
}

// castOf gives who plays in entities, by type and name of the asset; canceled
// assets do not.
func (c *call) castOf(v *pipeline.View, entities []*hierarchy.Entity) (map[hierarchy.ID][]part, error) {
	var ids []hierarchy.ID
	for _, e := range entities {
		for _, link := range v.CastOf(e.ID) {
			ids = append(ids, link.EntityOutID)
		}
	}
	assets, err := c.assetsByID(v, ids)
	if err != nil {
		return nil, err
	}
	out := map[hierarchy.ID][]part{}
	for _, e := range entities {
		var parts []part
		for _, link := range v.CastOf(e.ID) {
			if asset := assets[link.EntityOutID]; asset != nil && !asset.Canceled {
				parts = append(parts, part{link, asset, v.EntityTypeName(asset.EntityTypeID)})
			}
		}
		slices.SortFunc(parts, func(a, b part) int {
			return cmp.Or(cmp.Compare(a.typeName, b.typeName), cmp.Compare(a.asset.Name, b.asset.Name), cmp.Compare(a.asset.ID, b.asset.ID))
		})
		if len(parts) > 0 {
			out[e.ID] = parts
		}
	}
	return out, nil
}

// assetsByID finds assets in the production; those of others are read in one
// question.
func (c *call) assetsByID(v *pipeline.View, ids []hierarchy.ID) (map[hierarchy.ID]*hierarchy.Entity, error) {
	out := map[hierarchy.ID]*hierarchy.Entity{}
	missing := map[hierarchy.ID]bool{}
	for _, id := range ids {
		if e := v.Entity(id); e != nil {
			out[id] = e
		} else {
			missing[id] = true
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	rows, err := c.pipe.Entities(c.ctx(), slices.Sorted(maps.Keys(missing)))
	for _, e := range rows {
		out[e.ID] = e
	}
	return out, err
}

// partObject is what all forms of a casting say of a part.
func partObject(p part) object {
	var o object
	o.set("asset_id", p.asset.ID)
	o.set("asset_name", p.asset.Name)
	o.set("asset_type_name", p.typeName)
	o.set("preview_file_id", p.asset.PreviewFileID)
	o.set("nb_occurences", p.link.NbOccurences)
	o.set("label", p.link.Label)
	return o
}

// castList is the casting of one entity.
func castList(parts []part) []object {
	out := []object{}
	for _, p := range parts {
		o := partObject(p)
		o.set("ready_for", p.asset.ReadyFor)
		o.set("episode_id", p.asset.SourceID)
		o.set("is_shared", p.asset.IsShared)
		o.set("project_id", p.asset.ProjectID)
		out = append(out, o)
	}
	return out
}

func showCasting(c *call) (answer, error) {
	cast, err := c.castOf(c.view, []*hierarchy.Entity{c.entity})
	if err != nil {
		return answer{}, err
	}
	return ok(castList(cast[c.entity.ID]))
}

// castingByEntity answers the castings of many entities, by entity; those where
// nobody plays are left out. more adds what a form says beside.
func (c *call) castingByEntity(entities []*hierarchy.Entity, more func(o *object, e *hierarchy.Entity, p part)) (answer, error) {
	cast, err := c.castOf(c.view, entities)
	if err != nil {
		return answer{}, err
	}
	out := map[hierarchy.ID][]object{}
	for _, e := range entities {
		for _, p := range cast[e.ID] {
			o := partObject(p)
			o.set("name", p.asset.Name)
			more(&o, e, p)
			out[e.ID] = append(out[e.ID], o)
		}
	}
	return ok(keyed(out))
}

func sharing(o *object, p part) {
	o.set("is_shared", p.asset.IsShared)
	o.set("project_id", p.asset.ProjectID)
}

// inSequence is the form of shots.
func (c *call) inSequence(o *object, e *hierarchy.Entity, p part) {
	sharing(o, p)
	o.set("sequence_name", c.view.Sequence(e).Name)
}

// listShotsCasting gives the castings of the shots in a sequence or an episode;
// in no episode there are none.
func listShotsCasting(c *call) (answer, error) {
	if c.entity == nil {
		return ok(object{})
	}
	return c.castingByEntity(slices.Collect(below(c.view, c.entity)), c.inSequence)
}

// listProjectCasting gives the castings of all shots that lie in a sequence.
func listProjectCasting(c *call) (answer, error) {
	shots := slices.DeleteFunc(c.view.OfKind(hierarchy.Shot), func(e *hierarchy.Entity) bool { return c.view.Sequence(e) == nil })
	return c.castingByEntity(shots, c.inSequence)
}

// listEpisodesCasting gives the castings of episodes; and, as Kitsu does, those
// of all other entities too.
func listEpisodesCasting(c *call) (answer, error) {
	return c.castingByEntity(c.view.Entities, func(o *object, _ *hierarchy.Entity, p part) { sharing(o, p) })
}

// listAssetTypeCasting gives who plays in the assets of a type.
func listAssetTypeCasting(c *call) (answer, error) {
	kind := c.pathID("asset_type_id")
	assets := slices.DeleteFunc(c.view.OfKind(hierarchy.Asset), func(e *hierarchy.Entity) bool { return e.EntityTypeID != kind })
	return c.castingByEntity(assets, func(*object, *hierarchy.Entity, part) {})
}
