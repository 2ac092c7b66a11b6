package api

import (
	"fmt"
	"net/http/httptest"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

// large fills a film with shots, four tasks each.
func (b *bed) large(shots int) hierarchy.ID {
	b.Helper()
	project, _, _, _ := b.production("large")
	view, err := b.server.views.Project(b.Context(), project)
	b.check(err)
	types, status, origin := view.TaskTypesFor(hierarchy.Shot)[:4], view.DefaultStatus().ID, b.origin(project)
	var shotType hierarchy.ID
	for _, et := range view.EntityTypes {
		if et.Name == "Shot" {
			shotType = et.ID
		}
	}
	parent := view.OfKind(hierarchy.Sequence)[0].ID
	var changes []hierarchy.Change
	id := func() hierarchy.ID { return hierarchy.ID(uuid.Must(uuid.NewV7()).String()) }
	for i := range shots {
		e := &hierarchy.Entity{ID: id(), Kind: hierarchy.Shot, Name: fmt.Sprintf("SH%05d", i), ProjectID: project, EntityTypeID: shotType, ParentID: parent,
			Status: "running", NbFrames: hierarchy.Ptr(int64(48)), Data: hierarchy.Data(`{"frame_in":1001,"frame_out":1048,"fps":"25"}`), Stamps: hierarchy.Stamps{CreatedAt: origin.At, UpdatedAt: origin.At}}
		changes = append(changes, hierarchy.Create{Origin: origin, Row: e})
		for _, tt := range types {
			changes = append(changes, hierarchy.Create{Origin: origin, Row: &hierarchy.Task{ID: id(), Name: "main", ProjectID: project, EntityID: e.ID, TaskTypeID: tt.ID,
				TaskStatusID: status, Estimation: 480, RealStartDate: origin.At, RetakeCount: hierarchy.Ptr(int64(1))}})
		}
	}
	b.apply(changes...)
	return project
}

// A sink that only counts: answers of 30 MB are not kept.
type counting struct {
	*httptest.ResponseRecorder
	n int
}

func (c *counting) Write(p []byte) (int, error) { c.n += len(p); return len(p), nil }

func (b *bed) timed(path string) (time.Duration, int) {
	b.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Authorization", "Bearer "+b.tokens[email("root")])
	w := &counting{ResponseRecorder: httptest.NewRecorder()}
	began := time.Now()
	b.server.ServeHTTP(w, r)
	if w.Code != 200 {
		b.Fatalf("%s: %d", path, w.Code)
	}
	return time.Since(began), w.n
}

// largeShots is how many shots the tests of large productions make: 10,000, with
// 40,000 tasks, where TURNOVER_FIGURES asks for the figures of the documentation;
// else as many as show that everything answers.
func largeShots() int {
	if os.Getenv("TURNOVER_FIGURES") != "" {
		return 10_000
	}
	return 100
}

// TestLargeProduction says what the lists of a large production take, first,
// again, after a write, and for several clients at once.
func TestLargeProduction(t *testing.T) { eachDatabase(t, testLargeProduction) }

func testLargeProduction(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	shots := largeShots()
	project := b.large(shots)
	b.token(email("root"))
	path := "/data/shots/with-tasks?project_id=" + string(project)
	say := func(what string, took time.Duration, n int) {
		t.Logf("%-36s %7.3f s  %5.1f MB", what, took.Seconds(), float64(n)/1e6)
	}
	cold, whole := b.timed(path)
	say("with-tasks, first", cold, whole)
	warm, _ := b.timed(path)
	say("with-tasks, again", warm, whole)
	compact, m := b.timed(path + "&compact=true&stream=true")
	say("with-tasks, compact and streamed", compact, m)
	began := time.Now()
	b.status(b.ask(email("root"), "POST", "/data/projects/"+string(project)+"/shots", map[string]any{"name": "NEW"}), 201)
	say("a shot made", time.Since(began), 0)
	after, n := b.timed("/data/shots/all?name=SH00001&project_id=" + string(project))
	say("a shot found by name after a write", after, n)
	began = time.Now()
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() { b.timed(path) })
	}
	clients.Wait()
	say("with-tasks for 8 clients at once", time.Since(began), 8*whole)
	var mem runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&mem)
	t.Logf("live heap %d MB", mem.HeapAlloc>>20)
	view, err := b.server.views.Project(t.Context(), project)
	if err != nil || len(view.Tasks) != 4*shots+1 || whole == 0 || n == 0 || m == 0 {
		t.Errorf("%d tasks, %d and %d bytes, %v", len(view.Tasks), n, m, err)
	}
}
