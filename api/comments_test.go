package api

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"testing"
	"time"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

// TestCommentsDriveTheTask walks through the two ways of counting: a comment
// that is the newest changes the task by the live rules, one that is older, or
// edited, or deleted, has the whole history counted anew.
func TestCommentsDriveTheTask(t *testing.T) { eachDatabase(t, testCommentsDriveTheTask) }

func testCommentsDriveTheTask(t *testing.T) {
	c := newCrew(t, Limits{})
	day := func(n int) string { return fmt.Sprintf("2026-01-%02dT10:00:00", n) }
	say := func(status string, at int) string {
		t.Helper()
		return c.want(c.comment(accounts.Manager, status, map[string]any{"created_at": day(at)}), 201).get("id").(string)
	}
	is := func(says string, status string, start, end, done, last any, retakes float64) {
		t.Helper()
		got := c.taskNow()
		counted, _ := got.get("retake_count").(float64) // null is none
		has := fmt.Sprint(got.get("task_status_id"), got.get("real_start_date"), got.get("end_date"), got.get("done_date"), got.get("last_comment_date"), counted)
		if want := fmt.Sprint(c.status[status], start, end, done, last, retakes); has != want {
			t.Errorf("%s:\n%s, want\n%s", says, has, want)
		}
	}
	say("wip", 2)
	is("work begins", "wip", day(2), nil, nil, day(2), 0)
	say("wfa", 3)
	is("feedback", "wfa", day(2), day(3), nil, day(3), 0)
	say("retake", 4)
	is("a retake clears the feedback", "retake", day(2), nil, nil, day(4), 1)
	say("retake", 5)
	is("the same again counts nothing", "retake", day(2), nil, nil, day(5), 1)
	say("wfa", 6)
	last := say("done", 7)
	is("live, the last feedback counts", "done", day(2), day(6), day(7), day(7), 1)
	say("done", 7)
	is("to the second equal is newer", "done", day(2), day(6), day(7), day(7), 1)

	early := say("wip", 1)
	is("an older comment has all counted anew: the first feedback counts", "done", day(1), day(3), day(7), day(7), 1)
	c.want(c.as(accounts.Manager, "PUT", "/data/comments/"+early, map[string]any{"task_status_id": c.status["retake"]}), 200)
	is("an edited status, too", "done", day(2), day(3), day(7), day(7), 2)
	c.want(c.as(accounts.Manager, "PUT", "/data/comments/"+early, map[string]any{"text": "only words"}), 200)
	is("words count nothing", "done", day(2), day(3), day(7), day(7), 2)
	c.want(c.as(accounts.Manager, "DELETE", "/data/comments/"+early, nil), 204)
	c.want(c.as(accounts.Manager, "DELETE", "/data/tasks/"+string(c.task)+"/comments/"+last, nil), 204)
	is("one of two approvals is left", "done", day(2), day(3), day(7), day(7), 1)
	for _, k := range c.status200("GET", "/data/tasks/"+string(c.task)+"/comments").body.([]any) {
		c.want(c.as(accounts.Manager, "DELETE", "/data/comments/"+k.(map[string]any)["id"].(string), nil), 204)
	}
	is("nothing is left", "todo", nil, nil, nil, nil, 0)
}

func TestTheRetakeCap(t *testing.T) { eachDatabase(t, testTheRetakeCap) }

func testTheRetakeCap(t *testing.T) {
	c := newCrew(t, Limits{})
	c.want(c.as(accounts.Manager, "PUT", "/data/projects/"+string(c.project), map[string]any{"max_retakes": 1}), 200)
	c.want(c.comment(accounts.Manager, "retake", nil), 201)
	c.want(c.comment(accounts.Manager, "retake", nil), 201) // a remark is no further retake
	c.want(c.comment(accounts.Manager, "wip", nil), 201)
	got := c.want(c.comment(accounts.Manager, "retake", nil), 400)
	if got.get("error") != true {
		t.Errorf("%s", got.raw)
	}
	c.want(c.as(accounts.Manager, "PUT", "/data/tasks/"+string(c.task), map[string]any{"task_status_id": c.status["retake"]}), 400)
	if c.taskNow().get("retake_count") != 1.0 {
		t.Error("it was counted")
	}
	entity := "/data/entities/" + string(c.shot)
	c.want(c.as(accounts.Manager, "PUT", entity, map[string]any{"data": map[string]any{"max_retakes": "0"}}), 200)
	c.want(c.comment(accounts.Manager, "retake", nil), 201) // the text "0" lifts it
	c.want(c.comment(accounts.Manager, "wip", nil), 201)
	c.want(c.as(accounts.Manager, "PUT", entity, map[string]any{"data": map[string]any{"max_retakes": "many"}}), 200)
	c.want(c.comment(accounts.Manager, "retake", nil), 400)
}

