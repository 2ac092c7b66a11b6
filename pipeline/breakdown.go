package pipeline

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"turnover/hierarchy"
)

// casts are links by the entity and the asset that plays in it.
type casts map[hierarchy.ID]map[hierarchy.ID]*hierarchy.Casting

func (c casts) put(l *hierarchy.Casting) {
	if c[l.EntityInID] == nil {
		c[l.EntityInID] = map[hierarchy.ID]*hierarchy.Casting{}
	}
	c[l.EntityInID][l.EntityOutID] = l
}

// A breakdown is a request on castings: who plays in the entities concerned, and
// who shall. It asks the database once a table and level, never once a row.
type breakdown struct {
	*tracking
	newID     func() hierarchy.ID
	targets   []*hierarchy.Entity // episodes first, then by id
	byID      map[hierarchy.ID]*hierarchy.Entity
	episodeOf map[hierarchy.ID]hierarchy.ID        // of shots
	shotsOf   map[hierarchy.ID][]*hierarchy.Entity // of episodes
	was, now  casts
}

func newBreakdown(t *tracking, newID func() hierarchy.ID) *breakdown {
	return &breakdown{tracking: t, newID: newID, episodeOf: map[hierarchy.ID]hierarchy.ID{}, shotsOf: map[hierarchy.ID][]*hierarchy.Entity{},
		byID: map[hierarchy.ID]*hierarchy.Entity{}, was: casts{}, now: casts{}}
}

// load reads the entities, the episodes that they belong to, all shots of these,
// and who plays in all of them.
func (b *breakdown) load(ids []hierarchy.ID) error {
	rows, err := b.rows("id", ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if e := b.byID[id]; e == nil || e.ProjectID != b.snap.Project.ID {
			return fmt.Errorf("entity %s of %q: %w", id, b.snap.Project.Name, ErrNotFound)
		}
	}
	b.targets = rows
	slices.SortStableFunc(b.targets, func(x, y *hierarchy.Entity) int { return episodesFirst(x) - episodesFirst(y) })
	if err := b.loadEpisodes(); err != nil {
		return err
	}
	links, err := rowsOf[*hierarchy.Casting](b.tracking, "casting_links", map[string]any{"entity_in_id": slices.Sorted(maps.Keys(b.byID))})
	for _, l := range links {
		b.was.put(l)
		b.now.put(l)
	}
	return err
}

func episodesFirst(e *hierarchy.Entity) int {
	if e.Kind == hierarchy.Episode {
		return 0
	}
	return 1
}

// rows reads entities by one column; those of no ids are none.
func (b *breakdown) rows(column string, ids []hierarchy.ID) ([]*hierarchy.Entity, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := rowsOf[*hierarchy.Entity](b.tracking, "entities", map[string]any{column: ids})
	for i, e := range rows {
		if there := b.byID[e.ID]; there != nil {
			rows[i] = there
		}
		b.byID[e.ID] = rows[i]
	}
	return rows, err
}

// loadEpisodes finds the episodes of the targets, and their shots.
func (b *breakdown) loadEpisodes() error {
	var sequenceIDs, episodeIDs []hierarchy.ID
	for _, e := range b.targets {
		switch {
		case e.Kind == hierarchy.Episode:
			episodeIDs = append(episodeIDs, e.ID)
		case e.Kind == hierarchy.Shot && e.ParentID != "":
			sequenceIDs = append(sequenceIDs, e.ParentID)
		}
	}
	above, err := b.rows("id", sequenceIDs)
	if err != nil {
		return err
	}
	for _, s := range above {
		if s.Kind == hierarchy.Sequence && s.ParentID != "" {
			episodeIDs = append(episodeIDs, s.ParentID)
		}
	}
	if _, err := b.rows("id", episodeIDs); err != nil {
		return err
	}
	sequences, err := b.rows("parent_id", episodeIDs)
	if err != nil {
		return err
	}
	sequenceIDs = nil
	for _, s := range sequences {
		if s.Kind == hierarchy.Sequence {
			sequenceIDs = append(sequenceIDs, s.ID)
		}
	}
	shots, err := b.rows("parent_id", sequenceIDs)
	for _, e := range shots {
		if e.Kind == hierarchy.Shot {
			episode := b.byID[e.ParentID].ParentID
			b.episodeOf[e.ID] = episode
			b.shotsOf[episode] = append(b.shotsOf[episode], e)
		}
	}
	return err
}

// checkAssets refuses what cannot play: no assets, or those that another
// production keeps for itself.
func (b *breakdown) checkAssets(ids []hierarchy.ID) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := rowsOf[*hierarchy.Entity](b.tracking, "entities", map[string]any{"id": ids})
	if err != nil {
		return err
	}
	may := map[hierarchy.ID]bool{}
	for _, e := range rows {
		may[e.ID] = e.Kind == hierarchy.Asset && (e.ProjectID == b.snap.Project.ID || e.IsShared)
	}
	var bad []string
	for _, id := range ids {
		if !may[id] {
			bad = append(bad, string(id))
		}
	}
	if len(bad) > 0 {
		slices.Sort(bad)
		return usage("these are no assets of the production, nor shared by another: %s", strings.Join(slices.Compact(bad), ", "))
	}
	return nil
}

