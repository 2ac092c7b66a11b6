package api

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
	"turnover/store"
)

// A stage is a series with two episodes of two shots each, and three assets.
type stage struct {
	*bed
	project  hierarchy.ID
	episodes [2]hierarchy.ID
	shots    [2][2]hierarchy.ID
	assets   [3]hierarchy.ID // Hero, Chair, Lamp: a Character and two Props
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{bed: newBed(t, Limits{})}
	s.person("root", accounts.Admin)
	show, err := s.pipe.AddProject(t.Context(), pipeline.ProjectSpec{Name: "show", Type: hierarchy.TVShow})
	s.check(err)
	s.project = show.ID
	for i := range s.episodes {
		s.episodes[i] = s.made(hierarchy.Episode, fmt.Sprintf("E%02d", i+1), "")
		sequence := s.made(hierarchy.Sequence, "SQ010", s.episodes[i])
		for k := range s.shots[i] {
			s.shots[i][k] = s.made(hierarchy.Shot, fmt.Sprintf("SH0%d0", k+1), sequence)
		}
	}
	for i, name := range []string{"Hero", "Chair", "Lamp"} {
		kind := "Prop"
		if i == 0 {
			kind = "Character"
		}
		made, err := s.pipe.CreateEntity(t.Context(), s.project, pipeline.EntitySpec{Kind: hierarchy.Asset, Type: s.assetType(kind), Name: name})
		s.check(err)
		s.assets[i] = made.ID
	}
	return s
}

func (s *stage) made(kind hierarchy.Kind, name string, parent hierarchy.ID) hierarchy.ID {
	s.Helper()
	e, err := s.pipe.CreateEntity(s.Context(), s.project, pipeline.EntitySpec{Kind: kind, Name: name, Parent: parent})
	s.check(err)
	return e.ID
}

func (s *stage) path(format string, args ...any) string {
	return "/data/projects/" + string(s.project) + fmt.Sprintf(format, args...)
}

// cast sets who plays in an entity, with one occurrence each.
func (s *stage) cast(in hierarchy.ID, assets ...hierarchy.ID) {
	s.Helper()
	body := []map[string]any{}
	for _, a := range assets {
		body = append(body, map[string]any{"asset_id": a, "nb_occurences": 1})
	}
	s.status(s.ask(email("root"), "PUT", s.path("/entities/%s/casting", in), body), 200)
}

// plays lists who plays in an entity, in the answer's order, and checks the
// counter beside it.
func (s *stage) plays(in hierarchy.ID, want string) {
	s.Helper()
	got := s.status(s.ask(email("root"), "GET", s.path("/entities/%s/casting", in), nil), 200)
	var names []string
	for _, one := range got.body.([]any) {
		names = append(names, one.(map[string]any)["asset_name"].(string))
	}
	if strings.Join(names, " ") != want {
		s.Errorf("in %s play %v, want %s", in, names, want)
	}
	e := s.status(s.ask(email("root"), "GET", "/data/entities/"+string(in), nil), 200)
	if e.get("nb_entities_out") != float64(len(names)) {
		s.Errorf("%s counts %v, there are %d", in, e.get("nb_entities_out"), len(names))
	}
}

func TestACastingReachesTheEpisodeAndBack(t *testing.T) {
	eachDatabase(t, testACastingReachesTheEpisodeAndBack)
}

func testACastingReachesTheEpisodeAndBack(t *testing.T) {
	s := newStage(t)
	hero, chair, lamp := s.assets[0], s.assets[1], s.assets[2]
	s.cast(s.shots[0][0], chair, hero)
	s.cast(s.shots[0][1], chair)
	s.cast(s.shots[1][0], lamp)
	s.plays(s.shots[0][0], "Hero Chair")
	s.plays(s.episodes[0], "Hero Chair")
	s.plays(s.episodes[1], "Lamp")
	s.cast(s.shots[0][0], hero)
	s.plays(s.episodes[0], "Hero Chair") // the other shot still has the chair
	s.cast(s.shots[0][1])
	s.plays(s.episodes[0], "Hero")
	s.cast(s.episodes[0], lamp)
	s.plays(s.shots[0][0], "")
	s.plays(s.episodes[0], "Lamp")
	s.plays(s.shots[1][0], "Lamp")
	if v, err := s.server.views.Project(t.Context(), s.project); err != nil || len(v.Castings) != 3 {
		t.Errorf("%v, %d links", err, len(v.Castings))
	}
}

