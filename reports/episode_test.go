package reports

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"turnover/hierarchy"
	"turnover/internal/table"
)

func episodes(t *testing.T, f *film, q Query) *table.Book {
	t.Helper()
	b, err := Episode(f.facts(), q)
	if err != nil {
		t.Fatal(err)
	}
	checkBook(t, b)
	return b
}

// The example of the docs: one task made on the 1st, one whose history is older
// than itself, one without comments, one that nobody can date, and one whose
// present status no comment told.
func TestStatusByWeek(t *testing.T) {
	f := newFilm()
	made := func(frames int64, at string, now hierarchy.ID) *hierarchy.Task {
		return f.shot(frames, func(t *hierarchy.Task) { t.CreatedAt, t.TaskStatusID = when(at), now })
	}
	first := made(100, "2026-01-01T10:00:00", approved)
	f.comment(first, "2026-01-07T10:00:00", wip)
	f.comment(first, "2026-01-15T10:00:00", review)
	f.comment(first, "2026-01-15T11:00:00", approved)
	loaded := made(10, "2026-03-01T10:00:00", wip)
	f.comment(loaded, "2026-01-08T10:00:00", wip)
	made(1, "2026-01-13T10:00:00", todo)
	f.shot(7, func(t *hierarchy.Task) { t.TaskStatusID = retakeStatus })
	silent := made(3, "2026-01-06T10:00:00", approved)
	f.comment(silent, "2026-01-06T11:00:00", wip)
	b := episodes(t, f, Query{AsOf: when("2026-01-21T10:00:00").Time})
	expect(t, b, "status_week", "task_type period task_status count frames",
		"Animation | 2026-W01 | Todo | 1 | 100",
		"Animation | 2026-W02 | WIP | 3 | 113",
		"Animation | 2026-W03 | Done | 1 | 100", "Animation | 2026-W03 | Todo | 1 | 1", "Animation | 2026-W03 | WIP | 2 | 13",
		"Animation | 2026-W04 | Done | 2 | 103", "Animation | 2026-W04 | Retake | 1 | 7", "Animation | 2026-W04 | Todo | 1 | 1", "Animation | 2026-W04 | WIP | 1 | 10")
	expect(t, b, "stage_week", "period tasks done retake feedback wip other done_percent frames done_frames",
		"2026-W01 | 1 | 0 | 0 | 0 | 0 | 1 | 0 | 100 | 0", "2026-W02 | 3 | 0 | 0 | 0 | 3 | 0 | 0 | 113 | 0",
		"2026-W03 | 4 | 1 | 0 | 0 | 2 | 1 | 25 | 114 | 100", "2026-W04 | 5 | 2 | 1 | 0 | 1 | 1 | 40 | 121 | 103")
	expect(t, b, "data_quality", "code path detail", `DQ207 | SQ010/SH0050 | stands at "Done", its last comment says "WIP"`, "DQ303 | SQ010/SH0040 | ")
	b = episodes(t, f, Query{AsOf: when("2026-01-21T10:00:00").Time, From: "2026-01-08", To: "2026-01-14"})
	expect(t, b, "stage_week", "period done", "2026-W02 | 0", "2026-W03 | 1")
}

