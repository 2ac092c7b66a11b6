package api

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

func TestProductionsAreBegunChangedClosedAndRemoved(t *testing.T) {
	eachDatabase(t, testProductionsAreBegunChangedClosedAndRemoved)
}

func testProductionsAreBegunChangedClosedAndRemoved(t *testing.T) {
	c := newCrew(t, Limits{})
	c.want(c.as(accounts.Manager, "POST", "/data/projects", map[string]any{"name": "mine"}), 403)
	made := c.want(c.as(accounts.Admin, "POST", "/data/projects", map[string]any{"name": " show ", "production_type": "tvshow", "fps": "24",
		"task_types": []any{c.types["Animation"]}, "team": []any{c.people[accounts.Manager].ID}}), 201)
	path := "/data/projects/" + made.get("id").(string)
	if made.get("name") != "show" || made.get("first_episode_id") == nil || made.get("project_status_name") != "Open" || len(made.get("task_types").([]any)) != 1 || len(made.get("task_statuses").([]any)) != len(c.status) {
		t.Errorf("%s", made.raw)
	}
	if e := c.status200("GET", "/data/entities/"+made.get("first_episode_id").(string)); e.get("name") != "E01" || e.get("type") != "Episode" {
		t.Errorf("%s", e.raw)
	}
	for says, body := range map[string]map[string]any{
		"a name that is taken": {"name": "show"}, "none": {}, "blank": {"name": "  "}, "a long one": {"name": strings.Repeat("x", 81)}, "a NUL": {"name": "a\x00b"},
		"no such style": {"name": "a", "production_style": "sculpture"}, "no rate": {"name": "a", "fps": "fast"}, "a text for a number": {"name": "a", "man_days": "many"},
		"no such member": {"name": "a", "team": []any{nobody}}, "no id": {"name": "a", "team": []any{"x"}}, "below 0": {"name": "a", "max_retakes": -1},
	} {
		if got := c.as(accounts.Admin, "POST", "/data/projects", body); got.status != 400 {
			t.Errorf("%s: %d %s", says, got.status, got.raw)
		}
	}
	whole := c.status200("GET", path).body.(map[string]any)
	whole["description"], whole["data"] = "é", map[string]any{"a": 1}
	if got := c.want(c.as(accounts.Manager, "PUT", path, whole), 200); got.get("description") != "é" || got.get("data", "a") != 1.0 {
		t.Errorf("%s", got.raw)
	}
	linked := c.want(c.as(accounts.Manager, "PUT", path, map[string]any{"task_types": []any{c.types["Layout"], c.types["FX"], c.types["FX"]}, "team": []any{c.people[accounts.Manager].ID, c.people[accounts.Artist].ID}}), 200)
	if len(linked.get("task_types").([]any)) != 2 || len(linked.get("team").([]any)) != 2 || len(linked.get("task_statuses").([]any)) != len(c.status) {
		t.Errorf("%s", linked.raw)
	}
	c.want(c.as(accounts.Manager, "PUT", path, map[string]any{"task_types": []any{nobody}}), 400)
	c.want(c.as(accounts.Manager, "PUT", path, map[string]any{"task_types": "x"}), 400)
	c.want(c.as(accounts.Manager, "PUT", path, map[string]any{"name": "film"}), 400)
	c.want(c.as(accounts.Manager, "PUT", path, map[string]any{"project_status_id": nobody}), 400)
	c.want(c.as(accounts.Admin, "DELETE", path, nil), 400) // open
	closed := ""
	for _, s := range c.status200("GET", "/data/project-status").body.([]any) {
		if s.(map[string]any)["name"] == "Closed" {
			closed = s.(map[string]any)["id"].(string)
		}
	}
	c.want(c.as(accounts.Manager, "PUT", path, map[string]any{"project_status_id": closed}), 200)
	if open := c.want(c.as(accounts.Manager, "GET", "/data/projects/open", nil), 200).body.([]any); len(open) != 1 {
		t.Errorf("%d open", len(open))
	}
	c.want(c.as(accounts.Admin, "DELETE", path, nil), 204)
	c.want(c.as(accounts.Admin, "GET", path, nil), 404)
	// One that is full goes as a whole; the other stays.
	full := newPlace(c.bed, "full")
	c.want(c.as(accounts.Admin, "PUT", "/data/projects/"+string(full.project), map[string]any{"project_status_id": closed}), 200)
	c.want(c.as(accounts.Admin, "DELETE", "/data/projects/"+string(full.project), nil), 204)
	c.want(c.as(accounts.Admin, "GET", "/data/comments/"+full.ids["{comment_id}"], nil), 404)
	c.taskNow()
}

