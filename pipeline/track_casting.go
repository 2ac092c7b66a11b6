package pipeline

import (
	"context"
	"errors"
	"maps"
	"slices"

	"turnover/hierarchy"
	"turnover/store"
)

// MostLabel is how many characters the label of a casting may have, as in Kitsu.
const MostLabel = 80

// A CastLine says how an asset plays in an entity. In SetCasting, no label is an
// empty one.
type CastLine struct {
	Asset        hierarchy.ID
	NbOccurences int64
	Label        string
}

// SetCasting replaces the castings of entities by those given, in one
// transaction. What is cast in a shot is cast in its episode, too; what leaves
// the last shot of an episode leaves the episode; what leaves an episode leaves
// its shots. An entity that is not of the production is ErrNotFound; what is no
// asset of it, nor shared by another, is refused, all at once.
func (p *Pipeline) SetCasting(ctx context.Context, project hierarchy.ID, wanted map[hierarchy.ID][]CastLine) error {
	var assets []hierarchy.ID
	for _, lines := range wanted {
		for _, l := range lines {
			assets = append(assets, l.Asset)
		}
	}
	return p.trackCasting(ctx, project, slices.Collect(maps.Keys(wanted)), assets, func(b *breakdown) error {
		for _, in := range b.targets {
			if err := b.replace(in, wanted[in.ID]); err != nil {
				return err
			}
		}
		return nil
	})
}

// CastAsset casts one asset in entities and leaves what else plays there. What is
// nil stays as it is: one occurrence and no label where the asset is new. No
// occurrences take it out.
func (p *Pipeline) CastAsset(ctx context.Context, project, asset hierarchy.ID, entities []hierarchy.ID, occurences *int64, label *string) error {
	return p.trackCasting(ctx, project, entities, []hierarchy.ID{asset}, func(b *breakdown) error {
		for _, in := range b.targets {
			if occurences != nil && *occurences == 0 {
				b.uncast(in, asset)
				continue
			}
			line := CastLine{Asset: asset, NbOccurences: 1}
			if there := b.now[in.ID][asset]; there != nil {
				line.NbOccurences = there.NbOccurences
				if there.Label != nil {
					line.Label = *there.Label
				}
			}
			if occurences != nil {
				line.NbOccurences = *occurences
			}
			if label != nil {
				line.Label = *label
			}
			if err := b.cast(in, line); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveCasting takes out one link, by its id, as SetCasting would; ErrNotFound.
func (p *Pipeline) RemoveCasting(ctx context.Context, project, link hierarchy.ID) (was *hierarchy.Casting, err error) {
	if was, err = p.Casting(ctx, link); err != nil {
		return nil, err
	}
	err = p.trackCasting(ctx, project, []hierarchy.ID{was.EntityInID}, nil, func(b *breakdown) error {
		for _, in := range b.targets {
			b.uncast(in, was.EntityOutID)
		}
		return nil
	})
	return was, err
}

// Casting reads one link by its id; ErrNotFound.
func (p *Pipeline) Casting(ctx context.Context, id hierarchy.ID) (link *hierarchy.Casting, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		row, err := rowByID(ctx, r, "casting_links", id)
		if err == nil {
			link = row.(*hierarchy.Casting)
		}
		return err
	})
	return link, err
}

func (p *Pipeline) trackCasting(ctx context.Context, project hierarchy.ID, entities, assets []hierarchy.ID, decide func(*breakdown) error) error {
	return p.track(ctx, project, func(t *tracking) error {
		b := newBreakdown(t, p.NewID)
		if err := b.load(entities); err != nil {
			return err
		}
		if err := b.checkAssets(assets); err != nil {
			return err
		}
		if err := decide(b); err != nil {
			return err
		}
		return b.write()
	})
}

// takeOut adds the changes that take assets out of all that they play in, but for
// what is gone itself.
func (t *tracking) takeOut(links []*hierarchy.Casting, gone map[hierarchy.ID]bool) error {
	b := newBreakdown(t, nil)
	var in []hierarchy.ID
	for _, l := range links {
		if !gone[l.EntityInID] {
			in = append(in, l.EntityInID)
		}
	}
	if len(in) == 0 {
		return nil
	}
	if err := b.load(in); errors.Is(err, ErrNotFound) {
		return usage("it plays in another production: take it out there first")
	} else if err != nil {
		return err
	}
	for _, l := range links {
		delete(b.now[l.EntityInID], l.EntityOutID)
	}
	return b.write()
}

// recount counts again for the shots that an asset plays in, when it became ready
// for more, or for less. Those of other productions are counted when their own
// castings change.
func (t *tracking) recount(asset *hierarchy.Entity) error {
	links, err := rowsOf[*hierarchy.Casting](t, "casting_links", map[string]any{"entity_out_id": asset.ID})
	if err != nil || len(links) == 0 {
		return err
	}
	var in []hierarchy.ID
	for _, l := range links {
		in = append(in, l.EntityInID)
	}
	where := map[string]any{"id": in, "project_id": t.snap.Project.ID, "kind": hierarchy.Shot}
	shots, err := rowsOf[*hierarchy.Entity](t, "entities", where)
	if err != nil || len(shots) == 0 {
		return err
	}
	in = nil
	for _, e := range shots {
		in = append(in, e.ID)
	}
	b := newBreakdown(t, nil)
	if err := b.load(in); err != nil {
		return err
	}
	b.byID[asset.ID] = asset
	return b.writeReady(in)
}
