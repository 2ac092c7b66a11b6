package pipeline

import (
	"context"
	"fmt"
	"slices"
	"time"

	"turnover/hierarchy"
)

// commentForm are the fields of a comment that requests set.
var commentForm = form{"text": 0, "checklist": 0, "links": 0, "data": 0, "pinned": 0, "for_client": 0, "replies": 0}

// A CommentSpec is a comment on a task. Status "" keeps the task's.
type CommentSpec struct {
	Task   hierarchy.ID
	Status string // name, short name or id
	Person hierarchy.ID
	Text   string
	At     hierarchy.Time // zero: now
	Fields Fields         // what else it has
	// What came with it, kept already.
	Files    []Attachment
	Previews []NewPreview
}

// AddComment writes a comment and what it does to the task, by the rules in
// hierarchy: the live ones for the newest comment, a recount for one that is
// older than the last.
func (p *Pipeline) AddComment(ctx context.Context, project hierarchy.ID, spec CommentSpec) (comment *hierarchy.Comment, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		task, err := t.task(spec.Task)
		if err != nil {
			return err
		}
		comment, err = p.addComment(t, task, spec)
		return err
	})
	return comment, err
}

// AddComments writes comments on several tasks, each on its own task, all or
// none.
func (p *Pipeline) AddComments(ctx context.Context, project hierarchy.ID, specs []CommentSpec) (made []*hierarchy.Comment, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		var ids []hierarchy.ID
		for _, s := range specs {
			if slices.Contains(ids, s.Task) {
				return usage("two comments on the task %s: send them one after the other", s.Task)
			}
			ids = append(ids, s.Task)
		}
		tasks, err := t.tasks(ids)
		if err != nil {
			return err
		}
		for i, s := range specs {
			comment, err := p.addComment(t, tasks[i], s)
			if err != nil {
				return err
			}
			made = append(made, comment)
		}
		return nil
	})
	return made, err
}

func (p *Pipeline) addComment(t *tracking, task *hierarchy.Task, spec CommentSpec) (*hierarchy.Comment, error) {
	was, now, err := statusesOf(t.snap, task, spec.Status)
	if err != nil {
		return nil, err
	}
	if was == nil || was.ID != now.ID {
		if err := t.checkCap(task, now); err != nil {
			return nil, err
		}
	}
	if spec.Person != "" && t.person(spec.Person) == nil {
		return nil, usage("there is no person %q", spec.Person)
	}
	at := spec.At
	if at.IsZero() {
		at = t.origin.At
	}
	comment := &hierarchy.Comment{ID: p.NewID(), TaskID: task.ID, TaskStatusID: now.ID, PersonID: spec.Person, Text: spec.Text,
		Pinned: hierarchy.Ptr(false), ForClient: hierarchy.Ptr(false), Stamps: hierarchy.Stamps{CreatedAt: at, UpdatedAt: at}}
	if err := commentForm.set(comment, spec.Fields); err != nil {
		return nil, err
	}
	if err := t.publish(task, comment, spec.Previews); err != nil {
		return nil, err
	}
	t.add(hierarchy.Create{Origin: t.origin, Row: comment})
	if _, err := t.attach(comment, 0, spec.Files); err != nil {
		return nil, err
	}
	if at.Truncate(time.Second).Before(task.LastCommentDate.Truncate(time.Second)) { // as Kitsu compares: to the second
		return comment, t.countAgain(task, func(all []*hierarchy.Comment) []*hierarchy.Comment { return append(all, comment) })
	}
	after := hierarchy.Clone(task)
	if err := hierarchy.Patch(after, hierarchy.StatusChange(task, was, now, at)); err != nil {
		return nil, err
	}
	t.update(task, after)
	return comment, nil
}

// countAgain writes what a task's comments say after an edit of their list.
func (t *tracking) countAgain(task *hierarchy.Task, edit func([]*hierarchy.Comment) []*hierarchy.Comment) error {
	all, err := rowsOf[*hierarchy.Comment](t, "comments", map[string]any{"task_id": task.ID})
	if err != nil {
		return err
	}
	all = edit(all)
	slices.SortFunc(all, byCreation)
	statuses := map[hierarchy.ID]*hierarchy.TaskStatus{}
	for _, s := range t.snap.TaskStatuses {
		statuses[s.ID] = s
	}
	if fields := hierarchy.Recount(task, all, statuses, t.snap.DefaultStatus()); len(fields) > 0 {
		t.add(hierarchy.Update{Origin: t.origin, Ref: hierarchy.RefOf(task), Fields: fields})
	}
	return nil
}

