package pipeline

import (
	"context"
	"fmt"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/timecode"
	"turnover/store"
)

// projectForm are the fields of a production that requests set.
var projectForm = form{"name": 80, "code": 80, "description": 0, "production_type": 20, "production_style": 0, "fps": 10, "ratio": 10,
	"resolution": 12, "start_date": 0, "end_date": 0, "man_days": 0, "nb_episodes": 0, "episode_span": 0, "max_retakes": 0, "data": 0,
	"file_tree": 0, "is_clients_isolated": 0, "is_preview_download_allowed": 0, "is_set_preview_automated": 0,
	"is_publish_default_for_artists": 0, "is_single_preview_per_revision": 0, "is_frame_in_numbering": 0, "homepage": 80,
	"revision_padding": 0, "hd_bitrate_compression": 0, "ld_bitrate_compression": 0, "project_status_id": 0}

// productionStyles are those that Kitsu knows.
var productionStyles = []string{"2d", "2dpaper", "3d", "2d3d", "ar", "vfx", "stop-motion", "motion-design", "archviz", "commercial", "catalog",
	"immersive", "nft", "video-game", "vr"}

// ProjectLinks are what a new production is given; nil lists are all that there
// are. So is an empty one of types of assets.
type ProjectLinks struct {
	Team, TaskTypes, TaskStatuses, AssetTypes []hierarchy.ID
}

// CreateProject begins a production from a request. A series gets its first
// episode, E01, as in Kitsu; "" for any other.
func (p *Pipeline) CreateProject(ctx context.Context, fields Fields, links ProjectLinks) (made *hierarchy.Project, episode hierarchy.ID, err error) {
	at := hierarchy.At(p.Now())
	err = p.Store.InTx(ctx, func(tx store.Tx) error {
		shared, err := p.seeded(ctx, tx, at)
		if err != nil {
			return err
		}
		spec := ProjectSpec{Name: fields["name"].Text(), Type: fields["production_type"].Text()}
		if err := spec.check(); err != nil {
			return err
		}
		made = spec.project(p.NewID(), at)
		made.FPS, made.NbEpisodes, made.EpisodeSpan = hierarchy.Ptr("25"), hierarchy.Ptr(int64(0)), hierarchy.Ptr(int64(0))
		made.Ratio, made.Resolution = hierarchy.Ptr("16:9"), hierarchy.Ptr("1920x1080")
		t := &tracking{ctx: ctx, tx: tx, snap: shared, origin: p.request(made.ID, at)}
		shared.Project = made
		if made.ProjectStatusID, err = p.openStatus(t); err != nil {
			return err
		}
		kind := made.ProductionType
		if err := projectForm.set(made, fields); err != nil {
			return err
		}
		made.Name, made.ProductionType = spec.Name, kind // cleaned
		if err := t.checkProject(made); err != nil {
			return err
		}
		for _, c := range p.begin(made, shared, t.origin) {
			if wantedLink(c, links) {
				t.add(c)
			}
		}
		for _, person := range links.Team {
			t.add(hierarchy.Link{Origin: t.origin, Row: &hierarchy.ProjectPerson{ProjectID: made.ID, PersonID: person}})
		}
		if err := p.relink(t, ProjectLinks{AssetTypes: links.AssetTypes}); err != nil {
			return err
		}
		if made.Episodic() {
			first := p.newEntity(t, EntitySpec{Kind: hierarchy.Episode, Name: "E01"})
			episode = first.ID
			t.add(hierarchy.Create{Origin: t.origin, Row: first})
		}
		return tx.Apply(ctx, t.changes)
	})
	return made, episode, err
}

func wantedLink(c hierarchy.Change, links ProjectLinks) bool {
	link, is := c.(hierarchy.Link)
	if !is {
		return true
	}
	switch row := link.Row.(type) {
	case *hierarchy.ProjectTaskType:
		return links.TaskTypes == nil || slices.Contains(links.TaskTypes, row.TaskTypeID)
	case *hierarchy.ProjectTaskStatus:
		return links.TaskStatuses == nil || slices.Contains(links.TaskStatuses, row.TaskStatusID)
	}
	return true
}

