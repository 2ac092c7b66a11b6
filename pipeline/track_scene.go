package pipeline

import (
	"context"

	"turnover/hierarchy"
)

// TieToScene says that a shot comes from a scene, instead of the one it came
// from. Both must be of the production: else ErrNotFound.
func (p *Pipeline) TieToScene(ctx context.Context, project, shot, scene hierarchy.ID) (after *hierarchy.Entity, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		if _, err := t.entity(scene, hierarchy.Scene); err != nil {
			return err
		}
		before, err := t.entity(shot, hierarchy.Shot)
		if err == nil {
			after = t.tie(before, scene)
		}
		return err
	})
	return after, err
}

// UntieFromScene takes a shot out of a scene; one that is in another, or in none,
// stays as it is.
func (p *Pipeline) UntieFromScene(ctx context.Context, project, shot, scene hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		before, err := t.entity(shot, hierarchy.Shot)
		if err != nil {
			return err
		}
		if before.SourceID == scene {
			t.tie(before, "")
		}
		return nil
	})
}

func (t *tracking) tie(before *hierarchy.Entity, scene hierarchy.ID) *hierarchy.Entity {
	after := hierarchy.Clone(before)
	after.SourceID = scene
	changes := t.edits(before, after)
	if len(changes) > 0 {
		after.UpdatedAt = t.origin.At
	}
	t.add(changes...)
	return after
}
