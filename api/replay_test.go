package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// A recording is one request to a live Kitsu and its answer.
type recording struct {
	Label   string `json:"label"`
	Request struct {
		Method string         `json:"method"`
		Path   string         `json:"path"`
		Params map[string]any `json:"params"`
		As     *string        `json:"as"`
		JSON   any            `json:"json"`
		Raw    *string        `json:"raw"`
	} `json:"request"`
	Status    int  `json:"status"`
	Body      any  `json:"body"`
	Projected bool `json:"projected"` // the body keeps some keys of each object
}

func recordings(t testing.TB, name string) []recording {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []recording
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// A difference is a recorded answer that is not ours, on purpose. docs/api.md lists
// it for people, beside those of requests that were not recorded.
type difference struct {
	path   *regexp.Regexp
	status int // recorded
	ours   int
	why    string
}

// deliberate lists the differences. It stays short.
var deliberate = []difference{
	{regexp.MustCompile(`/quotas/`), 500, 400, "a malformed id of a task type, person or studio is the caller's fault"},
	{regexp.MustCompile(`/quota-shots/`), 500, 200, "a week that holds a task without time sheets has an answer"},
	{regexp.MustCompile(`/quota-shots/\w+/2026/`), 404, 200, "a shot without sequence has a quota too"},
	{regexp.MustCompile(`/shots$`), 500, 400, "too long a name, a NUL and a number beyond 32 bits are the caller's faults, not the server's"},
}

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// TestReplay asks what was asked of a live Kitsu, of the same productions.
func TestReplay(t *testing.T) { eachDatabase(t, testReplay) }

func testReplay(t *testing.T) {
	root := recorded(t)
	b := newBed(t, Limits{})
	for _, name := range []string{"film", "tv", "edge"} {
		b.load(name)
	}
	compared := map[string]int{}
	for _, name := range []string{"film", "tv", "edge"} {
		files, err := filepath.Glob(filepath.Join(root, name, "answers", "*.json"))
		b.check(err)
		for _, file := range files {
			all := recordings(t, file)
			for i, r := range all {
				if len(all) > 500 && i%7 != 0 {
					continue // reports compares every one of these
				}
				compared[r.Request.Method+" "+anID.ReplaceAllString(r.Request.Path, "ID")]++
				b.replay(t, name+"/"+filepath.Base(file), r)
			}
		}
	}
	for _, shape := range slices.Sorted(maps.Keys(compared)) {
		t.Logf("compared: %4d %s", compared[shape], shape)
	}
	if len(compared) == 0 {
		t.Error("nothing was compared")
	}
}

func (b *bed) replay(t *testing.T, file string, r recording) {
	t.Helper()
	who := ""
	if r.Request.As != nil {
		who = email(*r.Request.As)
	}
	var body any
	switch {
	case r.Request.Raw != nil:
		body = *r.Request.Raw
	case r.Request.JSON != nil:
		body = r.Request.JSON
	}
	got := b.ask(who, r.Request.Method, r.Request.Path+query(r.Request.Params), body)
	b.compare(t, fmt.Sprintf("%s %s: %s %s%s as %s", file, r.Label, r.Request.Method, r.Request.Path, query(r.Request.Params), who), r, got)
}

func (b *bed) compare(t *testing.T, what string, r recording, got reply) {
	t.Helper()
	for _, d := range deliberate {
		if d.path.MatchString(r.Request.Path) && d.status == r.Status {
			if got.status != d.ours {
				t.Errorf("%s: status %d, want %d (%s)", what, got.status, d.ours, d.why)
			}
			return
		}
	}
	if got.status != r.Status {
		t.Errorf("%s: status %d, want %d: %.200s", what, got.status, r.Status, got.raw)
		return
	}
	if len(r.Request.Params) == 0 && strings.HasSuffix(r.Request.Path, "/with-tasks") {
		// Of all productions: the server had others beside.
		r.Body, got.body = ofFilm(r.Body), ofFilm(got.body)
	}
	theirs, ours := unordered(expanded(r.Body)), unordered(expanded(got.body))
	if r.Projected {
		project(theirs, ours)
	}
	if !near(theirs, ours, 1e-6) {
		t.Errorf("%s (-Kitsu +ours):\n%.2000s", what, cmp.Diff(theirs, ours))
	}
}

// expanded turns the compact form into objects, with the header as one text
// since its order counts.
func expanded(v any) any {
	compact, is := v.(map[string]any)
	if !is || compact["shot_fields"] == nil {
		return v
	}
	out := []any{map[string]any{"id": "header", "shot_fields": fmt.Sprint(compact["shot_fields"]), "task_fields": fmt.Sprint(compact["task_fields"])}}
	for _, r := range compact["rows"].([]any) {
		shot := named(compact["shot_fields"], r)
		tasks := shot["tasks"].([]any)
		for i, task := range tasks {
			tasks[i] = named(compact["task_fields"], task)
		}
		out = append(out, shot)
	}
	return out
}

// project leaves of our objects the keys that the recording kept.
func project(theirs, ours any) {
	rows, both := theirs.([]any), ours.([]any)
	for i := range min(len(rows), len(both)) {
		kept := rows[i].(map[string]any)
		maps.DeleteFunc(both[i].(map[string]any), func(key string, _ any) bool { _, has := kept[key]; return !has })
	}
}

// near compares answers, numbers within a tolerance: Kitsu adds floats up in the
// order of its rows, so the last bits differ, and rounds counts and weights to
// hundredths.
func near(theirs, ours any, within float64) bool {
	switch t := theirs.(type) {
	case map[string]any:
		o, ok := ours.(map[string]any)
		if !ok || len(t) != len(o) {
			return false
		}
		for key, one := range t {
			most := within
			if key == "count" || key == "weight" {
				most = 0.01 + 1e-9
			}
			if other, there := o[key]; !there || !near(one, other, most) {
				return false
			}
		}
		return true
	case []any:
		o, ok := ours.([]any)
		return ok && slices.EqualFunc(t, o, func(a, b any) bool { return near(a, b, within) })
	case float64:
		o, ok := ours.(float64)
		return ok && math.Abs(t-o) <= within
	}
	return theirs == ours
}

func named(fields, row any) map[string]any {
	out := map[string]any{}
	for i, name := range fields.([]any) {
		out[name.(string)] = row.([]any)[i]
	}
	return out
}

// ofFilm leaves the rows of the recorded film, which was there all the time.
func ofFilm(v any) any {
	var out []any
	for _, one := range v.([]any) {
		if one.(map[string]any)["project_id"] == "91abd305-482f-46f1-b407-2f479ac5e57f" {
			out = append(out, one)
		}
	}
	return out
}

// unordered sorts lists of objects by id, and lists of texts: no order of them
// is promised.
func unordered(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, one := range v {
			v[key] = unordered(one)
		}
	case []any:
		for i, one := range v {
			v[i] = unordered(one)
		}
		slices.SortStableFunc(v, func(a, b any) int { return strings.Compare(sortKey(a), sortKey(b)) })
	}
	return v
}

