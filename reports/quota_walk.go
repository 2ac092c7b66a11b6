package reports

import (
	"slices"

	"turnover/hierarchy"
)

// A record is a task of a shot with all that hangs on it; valid until the next.
type record struct {
	task     *hierarchy.Task
	shot     *hierarchy.Entity
	sheets   []hierarchy.TimeSpent
	comments []hierarchy.Comment // in the order in which they were made
	previews []hierarchy.PreviewFile
}

// previewed tells whether the task has a preview, wherever that is written.
func (r *record) previewed() bool {
	return len(r.previews) > 0 || r.task.LastPreviewFileID != "" || slices.ContainsFunc(r.comments, func(c hierarchy.Comment) bool {
		return len(c.Previews) > len("[]")
	})
}

// eachRecord visits the tasks on shots of the types that the query asks for,
// whether they count or not.
func (s *scope) eachRecord(facts hierarchy.Facts, visit func(*record) error) error {
	sheets := follow("time sheets", facts.TimeSpents(), func(t *hierarchy.TimeSpent) hierarchy.ID { return t.TaskID })
	defer sheets.stop()
	comments := follow("comments", facts.Comments(), func(c *hierarchy.Comment) hierarchy.ID { return c.TaskID })
	defer comments.stop()
	previews := follow("previews", facts.Previews(), func(p *hierarchy.PreviewFile) hierarchy.ID { return p.TaskID })
	defer previews.stop()
	var r record
	return eachTask(facts, func(t *hierarchy.Task) (err error) {
		shot := s.dim.Entity(t.EntityID)
		if shot == nil || shot.Kind != hierarchy.Shot || !s.wantsType(t) {
			return nil
		}
		r.task, r.shot = t, shot
		if r.sheets, err = sheets.of(t.ID); err != nil {
			return err
		}
		if r.comments, err = comments.of(t.ID); err != nil {
			return err
		}
		if r.previews, err = previews.of(t.ID); err != nil {
			return err
		}
		return visit(&r)
	})
}
