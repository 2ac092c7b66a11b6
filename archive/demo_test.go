package archive_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"testing"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/importers/csv"
	"turnover/importers/edl"
	"turnover/internal/diag"
	"turnover/plan"
	"turnover/store"
	"turnover/testdata"
	"turnover/testdata/demo/generate/studio"
)

// The go tool leaves folders named testdata out of "./...", so the example is
// tested here, where it is loaded first.

func demo(t *testing.T, folder string) fs.FS {
	t.Helper()
	sub, err := fs.Sub(testdata.Demo, path.Join("demo", folder))
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func TestDemoStudioIsWhatItsProgramMakes(t *testing.T) {
	want, err := studio.Tables()
	if err != nil {
		t.Fatal(err)
	}
	committed := demo(t, "studio")
	files, err := fs.ReadDir(committed, ".")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(want) {
		t.Errorf("%d files, the program makes %d", len(files), len(want))
	}
	size := 0
	for name, text := range want {
		size += len(text)
		got, err := fs.ReadFile(committed, name)
		if err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s is not what \"go run ./testdata/demo/generate testdata/demo/studio\" writes (%v)", name, err)
		}
	}
	if size > 400_000 {
		t.Errorf("the archive has %d bytes", size)
	}
}

// The recorded dates, counters and durations are those that the comments and
// time sheets give by the live rules.
func TestDemoStudioIsSound(t *testing.T) {
	s := database(t)
	load(t, s, demo(t, "studio"))
	snap := snapshot(t, s, studio.Series, hierarchy.With{Tasks: true, TimeSpents: true, Castings: true})
	status := map[hierarchy.ID]*hierarchy.TaskStatus{}
	for _, st := range snap.TaskStatuses {
		status[st.ID] = st
	}
	minutes, replayed := map[hierarchy.ID]float64{}, map[hierarchy.ID]*hierarchy.Task{}
	for _, row := range snap.TimeSpents {
		minutes[row.TaskID] += row.Duration
	}
	for _, task := range snap.Tasks {
		fresh := hierarchy.Clone(task)
		fresh.TaskStatusID = snap.DefaultStatus().ID
		fresh.RetakeCount = hierarchy.Ptr(int64(0))
		fresh.RealStartDate, fresh.EndDate, fresh.DoneDate, fresh.LastCommentDate = hierarchy.Time{}, hierarchy.Time{}, hierarchy.Time{}, hierarchy.Time{}
		replayed[task.ID] = fresh
	}
	var comments []*hierarchy.Comment
	for _, n := range rows(t, s, "comments") {
		comments = append(comments, n.(*hierarchy.Comment))
	}
	slices.SortFunc(comments, func(a, b *hierarchy.Comment) int { return a.CreatedAt.Compare(b.CreatedAt.Time) })
	for _, c := range comments {
		task := replayed[c.TaskID]
		if err := hierarchy.Patch(task, hierarchy.StatusChange(task, status[task.TaskStatusID], status[c.TaskStatusID], c.CreatedAt)); err != nil {
			t.Fatal(err)
		}
	}
	retakes, done := int64(0), 0
	for _, task := range snap.Tasks {
		if d := hierarchy.Diff(task, replayed[task.ID]); len(d) > 0 {
			t.Errorf("task %s: recorded and replayed differ: %v", task.ID, d)
		}
		if minutes[task.ID] != task.Duration {
			t.Errorf("task %s has %v minutes, its time sheets %v", task.ID, task.Duration, minutes[task.ID])
		}
		retakes += task.Retakes()
		if status[task.TaskStatusID].IsDone {
			done++
		}
	}
	if retakes < 20 || done < 60 || done == len(snap.Tasks) {
		t.Errorf("%d retakes and %d of %d tasks done: the reports would show little", retakes, done, len(snap.Tasks))
	}
}

// delivery is one file of the example with what its plan must be.
type delivery struct {
	file    string
	gates   []string
	changes map[string]int // "action entity"
}