func sortKey(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		if v["id"] == nil {
			return fmt.Sprint(v["shot_id"]) // of cast-in; castings themselves are sorted by type and name
		}
		return fmt.Sprint(v["id"])
	}
	return ""
}

// The productions that the recorded creations were sent to.
const (
	postsShow     = "d5af74d2-2485-4245-be60-d02c978ec803"
	postsEpisode  = "f9ab2222-6d61-4099-88b0-02a34233faec"
	postsSequence = "acebce72-826d-4a20-822e-0a01aff76b92"
	postsShort    = "700ca1c2-3579-4c59-9f2d-cee4c33bece2"
	postsOther    = "559b8da3-fca6-4c65-94ef-55640b05783e"
)

// makePosts makes those productions: the recording does not bring them.
func (b *bed) makePosts() {
	b.Helper()
	make := func(id hierarchy.ID, name, kind string) {
		show := &hierarchy.Project{ID: id, Name: name, ProductionType: hierarchy.Ptr(kind)}
		b.apply(hierarchy.Create{Origin: b.origin(id), Row: show})
	}
	make(postsShow, "posts", hierarchy.TVShow)
	make(postsShort, "posts short", "short")
	views, err := b.server.views.Project(b.Context(), postsShow)
	b.check(err)
	typeOf := map[string]hierarchy.ID{}
	for _, et := range views.EntityTypes {
		typeOf[et.Name] = et.ID
	}
	row := func(id, project, parent hierarchy.ID, kind hierarchy.Kind, name string) {
		b.apply(hierarchy.Create{Origin: b.origin(project), Row: &hierarchy.Entity{ID: id, Kind: kind, Name: name, ProjectID: project, ParentID: parent,
			EntityTypeID: typeOf[string(kind)], Status: "running"}})
	}
	row(postsEpisode, postsShow, "", hierarchy.Episode, "E01")
	row(postsSequence, postsShow, postsEpisode, hierarchy.Sequence, "SQ01")
	row(postsOther, postsShort, "", hierarchy.Sequence, "SQ01")
	for _, name := range []string{"bogdan", "grace", "hugo", "client", "mgr_la"} {
		person, _, err := b.pipe.Login(b.Context(), email(name))
		b.check(err)
		b.join(postsShow, person, "")
	}
}

// TestReplayPosts sends the recorded creations, in their order. Ids are new, so
// they are compared by which are the same.
func TestReplayPosts(t *testing.T) { eachDatabase(t, testReplayPosts) }

func testReplayPosts(t *testing.T) {
	root := recorded(t)
	b := newBed(t, Limits{})
	b.load("film")
	b.makePosts()
	compared := 0
	ids := &pairs{ours: map[string]string{}}
	for _, name := range []string{"shots", "sequences", "episodes", "scenes", "scene_shots"} { // as they were sent
		for _, r := range recordings(t, filepath.Join(root, "posts", "post_"+name+".json")) {
			compared++
			b.replayPost(t, name, r, ids)
		}
	}
	if compared < 75 {
		t.Errorf("%d compared", compared)
	}
}