func TestWhoCommentsWhat(t *testing.T) { eachDatabase(t, testWhoCommentsWhat) }

func testWhoCommentsWhat(t *testing.T) {
	c := newCrew(t, Limits{})
	c.want(c.comment(accounts.Artist, "wip", nil), 403) // not theirs
	for _, role := range []accounts.Role{accounts.Artist, accounts.Vendor} {
		c.assign(c.project, c.task, c.people[role].ID)
		c.want(c.comment(role, "wip", nil), 201)
		c.want(c.comment(role, "done", nil), 403)
		c.want(c.comment(role, "retake", nil), 403)
		c.want(c.comment(role, "wfa", nil), 201)
	}
	c.want(c.comment(accounts.Client, "wip", nil), 403)
	c.want(c.comment(accounts.Client, "retake", nil), 201)
	c.want(c.comment(accounts.Artist, "retake", nil), 201) // it is so already
	c.want(c.comment(accounts.Supervisor, "done", nil), 201)

	// Nobody speaks for others or at another time, but those who decide.
	got := c.want(c.comment(accounts.Artist, "wip", map[string]any{"person_id": c.people[accounts.Manager].ID, "created_at": "2001-01-01T00:00:00"}), 201)
	if got.get("person_id") != string(c.people[accounts.Artist].ID) || got.get("created_at") == "2001-01-01T00:00:00" {
		t.Errorf("%s", got.raw)
	}
	mine := "/data/comments/" + got.get("id").(string)
	c.want(c.as(accounts.Vendor, "PUT", mine, map[string]any{"text": "x"}), 403)
	c.want(c.as(accounts.Supervisor, "DELETE", mine, nil), 403)
	c.want(c.as(accounts.Artist, "PUT", mine, map[string]any{"task_status_id": c.status["done"]}), 403)
	after := c.want(c.as(accounts.Artist, "PUT", mine, map[string]any{"text": "mine", "person_id": nobody, "task_id": nobody}), 200)
	if after.get("text") != "mine" || after.get("person_id") != string(c.people[accounts.Artist].ID) || after.get("editor_id") != string(c.people[accounts.Artist].ID) {
		t.Errorf("%s", after.raw)
	}
	c.want(c.as(accounts.Artist, "DELETE", mine, nil), 204)
}

func TestClientsSeeWhatIsForThem(t *testing.T) { eachDatabase(t, testClientsSeeWhatIsForThem) }

func testClientsSeeWhatIsForThem(t *testing.T) {
	c := newCrew(t, Limits{})
	other := c.person("client2", accounts.Client)
	c.join(c.project, other, "")
	c.want(c.comment(accounts.Manager, "wip", map[string]any{"comment": "inside"}), 201)
	c.want(c.comment(accounts.Manager, "wip", map[string]any{"comment": "for you", "for_client": true}), 201)
	c.want(c.comment(accounts.Client, "wip", map[string]any{"comment": "from us"}), 201)
	c.want(c.ask(email("client2"), "POST", "/actions/tasks/"+string(c.task)+"/comment", map[string]any{"task_status_id": c.status["wip"], "comment": "from the other"}), 201)
	count := func(role accounts.Role) int {
		return len(c.want(c.as(role, "GET", "/data/tasks/"+string(c.task)+"/comments", nil), 200).body.([]any))
	}
	if all, theirs := count(accounts.Artist), count(accounts.Client); all != 4 || theirs != 3 {
		t.Errorf("%d and %d", all, theirs)
	}
	c.want(c.as(accounts.Manager, "PUT", "/data/projects/"+string(c.project), map[string]any{"is_clients_isolated": true}), 200)
	if n := count(accounts.Client); n != 2 {
		t.Errorf("kept apart: %d", n)
	}
	for _, k := range c.status200("GET", "/data/tasks/"+string(c.task)+"/comments").body.([]any) {
		one := k.(map[string]any)
		want := map[any]int{"inside": 403, "for you": 200, "from us": 200, "from the other": 403}[one["text"]]
		c.want(c.as(accounts.Client, "GET", "/data/comments/"+one["id"].(string), nil), want)
	}
	c.want(c.as(accounts.Client, "GET", "/data/projects/"+string(c.project)+"/comments", nil), 403)
}

// form sends fields and a file, as gazu does.
func (c *crew) form(who accounts.Role, path string, words map[string]string, name string, content []byte) reply {
	c.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for key, value := range words {
		c.check(w.WriteField(key, value))
	}
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		c.check(err)
		_, err = part.Write(content)
		c.check(err)
	}
	c.check(w.Close())
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+c.token(email(string(who))))
	return c.send(r)
}

func TestCommentsAsForms(t *testing.T) { eachDatabase(t, testCommentsAsForms) }

