package api

import (
	"fmt"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
	"turnover/store"
)

func TestAShotHasOneScene(t *testing.T) { eachDatabase(t, testAShotHasOneScene) }

func testAShotHasOneScene(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project, sequence, shot, _ := b.production("film")
	me := email("root")
	scene := func(name string) string {
		made := b.status(b.ask(me, "POST", "/data/projects/"+string(project)+"/scenes", map[string]any{"name": name, "sequence_id": sequence}), 201)
		return made.get("id").(string)
	}
	first, second := scene("SC01"), scene("SC02")
	linked := b.status(b.ask(me, "POST", "/data/scenes/"+first+"/shots", map[string]any{"shot_id": shot}), 201)
	if linked.get("type") != "Entity" || linked.get("source_id") != first {
		t.Errorf("%s", linked.raw)
	}
	b.status(b.ask(me, "DELETE", "/data/scenes/"+second+"/shots/"+string(shot), nil), 204)
	shots := func(scene string, want int) {
		t.Helper()
		if got := b.status(b.ask(me, "GET", "/data/scenes/"+scene+"/shots", nil), 200).body.([]any); len(got) != want {
			t.Errorf("%v", got)
		}
	}
	shots(first, 1)
	b.status(b.ask(me, "POST", "/data/scenes/"+second+"/shots", map[string]any{"shot_id": shot}), 201)
	shots(first, 0)
	_, _, foreign, _ := b.production("other")
	for _, id := range []any{foreign, sequence, "nope", nil} {
		if got := b.ask(me, "POST", "/data/scenes/"+first+"/shots", map[string]any{"shot_id": id}); got.status != 404 && got.status != 400 {
			t.Errorf("%v: %d", id, got.status)
		}
	}
	b.status(b.ask(me, "DELETE", "/data/scenes/"+second, nil), 204)
	if got := b.status(b.ask(me, "GET", "/data/scenes/"+second, nil), 200); got.get("canceled") != true {
		t.Errorf("%s", got.raw) // as in Kitsu: a shot comes from it
	}
	b.status(b.ask(me, "DELETE", "/data/scenes/"+second+"?force=True", nil), 204)
	b.status(b.ask(me, "GET", "/data/scenes/"+second, nil), 404)
	if got := b.status(b.ask(me, "GET", "/data/shots/"+string(shot), nil), 200); got.get("source_id") != nil {
		t.Errorf("%s", got.raw)
	}
	artist := b.person("ada", accounts.Artist)
	b.join(project, artist, "")
	byName := "/data/scenes/all?parent_id=" + string(sequence) + "&name=sc01"
	if got := b.status(b.ask(email("ada"), "GET", byName, nil), 200).body.([]any); len(got) != 1 {
		t.Errorf("%v", got) // in Kitsu only admins find a scene by its name
	}
	loose := b.status(b.ask(me, "POST", "/data/projects/"+string(project)+"/scenes", map[string]any{"name": "LOOSE"}), 201)
	if got := b.status(b.ask(me, "GET", "/data/scenes/"+loose.get("id").(string), nil), 200); got.get("sequence_id") != nil {
		t.Errorf("%s", got.raw)
	}
}

func TestInstancesAreNumberedAndGoWithTheirScene(t *testing.T) {
	eachDatabase(t, testInstancesAreNumberedAndGoWithTheirScene)
}

