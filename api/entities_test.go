package api

import (
	"fmt"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

func TestEntitiesOfAllKinds(t *testing.T) { eachDatabase(t, testEntitiesOfAllKinds) }

func testEntitiesOfAllKinds(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	ada, hugo := b.person("ada", accounts.Manager), b.person("hugo", accounts.Vendor)
	film, sequence, shot, task := b.production("film")
	other, _, _, _ := b.production("other")
	b.join(film, ada, "")
	b.join(film, hugo, "")
	me := email("ada")
	count := func(who, path string) int {
		t.Helper()
		return len(b.status(b.ask(email(who), "GET", path, nil), 200).body.([]any))
	}
	if n := count("ada", "/data/entities"); n != 2 {
		t.Errorf("a manager sees %d of her production", n)
	}
	if n := count("root", "/data/entities"); n != 4 {
		t.Errorf("an admin sees %d", n)
	}
	if n := count("ada", "/data/entities?project_id="+string(other)); n != 0 {
		t.Errorf("a manager sees %d of another production", n)
	}
	if n := count("hugo", "/data/entities"); n != 0 {
		t.Errorf("a vendor without tasks sees %d", n)
	}
	b.assign(film, task, hugo.ID)
	if n := count("hugo", "/data/entities?name=sh010"); n != 1 {
		t.Errorf("a vendor sees %d", n)
	}

	types := map[string]hierarchy.ID{}
	view, err := b.server.views.Project(t.Context(), film)
	b.check(err)
	for _, et := range view.EntityTypes {
		types[et.Name] = et.ID
	}
	body := map[string]any{"name": "SH020", "project_id": film, "entity_type_id": types["Shot"], "parent_id": sequence, "data": map[string]any{"a": 1}, "nb_frames": 8}
	made := b.status(b.ask(me, "POST", "/data/entities", body), 201)
	if made.get("type") != "Shot" || made.get("created_by") != string(ada.ID) {
		t.Errorf("%s", made.raw)
	}
	b.status(b.ask(me, "POST", "/data/entities", body), 400) // the name is taken
	for key, bad := range map[string]any{"status": "asleep", "entity_type_id": types["Concept"], "parent_id": shot, "project_id": "x", "name": "", "nb_frames": "many"} {
		wrong := map[string]any{}
		for k, v := range body {
			wrong[k] = v
		}
		wrong["name"], wrong[key] = "NEW", bad
		b.status(b.ask(me, "POST", "/data/entities", wrong), 400)
	}
	body["project_id"] = other
	b.status(b.ask(me, "POST", "/data/entities", body), 403)

	page := b.status(b.ask(me, "GET", "/data/entities?page=1&limit=2&fields=name&relations=True", nil), 200)
	rows := page.get("data").([]any)
	if page.get("total") != 3.0 || len(rows) != 2 || rows[0].(map[string]any)["name"] != "SH020" {
		t.Errorf("%s", page.raw)
	}
	if row := rows[0].(map[string]any); row["id"] == nil || row["type"] != "Shot" || row["entities_out"] == nil || row["nb_frames"] != nil {
		t.Errorf("%v", row)
	}
	b.status(b.ask(me, "DELETE", "/data/entities/"+made.get("id").(string), nil), 204)
	b.status(b.ask(me, "DELETE", "/data/entities/"+string(sequence), nil), 400)
	b.status(b.ask(email("hugo"), "DELETE", "/data/entities/"+string(shot), nil), 403)
}

// TestVendorsSeeNoFieldsOfOtherDepartments asks all reads of a shot.
func TestVendorsSeeNoFieldsOfOtherDepartments(t *testing.T) {
	eachDatabase(t, testVendorsSeeNoFieldsOfOtherDepartments)
}

func testVendorsSeeNoFieldsOfOtherDepartments(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	hugo := b.person("hugo", accounts.Vendor)
	project, sequence, shot, task := b.production("film")
	b.join(project, hugo, "")
	b.assign(project, task, hugo.ID)
	view, err := b.server.views.Project(t.Context(), project)
	b.check(err)
	own, other := view.Departments[0].ID, view.Departments[1].ID
	b.apply(hierarchy.Link{Origin: b.origin(""), Row: &hierarchy.PersonDepartment{PersonID: hugo.ID, DepartmentID: own}})
	for name, departments := range map[string]string{"mine": fmt.Sprintf(`[%q]`, own), "budget": fmt.Sprintf(`[%q]`, other), "both": fmt.Sprintf(`[%q, %q]`, other, own), "free": `[]`} {
		b.apply(hierarchy.Create{Origin: b.origin(project), Row: &hierarchy.MetadataDescriptor{ID: hierarchy.ID("d-" + name), ProjectID: project, EntityType: "Shot",
			Name: name, FieldName: name, Departments: hierarchy.Data(departments)}})
	}
	b.status(b.ask(email("root"), "PUT", "/data/entities/"+string(shot), map[string]any{"data": map[string]any{"mine": "m", "budget": "secret-1", "both": "b", "free": "f"}}), 200)
	b.status(b.ask(email("root"), "PUT", "/data/entities/"+string(shot), map[string]any{"data": map[string]any{"budget": "secret-2"}}), 200)
	for _, path := range []string{
		"/data/shots?project_id=" + string(project), "/data/shots/all?sequence_id=" + string(sequence), "/data/shots/with-tasks?project_id=" + string(project),
		"/data/shots/with-tasks?compact=true&project_id=" + string(project), "/data/shots/" + string(shot), "/data/entities/" + string(shot), "/data/entities",
		"/data/projects/" + string(project) + "/shots", "/data/sequences/" + string(sequence) + "/shots", "/data/shots/" + string(shot) + "/versions",
	} {
		for who, secret := range map[string]bool{"root": true, "hugo": false} {
			got := string(b.status(b.ask(email(who), "GET", path, nil), 200).raw)
			if strings.Contains(got, "secret-") != secret || !strings.Contains(got, `"mine":"m"`) || !strings.Contains(got, `"both":"b"`) || !strings.Contains(got, `"free":"f"`) {
				t.Errorf("%s as %s: %s", path, who, got)
			}
		}
	}
}