// openStatus gives the status of productions at work, and makes it and the
// closed one where there are none.
func (p *Pipeline) openStatus(t *tracking) (hierarchy.ID, error) {
	all, err := rowsOf[*hierarchy.ProjectStatus](t, "project_statuses", nil)
	if err != nil {
		return "", err
	}
	for _, s := range all {
		if slices.Contains(openNames, s.Name) {
			return s.ID, nil
		}
	}
	shared := t.origin
	shared.Project = ""
	stamps := hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}
	open := &hierarchy.ProjectStatus{ID: p.NewID(), Name: openNames[0], Color: hierarchy.Ptr("#000000"), Stamps: stamps}
	t.add(hierarchy.Create{Origin: shared, Row: open})
	if len(all) == 0 {
		t.add(hierarchy.Create{Origin: shared, Row: &hierarchy.ProjectStatus{ID: p.NewID(), Name: closedName, Color: hierarchy.Ptr("#000000"), Stamps: stamps}})
	}
	return open.ID, nil
}

// checkProject refuses what would leave a production that makes no sense. A
// status that the request itself makes is good.
func (t *tracking) checkProject(p *hierarchy.Project) error {
	all, err := t.tx.Projects(t.ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.Name == p.Name && one.ID != p.ID {
			return &ConflictError{Ref: hierarchy.RefOf(p), Reason: fmt.Sprintf("there is a project %q already", p.Name)}
		}
	}
	if p.ProductionStyle == "" {
		p.ProductionStyle = "2d3d"
	}
	if !slices.Contains(productionStyles, p.ProductionStyle) {
		return usage("a production style is one of %v, not %q", productionStyles, p.ProductionStyle)
	}
	if p.FPS != nil {
		if _, err := timecode.ParseRate(*p.FPS); err != nil {
			return usage("the frame rate %q cannot be read: %v", *p.FPS, err)
		}
	}
	if p.MaxRetakes != nil && *p.MaxRetakes < 0 {
		return usage("max_retakes is not below 0; 0 is no cap")
	}
	return nil
}

// UpdateProject sets fields of a production, and what it is linked to where links
// has a list.
func (p *Pipeline) UpdateProject(ctx context.Context, id hierarchy.ID, fields Fields, links ProjectLinks) (after *hierarchy.Project, err error) {
	err = p.track(ctx, id, func(t *tracking) error {
		before := t.snap.Project
		after = hierarchy.Clone(before)
		if err := projectForm.set(after, fields); err != nil {
			return err
		}
		spec := ProjectSpec{Name: after.Name}
		if err := spec.check(); err != nil {
			return err
		}
		if err := t.checkEditedProject(before, after); err != nil {
			return err
		}
		if t.update(before, after) {
			after.UpdatedAt = t.origin.At
		}
		return p.relink(t, links)
	})
	return after, err
}

// relink makes the links of a production those of the lists; nil lists stay, and
// so do the roles and priorities of links that stay.
func (p *Pipeline) relink(t *tracking, links ProjectLinks) error {
	for _, id := range links.AssetTypes {
		if err := t.checkAssetType(id); err != nil {
			return usage("there is no type of assets %q", id)
		}
	}
	change(t, links.Team, t.snap.Team, ofMember, func(id hierarchy.ID) *hierarchy.ProjectPerson {
		return &hierarchy.ProjectPerson{ProjectID: t.snap.Project.ID, PersonID: id}
	})
	change(t, links.TaskTypes, t.snap.ProjectTaskTypes, ofTaskType, func(id hierarchy.ID) *hierarchy.ProjectTaskType { return p.taskTypeLink(t, id) })
	change(t, links.TaskStatuses, t.snap.ProjectTaskStatuses, ofTaskStatus, func(id hierarchy.ID) *hierarchy.ProjectTaskStatus { return p.taskStatusLink(t, id) })
	change(t, links.AssetTypes, t.snap.ProjectAssetTypes, ofAssetType, t.assetTypeLink)
	return nil
}

