package reports

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"turnover/hierarchy"
)

func TestRetakeEvents(t *testing.T) {
	f := newFilm()
	two := int64(2)
	task := f.shot(100, func(t *hierarchy.Task) { t.RetakeCount, t.TaskStatusID = &two, retakeStatus })
	f.comment(task, "2026-01-05T09:00:00", wip)
	f.comment(task, "2026-01-05T12:00:00", retakeStatus)
	f.comment(task, "2026-01-05T13:00:00", retakeStatus) // a remark, no second retake
	f.comment(task, "2026-01-06T12:00:00", review)
	f.comment(task, "2026-01-07T12:00:00", retakeStatus)
	other := f.shot(50, func(t *hierarchy.Task) { t.RetakeCount, t.TaskStatusID = &two, approved })
	f.comment(other, "2026-01-06T12:00:00", approved)
	b, err := Retake(f.facts(), Query{AsOf: time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	checkBook(t, b)
	for name, c := range map[string]struct {
		columns []int
		want    []string
	}{
		"retake_events": {[]int{1, 4, 5, 7, 8, 9, 10}, []string{"SQ010/SH0010 | 1 | 2026-01-05T12:00 | Bob | 2026-01-06T12:00 | 24 | -",
			"SQ010/SH0010 | 2 | 2026-01-07T12:00 | Bob | - | 12 | -"}},
		"retake_reconcile": {[]int{0, 1, 2, 3}, []string{"task-0002 | SQ010/SH0020 | 2 | 0"}},
		"retake_week":      {[]int{0, 1, 2, 3}, []string{"2026-W02 | 2 | 1 | 1"}},
		"retake_current":   {[]int{0, 1, 3, 4, 5, 6, 8, 9, 11}, []string{"- | - | Animation | 2 | 1 | 50 | 1 | 100 | 0"}},
		"retake_sequence":  {[]int{1, 3, 5, 6}, []string{"- | SQ010 | Animation | 2"}},
		"retake_takes":     {[]int{3, 4, 5, 8, 11}, []string{"Animation | 1 | 0 | 2 | 0", "Animation | 2 | 0 | 2 | 0"}},
	} {
		if got := linesOf(t, b.Table(name), c.columns...); strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// The example of Kitsu's evolution: three shots with 2, 1 and 0 retakes.
func TestEvolutionByTake(t *testing.T) {
	f := newFilm()
	for i, c := range []struct {
		frames int64
		status hierarchy.ID
	}{{10, approved}, {20, retakeStatus}, {30, approved}} {
		takes := int64(2 - i)
		f.shot(c.frames, func(t *hierarchy.Task) { t.RetakeCount, t.TaskStatusID = &takes, c.status })
	}
	b, err := Retake(f.facts(), Query{})
	if err != nil {
		t.Fatal(err)
	}
	want := "1 | 1 | 30 | 2 | 30 | 0 | 0\n2 | 1 | 30 | 1 | 10 | 1 | 20"
	if got := strings.Join(linesOf(t, b.Table("retake_by_take"), 0, 1, 2, 4, 5, 7, 8), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAnAbsurdCounterMakesNoEndlessTable(t *testing.T) {
	f := newFilm()
	absurd := int64(1 << 40)
	f.shot(10, func(t *hierarchy.Task) { t.RetakeCount = &absurd })
	b, err := Retake(f.facts(), Query{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(collect(t, b.Table("retake_takes"))); n != maxTakes {
		t.Errorf("%d takes", n)
	}
}

// The tables must hold what the recorded statistics say of each episode and
// task type.
func TestStatisticsTablesEqualTheRecordedAnswers(t *testing.T) {
	for _, name := range productions {
		m := production(t, name)
		retakes, err := Retake(m, Query{})
		if err != nil {
			t.Fatal(err)
		}
		stats, err := Episode(m, Query{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]any{}
		for _, r := range collect(t, retakes.Table("retake_current")) {
			if r[0] != nil {
				got[r[0].(string)+"/"+r[2].(string)] = r[4:]
			}
		}
		compareNodes(t, name+" retake_current", nodesOf(t, answersOf(t, name, "episodes_retake_stats")[0], retakeCells), got)
		got = map[string]any{}
		for _, r := range collect(t, retakes.Table("retake_takes")) {
			if r[0] != nil {
				got[fmt.Sprintf("%s/%s/%d", r[0], r[2], r[4])] = r[5:]
			}
		}
		compareNodes(t, name+" retake_takes", nodesOf(t, answersOf(t, name, "episodes_retake_stats")[0], takeCells), got)
		got = map[string]any{}
		for _, r := range collect(t, stats.Table("episode_stats")) {
			if r[0] != nil {
				got[r[0].(string)+"/"+r[2].(string)+"/"+r[4].(string)] = r[6:]
			}
		}
		compareNodes(t, name+" episode_stats", nodesOf(t, answersOf(t, name, "episodes_stats")[0], statusCells), got)
	}
}

// Kitsu says nothing about a film; ours count each of its shots' tasks, by
// sequence too.
func TestAFilmHasStatistics(t *testing.T) {
	m := production(t, "film")
	want := int64(0)
	for _, task := range m.tasks {
		if e := m.dim.Entity(task.EntityID); e.Kind == hierarchy.Shot || e.Kind == hierarchy.Scene {
			want++
		}
	}
	b, err := Episode(m, Query{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"episode_stats", "episode_stats_sequence"} {
		if got := sum(t, b.Table(name), "count"); got != want || want == 0 {
			t.Errorf("%s counts %d tasks of %d", name, got, want)
		}
	}
	if b, err = Retake(m, Query{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"retake_current", "retake_sequence"} {
		tb := b.Table(name)
		if got := sum(t, tb, "done_count") + sum(t, tb, "retake_count") + sum(t, tb, "other_count"); got != want {
			t.Errorf("%s counts %d tasks of %d", name, got, want)
		}
	}
}

// nodesOf walks the nodes of an answer that are no "all" nodes.
func nodesOf(t *testing.T, a answer, cells func(key string, node map[string]any, into map[string]any)) map[string]any {
	t.Helper()
	if a.Status != 200 || a.Request.As != "admin" {
		t.Fatalf("the first answer is not the whole statistics: %+v", a.Request)
	}
	out := map[string]any{}
	for episode, types := range plain(t, a.Body).(map[string]any) {
		for taskType, node := range types.(map[string]any) {
			if episode != "all" && taskType != "all" {
				cells(episode+"/"+taskType, node.(map[string]any), out)
			}
		}
	}
	return out
}

func retakeCells(key string, node map[string]any, into map[string]any) {
	row := []any{int64(node["max_retake_count"].(float64))}
	for _, stage := range []string{"done", "retake", "other"} {
		row = append(row, bucketCells(node[stage].(map[string]any))...)
	}
	into[key] = row
}

func takeCells(key string, node map[string]any, into map[string]any) {
	for take, stages := range node["evolution"].(map[string]any) {
		var row []any
		for _, stage := range []string{"done", "retake", "other"} {
			row = append(row, bucketCells(stages.(map[string]any)[stage].(map[string]any))...)
		}
		into[key+"/"+take] = row
	}
}

func statusCells(key string, node map[string]any, into map[string]any) {
	for status, b := range node {
		into[key+"/"+status] = bucketCells(b.(map[string]any))
	}
}

func bucketCells(b map[string]any) []any {
	return []any{int64(b["count"].(float64)), int64(b["frames"].(float64)), int64(b["drawings"].(float64))}
}

func compareNodes(t *testing.T, what string, want, got map[string]any) {
	t.Helper()
	for key, row := range want {
		if g, ok := got[key]; !ok || !equalRows(row.([]any), g.([]any)) {
			t.Errorf("%s: %s: want %v, got %v", what, key, row, got[key])
		}
	}
	if len(want) != len(got) {
		t.Errorf("%s: want %d rows with an episode, got %d", what, len(want), len(got))
	}
	t.Logf("%s: %d rows equal", what, len(want))
}

func equalRows(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
