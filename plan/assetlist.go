package plan

import (
	"turnover/hierarchy"
	"turnover/importers"
)

// assetList plans a list of assets: a row names one by its type and name.
func (b *builder) assetList() {
	seen := map[*node]bool{}
	for i := range b.entries {
		e := &b.entries[i]
		if !e.Asset.Given() || !e.AssetType.Given() || !b.projectFits(e) {
			continue // the importer said what is missing
		}
		t := b.assetType(e.AssetType.Text, place(e.AssetType.Place, e.Place))
		if t == nil {
			continue
		}
		asset := b.ensure(hierarchy.Asset, nil, t.ID, e.Asset, e.Place)
		if asset == nil {
			continue
		}
		if seen[asset] {
			b.warn(TwiceDiffers, e.Place, "%q stands above already; this row was left out", asset.path)
			continue
		}
		seen[asset] = true
		b.planAsset(asset, e)
	}
}

// planAsset plans what a row says of its asset. Every asset of a list gets the
// tasks that the production's workflow has for assets and it has not.
func (b *builder) planAsset(asset *node, e *importers.Entry) {
	before := len(b.changes)
	changed := false
	wishes, order := map[hierarchy.ID]*wish{}, []*hierarchy.TaskType(nil)
	if asset.entity == nil || !b.opts.NewOnly {
		d := b.diffOf(asset)
		b.describe(d, asset, e)
		b.readyFor(d, e)
		b.mainEpisode(d, asset, e)
		changed = b.write(d, asset, e)
		wishes, order = b.wishes(e)
	}
	for _, t := range b.snap.TaskTypesFor(hierarchy.Asset) {
		if wishes[t.ID] == nil && !b.hasTask(asset, t) {
			b.newTask(asset, t, &wish{at: e.Place})
		}
	}
	for _, t := range order {
		b.task(asset, t, wishes[t.ID])
	}
	if !changed && len(b.changes) == before && asset.entity != nil {
		b.unchanged["asset"]++
	}
}

func (b *builder) hasTask(n *node, t *hierarchy.TaskType) bool {
	for _, task := range b.tasks[n.id()] {
		if n.entity != nil && task.TaskTypeID == t.ID {
			return true
		}
	}
	return false
}

// readyFor plans the task type of shots that an asset is ready for; an empty
// cell clears it, as in Kitsu.
func (b *builder) readyFor(d *diff, e *importers.Entry) {
	for _, f := range e.Fields {
		if fold(f.Name, false) != "ready for" {
			continue
		}
		switch f.Cell.State {
		case importers.Empty:
			d.set("ready_for", "null", "the cell of Ready for is empty")
		case importers.Present:
			if t := b.taskType(f.Cell.Text, hierarchy.Shot, place(f.Cell.Place, e.Place)); t != nil {
				d.set("ready_for", hierarchy.ValueOf(t.ID), "the list says what it is ready for")
			}
		}
	}
}

// mainEpisode gives a new asset of a series the episode that it belongs to; "MP"
// and an empty cell are the main pack. One that exists stays where it is.
func (b *builder) mainEpisode(d *diff, asset *node, e *importers.Entry) {
	if asset.entity != nil || !e.Episode.Given() || e.Episode.Text == "MP" || e.Episode.Text == "-" {
		return
	}
	at := place(e.Episode.Place, e.Place)
	if !b.snap.Project.Episodic() {
		b.fail(FilmEpisode, at, "%q has no episodes but the row names %q. Empty the cell", b.snap.Project.Name, e.Episode.Text)
		return
	}
	episode, ok := b.find(hierarchy.Episode, nil, "", e.Episode, e.Place)
	switch {
	case episode != nil && episode.entity != nil:
		d.set("source_id", hierarchy.ValueOf(episode.id()), "the list names its episode")
	case ok:
		b.fail(NoEpisode, at, "there is no episode %q. Correct the name, or make it first; MP is the main pack", e.Episode.Text)
	}
}
