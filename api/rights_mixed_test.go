package api

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

// sharedWords are the ids in paths that no production owns.
var sharedWords = []string{"{person_id}", "{date}", "{row_id}", "{task_type_id}", "{task_status_id}", "{department_id}", "{asset_type_id}", "{year}", "{month}", "{week}", "{day}", "{reply_id}", "{file_name}"}

// fieldWords are what queries and bodies call the ids that a place has by kind.
var fieldWords = map[string]string{"project_id": "projects", "sequence_id": "sequences", "episode_id": "episodes", "parent_id": "sequences", "source_id": "scenes",
	"scene_id": "scenes", "shot_id": "shots", "asset_id": "assets", "entity_id": "shots", "task_id": "tasks"}

// crossings are the paths of a route with one id of theirs among ours.
func crossings(r route, ours, theirs place) (paths []string) {
	for i, word := range strings.Split(r.path, "/") {
		if !strings.HasPrefix(word, "{") || slices.Contains(sharedWords, word) {
			continue
		}
		mixed, _, _ := strings.Cut(ours.path(r), "?")
		foreign, _, _ := strings.Cut(theirs.path(r), "?")
		parts, other := strings.Split(mixed, "/"), strings.Split(foreign, "/")
		if parts[i] == other[i] {
			continue // an id of nothing
		}
		parts[i] = other[i]
		paths = append(paths, strings.Join(parts, "/"))
	}
	return paths
}

// TestIdsOfAnotherProduction: who manages one production gets nothing of another
// by naming its ids beside the own ones, in paths, in queries and in bodies, and
// changes nothing there, nor ties the own to it.
func TestIdsOfAnotherProduction(t *testing.T) { eachDatabase(t, testIdsOfAnotherProduction) }

func testIdsOfAnotherProduction(t *testing.T) {
	b := newBed(t, Limits{})
	ours, theirs := newPlace(b, "ours"), newPlace(b, "theirs")
	b.join(ours.project, b.person("mia", accounts.Manager), "")
	me := email("mia")
	// Rows that are made when they are named are made now.
	for _, p := range []place{ours, theirs} {
		for _, word := range []string{"entity-links", "asset-instances"} {
			id := p.byKind[word]()
			p.byKind[word] = func() hierarchy.ID { return id }
		}
	}
	before := b.revision(theirs.project)
	asked := 0
	for _, r := range routes() {
		for _, path := range crossings(r, ours, theirs) {
			asked++
			got := b.ask(me, r.verb, path, emptyBody(r.verb))
			if got.status < 400 || got.status >= 500 {
				t.Errorf("%s %s, one id is of another production: %d %.200s", r.verb, r.path, got.status, got.raw)
			}
		}
		if r.verb == http.MethodGet && !strings.HasPrefix(r.path, "/auth/") { // log-out is a GET

			for key, word := range fieldWords {
				id := string(theirs.byKind[word]())
				path, _, _ := strings.Cut(ours.path(r), "?")
				got := b.ask(me, r.verb, path+"?"+key+"="+id, nil)
				if told := theirs.told(got.raw, id); got.status >= 500 || told != "" {
					t.Errorf("%s?%s of another production: %d, tells %s", r.path, key, got.status, told)
				}
			}
		}
	}
	if asked < 100 {
		t.Errorf("%d paths were asked", asked)
	}
	if after := b.revision(theirs.project); after != before {
		t.Errorf("the other production was changed: at %d, was at %d", after, before)
	}
}

// TestBodiesNameAnotherProduction: nor by ids in what is sent.
func TestBodiesNameAnotherProduction(t *testing.T) { eachDatabase(t, testBodiesNameAnotherProduction) }