func TestEpisodeAnswers(t *testing.T) {
	f := series("running", "complete", "canceled")
	for i, c := range []struct {
		sequence hierarchy.ID
		now      hierarchy.ID
		at       string
	}{
		{"sq-1", approved, "2026-01-06T10:00:00"}, {"sq-1", approved, "2026-01-13T10:00:00"}, {"sq-1", approved, "2026-01-14T10:00:00"}, {"sq-1", review, "2026-01-13T10:00:00"},
		{"sq-2", approved, "2026-01-06T10:00:00"}, {"sq-3", wip, "2026-01-06T10:00:00"}, {"", retakeStatus, "2026-01-14T10:00:00"},
	} {
		task := f.shot(int64(i), func(t *hierarchy.Task) { t.TaskStatusID, t.CreatedAt = c.now, when("2026-01-01T10:00:00") })
		f.in(c.sequence)
		f.comment(task, c.at, c.now)
	}
	gone := f.shot(1000, func(t *hierarchy.Task) { t.TaskStatusID = todo })
	f.in("sq-1")
	f.dim.Entities[len(f.dim.Entities)-1].Canceled = true
	f.second(gone, "t-x").EntityID = "ep-1" // a task on an episode is not counted
	b := episodes(t, f, Query{AsOf: when("2026-01-15T10:00:00").Time})
	if len(b.Answers) != 5 || b.Previous != "2026-W02" {
		t.Fatalf("%d answers, compared with %s", len(b.Answers), b.Previous)
	}
	for i, want := range []string{
		"4 of 7 tasks are done, without 1 on omitted shots; 2 of 7 at the end of 2026-W02",
		"1 of 2 done; least far: without episode 0 %, E01 75 %",
		"came to be done: 2 in 2026-W03, 2 in 2026-W02",
		"1 of 7 tasks waits; 0 at the end of 2026-W02",
		"nobody: no task has been in retake or feedback for more than 7 days",
	} {
		if a := b.Answers[i]; a.Verdict != want || b.Table(a.Table) == nil {
			t.Errorf("answer %d: %q behind %s, want %q", i, a.Verdict, a.Table, want)
		}
	}
	expect(t, b, "episode_progress", "episode episode_status tasks done retake feedback wip other done_percent frames done_frames omitted_tasks changed_at",
		"- | - | 1 | 0 | 1 | 0 | 0 | 0 | 0 | 6 | 0 | 0 | 2026-01-14T10:00",
		"E01 | running | 4 | 3 | 0 | 1 | 0 | 0 | 75 | 6 | 3 | 1 | 2026-01-14T10:00",
		"E02 | complete | 1 | 1 | 0 | 0 | 0 | 0 | 100 | 4 | 4 | 0 | 2026-01-06T10:00",
		"E03 | canceled | 1 | 0 | 0 | 0 | 1 | 0 | 0 | 5 | 0 | 0 | 2026-01-06T10:00")
	expect(t, b, "data_quality", "code path detail", "DQ301 | -/-/SH0070 | ", "DQ302 | E03 | it is canceled; tasks not done: 1",
		"DQ303 | E01/SQ010/SH0080 | ")
	for _, c := range b.Charts {
		if !strings.HasSuffix(c.Alt, " Tasks on omitted shots, 1, are counted.") {
			t.Errorf("chart text: %s", c.Alt)
		}
	}
	notes := fmt.Sprint(b.Cover)
	if !strings.Contains(notes, "tasks on assets, sequences and episodes: 1") {
		t.Errorf("cover: %s", notes)
	}
}

// A film has no episodes: its sequences say how far it is.
func TestAFilmIsReadBySequence(t *testing.T) {
	f := newFilm()
	f.shot(10, func(t *hierarchy.Task) { t.TaskStatusID = approved })
	f.shot(30, func(*hierarchy.Task) {})
	f.dim.Entities[len(f.dim.Entities)-1].Kind = hierarchy.Scene
	b := episodes(t, f, Query{})
	expect(t, b, "sequence_progress", "sequence tasks done frames done_frames done_frames_percent", "SQ010 | 2 | 1 | 40 | 10 | 25")
	expect(t, b, "episode_tasks", "sequence task_status path frames", "SQ010 | Done | SQ010/SH0010 | 10", "SQ010 | Todo | SQ010/scenes/SH0020 | 30")
	if a := b.Answers[1]; a.Question != "How far is each sequence?" || a.Verdict != "0 of 1 done; least far: SQ010 50 %" {
		t.Errorf("%+v", a)
	}
}

// stoodAt finds a task's status at the end of a week in its own, slow way.
func stoodAt(f *film, task *hierarchy.Task, monday dayNumber, zone *time.Location) (hierarchy.ID, bool) {
	end := time.Date(1970, 1, 1+int(monday)+7, 0, 0, 0, 0, zone)
	status, there, told := todo, !task.CreatedAt.IsZero() && task.CreatedAt.Before(end), false
	for _, c := range f.comments { // in the order in which they were made
		if c.TaskID != task.ID || c.TaskStatusID == "" {
			continue
		}
		told = true
		if c.CreatedAt.Before(end) {
			status, there = c.TaskStatusID, true
		}
	}
	if !told {
		status = task.TaskStatusID
	}
	return status, there
}

