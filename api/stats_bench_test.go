package api

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

// worked gives each task of a production dates, an assignee of ten and six days
// of time sheets, but for every tenth task five.
func (b *bed) worked(project hierarchy.ID) (sheets int, people []hierarchy.ID) {
	b.Helper()
	view, err := b.server.views.Project(b.Context(), project)
	b.check(err)
	for i := range 10 {
		people = append(people, b.person(fmt.Sprintf("artist%d", i), accounts.Artist).ID)
	}
	origin := b.origin(project)
	var changes []hierarchy.Change
	first := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	for i, t := range view.Snapshot.Tasks {
		person, start := people[i%len(people)], first.AddDate(0, 0, i%200)
		days := 6 - i%5/2
		changes = append(changes, hierarchy.Link{Origin: origin, Row: &hierarchy.Assignment{TaskID: t.ID, PersonID: person}},
			hierarchy.Update{Origin: origin, Ref: hierarchy.RefOf(t), Fields: []hierarchy.FieldChange{
				{Field: "end_date", Before: hierarchy.ValueOf(t.EndDate), After: hierarchy.ValueOf(hierarchy.At(start.AddDate(0, 0, 8)))},
				{Field: "done_date", Before: hierarchy.ValueOf(t.DoneDate), After: hierarchy.ValueOf(hierarchy.At(start.AddDate(0, 0, 9)))},
				{Field: "duration", Before: hierarchy.ValueOf(t.Duration), After: hierarchy.ValueOf(float64(days * 90))}}})
		for d := range days {
			sheets++
			changes = append(changes, hierarchy.Create{Origin: origin, Row: &hierarchy.TimeSpent{ID: hierarchy.ID(uuid.Must(uuid.NewV7()).String()), TaskID: t.ID,
				PersonID: person, Date: hierarchy.DayOf(start.AddDate(0, 0, d), time.UTC), Duration: 90}})
		}
	}
	b.apply(changes...)
	return sheets, people
}

// TestLargeStatistics says what statistics, quotas and lists of a production, with
// TURNOVER_FIGURES=1 one of 10,000 shots with 40,000 tasks and some 210,000 time sheets, take: alone, and for eight clients at
// once, with the memory.
func TestLargeStatistics(t *testing.T) { eachDatabase(t, testLargeStatistics) }

func testLargeStatistics(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project := b.large(largeShots())
	sheets, people := b.worked(project)
	b.token(email("root"))
	view, err := b.server.views.Project(t.Context(), project)
	b.check(err)
	at := "/data/projects/" + string(project)
	animation := string(view.TaskTypesFor(hierarchy.Shot)[0].ID)
	t.Logf("%d tasks, %d time sheets", len(view.Snapshot.Tasks), sheets)
	paths := []string{at + "/episodes/stats", at + "/episodes/retake-stats", at + "/quotas/" + animation, at + "/quotas/" + animation + "?count_mode=weighteddone",
		at + "/quotas/" + animation + "?count_mode=feedback", at + "/quotas/persons/" + string(people[0]),
		"/data/persons/" + string(people[0]) + "/quota-shots/month/2026/2?project_id=" + string(project),
		"/export/csv/projects/" + string(project) + "/shots.csv", "/data/shots/with-tasks?project_id=" + string(project)}
	for _, path := range paths {
		alone, size := b.timed(path)
		began := time.Now()
		var clients sync.WaitGroup
		for range 8 {
			clients.Go(func() { b.timed(path) })
		}
		clients.Wait()
		together := time.Since(began)
		var mem runtime.MemStats
		runtime.ReadMemStats(&mem)
		t.Logf("%7.3f s alone, %7.3f s for 8 at once, %6.2f MB, heap %4d MB: %s", alone.Seconds(), together.Seconds(), float64(size)/1e6, mem.HeapAlloc>>20,
			anID.ReplaceAllString(path, "ID"))
		if size == 0 {
			t.Errorf("%s: an empty answer", path)
		}
	}
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	t.Logf("live heap %d MB, taken from the system %d MB", mem.HeapAlloc>>20, mem.Sys>>20)
}