func TestManyCastingsAreOneRequest(t *testing.T) { eachDatabase(t, testManyCastingsAreOneRequest) }

func testManyCastingsAreOneRequest(t *testing.T) {
	s := newStage(t)
	me, hero, chair := email("root"), s.assets[0], s.assets[1]
	line := func(asset hierarchy.ID, n int, label any) map[string]any {
		return map[string]any{"asset_id": asset, "nb_occurences": n, "label": label, "asset_name": "ignored"}
	}
	body := map[string]any{string(s.shots[0][0]): []any{line(hero, 1, "fixed"), map[string]any{"asset_id": chair}}, string(s.shots[1][1]): []any{line(chair, 2, nil)}}
	before, err := s.server.views.Project(t.Context(), s.project)
	s.check(err)
	got := s.status(s.ask(me, "PUT", s.path("/entities/casting"), body), 200)
	s.oneCause(before.Seq, "link", "update")
	if len(got.body.(map[string]any)) != 2 {
		t.Errorf("%s", got.raw)
	}
	s.plays(s.shots[0][0], "Hero") // the chair had no count
	episode := s.status(s.ask(me, "GET", s.path("/entities/%s/casting", s.episodes[0]), nil), 200).body.([]any)
	if first := episode[0].(map[string]any); first["label"] != "fixed" || first["nb_occurences"] != 1.0 {
		t.Errorf("%v", first)
	}
	s.plays(s.episodes[1], "Chair")

	whole := s.status(s.ask(me, "GET", s.path("/sequences/all/casting"), nil), 200)
	for _, path := range []string{"/shots/casting", "/sequences/all/casting"} {
		if got := s.status(s.ask(me, "GET", s.path("%s", path), nil), 200); string(got.raw) != string(whole.raw) {
			t.Errorf("%s: %s", path, got.raw)
		}
	}
	if got := s.ask(me, "GET", s.path("/episodes/main/sequences/all/casting"), nil); string(got.raw) != "{}" {
		t.Errorf("%s", got.raw)
	}

	// Bad bodies say all that is wrong, and change nothing.
	bad := map[string]any{string(s.shots[0][0]): []any{line("nope", 1, ""), line(hero, -1, "")}, "x": []any{}}
	refused := s.status(s.ask(me, "PUT", s.path("/entities/casting"), bad), 400)
	if n := len(refused.get("data", "errors").([]any)); n != 3 {
		t.Errorf("%d errors: %s", n, refused.raw)
	}
	one := s.path("/entities/%s/casting", s.shots[0][0])
	for _, body := range []any{map[string]any{}, "null", `[1]`, `[{"asset_id": 5, "nb_occurences": 1}]`, []any{line(s.shots[0][1], 1, "")}, []any{line(s.project, 1, "")},
		[]any{line(hero, 1, strings.Repeat("x", 81))}, []any{line(hero, 1, 5)}, `[{`} {
		s.status(s.ask(me, "PUT", one, body), 400)
	}
	s.status(s.ask(me, "PUT", s.path("/entities/casting"), map[string]any{string(s.project): []any{}}), 404)
	s.status(s.ask(me, "PUT", s.path("/entities/%s/casting", hero), []any{line(hero, 1, "")}), 400)
	s.plays(s.shots[0][0], "Hero")
}

// oneCause checks that all lines of history since say one request of the admin's,
// and what it did.
func (s *stage) oneCause(after int64, want ...string) {
	s.Helper()
	causes, actions := map[string]bool{}, map[string]bool{}
	s.check(s.pipe.Store.Read(s.Context(), func(r store.Reader) error {
		for line, err := range r.History(s.Context(), store.HistoryQuery{Project: s.project, AfterSeq: after}) {
			if err != nil {
				return err
			}
			causes[line.CauseID+" "+line.Author+" "+string(line.Cause)] = true
			actions[line.Action] = true
		}
		return nil
	}))
	root, _, err := s.pipe.Login(s.Context(), email("root"))
	s.check(err)
	if len(causes) != 1 || !strings.HasSuffix(slices.Collect(maps.Keys(causes))[0], " "+string(root.ID)+" request") {
		s.Errorf("causes %v", causes)
	}
	if got := slices.Sorted(maps.Keys(actions)); !slices.Equal(got, want) {
		s.Errorf("history has %v, want %v", got, want)
	}
}

