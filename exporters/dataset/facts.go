package dataset

import (
	"context"
	"errors"
	"iter"

	"turnover/hierarchy"
)

// The fields of facts that reports look at.
func taskFields() []field[hierarchy.Task] {
	return []field[hierarchy.Task]{
		textField("id", "id", func(t *hierarchy.Task) *hierarchy.ID { return &t.ID }),
		textField("name", "name", func(t *hierarchy.Task) *string { return &t.Name }),
		textField("entity_id", "entity_id", func(t *hierarchy.Task) *hierarchy.ID { return &t.EntityID }),
		textField("task_type_id", "task_type_id", func(t *hierarchy.Task) *hierarchy.ID { return &t.TaskTypeID }),
		textField("task_status_id", "task_status_id", func(t *hierarchy.Task) *hierarchy.ID { return &t.TaskStatusID }),
		textField("last_preview_file_id", "last_preview_id", func(t *hierarchy.Task) *hierarchy.ID { return &t.LastPreviewFileID }),
		floatField("duration", "duration_minutes", func(t *hierarchy.Task) *float64 { return &t.Duration }),
		floatField("estimation", "estimation_minutes", func(t *hierarchy.Task) *float64 { return &t.Estimation }),
		maybeWholeField("retake_count", "retake_count", func(t *hierarchy.Task) **int64 { return &t.RetakeCount }),
		maybeWholeField("nb_drawings", "nb_drawings", func(t *hierarchy.Task) **int64 { return &t.NbDrawings }),
		instantField("due_date", "due_at", func(t *hierarchy.Task) *hierarchy.Time { return &t.DueDate }),
		instantField("real_start_date", "real_start_date", func(t *hierarchy.Task) *hierarchy.Time { return &t.RealStartDate }),
		instantField("end_date", "end_date", func(t *hierarchy.Task) *hierarchy.Time { return &t.EndDate }),
		instantField("done_date", "done_date", func(t *hierarchy.Task) *hierarchy.Time { return &t.DoneDate }),
		instantField("last_comment_date", "last_comment_date", func(t *hierarchy.Task) *hierarchy.Time { return &t.LastCommentDate }),
		instantField("created_at", "created_at", func(t *hierarchy.Task) *hierarchy.Time { return &t.CreatedAt }),
	}
}

func assignmentFields() []field[hierarchy.Assignment] {
	return []field[hierarchy.Assignment]{
		textField("task_id", "task_id", func(l *hierarchy.Assignment) *hierarchy.ID { return &l.TaskID }),
		textField("person_id", "person_id", func(l *hierarchy.Assignment) *hierarchy.ID { return &l.PersonID }),
	}
}

func sheetFields() []field[hierarchy.TimeSpent] {
	return []field[hierarchy.TimeSpent]{
		textField("id", "id", func(t *hierarchy.TimeSpent) *hierarchy.ID { return &t.ID }),
		textField("task_id", "task_id", func(t *hierarchy.TimeSpent) *hierarchy.ID { return &t.TaskID }),
		textField("person_id", "person_id", func(t *hierarchy.TimeSpent) *hierarchy.ID { return &t.PersonID }),
		dayField("date", "day", func(t *hierarchy.TimeSpent) *hierarchy.Day { return &t.Date }),
		floatField("duration", "duration_minutes", func(t *hierarchy.TimeSpent) *float64 { return &t.Duration }),
	}
}

func commentFields() []field[hierarchy.Comment] {
	return []field[hierarchy.Comment]{
		textField("id", "id", func(c *hierarchy.Comment) *hierarchy.ID { return &c.ID }),
		textField("task_id", "task_id", func(c *hierarchy.Comment) *hierarchy.ID { return &c.TaskID }),
		textField("task_status_id", "task_status_id", func(c *hierarchy.Comment) *hierarchy.ID { return &c.TaskStatusID }),
		textField("person_id", "person_id", func(c *hierarchy.Comment) *hierarchy.ID { return &c.PersonID }),
		textField("text", "text", func(c *hierarchy.Comment) *string { return &c.Text }),
		dataField("checklist", "checklist", func(c *hierarchy.Comment) *hierarchy.Data { return &c.Checklist }),
		dataField("previews", "previews", func(c *hierarchy.Comment) *hierarchy.Data { return &c.Previews }),
		instantField("created_at", "created_at", func(c *hierarchy.Comment) *hierarchy.Time { return &c.CreatedAt }),
	}
}

