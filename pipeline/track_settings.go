package pipeline

import (
	"context"
	"fmt"
	"slices"

	"turnover/hierarchy"
)

// What the links of a production are to.
func ofMember(l *hierarchy.ProjectPerson) hierarchy.ID         { return l.PersonID }
func ofTaskType(l *hierarchy.ProjectTaskType) hierarchy.ID     { return l.TaskTypeID }
func ofTaskStatus(l *hierarchy.ProjectTaskStatus) hierarchy.ID { return l.TaskStatusID }
func ofAssetType(l *hierarchy.ProjectAssetType) hierarchy.ID   { return l.AssetTypeID }

func (p *Pipeline) taskTypeLink(t *tracking, id hierarchy.ID) *hierarchy.ProjectTaskType {
	return &hierarchy.ProjectTaskType{ID: p.NewID(), ProjectID: t.snap.Project.ID, TaskTypeID: id,
		Stamps: hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}}
}

func (p *Pipeline) taskStatusLink(t *tracking, id hierarchy.ID) *hierarchy.ProjectTaskStatus {
	return &hierarchy.ProjectTaskStatus{ID: p.NewID(), ProjectID: t.snap.Project.ID, TaskStatusID: id,
		Stamps: hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}}
}

func (t *tracking) assetTypeLink(id hierarchy.ID) *hierarchy.ProjectAssetType {
	return &hierarchy.ProjectAssetType{ProjectID: t.snap.Project.ID, AssetTypeID: id}
}

// enable links a production with something, or makes the link that is there what
// alter makes of it; nil leaves it.
func enable[L interface {
	comparable
	hierarchy.Noun
}](t *tracking, links []L, of func(L) hierarchy.ID, made L, alter func(L) L) {
	for _, l := range links {
		if of(l) != of(made) {
			continue
		}
		if alter != nil {
			t.update(l, alter(l))
		}
		return
	}
	t.add(hierarchy.Link{Origin: t.origin, Row: made})
}

// disable takes a link from a production; ErrNotFound if it has not got it.
func disable[L hierarchy.Noun](t *tracking, what string, links []L, of func(L) hierarchy.ID, id hierarchy.ID) error {
	for _, l := range links {
		if of(l) == id {
			t.add(hierarchy.Unlink{Origin: t.origin, Row: l})
			return nil
		}
	}
	return fmt.Errorf("%s %s of the production: %w", what, id, ErrNotFound)
}

// Join puts a person into a team with a role of its own there, or changes it; ""
// is the person's own role.
func (p *Pipeline) Join(ctx context.Context, project, person hierarchy.ID, role string) error {
	return p.track(ctx, project, func(t *tracking) error {
		if t.person(person) == nil {
			return fmt.Errorf("person %s: %w", person, ErrNotFound)
		}
		link := &hierarchy.ProjectPerson{ProjectID: project, PersonID: person}
		if role != "" {
			link.Role = &role
		}
		enable(t, t.snap.Team, ofMember, link, func(was *hierarchy.ProjectPerson) *hierarchy.ProjectPerson {
			after := hierarchy.Clone(was)
			after.Role = link.Role
			return after
		})
		return nil
	})
}

// Leave takes a person out of a team; ErrNotFound if they are not in it.
func (p *Pipeline) Leave(ctx context.Context, project, person hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error { return disable(t, "person", t.snap.Team, ofMember, person) })
}

// EnableTaskType gives a production a task type, or another priority.
func (p *Pipeline) EnableTaskType(ctx context.Context, project, id hierarchy.ID, priority *int64) error {
	return p.track(ctx, project, func(t *tracking) error {
		if !slices.ContainsFunc(t.snap.TaskTypes, func(tt *hierarchy.TaskType) bool { return tt.ID == id }) {
			return fmt.Errorf("task type %s: %w", id, ErrNotFound)
		}
		link := p.taskTypeLink(t, id)
		link.Priority = priority
		enable(t, t.snap.ProjectTaskTypes, ofTaskType, link, func(was *hierarchy.ProjectTaskType) *hierarchy.ProjectTaskType {
			after := hierarchy.Clone(was)
			after.Priority = priority
			return after
		})
		return nil
	})
}

// DisableTaskType takes a task type from a production; its tasks stay.
// ErrNotFound if it has not got it.
func (p *Pipeline) DisableTaskType(ctx context.Context, project, id hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		return disable(t, "task type", t.snap.ProjectTaskTypes, ofTaskType, id)
	})
}

// EnableTaskStatus gives a production a task status; one that it has stays.
func (p *Pipeline) EnableTaskStatus(ctx context.Context, project, id hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		status := t.status(id)
		if status == nil {
			return fmt.Errorf("task status %s: %w", id, ErrNotFound)
		}
		link := p.taskStatusLink(t, id)
		link.Priority = &status.Priority
		enable(t, t.snap.ProjectTaskStatuses, ofTaskStatus, link, nil)
		return nil
	})
}

// DisableTaskStatus takes a task status from a production; ErrNotFound if it has
// not got it.
func (p *Pipeline) DisableTaskStatus(ctx context.Context, project, id hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		return disable(t, "task status", t.snap.ProjectTaskStatuses, ofTaskStatus, id)
	})
}

// checkAssetType refuses what is no type of assets: ErrNotFound.
func (t *tracking) checkAssetType(id hierarchy.ID) error {
	if !slices.ContainsFunc(t.snap.EntityTypes, func(et *hierarchy.EntityType) bool { return et.ID == id && !hierarchy.Reserved(et.Name) }) {
		return fmt.Errorf("asset type %s: %w", id, ErrNotFound)
	}
	return nil
}

// EnableAssetType gives a production a type of assets. One that had all types has
// this one alone from then on.
func (p *Pipeline) EnableAssetType(ctx context.Context, project, id hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		if err := t.checkAssetType(id); err != nil {
			return err
		}
		enable(t, t.snap.ProjectAssetTypes, ofAssetType, t.assetTypeLink(id), nil)
		return nil
	})
}

// DisableAssetType takes a type of assets from a production; its assets stay.
// ErrNotFound if it has not got it. The last one that goes leaves it all types.
func (p *Pipeline) DisableAssetType(ctx context.Context, project, id hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		return disable(t, "asset type", t.snap.ProjectAssetTypes, ofAssetType, id)
	})
}
