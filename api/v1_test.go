package api

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"turnover/exporters"
	csvout "turnover/exporters/csv"
	jsonout "turnover/exporters/json"
	"turnover/internal/accounts"
	"turnover/reports"
)

// withOutputs gives the pipeline reports and two formats.
func (b *bed) withOutputs() {
	b.pipe.Exporters = exporters.NewRegistry(jsonout.New(), csvout.New())
	b.pipe.Reports = map[string]reports.Report{"quota": reports.Quota, "retake": reports.Retake, "episode": reports.Episode}
}

// decoded reads an answer into a shape.
func decoded[T any](b *bed, got reply) (out T) {
	b.Helper()
	b.check(json.Unmarshal(got.raw, &out))
	return out
}

// TestPlanJourney: upload, look, apply, explain, undo.
func TestPlanJourney(t *testing.T) { eachDatabase(t, testPlanJourney) }

func testPlanJourney(t *testing.T) {
	b := newBed(t, Limits{})
	b.withOutputs()
	project, _, _, _ := b.production("film")
	b.person("root", accounts.Admin)
	root, at := email("root"), "/api/v1/projects/"+string(project)
	list := []byte("Sequence;Name;Frames\nSQ010;SH0500;48\n")

	got := b.form(root, at+"/plans", "list.csv", list, nil)
	b.status(got, 201)
	made := decoded[struct{ ID string }](b, got)
	b.status(b.ask(root, "GET", "/v1/plans/"+made.ID, nil), 200)
	if rows := b.ask(root, "GET", at+"/plans", nil); !strings.Contains(string(rows.raw), made.ID) {
		t.Errorf("the plan is not listed: %s", rows.raw)
	}
	got = b.ask(root, "POST", "/v1/plans/"+made.ID+"/apply", nil)
	b.status(got, 200)
	done := decoded[struct {
		Import  string
		Applied bool
	}](b, got)
	if !done.Applied {
		t.Fatalf("not applied: %s", got.raw)
	}
	b.status(b.ask(root, "POST", "/v1/plans/"+made.ID+"/apply", nil), 409)
	b.status(b.ask(root, "GET", "/v1/imports/"+done.Import, nil), 200)
	if got = b.ask(root, "GET", at+"/explain?path=SQ010/SH0500", nil); !strings.Contains(string(got.raw), done.Import) {
		t.Errorf("explain does not name the import: %s", got.raw)
	}
	b.status(b.ask(root, "POST", "/v1/imports/"+done.Import+"/undo?dry_run=true", nil), 200)
	got = b.ask(root, "POST", "/v1/imports/"+done.Import+"/undo", nil)
	b.status(got, 200)
	if !decoded[struct{ Applied bool }](b, got).Applied {
		t.Errorf("not undone: %s", got.raw)
	}
	got = b.form(root, at+"/imports", "list.csv", []byte("Sequence;Name;Frames\nSQ010;SH0500;x\nSQ010;;1\n"), nil)
	b.status(got, 422)
	if n := len(decoded[struct{ Diagnostics []finding }](b, got).Diagnostics); n < 2 {
		t.Errorf("%d findings, want all: %s", n, got.raw)
	}
	b.status(b.form(root, at+"/imports", "", nil, nil), 400)
	b.status(b.ask(root, "GET", "/v1/plans/ffffffff", nil), 404)
}

// TestHeldPlan: a gate answers 409 with what holds, and can be let pass.
func TestHeldPlan(t *testing.T) { eachDatabase(t, testHeldPlan) }

