package pipeline

import "turnover/hierarchy"

// A NewPreview is one that comes with its comment, its file kept already.
type NewPreview struct {
	ID hierarchy.ID
	PreviewUpload
}

// publish makes previews of a comment that is being written: one revision of its
// task, in the order given. The first is the task's last preview then.
func (t *tracking) publish(task *hierarchy.Task, comment *hierarchy.Comment, files []NewPreview) error {
	if len(files) == 0 {
		return nil
	}
	all, err := rowsOf[*hierarchy.PreviewFile](t, "preview_files", map[string]any{"task_id": task.ID})
	if err != nil {
		return err
	}
	first := &hierarchy.PreviewFile{Position: 1}
	if err := place(first, all, nil, ""); err != nil {
		return err
	}
	var ids []hierarchy.ID
	for i, f := range files {
		row := &hierarchy.PreviewFile{ID: f.ID, Name: hierarchy.Ptr(string(f.ID)), TaskID: task.ID, PersonID: comment.PersonID, Revision: first.Revision, Position: int64(i + 1),
			Data: hierarchy.Data("{}"), Stamps: hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}}
		f.fill(row)
		t.add(hierarchy.Create{Origin: t.origin, Row: row})
		ids = append(ids, f.ID)
	}
	comment.Previews = hierarchy.Data(hierarchy.ValueOf(ids))
	after := hierarchy.Clone(task)
	after.LastPreviewFileID = ids[0]
	t.update(task, after)
	if !t.snap.Project.IsSetPreviewAutomated {
		return nil
	}
	return t.setMain(task.EntityID, ids[0])
}

// fill says of a preview what is known of its file: it is ready.
func (u PreviewUpload) fill(row *hierarchy.PreviewFile) {
	row.OriginalName, row.Extension, row.FileSize = &u.OriginalName, &u.Extension, &u.Size
	row.Width, row.Height, row.Status = u.Width, u.Height, "ready"
}