func (b *breakdown) replace(in *hierarchy.Entity, lines []CastLine) error {
	wanted := map[hierarchy.ID]bool{}
	for _, l := range lines {
		wanted[l.Asset] = true
	}
	for _, out := range slices.Sorted(maps.Keys(b.now[in.ID])) {
		if !wanted[out] {
			b.uncast(in, out)
		}
	}
	for _, l := range lines {
		if err := b.cast(in, l); err != nil {
			return err
		}
	}
	return nil
}

// cast makes or changes a link; a new one of a shot reaches the episode, once and
// under the same label, where later shots leave it.
func (b *breakdown) cast(in *hierarchy.Entity, l CastLine) error {
	switch {
	case in.ID == l.Asset:
		return usage("%q cannot play in itself", in.Name)
	case l.NbOccurences < 0:
		return usage("%q cannot play %d times in %q", l.Asset, l.NbOccurences, in.Name)
	case utf8.RuneCountInString(l.Label) > MostLabel || strings.ContainsRune(l.Label, 0):
		return usage("a label has at most %d characters, and no NUL", MostLabel)
	}
	link := &hierarchy.Casting{ID: b.newID(), EntityInID: in.ID, EntityOutID: l.Asset, Stamps: hierarchy.Stamps{CreatedAt: b.origin.At, UpdatedAt: b.origin.At}}
	if there := b.now[in.ID][l.Asset]; there != nil {
		link = hierarchy.Clone(there)
	}
	link.NbOccurences, link.Label = l.NbOccurences, hierarchy.Ptr(l.Label)
	b.now.put(link)
	if episode := b.episodeOf[in.ID]; episode != "" && b.now[episode][l.Asset] == nil {
		return b.cast(b.byID[episode], CastLine{Asset: l.Asset, NbOccurences: 1, Label: l.Label})
	}
	return nil
}

// uncast takes a link out, and those that go with it.
func (b *breakdown) uncast(in *hierarchy.Entity, asset hierarchy.ID) {
	delete(b.now[in.ID], asset)
	for _, shot := range b.shotsOf[in.ID] { // of an episode
		delete(b.now[shot.ID], asset)
	}
	episode := b.episodeOf[in.ID]
	if episode == "" {
		return
	}
	for _, shot := range b.shotsOf[episode] {
		if b.now[shot.ID][asset] != nil {
			return
		}
	}
	delete(b.now[episode], asset)
}

// write turns the difference into changes, with the counters that follow from it.
func (b *breakdown) write() error {
	var touched []hierarchy.ID
	for _, in := range slices.Sorted(maps.Keys(b.byID)) {
		if b.writeLinks(in) {
			touched = append(touched, in)
		}
	}
	for _, in := range touched {
		e, n := b.byID[in], int64(len(b.now[in]))
		if e.NbEntitiesOut == nil || *e.NbEntitiesOut != n {
			b.add(hierarchy.Update{Origin: b.origin, Ref: hierarchy.RefOf(e), Fields: []hierarchy.FieldChange{
				{Field: "nb_entities_out", Before: hierarchy.ValueOf(e.NbEntitiesOut), After: hierarchy.ValueOf(n)}}})
		}
	}
	return b.writeReady(touched)
}

func (b *breakdown) writeLinks(in hierarchy.ID) (changed bool) {
	was, now := b.was[in], b.now[in]
	for _, out := range slices.Sorted(maps.Keys(was)) {
		if now[out] == nil {
			b.add(hierarchy.Unlink{Origin: b.origin, Row: was[out]})
			changed = true
		}
	}
	for _, out := range slices.Sorted(maps.Keys(now)) {
		if was[out] == nil {
			b.add(hierarchy.Link{Origin: b.origin, Row: now[out]})
			changed = true
		} else if fields := hierarchy.Diff(was[out], now[out]); len(fields) > 0 {
			b.add(hierarchy.Update{Origin: b.origin, Ref: hierarchy.RefOf(was[out]), Fields: fields})
		}
	}
	return changed
}

// writeReady counts again how many assets the tasks of shots may begin with.
func (b *breakdown) writeReady(touched []hierarchy.ID) error {
	var shots, playing []hierarchy.ID
	for _, in := range touched {
		if b.byID[in].Kind == hierarchy.Shot {
			shots = append(shots, in)
			playing = append(playing, slices.Sorted(maps.Keys(b.now[in]))...)
		}
	}
	if len(shots) == 0 {
		return nil
	}
	tasks, err := rowsOf[*hierarchy.Task](b.tracking, "tasks", map[string]any{"entity_id": shots})
	if err != nil || len(tasks) == 0 {
		return err
	}
	if _, err := b.rows("id", playing); err != nil {
		return err
	}
	for _, t := range tasks {
		var assets []*hierarchy.Entity
		for out := range b.now[t.EntityID] {
			assets = append(assets, b.byID[out])
		}
		if ready := b.snap.AssetsReady(t.TaskTypeID, assets); ready != t.NbAssetsReady {
			b.add(hierarchy.Update{Origin: b.origin, Ref: hierarchy.RefOf(t), Fields: []hierarchy.FieldChange{
				{Field: "nb_assets_ready", Before: hierarchy.ValueOf(t.NbAssetsReady), After: hierarchy.ValueOf(ready)}}})
		}
	}
	return nil
}