func testBodiesNameAnotherProduction(t *testing.T) {
	b := newBed(t, Limits{})
	ours, theirs := newPlace(b, "ours"), newPlace(b, "theirs")
	b.join(ours.project, b.person("mia", accounts.Manager), "")
	theirs.byKind["asset-instances"]()
	before, at := b.revision(theirs.project), map[string]string{}
	for field, word := range fieldWords {
		at[field] = string(theirs.byKind[word]())
	}
	at["preview_file_id"], at["comment_id"] = theirs.ids["{preview_file_id}"], theirs.ids["{comment_id}"]
	fields := []string{"name"}
	for field := range at {
		fields = append(fields, field)
	}
	slices.Sort(fields)
	for _, r := range routes() {
		if r.verb == http.MethodGet || r.verb == http.MethodDelete || strings.HasPrefix(r.path, "/auth/") {
			continue
		}
		all := map[string]any{"name": "N", "task_ids": []string{at["task_id"]}, "entity_ids": []string{at["shot_id"]}, "asset_ids": []string{at["asset_id"]},
			at["shot_id"]: []any{map[string]any{"asset_id": at["asset_id"], "nb_occurences": 1}}}
		bodies := []any{all, []any{map[string]any{"asset_id": at["asset_id"], "nb_occurences": 1}}, []any{at["task_id"]}, []any{map[string]any{"task_id": at["task_id"], "id": at["shot_id"]}}}
		for field, id := range at {
			all[field] = id
			bodies = append(bodies, map[string]any{"name": "N" + field, field: id})
		}
		for _, body := range bodies {
			if got := b.ask(email("mia"), r.verb, ours.path(r), body); got.status >= 500 || got.status == http.StatusUnauthorized {
				t.Errorf("%s %s %v: %d %.200s", r.verb, r.path, body, got.status, got.raw)
			}
		}
		if after := b.revision(theirs.project); after != before {
			t.Fatalf("%s %s changed the other production", r.verb, r.path)
		}
	}
	b.untied(ours, theirs)
}

// untied tells what of one production hangs on another.
func (b *bed) untied(ours, theirs place) {
	b.Helper()
	view, err := b.server.views.Project(b.Context(), ours.project)
	b.check(err)
	foreign := theirs.owned()
	for _, e := range view.Entities {
		for _, id := range []hierarchy.ID{e.ParentID, e.SourceID, e.PreviewFileID} {
			if slices.Contains(foreign, string(id)) {
				b.Errorf("%s %q hangs on %s of another production", e.Kind, e.Name, id)
			}
		}
	}
	for _, l := range view.Castings {
		if slices.Contains(foreign, string(l.EntityOutID)) || slices.Contains(foreign, string(l.EntityInID)) {
			b.Errorf("casting %s is with another production", l.ID)
		}
	}
	for _, k := range view.Tasks {
		if slices.Contains(foreign, string(k.EntityID)) {
			b.Errorf("task %s is of an entity of another production", k.ID)
		}
	}
}

// revision is how often a production was changed.
func (b *bed) revision(project hierarchy.ID) int64 {
	b.Helper()
	view, err := b.server.views.Project(b.Context(), project)
	b.check(err)
	return view.Revision
}

// owned are the ids of what a place holds.
func (p place) owned() (ids []string) {
	for word, id := range p.byKind {
		if word != "asset-types" && word != "entity-links" && word != "asset-instances" {
			ids = append(ids, string(id()))
		}
	}
	for word, id := range p.ids {
		if !slices.Contains(sharedWords, word) && id != nobody {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// told is an id of the place that an answer holds, but for the one asked for.
func (p place) told(answer []byte, asked string) string {
	for _, id := range p.owned() {
		if id != asked && bytes.Contains(answer, []byte(id)) {
			return id
		}
	}
	return ""
}

// TestForgedTokens: a token of another server, and one without a signature, open
// no route.
func TestForgedTokens(t *testing.T) { eachDatabase(t, testForgedTokens) }

func testForgedTokens(t *testing.T) {
	b := newBed(t, Limits{})
	root := b.person("root", accounts.Admin)
	at := newPlace(b, "film")
	other := accounts.Signer{Key: accounts.NewKey(), Now: b.clock.now}
	foreign, err := other.Issue(string(root.ID), accounts.Access)
	b.check(err)
	refresh, err := b.server.signer.Issue(string(root.ID), accounts.Refresh)
	b.check(err)
	stranger, err := b.server.signer.Issue(nobody, accounts.Access)
	b.check(err)
	parts := strings.Split(b.token(email("root")), ".")
	const none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" // {"alg":"none","typ":"JWT"}
	for _, r := range routes() {
		if r.right == accounts.Anyone || strings.HasPrefix(r.path, "/auth/refresh") {
			continue
		}
		for what, token := range map[string]struct {
			text string
			want int
		}{
			"of another server": {foreign, 422}, "to refresh": {refresh, 422}, "unsigned": {none + "." + parts[1] + ".", 422},
			"with another head": {none + "." + parts[1] + "." + parts[2], 422}, "without a signature": {parts[0] + "." + parts[1] + ".", 422},
			"of somebody who is not there": {stranger, 401},
		} {
			req := httptest.NewRequest(r.verb, at.path(r), nil)
			req.Header.Set("Authorization", "Bearer "+token.text)
			if got := b.send(req); got.status != token.want {
				t.Errorf("%s %s with a token %s: %d, want %d", r.verb, r.path, what, got.status, token.want)
			}
		}
	}
}