func testCommentsAsForms(t *testing.T) {
	c := newCrew(t, Limits{})
	path := "/actions/tasks/" + string(c.task) + "/comment"
	words := map[string]string{"task_status_id": string(c.status["wip"]), "comment": "é & <b>", "checklist": `[{"text": "arm", "checked": true}]`, "for_client": "True"}
	got := c.want(c.form(accounts.Manager, path, words, "", nil), 201)
	if got.get("text") != "é & <b>" || got.get("for_client") != true || len(got.get("checklist").([]any)) != 1 {
		t.Errorf("%s", got.raw)
	}
	c.want(c.form(accounts.Manager, path, words, "notes.txt", []byte("x")), 400)
	words["checklist"] = "[nope"
	c.want(c.form(accounts.Manager, path, words, "", nil), 400)
	c.want(c.form(accounts.Manager, path, map[string]string{"task_status_id": string(c.status["wip"]), "comment": "\xff"}, "", nil), 400)
}

func TestManyComments(t *testing.T) { eachDatabase(t, testManyComments) }

func testManyComments(t *testing.T) {
	c := newCrew(t, Limits{})
	made := c.want(c.as(accounts.Admin, "POST", "/data/entities/"+string(c.shot)+"/tasks", map[string]any{"task_type_ids": []any{c.types["Animation"], c.types["Layout"]}}), 201)
	var all []any
	for _, one := range made.body.([]any) {
		all = append(all, map[string]any{"task_id": one.(map[string]any)["id"], "task_status_id": c.status["wip"], "comment": "go"})
	}
	path := "/actions/projects/" + string(c.project) + "/tasks/comment-many"
	c.want(c.as(accounts.Artist, "POST", path, all), 403)
	c.want(c.as(accounts.Manager, "POST", path, append(all[:2:2], map[string]any{"task_id": nobody, "task_status_id": c.status["wip"]})), 404)
	c.want(c.as(accounts.Manager, "POST", path, append(all[:2:2], all[0])), 400)
	if n := len(c.status200("GET", "/data/projects/"+string(c.project)+"/comments").body.([]any)); n != 0 {
		t.Errorf("%d were written by requests that were refused", n)
	}
	c.want(c.as(accounts.Manager, "POST", path, all), 201)
	if n := len(c.status200("GET", "/data/projects/"+string(c.project)+"/comments").body.([]any)); n != 2 {
		t.Errorf("%d were written", n)
	}
}

// TestManyCommentsAsForms: gazu sends lists of comments as one part of a form.
func TestManyCommentsAsForms(t *testing.T) { eachDatabase(t, testManyCommentsAsForms) }

func testManyCommentsAsForms(t *testing.T) {
	c := newCrew(t, Limits{})
	one := `{"task_status_id": "` + string(c.status["wip"]) + `", "text": "go"`
	words := map[string]string{"comments": "[" + one + `, "task_id": "` + string(c.task) + `"}]`}
	c.want(c.form(accounts.Manager, "/actions/tasks/batch-comment", words, "", nil), 201)
	ofTask := "/actions/tasks/" + string(c.task) + "/batch-comment"
	got := c.want(c.form(accounts.Manager, ofTask, map[string]string{"comments": "[" + one + "}]"}, "", nil), 201)
	if made := got.body.([]any); len(made) != 1 || made[0].(map[string]any)["object_id"] != string(c.task) {
		t.Errorf("%s", got.raw)
	}
	c.want(c.as(accounts.Manager, "POST", ofTask, []any{nil}), 400)
	if n := len(c.status200("GET", "/data/tasks/"+string(c.task)+"/comments").body.([]any)); n != 2 {
		t.Errorf("%d comments", n)
	}
}

// TestCommentsStandInTheHistory: the request's lines have one cause, its author
// and its time.
func TestCommentsStandInTheHistory(t *testing.T) { eachDatabase(t, testCommentsStandInTheHistory) }

func testCommentsStandInTheHistory(t *testing.T) {
	c := newCrew(t, Limits{})
	c.clock.move(time.Hour)
	c.want(c.comment(accounts.Manager, "wfa", nil), 201)
	lines := c.history(c.project)
	var last []hierarchy.HistoryRow
	for _, l := range lines {
		if l.CauseID == lines[len(lines)-1].CauseID {
			last = append(last, l)
		}
	}
	fields := map[string]bool{}
	for _, l := range last {
		if l.Author != string(c.people[accounts.Manager].ID) || l.Cause != hierarchy.Request {
			t.Errorf("%+v", l)
		}
		fields[l.Table+" "+l.Action+" "+l.Field] = true
	}
	for _, want := range []string{"comments create ", "tasks update task_status_id", "tasks update end_date", "tasks update last_comment_date"} {
		if !fields[want] {
			t.Errorf("no line %q: %v", want, fields)
		}
	}
}
