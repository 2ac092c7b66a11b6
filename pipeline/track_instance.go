package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"turnover/hierarchy"
	"turnover/store"
)

// AddInstance makes the next instance of an asset in a scene. The asset is one of
// the production, or shared by another; else ErrNotFound.
func (p *Pipeline) AddInstance(ctx context.Context, project, scene, asset hierarchy.ID, description *string) (made *hierarchy.AssetInstance, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		if _, err := t.entity(scene, hierarchy.Scene); err != nil {
			return err
		}
		row, err := rowByID(ctx, t.tx, "entities", asset)
		if err != nil {
			return err
		}
		played := row.(*hierarchy.Entity)
		if played.Kind != hierarchy.Asset || played.ProjectID != project && !played.IsShared {
			return fmt.Errorf("asset %s: %w", asset, ErrNotFound)
		}
		there, err := rowsOf[*hierarchy.AssetInstance](t, "asset_instances", map[string]any{"scene_id": scene, "asset_id": asset})
		if err != nil {
			return err
		}
		number := int64(1)
		for _, one := range there {
			number = max(number, one.Number+1)
		}
		made = &hierarchy.AssetInstance{ID: p.NewID(), AssetID: asset, SceneID: scene, Name: hierarchy.InstanceName(played.Name, number), Number: number,
			Description: description, Active: true, Data: hierarchy.Data("{}"), Stamps: hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}}
		t.add(hierarchy.Create{Origin: t.origin, Row: made})
		return nil
	})
	return made, err
}

// UpdateInstance sets fields of an instance: name, description, active, data.
func (p *Pipeline) UpdateInstance(ctx context.Context, project, id hierarchy.ID, set map[string]hierarchy.Value) (after *hierarchy.AssetInstance, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		before, err := t.instance(id)
		if err != nil {
			return err
		}
		after = hierarchy.Clone(before)
		for _, name := range []string{"name", "description", "active", "data"} {
			value, there := set[name]
			if !there {
				continue
			}
			if err := hierarchy.Set(after, name, value); err != nil {
				return usage("the field %q cannot be %.100s", name, value)
			}
		}
		if err := checkName(after.Name); err != nil {
			return err
		}
		if fields := hierarchy.Diff(before, after); len(fields) > 0 {
			after.UpdatedAt = t.origin.At
			t.add(hierarchy.Update{Origin: t.origin, Ref: hierarchy.RefOf(before), Fields: fields})
		}
		return nil
	})
	return after, err
}

// ShowInstance says that a shot shows an instance, or no longer does. Both must
// be of the production: else ErrNotFound.
func (p *Pipeline) ShowInstance(ctx context.Context, project, shot, id hierarchy.ID, shown bool) (in *hierarchy.Entity, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		if in, err = t.entity(shot, hierarchy.Shot); err != nil {
			return err
		}
		if _, err := t.instance(id); err != nil {
			return err
		}
		links, err := rowsOf[*hierarchy.InstanceCasting](t, "instance_castings", map[string]any{"entity_id": shot, "asset_instance_id": id})
		switch {
		case err != nil:
			return err
		case shown && len(links) == 0:
			t.add(hierarchy.Link{Origin: t.origin, Row: &hierarchy.InstanceCasting{EntityID: shot, AssetInstanceID: id}})
		case !shown && len(links) > 0:
			t.add(hierarchy.Unlink{Origin: t.origin, Row: links[0]})
		}
		return nil
	})
	return in, err
}

// RemoveInstance takes an instance out, and says of no shot any more that it shows
// it.
func (p *Pipeline) RemoveInstance(ctx context.Context, project, id hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		i, err := t.instance(id)
		if err != nil {
			return err
		}
		links, err := rowsOf[*hierarchy.InstanceCasting](t, "instance_castings", map[string]any{"asset_instance_id": id})
		for _, l := range links {
			t.add(hierarchy.Unlink{Origin: t.origin, Row: l})
		}
		t.add(hierarchy.Delete{Origin: t.origin, Row: i})
		return err
	})
}