// change adds the changes from links that are to those that are wanted.
func change[L hierarchy.Noun](t *tracking, wanted []hierarchy.ID, are []L, of func(L) hierarchy.ID, make func(hierarchy.ID) L) {
	if wanted == nil {
		return
	}
	var kept []hierarchy.ID
	for _, l := range are {
		if slices.Contains(wanted, of(l)) {
			kept = append(kept, of(l))
		} else {
			t.add(hierarchy.Unlink{Origin: t.origin, Row: l})
		}
	}
	for _, id := range wanted {
		if !slices.Contains(kept, id) {
			kept = append(kept, id)
			t.add(hierarchy.Link{Origin: t.origin, Row: make(id)})
		}
	}
}

// checkEditedProject looks at what changed: what an archive brought may stay.
func (t *tracking) checkEditedProject(before, after *hierarchy.Project) error {
	if after.ProjectStatusID != before.ProjectStatusID && after.ProjectStatusID != "" {
		if _, err := rowByID(t.ctx, t.tx, "project_statuses", after.ProjectStatusID); err != nil {
			return usage("there is no project status %q", after.ProjectStatusID)
		}
	}
	edited := hierarchy.Clone(after)
	if before.FPS != nil && after.FPS != nil && *before.FPS == *after.FPS {
		edited.FPS = nil
	}
	if err := t.checkProject(edited); err != nil {
		return err
	}
	after.ProductionStyle = edited.ProductionStyle
	return nil
}

// RemoveProject deletes a production that is closed, with all that is in it. It
// gives the ids of the previews that went.
func (p *Pipeline) RemoveProject(ctx context.Context, id hierarchy.ID) (previews []hierarchy.ID, err error) {
	err = p.track(ctx, id, func(t *tracking) error {
		status, err := rowsOf[*hierarchy.ProjectStatus](t, "project_statuses", map[string]any{"id": t.snap.Project.ProjectStatusID})
		if err != nil {
			return err
		}
		if len(status) == 0 || slices.Contains(openNames, status[0].Name) {
			return usage("the production %q is open: close it first", t.snap.Project.Name)
		}
		r := &removal{tracking: t, ids: map[hierarchy.ID]bool{}}
		if r.entities, err = rowsOf[*hierarchy.Entity](t, "entities", map[string]any{"project_id": id}); err != nil {
			return err
		}
		for _, e := range r.entities {
			r.ids[e.ID] = true
		}
		tasks, err := rowsOf[*hierarchy.Task](t, "tasks", map[string]any{"project_id": id})
		if err != nil {
			return err
		}
		if err := r.removeAll(tasks); err != nil {
			return err
		}
		t.removeLinks()
		for _, c := range t.changes {
			if gone, is := c.(hierarchy.Delete); is && gone.Row.Table() == "preview_files" {
				previews = append(previews, hierarchy.ID(gone.Row.Key()))
			}
		}
		return nil
	})
	return previews, err
}

func (t *tracking) removeLinks() {
	for _, l := range t.snap.Team {
		t.add(hierarchy.Unlink{Origin: t.origin, Row: l})
	}
	for _, l := range t.snap.ProjectTaskTypes {
		t.add(hierarchy.Unlink{Origin: t.origin, Row: l})
	}
	for _, l := range t.snap.ProjectTaskStatuses {
		t.add(hierarchy.Unlink{Origin: t.origin, Row: l})
	}
	for _, l := range t.snap.ProjectAssetTypes {
		t.add(hierarchy.Unlink{Origin: t.origin, Row: l})
	}
	for _, d := range t.snap.Descriptors {
		t.add(hierarchy.Delete{Origin: t.origin, Row: d})
	}
	t.add(hierarchy.Delete{Origin: t.origin, Row: t.snap.Project})
}
