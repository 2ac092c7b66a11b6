package pipeline

import (
	"context"
	"maps"
	"slices"

	"turnover/hierarchy"
)

// RemoveEntity takes an entity out. A shot or asset with tasks is omitted, as
// Kitsu does, and so is a scene that anything is tied to, unless force deletes it
// with all that hangs on it; a sequence or episode that is not empty is refused
// unless forced. All of it or nothing.
func (p *Pipeline) RemoveEntity(ctx context.Context, project, id hierarchy.ID, force bool) error {
	return p.track(ctx, project, func(t *tracking) error {
		e, err := t.entity(id)
		if err != nil {
			return err
		}
		r := &removal{tracking: t, ids: map[hierarchy.ID]bool{}}
		if err := r.descend(e); err != nil {
			return err
		}
		tasks, err := rowsOf[*hierarchy.Task](t, "tasks", map[string]any{"entity_id": r.keys()})
		if err != nil {
			return err
		}
		ties, err := r.ties(e)
		if err != nil {
			return err
		}
		switch {
		case force || len(r.entities) == 1 && len(tasks) == 0 && ties == 0:
			return r.removeAll(tasks)
		case e.Kind == hierarchy.Sequence || e.Kind == hierarchy.Episode:
			return usage("the %s %q is not empty: %d entities below it, %d tasks, %d ties to others; force deletes them too",
				e.Kind, e.Name, len(r.entities)-1, len(tasks), ties)
		case !e.Canceled:
			t.add(hierarchy.Omit{Origin: t.origin, Ref: hierarchy.RefOf(e)})
		}
		return nil
	})
}

// RemoveEntities takes shots and assets out, all of them in one request or none:
// one with tasks is omitted, unless force deletes it with all that hangs on it.
// What is no shot and no asset of the production is left out, as in Kitsu. It
// gives the ids of the others, in the order asked for.
func (p *Pipeline) RemoveEntities(ctx context.Context, project hierarchy.ID, ids []hierarchy.ID, force bool) (out []hierarchy.ID, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		entities, busy, err := t.removable(ids)
		if err != nil {
			return err
		}
		r := &removal{tracking: t, ids: map[hierarchy.ID]bool{}}
		for _, e := range entities {
			out = append(out, e.ID)
			switch {
			case force || !busy[e.ID]:
				if err := r.descend(e); err != nil {
					return err
				}
			case !e.Canceled:
				t.add(hierarchy.Omit{Origin: t.origin, Ref: hierarchy.RefOf(e)})
			}
		}
		if len(r.entities) == 0 {
			return nil
		}
		going, err := rowsOf[*hierarchy.Task](t, "tasks", map[string]any{"entity_id": r.keys()})
		if err != nil {
			return err
		}
		return r.removeAll(going)
	})
	return out, err
}

// removable reads shots and assets of the production, in the order of ids, and
// which of them have tasks.
func (t *tracking) removable(ids []hierarchy.ID) (out []*hierarchy.Entity, busy map[hierarchy.ID]bool, err error) {
	if len(ids) == 0 {
		return nil, nil, nil
	}
	rows, err := rowsOf[*hierarchy.Entity](t, "entities", map[string]any{"id": ids, "project_id": t.snap.Project.ID})
	if err != nil {
		return nil, nil, err
	}
	byID := map[hierarchy.ID]*hierarchy.Entity{}
	for _, e := range rows {
		if e.Kind == hierarchy.Shot || e.Kind == hierarchy.Asset {
			byID[e.ID] = e
		}
	}
	for _, id := range ids {
		if e := byID[id]; e != nil {
			out = append(out, e)
			delete(byID, id) // named twice, it goes once
		}
	}
	tasks, err := rowsOf[*hierarchy.Task](t, "tasks", map[string]any{"entity_id": ids})
	busy = map[hierarchy.ID]bool{}
	for _, k := range tasks {
		busy[k.EntityID] = true
	}
	return out, busy, err
}

// A removal collects what goes with an entity: one question a table and level.
type removal struct {
	*tracking
	entities []*hierarchy.Entity
	ids      map[hierarchy.ID]bool
}

// descend collects an entity and all below it.
func (r *removal) descend(e *hierarchy.Entity) error {
	level := []*hierarchy.Entity{e}
	for len(level) > 0 {
		var parents []hierarchy.ID
		for _, one := range level {
			if !r.ids[one.ID] { // a shot was accepted as its own parent
				r.ids[one.ID] = true
				r.entities = append(r.entities, one)
				parents = append(parents, one.ID)
			}
		}
		if len(parents) == 0 {
			return nil
		}
		var err error
		if level, err = rowsOf[*hierarchy.Entity](r.tracking, "entities", map[string]any{"parent_id": parents}); err != nil {
			return err
		}
	}
	return nil
}

// ties counts what is tied to a scene, a sequence or an episode without lying in
// it: shots that come from the scene, assets of the episode, castings, instances.
// A shot or an asset goes whatever it is tied to.
func (r *removal) ties(e *hierarchy.Entity) (n int, err error) {
	if e.Kind == hierarchy.Shot || e.Kind == hierarchy.Asset {
		return 0, nil
	}
	for _, at := range []struct{ table, column string }{{"entities", "source_id"}, {"casting_links", "entity_in_id"}, {"asset_instances", "scene_id"}} {
		rows, err := rowsOf[hierarchy.Noun](r.tracking, at.table, map[string]any{at.column: r.keys()})
		if err != nil {
			return 0, err
		}
		n += len(rows)
	}
	return n, nil
}

