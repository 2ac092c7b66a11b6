package api

import (
	"fmt"
	"net/http"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/store"
)

// A crew is a production with somebody of each role in its team.
type crew struct {
	*bed
	project, sequence, shot, task hierarchy.ID
	people                        map[accounts.Role]*hierarchy.Person
	status                        map[string]hierarchy.ID // by short name
	types                         map[string]hierarchy.ID // by name
}

func newCrew(t *testing.T, limits Limits) *crew {
	t.Helper()
	b := newBed(t, limits)
	c := &crew{bed: b, people: map[accounts.Role]*hierarchy.Person{}, status: map[string]hierarchy.ID{}, types: map[string]hierarchy.ID{}}
	c.project, c.sequence, c.shot, c.task = b.production("film")
	for _, role := range accounts.Roles() {
		c.people[role] = b.person(string(role), role)
		b.join(c.project, c.people[role], "")
	}
	view, err := b.server.views.Project(b.Context(), c.project)
	b.check(err)
	for _, s := range view.TaskStatuses {
		c.status[s.ShortName] = s.ID
	}
	for _, k := range view.TaskTypes {
		c.types[k.Name] = k.ID
	}
	return c
}

// as asks in a role.
func (c *crew) as(role accounts.Role, verb, path string, body any) reply {
	c.Helper()
	return c.ask(email(string(role)), verb, path, body)
}

func (c *crew) comment(role accounts.Role, status string, more map[string]any) reply {
	c.Helper()
	body := map[string]any{"task_status_id": c.status[status], "comment": status}
	for key, value := range more {
		body[key] = value
	}
	return c.as(role, "POST", "/actions/tasks/"+string(c.task)+"/comment", body)
}

func (c *crew) taskNow() reply {
	c.Helper()
	return c.status200("GET", "/data/tasks/"+string(c.task))
}

func (c *crew) status200(verb, path string) reply {
	c.Helper()
	return c.bed.status(c.as(accounts.Admin, verb, path, nil), 200)
}

func (c *crew) want(got reply, status int) reply {
	c.Helper()
	return c.bed.status(got, status)
}

func TestTasksAreMadeChangedAndRemoved(t *testing.T) {
	eachDatabase(t, testTasksAreMadeChangedAndRemoved)
}

func testTasksAreMadeChangedAndRemoved(t *testing.T) {
	c := newCrew(t, Limits{})
	make := func(body map[string]any) reply { return c.as(accounts.Manager, "POST", "/data/tasks", body) }
	body := map[string]any{"project_id": c.project, "entity_id": c.shot, "task_type_id": c.types["Animation"], "assignees": []any{c.people[accounts.Artist].ID}}
	made := c.want(make(body), 201)
	if made.get("name") != "main" || made.get("task_status_id") != string(c.status["todo"]) || fmt.Sprint(made.get("assignees")) != fmt.Sprintf("[%s]", c.people[accounts.Artist].ID) {
		t.Errorf("%s", made.raw)
	}
	c.want(make(body), 400)
	body["name"] = "second"
	c.want(make(body), 201)
	for says, wrong := range map[string]map[string]any{
		"of an asset": {"task_type_id": c.types["Modeling"]}, "no such type": {"task_type_id": c.project}, "no type": {"task_type_id": nil}, "another status": {"task_status_id": c.project},
		"another person": {"assignees": []any{c.shot}}, "no list": {"assignees": "x"}, "too hard": {"difficulty": 9, "name": "a"}, "a long name": {"name": string(make81())}, "another project": {"project_id": c.shot},
	} {
		again := map[string]any{"project_id": c.project, "entity_id": c.shot, "task_type_id": c.types["Lighting"]}
		for key, value := range wrong {
			again[key] = value
		}
		if got := make(again); got.status != 400 && got.status != 404 {
			t.Errorf("%s: %d %s", says, got.status, got.raw)
		}
	}
	path := "/data/tasks/" + made.get("id").(string)
	whole := c.status200("GET", path).body.(map[string]any)
	whole["priority"], whole["data"], whole["due_date"] = 3, map[string]any{"a": 1}, "2026-12-24"
	got := c.want(c.as(accounts.Manager, "PUT", path, whole), 200)
	if got.get("priority") != 3.0 || got.get("data", "a") != 1.0 || got.get("due_date") != "2026-12-24T00:00:00" || got.get("entity_id") != string(c.shot) {
		t.Errorf("%s", got.raw)
	}
	// A supervisor plans, and does not rename.
	c.want(c.as(accounts.Supervisor, "PUT", path, map[string]any{"estimation": 480, "id": "x"}), 200)
	c.want(c.as(accounts.Supervisor, "PUT", path, map[string]any{"name": "mine"}), 403)
	c.want(c.as(accounts.Supervisor, "PUT", path, map[string]any{"task_status_id": c.status["done"]}), 403)
	c.want(c.as(accounts.Artist, "PUT", path, map[string]any{"priority": 1}), 403)
	for _, list := range []string{"/data/tasks?project_id=" + string(c.project), "/data/projects/" + string(c.project) + "/tasks", "/data/tasks"} {
		if n := len(c.status200("GET", list).body.([]any)); n != 3 {
			t.Errorf("%s: %d", list, n)
		}
	}
	c.want(c.as(accounts.Manager, "DELETE", path, nil), 204)
	c.want(c.as(accounts.Manager, "GET", path, nil), 404)
}

