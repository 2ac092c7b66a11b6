package api

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"turnover/hierarchy"
)

// sortedPeople sorts the names in a cell: Kitsu gives assignees in any order.
func sortedPeople(lines []string) []string {
	for i, line := range lines {
		cells := strings.Split(line, ";")
		for j, cell := range cells {
			names := strings.Split(strings.ReplaceAll(strings.TrimSuffix(cell, "\r\n"), ", ", ","), ",")
			if len(names) > 1 && !strings.Contains(cell, `"`) {
				slices.Sort(names)
				cells[j] = strings.Join(names, ",")
			}
		}
		lines[i] = strings.Join(cells, ";")
	}
	return lines
}

// TestReplayExports asks for the recorded CSV files. Those of one production are
// the same byte for byte; of those about all, the rows of the productions that
// are here, in any order.
func TestReplayExports(t *testing.T) { eachDatabase(t, testReplayExports) }

func testReplayExports(t *testing.T) {
	root := recorded(t)
	b := newBed(t, Limits{})
	names := []string{"film", "tv", "edge"}
	for _, name := range names {
		b.load(name)
	}
	for _, name := range names {
		dir := filepath.Join(root, name, "answers", "csv")
		var requests []struct {
			Path    string            `json:"path"`
			File    string            `json:"file"`
			Params  map[string]any    `json:"params"`
			Headers map[string]string `json:"headers"`
		}
		raw, err := os.ReadFile(filepath.Join(dir, "requests.json"))
		b.check(err)
		b.check(json.Unmarshal(raw, &requests))
		for _, r := range requests {
			if r.File == "" {
				continue // Kitsu's answer broke off
			}
			want, err := os.ReadFile(filepath.Join(dir, r.File))
			b.check(err)
			got := b.ask(email("admin"), "GET", r.Path+query(r.Params), nil)
			b.status(got, 200)
			if h := got.header.Get("Content-Disposition"); h != r.Headers["Content-Disposition"] {
				t.Errorf("%s/%s: %s, want %s", name, r.File, h, r.Headers["Content-Disposition"])
			}
			theirs, ours := strings.SplitAfter(string(want), "\r\n"), strings.SplitAfter(string(got.raw), "\r\n")
			if !strings.Contains(r.Path, "/projects/") {
				keep := func(line string) bool {
					first, _, _ := strings.Cut(line, ";")
					return !slices.Contains(append(names, "Project", "Name"), first)
				}
				theirs, ours = slices.DeleteFunc(theirs, keep), slices.DeleteFunc(ours, keep)
				slices.Sort(theirs)
				slices.Sort(ours)
			}
			theirs, ours = sortedPeople(theirs), sortedPeople(ours)
			if !slices.Equal(theirs, ours) {
				sameLines(t, name+"/"+r.File, slices.Clone(theirs), slices.Clone(ours))
				t.Errorf("%s/%s: %d lines, want %d, or another order", name, r.File, len(ours), len(theirs))
			}
		}
	}
}

// TestExportsImport: what Kitsu exported, and what we export, imports again and
// changes nothing.
func TestExportsImport(t *testing.T) { eachDatabase(t, testExportsImport) }

func testExportsImport(t *testing.T) {
	root := recorded(t)
	b := newBed(t, Limits{})
	for _, name := range []string{"film", "tv"} {
		b.load(name)
		view, err := b.server.views.Project(b.Context(), map[string]hierarchy.ID{"film": "91abd305-482f-46f1-b407-2f479ac5e57f", "tv": "303b25b9-8b25-451c-8458-737492d6850b"}[name])
		b.check(err)
		id := string(view.Project.ID)
		for file, path := range map[string]string{"shots.csv": "/shots?update=true", "casting_is_shot_casting.csv": "/casting", "assets.csv": "/assets?update=true"} {
			theirs, err := os.ReadFile(filepath.Join(root, name, "answers", "csv", file))
			b.check(err)
			ours := b.ask(email("admin"), "GET", "/export/csv/projects/"+id+"/"+strings.ReplaceAll(file, "_is_shot_casting.csv", ".csv?is_shot_casting=true"), nil)
			for whose, content := range map[string][]byte{"Kitsu's": theirs, "our": ours.raw} {
				got := b.form(email("admin"), "/import/csv/projects/"+id+path, file, content, nil)
				if got.status != 201 {
					t.Errorf("%s %s %s: %d %.300s", name, whose, file, got.status, got.raw)
				}
				after, err := b.server.views.Project(b.Context(), view.Project.ID)
				b.check(err)
				if after.Revision != view.Revision {
					t.Errorf("%s %s %s changed something", name, whose, file)
					view = after
				}
			}
		}
	}
}
