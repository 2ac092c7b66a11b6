package plan

import (
	"fmt"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
)

const defaultLabel = "fixed" // of a new casting, as in Kitsu

// assetCells plans the castings of a shot's Assets cell: links are made and
// updated; none is removed, but all of them by "-".
func (b *builder) assetCells(shot *node, e *importers.Entry) {
	if e.AssetsState != importers.Present {
		return
	}
	if len(e.Assets) == 1 && e.Assets[0].Asset == "-" {
		b.uncastUnlisted(shot, nil, place(e.Assets[0].Place, e.Place))
		return
	}
	names := map[string]bool{}
	for _, cast := range e.Assets {
		names[fold(cast.Asset, false)] = true
	}
	seen, listed, waiting := map[*node]importers.Cast{}, map[hierarchy.ID]bool{}, len(b.waiting)
	for _, cast := range e.Assets {
		at := place(cast.Place, e.Place)
		asset := b.castAsset(shot, cast, at)
		if asset == nil {
			continue
		}
		if before, twice := seen[asset]; twice {
			if before.Occurrences == cast.Occurrences && before.Label == cast.Label {
				b.note(AssetTwice, at, "%q stands twice with the same values", cast.Asset)
			} else {
				b.fail(AssetTwice, at, "%q stands twice with different counts or labels. Keep one of them", cast.Asset)
			}
			continue
		}
		seen[asset] = cast
		listed[asset.id()] = true
		count := importers.Number{State: importers.Present, Value: cast.Occurrences, Place: cast.Place}
		label := importers.Cell{Text: cast.Label}
		if cast.Label != "" {
			label.State = importers.Present
		}
		b.cast(shot, asset, count, label, at)
	}
	if b.opts.Casting == CastReplace && len(b.waiting) == waiting {
		b.replaced[shot] = names
		b.uncastUnlisted(shot, listed, e.Place)
	}
}

// uncastUnlisted takes out of a target what a list that replaces does not name.
// A name that waits replaces nothing: it may be one of those.
func (b *builder) uncastUnlisted(target *node, listed map[hierarchy.ID]bool, at diag.Place) {
	if target.entity == nil {
		return
	}
	for _, c := range b.castIn[target.id()] {
		if !listed[c.EntityOutID] {
			b.uncast(target, c, at)
		}
	}
}

// asset finds an asset by its name and, where given, its type: first among the
// shot's episode's, then in the main pack, then in the whole production. It is
// made only where its type is known and the policy allows.
func (b *builder) asset(target *node, name, typeName string, at diag.Place) *node {
	var typeID hierarchy.ID
	if typeName != "" {
		t := b.assetType(typeName, at)
		if t == nil {
			return nil
		}
		typeID = t.ID
	}
	written, meant := b.aliased(hierarchy.Asset, nil, typeID, importers.Cell{State: importers.Present, Text: name, Place: importers.SpotOf(at)}, at)
	if meant != nil {
		return meant
	}
	name = written.Text
	found, several := b.nearestAsset(target, name, typeID)
	if len(several) > 1 {
		b.fail(AmbiguousAsset, at, "%q may be %s. Write the type before the name, as in Type: Name", name, pathsOf(several))
		return nil
	}
	if found != nil {
		if found.name != name && b.once(Folded, found.path, name) {
			b.note(Folded, at, "%q was taken for %q", name, found.path)
		}
		return found
	}
	if typeID == "" {
		b.fail(UnknownAsset, at, "there is no asset %q%s. Correct the name, or write its type before it so that it can be made, as in Type: %s", name, b.assetsLike(name), name)
		return nil
	}
	cell := importers.Cell{State: importers.Present, Text: name, Place: importers.SpotOf(at)}
	return b.create(hierarchy.Asset, nil, typeID, cell, at)
}

func (b *builder) nearestAsset(target *node, name string, typeID hierarchy.ID) (found *node, several []*node) {
	var exact, folded []*node
	for _, n := range b.index.assets[fold(name, b.opts.MatchCase)] {
		if typeID != "" && n.typeID != typeID {
			continue
		}
		if n.name == name {
			exact = append(exact, n)
		} else {
			folded = append(folded, n)
		}
	}
	if len(exact) == 0 {
		exact = folded
	}
	episode := b.episodeAbove(target)
	tiers := []func(*node) bool{
		func(n *node) bool { return episode != nil && n.entity != nil && n.entity.SourceID == episode.id() },
		func(n *node) bool { return n.entity == nil || n.entity.SourceID == "" },
		func(*node) bool { return true },
	}
	for _, tier := range tiers {
		var in, active []*node
		for _, n := range exact {
			if tier(n) {
				in = append(in, n)
				if n.entity == nil || !n.entity.Canceled {
					active = append(active, n)
				}
			}
		}
		if len(active) > 0 {
			in = active // a canceled twin is not meant while another one is in use
		}
		if len(in) == 1 {
			return in[0], nil
		}
		if len(in) > 1 {
			return nil, in
		}
	}
	return nil, nil
}