// instance reads an instance of the production; ErrNotFound.
func (t *tracking) instance(id hierarchy.ID) (*hierarchy.AssetInstance, error) {
	row, err := rowByID(t.ctx, t.tx, "asset_instances", id)
	if err != nil {
		return nil, err
	}
	i := row.(*hierarchy.AssetInstance)
	_, err = t.entity(i.SceneID)
	return i, err
}

// Instance reads one by its id; ErrNotFound.
func (p *Pipeline) Instance(ctx context.Context, id hierarchy.ID) (i *hierarchy.AssetInstance, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		row, err := rowByID(ctx, r, "asset_instances", id)
		if err == nil {
			i = row.(*hierarchy.AssetInstance)
		}
		return err
	})
	return i, err
}

// SceneInstances lists the instances in scenes, by asset and number.
func (p *Pipeline) SceneInstances(ctx context.Context, scenes []hierarchy.ID) ([]*hierarchy.AssetInstance, error) {
	out, err := readRows[*hierarchy.AssetInstance](ctx, p, "asset_instances", map[string]any{"scene_id": scenes})
	return byNumber(out), err
}

// AssetInstances lists the instances of an asset, by number, in whichever scene.
func (p *Pipeline) AssetInstances(ctx context.Context, asset hierarchy.ID) ([]*hierarchy.AssetInstance, error) {
	out, err := readRows[*hierarchy.AssetInstance](ctx, p, "asset_instances", map[string]any{"asset_id": asset})
	return byNumber(out), err
}

// ShotsShowing gives the ids of the shots that show instances, by instance.
func (p *Pipeline) ShotsShowing(ctx context.Context, instances []*hierarchy.AssetInstance) (map[hierarchy.ID][]hierarchy.ID, error) {
	if len(instances) == 0 {
		return nil, nil
	}
	ids := make([]hierarchy.ID, len(instances))
	for i, one := range instances {
		ids[i] = one.ID
	}
	links, err := readRows[*hierarchy.InstanceCasting](ctx, p, "instance_castings", map[string]any{"asset_instance_id": ids})
	out := map[hierarchy.ID][]hierarchy.ID{}
	for _, l := range links {
		out[l.AssetInstanceID] = append(out[l.AssetInstanceID], l.EntityID)
	}
	return out, err
}

// ShotInstances lists the instances that a shot shows, by asset and number.
func (p *Pipeline) ShotInstances(ctx context.Context, shot hierarchy.ID) (out []*hierarchy.AssetInstance, err error) {
	links, err := readRows[*hierarchy.InstanceCasting](ctx, p, "instance_castings", map[string]any{"entity_id": shot})
	if err != nil || len(links) == 0 {
		return nil, err
	}
	var ids []hierarchy.ID
	for _, l := range links {
		ids = append(ids, l.AssetInstanceID)
	}
	out, err = readRows[*hierarchy.AssetInstance](ctx, p, "asset_instances", map[string]any{"id": ids})
	return byNumber(out), err
}

// ShownInstances gives the ids of the instances that shots show, by shot.
func (p *Pipeline) ShownInstances(ctx context.Context, shots []hierarchy.ID) (map[hierarchy.ID][]hierarchy.ID, error) {
	if len(shots) == 0 {
		return nil, nil
	}
	links, err := readRows[*hierarchy.InstanceCasting](ctx, p, "instance_castings", map[string]any{"entity_id": shots})
	out := map[hierarchy.ID][]hierarchy.ID{}
	for _, l := range links {
		out[l.EntityID] = append(out[l.EntityID], l.AssetInstanceID)
	}
	return out, err
}

func byNumber(all []*hierarchy.AssetInstance) []*hierarchy.AssetInstance {
	slices.SortFunc(all, func(a, b *hierarchy.AssetInstance) int {
		return cmp.Or(cmp.Compare(a.AssetID, b.AssetID), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
	})
	return all
}