func testHeldPlan(t *testing.T) {
	b := newBed(t, Limits{})
	b.load("tv")
	at, list := "/v1/projects/tv", []byte("Episode;Sequence;Name\nE99;SQ01;SH01\n")
	got := b.form(email("admin"), at+"/imports", "list.csv", list, nil)
	b.status(got, 409)
	told := decoded[problem](b, got)
	if told.Plan == "" || len(told.Gates) == 0 {
		t.Fatalf("409 without plan or gates: %s", got.raw)
	}
	b.status(b.ask(email("admin"), "POST", "/v1/plans/"+told.Plan+"/apply", nil), 409)
	b.status(b.ask(email("admin"), "POST", "/v1/plans/"+told.Plan+"/apply?accept="+told.Gates[0].Code, nil), 200)
	got = b.form(email("admin"), at+"/plans", "list.csv", []byte("Episode;Sequence;Name\nE98;SQ01;SH01\n"), nil)
	b.status(got, 201)
	id := decoded[struct{ ID string }](b, got).ID
	b.status(b.ask(email("admin"), "POST", "/v1/plans/"+id+"/reject", nil), 204)
	b.status(b.ask(email("admin"), "POST", "/v1/plans/"+id+"/apply?all=true", nil), 400)
}

// TestReportsAndCuts asks for reports, exports and a comparison.
func TestReportsAndCuts(t *testing.T) { eachDatabase(t, testReportsAndCuts) }

func testReportsAndCuts(t *testing.T) {
	b := newBed(t, Limits{})
	b.withOutputs()
	b.load("film")
	who, at := email("admin"), "/v1/projects/film"
	for path, want := range map[string]int{
		"/reports/quota?method=kitsu-raw": 200, "/reports/quota?format=csv&table=quota_total_day": 200, "/reports/retake": 200, "/reports/episode?format=csv": 400,
		"/reports/quota?table=none": 400, "/reports/quota?from=tomorrow": 422, "/reports/quota?timezone=Mars/Base": 400, "/reports/quota?person=nobody": 400,
		"/reports/other": 422, "/reports/quota?snapshot=abcd": 400, "/reports/quota?as_of=x": 400, "/exports/shots": 200, "/exports/tasks?format=json": 200,
		"/snapshot": 200, "/explain?path=nothing": 404, "/diff?a=@1&b=@2": 400, "/diff?a=/etc/passwd&b=/etc/passwd": 400, "/reports/quota?format=xlsx": 400,
	} {
		if got := b.ask(who, "GET", at+path, nil); got.status != want {
			t.Errorf("%s: %d, want %d: %.200s", path, got.status, want, got.raw)
		}
	}
	cut := func(frames string) []byte {
		return []byte("TITLE: x\n001  AX  V  C  01:00:00:00 01:00:0" + frames + " 00:00:00:00 00:00:0" + frames + "\n* FROM CLIP NAME: 010_0010\n")
	}
	b.status(b.form(who, at+"/imports?all=true&names={sequence}_{shot}", "a.edl", cut("2:00"), nil), 200)
	got := b.form(who, at+"/diff?a=010&names={sequence}_{shot}", "b.edl", cut("3:00"), nil)
	b.status(got, 200)
	if !strings.Contains(string(got.raw), `"extended_tail"`) {
		t.Errorf("the longer shot is not found: %s", got.raw)
	}
	b.status(b.ask(who, "GET", at+"/diff?a=010&b=010@1", nil), 200)
}

// TestDescription: the description is of OpenAPI 3.1, lists every route with its
// right, and is readable without scripts.
func TestDescription(t *testing.T) { eachDatabase(t, testDescription) }

