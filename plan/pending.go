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

// A waiting is a casting of this list whose asset the production does not have.
type waiting struct {
	Pending
	target *node
	at     diag.Place
}

func (b *builder) wait(target *node, cast importers.Cast, at diag.Place) {
	p := Pending{Target: target.path, Asset: cast.Asset, Type: cast.Type, Occurences: cast.Occurrences, Label: cast.Label, Place: at.String()}
	p.ID = newDigest(b.snap.Project.ID, p.Target, fold(p.Asset, false), p.Type).sum()[:32]
	b.waiting = append(b.waiting, waiting{p, target, at})
}

// settle links what waited and has its asset now, and tells what still waits.
func (b *builder) settle() {
	b.settleOwn()
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
		if listed, replaced := b.replaced[target]; replaced && !listed[fold(p.Asset, false)] {
			b.settled = append(b.settled, p.ID)
			b.note(StillWaits, file, "the casting of %q in %q, from %s, waits no longer: the list replaces what is cast there", p.Asset, p.Target, p.Place)
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
		b.waited(target, asset, p, fmt.Sprintf("the casting waited for the asset since %s", p.Since))
	}
}

// settleOwn links what another row of the list makes the asset for; the rest
// will wait, unless it does so already.
func (b *builder) settleOwn() {
	known := map[string]bool{}
	for _, p := range b.opts.Pending {
		known[p.ID] = true
	}
	for _, w := range b.waiting {
		if asset, _ := b.nearestAsset(w.target, w.Asset, ""); asset != nil {
			b.waited(w.target, asset, w.Pending, "the list casts the asset here")
			continue
		}
		if known[w.ID] {
			continue // it is told with those that wait
		}
		known[w.ID] = true
		b.pending = append(b.pending, w.Pending)
		b.warn(CastingWaits, w.at, "there is no asset %q%s. Its casting in %q waits until it appears; correct the name, or write its type before it so that it is made, as in Type: %s",
			w.Asset, b.assetsLike(w.Asset), w.target.path, w.Asset)
	}
}

// waited links a casting that had no asset before.
func (b *builder) waited(target, asset *node, p Pending, because string) {
	path := castPath(target, asset)
	if b.castNow[path] || target.entity != nil && asset.entity != nil && b.castings[[2]hierarchy.ID{target.id(), asset.id()}] != nil {
		return
	}
	label := p.Label
	if label == "" {
		label = defaultLabel
	}
	b.castNow[path] = true
	b.add(Change{Action: Link, Entity: "casting", Path: path, After: values{
		"entity_in_id": raw(target.ref()), "entity_out_id": raw(asset.ref()), "nb_occurences": raw(max(1, p.Occurences)), "label": raw(label),
	}, Place: p.Place, Because: because})
	b.castInEpisode(target, asset, diag.Place{File: b.list.Source.Name})
}
