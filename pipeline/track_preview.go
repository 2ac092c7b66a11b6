package pipeline

import (
	"context"
	"fmt"
	"slices"

	"turnover/hierarchy"
)

// mostRevision keeps the next revision countable.
const mostRevision = 1 << 30

// AddPreview begins a preview of a comment: its file comes later. Revision 0 is
// the task's next; further files of one comment share the revision, in the next
// position. of names a preview of the comment whose revision to share, or "".
func (p *Pipeline) AddPreview(ctx context.Context, project, task, comment hierarchy.ID, revision int64, of hierarchy.ID) (made *hierarchy.PreviewFile, err error) {
	if revision < 0 || revision > mostRevision {
		return nil, usage("a revision is from 1 to %d, not %d", mostRevision, revision)
	}
	err = p.track(ctx, project, func(t *tracking) error {
		c, k, err := t.comment(comment)
		if err != nil {
			return err
		}
		if k.ID != task {
			return fmt.Errorf("comment %s of task %s: %w", comment, task, ErrNotFound)
		}
		all, err := rowsOf[*hierarchy.PreviewFile](t, "preview_files", map[string]any{"task_id": task})
		if err != nil {
			return err
		}
		made = &hierarchy.PreviewFile{ID: p.NewID(), TaskID: task, PersonID: t.author(), Revision: revision, Position: 1, Status: "processing",
			Data: hierarchy.Data("{}"), Stamps: hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}}
		if err := place(made, all, idsOf(c.Previews), of); err != nil {
			return err
		}
		made.Name = hierarchy.Ptr(string(made.ID)) // its own: names are unique within a revision
		t.add(hierarchy.Create{Origin: t.origin, Row: made})
		after := hierarchy.Clone(c)
		after.Previews = hierarchy.Data(hierarchy.ValueOf(append(idsOf(c.Previews), made.ID)))
		t.update(c, after)
		return nil
	})
	return made, err
}

// place gives a new preview its revision and position.
func place(made *hierarchy.PreviewFile, all []*hierarchy.PreviewFile, own []hierarchy.ID, of hierarchy.ID) error {
	if of != "" && !slices.Contains(own, of) {
		return fmt.Errorf("preview %s of the comment: %w", of, ErrNotFound)
	}
	last := int64(0)
	for _, p := range all {
		last = max(last, p.Revision)
		if slices.Contains(own, p.ID) && made.Revision == 0 && (of == "" || of == p.ID) {
			made.Revision = p.Revision
		}
	}
	if made.Revision == 0 {
		made.Revision = last + 1
	}
	for _, p := range all {
		if p.Revision == made.Revision {
			made.Position = max(made.Position, p.Position+1)
		}
	}
	return nil
}

// A PreviewUpload is what is known of a file that came.
type PreviewUpload struct {
	OriginalName string // without folder and extension
	Extension    string // without point
	Size         int64  // bytes
	Width        *int64 // pixels, of pictures
	Height       *int64
}

// KeepPreview says that a preview's file is there: it is ready, and the task's
// last one if it stands first in its revision.
func (p *Pipeline) KeepPreview(ctx context.Context, project, id hierarchy.ID, up PreviewUpload) (after *hierarchy.PreviewFile, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		before, k, err := t.preview(id)
		if err != nil {
			return err
		}
		after = hierarchy.Clone(before)
		up.fill(after)
		if t.update(before, after) {
			after.UpdatedAt = t.origin.At
		}
		if before.Position != 1 {
			return nil
		}
		now := hierarchy.Clone(k)
		now.LastPreviewFileID = id
		t.update(k, now)
		if !t.snap.Project.IsSetPreviewAutomated {
			return nil
		}
		return t.setMain(k.EntityID, id)
	})
	return after, err
}

// preview reads a preview with its task; ErrNotFound outside the production.
func (t *tracking) preview(id hierarchy.ID) (*hierarchy.PreviewFile, *hierarchy.Task, error) {
	row, err := rowByID(t.ctx, t.tx, "preview_files", id)
	if err != nil {
		return nil, nil, err
	}
	file := row.(*hierarchy.PreviewFile)
	k, err := t.task(file.TaskID)
	return file, k, err
}

// previewsOf reads the previews of a comment; one that was moved elsewhere is
// not among them.
func (t *tracking) previewsOf(c *hierarchy.Comment) ([]*hierarchy.PreviewFile, error) {
	ids := idsOf(c.Previews)
	if len(ids) == 0 {
		return nil, nil
	}
	return rowsOf[*hierarchy.PreviewFile](t, "preview_files", map[string]any{"id": ids, "task_id": c.TaskID})
}