func TestSettingsOfAProduction(t *testing.T) { eachDatabase(t, testSettingsOfAProduction) }

func testSettingsOfAProduction(t *testing.T) {
	c := newCrew(t, Limits{})
	base := "/data/projects/" + string(c.project)
	post := func(path string, body map[string]any, want int) reply {
		t.Helper()
		return c.want(c.as(accounts.Manager, "POST", base+path, body), want)
	}
	stranger := c.person("stranger", accounts.Artist)
	post("/team", map[string]any{"person_id": stranger.ID, "role": "supervisor"}, 201)
	post("/team", map[string]any{"person_id": nobody}, 404)
	post("/team", map[string]any{"person_id": stranger.ID, "role": "admin"}, 400)
	post("/team", map[string]any{"person_id": stranger.ID, "role": "king"}, 400)
	c.want(c.ask(email("stranger"), "PUT", "/data/tasks/"+string(c.task), map[string]any{"priority": 2}), 200)
	c.want(c.as(accounts.Manager, "PUT", base+"/team/"+string(stranger.ID), map[string]any{"role": nil}), 200)
	c.want(c.ask(email("stranger"), "PUT", "/data/tasks/"+string(c.task), map[string]any{"priority": 2}), 403)
	if n := len(c.status200("GET", base+"/team").body.([]any)); n != 7 {
		t.Errorf("%d in the team", n)
	}
	c.want(c.as(accounts.Manager, "DELETE", base+"/team/"+string(stranger.ID), nil), 204)
	c.want(c.as(accounts.Manager, "DELETE", base+"/team/"+string(stranger.ID), nil), 404)
	c.want(c.ask(email("stranger"), "GET", "/data/tasks/"+string(c.task), nil), 403)

	types := func() int { return len(c.status200("GET", base+"/settings/task-types").body.([]any)) }
	all := types()
	c.want(c.as(accounts.Manager, "DELETE", base+"/settings/task-types/"+string(c.types["FX"]), nil), 204)
	c.want(c.as(accounts.Manager, "DELETE", base+"/settings/task-types/"+string(c.types["FX"]), nil), 404)
	if types() != all-1 {
		t.Errorf("%d of %d", types(), all)
	}
	post("/settings/task-types", map[string]any{"task_type_id": c.types["FX"], "priority": 7}, 201)
	post("/settings/task-types", map[string]any{"task_type_id": nobody}, 404)
	post("/settings/task-types", map[string]any{"task_type_id": "x"}, 400)
	if types() != all {
		t.Errorf("%d of %d", types(), all)
	}
	c.want(c.as(accounts.Manager, "DELETE", base+"/settings/task-status/"+string(c.status["ready"]), nil), 204)
	post("/settings/task-status", map[string]any{"task_status_id": c.status["ready"]}, 201)
	post("/settings/task-status", map[string]any{"task_status_id": nobody}, 404)
	post("/settings/asset-types", map[string]any{"asset_type_id": nobody}, 404)

	mood := post("/metadata-descriptors", map[string]any{"name": "Mood & Tone", "entity_type": "Shot", "data_type": "list", "choices": []any{"a"}, "for_client": true}, 201)
	if mood.get("field_name") != "mood_tone" || mood.get("position") != 1.0 {
		t.Errorf("%s", mood.raw)
	}
	post("/metadata-descriptors", map[string]any{"name": "mood tone", "entity_type": "Shot"}, 400)
	post("/metadata-descriptors", map[string]any{"name": "mood tone", "entity_type": "Sequence"}, 201)
	post("/metadata-descriptors", map[string]any{"name": "&", "entity_type": "Shot"}, 400)
	post("/metadata-descriptors", map[string]any{"name": "x", "entity_type": "Planet"}, 400)
	post("/metadata-descriptors", map[string]any{"name": "x", "entity_type": "Shot", "data_type": "colour"}, 400)
	second := post("/metadata-descriptors", map[string]any{"name": "Second", "entity_type": "Shot"}, 201)
	ordered := post("/metadata-descriptors/reorder", map[string]any{"entity_type": "Shot", "descriptor_ids": []any{second.get("id"), mood.get("id")}}, 200)
	if ordered.body.([]any)[1].(map[string]any)["position"] != 2.0 {
		t.Errorf("%s", ordered.raw)
	}
	post("/metadata-descriptors/reorder", map[string]any{"entity_type": "Sequence", "descriptor_ids": []any{second.get("id")}}, 400)
	if n := len(c.want(c.as(accounts.Client, "GET", base+"/metadata-descriptors", nil), 200).body.([]any)); n != 1 {
		t.Errorf("a client sees %d fields", n)
	}
	c.want(c.as(accounts.Client, "GET", base+"/metadata-descriptors/"+second.get("id").(string), nil), 404)
	c.want(c.as(accounts.Manager, "DELETE", base+"/metadata-descriptors/"+second.get("id").(string), nil), 204)
}