var deliveries = []delivery{
	{"series/E02_cut_v01.edl", []string{plan.GateCreate}, map[string]int{"create episode": 1, "create sequence": 1, "create shot": 10, "create task": 40}},
	{"series/E02_shots.csv", nil, map[string]int{"create asset": 1, "create comment": 7, "create sequence": 1, "create shot": 8, "create task": 32, "link assignment": 8, "link casting": 19}},
	{"series/casting.csv", nil, map[string]int{"link casting": 14}},
	{"series/tasks.csv", nil, map[string]int{"create comment": 7, "link assignment": 21, "update task": 20}},
	{"series/timesheet.csv", nil, map[string]int{"create time_spent": 21, "update task": 9}},
	{"film/reel1.csv", []string{plan.GateRepaired}, map[string]int{"create scene": 4, "create sequence": 2, "create shot": 12, "create task": 48, "link scene_link": 12}},
}

// Every file that the example brings is tried below.
func TestDemoDeliveriesAreAll(t *testing.T) {
	for _, folder := range []string{"series", "film"} {
		files, err := fs.ReadDir(demo(t, folder), ".")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			name := path.Join(folder, f.Name())
			if !slices.ContainsFunc(deliveries, func(d delivery) bool { return d.file == name }) {
				t.Errorf("%s is not tried", name)
			}
		}
	}
}

func TestDemoDeliveries(t *testing.T) {
	s := database(t)
	load(t, s, demo(t, "studio"))
	for _, d := range deliveries {
		t.Run(d.file, func(t *testing.T) {
			made, snap := planned(t, s, d.file)
			for _, f := range made.Diagnostics {
				if f.Severity == diag.Error {
					t.Error(f)
				}
			}
			var gates []string
			for _, g := range made.Gates {
				gates = append(gates, g.Code)
			}
			if !slices.Equal(gates, d.gates) {
				t.Errorf("gates %v, want %v", gates, d.gates)
			}
			got := map[string]int{}
			for _, a := range plan.Actions() {
				for entity, n := range made.Summary[string(a)] {
					got[string(a)+" "+entity] += n
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(d.changes) {
				t.Errorf("changes %v, want %v", got, d.changes)
			}
			bound, err := made.Bind(snap, hierarchy.Origin{Project: snap.Project.ID, At: later, Author: "demo", Cause: hierarchy.Import, CauseID: d.file}, newIDs(d.file))
			if err != nil {
				t.Fatal(err)
			}
			apply(t, s, bound)
			if again, _ := planned(t, s, d.file); !again.Empty() {
				t.Errorf("the same list again gives %d changes, the first %+v", len(again.Changes), again.Changes[0])
			}
		})
	}
}

func planned(t *testing.T, s store.Store, file string) (*plan.Plan, *hierarchy.Snapshot) {
	t.Helper()
	text, err := fs.ReadFile(testdata.Demo, "demo/"+file)
	if err != nil {
		t.Fatal(err)
	}
	project := studio.Series
	if path.Dir(file) == "film" {
		project = studio.Film
	}
	snap := snapshot(t, s, project, hierarchy.With{Castings: true, Tasks: true, TimeSpents: true})
	opts := importers.Options{FPS: snap.Project.Rate()}
	for _, tt := range snap.TaskTypesFor(hierarchy.Shot) {
		opts.TaskTypes = append(opts.TaskTypes, tt.Name)
	}
	for _, d := range snap.Descriptors {
		opts.Descriptors = append(opts.Descriptors, d.Name)
	}
	f := importers.File{Name: path.Base(file), Bytes: text}
	by, why := importers.Detect(f, readers())
	if by == nil {
		t.Fatalf("nobody reads %s: %v", file, why)
	}
	list, found, err := by.Import(t.Context(), f, opts)
	if err != nil {
		t.Fatal(err)
	}
	return plan.Build(list, found, snap, plan.Options{FPS: opts.FPS, Create: plan.DefaultCreate(), HoldOver: 0.1, Author: "demo"}), snap
}

func readers() []importers.Importer { return []importers.Importer{edl.New(), csv.New()} }
