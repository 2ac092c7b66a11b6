package pipeline_test

import (
	"errors"
	"slices"
	"testing"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// TestUndoKeepsAShotThatShowsAnInstance: the import that made it is undone but
// for the shot and what it lies in.
func TestUndoKeepsAShotThatShowsAnInstance(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		made := apply(t, p, "list.csv", "Sequence;Name;Frames\nSQ010;SH010;48\nSQ010;SH020;24\n")
		shot := shotNamed(t, p, "SH010")
		project := shot.ProjectID
		scene, err := p.CreateEntity(t.Context(), project, pipeline.EntitySpec{Kind: hierarchy.Scene, Name: "SC01"})
		if err != nil {
			t.Fatal(err)
		}
		var props hierarchy.ID
		for _, et := range snapshotOf(t, p).EntityTypes {
			if et.Name == "Prop" {
				props = et.ID
			}
		}
		chair, err := p.CreateEntity(t.Context(), project, pipeline.EntitySpec{Kind: hierarchy.Asset, Type: props, Name: "Chair"})
		if err != nil {
			t.Fatal(err)
		}
		one, err := p.AddInstance(t.Context(), project, scene.ID, chair.ID, nil)
		if err != nil || one.Name != "Chair_0001" {
			t.Fatalf("%v %v", one, err)
		}
		if _, err := p.ShowInstance(t.Context(), project, shot.ID, one.ID, true); err != nil {
			t.Fatal(err)
		}
		out := undone(t, p, made)
		if kept := lines(out.Kept); !slices.Contains(kept, "shot SQ010/SH010") || slices.Contains(kept, "shot SQ010/SH020") {
			t.Errorf("kept %v", kept)
		}
		if shotNamed(t, p, "SH010") == nil {
			t.Error("the shot is gone")
		}
		for _, e := range snapshotOf(t, p).Entities {
			if e.Name == "SH020" {
				t.Error("the other shot is still there")
			}
		}

		// What is not of the production is not found, whichever it is.
		for _, try := range []func() error{
			func() error { _, err := p.AddInstance(t.Context(), project, shot.ID, chair.ID, nil); return err },
			func() error { _, err := p.AddInstance(t.Context(), project, scene.ID, shot.ID, nil); return err },
			func() error { _, err := p.ShowInstance(t.Context(), project, scene.ID, one.ID, true); return err },
			func() error { _, err := p.UpdateInstance(t.Context(), project, shot.ID, nil); return err },
			func() error { _, err := p.Instance(t.Context(), shot.ID); return err },
		} {
			if err := try(); !errors.Is(err, pipeline.ErrNotFound) {
				t.Errorf("got %v, want ErrNotFound", err)
			}
		}
	})
}
