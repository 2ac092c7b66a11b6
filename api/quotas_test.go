package api

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"turnover/hierarchy"
	"turnover/pipeline"
	"turnover/reports"
)

// TestQuotasFollow: what is kept in memory is what the database says, also after
// time was logged, a shot changed, and with the memory of a single production.
func TestQuotasFollow(t *testing.T) { eachDatabase(t, testQuotasFollow) }

func testQuotasFollow(t *testing.T) {
	b := newBed(t, Limits{})
	b.load("film")
	b.load("edge")
	b.server.views.MostRows = 1
	const film, edge hierarchy.ID = "91abd305-482f-46f1-b407-2f479ac5e57f", "6edc71c9-9457-4476-b72f-b6b99296abdf"
	asked := func(from func(use func(hierarchy.Facts) error) error) (got reports.KitsuQuotas) {
		b.check(from(func(f hierarchy.Facts) (err error) {
			got, err = reports.KitsuQuota(f, reports.KitsuQuery{})
			return err
		}))
		return got
	}
	step := func(what string, project hierarchy.ID) reports.KitsuQuotas {
		t.Helper()
		want := asked(func(use func(hierarchy.Facts) error) error { return b.pipe.Facts(t.Context(), project, use) })
		got := asked(func(use func(hierarchy.Facts) error) error { return b.server.views.Facts(t.Context(), project, use) })
		if d := cmp.Diff(want, got); d != "" || len(got) == 0 {
			t.Errorf("%s (-database +memory), %d entries:\n%.1000s", what, len(got), d)
		}
		return got
	}
	before := step("loaded", film)
	step("another production", edge)
	view, err := b.server.views.Project(t.Context(), film)
	b.check(err)
	var task *hierarchy.Task
	for _, one := range view.Snapshot.Tasks {
		if !one.EndDate.IsZero() && one.Duration > 0 && view.Entity(one.EntityID).Frames() > 100 {
			task = one
		}
	}
	_, err = b.pipe.LogTime(t.Context(), film, task.ID, task.Assignees[0], "2026-02-03", 240)
	b.check(err)
	if after := step("time logged", film); cmp.Equal(before, after) {
		t.Error("time was logged and the quotas stayed")
	}
	_, err = b.pipe.UpdateEntity(t.Context(), film, task.EntityID, pipeline.EntityFields{Set: map[string]hierarchy.Value{"nb_frames": "7"}})
	b.check(err)
	step("a shot changed", film)
}

// TestQuotasAtOnce: many ask while somebody logs time; every answer is one of a
// state that was, and the last one is the last state's.
func TestQuotasAtOnce(t *testing.T) { eachDatabase(t, testQuotasAtOnce) }

func testQuotasAtOnce(t *testing.T) {
	b := newBed(t, Limits{})
	b.load("film")
	const film hierarchy.ID = "91abd305-482f-46f1-b407-2f479ac5e57f"
	view, err := b.server.views.Project(t.Context(), film)
	b.check(err)
	task := view.Snapshot.Tasks[0]
	path := "/data/projects/" + string(film) + "/quotas/" + string(task.TaskTypeID)
	b.token(email("admin"))
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for range 10 {
				if got := b.ask(email("admin"), "GET", path, nil); got.status != 200 {
					t.Errorf("%d: %.200s", got.status, got.raw)
				}
			}
		})
	}
	for i := range 10 {
		_, err := b.pipe.LogTime(t.Context(), film, task.ID, view.Persons[0].ID, "2026-02-03", float64(10+i))
		b.check(err)
	}
	clients.Wait()
	var want reports.KitsuQuotas
	b.check(b.pipe.Facts(t.Context(), film, func(f hierarchy.Facts) (err error) {
		want, err = reports.KitsuQuota(f, reports.KitsuQuery{TaskType: task.TaskTypeID, Timezone: paris(t)})
		return err
	}))
	raw, err := json.Marshal(want)
	b.check(err)
	var theirs any
	b.check(json.Unmarshal(raw, &theirs))
	if got := b.ask(email("admin"), "GET", path, nil); !near(theirs, got.body, 1e-9) {
		t.Errorf("the last answer is not of the last state: %s", cmp.Diff(theirs, got.body))
	}
}

// paris is the zone of the account that asks.
func paris(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestFramesFromPreviews: ten seconds at 25 fps are 250 frames; what has no
// length sets nothing; an episode narrows; the second time nothing changes.
func TestFramesFromPreviews(t *testing.T) { eachDatabase(t, testFramesFromPreviews) }

func testFramesFromPreviews(t *testing.T) {
	b := newBed(t, Limits{})
	project, _, shot, task := b.production("film")
	b.person("root", "admin")
	view, err := b.server.views.Project(t.Context(), project)
	b.check(err)
	path := "/actions/projects/" + string(project) + "/task-types/" + string(view.TasksOf(shot)[0].TaskTypeID) + "/set-shot-nb-frames"
	preview := func(seconds *float64) {
		at := hierarchy.At(b.clock.now())
		b.apply(hierarchy.Create{Origin: b.origin(project), Row: &hierarchy.PreviewFile{ID: b.pipe.NewID(), TaskID: task, Revision: 1, Position: 1, Status: "ready", Duration: seconds,
			Stamps: hierarchy.Stamps{CreatedAt: at, UpdatedAt: at}, Name: hierarchy.Ptr(string(b.pipe.NewID()))}})
	}
	ask := func(query, want string) {
		t.Helper()
		got := b.ask(email("root"), "POST", path+query, nil)
		b.status(got, 200)
		if string(got.raw) != want {
			t.Errorf("%s, want %s", got.raw, want)
		}
	}
	preview(hierarchy.Ptr(10.0))
	ask("?episode_id="+nobody, `[]`)
	ask("", `[{"id":"`+string(shot)+`","nb_frames":250}]`)
	ask("", `[{"id":"`+string(shot)+`","nb_frames":250}]`)
	preview(nil)
	ask("", `[]`)
	b.status(b.ask(email("root"), "POST", path+"?episode_id=nope", nil), 400)
	if got := b.ask(email("root"), "GET", "/data/shots/"+string(shot), nil).body.(map[string]any)["nb_frames"]; got != 250.0 {
		t.Errorf("%v frames", got)
	}
}
