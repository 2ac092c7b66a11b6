package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
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
	{http.MethodPost, "/data/tasks/{task_id}/comments/{comment_id}/ack", ofComment, accounts.SeesEntity, acknowledgeComment},
	{http.MethodPost, "/actions/tasks/{task_id}/comments/{comment_id}/move", ofComment, accounts.Manages, moveComment},
}

// commentObject is a comment as Kitsu's generic routes have it.
func commentObject(k *hierarchy.Comment, files attached) object {
	var o object
	o.fields(k, "previews", "task_id", "replies", "checklist", "links", "acknowledgements")
	o.set("object_id", k.TaskID)
	o.set("object_type", "Task")
	o.set("checklist", orEmpty(k.Checklist))
	o.set("links", orEmpty(k.Links))
	o.set("replies", orEmpty(k.Replies))
	o.set("acknowledgements", listedIDs(k.Acknowledgements))
	o.set("attachment_files", files.objects(k.ID))
	for _, notKept := range []string{"mentions", "department_mentions"} {
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
func (c *call) newCommentObject(k *hierarchy.Comment, files attached) object {
	o := commentObject(k, files)
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
func (c *call) listedComment(k *hierarchy.Comment, previews map[hierarchy.ID]*hierarchy.PreviewFile, files attached) object {
	o := commentObject(k, files)
	shown := []object{}
	for _, id := range listedIDs(k.Previews) {
		if p := previews[id]; p != nil {
			shown = append(shown, previewObject(p))
		}
	}
	o.set("previews", shown)
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
	files, err := rowsOfTasks[*hierarchy.AttachmentFile](c)
	if err != nil {
		return answer{}, err
	}
	byComment := attachedTo(files)
	return ok(list(func(yield func(object) bool) {
		for _, k := range all {
			if !yield(c.listedComment(k, previews, byComment)) {
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
	files, err := rowsOfTasks[*hierarchy.AttachmentFile](c)
	if err != nil {
		return answer{}, err
	}
	byComment := attachedTo(files)
	object := func(k *hierarchy.Comment) object { return commentObject(k, byComment) }
	return collection[*hierarchy.Comment]{rows: all, object: object, related: setPreviews}.answer(c)
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
	return c.oneComment(k)
}

// oneComment answers with a comment alone.
func (c *call) oneComment(k *hierarchy.Comment) (answer, error) {
	files, err := c.attachedOf(k)
	if err != nil {
		return answer{}, err
	}
	o := commentObject(k, files)
	setPreviews(&o, k)
	return ok(o)
}
