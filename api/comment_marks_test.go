package api

import (
	"slices"
	"testing"

	"turnover/internal/accounts"
)

func TestAcknowledgements(t *testing.T) { eachDatabase(t, testAcknowledgements) }

func testAcknowledgements(t *testing.T) {
	c := newCrew(t, Limits{})
	comment := c.want(c.comment(accounts.Manager, "wip", map[string]any{"for_client": true}), 201).get("id").(string)
	ack := "/data/tasks/" + string(c.task) + "/comments/" + comment + "/ack"
	mine, theirs := string(c.people[accounts.Artist].ID), string(c.people[accounts.Client].ID)
	c.want(c.as(accounts.Artist, "POST", ack, map[string]any{}), 200)
	got := c.want(c.as(accounts.Client, "POST", ack, map[string]any{}), 200)
	if persons := got.get("acknowledgements").([]any); !slices.Equal(persons, []any{mine, theirs}) {
		t.Errorf("%v", persons)
	}
	c.want(c.as(accounts.Artist, "POST", ack, map[string]any{}), 200) // takes it back
	for _, path := range []string{"/data/comments/" + comment, "/data/tasks/" + string(c.task) + "/comments"} {
		body := c.status200("GET", path).body
		if list, is := body.([]any); is {
			body = list[0]
		}
		if persons := body.(map[string]any)["acknowledgements"].([]any); !slices.Equal(persons, []any{theirs}) {
			t.Errorf("%s: %v", path, persons)
		}
	}
	inside := c.want(c.comment(accounts.Manager, "wip", nil), 201).get("id").(string)
	c.want(c.as(accounts.Client, "POST", "/data/tasks/"+string(c.task)+"/comments/"+inside+"/ack", map[string]any{}), 403)
	c.want(c.as(accounts.Manager, "POST", "/data/tasks/"+nobody+"/comments/"+comment+"/ack", map[string]any{}), 404)
}

// TestMovedComments: both tasks are as if the comment had always been there.
func TestMovedComments(t *testing.T) { eachDatabase(t, testMovedComments) }

func testMovedComments(t *testing.T) {
	c := newCrew(t, Limits{})
	made := c.want(c.as(accounts.Admin, "POST", "/data/entities/"+string(c.shot)+"/tasks", map[string]any{"task_type_ids": []any{c.types["Animation"]}}), 201)
	other := made.body.([]any)[0].(map[string]any)["id"].(string)
	c.want(c.comment(accounts.Manager, "wip", nil), 201)
	got := c.want(c.sendFiles(accounts.Manager, "/actions/tasks/"+string(c.task)+"/comment",
		map[string]string{"task_status_id": string(c.status["done"]), "comment": "good"}, [3]string{"file", "a.txt", "x"}), 201)
	comment := got.get("id").(string)
	move := func(role accounts.Role, id string, to any) reply {
		return c.as(role, "POST", "/actions/tasks/"+string(c.task)+"/comments/"+id+"/move", map[string]any{"target_task_id": to})
	}
	c.want(move(accounts.Supervisor, comment, other), 403)
	c.want(move(accounts.Manager, comment, nobody), 404)
	c.want(move(accounts.Manager, comment, c.task), 400)
	c.want(move(accounts.Manager, comment, nil), 400)
	c.want(move(accounts.Manager, comment, c.task2(t)), 400) // of another entity

	moved := c.want(move(accounts.Manager, comment, other), 200)
	if moved.get("id") != comment || moved.get("object_id") != other || moved.get("created_at") != got.get("created_at") || len(moved.get("attachment_files").([]any)) != 1 {
		t.Errorf("%s", moved.raw)
	}
	if now := c.taskNow(); now.get("task_status_id") != string(c.status["wip"]) || now.get("done_date") != nil {
		t.Errorf("%s", now.raw)
	}
	if now := c.status200("GET", "/data/tasks/"+other); now.get("task_status_id") != string(c.status["done"]) || now.get("done_date") != got.get("created_at") {
		t.Errorf("%s", now.raw)
	}
	if n := len(c.status200("GET", "/data/tasks/"+other+"/attachment-files").body.([]any)); n != 1 {
		t.Errorf("%d attachments went along", n)
	}
	c.want(c.as(accounts.Manager, "GET", "/data/tasks/"+string(c.task)+"/comments/"+comment+"/ack", nil), 405)
	shown := c.begun(accounts.Manager)
	withPreview := c.status200("GET", "/data/tasks/"+string(c.task)+"/comments").body.([]any)[0].(map[string]any)["id"].(string)
	c.want(move(accounts.Manager, withPreview, other), 400)
	c.status200("GET", "/data/preview-files/"+shown)
}

// task2 makes a task on another entity.
func (c *crew) task2(t *testing.T) string {
	t.Helper()
	return string(c.bed.task(c.project, c.sequence))
}

func TestRepliesOfOthers(t *testing.T) { eachDatabase(t, testRepliesOfOthers) }

func testRepliesOfOthers(t *testing.T) {
	c := newCrew(t, Limits{})
	comment := c.want(c.comment(accounts.Manager, "wip", nil), 201).get("id").(string)
	path, artist := "/data/tasks/"+string(c.task)+"/comments/"+comment+"/reply", string(c.people[accounts.Artist].ID)
	if got := c.want(c.as(accounts.Manager, "POST", path, map[string]any{"text": "as said", "person_id": artist}), 200); got.get("person_id") != artist {
		t.Errorf("%s", got.raw)
	}
	c.want(c.as(accounts.Manager, "POST", path, map[string]any{"text": "x", "person_id": nobody}), 400)
	c.assign(c.project, c.task, c.people[accounts.Artist].ID)
	mine := c.want(c.as(accounts.Artist, "POST", path, map[string]any{"text": "mine", "person_id": c.people[accounts.Manager].ID}), 200)
	if mine.get("person_id") != artist {
		t.Errorf("%s", mine.raw)
	}
}