func statusesOf(snap *hierarchy.Snapshot, task *hierarchy.Task, wanted string) (was, now *hierarchy.TaskStatus, err error) {
	var known []string
	for _, s := range snap.TaskStatuses {
		known = append(known, s.Name)
		if s.ID == task.TaskStatusID {
			was = s
		}
		if wanted != "" && (string(s.ID) == wanted || s.Name == wanted || s.ShortName == wanted) {
			now = s
		}
	}
	if wanted == "" {
		now = was
	}
	if now == nil {
		return nil, nil, unknown("task status", wanted, known)
	}
	return was, now, nil
}

// comment reads a comment with its task; ErrNotFound outside the production.
func (t *tracking) comment(id hierarchy.ID) (*hierarchy.Comment, *hierarchy.Task, error) {
	row, err := rowByID(t.ctx, t.tx, "comments", id)
	if err != nil {
		return nil, nil, err
	}
	c := row.(*hierarchy.Comment)
	task, err := t.task(c.TaskID)
	return c, task, err
}

// UpdateComment sets fields of a comment. Another status is counted anew over
// all comments of the task.
func (p *Pipeline) UpdateComment(ctx context.Context, project, id hierarchy.ID, fields Fields) (after *hierarchy.Comment, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		before, task, err := t.comment(id)
		if err != nil {
			return err
		}
		after = hierarchy.Clone(before)
		if err := commentForm.set(after, fields); err != nil {
			return err
		}
		if value, sent := fields["task_status_id"]; sent {
			_, now, err := statusesOf(t.snap, task, value.Text())
			if err != nil {
				return err
			}
			after.TaskStatusID = now.ID
		}
		if after.Text != before.Text || after.TaskStatusID != before.TaskStatusID {
			after.EditorID = t.author()
		}
		if !t.update(before, after) {
			return nil
		}
		after.UpdatedAt = t.origin.At
		if after.TaskStatusID == before.TaskStatusID {
			return nil
		}
		return t.countAgain(task, func(all []*hierarchy.Comment) []*hierarchy.Comment {
			return append(without(all, id), after)
		})
	})
	return after, err
}

func without(all []*hierarchy.Comment, id hierarchy.ID) []*hierarchy.Comment {
	return slices.DeleteFunc(all, func(c *hierarchy.Comment) bool { return c.ID == id })
}

// RemoveComment deletes a comment with its previews and attachments, and counts
// the task anew. It gives the ids of those whose files go.
func (p *Pipeline) RemoveComment(ctx context.Context, project, id hierarchy.ID) (files []hierarchy.ID, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		c, task, err := t.comment(id)
		if err != nil {
			return err
		}
		t.add(hierarchy.Delete{Origin: t.origin, Row: c})
		rows, err := t.previewsOf(c)
		if err != nil {
			return err
		}
		var previews []hierarchy.ID
		for _, p := range rows {
			previews = append(previews, p.ID)
			t.add(hierarchy.Delete{Origin: t.origin, Row: p})
		}
		attached, err := t.attachmentsOf(c)
		if err != nil {
			return err
		}
		for _, a := range attached {
			t.add(hierarchy.Delete{Origin: t.origin, Row: a})
		}
		files = t.filesGone()
		if err := t.countAgain(task, func(all []*hierarchy.Comment) []*hierarchy.Comment { return without(all, id) }); err != nil {
			return err
		}
		return t.forgetPreviews(previews)
	})
	return files, err
}

// Reply answers a comment in its thread, as a person.
func (p *Pipeline) Reply(ctx context.Context, project, id, person hierarchy.ID, text string) (reply hierarchy.Data, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		if t.person(person) == nil {
			return usage("there is no person %q", person)
		}
		c, _, err := t.comment(id)
		if err != nil {
			return err
		}
		reply = hierarchy.Data(hierarchy.ValueOf(map[string]any{"id": p.NewID(), "date": t.origin.At, "person_id": person, "text": text}))
		after := hierarchy.Clone(c)
		after.Replies = appended(c.Replies, reply)
		t.update(c, after)
		return nil
	})
	return reply, err
}

// RemoveReply takes a reply out of its thread; ErrNotFound. may looks at it
// first.
func (p *Pipeline) RemoveReply(ctx context.Context, project, id hierarchy.ID, reply string, may func(author string) error) error {
	return p.track(ctx, project, func(t *tracking) error {
		c, _, err := t.comment(id)
		if err != nil {
			return err
		}
		after := hierarchy.Clone(c)
		after.Replies = hierarchy.Data("[]")
		found := false
		for _, one := range elements(c.Replies) {
			if one.Get("id").Text() != reply {
				after.Replies = appended(after.Replies, one)
				continue
			}
			found = true
			if err := may(one.Get("person_id").Text()); err != nil {
				return err
			}
		}
		if !found {
			return fmt.Errorf("reply %s: %w", reply, ErrNotFound)
		}
		t.update(c, after)
		return nil
	})
}
