package api

import (
	"net/http"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

var instanceRoutes = []route{
	{http.MethodGet, "/data/scenes/{entity_id}/asset-instances", ofEntity(hierarchy.Scene), accounts.SeesEntity, listSceneInstances},
	{http.MethodPost, "/data/scenes/{entity_id}/asset-instances", ofEntity(hierarchy.Scene), accounts.Manages, createInstance},
	{http.MethodGet, "/data/scenes/{entity_id}/camera-instances", ofEntity(hierarchy.Scene), accounts.SeesEntity, listCameras},
	{http.MethodGet, "/data/shots/{entity_id}/asset-instances", ofEntity(hierarchy.Shot), accounts.SeesEntity, listShotInstances},
	{http.MethodPost, "/data/shots/{entity_id}/asset-instances", ofEntity(hierarchy.Shot), accounts.Manages, showInstanceInShot},
	{http.MethodDelete, "/data/shots/{entity_id}/asset-instances/{asset_instance_id}", ofEntity(hierarchy.Shot), accounts.Manages, hideInstanceFromShot},
	{http.MethodGet, "/data/asset-instances", ofQuery("scene_id"), accounts.NoVendor, listInstances},
	{http.MethodGet, "/data/asset-instances/{asset_instance_id}", ofInstance, accounts.NoVendor, showInstance},
	{http.MethodPut, "/data/asset-instances/{asset_instance_id}", ofInstance, accounts.Manages, updateInstance},
	{http.MethodDelete, "/data/asset-instances/{asset_instance_id}", ofInstance, accounts.Manages, removeInstance},
	{http.MethodGet, "/data/assets/{entity_id}/scene-asset-instances", ofEntity(hierarchy.Asset), accounts.NoVendor, listInstancesByScene},
	{http.MethodGet, "/data/assets/{entity_id}/shot-asset-instances", ofEntity(hierarchy.Asset), accounts.NoVendor, listInstancesByShot},
}

// ofInstance takes an instance, and with it the production, from the path.
func ofInstance(c *call) (err error) {
	if c.instance, err = c.server.pipeline.Instance(c.ctx(), c.pathID("asset_instance_id")); err != nil {
		return err
	}
	c.view, err = c.server.views.OfRow(c.ctx(), "entities", c.instance.SceneID)
	return err
}

func instanceObject(i *hierarchy.AssetInstance) object {
	var o object
	o.fields(i)
	o.set("target_asset_id", nil) // instances in other assets are not kept
	o.set("type", "AssetInstance")
	return o
}

// byAsset groups instances as Kitsu's answers have them.
func byAsset(all []*hierarchy.AssetInstance) (answer, error) {
	out := map[hierarchy.ID][]object{}
	for _, i := range all {
		out[i.AssetID] = append(out[i.AssetID], instanceObject(i))
	}
	return ok(keyed(out))
}

func listSceneInstances(c *call) (answer, error) {
	all, err := c.pipe.SceneInstances(c.ctx(), []hierarchy.ID{c.entity.ID})
	if err != nil {
		return answer{}, err
	}
	return byAsset(all)
}

// listCameras lists the instances of assets of the type Camera.
func listCameras(c *call) (answer, error) {
	all, err := c.pipe.SceneInstances(c.ctx(), []hierarchy.ID{c.entity.ID})
	if err != nil {
		return answer{}, err
	}
	var ids []hierarchy.ID
	for _, i := range all {
		ids = append(ids, i.AssetID)
	}
	assets, err := c.assetsByID(c.view, ids)
	if err != nil {
		return answer{}, err
	}
	var cameras []*hierarchy.AssetInstance
	for _, i := range all {
		if a := assets[i.AssetID]; a != nil && c.view.EntityTypeName(a.EntityTypeID) == "Camera" {
			cameras = append(cameras, i)
		}
	}
	return byAsset(cameras)
}

func listShotInstances(c *call) (answer, error) {
	all, err := c.pipe.ShotInstances(c.ctx(), c.entity.ID)
	if err != nil {
		return answer{}, err
	}
	return byAsset(all)
}

var newInstance = schema{"NewAssetInstanceSchema", []field{{name: "asset_id", kind: idField, required: true}, {name: "description"}}}

// createInstance makes the next instance of an asset in the scene.
func createInstance(c *call) (answer, error) {
	body, err := newInstance.read(c)
	if err != nil {
		return answer{}, err
	}
	made, err := c.pipe.AddInstance(c.ctx(), c.view.Project.ID, c.entity.ID, body.id("asset_id"), body.pointer("description"))
	if err != nil {
		return answer{}, err
	}
	return created(instanceObject(made))
}

var shotInstance = schema{"ShotAssetInstanceSchema", []field{{name: "asset_instance_id", kind: idField, required: true}}}

// showInstanceInShot says that the shot shows an instance, and answers with the
// shot, as Kitsu does.
func showInstanceInShot(c *call) (answer, error) {
	body, err := shotInstance.read(c)
	if err != nil {
		return answer{}, err
	}
	shot, err := c.pipe.ShowInstance(c.ctx(), c.view.Project.ID, c.entity.ID, body.id("asset_instance_id"), true)
	if err != nil {
		return answer{}, err
	}
	return created(entityObject(shot, "Entity"))
}

func hideInstanceFromShot(c *call) (answer, error) {
	if _, err := c.pipe.ShowInstance(c.ctx(), c.view.Project.ID, c.entity.ID, c.pathID("asset_instance_id"), false); err != nil {
		return answer{}, err
	}
	return gone()
}

// listInstances lists the instances of a scene, or of a production, narrowed by
// name and asset.
func listInstances(c *call) (answer, error) {
	views, err := c.productions()
	if err != nil {
		return answer{}, err
	}
	var scenes []hierarchy.ID
	wanted, narrowed := canonicalID(c.query.Get("scene_id"))
	for _, v := range views {
		for _, e := range v.OfKind(hierarchy.Scene) {
			if !narrowed || e.ID == wanted {
				scenes = append(scenes, e.ID)
			}
		}
	}
	if len(scenes) == 0 {
		return ok([]object{})
	}
	all, err := c.pipe.SceneInstances(c.ctx(), scenes)
	if err != nil {
		return answer{}, err
	}
	name, named := c.query["name"]
	asset, ofAsset := canonicalID(c.query.Get("asset_id"))
	out := []object{}
	for _, i := range all {
		if (!named || strings.EqualFold(i.Name, name[0])) && (!ofAsset || i.AssetID == asset) {
			out = append(out, instanceObject(i))
		}
	}
	return ok(out)
}

func showInstance(c *call) (answer, error) { return ok(instanceObject(c.instance)) }

// updateInstance sets what is sent; data is replaced as a whole.
func updateInstance(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	set := map[string]hierarchy.Value{}
	for name, raw := range sent {
		set[name] = hierarchy.ValueOf(raw)
	}
	if data, there := sent["data"]; there {
		if data[0] != '{' && string(data) != "null" {
			return answer{}, badParameter("The field \"data\" is a JSON object")
		}
		set["data"] = hierarchy.Value(data)
	}
	i, err := c.pipe.UpdateInstance(c.ctx(), c.view.Project.ID, c.instance.ID, set)
	if err != nil {
		return answer{}, err
	}
	return ok(instanceObject(i))
}

func removeInstance(c *call) (answer, error) {
	if err := c.pipe.RemoveInstance(c.ctx(), c.view.Project.ID, c.instance.ID); err != nil {
		return answer{}, err
	}
	return gone()
}

// listInstancesByScene gives the instances of an asset by the scene that they
// are in.
func listInstancesByScene(c *call) (answer, error) {
	all, err := c.pipe.AssetInstances(c.ctx(), c.entity.ID)
	if err != nil {
		return answer{}, err
	}
	out := map[hierarchy.ID][]object{}
	for _, i := range all {
		if c.view.Entity(i.SceneID) != nil { // not what other productions do with it
			out[i.SceneID] = append(out[i.SceneID], instanceObject(i))
		}
	}
	return ok(keyed(out))
}

// listInstancesByShot gives the instances of an asset by the shots that show
// them.
func listInstancesByShot(c *call) (answer, error) {
	all, err := c.pipe.AssetInstances(c.ctx(), c.entity.ID)
	if err != nil {
		return answer{}, err
	}
	shots, err := c.pipe.ShotsShowing(c.ctx(), all)
	if err != nil {
		return answer{}, err
	}
	out := map[hierarchy.ID][]object{}
	for _, i := range all {
		for _, shot := range shots[i.ID] {
			if c.view.Entity(shot) != nil {
				out[shot] = append(out[shot], instanceObject(i))
			}
		}
	}
	return ok(keyed(out))
}
