// Peak memory is counted in kilobytes on Linux only.

//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"turnover/hierarchy"
	"turnover/store"
)

// A volume is a made production of any size, the same each time: so many time
// sheets, four on each task, ten tasks on each shot, 200 people, four years.
// Every second task had its comments: sent for feedback and done, and each tenth
// a retake between.
type volume struct {
	sheets   int
	origin   hierarchy.Origin
	statuses map[string]hierarchy.ID
	types    []hierarchy.ID
	persons  []hierarchy.ID
}

const (
	volumePersons = 200
	volumeTypes   = 10
	volumeDays    = 1460
)

func volumeID(kind string, n int) hierarchy.ID {
	return hierarchy.ID(uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %d", kind, n)).String())
}

func volumeDay(n int) time.Time {
	return time.Date(2022, 1, 3, 9, 0, 0, 0, time.UTC).AddDate(0, 0, n)
}

// fill writes the production, so many changes a transaction.
func (v *volume) fill(t *testing.T, s store.Store) {
	t.Helper()
	project := volumeID("project", 0)
	v.origin = hierarchy.Origin{Project: project, At: hierarchy.At(volumeDay(volumeDays + 30)), Author: "volume", Cause: hierarchy.Load, CauseID: "volume"}
	var batch []hierarchy.Change
	flush := func() {
		if err := s.InTx(t.Context(), func(tx store.Tx) error { return tx.Apply(t.Context(), batch) }); err != nil {
			t.Fatal(err)
		}
		batch = batch[:0]
	}
	add := func(row hierarchy.Noun) { batch = append(batch, hierarchy.Create{Origin: v.origin, Row: row}) }
	v.base(project, add)
	flush()
	for n := range v.sheets / 4 {
		if n%volumeTypes == 0 {
			add(v.shot(project, n/volumeTypes))
		}
		task := v.task(project, n)
		add(task)
		batch = append(batch, hierarchy.Link{Origin: v.origin, Row: &hierarchy.Assignment{TaskID: task.ID, PersonID: v.persons[n%volumePersons]}})
		v.work(n, task, add)
		if len(batch) > 40_000 {
			flush()
		}
	}
	flush()
}

func (v *volume) base(project hierarchy.ID, add func(hierarchy.Noun)) {
	add(&hierarchy.Project{ID: project, Name: "volume", ProductionType: hierarchy.Ptr("tvshow"), FPS: hierarchy.Ptr("25")})
	for _, kind := range hierarchy.Kinds() {
		add(&hierarchy.EntityType{ID: volumeID(string(kind), 0), Name: string(kind)})
	}
	v.statuses = map[string]hierarchy.ID{}
	for i, name := range []string{"Todo", "Feedback", "Retake", "Done"} {
		v.statuses[name] = volumeID("status", i)
		add(&hierarchy.TaskStatus{ID: v.statuses[name], Name: name, ShortName: name, Color: "#000000", IsDefault: i == 0, IsFeedbackRequest: i == 1, IsRetake: i == 2, IsDone: i == 3})
	}
	for i := range volumeTypes {
		v.types = append(v.types, volumeID("type", i))
		add(&hierarchy.TaskType{ID: v.types[i], Name: fmt.Sprint("Step ", i), ForEntity: hierarchy.Ptr("Shot"), Color: "#000000"})
	}
	for i := range volumePersons {
		v.persons = append(v.persons, volumeID("person", i))
		add(&hierarchy.Person{ID: v.persons[i], FirstName: "Person", LastName: fmt.Sprint(i), Email: hierarchy.Ptr(fmt.Sprintf("p%d@example.com", i)), Active: true})
	}
	for i := range 50 {
		add(&hierarchy.Entity{ID: volumeID("episode", i), Kind: hierarchy.Episode, Name: fmt.Sprintf("E%02d", i), ProjectID: project, EntityTypeID: volumeID("Episode", 0), Status: "running"})
		add(&hierarchy.Entity{ID: volumeID("sequence", i), Kind: hierarchy.Sequence, Name: "SQ010", ProjectID: project, EntityTypeID: volumeID("Sequence", 0), ParentID: volumeID("episode", i), Status: "running"})
	}
}

func (v *volume) shot(project hierarchy.ID, n int) *hierarchy.Entity {
	return &hierarchy.Entity{ID: volumeID("shot", n), Kind: hierarchy.Shot, Name: fmt.Sprintf("SH%06d", n), ProjectID: project, EntityTypeID: volumeID("Shot", 0),
		ParentID: volumeID("sequence", n%50), Status: "running", NbFrames: hierarchy.Ptr(int64(24 + n%97))}
}

// task was done five days after it was begun.
func (v *volume) task(project hierarchy.ID, n int) *hierarchy.Task {
	begun := volumeDay(n % volumeDays)
	return &hierarchy.Task{ID: volumeID("task", n), Name: "main", ProjectID: project, TaskTypeID: v.types[n%volumeTypes], TaskStatusID: v.statuses["Done"], EntityID: volumeID("shot", n/volumeTypes),
		Duration: 4 * 60, RealStartDate: hierarchy.At(begun), EndDate: hierarchy.At(begun.AddDate(0, 0, 5)), DoneDate: hierarchy.At(begun.AddDate(0, 0, 6)), RetakeCount: hierarchy.Ptr(int64(btoi(n%20 == 0)))}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (v *volume) work(n int, task *hierarchy.Task, add func(hierarchy.Noun)) {
	for i := range 4 {
		add(&hierarchy.TimeSpent{ID: volumeID("sheet", 4*n+i), TaskID: task.ID, PersonID: v.persons[(n+i/2)%volumePersons],
			Date: hierarchy.Day(volumeDay(n%volumeDays + i).Format(time.DateOnly)), Duration: float64(30 + 15*((n+i)%9))})
	}
	if n%2 == 1 {
		return
	}
	states := []string{"Feedback", "Done"}
	if n%20 == 0 {
		states = []string{"Feedback", "Retake", "Feedback", "Done"}
	}
	for i, state := range states {
		at := hierarchy.At(volumeDay(n%volumeDays + 5).Add(time.Duration(i) * time.Hour))
		add(&hierarchy.Comment{ID: volumeID("comment", 4*n+i), TaskID: task.ID, TaskStatusID: v.statuses[state], PersonID: v.persons[(n+7)%volumePersons], Text: "as said", Stamps: hierarchy.Stamps{CreatedAt: at, UpdatedAt: at}})
	}
}

// volumeDatabase makes the database, or takes the one that TURNOVER_VOLUME_DIR
// holds from an earlier run.
func volumeDatabase(t *testing.T, sheets int) *program {
	t.Helper()
	p := &program{t: t, dir: t.TempDir()}
	if dir := os.Getenv("TURNOVER_VOLUME_DIR"); dir != "" {
		p.dir = dir
	}
	p.db = filepath.Join(p.dir, fmt.Sprintf("volume-%d.db", sheets))
	if _, err := os.Stat(p.db); err == nil {
		return p
	} else if !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	aside := p.db + ".writing"
	s, err := makeStore(t.Context(), aside)
	if err != nil {
		t.Fatal(err)
	}
	(&volume{sheets: sheets}).fill(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(aside, p.db); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestVolume measures a publication of TURNOVER_VOLUME time sheets and the
// reports of the same production, in time and peak memory, beside DuckDB.
func TestVolume(t *testing.T) {
	sheets := 2000 // that the figures agree; TURNOVER_VOLUME=1000000 asks for the measurements of the documentation
	if wanted, err := strconv.Atoi(os.Getenv("TURNOVER_VOLUME")); err == nil && wanted > 0 {
		sheets = wanted
	}
	p := volumeDatabase(t, sheets)
	to := filepath.Join(t.TempDir(), "dataset")
	out, took := p.measured("publish", "--all", "--to", to, "--json")
	var got struct{ Rows map[string]int64 }
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if got.Rows["time_spents"] != int64(sheets) || got.Rows["tasks"] != int64(sheets/4) {
		t.Errorf("rows %v", got.Rows)
	}
	t.Logf("publish %d time sheets on %d tasks, %d quota days, %d MB: %v", sheets, sheets/4, got.Rows["quota_days"], sizeOf(t, to)>>20, took)
	t.Log(besideDuckDB(t, to, reportsOfVolume(t, p)))
}
