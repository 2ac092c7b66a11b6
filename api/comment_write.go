package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// createComment comments on a task, which may change its status. What is sent as
// a form may have attachments.
func createComment(c *call) (answer, error) {
	if !c.acts(c.task) {
		return answer{}, errForbidden // before any file is kept
	}
	return c.withFiles(func(s *shelf) (answer, error) {
		sent, err := c.commentBody(s)
		if err != nil {
			return answer{}, err
		}
		spec, err := c.commentSpec(c.task, sent)
		if err != nil {
			return answer{}, err
		}
		spec.Files = s.attachments()
		made, err := c.pipe.AddComment(c.ctx(), c.view.Project.ID, spec)
		if err != nil {
			return answer{}, err
		}
		files, err := c.newlyAttached(s, made)
		return answer{http.StatusCreated, c.newCommentObject(made, files)}, err
	})
}

// newlyAttached reads the files of new comments, where any came.
func (c *call) newlyAttached(s *shelf, made ...*hierarchy.Comment) (attached, error) {
	if len(s.kept) == 0 {
		return nil, nil
	}
	s.kept = nil // they are written, and stay whatever happens
	return c.attachedOf(made...)
}

// commentBody reads a comment sent as JSON or as a form, whose lists are JSON
// texts.
func (c *call) commentBody(s *shelf) (map[string]json.RawMessage, error) {
	if !c.isForm() {
		return c.object()
	}
	words, err := c.formWords(s)
	if err != nil {
		return nil, err
	}
	sent := map[string]json.RawMessage{}
	for name, text := range words {
		raw := json.RawMessage(text)
		switch name {
		case "checklist", "links", "for_client", "data":
			if text == "True" || text == "False" {
				raw = json.RawMessage(strings.ToLower(text)) // as Python writes them
			}
			if !json.Valid(raw) {
				return nil, invalid(fieldError{name, "Input should be valid JSON"})
			}
		default:
			raw = json.RawMessage(hierarchy.ValueOf(text))
		}
		sent[name] = raw
	}
	return sent, nil
}

// commentSpec reads a comment of a body. Whose it is and when it was made is for
// those who decide about the task to say.
func (c *call) commentSpec(t *hierarchy.Task, sent map[string]json.RawMessage) (spec pipeline.CommentSpec, err error) {
	if !c.acts(t) {
		return spec, errForbidden
	}
	fields := sentFields(sent)
	status, isID := canonicalID(fields["task_status_id"].Text())
	if !isID {
		return spec, invalid(fieldError{"task_status_id", "Input should be a valid UUID"})
	}
	if err := c.maySet(t, status); err != nil {
		return spec, err
	}
	spec = pipeline.CommentSpec{Task: t.ID, Status: string(status), Person: c.who.person.ID, Text: fields["comment"].Text(), Fields: fields}
	if spec.Text == "" {
		spec.Text = fields["text"].Text()
	}
	delete(fields, "text")
	delete(fields, "replies")
	if !c.directs(t) {
		return spec, nil
	}
	if person, given := canonicalID(fields["person_id"].Text()); given {
		spec.Person = person
	}
	if text := fields["created_at"].Text(); text != "" {
		if spec.At, err = hierarchy.ParseTime(strings.Replace(text, " ", "T", 1)); err != nil {
			return spec, invalid(fieldError{"created_at", err.Error()})
		}
	}
	return spec, nil
}

// maySet refuses a change to a status that is not for artists or clients: by the
// role that counts in the production. To repeat the status is no change.
func (c *call) maySet(t *hierarchy.Task, id hierarchy.ID) error {
	if id == t.TaskStatusID {
		return nil
	}
	for _, s := range c.view.TaskStatuses {
		if s.ID != id {
			continue
		}
		role := c.standing(nil).Effective()
		artist := role == accounts.Artist || role == accounts.Vendor
		if artist && !s.IsArtistAllowed || role == accounts.Client && !c.clientMaySet(s) {
			return errForbidden
		}
		return nil
	}
	return badParameter("there is no task status %s", id)
}

// clientMaySet: a production may say otherwise than the status.
func (c *call) clientMaySet(s *hierarchy.TaskStatus) bool {
	for _, l := range c.view.ProjectTaskStatuses {
		if l.TaskStatusID == s.ID && l.IsClientAllowed != nil {
			return *l.IsClientAllowed
		}
	}
	return s.IsClientAllowed
}

// ownComment tells whether the caller may alter a comment: their own, or any as
// a manager.
func (c *call) ownComment(k *hierarchy.Comment) bool {
	return c.standing(nil).Allows(accounts.Manages) || k.PersonID == c.who.person.ID && c.acts(c.task)
}

func updateComment(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	k := c.row.(*hierarchy.Comment)
	if !c.ownComment(k) {
		return answer{}, errForbidden
	}
	fields := sentFields(sent)
	if comment, there := fields["comment"]; there && fields["text"] == "" {
		fields["text"] = comment
	}
	delete(fields, "replies") // they have routes of their own
	if status, there := fields["task_status_id"]; there && hierarchy.ID(status.Text()) != k.TaskStatusID {
		if err := c.maySet(&hierarchy.Task{TaskStatusID: k.TaskStatusID}, hierarchy.ID(status.Text())); err != nil {
			return answer{}, err
		}
	}
	after, err := c.pipe.UpdateComment(c.ctx(), c.view.Project.ID, k.ID, fields)
	if err != nil {
		return answer{}, err
	}
	return c.oneComment(after)
}

func removeComment(c *call) (answer, error) {
	k := c.row.(*hierarchy.Comment)
	if !c.ownComment(k) {
		return answer{}, errForbidden
	}
	files, err := c.pipe.RemoveComment(c.ctx(), c.view.Project.ID, k.ID)
	if err != nil {
		return answer{}, err
	}
	c.removeFiles(files)
	return gone()
}
