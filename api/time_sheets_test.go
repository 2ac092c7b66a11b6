package api

import (
	"testing"

	"turnover/internal/accounts"
)

// TestTimeOfAPeriod: a sheet sums by task and names it; who may not see the time
// of somebody gets nothing.
func TestTimeOfAPeriod(t *testing.T) { eachDatabase(t, testTimeOfAPeriod) }

func testTimeOfAPeriod(t *testing.T) {
	c := newCrew(t, Limits{})
	me := string(c.people[accounts.Artist].ID)
	for day, minutes := range map[string]int{"2025-12-28": 15, "2025-12-29": 30, "2026-01-04": 60, "2026-01-05": 120} { // a Sunday, Monday, Sunday, Monday
		c.want(c.as(accounts.Manager, "POST", "/actions/tasks/"+string(c.task)+"/time-spents/"+day+"/persons/"+me, map[string]any{"duration": minutes}), 200)
	}
	sheet := "/data/persons/" + me + "/time-spents"
	for path, want := range map[string]float64{"/day/2026/1/4": 60, "/week/2026/1": 90, "/week/2026/2": 120, "/month/2026/01": 180, "/year/2026": 180, "/year/2025": 45} {
		rows := c.want(c.as(accounts.Artist, "GET", sheet+path, nil), 200).body.([]any)
		if len(rows) != 1 {
			t.Errorf("%s: %d tasks", path, len(rows))
			continue
		}
		row := rows[0].(map[string]any)
		if row["duration"] != want || row["task_id"] != string(c.task) || row["project_id"] != string(c.project) || row["entity_name"] == "" ||
			row["entity_type_name"] != "Shot" || row["sequence_name"] == nil || row["episode_name"] != nil {
			t.Errorf("%s: %v, want %v minutes", path, row, want)
		}
	}
	for path, want := range map[string]int{"/month/all/2026/01": 2, "/month/all/2025/12": 2, "/month/all/2025/11": 0, "/year/2024": 0} {
		if rows := c.want(c.as(accounts.Artist, "GET", sheet+path, nil), 200).body.([]any); len(rows) != want {
			t.Errorf("%s: %d, want %d", path, len(rows), want)
		}
	}
	for _, path := range []string{"/year/0", "/year/x", "/week/2026/60", "/month/2026/13", "/day/2026/2/30", "/month/all/2026/0"} {
		c.want(c.as(accounts.Artist, "GET", sheet+path, nil), 400)
	}
	for _, path := range []string{"/year/2026", "/month/all/2026/1"} {
		if rows := c.want(c.as(accounts.Client, "GET", sheet+path, nil), 200).body.([]any); len(rows) != 0 {
			t.Errorf("a client sees %v", rows)
		}
	}
	c.want(c.as(accounts.Manager, "GET", "/data/persons/"+string(nobody)+"/time-spents/year/2026", nil), 404)
}