func testDescription(t *testing.T) {
	b := newBed(t, Limits{})
	got := b.ask("", "GET", "/api/v1/openapi.json", nil)
	b.status(got, 200)
	told := decoded[struct {
		OpenAPI string
		Paths   map[string]any
	}](b, got)
	if !strings.HasPrefix(told.OpenAPI, "3.1") || len(told.Paths) < 10 {
		t.Errorf("OpenAPI %q with %d paths", told.OpenAPI, len(told.Paths))
	}
	html := b.send(httptest.NewRequest("GET", "/v1/docs", nil))
	b.status(html, 200)
	for route := range b.server.first.rights {
		_, path, _ := strings.Cut(route, " ")
		if !bytes.Contains(html.raw, []byte(path)) {
			t.Errorf("the page lacks %s", path)
		}
	}
	if bytes.Contains(html.raw, []byte("<script")) || bytes.Contains(html.raw, []byte("http://")) || bytes.Contains(html.raw, []byte("https://")) {
		t.Error("the page needs something from elsewhere")
	}
	b.status(b.ask("", "GET", "/v1/health", nil), 200)
	b.status(b.ask("", "GET", "/v1/ready", nil), 200)
	r := httptest.NewRequest("GET", "/v1/openapi.json", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	if packed := b.send(r); packed.header.Get("Content-Encoding") != "gzip" || len(packed.raw) >= len(got.raw)/2 {
		t.Errorf("compressed: %v, %d of %d bytes", packed.header, len(packed.raw), len(got.raw))
	}
	b.status(b.ask("", "GET", "/v1/nothing", nil), 404)
	b.status(b.ask("", "DELETE", "/v1/health", nil), 405)
}

// mayFirst says who may use a route of ours, by its right, inside and outside.
// Plans and imports are found by id; what is not the caller's is 403 or 404.
func TestRightsOfFirstVersion(t *testing.T) { eachDatabase(t, testRightsOfFirstVersion) }

func testRightsOfFirstVersion(t *testing.T) {
	b := newBed(t, Limits{})
	b.withOutputs()
	inside, outside := newPlace(b, "inside"), newPlace(b, "outside")
	for _, role := range accounts.Roles() {
		b.join(inside.project, b.person(string(role), role), "")
		b.token(email(string(role)))
	}
	ids := map[string][2]string{} // place → plan, import
	for _, p := range []place{inside, outside} {
		made := decoded[struct{ ID string }](b, b.form(email("admin"), "/v1/projects/"+string(p.project)+"/plans", "l.csv", []byte("Sequence;Name\nSQ010;P1\n"), nil))
		done := decoded[struct{ Import string }](b, b.form(email("admin"), "/v1/projects/"+string(p.project)+"/imports?all=true", "l.csv", []byte("Sequence;Name\nSQ010;P2\n"), nil))
		if made.ID == "" || done.Import == "" {
			t.Fatal("no plan or no import")
		}
		ids[p.name] = [2]string{made.ID, done.Import}
	}
	byHand := map[string][2]string{ // of plans and imports
		"GET /v1/plans/{id}": {"admin manager", "admin"}, "POST /v1/plans/{id}/apply": {"admin manager", "admin"}, "POST /v1/plans/{id}/reject": {"admin manager", "admin"},
		"GET /v1/imports/{id}": {"admin manager supervisor user", "admin"}, "POST /v1/imports/{id}/undo": {"admin manager", "admin"},
	}
	for route, right := range b.server.first.rights {
		may := mayByRight[right]
		if own, listed := byHand[route]; listed {
			may = own
		}
		verb, pattern, _ := strings.Cut(route, " ")
		for i, p := range []place{inside, outside} {
			id := ids[p.name][0]
			if strings.Contains(pattern, "/imports/") {
				id = ids[p.name][1]
			}
			path := strings.NewReplacer("{project}", string(p.project), "{id}", id, "{report}", "quota", "{kind}", "shots").Replace(pattern)
			if strings.HasSuffix(path, "/explain") {
				path += "?path=SQ010"
			}
			if strings.HasSuffix(path, "/diff") {
				path += "?a=@1&b=@2"
			}
			if strings.HasSuffix(path, "/undo") {
				path += "?dry_run=true"
			}
			for _, role := range accounts.Roles() {
				got := b.ask(email(string(role)), verb, path, nil)
				denied, wanted := got.status == 403, !strings.Contains(" "+may[i]+" ", " "+string(role)+" ")
				if denied != wanted || got.status == 401 || got.status >= 500 {
					t.Errorf("%s as %s of %s: %d, refused should be %v: %.200s", route, role, p.name, got.status, wanted, got.raw)
				}
			}
			if got := b.ask("", verb, path, nil); right != accounts.Anyone && got.status != 401 {
				t.Errorf("%s without a token: %d", route, got.status)
			}
		}
	}
}