// SetMainPreview makes a preview the picture of its entity, and gives the entity.
func (p *Pipeline) SetMainPreview(ctx context.Context, project, id hierarchy.ID) (after *hierarchy.Entity, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		_, k, err := t.preview(id)
		if err != nil {
			return err
		}
		if err := t.setMain(k.EntityID, id); err != nil {
			return err
		}
		before, err := t.entity(k.EntityID)
		if err == nil {
			after = hierarchy.Clone(before)
			after.PreviewFileID, after.UpdatedAt = id, t.origin.At
		}
		return err
	})
	return after, err
}

func (t *tracking) setMain(entity, preview hierarchy.ID) error {
	e, err := t.entity(entity)
	if err != nil {
		return err
	}
	after := hierarchy.Clone(e)
	after.PreviewFileID = preview
	t.update(e, after)
	return nil
}

// previewForm are the fields of a preview that requests set.
var previewForm = form{"name": 250, "original_name": 250, "validation_status": 0, "duration": 0, "data": 0, "annotations": 0}

var validationStatuses = []string{"validated", "rejected", "neutral"}

// UpdatePreview sets fields of a preview.
func (p *Pipeline) UpdatePreview(ctx context.Context, project, id hierarchy.ID, fields Fields) (after *hierarchy.PreviewFile, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		before, _, err := t.preview(id)
		if err != nil {
			return err
		}
		after = hierarchy.Clone(before)
		if err := previewForm.set(after, fields); err != nil {
			return err
		}
		if s := after.ValidationStatus; s != nil && !slices.Contains(validationStatuses, *s) {
			return usage("a validation status is one of %v, not %q", validationStatuses, *s)
		}
		if t.update(before, after) {
			after.UpdatedAt = t.origin.At
		}
		return nil
	})
	return after, err
}

// RemovePreview deletes a preview, also from its comment.
func (p *Pipeline) RemovePreview(ctx context.Context, project, id hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		file, k, err := t.preview(id)
		if err != nil {
			return err
		}
		comments, err := rowsOf[*hierarchy.Comment](t, "comments", map[string]any{"task_id": k.ID})
		if err != nil {
			return err
		}
		for _, c := range comments {
			ids := idsOf(c.Previews)
			if !slices.Contains(ids, id) {
				continue
			}
			after := hierarchy.Clone(c)
			after.Previews = hierarchy.Data(hierarchy.ValueOf(slices.DeleteFunc(ids, func(one hierarchy.ID) bool { return one == id })))
			t.update(c, after)
		}
		t.add(hierarchy.Delete{Origin: t.origin, Row: file})
		return t.forgetPreviews([]hierarchy.ID{id})
	})
}

// forgetPreviews clears the pictures of entities and the last previews of tasks
// that name previews which go; of a task it is then the latest that stays.
func (t *tracking) forgetPreviews(gone []hierarchy.ID) error {
	if len(gone) == 0 {
		return nil
	}
	entities, err := rowsOf[*hierarchy.Entity](t, "entities", map[string]any{"project_id": t.snap.Project.ID, "preview_file_id": gone})
	if err != nil {
		return err
	}
	for _, e := range entities {
		after := hierarchy.Clone(e)
		after.PreviewFileID = ""
		t.update(e, after)
	}
	tasks, err := rowsOf[*hierarchy.Task](t, "tasks", map[string]any{"project_id": t.snap.Project.ID, "last_preview_file_id": gone})
	if err != nil {
		return err
	}
	for _, k := range tasks {
		if t.deletes(k) {
			continue
		}
		rest, err := rowsOf[*hierarchy.PreviewFile](t, "preview_files", map[string]any{"task_id": k.ID})
		if err != nil {
			return err
		}
		after, last := hierarchy.Clone(k), int64(0)
		after.LastPreviewFileID = ""
		for _, p := range rest {
			if !slices.Contains(gone, p.ID) && p.Position == 1 && p.Status == "ready" && p.Revision > last {
				after.LastPreviewFileID, last = p.ID, p.Revision
			}
		}
		t.update(k, after)
	}
	return nil
}

// deletes tells whether the request deletes a row already.
func (t *tracking) deletes(n hierarchy.Noun) bool {
	ref := hierarchy.RefOf(n)
	return slices.ContainsFunc(t.changes, func(c hierarchy.Change) bool {
		gone, is := c.(hierarchy.Delete)
		return is && gone.Target() == ref
	})
}
