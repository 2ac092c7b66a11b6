package api

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var attachmentRoutes = []route{
	{http.MethodPost, "/actions/tasks/{task_id}/comments/{comment_id}/add-attachment", ofComment, accounts.InTeam, addAttachments},
	{http.MethodDelete, "/data/tasks/{task_id}/comments/{comment_id}/attachments/{attachment_file_id}", ofComment, accounts.InTeam, removeAttachment},
	{http.MethodGet, "/data/attachment-files/{attachment_file_id}", ofAttachment, accounts.SeesEntity, showAttachment},
	{http.MethodGet, "/data/attachment-files/{attachment_file_id}/file/{file_name}", ofAttachment, accounts.SeesEntity, downloadAttachment},
	{http.MethodGet, "/data/tasks/{task_id}/attachment-files", ofTask, accounts.NoOutsider, listAttachments},
	{http.MethodGet, "/data/projects/{project_id}/attachment-files", inProject, accounts.NoOutsider, listAttachments},
}

// attached are the files of comments, by comment.
type attached map[hierarchy.ID][]*hierarchy.AttachmentFile

// attachedTo sorts files to their comments: as they came, those of one request by
// name.
func attachedTo(rows []*hierarchy.AttachmentFile) attached {
	slices.SortFunc(rows, func(a, b *hierarchy.AttachmentFile) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), strings.Compare(a.Name, b.Name), strings.Compare(a.Key(), b.Key()))
	})
	out := attached{}
	for _, a := range rows {
		out[a.CommentID] = append(out[a.CommentID], a)
	}
	return out
}

// attachedOf reads the files of comments.
func (c *call) attachedOf(comments ...*hierarchy.Comment) (attached, error) {
	var ids []hierarchy.ID
	for _, k := range comments {
		ids = append(ids, k.ID)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := pipeline.Rows[*hierarchy.AttachmentFile](c.ctx(), c.pipe, map[string]any{"comment_id": ids})
	return attachedTo(rows), err
}

// objects are the files of a comment as clients walk through them.
func (a attached) objects(comment hierarchy.ID) []object {
	out := []object{}
	for _, file := range a[comment] {
		out = append(out, attachmentObject(file))
	}
	return out
}

// attachmentObject is an attachment as Kitsu writes it; what it does not keep is
// null.
func attachmentObject(a *hierarchy.AttachmentFile) object {
	var o object
	o.fields(a, "task_id")
	o.set("reply_id", nil)
	o.set("chat_message_id", nil)
	o.set("type", "AttachmentFile")
	return o
}

// ofAttachment takes an attachment from {attachment_file_id}.
func ofAttachment(c *call) error {
	row, err := pipeline.Row[*hierarchy.AttachmentFile](c.ctx(), c.pipe, c.pathID("attachment_file_id"))
	if err != nil {
		return err
	}
	c.row = row
	return c.takeTask(row.TaskID)
}

// theAttachment is the one of the path, if the caller sees its comment.
func (c *call) theAttachment() (*hierarchy.AttachmentFile, error) {
	a := c.row.(*hierarchy.AttachmentFile)
	comment, err := pipeline.Row[*hierarchy.Comment](c.ctx(), c.pipe, a.CommentID)
	if err != nil {
		return nil, err
	}
	if len(c.visibleComments([]*hierarchy.Comment{comment})) == 0 {
		return nil, errForbidden
	}
	return a, nil
}

func showAttachment(c *call) (answer, error) {
	a, err := c.theAttachment()
	if err != nil {
		return answer{}, err
	}
	return ok(attachmentObject(a))
}

// downloadAttachment sends the file. Its name stands in the path for people; the
// id says which one it is.
func downloadAttachment(c *call) (answer, error) {
	a, err := c.theAttachment()
	if err != nil {
		return answer{}, err
	}
	content, err := c.keptFile(a.ID)
	if err != nil {
		return answer{}, err
	}
	return ok(download{a.Name, kindOf(text(a.Extension)), content})
}

func listAttachments(c *call) (answer, error) {
	rows, err := rowsOfTasks[*hierarchy.AttachmentFile](c)
	if err != nil {
		return answer{}, err
	}
	return collection[*hierarchy.AttachmentFile]{rows: rows, object: attachmentObject}.answer(c)
}

// addAttachments ties further files to a comment, and answers with all that it
// has.
func addAttachments(c *call) (answer, error) {
	k := c.row.(*hierarchy.Comment)
	if !c.ownComment(k) {
		return answer{}, errForbidden
	}
	return c.withFiles(func(s *shelf) (answer, error) {
		if !c.isForm() {
			return answer{}, errNoUpload
		}
		if _, err := c.formWords(s); err != nil {
			return answer{}, err
		}
		if len(s.kept) == 0 {
			return answer{}, errNoUpload
		}
		if _, err := c.pipe.AddAttachments(c.ctx(), c.view.Project.ID, k.ID, s.attachments()); err != nil {
			return answer{}, err
		}
		all, err := c.attachedOf(k)
		if err != nil {
			return answer{}, err
		}
		return created(all.objects(k.ID))
	})
}

func removeAttachment(c *call) (answer, error) {
	k := c.row.(*hierarchy.Comment)
	if !c.ownComment(k) {
		return answer{}, errForbidden
	}
	id := c.pathID("attachment_file_id")
	if err := c.pipe.RemoveAttachment(c.ctx(), c.view.Project.ID, k.ID, id); err != nil {
		return answer{}, err
	}
	c.removeFiles([]hierarchy.ID{id})
	return gone()
}
