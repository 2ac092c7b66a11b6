package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var commentRoutes = []route{
	{http.MethodPost, "/actions/tasks/{task_id}/comment", ofTask, accounts.InTeam, createComment},
	{http.MethodPost, "/actions/tasks/batch-comment", nowhere, accounts.Person, createTaskComments},
	{http.MethodPost, "/actions/tasks/{task_id}/batch-comment", ofTask, accounts.InTeam, createCommentsOfTask},
	{http.MethodPost, "/actions/projects/{project_id}/tasks/comment-many", inProject, accounts.InTeam, createComments},
	{http.MethodGet, "/data/tasks/{task_id}/comments", ofTask, accounts.SeesEntity, listTaskComments},
	{http.MethodGet, "/data/projects/{project_id}/comments", inProject, accounts.NoOutsider, listComments},
	{http.MethodGet, "/data/comments", ofQueryTask, accounts.NoOutsider, listComments},
	{http.MethodGet, "/data/comments/{comment_id}", ofComment, accounts.SeesEntity, showComment},
	{http.MethodPut, "/data/comments/{comment_id}", ofComment, accounts.InTeam, updateComment},
	{http.MethodDelete, "/data/comments/{comment_id}", ofComment, accounts.InTeam, removeComment},
	{http.MethodDelete, "/data/tasks/{task_id}/comments/{comment_id}", ofComment, accounts.InTeam, removeComment},
	{http.MethodPost, "/data/tasks/{task_id}/comments/{comment_id}/reply", ofComment, accounts.InTeam, replyToComment},
	{http.MethodDelete, "/data/tasks/{task_id}/comments/{comment_id}/reply/{reply_id}", ofComment, accounts.InTeam, removeReply},
}

// commentObject is a comment as Kitsu's generic routes have it.
func commentObject(k *hierarchy.Comment) object {
	var o object
	o.fields(k, "previews", "task_id", "replies", "checklist", "links")
	o.set("object_id", k.TaskID)
	o.set("object_type", "Task")
	o.set("checklist", orEmpty(k.Checklist))
	o.set("links", orEmpty(k.Links))
	o.set("replies", orEmpty(k.Replies))
	for _, notKept := range []string{"acknowledgements", "mentions", "department_mentions", "attachment_files"} {
		o.set(notKept, []object{})
	}
	o.set("preview_file_id", firstOf(k.Previews))
	o.set("type", "Comment")
	return o
}

// orEmpty is a list that clients walk through, also where an archive has none.
func orEmpty(d hierarchy.Data) hierarchy.Data {
	if len(d) == 0 {
		return hierarchy.Data("[]")
	}
	return d
}

func listedIDs(d hierarchy.Data) []hierarchy.ID {
	ids := []hierarchy.ID{}
	if json.Unmarshal(d, &ids) != nil || ids == nil {
		return []hierarchy.ID{}
	}
	return ids
}

