package api

import (
	"encoding/json"
	"slices"
	"strconv"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// createComments comments on many tasks of a production at once, all or none.
func createComments(c *call) (answer, error) {
	all, err := c.manyComments()
	if err != nil {
		return answer{}, err
	}
	return c.addComments(all)
}

// addComments writes comments on tasks of the call's production.
func (c *call) addComments(all []map[string]json.RawMessage) (answer, error) {
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
	made, err := c.pipe.AddComments(c.ctx(), c.view.Project.ID, specs)
	if err != nil {
		return answer{}, err
	}
	rows := []object{}
	for _, k := range made {
		rows = append(rows, c.newCommentObject(k))
	}
	return created(rows)
}

// manyComments reads {"comments": [...]} or a bare list, as JSON or in a form.
func (c *call) manyComments() (all []map[string]json.RawMessage, err error) {
	raw := []byte(nil)
	if c.isForm() {
		words, err := c.formWords()
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

// createTaskComments is createComments where the first task says which
// production it is about.
func createTaskComments(c *call) (answer, error) {
	all, err := c.manyComments()
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
	return c.addComments(all)
}

// createCommentsOfTask is createComments where the path names the task.
func createCommentsOfTask(c *call) (answer, error) {
	all, err := c.manyComments()
	if err != nil {
		return answer{}, err
	}
	for _, sent := range all {
		sent["task_id"] = json.RawMessage(strconv.Quote(string(c.task.ID)))
	}
	return c.addComments(all)
}
