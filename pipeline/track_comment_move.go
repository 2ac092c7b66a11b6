package pipeline

import (
	"context"
	"slices"

	"turnover/hierarchy"
)

// MoveComment moves a comment with its attachments to another task of the same
// entity, and counts both tasks anew. One with previews stays: they are revisions
// of its task.
func (p *Pipeline) MoveComment(ctx context.Context, project, id, target hierarchy.ID) (after *hierarchy.Comment, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		before, from, err := t.comment(id)
		if err != nil {
			return err
		}
		to, err := t.task(target)
		if err != nil {
			return err
		}
		switch {
		case from.ID == to.ID:
			return usage("the comment is on the task %s already", to.ID)
		case from.EntityID != to.EntityID:
			return usage("the task %s is of another entity", to.ID)
		case len(idsOf(before.Previews)) > 0:
			return usage("a comment with previews stays: they are revisions of its task")
		}
		after = hierarchy.Clone(before)
		after.TaskID, after.UpdatedAt = to.ID, t.origin.At
		// It is made anew under its id: streams of comments are in the order of their
		// tasks, and an earlier state must find it at its earlier place.
		t.add(hierarchy.Delete{Origin: t.origin, Row: before}, hierarchy.Create{Origin: t.origin, Row: after})
		if err := t.moveAttachments(before, to); err != nil {
			return err
		}
		if err := t.countAgain(from, func(all []*hierarchy.Comment) []*hierarchy.Comment { return without(all, id) }); err != nil {
			return err
		}
		return t.countAgain(to, func(all []*hierarchy.Comment) []*hierarchy.Comment { return append(all, after) })
	})
	return after, err
}

func (t *tracking) moveAttachments(c *hierarchy.Comment, to *hierarchy.Task) error {
	files, err := t.attachmentsOf(c)
	for _, a := range files {
		moved := hierarchy.Clone(a)
		moved.TaskID = to.ID
		t.update(a, moved)
	}
	return err
}

// AcknowledgeComment notes that the author of the request has read a comment, or
// where they said so before, that they take it back.
func (p *Pipeline) AcknowledgeComment(ctx context.Context, project, id hierarchy.ID) (after *hierarchy.Comment, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		before, _, err := t.comment(id)
		if err != nil {
			return err
		}
		me := t.author()
		if me == "" {
			return usage("%q is no person, and only persons acknowledge comments", t.origin.Author)
		}
		persons := idsOf(before.Acknowledgements)
		if at := slices.Index(persons, me); at >= 0 {
			persons = slices.Delete(persons, at, at+1)
		} else {
			persons = append(persons, me)
		}
		after = hierarchy.Clone(before)
		after.Acknowledgements = hierarchy.Data(hierarchy.ValueOf(persons))
		t.update(before, after)
		return nil
	})
	return after, err
}
