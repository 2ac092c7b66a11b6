package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"turnover/internal/accounts"
)

// TestNoRouteBreaks sends every route ids and bodies that are none, or not what it
// takes: it answers with success or with 4xx.
func TestNoRouteBreaks(t *testing.T) { eachDatabase(t, testNoRouteBreaks) }

func testNoRouteBreaks(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	at := newPlace(b, "film")
	me := email("root")
	everyField := hostileValues
	if databaseOf(t).name != "SQLite" {
		everyField = databasesDiffer
	}
	bodies := hostileBodies(everyField)
	for _, r := range routes() {
		if strings.HasPrefix(r.path, "/auth/") {
			continue // logs out
		}
		asked := []string{at.path(r)}
		for _, id := range []string{"nope", "00000000-0000-0000-0000-000000000000", "%00", "%27%20OR%201%3D1", strings.Repeat("x", 300), string(at.project), "main"} {
			parts := strings.Split(r.path, "/")
			for i, part := range parts {
				if strings.HasPrefix(part, "{") {
					parts[i] = id
				}
			}
			asked = append(asked, strings.Join(parts, "/"))
		}
		for _, query := range hostileQueries {
			path := at.path(r)
			if strings.Contains(path, "?") {
				path += "&" + query
			} else {
				path += "?" + query
			}
			asked = append(asked, path)
		}
		for _, path := range asked {
			if r.verb == "GET" || r.verb == "DELETE" {
				b.unbroken(b.ask(me, r.verb, path, nil), r.verb, path, "")
				continue
			}
			for _, body := range bodies {
				b.unbroken(b.ask(me, r.verb, path, body), r.verb, path, body)
				if path != at.path(r) {
					break // what is wrong with the path is seen with any body
				}
			}
		}
	}
}

func (b *bed) unbroken(got reply, verb, path, body string) {
	b.Helper()
	if got.status >= 500 {
		b.Errorf("%s %.200s %.200s: %d %.200s", verb, path, body, got.status, got.raw)
	}
}

var hostileQueries = []string{"name=%25&relations=perhaps", "page=-1&limit=-1", "page=99999999999999999999", "limit=0&page=1", "fields=,,%00&relations=true", "nb_frames=1e9",
	"parent_id=x", "id=%FF", "data=%7B", "name=[", "name=[1,null,{}]", "canceled=2", "episode_id=main", "project_id=all", "force=perhaps", "cursor_created_at=0000-00-00"}

// hostileValues are what a field is not, most of the time.
var hostileValues = append([]string{"null", "5", "-1", "1.5", `""`, "[]", "[1]", "{}", "true", `["00000000-0000-0000-0000-000000000000"]`}, databasesDiffer...)

// databasesDiffer are those that one database may take and another refuse; the
// others mean the same to each.
var databasesDiffer = []string{"1e400", "2147483648", `"\u0000"`, `"` + strings.Repeat("é", 300) + `"`, `"00000000-0000-0000-0000-000000000000"`}

// hostileBodies are no JSON, other JSON than expected, and objects with every
// field that a route reads set to what it is not: all at once, and for the values
// of everyField one at a time, too.
func hostileBodies(everyField []string) []string {
	out := []string{"", "null", "[]", "{}", "7", `"text"`, "{nope", "[[[]]]", `[null, 1, "x", {}]`, strings.Repeat("[", 500) + strings.Repeat("]", 500),
		`{"name": "\ud800", "data": {"\u0000": "\ud800"}}`}
	fields := []string{"name", "project_id", "entity_type_id", "sequence_id", "episode_id", "parent_id", "source_id", "shot_id", "asset_id", "asset_instance_id", "entity_ids",
		"nb_occurences", "label", "nb_frames", "description", "data", "status", "is_shared", "canceled", "active", "ready_for", "preview_file_id", "code", "is_casting_standby"}
	for _, value := range hostileValues {
		var all []string
		for _, f := range fields {
			all = append(all, fmt.Sprintf("%q: %s", f, value))
			if slices.Contains(everyField, value) {
				out = append(out, fmt.Sprintf(`{"name": "a name", %q: %s}`, f, value))
			}
		}
		out = append(out, "{"+strings.Join(all, ", ")+"}", `{"00000000-0000-0000-0000-000000000000": `+value+"}",
			`[{"asset_id": `+value+`, "nb_occurences": 1}]`, `[{"asset_id": "00000000-0000-0000-0000-000000000000", "nb_occurences": `+value+`, "label": `+value+`}]`)
	}
	return out
}