func make81() []byte {
	b := []byte{}
	for range 81 {
		b = append(b, 'x')
	}
	return b
}

// TestAStatusSetOnATask: a status that is set without a comment does what a
// comment would, but for what is sent beside it.
func TestAStatusSetOnATask(t *testing.T) { eachDatabase(t, testAStatusSetOnATask) }

func testAStatusSetOnATask(t *testing.T) {
	c := newCrew(t, Limits{})
	path := "/data/tasks/" + string(c.task)
	set := func(body map[string]any) reply { return c.want(c.as(accounts.Manager, "PUT", path, body), 200) }
	got := set(map[string]any{"task_status_id": c.status["wfa"]})
	if got.get("end_date") == nil || got.get("last_comment_date") != nil {
		t.Errorf("%s", got.raw)
	}
	got = set(map[string]any{"task_status_id": c.status["done"], "done_date": "2020-01-01T00:00:00"})
	if got.get("done_date") != "2020-01-01T00:00:00" || got.get("end_date") == nil {
		t.Errorf("%s", got.raw)
	}
	if got = set(map[string]any{"task_status_id": c.status["retake"]}); got.get("retake_count") != 1.0 || got.get("done_date") != nil {
		t.Errorf("%s", got.raw)
	}
	c.want(c.as(accounts.Manager, "PUT", path, map[string]any{"task_status_id": c.project}), 400)
}

func TestAssignments(t *testing.T) { eachDatabase(t, testAssignments) }

func testAssignments(t *testing.T) {
	c := newCrew(t, Limits{})
	other := newPlace(c.bed, "other")
	assign := func(role accounts.Role, tasks ...any) reply {
		return c.as(role, "PUT", "/actions/persons/"+string(c.people[accounts.Artist].ID)+"/assign", map[string]any{"task_ids": tasks})
	}
	c.want(assign(accounts.Artist, c.task), 403)
	c.want(assign(accounts.Client, c.task), 403)
	c.want(assign(accounts.Vendor, c.task), 403)
	c.want(assign(accounts.Manager, other.ids["{task_id}"]), 403)
	c.want(assign(accounts.Manager, c.task, other.ids["{task_id}"]), 400)
	c.want(assign(accounts.Manager, nobody), 404)
	c.want(assign(accounts.Supervisor, c.task), 200)
	if got := c.taskNow(); fmt.Sprint(got.get("assignees")) != fmt.Sprintf("[%s]", c.people[accounts.Artist].ID) {
		t.Errorf("%s", got.raw)
	}
	// A supervisor of another department does not decide here.
	lead := c.people[accounts.Supervisor]
	view, err := c.server.views.Project(t.Context(), c.project)
	c.check(err)
	var elsewhere, here hierarchy.ID
	for _, d := range view.Departments {
		if (&call{view: view}).departmentOf(view.TasksOf(c.shot)[0]) == d.ID {
			here = d.ID
		} else {
			elsewhere = d.ID
		}
	}
	c.apply(hierarchy.Link{Origin: c.origin(""), Row: &hierarchy.PersonDepartment{PersonID: lead.ID, DepartmentID: elsewhere}})
	c.want(assign(accounts.Supervisor, c.task), 403)
	c.apply(hierarchy.Link{Origin: c.origin(""), Row: &hierarchy.PersonDepartment{PersonID: lead.ID, DepartmentID: here}})
	c.want(assign(accounts.Supervisor, c.task), 200)
	clear := func(body map[string]any) {
		c.want(c.as(accounts.Manager, "PUT", "/actions/tasks/clear-assignation", body), 200)
	}
	clear(map[string]any{"task_ids": []any{c.task}, "person_id": lead.ID})
	if got := c.taskNow(); len(got.get("assignees").([]any)) != 1 {
		t.Errorf("%s", got.raw)
	}
	clear(map[string]any{"task_ids": []any{c.task}, "person_id": nil})
	if got := c.taskNow(); len(got.get("assignees").([]any)) != 0 {
		t.Errorf("%s", got.raw)
	}
}

// TestRolesOfATeam: what somebody is in a production counts there, and only there.
func TestRolesOfATeam(t *testing.T) { eachDatabase(t, testRolesOfATeam) }

func testRolesOfATeam(t *testing.T) {
	c := newCrew(t, Limits{})
	other, _, _, theirs := c.production("other")
	c.join(other, c.people[accounts.Artist], accounts.Manager)
	c.join(other, c.people[accounts.Manager], accounts.Client)
	set := func(role accounts.Role, task hierarchy.ID) int {
		return c.as(role, "PUT", "/data/tasks/"+string(task), map[string]any{"priority": 1}).status
	}
	for _, one := range []struct {
		role accounts.Role
		task hierarchy.ID
		want int
	}{{accounts.Artist, theirs, 200}, {accounts.Artist, c.task, 403}, {accounts.Manager, theirs, 403}, {accounts.Manager, c.task, 200}, {accounts.Supervisor, theirs, 403}} {
		if got := set(one.role, one.task); got != one.want {
			t.Errorf("%s: %d, want %d", one.role, got, one.want)
		}
	}
}

