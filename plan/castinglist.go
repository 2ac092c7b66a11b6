package plan

import (
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
)

// castingList plans a list in which a row is one asset in one target. A row
// that is not resolved is an error, never dropped.
func (b *builder) castingList() {
	seen := map[string]*importers.Entry{}
	casts := map[*node]*targetCasts{}
	var targets []*targetCasts
	for i := range b.entries {
		e := &b.entries[i]
		if !b.projectFits(e) {
			continue
		}
		target := b.castTarget(e)
		if target == nil {
			continue
		}
		if !e.Asset.Given() {
			b.fail(NoName, place(e.Asset.Place, e.Place), "the row names no asset. Give it one, write \"-\" where none is cast, or delete the row")
			continue
		}
		all := casts[target]
		if all == nil {
			all = &targetCasts{target: target, at: e.Place, names: map[string]bool{}, ids: map[hierarchy.ID]bool{}}
			casts[target] = all
			targets = append(targets, all)
		}
		if e.Asset.Text == "-" {
			all.none = append(all.none, place(e.Asset.Place, e.Place))
			continue
		}
		all.names[fold(e.Asset.Text, false)] = true
		asset := b.castAsset(target, castOf(e), place(e.Asset.Place, e.Place))
		if asset == nil {
			all.unknown = true
			continue
		}
		all.ids[asset.id()] = true
		path := castPath(target, asset)
		if first := seen[path]; first != nil {
			if first.Occurrences.Value == e.Occurrences.Value && first.Label.Text == e.Label.Text {
				b.note(AssetTwice, e.Place, "%q stands at %s with the same values", path, first.Place)
			} else {
				b.fail(AssetTwice, e.Place, "%q stands at %s with other values. Delete or correct one of the rows", path, first.Place)
			}
			continue
		}
		seen[path] = e
		b.cast(target, asset, e.Occurrences, e.Label, e.Place)
	}
	for _, all := range targets {
		b.replaceCasts(all)
	}
	b.settle()
}

// targetCasts are the rows of a casting list about one target.
type targetCasts struct {
	target  *node
	at      diag.Place // of the first row
	none    []diag.Place
	names   map[string]bool // folded
	ids     map[hierarchy.ID]bool
	unknown bool // a row's asset was not found
}

// replaceCasts takes out what the list does not cast in a target: where it is
// asked to replace, or says "-".
func (b *builder) replaceCasts(all *targetCasts) {
	at := all.at
	switch {
	case len(all.none) > 0 && len(all.names) > 0:
		b.fail(AssetTwice, all.none[0], "\"-\" says that nothing is cast in %q, but other rows cast something there. Delete one or the other", all.target.path)
		return
	case len(all.none) > 0:
		at = all.none[0]
	case b.opts.Casting != CastReplace || all.unknown:
		return
	}
	b.replaced[all.target] = all.names
	b.uncastUnlisted(all.target, all.ids, at)
}

// castOf is the casting that a row of a casting list tells.
func castOf(e *importers.Entry) importers.Cast {
	c := importers.Cast{Asset: e.Asset.Text, Type: e.AssetType.Text, Occurrences: 1, Label: e.Label.Text}
	if e.Occurrences.Given() {
		c.Occurrences = e.Occurrences.Value
	}
	return c
}

// castTarget finds what a row casts in: a shot by sequence and name, an asset
// by type and name, a scene, or an episode ("Episode" as the parent). Nothing is made.
func (b *builder) castTarget(e *importers.Entry) *node {
	if e.ID.Given() {
		if n := b.index.nodes[hierarchy.ID(strings.ToLower(e.ID.Text))]; n != nil {
			return n
		}
		b.fail(UnknownID, place(e.ID.Place, e.Place), "%q is nothing of %q. Empty the cell to find it by its name", e.ID.Text, b.snap.Project.Name)
		return nil
	}
	parent, name := e.Sequence, e.Shot
	episodic := b.snap.Project.Episodic()
	if episodic && fold(parent.Text, false) == "episode" && name.Given() {
		return b.known(hierarchy.Episode, nil, "", name, e)
	}
	if episodic && !parent.Given() && !name.Given() && !e.Scene.Given() {
		return b.known(hierarchy.Episode, nil, "", e.Episode, e)
	}
	above, ok := b.aboveTarget(e)
	if !ok {
		return nil
	}
	if parent.Given() && name.Given() {
		if t := b.typeNamed(parent.Text); t != nil && b.index.lookup(hierarchy.Sequence, above, "", parent.Text).node == nil {
			return b.known(hierarchy.Asset, nil, t.ID, name, e)
		}
	}
	var sequence *node
	if parent.Given() && parent.Text != "-" {
		if sequence = b.known(hierarchy.Sequence, above, "", parent, e); sequence == nil {
			return nil
		}
	}
	switch {
	case name.Given():
		return b.known(hierarchy.Shot, sequence, "", name, e)
	case e.Scene.Given():
		return b.known(hierarchy.Scene, sequence, "", e.Scene, e)
	case sequence != nil:
		return sequence
	}
	b.fail(NoName, e.Place, "the row does not say in what the asset is cast. Fill Parent and Name")
	return nil
}

// aboveTarget is the episode of a casting row. "MP" is Kitsu's main pack: none.
func (b *builder) aboveTarget(e *importers.Entry) (*node, bool) {
	cell := e.Episode
	if !b.snap.Project.Episodic() {
		return b.episodeOf(e)
	}
	if !cell.Given() && b.opts.Episode != "" {
		cell = importers.Cell{State: importers.Present, Text: b.opts.Episode, Place: importers.SpotOf(e.Place)}
	}
	if !cell.Given() || cell.Text == "-" || cell.Text == "MP" {
		return nil, true
	}
	n := b.known(hierarchy.Episode, nil, "", cell, e)
	return n, n != nil
}

func (b *builder) typeNamed(name string) *hierarchy.EntityType {
	for _, t := range b.snap.EntityTypes {
		if !hierarchy.Reserved(t.Name) && fold(t.Name, false) == fold(name, false) {
			return t
		}
	}
	return nil
}

// known finds what must be there; a miss is an error with the nearest names.
func (b *builder) known(kind hierarchy.Kind, parent *node, typeID hierarchy.ID, cell importers.Cell, e *importers.Entry) *node {
	n, ok := b.find(kind, parent, typeID, cell, e.Place)
	if n == nil && ok {
		b.fail(UnknownTarget, place(cell.Place, e.Place), "there is no %s %q%s. Correct the name or make it first",
			word(kind), b.index.childPath(kind, parent, typeID, cell.Text), b.index.suggestions(kind, parent, typeID, cell.Text))
	}
	return n
}
