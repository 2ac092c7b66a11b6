package hierarchy

// An AttachmentFile is a file that came with a comment: a reference, a note, a
// scan. What is in it is kept beside the previews, under the attachment's id.
type AttachmentFile struct {
	ID        ID      `json:"id"`
	TaskID    ID      `json:"task_id"` // that of the comment
	CommentID ID      `json:"comment_id"`
	Name      string  `json:"name"` // of the file, with its extension
	Extension *string `json:"extension"`
	Mimetype  *string `json:"mimetype"` // by its extension
	Size      int64   `json:"size"`     // bytes
	Stamps
}

func (*AttachmentFile) Table() string { return "attachment_files" }
func (a *AttachmentFile) Key() string { return string(a.ID) }

// A Subscription says that a person follows a task. Unique by the two.
type Subscription struct {
	ID       ID `json:"id"`
	TaskID   ID `json:"task_id"`
	PersonID ID `json:"person_id"`
	Stamps
}

func (*Subscription) Table() string { return "subscriptions" }
func (s *Subscription) Key() string { return string(s.ID) }
