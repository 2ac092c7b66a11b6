package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// createComments comments on many tasks of a production at once, all or none.
func createComments(c *call) (answer, error) {
	return c.withFiles(func(s *shelf) (answer, error) {
		all, err := c.manyComments(s)
		if err != nil {
			return answer{}, err
		}
		return c.addComments(all, s)
	})
}

// createTaskComments is createComments where the first task says which
// production it is about.
func createTaskComments(c *call) (answer, error) {
	return c.withFiles(func(s *shelf) (answer, error) {
		all, err := c.manyComments(s)
		if err != nil {
			return answer{}, err
		}
		if len(all) == 0 {
			return created([]object{})
		}
		id, _ := canonicalID(hierarchy.ValueOf(all[0]["task_id"]).Text())
		if c.view, err = c.server.views.OfRow(c.ctx(), "tasks", id); err != nil {
			return answer{}, err
		}
		return c.addComments(all, s)
	})
}

// createCommentsOfTask is createComments where the path names the task.
func createCommentsOfTask(c *call) (answer, error) {
	return c.withFiles(func(s *shelf) (answer, error) {
		all, err := c.manyComments(s)
		if err != nil {
			return answer{}, err
		}
		for _, sent := range all {
			sent["task_id"] = json.RawMessage(strconv.Quote(string(c.task.ID)))
		}
		return c.addComments(all, s)
	})
}

// addComments writes comments on tasks of the call's production.
func (c *call) addComments(all []map[string]json.RawMessage, s *shelf) (answer, error) {
	byID := map[hierarchy.ID]*hierarchy.Task{}
	for _, t := range c.view.Tasks {
		byID[t.ID] = t
	}
	var specs []pipeline.CommentSpec
	for _, sent := range all {
		id, _ := canonicalID(hierarchy.ValueOf(sent["task_id"]).Text())
		if id == "" {
			id, _ = canonicalID(hierarchy.ValueOf(sent["object_id"]).Text())
		}
		if byID[id] == nil {
			return answer{}, errNotFound
		}
		spec, err := c.commentSpec(byID[id], sent)
		if err != nil {
			return answer{}, err
		}
		specs = append(specs, spec)
	}
	if err := s.sortInto(specs); err != nil {
		return answer{}, err
	}
	made, err := c.pipe.AddComments(c.ctx(), c.view.Project.ID, specs)
	if err != nil {
		return answer{}, err
	}
	attached, err := c.newlyAttached(s, made...)
	rows := []object{}
	for _, k := range made {
		rows = append(rows, c.newCommentObject(k, attached))
	}
	return answer{http.StatusCreated, rows}, err
}

// The fields of a form with comments in which their files come: attachment_file-2-0
// is the first of the third comment.
const (
	attachmentField = "attachment_file-"
	previewField    = "preview_file-"
)

// sortInto gives each comment of the form its files.
func (s *shelf) sortInto(specs []pipeline.CommentSpec) error {
	for _, one := range s.kept {
		number, isPreview := strings.CutPrefix(one.field, previewField)
		if !isPreview {
			number = strings.TrimPrefix(one.field, attachmentField)
		}
		number, _, _ = strings.Cut(number, "-")
		at, err := strconv.Atoi(number)
		switch {
		case err != nil || at < 0 || at >= len(specs):
			return badParameter("A file belongs to none of the comments: its field is %.80q.", one.field)
		case isPreview:
			specs[at].Previews = append(specs[at].Previews, *one.preview)
		default:
			specs[at].Files = append(specs[at].Files, one.file)
		}
	}
	return nil
}

// manyComments reads {"comments": [...]} or a bare list, as JSON or in a form.
func (c *call) manyComments(s *shelf) (all []map[string]json.RawMessage, err error) {
	raw := []byte(nil)
	if c.isForm() {
		words, err := c.formWords(s)
		if err != nil {
			return nil, err
		}
		raw = []byte(words["comments"])
	} else if raw, err = c.body(); err != nil {
		return nil, err
	}
	var wrapped struct {
		Comments json.RawMessage `json:"comments"`
	}
	if json.Unmarshal(raw, &wrapped) == nil && wrapped.Comments != nil {
		raw = wrapped.Comments
	}
	if json.Unmarshal(raw, &all) != nil || slices.ContainsFunc(all, func(one map[string]json.RawMessage) bool { return one == nil }) {
		return nil, invalid(fieldError{"comments", "Input should be a valid list"})
	}
	return all, nil
}
