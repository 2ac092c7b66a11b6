package api

import (
	"slices"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/store"
)

func TestShotsAreMadeReadChangedAndRemoved(t *testing.T) {
	eachDatabase(t, testShotsAreMadeReadChangedAndRemoved)
}

func testShotsAreMadeReadChangedAndRemoved(t *testing.T) {
	b := newBed(t, Limits{})
	ada := b.person("ada", accounts.Manager)
	project, sequence, _, _ := b.production("film")
	b.join(project, ada, "")
	me, shots := email("ada"), "/api/data/projects/"+string(project)+"/shots"

	made := b.status(b.ask(me, "POST", shots, map[string]any{"name": "SH020", "sequence_id": sequence, "nb_frames": 12, "data": map[string]any{"frame_in": 1}}), 201)
	if made.get("type") != "Shot" || made.get("created_by") != string(ada.ID) || made.get("nb_frames") != 12.0 || len(made.body.(map[string]any)) != 22 {
		t.Errorf("%s", made.raw)
	}
	again := b.status(b.ask(me, "POST", shots, map[string]any{"name": "SH020", "sequence_id": sequence, "nb_frames": 99}), 201)
	if string(again.raw) != string(made.raw) {
		t.Errorf("made again: %s, was %s", again.raw, made.raw)
	}
	id := made.get("id").(string)

	whole := b.status(b.ask(me, "GET", "/data/shots/"+id, nil), 200)
	whole.body.(map[string]any)["nb_frames"] = 24
	whole.body.(map[string]any)["data"] = map[string]any{"frame_out": 24}
	put := b.status(b.ask(me, "PUT", "/data/entities/"+strings.ToUpper(id), whole.body), 200)
	if put.get("nb_frames") != 24.0 || put.get("data", "frame_in") != 1.0 || put.get("data", "frame_out") != 24.0 || put.get("type") != "Shot" {
		t.Errorf("%s", put.raw)
	}
	b.status(b.ask(me, "PUT", "/data/shots/"+id, map[string]any{"data": map[string]any{"x": 1}, "canceled": true}), 200)
	got := b.status(b.ask(me, "GET", "/data/shots/"+id, nil), 200)
	if got.get("data", "frame_in") != nil || got.get("data", "x") != 1.0 || got.get("canceled") != true || got.get("sequence_name") != "SQ010" {
		t.Errorf("%s", got.raw)
	}
	b.status(b.ask(me, "DELETE", "/data/shots/"+id, nil), 204)
	b.status(b.ask(me, "GET", "/data/shots/"+id, nil), 404)
	b.history(project, id, "create", "update", "update", "update", "omit", "delete")
}

// history checks what the lines of history of one entity say.
func (b *bed) history(project hierarchy.ID, id string, want ...string) {
	b.Helper()
	var got []string
	b.check(b.pipe.Store.Read(b.Context(), func(r store.Reader) error {
		for line, err := range r.History(b.Context(), store.HistoryQuery{Project: project, Table: "entities", Key: id}) {
			if err != nil {
				return err
			}
			got = append(got, line.Action)
		}
		return nil
	}))
	slices.Sort(got)
	slices.Sort(want)
	if got = slices.Compact(got); !slices.Equal(got, slices.Compact(want)) {
		b.Errorf("history %v, want %v", got, want)
	}
}

func TestAShotWithTasksIsOmittedUnlessForced(t *testing.T) {
	eachDatabase(t, testAShotWithTasksIsOmittedUnlessForced)
}

func testAShotWithTasksIsOmittedUnlessForced(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project, _, shot, task := b.production("film")
	me, path := email("root"), "/data/shots/"+string(shot)
	if got := b.status(b.ask(me, "GET", path, nil), 200); len(got.get("tasks").([]any)) != 1 {
		t.Errorf("%s", got.raw)
	}
	b.status(b.ask(me, "DELETE", path, nil), 204)
	if got := b.status(b.ask(me, "GET", path, nil), 200); got.get("canceled") != true {
		t.Errorf("%s", got.raw)
	}
	b.status(b.ask(me, "DELETE", path, nil), 204)
	b.status(b.ask(me, "PUT", path, map[string]any{"canceled": false}), 200)
	who := b.person("bob", accounts.Artist)
	b.assign(project, task, who.ID)
	_, err := b.pipe.LogTime(t.Context(), project, task, who.ID, "2026-01-05", 60)
	b.check(err)
	b.status(b.ask(me, "DELETE", path+"?force=True", nil), 204)
	b.status(b.ask(me, "GET", path, nil), 404)
	view, err := b.server.views.Project(t.Context(), project)
	if err != nil || len(view.Tasks) != 0 {
		t.Errorf("%v, tasks %v", err, view.Tasks)
	}
}

func TestListsOfShots(t *testing.T) { eachDatabase(t, testListsOfShots) }

