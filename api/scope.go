package api

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// ofTask takes a task from {task_id}, with its entity and production.
func ofTask(c *call) error { return c.takeTask(c.pathID("task_id")) }

func (c *call) takeTask(id hierarchy.ID) (err error) {
	if c.view, err = c.server.views.OfRow(c.ctx(), "tasks", id); err != nil {
		return err
	}
	for _, k := range c.view.Tasks {
		if k.ID == id {
			c.task, c.entity = k, c.view.Entity(k.EntityID)
			return nil
		}
	}
	return errNotFound
}

// ofQueryTask takes a task from the query, or else a production as ofQuery does.
func ofQueryTask(c *call) error {
	if text := c.query.Get("task_id"); text != "" {
		id, isID := canonicalID(text)
		if !isID {
			return badParameter("Invalid UUID format for task_id: %s", text)
		}
		return c.takeTask(id)
	}
	return ofQuery()(c)
}

// tasksAsked are the ids of the tasks that such a list is about; all is true
// where it is about all productions.
func (c *call) tasksAsked() (ids []hierarchy.ID, all bool) {
	switch {
	case c.task != nil:
		return []hierarchy.ID{c.task.ID}, false
	case c.view == nil:
		return nil, !c.none
	}
	for _, t := range c.view.Tasks {
		ids = append(ids, t.ID)
	}
	return ids, false
}

// rowsOfTasks reads rows that hang on the tasks that a list is about.
func rowsOfTasks[N hierarchy.Noun](c *call) ([]N, error) {
	ids, all := c.tasksAsked()
	where := map[string]any{"task_id": ids}
	switch {
	case all:
		where = nil
	case len(ids) == 0:
		return nil, nil
	}
	return pipeline.Rows[N](c.ctx(), c.pipe, where)
}

// ofComment takes a comment from {comment_id}, of the task {task_id} where the
// path has one.
func ofComment(c *call) error {
	row, err := pipeline.Row[*hierarchy.Comment](c.ctx(), c.pipe, c.pathID("comment_id"))
	if err != nil {
		return err
	}
	if c.r.PathValue("task_id") != "" && c.pathID("task_id") != row.TaskID {
		return errNotFound
	}
	c.row = row
	return c.takeTask(row.TaskID)
}

// ofPreview takes a preview from {preview_file_id}, which may have the extension
// of a file.
func ofPreview(c *call) error {
	text, _, _ := strings.Cut(c.r.PathValue("preview_file_id"), ".")
	id, _ := canonicalID(text)
	row, err := pipeline.Row[*hierarchy.PreviewFile](c.ctx(), c.pipe, id)
	if err != nil {
		return err
	}
	c.row = row
	return c.takeTask(row.TaskID)
}

// ofCommentPreview takes a preview as ofPreview does, of the comment {comment_id}
// of the task {task_id}.
func ofCommentPreview(c *call) error {
	if err := ofComment(c); err != nil {
		return err
	}
	comment := c.row.(*hierarchy.Comment)
	if err := ofPreview(c); err != nil {
		return err
	}
	if preview := c.row.(*hierarchy.PreviewFile); preview.TaskID != comment.TaskID || !slices.Contains(listedIDs(comment.Previews), preview.ID) {
		return errNotFound
	}
	return nil
}

// ofTimeSpent takes a time sheet from {time_spent_id}.
func ofTimeSpent(c *call) error {
	row, err := pipeline.Row[*hierarchy.TimeSpent](c.ctx(), c.pipe, c.pathID("time_spent_id"))
	if err != nil {
		return err
	}
	c.row = row
	return c.takeTask(row.TaskID)
}

// ofBody takes the production from the body: by its project_id, or by an entity
// or a task that it names, the first of a list. Without any it is about all
// productions, which is for admins alone.
func ofBody(c *call) error {
	raw, err := c.body()
	if err != nil {
		return err
	}
	var sent struct {
		Project string   `json:"project_id"`
		Entity  string   `json:"entity_id"`
		Tasks   []string `json:"task_ids"`
	}
	_ = json.Unmarshal(raw, &sent) // the function says what is wrong with it
	switch {
	case len(sent.Tasks) > 0:
		id, _ := canonicalID(sent.Tasks[0])
		c.view, err = c.server.views.OfRow(c.ctx(), "tasks", id)
	case sent.Entity != "":
		id, _ := canonicalID(sent.Entity)
		c.view, err = c.server.views.OfRow(c.ctx(), "entities", id)
	case sent.Project != "":
		id, _ := canonicalID(sent.Project)
		c.view, err = c.server.views.Project(c.ctx(), id)
	}
	return err
}

// acts tells whether the caller may work on a task of the view: comment, log
// time, send previews. Managers and clients of the team may, supervisors of the
// task's department, and who has the task.
func (c *call) acts(k *hierarchy.Task) bool {
	s := c.standing(nil)
	if !s.Allows(accounts.InTeam) {
		return false
	}
	return s.Effective() == accounts.Client || c.directs(k) || slices.Contains(k.Assignees, c.who.person.ID)
}

// directs tells whether the caller decides about a task of the view: managers of
// the production, and supervisors of the department of its type. A supervisor
// without department is one of all.
func (c *call) directs(k *hierarchy.Task) bool {
	s := c.standing(nil)
	if s.Allows(accounts.Manages) {
		return true
	}
	if !s.Member || s.Effective() != accounts.Supervisor {
		return false
	}
	return len(c.who.departments) == 0 || slices.Contains(c.who.departments, c.departmentOf(k))
}

func (c *call) departmentOf(k *hierarchy.Task) hierarchy.ID {
	for _, t := range c.view.TaskTypes {
		if t.ID == k.TaskTypeID {
			return t.DepartmentID
		}
	}
	return ""
}

// at is the call as it would be in one of several productions.
func (c *call) at(v *pipeline.View) *call {
	inner := *c
	inner.view, inner.entity, inner.task, inner.isVendor = v, nil, nil, nil
	return &inner
}

// ownViews are the productions that a list is about: that of the query, or else
// all of the caller's teams; for admins all.
func (c *call) ownViews() ([]*pipeline.View, error) {
	if id := c.query.Get("project_id"); id != "" {
		project, _ := canonicalID(id)
		v, err := c.server.views.Project(c.ctx(), project)
		switch {
		case errors.Is(err, pipeline.ErrNotFound) && c.who.role == accounts.Admin:
			return nil, nil
		case errors.Is(err, pipeline.ErrNotFound):
			return nil, errForbidden
		case err != nil:
			return nil, err
		case !c.at(v).standing(nil).Allows(accounts.InTeam):
			return nil, errForbidden
		}
		return []*pipeline.View{v}, nil
	}
	own, err := c.ownProjects()
	if err != nil {
		return nil, err
	}
	var out []*pipeline.View
	for _, p := range own {
		v, err := c.server.views.Project(c.ctx(), p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