// TestAssetTypesOfAProduction: it has all until it is given some, also by lists
// that are sent with it, and an archive takes them along.
func TestAssetTypesOfAProduction(t *testing.T) { eachDatabase(t, testAssetTypesOfAProduction) }

func testAssetTypesOfAProduction(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project, _, shot, _ := b.production("film")
	props, sets, hidden := b.assetType("Props"), b.assetType("Sets"), b.assetType("Hidden")
	at, root := "/data/projects/"+string(project), email("root")
	enabled := func() (out []string) {
		t.Helper()
		for _, row := range b.status(b.ask(root, "GET", at+"/settings/asset-types", nil), 200).body.([]any) {
			out = append(out, row.(map[string]any)["name"].(string))
		}
		return out
	}
	linked := func(got reply) (out []string) {
		t.Helper()
		for _, id := range got.get("asset_types").([]any) {
			out = append(out, id.(string))
		}
		slices.Sort(out)
		return out
	}
	ids := func(all ...hierarchy.ID) (out []string) {
		for _, id := range all {
			out = append(out, string(id))
		}
		slices.Sort(out)
		return out
	}
	same := func(what string, got, want []string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	all := enabled()
	for _, name := range []string{"Hidden", "Props", "Sets"} {
		if !slices.Contains(all, name) {
			t.Errorf("at first: %v, without %s", all, name)
		}
	}
	for range 2 { // again is no fault
		same("one", linked(b.status(b.ask(root, "POST", at+"/settings/asset-types", map[string]any{"asset_type_id": props}), 201)), ids(props))
	}
	same("one", enabled(), []string{"Props"})
	b.status(b.ask(root, "POST", at+"/settings/asset-types", map[string]any{"asset_type_id": sets}), 201)
	same("two", enabled(), []string{"Props", "Sets"})
	b.status(b.ask(root, "DELETE", "/data/entity-types/"+string(sets), nil), 400) // it is in use
	view, err := b.server.views.Project(t.Context(), project)
	b.check(err)
	b.status(b.ask(root, "POST", at+"/settings/asset-types", map[string]any{"asset_type_id": view.Entity(shot).EntityTypeID}), 404)

	dir := t.TempDir()
	b.check(b.pipe.ArchiveSave(t.Context(), dir, "film"))
	other := newBed(t, Limits{})
	other.person("boss", accounts.Admin)
	_, err = other.pipe.ArchiveLoad(t.Context(), os.DirFS(dir), "film")
	b.check(err)
	same("from an archive", linked(other.status(other.ask(email("boss"), "GET", at, nil), 200)), ids(props, sets))

	b.status(b.ask(root, "DELETE", at+"/settings/asset-types/"+string(props), nil), 204)
	b.status(b.ask(root, "DELETE", at+"/settings/asset-types/"+string(props), nil), 404)
	same("one less", enabled(), []string{"Sets"})
	same("a list", linked(b.status(b.ask(root, "PUT", at, map[string]any{"asset_types": []any{hidden, props}}), 200)), ids(hidden, props))
	b.status(b.ask(root, "PUT", at, map[string]any{"asset_types": []any{nobody}}), 400)
	same("left alone", linked(b.status(b.ask(root, "PUT", at, map[string]any{"description": "x"}), 200)), ids(hidden, props))
	same("none", linked(b.status(b.ask(root, "PUT", at, map[string]any{"asset_types": []any{}}), 200)), nil)
	same("all again", enabled(), all)
	made := b.status(b.ask(root, "POST", "/data/projects", map[string]any{"name": "new", "production_type": "short", "asset_types": []any{sets}}), 201)
	same("of a new one", linked(made), ids(sets))
	closed := ""
	for _, row := range b.ask(root, "GET", "/data/project-status", nil).body.([]any) {
		if one := row.(map[string]any); one["name"] == "Closed" {
			closed = one["id"].(string)
		}
	}
	b.status(b.ask(root, "PUT", "/data/projects/"+made.get("id").(string), map[string]any{"project_status_id": closed}), 200)
	b.status(b.ask(root, "DELETE", "/data/projects/"+made.get("id").(string), nil), 204)
	b.status(b.ask(root, "DELETE", "/data/entity-types/"+string(sets), nil), 204) // nothing has it now
}

// TestPeopleAreNotLeaked: no hash, no pay and no telephone but to admins, also
// not by asking about them; clients and vendors learn names alone.
func TestPeopleAreNotLeaked(t *testing.T) { eachDatabase(t, testPeopleAreNotLeaked) }

func testPeopleAreNotLeaked(t *testing.T) {
	c := newCrew(t, Limits{})
	made := c.want(c.as(accounts.Admin, "POST", "/data/persons", map[string]any{"first_name": "Ada", "last_name": "L", "email": "ada@example.com", "phone": "555-1",
		"password": secretWord, "daily_salary": 512.5, "contract_type": "open-ended", "departments": []any{}}), 201)
	ada := made.get("id").(string)
	if made.get("daily_salary") != 512.5 || strings.Contains(string(made.raw), "argon2") || made.get("password") != nil {
		t.Errorf("%s", made.raw)
	}
	c.join(c.project, &hierarchy.Person{ID: hierarchy.ID(ada)}, "")
	for _, role := range accounts.Roles() {
		for _, path := range []string{"/data/persons", "/data/persons/" + ada, "/data/persons?id=" + ada, "/data/projects/" + string(c.project) + "/team", "/data/user/context", "/data/tasks/" + string(c.task) + "/full"} {
			got := c.as(role, "GET", path, nil)
			text := string(got.raw)
			if strings.Contains(text, "argon2") || strings.Contains(text, `"password`) {
				t.Errorf("%s as %s: a hash: %s", path, role, text)
			}
			if role == accounts.Admin {
				continue
			}
			if strings.Contains(text, "512.5") || strings.Contains(text, "555-1") || strings.Contains(text, "open-ended") {
				t.Errorf("%s as %s: private: %s", path, role, text)
			}
			if (role == accounts.Client || role == accounts.Vendor) && strings.Contains(text, "ada@example.com") {
				t.Errorf("%s as %s: an e-mail", path, role)
			}
		}
		for _, probe := range []string{"daily_salary=512.5", "daily_salary=1", "phone=555-1", "phone=1"} {
			got := c.want(c.as(role, "GET", "/data/persons?"+probe, nil), 200).body.([]any)
			all := c.want(c.as(role, "GET", "/data/persons", nil), 200).body.([]any)
			if role != accounts.Admin && len(got) != len(all) {
				t.Errorf("%s as %s tells something: %d of %d", probe, role, len(got), len(all))
			}
		}
	}
	stranger := c.person("stranger", accounts.Vendor)
	if got := c.want(c.ask(email("stranger"), "GET", "/data/persons", nil), 200).body.([]any); len(got) != 1 || got[0].(map[string]any)["id"] != string(stranger.ID) {
		t.Errorf("a vendor without team sees %v", got)
	}
	own := c.want(c.ask("ada@example.com", "GET", "/data/persons/"+ada, nil), 200)
	if own.get("phone") != "555-1" || own.get("daily_salary") != nil {
		t.Errorf("%s", own.raw)
	}
}

func TestPersonsAreWritten(t *testing.T) { eachDatabase(t, testPersonsAreWritten) }

func testPersonsAreWritten(t *testing.T) {
	c := newCrew(t, Limits{})
	post := func(body map[string]any) reply { return c.as(accounts.Admin, "POST", "/data/persons", body) }
	for says, body := range map[string]map[string]any{
		"an e-mail that is taken": {"first_name": "x", "email": "USER@example.com"}, "none": {"first_name": "x", "email": "nope"}, "no name": {"email": "x@example.com"},
		"no role": {"first_name": "x", "role": "king"}, "a short password": {"first_name": "x", "email": "x@example.com", "password": "short"},
		"no such department": {"first_name": "x", "departments": []any{nobody}}, "no such studio": {"first_name": "x", "studio_id": nobody},
	} {
		if got := post(body); got.status != 400 {
			t.Errorf("%s: %d %s", says, got.status, got.raw)
		}
	}
	// Nobody makes themselves more than they are.
	me := "/data/persons/" + string(c.people[accounts.Artist].ID)
	got := c.want(c.as(accounts.Artist, "PUT", me, map[string]any{"first_name": "Ann", "role": "admin", "email": "boss@example.com", "active": false, "daily_salary": 9, "password": "another horse"}), 200)
	if got.get("first_name") != "Ann" || got.get("role") != "user" || got.get("email") != email("user") || got.get("active") != true {
		t.Errorf("%s", got.raw)
	}
	c.want(c.as(accounts.Artist, "PUT", "/data/persons/"+string(c.people[accounts.Client].ID), map[string]any{"first_name": "x"}), 403)
	c.want(c.as(accounts.Manager, "POST", "/data/persons", map[string]any{"first_name": "x"}), 403)
	c.want(c.ask("", "POST", "/auth/login", map[string]any{"email": email("user"), "password": secretWord}), 200)

	// Their own password, with the old one; tokens of before are void.
	change := func(old string) reply {
		return c.as(accounts.Artist, "POST", "/auth/change-password", map[string]any{"old_password": old, "password": "another horse", "password_2": "another horse"})
	}
	c.want(change("wrong horse"), 400)
	c.clock.move(2e9)
	c.want(change(secretWord), 200)
	c.want(c.as(accounts.Artist, "GET", "/auth/authenticated", nil), 401)
	c.want(c.ask("", "POST", "/auth/login", map[string]any{"email": email("user"), "password": "another horse"}), 200)

	// A bot comes in with its key, until it is deleted.
	bot := c.want(post(map[string]any{"first_name": "farm", "email": "farm@example.com", "is_bot": true, "role": "manager"}), 201)
	c.tokens["farm@example.com"] = bot.get("access_token").(string)
	c.want(c.ask("farm@example.com", "GET", "/data/projects", nil), 200)
	c.want(c.as(accounts.Admin, "DELETE", "/data/persons/"+bot.get("id").(string), nil), 204)
	if got := c.ask("farm@example.com", "GET", "/data/projects", nil); got.status != 401 && got.status != 422 {
		t.Errorf("%d", got.status)
	}
	// Who has work stays; who has none goes with force.
	vendor := "/data/persons/" + string(c.people[accounts.Vendor].ID)
	c.assign(c.project, c.task, c.people[accounts.Vendor].ID)
	c.want(c.as(accounts.Admin, "DELETE", vendor, nil), 400)
	c.want(c.as(accounts.Admin, "DELETE", vendor+"?force=true", nil), 204)
	if n := len(c.taskNow().get("assignees").([]any)); n != 0 {
		t.Errorf("%d assignees", n)
	}
	c.want(c.comment(accounts.Supervisor, "wip", nil), 201)
	c.want(c.as(accounts.Admin, "DELETE", "/data/persons/"+string(c.people[accounts.Supervisor].ID)+"?force=true", nil), 400)
	c.want(c.as(accounts.Admin, "DELETE", "/data/persons/"+string(c.people[accounts.Admin].ID)+"?force=true", nil), 400)
}

func TestWhatAllProductionsShare(t *testing.T) { eachDatabase(t, testWhatAllProductionsShare) }

func testWhatAllProductionsShare(t *testing.T) {
	c := newCrew(t, Limits{})
	for path, body := range map[string]map[string]any{
		"task-types": {"name": "Roto", "for_entity": "Shot", "color": "#112233"}, "task-status": {"name": "On hold", "short_name": "hold", "color": "#112233"},
		"entity-types": {"name": "Vehicle"}, "departments": {"name": "Roto", "color": "#112233"}, "studios": {"name": "Kyoto", "color": "#112233"}, "project-status": {"name": "Paused"},
	} {
		base := "/data/" + path
		before := len(c.status200("GET", base).body.([]any))
		c.want(c.as(accounts.Manager, "POST", base, body), 403)
		made := c.want(c.as(accounts.Admin, "POST", base, body), 201)
		if made.get("id") == nil || made.get("name") != body["name"] || made.get("type") == nil || made.get("created_at") == nil {
			t.Errorf("%s: %s", path, made.raw)
		}
		c.want(c.as(accounts.Admin, "POST", base, body), 400)
		c.want(c.as(accounts.Admin, "POST", base, map[string]any{"name": " "}), 400)
		c.want(c.as(accounts.Admin, "POST", base, map[string]any{"name": strings.Repeat("x", 300)}), 400)
		one := base + "/" + made.get("id").(string)
		got := c.want(c.as(accounts.Admin, "PUT", one, map[string]any{"name": "Other", "id": nobody, "created_at": "x"}), 200)
		if got.get("name") != "Other" || got.get("id") != made.get("id") {
			t.Errorf("%s: %s", path, got.raw)
		}
		if found := c.want(c.as(accounts.Client, "GET", base+"?name=other", nil), 200).body.([]any); len(found) != 1 {
			t.Errorf("%s: %d found", path, len(found))
		}
		c.want(c.as(accounts.Admin, "DELETE", one, nil), 204)
		c.want(c.as(accounts.Admin, "GET", one, nil), 404)
		if n := len(c.status200("GET", base).body.([]any)); n != before {
			t.Errorf("%s: %d, were %d", path, n, before)
		}
	}
	for _, used := range []string{"task-types/" + string(c.types["Storyboard"]), "task-status/" + string(c.status["todo"])} {
		c.want(c.as(accounts.Admin, "DELETE", "/data/"+used+"?force=true", nil), 400)
	}
	for _, et := range c.status200("GET", "/data/entity-types").body.([]any) {
		if one := et.(map[string]any); one["name"] == "Edit" {
			c.want(c.as(accounts.Admin, "DELETE", "/data/entity-types/"+one["id"].(string), nil), 400)
		}
	}
	// There is one default.
	c.want(c.as(accounts.Admin, "PUT", "/data/task-status/"+string(c.status["ready"]), map[string]any{"is_default": true}), 200)
	if got := c.status200("GET", "/data/task-status?is_default=True").body.([]any); len(got) != 1 || got[0].(map[string]any)["id"] != string(c.status["ready"]) {
		t.Errorf("%v", got)
	}
	made := c.want(c.as(accounts.Admin, "POST", "/data/entities/"+string(c.shot)+"/tasks", map[string]any{"task_type_ids": []any{c.types["FX"]}}), 201)
	if one := made.body.([]any)[0].(map[string]any); one["task_status_id"] != string(c.status["ready"]) {
		t.Errorf("%v", one)
	}
	// The same name for another kind of entity is another type.
	c.want(c.as(accounts.Admin, "POST", "/data/task-types", map[string]any{"name": "Layout", "for_entity": "Sequence"}), 201)
}

func TestTheContextOfAPerson(t *testing.T) { eachDatabase(t, testTheContextOfAPerson) }

func testTheContextOfAPerson(t *testing.T) {
	c := newCrew(t, Limits{})
	newPlace(c.bed, "other")
	c.assign(c.project, c.task, c.people[accounts.Artist].ID)
	got := c.want(c.as(accounts.Artist, "GET", "/data/user/context", nil), 200)
	var context map[string]json.RawMessage
	c.check(json.Unmarshal(got.raw, &context))
	if projects := got.get("projects").([]any); len(projects) != 1 || len(got.get("task_types").([]any)) == 0 || len(got.get("persons").([]any)) == 0 || string(context["notification_count"]) != "0" {
		t.Errorf("%s", got.raw)
	}
	mine := func(path string) string {
		rows := c.want(c.as(accounts.Artist, "GET", path, nil), 200).body.([]any)
		var names []string
		for _, r := range rows {
			names = append(names, fmt.Sprint(r.(map[string]any)["name"]))
		}
		return strings.Join(names, " ")
	}
	for path, want := range map[string]string{
		"/data/user/tasks": "main", "/data/user/done-tasks": "", "/data/user/tasks-to-check": "", "/data/user/projects/" + string(c.project) + "/sequences": "SQ010",
		"/data/user/projects/" + string(c.project) + "/episodes": "", "/data/user/sequences/" + string(c.sequence) + "/shots": "SH010",
		"/data/user/shots/" + string(c.shot) + "/task-types": "Storyboard", "/data/user/shots/" + string(c.shot) + "/tasks": "main", "/data/user/filters": "",
		"/data/persons/" + string(c.people[accounts.Artist].ID) + "/tasks": "main",
	} {
		if names := mine(path); names != want {
			t.Errorf("%s: %q, want %q", path, names, want)
		}
	}
	c.want(c.comment(accounts.Manager, "wfa", nil), 201)
	if rows := c.want(c.as(accounts.Supervisor, "GET", "/data/user/tasks-to-check", nil), 200).body.([]any); len(rows) != 1 {
		t.Errorf("%v", rows)
	}
	c.want(c.comment(accounts.Manager, "done", nil), 201)
	if names := mine("/data/user/done-tasks"); names != "main" {
		t.Errorf("%q", names)
	}
}

// TestAProductionHasAStatusForNewTasks: also where a studio made some of its
// own before its first production, and none is the default.
func TestAProductionHasAStatusForNewTasks(t *testing.T) {
	eachDatabase(t, testAProductionHasAStatusForNewTasks)
}

func testAProductionHasAStatusForNewTasks(t *testing.T) {
	for own, want := range map[string]int{"todo": 1, "brief": 2} {
		b := newBed(t, Limits{})
		b.person("root", accounts.Admin)
		b.status(b.ask(email("root"), "POST", "/data/task-status", map[string]any{"name": "Own", "short_name": own, "color": "#00ff00"}), 201)
		b.status(b.ask(email("root"), "POST", "/data/projects", map[string]any{"name": "film"}), 201)
		all := b.status(b.ask(email("root"), "GET", "/data/task-status", nil), 200).body.([]any)
		first := b.status(b.ask(email("root"), "GET", "/data/task-status?is_default=True", nil), 200).body.([]any)
		if len(all) != want || len(first) != 1 || first[0].(map[string]any)["short_name"] != "todo" {
			t.Errorf("%s: %v, of %d", own, first, len(all))
		}
	}
}
