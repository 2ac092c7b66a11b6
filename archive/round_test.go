package archive_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"turnover/archive"
	"turnover/hierarchy"
	"turnover/internal/diag"
	"turnover/store"
)

// Each production by itself, and all in one database, are saved, loaded into
// an empty database and saved again to the same bytes; so is each out of all.
func TestRoundTrip(t *testing.T) {
	dirs := productions(t)
	all := database(t)
	for _, name := range []string{"tv", "film", "edge"} {
		t.Run(name, func(t *testing.T) {
			s := database(t)
			changes, skipped := load(t, s, os.DirFS(dirs[name]))
			if skipped != 0 {
				t.Errorf("%d rows were in an empty database", skipped)
			}
			roundTrip(t, s, "")
			again, skipped := load(t, s, os.DirFS(dirs[name]))
			if again != 0 || skipped != changes {
				t.Errorf("loaded twice: %d changes, %d skipped of %d", again, skipped, changes)
			}
			compareWith(t, dirs[name], saved(t, s, ""))
		})
		load(t, all, os.DirFS(dirs[name]))
	}
	t.Run("all", func(t *testing.T) { roundTrip(t, all, "") })
	for _, n := range rows(t, all, "projects") {
		p := n.(*hierarchy.Project)
		t.Run("out of all: "+p.Name, func(t *testing.T) {
			roundTrip(t, all, p.ID)
			compareWith(t, dirs[p.Name], saved(t, all, p.ID))
		})
	}
}

func TestDemoRoundTrip(t *testing.T) {
	s := database(t)
	load(t, s, demo(t, "studio"))
	roundTrip(t, s, "")
}

func saved(t *testing.T, s store.Store, project hierarchy.ID) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "saved")
	save(t, s, dir, project)
	return dir
}

func roundTrip(t *testing.T, s store.Store, project hierarchy.ID) {
	t.Helper()
	first := saved(t, s, project)
	fresh := database(t)
	load(t, fresh, os.DirFS(first))
	second := saved(t, fresh, project)
	names, err := os.ReadDir(first)
	if err != nil || len(names) == 0 {
		t.Fatalf("nothing was saved: %v", err)
	}
	for _, n := range names {
		if a, b := read(t, first, n.Name()), read(t, second, n.Name()); !bytes.Equal(a, b) {
			t.Errorf("%s differs after another round", n.Name())
		}
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// compareWith checks that a saved archive says every field of every row that
// the one it came from said.
func compareWith(t *testing.T, original, copied string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(original, "*.jsonl"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no original: %v", err)
	}
	for _, name := range names {
		base := filepath.Base(name)
		was, is := parsed(t, read(t, original, base)), parsed(t, read(t, copied, base))
		if len(was) != len(is) {
			t.Errorf("%s has %d rows, the original %d", base, len(is), len(was))
		}
		for key, fields := range was {
			for field, want := range fields {
				got, ok := is[key][field]
				if !ok || !sameJSON(want, got) {
					t.Errorf("%s: %s of %s is %s, the original says %s", base, field, key, got, want)
				}
			}
		}
	}
}

func parsed(t *testing.T, text []byte) map[string]map[string]json.RawMessage {
	t.Helper()
	out := map[string]map[string]json.RawMessage{}
	for line := range bytes.Lines(text) {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(line, &fields); err != nil {
			t.Fatal(err)
		}
		key := string(fields["id"])
		if key == "" {
			for _, k := range []string{"person_id", "department_id", "project_id", "scene_id", "shot_id"} {
				key += string(fields[k])
			}
		}
		out[key] = fields
	}
	return out
}

func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	p, err1 := json.Marshal(x)
	q, err2 := json.Marshal(y)
	return err1 == nil && err2 == nil && bytes.Equal(p, q)
}

func TestWriteRefusesOtherFolders(t *testing.T) {
	s := database(t)
	load(t, s, demo(t, "studio"))
	dir := t.TempDir()
	save(t, s, dir, "") // an empty folder is good
	before := read(t, dir, "tasks.jsonl")
	save(t, s, dir, "") // so is one that holds an archive
	if !bytes.Equal(before, read(t, dir, "tasks.jsonl")) {
		t.Error("saved again, the archive differs")
	}
	mine := filepath.Join(dir, "mine.txt")
	if err := os.WriteFile(mine, []byte("keep me"), 0o600); err != nil {
		t.Fatal(err)
	}
	none := func(string, map[string]any) iter.Seq2[hierarchy.Noun, error] {
		return func(func(hierarchy.Noun, error) bool) {}
	}
	if err := archive.Write(t.Context(), dir, "", none); err == nil || !strings.Contains(err.Error(), "mine.txt") {
		t.Errorf("a folder with other files: %v", err)
	}
	if err := archive.Write(t.Context(), mine, "", none); err == nil {
		t.Error("a file was taken for a folder")
	}
	if got := read(t, dir, "mine.txt"); string(got) != "keep me" {
		t.Error("a foreign file was touched")
	}
}

// A database that fails half-way leaves the archive that was there.
func TestWriteKeepsTheOldOne(t *testing.T) {
	s := database(t)
	load(t, s, demo(t, "studio"))
	dir := saved(t, s, "")
	before := read(t, dir, "shots.jsonl")
	gone := errors.New("the disk is gone")
	failing := func(table string, where map[string]any) iter.Seq2[hierarchy.Noun, error] {
		return func(yield func(hierarchy.Noun, error) bool) {
			if table == "tasks" {
				yield(nil, gone)
			}
		}
	}
	if err := archive.Write(t.Context(), dir, "", failing); !errors.Is(err, gone) {
		t.Errorf("error %v", err)
	}
	if !bytes.Equal(before, read(t, dir, "shots.jsonl")) {
		t.Error("the old archive was touched")
	}
	left, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := archive.Read(ctx, os.DirFS(dir)); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled read gives %v", err)
	}
}