func testListsOfShots(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	hugo := b.person("hugo", accounts.Vendor)
	project, sequence, _, task := b.production("film")
	other, _, _, _ := b.production("other")
	b.join(project, hugo, "")
	me := email("root")
	for _, name := range []string{"SH030", "SH02%"} {
		b.status(b.ask(me, "POST", "/data/projects/"+string(project)+"/shots", map[string]any{"name": name, "sequence_id": sequence}), 201)
	}
	b.status(b.ask(me, "POST", "/data/projects/"+string(project)+"/shots", map[string]any{"name": "LOOSE"}), 201)
	names := func(who, path string) string {
		got := b.status(b.ask(who, "GET", path, nil), 200)
		var out []string
		for _, one := range got.body.([]any) {
			out = append(out, one.(map[string]any)["name"].(string))
		}
		return strings.Join(out, " ")
	}
	for path, want := range map[string]string{
		"/data/shots": "SH010 SH02% SH030 SH010", "/data/shots/all?project_id=" + string(project): "SH010 SH02% SH030",
		"/data/shots/all?sequence_id=" + string(sequence) + "&name=sh030": "SH030", "/data/shots?project_id=" + string(project) + "&name=%25": "",
		"/data/shots?project_id=" + string(project) + "&name=SH02%25": "SH02%", "/data/shots?project_id=" + string(project) + `&name=["SH010","SH030"]`: "SH010 SH030",
		"/data/shots?project_id=" + string(project) + "&canceled=True": "", "/data/shots?nb_frames=48&project_id=" + string(other): "SH010",
		"/data/projects/" + string(project) + "/shots": "LOOSE SH010 SH02% SH030",
	} {
		if got := names(me, path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if got := names(email("hugo"), "/data/shots?project_id="+string(project)); got != "" {
		t.Errorf("a vendor without tasks sees %q", got)
	}
	b.assign(project, task, hugo.ID)
	for _, path := range []string{"/data/shots?project_id=" + string(project), "/data/projects/" + string(project) + "/shots"} {
		if got := names(email("hugo"), path); got != "SH010" {
			t.Errorf("a vendor sees %q", got)
		}
	}
	for _, bad := range []string{"project_id=nope", "project_id=" + string(project) + "&canceled=perhaps", "project_id=" + string(project) + "&nb_frames=x",
		"project_id=" + string(project) + "&name=[", "project_id=" + string(project) + "&source_id=1"} {
		b.status(b.ask(me, "GET", "/data/shots?"+bad, nil), 400)
	}
}

func TestProjects(t *testing.T) { eachDatabase(t, testProjects) }

func testProjects(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	ada := b.person("ada", accounts.Artist)
	film, _, _, _ := b.production("film")
	other, _, _, _ := b.production("other")
	b.join(film, ada, "")
	for who, want := range map[string]int{"root": 2, "ada": 1} {
		for _, path := range []string{"/data/projects", "/data/projects/open"} {
			if got := b.status(b.ask(email(who), "GET", path, nil), 200); len(got.body.([]any)) != want {
				t.Errorf("%s sees of %s %s", who, path, got.raw)
			}
		}
	}
	got := b.status(b.ask(email("ada"), "GET", "/data/projects/"+string(film), nil), 200)
	if got.get("type") != "Project" || len(got.get("task_types").([]any)) == 0 || got.get("team").([]any)[0] != string(ada.ID) {
		t.Errorf("%s", got.raw)
	}
	b.status(b.ask(email("ada"), "GET", "/data/projects/"+string(other), nil), 403)
	if got := b.status(b.ask(email("ada"), "GET", "/data/projects?name=OTHER", nil), 200); len(got.body.([]any)) != 0 {
		t.Errorf("%s", got.raw)
	}
}

// TestNullInDataStays: a script that clears a field reads it back as null.
func TestNullInDataStays(t *testing.T) { eachDatabase(t, testNullInDataStays) }

func testNullInDataStays(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	_, _, shot, task := b.production("film")
	for _, path := range []string{"/data/entities/" + string(shot), "/data/tasks/" + string(task)} {
		b.status(b.ask(email("root"), "PUT", path, map[string]any{"data": map[string]any{"mood": "calm", "take": 2}}), 200)
		b.status(b.ask(email("root"), "PUT", path, map[string]any{"data": map[string]any{"mood": nil}}), 200)
		data, _ := b.status(b.ask(email("root"), "GET", path, nil), 200).get("data").(map[string]any)
		if mood, there := data["mood"]; !there || mood != nil || data["take"] != 2.0 {
			t.Errorf("%s: %v", path, data)
		}
	}
}

// TestListedDataIsADocument: clients read keys of the data of a list's shots, as
// Kitsu gives them, also where nobody gave any.
func TestListedDataIsADocument(t *testing.T) { eachDatabase(t, testListedDataIsADocument) }

func testListedDataIsADocument(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project, sequence, _, _ := b.production("film")
	bare := b.status(b.ask(email("root"), "POST", "/data/projects/"+string(project)+"/shots", map[string]any{"name": "SH020", "sequence_id": sequence}), 201)
	listed := b.status(b.ask(email("root"), "GET", "/data/shots/with-tasks?id="+bare.get("id").(string), nil), 200)
	if data, there := listed.body.([]any)[0].(map[string]any)["data"].(map[string]any); !there || len(data) > 0 {
		t.Errorf("%s", listed.raw)
	}
}
