package plan

import (
	"fmt"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
)

// A Pending is a casting that waits for its asset: a list named one that the
// production does not have, and not of which type it is.
type Pending struct {
	ID         string `json:"id"`     // of project, target, asset and type
	Target     string `json:"target"` // path
	Asset      string `json:"asset"`
	Type       string `json:"type"` // "" where the list does not say
	Occurences int64  `json:"nb_occurences"`
	Label      string `json:"label"`
	Place      string `json:"place"` // "casting.xlsx[Ep103!D14]"
	Since      string `json:"since"` // day on which it was applied; "" before
}

// castAsset finds the asset of a casting. One that is not there and whose type
// is not said waits: the rest of the list need not.
func (b *builder) castAsset(target *node, cast importers.Cast, at diag.Place) *node {
	if cast.Type != "" || b.policy(hierarchy.Asset) == No {
		return b.asset(target, cast.Asset, cast.Type, at)
	}
	written, meant := b.aliased(hierarchy.Asset, nil, "", importers.Cell{State: importers.Present, Text: cast.Asset, Place: importers.SpotOf(at)}, at)
	if meant != nil {
		return meant
	}
	if found, several := b.nearestAsset(target, written.Text, ""); found == nil && len(several) == 0 {
		b.wait(target, cast, at)
		return nil
	}
	return b.asset(target, cast.Asset, "", at)
}

func (b *builder) wait(target *node, cast importers.Cast, at diag.Place) {
	p := Pending{Target: target.path, Asset: cast.Asset, Type: cast.Type, Occurences: cast.Occurrences, Label: cast.Label, Place: at.String()}
	p.ID = newDigest(b.snap.Project.ID, p.Target, fold(p.Asset, false), p.Type).sum()[:32]
	for _, before := range append(b.opts.Pending, b.pending...) {
		if before.ID == p.ID {
			return // it is told with those that wait
		}
	}
	b.pending = append(b.pending, p)
	b.warn(CastingWaits, at, "there is no asset %q%s. Its casting in %q waits until it appears; correct the name, or write its type before it so that it is made, as in Type: %s",
		cast.Asset, b.assetsLike(cast.Asset), target.path, cast.Asset)
}

// settle links what waited and has its asset now, and tells what still waits.
func (b *builder) settle() {
	if len(b.opts.Pending) == 0 {
		return
	}
	targets := map[string]*node{}
	for _, kind := range []hierarchy.Kind{hierarchy.Episode, hierarchy.Sequence, hierarchy.Scene, hierarchy.Shot, hierarchy.Asset} {
		for _, n := range b.index.ofKind(kind) {
			targets[n.path] = n
		}
	}
	file := diag.Place{File: b.list.Source.Name}
	for _, p := range b.opts.Pending {
		target := targets[p.Target]
		if target == nil {
			b.note(StillWaits, file, "the casting of %q in %q, from %s, waits: %q is not there any more. Drop it by \"turnover pending drop %s\"", p.Asset, p.Target, p.Place, p.Target, p.ID[:8])
			continue
		}
		asset, several := b.nearestAsset(target, p.Asset, "")
		if asset == nil {
			why := "there is no such asset"
			if len(several) > 1 {
				why = "it may be " + pathsOf(several)
			}
			b.note(StillWaits, file, "the casting of %q in %q, from %s, waits: %s", p.Asset, p.Target, p.Place, why)
			continue
		}
		b.settled = append(b.settled, p.ID)
		if b.castNow[castPath(target, asset)] || target.entity != nil && asset.entity != nil && b.castings[[2]hierarchy.ID{target.id(), asset.id()}] != nil {
			continue
		}
		label := p.Label
		if label == "" {
			label = defaultLabel
		}
		b.waited(target, asset, max(1, p.Occurences), label, p)
	}
}

func (b *builder) waited(target, asset *node, count int64, label string, p Pending) {
	because := fmt.Sprintf("the casting waited for the asset since %s", p.Since)
	b.castNow[castPath(target, asset)] = true
	b.add(Change{Action: Link, Entity: "casting", Path: castPath(target, asset), After: values{
		"entity_in_id": raw(target.ref()), "entity_out_id": raw(asset.ref()), "nb_occurences": raw(count), "label": raw(label),
	}, Place: p.Place, Because: because})
	b.castInEpisode(target, asset, diag.Place{File: b.list.Source.Name})
}