func previewFields() []field[hierarchy.PreviewFile] {
	return []field[hierarchy.PreviewFile]{
		textField("id", "id", func(p *hierarchy.PreviewFile) *hierarchy.ID { return &p.ID }),
		textField("task_id", "task_id", func(p *hierarchy.PreviewFile) *hierarchy.ID { return &p.TaskID }),
		wholeField("revision", "revision", func(p *hierarchy.PreviewFile) *int64 { return &p.Revision }),
		wholeField("position", "position", func(p *hierarchy.PreviewFile) *int64 { return &p.Position }),
		instantField("created_at", "created_at", func(p *hierarchy.PreviewFile) *hierarchy.Time { return &p.CreatedAt }),
	}
}

// ErrHidden says that a snapshot does not tell people apart as the database does.
var ErrHidden = errors.New("it hides people: publish with --persons names, or ask the database")

// Facts are one production's facts as they were published. Streams are sorted
// by task, in temporary files where they are too many for memory.
//
// Reports print who did what, and share frames out by persons' ids: of people
// who are hidden they would say something else, so that it is ErrHidden.
func (r *Reading) Facts(ctx context.Context, p Production) (hierarchy.Facts, error) {
	if r.Manifest.Persons != Named {
		return nil, ErrHidden
	}
	dim, err := r.dimensions(ctx, p)
	if err != nil {
		return nil, err
	}
	return &facts{ctx: ctx, r: r, dim: dim, memory: orderedMemory}, nil
}

// facts implement hierarchy.Facts.
type facts struct {
	ctx    context.Context
	r      *Reading
	dim    *hierarchy.Snapshot
	fields hierarchy.Fields
	memory int // bytes of rows that a stream holds while it sorts
}

// Only reads no other columns; see hierarchy.Only.
func (f *facts) Only(fields hierarchy.Fields) hierarchy.Facts {
	lean := *f
	lean.fields = fields
	return &lean
}

func (f *facts) Dimensions() *hierarchy.Snapshot { return f.dim }

func (f *facts) TimeSpents() iter.Seq2[*hierarchy.TimeSpent, error] {
	return ordered(f, "time_spents", narrowed(sheetFields(), "time_spents", f.fields), hierarchy.CompareTimeSpents)
}

func (f *facts) Comments() iter.Seq2[*hierarchy.Comment, error] {
	return ordered(f, "comments", narrowed(commentFields(), "comments", f.fields), hierarchy.CompareComments)
}

func (f *facts) Previews() iter.Seq2[*hierarchy.PreviewFile, error] {
	return ordered(f, "previews", narrowed(previewFields(), "preview_files", f.fields), hierarchy.ComparePreviews)
}

func (f *facts) Tasks() iter.Seq2[*hierarchy.Task, error] {
	tasks := ordered(f, "tasks", narrowed(taskFields(), "tasks", f.fields), func(a, b *hierarchy.Task) int { return hierarchy.CompareIDs(a.ID, b.ID) })
	return func(yield func(*hierarchy.Task, error) bool) {
		next, stop := iter.Pull2(ordered(f, "assignees", assignmentFields(), compareAssignments))
		defer stop()
		link, err, more := next()
		for t, e := range tasks {
			for ; e == nil && err == nil && more && link.TaskID <= t.ID; link, err, more = next() {
				if link.TaskID == t.ID {
					t.Assignees = append(t.Assignees, link.PersonID)
				}
			}
			if e == nil {
				e = err
			}
			if !yield(t, e) || e != nil {
				return
			}
		}
	}
}

func compareAssignments(a, b *hierarchy.Assignment) int {
	if a.TaskID != b.TaskID {
		return hierarchy.CompareIDs(a.TaskID, b.TaskID)
	}
	return hierarchy.CompareIDs(a.PersonID, b.PersonID)
}
