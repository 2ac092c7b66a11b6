package api

import (
	"testing"

	"turnover/internal/accounts"
)

// TestSubscriptions: who follows a task sees so wherever the task is shown.
func TestSubscriptions(t *testing.T) { eachDatabase(t, testSubscriptions) }

func testSubscriptions(t *testing.T) {
	c := newCrew(t, Limits{})
	task := string(c.task)
	shown := func(role accounts.Role, want bool) {
		t.Helper()
		if got := c.want(c.as(role, "GET", "/data/user/tasks/"+task+"/subscribed", nil), 200); got.body != want {
			t.Errorf("%v", got.body)
		}
		if got := c.want(c.as(role, "GET", "/data/tasks/"+task+"/full", nil), 200); got.get("is_subscribed") != want {
			t.Errorf("%s", got.raw)
		}
		for _, path := range []string{"/data/shots/" + string(c.shot), "/data/shots/with-tasks?project_id=" + string(c.project)} {
			body := c.want(c.as(role, "GET", path, nil), 200).body
			if list, is := body.([]any); is {
				body = list[0]
			}
			if one := body.(map[string]any)["tasks"].([]any)[0].(map[string]any); one["is_subscribed"] != want {
				t.Errorf("%s: %v", path, one)
			}
		}
	}
	shown(accounts.Artist, false)
	first := c.want(c.as(accounts.Artist, "POST", "/actions/user/tasks/"+task+"/subscribe", map[string]any{}), 201)
	again := c.want(c.as(accounts.Artist, "POST", "/actions/user/tasks/"+task+"/subscribe", map[string]any{}), 201)
	if first.get("id") != again.get("id") || first.get("task_id") != task || first.get("person_id") != string(c.people[accounts.Artist].ID) || first.get("type") != "Subscription" {
		t.Errorf("%s %s", first.raw, again.raw)
	}
	shown(accounts.Artist, true)
	shown(accounts.Manager, false)
	list := "/data/projects/" + string(c.project) + "/subscriptions"
	if n := len(c.want(c.as(accounts.Admin, "GET", list, nil), 200).body.([]any)); n != 1 {
		t.Errorf("%d subscriptions", n)
	}
	c.want(c.as(accounts.Artist, "DELETE", "/actions/user/tasks/"+task+"/unsubscribe", nil), 204)
	c.want(c.as(accounts.Artist, "DELETE", "/actions/user/tasks/"+task+"/unsubscribe", nil), 204)
	shown(accounts.Artist, false)

	// A person and a task may go, whoever follows.
	c.want(c.as(accounts.Artist, "POST", "/actions/user/tasks/"+task+"/subscribe", map[string]any{}), 201)
	c.want(c.as(accounts.Client, "POST", "/actions/user/tasks/"+task+"/subscribe", map[string]any{}), 201)
	c.want(c.as(accounts.Admin, "DELETE", "/data/persons/"+string(c.people[accounts.Client].ID)+"?force=true", nil), 204)
	c.want(c.as(accounts.Manager, "DELETE", "/data/tasks/"+task, nil), 204) // nothing else hangs on it
	if n := len(c.want(c.as(accounts.Admin, "GET", list, nil), 200).body.([]any)); n != 0 {
		t.Errorf("%d subscriptions are left", n)
	}
}

// TestWhatIsNotKept: lists of it are empty.
func TestWhatIsNotKept(t *testing.T) { eachDatabase(t, testWhatIsNotKept) }

func testWhatIsNotKept(t *testing.T) {
	c := newCrew(t, Limits{})
	base := "/data/projects/" + string(c.project)
	for _, path := range []string{base + "/notifications", base + "/settings/status-automations", base + "/settings/preview-background-files",
		"/data/user/notifications", "/data/entities/" + string(c.shot) + "/entities-linked/with-tasks"} {
		if got := c.want(c.as(accounts.Admin, "GET", path, nil), 200); len(got.body.([]any)) != 0 {
			t.Errorf("%s: %s", path, got.raw)
		}
	}
	c.want(c.as(accounts.Artist, "POST", "/actions/user/notifications/mark-all-as-read", map[string]any{}), 200)
}