func (b *builder) assetsLike(name string) string {
	if b.index.searches <= 0 {
		return ""
	}
	b.index.searches--
	var among []string
	for key, f := range b.index.families { // closest sorts what it is given
		if key.kind == hierarchy.Asset {
			for _, n := range f.members[:min(1000, len(f.members))] {
				among = append(among, n.name)
			}
		}
	}
	return orNames(closest(name, among))
}

func (b *builder) assetType(name string, at diag.Place) *hierarchy.EntityType {
	var known []string
	for _, exact := range []bool{true, false} {
		for _, t := range b.snap.EntityTypes {
			if hierarchy.Reserved(t.Name) {
				continue
			}
			if t.Name == name || !exact && fold(t.Name, false) == fold(name, false) {
				return t
			}
			if exact && !t.Archived {
				known = append(known, t.Name)
			}
		}
	}
	b.fail(UnknownAssetType, at, "there is no asset type %q; there are %s. Correct the type, or make it first", name, orNone(known))
	return nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// cast plans one link. A new casting in a shot reaches the episode, as in Kitsu.
func (b *builder) cast(target, asset *node, count importers.Number, label importers.Cell, at diag.Place) {
	if count.Given() && (count.Value < 1 || count.Value > 1_000_000) {
		b.fail(BadOccurrences, place(count.Place, at), "%q occurs %d times. Write 1 or more; to take it out, cast nothing by \"-\"", asset.name, count.Value)
		return
	}
	path := castPath(target, asset)
	now := b.castings[[2]hierarchy.ID{target.id(), asset.id()}]
	if now != nil && target.entity != nil && asset.entity != nil {
		b.recast(now, path, count, label, at)
	} else if !b.castNow[path] {
		n := int64(1)
		if count.Given() {
			n = count.Value
		}
		text := defaultLabel
		if label.Given() {
			text = label.Text
		}
		b.link(target, asset, n, text, at, "the list casts the asset here")
	}
	b.castInEpisode(target, asset, at)
}

func castPath(target, asset *node) string { return target.path + " < " + asset.path }

func (b *builder) link(target, asset *node, count int64, label string, at diag.Place, because string) {
	path := castPath(target, asset)
	b.castNow[path] = true
	b.add(Change{Action: Link, Entity: "casting", Path: path, After: values{
		"entity_in_id": raw(target.ref()), "entity_out_id": raw(asset.ref()), "nb_occurences": raw(count), "label": raw(label),
	}, Place: at.String(), Because: because})
}

func (b *builder) recast(now *hierarchy.Casting, path string, count importers.Number, label importers.Cell, at diag.Place) {
	d := newDiff(now)
	if count.Given() {
		d.set("nb_occurences", hierarchy.ValueOf(count.Value), "the list gives the occurrences")
	}
	if label.Given() {
		d.set("label", hierarchy.ValueOf(label.Text), "the list gives the label")
	}
	if d.empty() {
		b.unchanged["casting"]++
		return
	}
	b.add(Change{Action: Update, Entity: "casting", Path: path, ID: now.ID, Before: d.before, After: d.after, Place: at.String(), Because: d.reason("")})
}

func (b *builder) castInEpisode(target, asset *node, at diag.Place) {
	if target.kind != hierarchy.Shot {
		return
	}
	episode := b.episodeAbove(target)
	if episode == nil || b.castNow[castPath(episode, asset)] {
		return
	}
	if episode.entity != nil && asset.entity != nil && b.castings[[2]hierarchy.ID{episode.id(), asset.id()}] != nil {
		return
	}
	b.link(episode, asset, 1, defaultLabel, at, "what is cast in a shot is cast in its episode")
}

func (b *builder) uncast(target *node, c *hierarchy.Casting, at diag.Place) {
	asset := b.index.nodes[c.EntityOutID]
	path := fmt.Sprintf("%s < %s", target.path, c.EntityOutID)
	if asset != nil {
		path = castPath(target, asset)
	}
	b.add(Change{Action: Unlink, Entity: "casting", Path: path, ID: c.ID, Before: values{
		"entity_in_id": raw(c.EntityInID), "entity_out_id": raw(c.EntityOutID), "nb_occurences": raw(c.NbOccurences), "label": raw(c.Label),
	}, Place: at.String(), Because: "the list does not name it here"})
}
