package storetest

import (
	"fmt"
	"strings"

	"turnover/hierarchy"
	"turnover/store"
)

var rules = []promise{
	{"names are unique in their parent", func(b *bed) {
		b.seeded()
		c := b.refuses(create(inTV, shot("new", "sq1", "SH010"))...)
		if !strings.Contains(c.Error(), `"SH010"`) {
			b.Errorf("%q does not tell the name", c.Error())
		}
		b.refuses(update(inTV, ref("sh2"), set("name", "SH020", "SH010")))
		b.refuses(create(inTV, shot("a", "sq1", "same"), shot("b", "sq1", "same"))...)
	}},
	{"names are unique where the parent is null", func(b *bed) {
		b.seeded()
		b.refuses(create(inTV, entity("new", hierarchy.Episode, "", "EP01"))...)
		b.apply(create(inTV, entity("loose", hierarchy.Sequence, "", "SQ010"))) // another one lies in the episode
		b.refuses(create(inTV, entity("new", hierarchy.Sequence, "", "SQ010"))...)
		b.refuses(hierarchy.Move{Origin: inTV, Ref: hierarchy.RefOf(ref("sq1")), Before: "ep1", After: ""})
	}},
	{"of many new rows, the one whose id is taken is named", func(b *bed) {
		b.seeded()
		for _, at := range []int{0, 31, 32, 50, 69} {
			rows := make([]hierarchy.Noun, 70)
			for i := range rows {
				rows[i] = shot(hierarchy.ID(fmt.Sprint("new", i)), "sq1", fmt.Sprint("new", i))
			}
			rows[at].(*hierarchy.Entity).ID = "sh2"
			b.equal(b.refuses(create(inTV, rows...)...).Ref, hierarchy.Ref{Table: "entities", Key: "sh2"}, "row")
		}
	}},
	{"one name may stand in two parents, kinds and projects", func(b *bed) {
		b.seeded()
		other := shot("other", "", "SH010")
		other.ProjectID = "film"
		b.apply(append(create(inFilm, &hierarchy.Project{ID: "film", Name: "Film"}, other),
			create(inTV, entity("sq2", hierarchy.Sequence, "ep1", "SQ020"), shot("a", "sq2", "SH010"), entity("sc", hierarchy.Scene, "sq1", "SH010"))...))
	}},
	{"assets are unique by type and name, wherever they lie", func(b *bed) {
		b.seeded()
		again := entity("new", hierarchy.Asset, "ep1", "Chair")
		b.refuses(create(inTV, again)...)
		again.EntityTypeID = "type-other"
		b.apply(create(inTV, again))
	}},
	{"projects, e-mails and short names of statuses are unique", func(b *bed) {
		b.seeded()
		b.refuses(create(inTV, &hierarchy.Project{ID: "new", Name: "TV Show"})...)
		mail := person("carl")
		mail.Email = hierarchy.Ptr("ada@example.com")
		b.refuses(create(shared, mail)...)
		b.refuses(create(shared, &hierarchy.TaskStatus{ID: "new", Name: "N", ShortName: "rtk"})...)
		without := person("dora")
		without.Email = nil
		nobody := person("eve")
		nobody.Email = nil
		b.apply(create(shared, without, nobody)) // of the same name, too
	}},
	{"castings, tasks, time sheets, previews and assignments are unique", func(b *bed) {
		b.seeded()
		b.refuses(hierarchy.Link{Origin: inTV, Row: casting("c2", "sh1")})
		b.refuses(create(inTV, task("t3", "sh1"))...)
		b.refuses(create(inTV, &hierarchy.TimeSpent{ID: "n", TaskID: "t1", PersonID: "ada", Date: "2026-01-06", Duration: 1})...)
		b.refuses(create(inTV, &hierarchy.PreviewFile{ID: "n", TaskID: "t1", Name: hierarchy.Ptr("main"), Revision: 1})...)
		b.refuses(hierarchy.Link{Origin: inTV, Row: &hierarchy.Assignment{TaskID: "t1", PersonID: "ada"}})
		b.refuses(hierarchy.Link{Origin: inTV, Row: &hierarchy.ProjectTaskType{ID: "n", ProjectID: "tv", TaskTypeID: "anim"}})
		b.refuses(hierarchy.Link{Origin: inTV, Row: &hierarchy.ProjectAssetType{ProjectID: "tv", AssetTypeID: "type-props"}})
		b.refuses(hierarchy.Link{Origin: inTV, Row: &hierarchy.ProjectAssetType{ProjectID: "tv", AssetTypeID: "nowhere"}})
		second := task("t3", "sh1")
		second.Name = "second"
		b.apply(create(inTV, second)) // two tasks of one type
	}},
	{"instances are unique by number, and name a scene and an asset that stay", func(b *bed) {
		b.seeded()
		instance := func(id, scene, asset hierarchy.ID, number int64) *hierarchy.AssetInstance {
			return &hierarchy.AssetInstance{ID: id, SceneID: scene, AssetID: asset, Name: "chair", Number: number, Active: true}
		}
		b.refuses(create(inTV, instance("n", "sc1", "as1", 1))...)
		b.refuses(create(inTV, instance("n", "nowhere", "as1", 2))...)
		b.refuses(create(inTV, instance("n", "sc1", "nowhere", 2))...)
		b.refuses(hierarchy.Link{Origin: inTV, Row: &hierarchy.InstanceCasting{EntityID: "sh1", AssetInstanceID: "ai1"}})
		b.refuses(hierarchy.Link{Origin: inTV, Row: &hierarchy.InstanceCasting{EntityID: "sh2", AssetInstanceID: "nowhere"}})
		b.refuses(hierarchy.Delete{Origin: inTV, Row: b.row("asset_instances", nil)})
		b.refuses(hierarchy.Delete{Origin: inTV, Row: b.row("entities", map[string]any{"id": "sc1"})})
		b.apply(append(create(inTV, instance("ai2", "sc1", "as1", 2)), hierarchy.Link{Origin: inTV, Row: &hierarchy.InstanceCasting{EntityID: "sh1", AssetInstanceID: "ai2"}}))
		b.apply([]hierarchy.Change{hierarchy.Unlink{Origin: inTV, Row: &hierarchy.InstanceCasting{EntityID: "sh1", AssetInstanceID: "ai1"}},
			hierarchy.Delete{Origin: inTV, Row: b.row("asset_instances", map[string]any{"id": "ai1"})},
			update(inTV, instance("ai2", "sc1", "as1", 2), set("name", "chair", "throne"), set("data.x", nil, 1))})
		b.equal(b.row("asset_instances", nil).(*hierarchy.AssetInstance).Name, "throne", "name")
	}},
	{"an attachment names its comment, and a person follows a task once", func(b *bed) {
		b.seeded()
		b.refuses(create(inTV, &hierarchy.AttachmentFile{ID: "n", TaskID: "t1", CommentID: "nowhere", Name: "a"})...)
		b.refuses(create(inTV, &hierarchy.AttachmentFile{ID: "n", TaskID: "nowhere", CommentID: "k1", Name: "a"})...)
		b.refuses(hierarchy.Delete{Origin: inTV, Row: b.row("comments", nil)})
		b.refuses(create(inTV, &hierarchy.Subscription{ID: "n", TaskID: "t1", PersonID: "bob"})...)
		b.refuses(create(inTV, &hierarchy.Subscription{ID: "n", TaskID: "t2", PersonID: "nobody"})...)
		comment := b.row("comments", nil)
		b.apply([]hierarchy.Change{update(inTV, comment, set("acknowledgements", []string{"bob"}, []string{})),
			hierarchy.Delete{Origin: inTV, Row: b.row("attachment_files", nil)}, hierarchy.Delete{Origin: inTV, Row: b.row("subscriptions", nil)}})
		b.equal(string(b.row("comments", nil).(*hierarchy.Comment).Acknowledgements), "[]", "acknowledgements")
	}},
	{"an id is taken once", func(b *bed) {
		b.seeded()
		c := b.refuses(create(inTV, shot("sh1", "sq1", "other"))...)
		b.equal(c.Ref, hierarchy.Ref{Table: "entities", Key: "sh1"}, "ref")
		b.refuses(create(inTV, shot("", "sq1", "without"))...)
		b.refuses(create(inTV, shot("twice", "sq1", "a"), shot("twice", "sq1", "b"))...)
	}},
	{"what a row names must be there", func(b *bed) {
		b.seeded()
		c := b.refuses(create(inTV, shot("new", "nowhere", "SH030"))...)
		if !strings.Contains(c.Error(), "SH030") || !strings.Contains(c.Error(), "nowhere") {
			b.Errorf("%q tells not who names what", c.Error())
		}
		b.refuses(hierarchy.Move{Origin: inTV, Ref: hierarchy.RefOf(ref("sh1")), Before: "sq1", After: "nowhere"})
		b.refuses(create(inTV, task("new", "nowhere"))...)
		b.refuses(hierarchy.Link{Origin: inTV, Row: &hierarchy.Assignment{TaskID: "t1", PersonID: "nobody"}})
		b.refuses(hierarchy.Link{Origin: inTV, Row: casting("new", "nowhere")})
	}},
	{"what others name cannot go", func(b *bed) {
		b.seeded()
		for _, id := range []string{"sq1", "sh1", "as1", "ep1"} {
			c := b.refuses(hierarchy.Delete{Origin: inTV, Row: b.row("entities", map[string]any{"id": id})})
			b.equal(c.Ref.Key, id, "ref")
		}
		b.refuses(hierarchy.Delete{Origin: inTV, Row: b.row("entities", map[string]any{"id": "sq1"})}, hierarchy.Create{Origin: inTV, Row: shot("new", "sq1", "N")})
	}},
	{"what others name can go together with them", func(b *bed) {
		b.seeded()
		s := b.snapshot()
		var changes []hierarchy.Change
		for _, e := range s.Entities {
			changes = append(changes, hierarchy.Delete{Origin: inTV, Row: e})
		}
		for _, k := range s.Tasks {
			changes = append(changes, hierarchy.Delete{Origin: inTV, Row: k})
			for _, p := range k.Assignees {
				changes = append(changes, hierarchy.Unlink{Origin: inTV, Row: &hierarchy.Assignment{TaskID: k.ID, PersonID: p}})
			}
		}
		for _, row := range []string{"casting_links", "instance_castings", "asset_instances", "comments", "time_spents", "preview_files", "attachment_files", "subscriptions"} {
			changes = append(changes, hierarchy.Delete{Origin: inTV, Row: b.row(row, nil)})
		}
		b.apply(changes)
		b.equal(len(b.snapshot().Entities), 0, "entities")
	}},
	{"who wrote something and which previews it has may be unknown", func(b *bed) {
		b.seeded()
		loose := shot("new", "sq1", "SH030")
		loose.CreatedBy, loose.PreviewFileID, loose.ReadyFor = "unknown", "unknown", "unknown"
		b.apply(create(inTV, loose, &hierarchy.Comment{ID: "k2", TaskID: "t1", TaskStatusID: "todo", PersonID: "unknown"}))
	}},
	{"a thousand rows are one Apply", func(b *bed) {
		b.seeded()
		var many []hierarchy.Noun
		for i := range 1000 {
			id := hierarchy.ID(fmt.Sprint("many", i))
			many = append(many, task("task"+id, id), shot(id, "sq1", string(id)))
		}
		b.apply(create(inTV, many...))
		b.equal(len(b.snapshot().Tasks), 1002, "tasks")
		var changes []hierarchy.Change
		for i := range 1000 {
			changes = append(changes, update(inTV, ref(hierarchy.ID(fmt.Sprint("many", i))), set("nb_frames", 48, i)))
		}
		b.apply(changes)
		b.equal(b.snapshot().Entity("many999").Frames(), 999, "frames")
	}},
}