// pairs are ids that a live Kitsu gave and ours for the same rows.
type pairs struct{ ours map[string]string }

// translate writes our ids for theirs in anything that was recorded.
func (p *pairs) translate(v any) any {
	switch v := v.(type) {
	case string:
		for theirs, ours := range p.ours {
			v = strings.ReplaceAll(v, theirs, ours)
		}
		return v
	case map[string]any:
		for key, one := range v {
			v[key] = p.translate(one)
		}
	case []any:
		for i, one := range v {
			v[i] = p.translate(one)
		}
	}
	return v
}

func (b *bed) replayPost(t *testing.T, file string, r recording, ids *pairs) {
	t.Helper()
	r.Request.Path = ids.translate(r.Request.Path).(string)
	r.Request.JSON = ids.translate(r.Request.JSON)
	was, _ := r.Body.(map[string]any)
	given := fmt.Sprint(was["id"])
	r.Body = ids.translate(r.Body)
	who := ""
	if r.Request.As != nil {
		who = email(*r.Request.As)
	}
	var body any
	switch {
	case r.Request.Raw != nil:
		body = *r.Request.Raw
	case r.Request.JSON != nil:
		body = r.Request.JSON
	}
	what := file + " " + r.Label
	got := b.ask(who, r.Request.Method, r.Request.Path, body)
	if theirs, ok := r.Body.(map[string]any); ok && r.Status == http.StatusCreated && got.status == http.StatusCreated {
		ours := got.body.(map[string]any)
		if was, seen := ids.ours[given]; seen && was != ours["id"] {
			t.Errorf("%s: id %v, was %v", what, ours["id"], was)
		}
		ids.ours[given] = ours["id"].(string)
		for _, key := range []string{"id", "created_at", "updated_at"} {
			if ours[key] == nil {
				t.Errorf("%s: no %s", what, key)
			}
			delete(theirs, key)
			delete(ours, key)
		}
	}
	b.compare(t, what, r, got)
}

// TestViewsCatchUp: a view that is brought up to date is the one that would be
// loaded.
func TestViewsCatchUp(t *testing.T) { eachDatabase(t, testViewsCatchUp) }

func testViewsCatchUp(t *testing.T) {
	b := newBed(t, Limits{})
	project, sequence, shot, task := b.production("film")
	who := b.person("ada", "user")
	fresh := func() *pipeline.View {
		v, err := (&pipeline.Views{Pipeline: b.pipe, MostRows: 1}).Project(t.Context(), project)
		b.check(err)
		return v
	}
	step := func(what string, do func() error) {
		t.Helper()
		before, err := b.server.views.Project(t.Context(), project)
		b.check(err)
		b.check(do())
		now, err := b.server.views.Project(t.Context(), project)
		b.check(err)
		if now == before {
			t.Errorf("%s: the view did not change", what)
		}
		if again, err := b.server.views.Project(t.Context(), project); err != nil || again != now {
			t.Errorf("%s: a view that is up to date was made anew (%v)", what, err)
		}
		want := fresh()
		if d := cmp.Diff(want.Entities, now.Entities) + cmp.Diff(want.Tasks, now.Tasks) + cmp.Diff(want.Castings, now.Castings) + cmp.Diff(want.Team, now.Team); d != "" {
			t.Errorf("%s (-loaded +caught up):\n%s", what, d)
		}
		if want.Seq != now.Seq || want.Revision != now.Revision || len(now.TasksOf(shot)) != len(want.TasksOf(shot)) || len(now.Children(sequence)) != len(want.Children(sequence)) {
			t.Errorf("%s: at %d.%d, want %d.%d", what, now.Revision, now.Seq, want.Revision, want.Seq)
		}
	}
	step("create", func() error {
		_, err := b.pipe.CreateEntity(t.Context(), project, pipeline.EntitySpec{Kind: hierarchy.Shot, Name: "SH020", Parent: sequence})
		return err
	})
	step("assign", func() error { _, err := b.pipe.Assign(t.Context(), project, who.ID, task); return err })
	step("team", func() error { b.join(project, who, ""); return nil })
	asset, err := b.pipe.CreateEntity(t.Context(), project, pipeline.EntitySpec{Kind: hierarchy.Asset, Type: b.assetType("Prop"), Name: "Chair"})
	b.check(err)
	for _, lines := range [][]pipeline.CastLine{{{Asset: asset.ID, NbOccurences: 2}}, nil} {
		step("cast", func() error {
			return b.pipe.SetCasting(t.Context(), project, map[hierarchy.ID][]pipeline.CastLine{shot: lines})
		})
	}
	step("update", func() error {
		_, err := b.pipe.UpdateEntity(t.Context(), project, shot, pipeline.EntityFields{Set: map[string]hierarchy.Value{"nb_frames": "50", "canceled": "true"}})
		return err
	})
	step("remove", func() error { return b.pipe.RemoveEntity(t.Context(), project, shot, true) })
}
