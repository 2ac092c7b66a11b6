package store_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/store"
)

// The real productions load into one database of either kind, and their rows
// come back as they are in the archives.
func TestProductionsLoadAsTheyAre(t *testing.T) {
	folders := productions(t)
	for name, open := range map[string]func(*testing.T) store.Store{"SQLite": inFile, "PostgreSQL": onServer} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			known := map[hierarchy.Ref]bool{}
			for _, folder := range folders {
				rows := archived(t, folder)
				var changes []hierarchy.Change
				for _, row := range rows {
					if !known[hierarchy.RefOf(row)] {
						known[hierarchy.RefOf(row)] = true
						changes = append(changes, hierarchy.Create{Origin: hierarchy.Origin{Cause: hierarchy.Load}, Row: row})
					}
				}
				err := s.InTx(t.Context(), func(tx store.Tx) error { return tx.Apply(t.Context(), changes) })
				if err != nil {
					t.Fatalf("load %s: %v", folder, err)
				}
				compare(t, s, rows)
			}
		})
	}
}

func compare(t *testing.T, s store.Store, rows []hierarchy.Noun) {
	t.Helper()
	err := s.Read(t.Context(), func(r store.Reader) error {
		kept := map[hierarchy.Ref]hierarchy.Noun{}
		for _, n := range hierarchy.Tables() {
			for row, err := range r.Rows(t.Context(), n.Table(), nil) {
				if err != nil {
					return err
				}
				kept[hierarchy.RefOf(row)] = row
			}
		}
		for _, row := range rows {
			got := kept[hierarchy.RefOf(row)]
			if got == nil {
				t.Errorf("%v is not there", hierarchy.RefOf(row))
				continue
			}
			if d := hierarchy.Diff(row, got); len(d) > 0 {
				t.Errorf("%v differs: %v", hierarchy.RefOf(row), d)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// productions finds the folders beside the checkout.
func productions(t *testing.T) []string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil || folder == filepath.Dir(folder) {
			break
		}
		folder = filepath.Dir(folder)
	}
	found, err := filepath.Glob(filepath.Join(folder, "..", "shared", "productions", "*", "input"))
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Skip("the productions are not beside this checkout (../shared/productions)")
	}
	return found
}

// archived reads an archive's rows, as far as this test needs.
func archived(t *testing.T, folder string) []hierarchy.Noun {
	t.Helper()
	empty := map[string]func() hierarchy.Noun{
		"studios": made[hierarchy.Studio], "departments": made[hierarchy.Department], "persons": made[hierarchy.Person],
		"person_departments": made[hierarchy.PersonDepartment], "entity_types": made[hierarchy.EntityType], "task_types": made[hierarchy.TaskType],
		"task_statuses": made[hierarchy.TaskStatus], "projects": made[hierarchy.Project], "project_persons": made[hierarchy.ProjectPerson],
		"project_task_types": made[hierarchy.ProjectTaskType], "project_task_statuses": made[hierarchy.ProjectTaskStatus],
		"casting_links": made[hierarchy.Casting], "tasks": made[hierarchy.Task], "comments": made[hierarchy.Comment],
		"time_spents": made[hierarchy.TimeSpent], "preview_files": made[hierarchy.PreviewFile],
	}
	kinds := map[string]hierarchy.Kind{"episodes": hierarchy.Episode, "sequences": hierarchy.Sequence, "scenes": hierarchy.Scene, "shots": hierarchy.Shot, "assets": hierarchy.Asset}
	for name, kind := range kinds {
		empty[name] = func() hierarchy.Noun { return &hierarchy.Entity{Kind: kind} }
	}
	var rows []hierarchy.Noun
	for name, empty := range empty {
		text, err := os.ReadFile(filepath.Join(folder, name+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			row := empty()
			if err := json.Unmarshal(line, row); err != nil {
				t.Fatalf("%s: %v: %s", name, err, strings.TrimSpace(string(line)))
			}
			rows = append(rows, row)
			if task, ok := row.(*hierarchy.Task); ok {
				for _, person := range task.Assignees {
					rows = append(rows, &hierarchy.Assignment{TaskID: task.ID, PersonID: person})
				}
			}
		}
	}
	return rows
}

func made[T any, P interface {
	*T
	hierarchy.Noun
}]() hierarchy.Noun {
	return P(new(T))
}