var twins = []promise{
	{"twins of an archive load and are listed", func(b *bed) {
		b.seeded()
		b.apply(create(loading, shot("tw1", "sq1", "SH010"), shot("tw2", "sq1", "SH010"), entity("e2", hierarchy.Episode, "", "EP01"), entity("e3", hierarchy.Episode, "", "EP02")))
		s := b.snapshot()
		b.equal(fmt.Sprint(s.Entity("sh1").Twin, s.Entity("tw1").Twin, s.Entity("tw2").Twin, s.Entity("e2").Twin, s.Entity("e3").Twin), "0 1 2 1 0", "twins")
		b.read(func(r store.Reader) {
			found, err := r.Twins(b.ctx, "tv")
			b.check(err)
			var ids []string
			for _, e := range found {
				ids = append(ids, string(e.ID))
			}
			b.equal(ids, []string{"ep1", "e2", "sh1", "tw1", "tw2"}, "listed")
		})
	}},
	{"a twin that gets a name of its own is none any more", func(b *bed) {
		b.seeded()
		b.apply(create(loading, shot("tw1", "sq1", "SH010")))
		b.apply([]hierarchy.Change{update(inTV, ref("tw1"), set("name", "SH010", "SH011"))})
		b.equal(b.snapshot().Entity("tw1").Twin, 0, "twin")
		b.refuses(update(inTV, ref("tw1"), set("name", "SH011", "SH010")))
	}},
	{"a name that only a twin has is still taken", func(b *bed) {
		b.seeded()
		b.apply(create(loading, shot("tw1", "sq1", "SH020")))
		b.apply([]hierarchy.Change{update(inTV, ref("sh2"), set("name", "SH020", "SH021"))})
		b.refuses(create(inTV, shot("new", "sq1", "SH020"))...)
	}},
}