// TestAssetsOfOthersPlayWhereTheyAreShared also looks at ids of another
// production in each place of a path.
func TestAssetsOfOthersPlayWhereTheyAreShared(t *testing.T) {
	eachDatabase(t, testAssetsOfOthersPlayWhereTheyAreShared)
}

func testAssetsOfOthersPlayWhereTheyAreShared(t *testing.T) {
	s := newStage(t)
	film, _, shot, _ := s.production("film")
	own, err := s.pipe.CreateEntity(t.Context(), film, pipeline.EntitySpec{Kind: hierarchy.Asset, Type: s.assetType("Prop"), Name: "Own"})
	s.check(err)
	lent, err := s.pipe.CreateEntity(t.Context(), film, pipeline.EntitySpec{Kind: hierarchy.Asset, Type: s.assetType("Prop"), Name: "Lent", Shared: true})
	s.check(err)
	me := email("root")
	s.status(s.ask(me, "PUT", s.path("/entities/%s/casting", s.shots[0][0]), []any{map[string]any{"asset_id": own.ID, "nb_occurences": 1}}), 400)
	s.cast(s.shots[0][0], lent.ID)
	s.plays(s.shots[0][0], "Lent")
	s.status(s.ask(me, "DELETE", "/data/assets/"+string(lent.ID)+"?force=True", nil), 400)
	s.plays(s.shots[0][0], "Lent")

	view, err := s.server.views.Project(t.Context(), s.project)
	s.check(err)
	link := view.CastOf(s.shots[0][0])[0].ID
	for _, path := range []string{"/entities/" + string(shot) + "/casting", "/sequences/" + string(shot) + "/casting", "/episodes/" + string(shot) + "/shots/casting"} {
		s.status(s.ask(me, "GET", s.path("%s", path), nil), 404)
	}
	s.status(s.ask(me, "DELETE", "/data/projects/"+string(film)+"/entity-links/"+string(link), nil), 404)
	s.status(s.ask(me, "PUT", s.path("/entities/casting/assets/%s", lent.ID), map[string]any{"entity_ids": []any{shot}}), 404)
	if got := s.status(s.ask(me, "DELETE", s.path("/entity-links/%s", link), nil), 200); got.get("type") != "EntityLink" || got.get("id") != string(link) {
		t.Errorf("%s", got.raw)
	}
	s.plays(s.episodes[0], "")
	s.status(s.ask(me, "DELETE", "/data/assets/"+string(lent.ID), nil), 204)
}

// TestTasksKnowHowManyAssetsAreReady: by the order of the production's task types.
func TestTasksKnowHowManyAssetsAreReady(t *testing.T) {
	eachDatabase(t, testTasksKnowHowManyAssetsAreReady)
}

func testTasksKnowHowManyAssetsAreReady(t *testing.T) {
	s := newStage(t)
	view, err := s.server.views.Project(t.Context(), s.project)
	s.check(err)
	types := view.TaskTypesFor(hierarchy.Shot)
	shot, hero, chair := s.shots[0][0], s.assets[0], s.assets[1]
	early, late := s.taskOf(s.project, shot, types[0].ID), s.taskOf(s.project, shot, types[3].ID)
	ready := func(wantEarly, wantLate int64) {
		t.Helper()
		v, err := s.server.views.Project(t.Context(), s.project)
		s.check(err)
		for _, task := range v.TasksOf(shot) {
			if want := map[hierarchy.ID]int64{early: wantEarly, late: wantLate}[task.ID]; task.NbAssetsReady != want {
				t.Errorf("%s: %d ready, want %d", task.TaskTypeID, task.NbAssetsReady, want)
			}
		}
	}
	put := func(asset hierarchy.ID, field string, value any) {
		t.Helper()
		s.status(s.ask(email("root"), "PUT", "/data/entities/"+string(asset), map[string]any{field: value}), 200)
	}
	put(hero, "ready_for", types[1].ID)
	s.cast(shot, hero, chair)
	ready(1, 0)
	put(chair, "ready_for", types[3].ID)
	ready(2, 1)
	put(chair, "canceled", true)
	ready(1, 0)
	put(chair, "canceled", false)
	s.status(s.ask(email("root"), "DELETE", "/data/assets/"+string(chair)+"?force=true", nil), 204)
	ready(1, 0)
	s.plays(shot, "Hero")
	s.plays(s.episodes[0], "Hero")
}