func (r *removal) keys() []hierarchy.ID {
	out := make([]hierarchy.ID, len(r.entities))
	for i, e := range r.entities {
		out[i] = e.ID
	}
	return out
}

func (r *removal) removeAll(tasks []*hierarchy.Task) error {
	if err := r.unlinkSources(); err != nil {
		return err
	}
	if err := r.unlinkCastings(); err != nil {
		return err
	}
	if err := r.deleteInstances(); err != nil {
		return err
	}
	if err := r.deleteTasks(tasks); err != nil {
		return err
	}
	for _, e := range r.entities {
		r.add(hierarchy.Delete{Origin: r.origin, Row: e})
	}
	return nil
}

// unlinkSources frees shots of scenes, and assets of episodes, that go.
func (r *removal) unlinkSources() error {
	rows, err := rowsOf[*hierarchy.Entity](r.tracking, "entities", map[string]any{"source_id": r.keys()})
	for _, e := range rows {
		if !r.ids[e.ID] {
			r.add(hierarchy.Update{Origin: r.origin, Ref: hierarchy.RefOf(e), Fields: []hierarchy.FieldChange{
				{Field: "source_id", Before: hierarchy.ValueOf(e.SourceID), After: "null"}}})
		}
	}
	return err
}

// unlinkCastings empties what goes, and takes it out of all that it plays in.
func (r *removal) unlinkCastings() error {
	played, err := rowsOf[*hierarchy.Casting](r.tracking, "casting_links", map[string]any{"entity_in_id": r.keys()})
	if err != nil {
		return err
	}
	for _, c := range played {
		r.add(hierarchy.Unlink{Origin: r.origin, Row: c})
	}
	plays, err := rowsOf[*hierarchy.Casting](r.tracking, "casting_links", map[string]any{"entity_out_id": r.keys()})
	if err != nil {
		return err
	}
	return r.takeOut(plays, r.ids)
}

// deleteInstances takes out the instances in what goes, and of it, and says of no
// shot any more that it shows them.
func (r *removal) deleteInstances() error {
	gone := map[hierarchy.ID]*hierarchy.AssetInstance{}
	for _, side := range []string{"scene_id", "asset_id"} {
		rows, err := rowsOf[*hierarchy.AssetInstance](r.tracking, "asset_instances", map[string]any{side: r.keys()})
		if err != nil {
			return err
		}
		for _, i := range rows {
			gone[i.ID] = i
		}
	}
	if err := r.checkScenes(gone); err != nil {
		return err
	}
	ids := slices.Sorted(maps.Keys(gone))
	seen := map[string]bool{}
	for _, by := range []struct {
		column string
		keys   []hierarchy.ID
	}{{"entity_id", r.keys()}, {"asset_instance_id", ids}} {
		if len(by.keys) == 0 {
			continue
		}
		links, err := rowsOf[*hierarchy.InstanceCasting](r.tracking, "instance_castings", map[string]any{by.column: by.keys})
		if err != nil {
			return err
		}
		for _, l := range links {
			if !seen[l.Key()] {
				seen[l.Key()] = true
				r.add(hierarchy.Unlink{Origin: r.origin, Row: l})
			}
		}
	}
	for _, id := range ids {
		r.add(hierarchy.Delete{Origin: r.origin, Row: gone[id]})
	}
	return nil
}

// checkScenes refuses to take instances out of another production's scenes.
func (r *removal) checkScenes(instances map[hierarchy.ID]*hierarchy.AssetInstance) error {
	scenes := map[hierarchy.ID]bool{}
	for _, i := range instances {
		scenes[i.SceneID] = true
	}
	if len(scenes) == 0 {
		return nil
	}
	rows, err := rowsOf[*hierarchy.Entity](r.tracking, "entities", map[string]any{"id": slices.Sorted(maps.Keys(scenes))})
	for _, e := range rows {
		if e.ProjectID != r.snap.Project.ID {
			return usage("an instance of it is in another production: take it out there first")
		}
	}
	return err
}

// deleteTasks takes tasks out with what hangs on them.
func (r *removal) deleteTasks(tasks []*hierarchy.Task) error {
	if len(tasks) == 0 {
		return nil
	}
	ids := make([]hierarchy.ID, len(tasks))
	for i, t := range tasks {
		ids[i] = t.ID
	}
	links, err := rowsOf[*hierarchy.Assignment](r.tracking, "task_assignees", map[string]any{"task_id": ids})
	if err != nil {
		return err
	}
	for _, l := range links {
		r.add(hierarchy.Unlink{Origin: r.origin, Row: l})
	}
	for _, table := range []string{"comments", "time_spents", "preview_files", "attachment_files", "subscriptions"} {
		rows, err := rowsOf[hierarchy.Noun](r.tracking, table, map[string]any{"task_id": ids})
		if err != nil {
			return err
		}
		for _, row := range rows {
			r.add(hierarchy.Delete{Origin: r.origin, Row: row})
		}
	}
	for _, t := range tasks {
		bare := hierarchy.Clone(t)
		bare.Assignees = nil // they were unlinked above
		r.add(hierarchy.Delete{Origin: r.origin, Row: bare})
	}
	return nil
}