func TestStatusWeeksConserve(t *testing.T) {
	all := zones(t)
	rapid.Check(t, func(r *rapid.T) {
		f, q := anyTalk(r), anyStatsQuery(r, all)
		zone := q.Timezone
		if zone == nil {
			zone = time.UTC
		}
		b, err := Episode(f.facts(), q)
		if err != nil {
			r.Fatal(err)
		}
		checkBook(r, b)
		stages := collect(r, b.Table("stage_week"))
		var got [][]int64
		weekly := columnSums(r, b.Table("status_week"), "period", "count", "frames")
		for _, row := range stages {
			sums := weekly[row[0].(string)]
			if sums == nil {
				sums = []int64{0, 0}
			}
			if sums[0] != row[1].(int64) || sums[1] != row[8].(int64) {
				r.Fatalf("status_week sums to %v, stage_week says %v", sums, row)
			}
			if n := row[2].(int64) + row[3].(int64) + row[4].(int64) + row[5].(int64) + row[6].(int64); n != row[1] {
				r.Fatalf("stages sum to %d in %v", n, row)
			}
			got = append(got, sums)
		}
		stood := map[string]int64{} // by week and status
		for _, row := range collect(r, b.Table("status_week")) {
			stood[fmt.Sprint(row[4], row[5])] += row[7].(int64)
		}
		// all but the last week, by the slow way
		if mondays := mondaysOf(r, stages); len(mondays) > 1 {
			for i, monday := range mondays[:len(mondays)-1] {
				var tasks, frames int64
				for _, task := range f.tasks {
					if status, there := stoodAt(f, task, monday, zone); there {
						tasks++
						stood[fmt.Sprint(stages[i][0], cell(status))]--
						frames += f.dim.Entities[indexOf(f, task)].Frames()
					}
				}
				if got[i][0] != tasks || got[i][1] != frames {
					r.Fatalf("%s: %v, want %d tasks of %d frames", stages[i][0], got[i], tasks, frames)
				}
			}
		}
		for key, n := range stood {
			if n != 0 && !strings.HasPrefix(key, stages[len(stages)-1][0].(string)) {
				r.Fatalf("%s: %d tasks too many", key, n)
			}
		}
		// the last week is now
		total := sum(r, b.Table("episode_status"), "count")
		if n := len(stages); n == 0 || stages[n-1][1] != total || total != int64(len(f.tasks)) {
			r.Fatalf("the last of %v has not all %d tasks", stages, total)
		}
		last := map[string]int64{}
		for _, row := range collect(r, b.Table("status_week")) {
			if row[4] == stages[len(stages)-1][0] {
				last[fmt.Sprint(row[5])] += row[7].(int64)
			}
		}
		for status, n := range columnSums(r, b.Table("episode_status"), "task_status_id", "count") {
			if last[status] != n[0] {
				r.Fatalf("%s: %d in the last week, %d now", status, last[status], n[0])
			}
		}
		for _, name := range []string{"episode_progress", "sequence_progress"} {
			if n := sum(r, b.Table(name), "tasks") + sum(r, b.Table(name), "omitted_tasks"); n != total {
				r.Fatalf("%s sums to %d of %d", name, n, total)
			}
		}
		q.Scratch = papers(-1)
		few, err := episodeHolding(f.facts(), q, rapid.IntRange(1, 4).Draw(r, "held"))
		if err != nil {
			r.Fatal(err)
		}
		if x, y := fmt.Sprint(collect(r, b.Table("episode_tasks"))), fmt.Sprint(collect(r, few.Table("episode_tasks"))); x != y {
			r.Fatalf("held\n%s\nspilled\n%s", x, y)
		}
	})
}

// mondaysOf reads the weeks of a table back.
func mondaysOf(t rapid.TB, rows []table.Row) (out []dayNumber) {
	t.Helper()
	for _, r := range rows {
		var year, week int
		if _, err := fmt.Sscanf(r[0].(string), "%d-W%d", &year, &week); err != nil {
			t.Fatal(err)
		}
		out = append(out, byWeek.start(numberOf(hierarchy.Day(fmt.Sprintf("%04d-01-04", year))))+dayNumber(7*(week-1)))
	}
	return out
}