func TestLinksCanBeReadInPages(t *testing.T) { eachDatabase(t, testLinksCanBeReadInPages) }

func testLinksCanBeReadInPages(t *testing.T) {
	s := newStage(t)
	for i := range s.shots {
		s.cast(s.shots[i][0], s.assets[:]...)
	}
	me := email("root")
	all := s.status(s.ask(me, "GET", s.path("/entity-links"), nil), 200).body.([]any)
	var paged []string
	for page := 1; page <= 3; page++ {
		got := s.status(s.ask(me, "GET", s.path("/entity-links?page=%d&limit=5", page), nil), 200)
		if got.get("total") != 12.0 || got.get("nb_pages") != 3.0 || got.get("offset") != float64(5*(page-1)) {
			t.Errorf("%s", got.raw)
		}
		for _, one := range got.get("data").([]any) {
			paged = append(paged, one.(map[string]any)["id"].(string))
		}
	}
	slices.Sort(paged)
	if len(all) != 12 || len(slices.Compact(paged)) != 12 {
		t.Errorf("%d links, %d in pages", len(all), len(paged))
	}
	middle := all[5].(map[string]any)["created_at"].(string)
	after := s.status(s.ask(me, "GET", s.path("/entity-links?cursor_created_at=%s", middle), nil), 200).body.([]any)
	for _, one := range after {
		if one.(map[string]any)["created_at"].(string) <= middle {
			t.Errorf("%v is not after %s", one, middle)
		}
	}
	if got := s.status(s.ask(me, "GET", s.path("/entity-links?limit=4&cursor_created_at=%s", middle), nil), 200).body.([]any); len(got) != min(4, len(after)) {
		t.Errorf("%d links", len(got))
	}
	for query, want := range map[string]int{"page=0": 200, "page=9223372036": 400, "page=-5&limit=-1": 200, "limit=x": 400, "cursor_created_at=soon": 400, "page=2147483647&limit=2147483647": 200} {
		s.status(s.ask(me, "GET", s.path("/entity-links?%s", query), nil), want)
	}
	id := all[0].(map[string]any)["id"].(string)
	s.status(s.ask(me, "GET", "/data/entity-links/"+id, nil), 200)
	s.status(s.ask(me, "DELETE", "/data/entity-links/"+id, nil), 204)
	s.status(s.ask(me, "GET", "/data/entity-links/"+id, nil), 404)
}

// TestQuestionsDoNotGrowWithRows counts what is asked of the database by each
// read, and by a write of castings, for few shots and for many.
func TestQuestionsDoNotGrowWithRows(t *testing.T) { eachDatabase(t, testQuestionsDoNotGrowWithRows) }

func testQuestionsDoNotGrowWithRows(t *testing.T) {
	few, many := questions(t, 3), questions(t, 60)
	for what, n := range few {
		if many[what] != n {
			t.Errorf("%s asks the database %d times for few shots and %d times for many", what, n, many[what])
		}
	}
	if len(few) < 30 {
		t.Errorf("%d requests were counted", len(few))
	}
}