func testInstancesAreNumberedAndGoWithTheirScene(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project, sequence, shot, _ := b.production("film")
	me := email("root")
	asset := func(kind, name string) hierarchy.ID {
		made, err := b.pipe.CreateEntity(t.Context(), project, pipeline.EntitySpec{Kind: hierarchy.Asset, Type: b.assetType(kind), Name: name})
		b.check(err)
		return made.ID
	}
	chair, camera := asset("Prop", "Big chair!"), asset("Camera", "Cam A")
	made, err := b.pipe.CreateEntity(t.Context(), project, pipeline.EntitySpec{Kind: hierarchy.Scene, Name: "SC01", Parent: sequence})
	b.check(err)
	scene := "/data/scenes/" + string(made.ID)
	add := func(asset hierarchy.ID, want string) string {
		t.Helper()
		got := b.status(b.ask(me, "POST", scene+"/asset-instances", map[string]any{"asset_id": asset}), 201)
		if got.get("name") != want || got.get("type") != "AssetInstance" || got.get("active") != true {
			t.Errorf("%s", got.raw)
		}
		return got.get("id").(string)
	}
	one, two := add(chair, "Big_chair_0001"), add(chair, "Big_chair_0002")
	add(camera, "Cam_A_0001")
	cameras := b.status(b.ask(me, "GET", scene+"/camera-instances", nil), 200).body.(map[string]any)
	if len(cameras) != 1 || cameras[string(camera)] == nil {
		t.Errorf("%v", cameras)
	}
	at := "/data/asset-instances/" + two
	b.status(b.ask(me, "PUT", at, map[string]any{"name": "Throne", "active": false, "data": map[string]any{"x": 1}, "number": 9, "scene_id": nil}), 200)
	if got := b.status(b.ask(me, "GET", at, nil), 200); got.get("name") != "Throne" || got.get("number") != 2.0 || got.get("data", "x") != 1.0 {
		t.Errorf("%s", got.raw)
	}
	for _, bad := range []map[string]any{{"name": 5}, {"name": ""}, {"data": "text"}, {"data": []int{1}}, {"active": "no"}} {
		b.status(b.ask(me, "PUT", at, bad), 400)
	}
	in := "/data/shots/" + string(shot) + "/asset-instances"
	for range 2 {
		b.status(b.ask(me, "POST", in, map[string]any{"asset_instance_id": one}), 201)
	}
	b.status(b.ask(me, "POST", in, map[string]any{"asset_instance_id": shot}), 404)
	if got := b.status(b.ask(me, "GET", in, nil), 200).body.(map[string]any); len(got[string(chair)].([]any)) != 1 {
		t.Errorf("%v", got)
	}
	for path, want := range map[string]string{"scene-asset-instances": string(made.ID), "shot-asset-instances": string(shot)} {
		got := b.status(b.ask(me, "GET", "/data/assets/"+string(chair)+"/"+path, nil), 200).body.(map[string]any)
		if len(got) != 1 || got[want] == nil {
			t.Errorf("%s: %v", path, got)
		}
	}
	third := add(chair, "Big_chair_0003")
	b.status(b.ask(me, "POST", in, map[string]any{"asset_instance_id": third}), 201)
	b.status(b.ask(me, "DELETE", "/data/asset-instances/"+third, nil), 204)
	if got := b.status(b.ask(me, "GET", in, nil), 200).body.(map[string]any); len(got[string(chair)].([]any)) != 1 {
		t.Errorf("%v", got)
	}
	b.status(b.ask(me, "DELETE", "/data/assets/"+string(camera)+"?force=true", nil), 204)
	b.status(b.ask(me, "DELETE", scene+"?force=true", nil), 204)
	if got := b.status(b.ask(me, "GET", in, nil), 200); string(got.raw) != "{}" {
		t.Errorf("%s", got.raw)
	}
	b.status(b.ask(me, "GET", at, nil), 404)
}

func TestVersionsAreWhatAShotWas(t *testing.T) { eachDatabase(t, testVersionsAreWhatAShotWas) }

func testVersionsAreWhatAShotWas(t *testing.T) {
	b := newBed(t, Limits{})
	root := b.person("root", accounts.Admin)
	project, _, shot, task := b.production("film")
	me, path := email("root"), "/data/shots/"+string(shot)
	put := func(body map[string]any) { b.status(b.ask(me, "PUT", "/data/entities/"+string(shot), body), 200) }
	put(map[string]any{"name": "SH011", "data": map[string]any{"note": "second", "new": 1}})
	put(map[string]any{"nb_frames": 12})
	put(map[string]any{"data": map[string]any{"frame_in": 7}})
	got := b.status(b.ask(me, "GET", path+"/versions", nil), 200)
	rows := got.body.([]any)
	if len(rows) != 2 {
		t.Fatalf("%s", got.raw)
	}
	last, first := rows[0].(map[string]any), rows[1].(map[string]any)
	if last["name"] != "SH011" || fmt.Sprint(last["data"]) != "map[frame_in:1001 new:1 note:second]" || last["person_id"] != string(root.ID) {
		t.Errorf("%v", last)
	}
	if first["name"] != "SH010" || fmt.Sprint(first["data"]) != "map[frame_in:1001 note:é]" || first["type"] != "ShotVersion" || first["id"] == last["id"] {
		t.Errorf("%v", first)
	}
	if again := b.ask(me, "GET", path+"/versions", nil); string(again.raw) != string(got.raw) {
		t.Errorf("%s", again.raw)
	}

	if got := b.status(b.ask(me, "GET", path+"/preview-files", nil), 200); string(got.raw) != "{}" {
		t.Errorf("%s", got.raw)
	}
	for i, at := range [][2]int64{{1, 1}, {2, 1}, {2, 2}} {
		b.apply(hierarchy.Create{Origin: b.origin(project), Row: &hierarchy.PreviewFile{ID: hierarchy.ID(fmt.Sprint("p", i)), TaskID: task,
			Name: hierarchy.Ptr(fmt.Sprint(i)), Revision: at[0], Position: at[1], Status: "ready"}})
	}
	var taskType hierarchy.ID
	b.check(b.pipe.Store.Read(t.Context(), func(r store.Reader) error {
		for row, err := range r.Rows(t.Context(), "tasks", map[string]any{"id": task}) {
			if err != nil {
				return err
			}
			taskType = row.(*hierarchy.Task).TaskTypeID
		}
		return nil
	}))
	previews := b.status(b.ask(me, "GET", path+"/preview-files", nil), 200).get(string(taskType)).([]any)
	if len(previews) != 2 || previews[0].(map[string]any)["revision"] != 2.0 || len(previews[0].(map[string]any)["previews"].([]any)) != 1 {
		t.Errorf("%v", previews)
	}
}