// TestVendorsSeeTheirTasks: theirs, on entities that others work on, too.
func TestVendorsSeeTheirTasks(t *testing.T) { eachDatabase(t, testVendorsSeeTheirTasks) }

func testVendorsSeeTheirTasks(t *testing.T) {
	c := newCrew(t, Limits{})
	made := c.want(c.as(accounts.Admin, "POST", "/data/entities/"+string(c.shot)+"/tasks", map[string]any{"task_type_ids": []any{c.types["Animation"]}}), 201)
	mine := made.body.([]any)[0].(map[string]any)["id"].(string)
	c.assign(c.project, hierarchy.ID(mine), c.people[accounts.Vendor].ID)
	c.want(c.as(accounts.Vendor, "GET", "/data/tasks/"+mine, nil), 200)
	for _, path := range []string{"/data/tasks/" + string(c.task), "/data/tasks/" + string(c.task) + "/full", "/data/tasks/" + string(c.task) + "/comments", "/actions/tasks/" + string(c.task) + "/time-spents"} {
		c.want(c.as(accounts.Vendor, "GET", path, nil), 403)
	}
	for _, path := range []string{"/data/tasks", "/data/projects/" + string(c.project) + "/tasks", "/data/user/tasks", "/data/user/shots/" + string(c.shot) + "/tasks"} {
		if rows := c.want(c.as(accounts.Vendor, "GET", path, nil), 200).body.([]any); len(rows) != 1 || rows[0].(map[string]any)["id"] != mine {
			t.Errorf("%s: %v", path, rows)
		}
	}
	if got := c.as(accounts.Vendor, "POST", "/actions/tasks/"+mine+"/comment", map[string]any{"task_status_id": c.status["wfa"]}); got.status != 201 {
		t.Errorf("%d %s", got.status, got.raw)
	}
}

func TestPagesFieldsAndRelations(t *testing.T) { eachDatabase(t, testPagesFieldsAndRelations) }

func testPagesFieldsAndRelations(t *testing.T) {
	c := newCrew(t, Limits{})
	var specs []any
	for _, name := range []string{"Storyboard", "Layout", "Animation", "Lighting", "FX"} {
		specs = append(specs, c.types[name])
	}
	c.want(c.as(accounts.Admin, "POST", "/data/entities/"+string(c.shot)+"/tasks", map[string]any{"task_type_ids": specs}), 201)
	page := c.status200("GET", "/data/tasks?page=2&limit=2&fields=name,priority&relations=True")
	if page.get("total") != 5.0 || page.get("nb_pages") != 3.0 || page.get("limit") != 2.0 || page.get("offset") != 2.0 || page.get("page") != 2.0 {
		t.Errorf("%s", page.raw)
	}
	rows := page.get("data").([]any)
	if len(rows) != 2 || len(rows[0].(map[string]any)) != 4 { // id and type always
		t.Errorf("%s", page.raw)
	}
	for query, want := range map[string]int{"page=0": 0, "page=-3": 0, "page=99": 0, "page=1&limit=0": 1, "page=1": 5, "page=1&limit=999999999": 5, "page=999999999&limit=999999999": 0} {
		if got := len(c.status200("GET", "/data/tasks?"+query).get("data").([]any)); got != want {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
	}
	for _, query := range []string{"page=x", "page=1&limit=1e9", "relations=maybe", "task_type_id=nope", "priority=high"} {
		if got := c.as(accounts.Admin, "GET", "/data/tasks?"+query, nil); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", query, got.status)
		}
	}
	related := c.status200("GET", "/data/tasks?relations=true").body.([]any)
	if _, there := related[0].(map[string]any)["assignees"]; !there {
		t.Errorf("%v", related[0])
	}
	for filter, want := range map[string]int{"task_type_id=" + string(c.types["Layout"]): 1, "name=MAIN": 5, "name=%25": 0, "entity_id=" + string(c.sequence): 0, "episode_id=all": 5,
		"task_type_id=" + `["` + string(c.types["Layout"]) + `","` + string(c.types["FX"]) + `"]`: 2} {
		if got := len(c.status200("GET", "/data/tasks?"+filter).body.([]any)); got != want {
			t.Errorf("%s: %d rows, want %d", filter, got, want)
		}
	}
}

func (c *crew) history(project hierarchy.ID) (lines []hierarchy.HistoryRow) {
	c.Helper()
	c.check(c.pipe.Store.Read(c.Context(), func(r store.Reader) error {
		for line, err := range r.History(c.Context(), store.HistoryQuery{Project: project}) {
			if err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return nil
	}))
	return lines
}
