package api

import (
	"testing"

	"turnover/internal/accounts"
)

func TestOpenTaskStats(t *testing.T) { eachDatabase(t, testOpenTaskStats) }

func testOpenTaskStats(t *testing.T) {
	c := newCrew(t, Limits{})
	c.want(c.as(accounts.Manager, "PUT", "/data/tasks/"+string(c.task), map[string]any{"estimation": 120}), 200)
	c.want(c.as(accounts.Manager, "POST", "/actions/tasks/"+string(c.task)+"/time-spents/2026-01-05/persons/"+string(c.people[accounts.Artist].ID), map[string]any{"duration": 60}), 200)
	c.want(c.comment(accounts.Manager, "done", nil), 201)
	c.bed.task(c.project, c.sequence)
	got := c.status200("GET", "/data/tasks/open-tasks/stats")
	all := got.get(string(c.project)).(map[string]any)
	if all["amount"] != 2.0 || all["amount_done"] != 1.0 || all["total_duration"] != 60.0 || all["total_estimation"] != 120.0 {
		t.Errorf("%s", got.raw)
	}
	amount, done := 0.0, 0.0
	for _, row := range all["task_types"].([]any) {
		one := row.(map[string]any)
		amount += one["amount"].(float64)
		done += one["amount_done"].(float64)
		if one["amount_done"] == 1.0 && (one["task_status_id"] != string(c.status["done"]) || one["project_id"] != string(c.project) || one["total_duration"] != 60.0) {
			t.Errorf("%v", one)
		}
	}
	if amount != all["amount"] || done != all["amount_done"] {
		t.Errorf("the types do not add up: %s", got.raw)
	}
	if theirs := c.want(c.as(accounts.Vendor, "GET", "/data/tasks/open-tasks/stats", nil), 200); theirs.get(string(c.project)) != nil {
		t.Errorf("%s", theirs.raw)
	}
}

func TestTaskDates(t *testing.T) { eachDatabase(t, testTaskDates) }

func testTaskDates(t *testing.T) {
	c := newCrew(t, Limits{})
	artist := c.people[accounts.Artist].ID
	second := c.bed.task(c.project, c.sequence)
	c.assign(c.project, c.task, artist)
	c.assign(c.project, second, artist)
	c.want(c.as(accounts.Manager, "PUT", "/data/tasks/"+string(c.task), map[string]any{"start_date": "2026-01-05", "due_date": "2026-01-09"}), 200)
	c.want(c.as(accounts.Manager, "PUT", "/data/tasks/"+string(second), map[string]any{"due_date": "2026-02-09"}), 200)
	got := c.want(c.as(accounts.Supervisor, "GET", "/data/persons/task-dates", nil), 200)
	rows := got.body.([]any)
	if len(rows) != 1 {
		t.Fatalf("%s", got.raw)
	}
	one := rows[0].(map[string]any)
	if one["person_id"] != string(artist) || one["min_date"] != "2026-01-05T00:00:00" || one["max_date"] != "2026-02-09T00:00:00" {
		t.Errorf("%s", got.raw)
	}
	c.want(c.as(accounts.Admin, "PUT", "/data/persons/"+string(artist), map[string]any{"active": false}), 200)
	if rows := c.want(c.as(accounts.Manager, "GET", "/data/persons/task-dates", nil), 200).body.([]any); len(rows) != 0 {
		t.Errorf("%v", rows)
	}
}