func firstOf(d hierarchy.Data) hierarchy.ID {
	if ids := listedIDs(d); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// newCommentObject is the answer to a comment that was made: with its status and
// its person whole.
func (c *call) newCommentObject(k *hierarchy.Comment) object {
	o := commentObject(k)
	o.set("previews", listedIDs(k.Previews))
	for _, s := range c.view.TaskStatuses {
		if s.ID == k.TaskStatusID {
			o.set("task_status", sharedObject[*hierarchy.TaskStatus]("TaskStatus")(s))
		}
	}
	o.set("person", c.personOf(k.PersonID, func(p *hierarchy.Person) object { return c.personObject(p, nil) }))
	return o
}

// personOf writes a person of the view; null where there is none.
func (c *call) personOf(id hierarchy.ID, write func(*hierarchy.Person) object) any {
	for _, p := range c.view.Persons {
		if p.ID == id {
			return write(p)
		}
	}
	return nil
}

// listedComment is a comment in the list of a task: with little of its status and
// person, and its previews whole.
func (c *call) listedComment(k *hierarchy.Comment, previews map[hierarchy.ID]*hierarchy.PreviewFile) object {
	o := commentObject(k)
	files := []object{}
	for _, id := range listedIDs(k.Previews) {
		if p := previews[id]; p != nil {
			files = append(files, previewObject(p))
		}
	}
	o.set("previews", files)
	for _, s := range c.view.TaskStatuses {
		if s.ID == k.TaskStatusID {
			var one object
			one.set("id", s.ID)
			one.set("name", s.Name)
			one.set("short_name", s.ShortName)
			one.set("color", s.Color)
			o.set("task_status", one)
		}
	}
	o.set("person", c.personOf(k.PersonID, shortPerson))
	return o
}

// visibleComments leaves a client what is for clients: comments that say so and
// those of clients, or where clients are kept apart, their own.
func (c *call) visibleComments(all []*hierarchy.Comment) []*hierarchy.Comment {
	if c.standing(nil).Effective() != accounts.Client {
		return all
	}
	clients := map[hierarchy.ID]bool{c.who.person.ID: true}
	if !c.view.Project.IsClientsIsolated {
		for _, p := range c.view.Persons {
			clients[p.ID] = clients[p.ID] || roleOf(p) == accounts.Client
		}
	}
	var out []*hierarchy.Comment
	for _, k := range all {
		if k.ForClient != nil && *k.ForClient || clients[k.PersonID] {
			out = append(out, k)
		}
	}
	return out
}

// comments reads those of the tasks that a list is about and that the caller sees,
// the newest first.
func (c *call) comments() ([]*hierarchy.Comment, error) {
	all, err := rowsOfTasks[*hierarchy.Comment](c)
	slices.SortFunc(all, func(a, b *hierarchy.Comment) int {
		if n := b.CreatedAt.Compare(a.CreatedAt.Time); n != 0 {
			return n
		}
		return strings.Compare(string(b.ID), string(a.ID))
	})
	if c.view == nil {
		return all, err
	}
	return c.visibleComments(all), err
}

func listTaskComments(c *call) (answer, error) {
	all, err := c.comments()
	if err != nil {
		return answer{}, err
	}
	previews, err := c.previewsByID(c.task.ID)
	if err != nil {
		return answer{}, err
	}
	return ok(list(func(yield func(object) bool) {
		for _, k := range all {
			if !yield(c.listedComment(k, previews)) {
				return
			}
		}
	}))
}

func listComments(c *call) (answer, error) {
	all, err := c.comments()
	if err != nil {
		return answer{}, err
	}
	return collection[*hierarchy.Comment]{rows: all, object: commentObject, related: setPreviews}.answer(c)
}

func setPreviews(o *object, k *hierarchy.Comment) { o.set("previews", listedIDs(k.Previews)) }

// theComment is the one of the path, if the caller sees it.
func (c *call) theComment() (*hierarchy.Comment, error) {
	seen := c.visibleComments([]*hierarchy.Comment{c.row.(*hierarchy.Comment)})
	if len(seen) == 0 {
		return nil, errForbidden
	}
	return seen[0], nil
}

func showComment(c *call) (answer, error) {
	k, err := c.theComment()
	if err != nil {
		return answer{}, err
	}
	o := commentObject(k)
	setPreviews(&o, k)
	return ok(o)
}

// createComment comments on a task, which may change its status. What is sent as
// a form may have attachments, which are not kept: they are refused.
func createComment(c *call) (answer, error) {
	sent, err := c.commentBody()
	if err != nil {
		return answer{}, err
	}
	spec, err := c.commentSpec(c.task, sent)
	if err != nil {
		return answer{}, err
	}
	made, err := c.pipe.AddComment(c.ctx(), c.view.Project.ID, spec)
	if err != nil {
		return answer{}, err
	}
	return created(c.newCommentObject(made))
}

// commentBody reads a comment sent as JSON or as a form, whose lists are JSON
// texts.
func (c *call) commentBody() (map[string]json.RawMessage, error) {
	if !c.isForm() {
		return c.object()
	}
	words, err := c.formWords()
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
	o := commentObject(after)
	setPreviews(&o, after)
	return ok(o)
}

func removeComment(c *call) (answer, error) {
	k := c.row.(*hierarchy.Comment)
	if !c.ownComment(k) {
		return answer{}, errForbidden
	}
	previews, err := c.pipe.RemoveComment(c.ctx(), c.view.Project.ID, k.ID)
	if err != nil {
		return answer{}, err
	}
	c.removeFiles(previews)
	return gone()
}

var newReply = schema{"NewReplySchema", []field{{name: "text", required: true, min: 1}}}

func replyToComment(c *call) (answer, error) {
	k, err := c.theComment()
	if err != nil {
		return answer{}, err
	}
	if !c.acts(c.task) {
		return answer{}, errForbidden
	}
	body, err := newReply.read(c)
	if err != nil {
		return answer{}, err
	}
	reply, err := c.pipe.Reply(c.ctx(), c.view.Project.ID, k.ID, body.text("text"))
	if err != nil {
		return answer{}, err
	}
	return ok(json.RawMessage(reply))
}

func removeReply(c *call) (answer, error) {
	if _, err := c.theComment(); err != nil {
		return answer{}, err
	}
	err := c.pipe.RemoveReply(c.ctx(), c.view.Project.ID, hierarchy.ID(c.row.Key()), c.r.PathValue("reply_id"), func(author string) error {
		if c.standing(nil).Allows(accounts.Manages) || author == string(c.who.person.ID) {
			return nil
		}
		return errForbidden
	})
	if err != nil {
		return answer{}, err
	}
	return gone()
}
