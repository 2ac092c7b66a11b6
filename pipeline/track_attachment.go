package pipeline

import (
	"context"
	"fmt"

	"turnover/hierarchy"
)

// MostAttachments is how many files one comment may have.
const MostAttachments = 20

// An Attachment is a file that came for a comment, and is kept already.
type Attachment struct {
	ID        hierarchy.ID
	Name      string // with its extension
	Extension string // without point; "" is none
	Mimetype  string
	Size      int64 // bytes
}

// AddAttachments ties files to a comment that is there; ErrNotFound. It gives
// the new ones.
func (p *Pipeline) AddAttachments(ctx context.Context, project, comment hierarchy.ID, files []Attachment) (made []*hierarchy.AttachmentFile, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		c, _, err := t.comment(comment)
		if err != nil {
			return err
		}
		there, err := t.attachmentsOf(c)
		if err != nil {
			return err
		}
		made, err = t.attach(c, len(there), files)
		return err
	})
	return made, err
}

// attach ties files to a comment that has some already.
func (t *tracking) attach(c *hierarchy.Comment, already int, files []Attachment) ([]*hierarchy.AttachmentFile, error) {
	if n := already + len(files); n > MostAttachments {
		return nil, usage("a comment has at most %d attachments, and this one would have %d", MostAttachments, n)
	}
	var made []*hierarchy.AttachmentFile
	for _, f := range files {
		row := &hierarchy.AttachmentFile{ID: f.ID, TaskID: c.TaskID, CommentID: c.ID, Name: f.Name, Size: f.Size,
			Stamps: hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}}
		if f.Extension != "" {
			row.Extension = &f.Extension
		}
		if f.Mimetype != "" {
			row.Mimetype = &f.Mimetype
		}
		t.add(hierarchy.Create{Origin: t.origin, Row: row})
		made = append(made, row)
	}
	return made, nil
}

func (t *tracking) attachmentsOf(c *hierarchy.Comment) ([]*hierarchy.AttachmentFile, error) {
	return rowsOf[*hierarchy.AttachmentFile](t, "attachment_files", map[string]any{"comment_id": c.ID})
}

// RemoveAttachment takes a file from a comment; ErrNotFound where the comment
// has no such file.
func (p *Pipeline) RemoveAttachment(ctx context.Context, project, comment, id hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		c, _, err := t.comment(comment)
		if err != nil {
			return err
		}
		there, err := t.attachmentsOf(c)
		if err != nil {
			return err
		}
		for _, a := range there {
			if a.ID == id {
				t.add(hierarchy.Delete{Origin: t.origin, Row: a})
				return nil
			}
		}
		return fmt.Errorf("attachment %s of comment %s: %w", id, comment, ErrNotFound)
	})
}

// filesGone are the ids of the previews and attachments that a request deletes:
// their files go with them.
func (t *tracking) filesGone() (files []hierarchy.ID) {
	for _, c := range t.changes {
		gone, is := c.(hierarchy.Delete)
		if is && (gone.Row.Table() == "preview_files" || gone.Row.Table() == "attachment_files") {
			files = append(files, hierarchy.ID(gone.Row.Key()))
		}
	}
	return files
}