func questions(t *testing.T, shots int) map[string]int {
	s := newStage(t)
	sequence := s.made(hierarchy.Sequence, "SQ020", s.episodes[0])
	scene := s.made(hierarchy.Scene, "SC01", sequence)
	body := map[string]any{}
	var ids []any
	for i := range shots {
		id := s.made(hierarchy.Shot, fmt.Sprintf("SH%04d", i), sequence)
		s.task(s.project, id)
		instance, err := s.pipe.AddInstance(t.Context(), s.project, scene, s.assets[1], nil)
		s.check(err)
		_, err = s.pipe.ShowInstance(t.Context(), s.project, id, instance.ID, true)
		s.check(err)
		_, err = s.pipe.TieToScene(t.Context(), s.project, id, scene)
		s.check(err)
		body[string(id)] = []any{map[string]any{"asset_id": s.assets[0], "nb_occurences": 1}, map[string]any{"asset_id": s.assets[1], "nb_occurences": 1}}
		ids = append(ids, id)
	}
	asked := 0
	s.pipe.Store = countingStore{s.pipe.Store, &asked}
	out := map[string]int{}
	ask := func(verb, path string, body any) {
		t.Helper()
		asked = 0
		s.status(s.ask(email("root"), verb, path, body), 200)
		out[verb+" "+anID.ReplaceAllString(path, "ID")] = asked
	}
	s.token(email("root"))
	ask("PUT", s.path("/entities/casting"), body)
	ask("PUT", s.path("/entities/casting/assets/%s", s.assets[2]), map[string]any{"entity_ids": ids})
	at := place{project: s.project, byKind: map[string]func() hierarchy.ID{}}
	for word, id := range map[string]hierarchy.ID{"projects": s.project, "shots": s.shots[0][0], "entities": s.episodes[0], "sequences": sequence, "episodes": s.episodes[0],
		"scenes": scene, "assets": s.assets[0], "asset-types": s.assetType("Prop")} {
		at.byKind[word] = func() hierarchy.ID { return id }
	}
	for _, r := range slices.Concat(shotRoutes, sceneRoutes, sequenceRoutes, episodeRoutes, assetRoutes, assetTypeRoutes, castingRoutes, entityRoutes) {
		if r.verb == "GET" {
			ask("GET", at.path(r), nil)
		}
	}
	ask("GET", s.path("/entity-links"), nil)
	ask("GET", "/data/asset-instances?project_id="+string(s.project), nil)
	ask("GET", "/data/episodes/"+string(s.episodes[0])+"/shots?relations=true", nil)
	ask("GET", "/data/entities?relations=true&page=1&limit=50", nil)
	return out
}

// A countingStore counts the questions to a store.
type countingStore struct {
	store.Store
	n *int
}

func (c countingStore) Read(ctx context.Context, f func(store.Reader) error) error {
	return c.Store.Read(ctx, func(r store.Reader) error { return f(countingReader{r, c.n}) })
}

func (c countingStore) InTx(ctx context.Context, f func(store.Tx) error) error {
	return c.Store.InTx(ctx, func(tx store.Tx) error { return f(countingTx{tx, c.n}) })
}

type countingReader struct {
	store.Reader
	n *int
}

func (c countingReader) Rows(ctx context.Context, table string, where map[string]any) iter.Seq2[hierarchy.Noun, error] {
	*c.n++
	return c.Reader.Rows(ctx, table, where)
}

func (c countingReader) Snapshot(ctx context.Context, project string, with hierarchy.With) (*hierarchy.Snapshot, error) {
	*c.n++
	return c.Reader.Snapshot(ctx, project, with)
}

func (c countingReader) History(ctx context.Context, q store.HistoryQuery) iter.Seq2[hierarchy.HistoryRow, error] {
	*c.n++
	return c.Reader.History(ctx, q)
}

func (c countingReader) Revision(ctx context.Context, project hierarchy.ID) (own, shared int64, err error) {
	*c.n++
	return c.Reader.Revision(ctx, project)
}

type countingTx struct {
	store.Tx
	n *int
}

func (c countingTx) Rows(ctx context.Context, table string, where map[string]any) iter.Seq2[hierarchy.Noun, error] {
	*c.n++
	return c.Tx.Rows(ctx, table, where)
}

func (c countingTx) Apply(ctx context.Context, changes []hierarchy.Change) error {
	*c.n++
	return c.Tx.Apply(ctx, changes)
}

// FuzzCastings: what a body of castings is read as can be written, or it is
// refused with a place.
func FuzzCastings(f *testing.F) {
	for _, seed := range []string{`[]`, `[{"asset_id": "91abd305-482f-46f1-b407-2f479ac5e57f", "nb_occurences": 1, "label": "fixed"}]`, `[{"nb_occurences": 1e9}]`, `[[1], null]`,
		`[{"asset_id": "91abd305482f46f1b4072f479ac5e57f", "nb_occurences": "2"}]`, `{"a": []}`, `[{"asset_id": "x", "nb_occurences": {}, "label": 1}]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		lines, errs := castLines([]byte(body), "at")
		for _, l := range lines {
			if _, isID := canonicalID(string(l.Asset)); !isID || l.NbOccurences < 0 && len(errs) == 0 {
				t.Errorf("%q gives %+v", body, l)
			}
		}
		for _, e := range errs {
			if !strings.HasPrefix(e.Field, "at") || e.Message == "" {
				t.Errorf("%q gives %+v", body, e)
			}
		}
	})
}