// What an archive brings belongs to its production, comes before what hangs on
// it, and says where it stood.
func TestChangesKnowTheirProduction(t *testing.T) {
	a, found, err := archive.Read(t.Context(), demo(t, "studio"))
	if err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	empty := func(string) (map[string]hierarchy.Noun, error) { return nil, nil }
	changes, skipped, found, err := a.Changes(empty, hierarchy.Origin{At: later, Cause: hierarchy.Load, Place: "studio"})
	if err != nil || skipped != 0 || len(found) > 0 {
		t.Fatal(skipped, found, err)
	}
	shared := map[string]bool{"studios": true, "departments": true, "persons": true, "person_departments": true, "entity_types": true, "task_types": true, "task_statuses": true, "project_statuses": true}
	links := map[string]bool{"person_departments": true, "project_persons": true, "project_task_types": true, "project_task_statuses": true, "casting_links": true, "task_assignees": true}
	for _, c := range changes {
		table := c.Target().Table
		if (c.From().Project == "") != shared[table] {
			t.Errorf("%v belongs to %q", c.Target(), c.From().Project)
		}
		if _, link := c.(hierarchy.Link); link != links[table] {
			t.Errorf("%v is a %T", c.Target(), c)
		}
		if !strings.HasPrefix(c.From().Place, "studio/") || !strings.Contains(c.From().Place, ".jsonl:") {
			t.Errorf("%v comes from %q", c.Target(), c.From().Place)
		}
	}
	if a.Len("tasks") != 126 || a.Len("entities") != 51 {
		t.Errorf("%d tasks, %d entities", a.Len("tasks"), a.Len("entities"))
	}
	fails := errors.New("no database")
	if _, _, _, err := a.Changes(func(string) (map[string]hierarchy.Noun, error) { return nil, fails }, hierarchy.Origin{}); !errors.Is(err, fails) {
		t.Errorf("error %v", err)
	}
}

func worst(found diag.List) (out []diag.Diagnostic) {
	for _, d := range found {
		if d.Severity == diag.Error {
			out = append(out, d)
		}
	}
	return out
}
