package reports

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// say adds a comment with everything that a retake reads.
func (f *film) say(t *hierarchy.Task, at string, status, by hierarchy.ID, change func(*hierarchy.Comment)) {
	f.comment(t, at, status)
	c := f.comments[len(f.comments)-1]
	c.PersonID = by
	if change != nil {
		change(c)
	}
}

// show adds a preview.
func (f *film) show(t *hierarchy.Task, id string, revision, position int64, at string) {
	p := &hierarchy.PreviewFile{ID: hierarchy.ID(id), TaskID: t.ID, Revision: revision, Position: position}
	p.CreatedAt = when(at)
	f.previews = append(f.previews, p)
}

// second adds a task of another type on a task's shot.
func (f *film) second(of *hierarchy.Task, taskType hierarchy.ID) *hierarchy.Task {
	t := &hierarchy.Task{ID: of.ID + "-" + taskType, EntityID: of.EntityID, TaskTypeID: taskType, TaskStatusID: todo}
	f.tasks = append(f.tasks, t)
	return t
}

// expect compares columns of a table, by name.
func expect(t *testing.T, b *table.Book, name, columns string, want ...string) {
	t.Helper()
	tb := b.Table(name)
	if tb == nil {
		t.Fatalf("the book has no table %s", name)
	}
	var at []int
	for _, c := range strings.Fields(columns) {
		for i := range tb.Columns {
			if tb.Columns[i].Name == c {
				at = append(at, i)
			}
		}
	}
	if len(at) != len(strings.Fields(columns)) {
		t.Fatalf("%s lacks one of %s", name, columns)
	}
	if got := strings.Join(linesOf(t, tb, at...), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, strings.Join(want, "\n"))
	}
}

func retakes(t *testing.T, f *film, q Query) *table.Book {
	t.Helper()
	b, err := Retake(f.facts(), q)
	if err != nil {
		t.Fatal(err)
	}
	checkBook(t, b)
	return b
}

// The example of the docs: Ada's take is sent back on Friday evening and
// resolved on Monday by a second picture.
func TestARetakeSaysWhoseWhatAndWhy(t *testing.T) {
	f := newFilm()
	task := f.shot(100, func(t *hierarchy.Task) { t.TaskStatusID, t.Assignees = review, []hierarchy.ID{ada, eve} })
	f.say(task, "2026-01-08T09:00:00", wip, eve, nil)
	f.say(task, "2026-01-09T12:00:00", review, eve, func(c *hierarchy.Comment) { c.Previews = hierarchy.Data(`["one", "detail"]`) })
	f.say(task, "2026-01-09T18:00:00", retakeStatus, bob, func(c *hierarchy.Comment) {
		c.Text, c.Previews = "slower #anim, and #Light", hierarchy.Data(`["drawn"]`)
	})
	f.say(task, "2026-01-12T10:00:00", review, ada, func(c *hierarchy.Comment) { c.Previews = hierarchy.Data(`["two"]`) })
	f.say(task, "2026-01-12T11:00:00", retakeStatus, bob, nil)
	f.say(task, "2026-01-12T11:05:00", retakeStatus, bob, func(c *hierarchy.Comment) { c.Checklist = hierarchy.Data(`[{"text": "Continuity"}]`) })
	f.say(task, "2026-01-13T11:00:00", approved, bob, nil)
	later := "2026-03-01T00:00:00" // files made when an archive was loaded: the comments say when they counted
	f.show(task, "one", 1, 1, later)
	f.show(task, "detail", 1, 2, later)
	f.show(task, "drawn", 2, 1, later)
	f.show(task, "two", 3, 1, later)
	b := retakes(t, f, Query{Causes: map[string]string{"#anim": "animation", "#light": "light", "continuity": "script"}, AsOf: when("2026-02-01T00:00:00").Time})
	expect(t, b, "retake_events", "take asked_by from_status person team hours_open business_days_open resolved_by resolved_status previews preview_revision preview_id cause other_causes asked_week resolved_week",
		"1 | Bob | Review | Eve | - | 64 | 1 | Ada | Review | 1 | 1 | one | animation | light | 2026-W02 | 2026-W03",
		"2 | Bob | Review | Ada | Animation | 24 | 1 | Bob | Done | 3 | 3 | two | script | - | 2026-W03 | 2026-W03")
	expect(t, b, "retake_by", "division name tasks asked resolved open hours_to_resolve business_days_to_resolve first_verdicts first_approved first_approval_percent",
		"asked_by | Bob | 1 | 2 | 2 | 0 | 44 | 1 | 1 | 0 | 0",
		"cause | animation | 1 | 1 | 1 | 0 | 64 | 1 | - | - | -", "cause | script | 1 | 1 | 1 | 0 | 24 | 1 | - | - | -",
		"episode | (none) | 1 | 2 | 2 | 0 | 44 | 1 | 1 | 0 | 0",
		"person | Ada | 1 | 1 | 1 | 0 | 24 | 1 | 0 | 0 | -", "person | Eve | 1 | 1 | 1 | 0 | 64 | 1 | 1 | 0 | 0",
		"sequence | SQ010 | 1 | 2 | 2 | 0 | 44 | 1 | 1 | 0 | 0",
		"task_type | Animation | 1 | 2 | 2 | 0 | 44 | 1 | 1 | 0 | 0",
		"team | (none) | 1 | 1 | 1 | 0 | 64 | 1 | 1 | 0 | 0", "team | Animation | 1 | 1 | 1 | 0 | 24 | 1 | 0 | 0 | -")
	expect(t, b, "retake_week", "period asked resolved open first_verdicts first_approved", "2026-W02 | 1 | 0 | 1 | 1 | 0", "2026-W03 | 1 | 2 | 0 | 0 | 0")
}

// A preview that no comment carries counts from its own creation.
func TestALoosePreviewCountsFromItsCreation(t *testing.T) {
	f := newFilm()
	task := f.shot(10, func(*hierarchy.Task) {})
	f.say(task, "2026-01-05T10:00:00", review, ada, nil)
	f.say(task, "2026-01-06T10:00:00", retakeStatus, bob, nil)
	f.show(task, "early", 1, 1, "2026-01-05T09:00:00")
	f.show(task, "late", 2, 1, "2026-01-06T11:00:00")
	expect(t, retakes(t, f, Query{}), "retake_events", "previews preview_revision preview_id", "1 | 1 | early")
}

// Retakes of Animation, Layout, Layout, Animation, Layout: two ping-pongs.
func TestPingPong(t *testing.T) {
	f := newFilm()
	const layout = hierarchy.ID("t-layout")
	f.dim.TaskTypes = append(f.dim.TaskTypes, &hierarchy.TaskType{ID: layout, Name: "Layout", DepartmentID: "d-layout"}, &hierarchy.TaskType{ID: "t-block", Name: "Blocking", DepartmentID: "d-animation"})
	anim := f.shot(10, func(*hierarchy.Task) {})
	lay, block := f.second(anim, layout), f.second(anim, "t-block")
	once := f.shot(10, func(*hierarchy.Task) {})
	for i, task := range []*hierarchy.Task{anim, lay, lay, block, lay, once} { // Blocking is Animation's, too
		f.comment(task, fmt.Sprintf("2026-01-%02dT10:00:00", 5+i), wip)
		f.comment(task, fmt.Sprintf("2026-01-%02dT11:00:00", 5+i), retakeStatus)
	}
	b := retakes(t, f, Query{})
	expect(t, b, "retake_ping_pong", "department other_department ping_pongs shots", "Animation | Layout | 2 | 1")
	expect(t, b, "retake_shots", "path retakes open tasks ping_pongs", "SQ010/SH0010 | 5 | 5 | 3 | 2", "SQ010/SH0040 | 1 | 1 | 1 | 0")
}

func TestWhyCountersDiffer(t *testing.T) {
	f := newFilm()
	f.dim.TaskStatuses = append(f.dim.TaskStatuses, &hierarchy.TaskStatus{ID: "s-client", Name: "Client retake", IsRetake: true})
	task := func(recorded int64, now hierarchy.ID, statuses ...hierarchy.ID) {
		t := f.shot(10, func(t *hierarchy.Task) { t.RetakeCount, t.TaskStatusID = &recorded, now })
		for i, s := range statuses {
			f.comment(t, fmt.Sprintf("2026-01-05T10:00:%02d", i), s)
		}
	}
	task(2, "s-client", retakeStatus, "s-client") // live: two in a row are two
	task(1, "s-client", retakeStatus, "s-client") // reset: they are one
	task(3, approved)
	task(2, retakeStatus, retakeStatus, review)
	task(4, approved, retakeStatus, approved)
	task(0, approved, retakeStatus, approved)
	task(-1, approved)
	b := retakes(t, f, Query{})
	expect(t, b, "retake_reconcile", "path recorded counted counted_by_reset difference because",
		"SQ010/SH0020 | 1 | 2 | 1 | -1 | counted by Kitsu's reset engine: retake statuses in a row are one",
		"SQ010/SH0030 | 3 | 0 | 0 | 3 | no history: the counter came without comments",
		"SQ010/SH0040 | 2 | 1 | 1 | 1 | set to a retake without a comment",
		"SQ010/SH0050 | 4 | 1 | 1 | 3 | history shorter than the counter: comments are missing",
		"SQ010/SH0060 | 0 | 1 | 1 | -1 | history longer than the counter: retakes were not counted",
		"SQ010/SH0070 | -1 | 0 | 0 | -1 | the counter is negative")
	found := strings.Join(linesOf(t, b.Table("data_quality"), 0), " ")
	if strings.Count(found, "DQ201") != 6 || strings.Count(found, "DQ207") != 1 {
		t.Errorf("findings: %s", found)
	}
}

func TestFindingsOnRetakes(t *testing.T) {
	f := newFilm()
	f.dim.TaskStatuses = append(f.dim.TaskStatuses, &hierarchy.TaskStatus{ID: "s-odd", Name: "Odd", IsRetake: true, IsDone: true})
	task := f.shot(10, func(t *hierarchy.Task) { t.TaskStatusID, t.RetakeCount = retakeStatus, hierarchy.Ptr(int64(1)) })
	f.comment(task, "2026-01-05T10:00:00", retakeStatus)
	f.comment(task, "2026-01-05T11:00:00", retakeStatus)
	lost := f.shot(10, func(t *hierarchy.Task) { t.TaskStatusID = "s-gone" })
	f.comment(lost, "2026-01-05T10:00:00", "s-gone")
	undated := f.shot(10, func(t *hierarchy.Task) { t.TaskStatusID = wip })
	f.comment(undated, "2026-01-05T10:00:00", wip)
	f.comments[len(f.comments)-1].CreatedAt = hierarchy.Time{}
	f.show(lost, "p", 1, 1, "2026-01-05T10:00:00")
	b := retakes(t, f, Query{AsOf: when("2026-02-05T10:00:00").Time})
	expect(t, b, "data_quality", "code path person detail",
		"DQ202 | SQ010/SH0010 | - | comments: 1",
		"DQ203 | SQ010/SH0010 | Bob | take 1, asked 2026-01-05T10:00:00",
		"DQ204 | SQ010/SH0010 | - | take 1, asked 2026-01-05T10:00:00, 31 days",
		`DQ205 | - | - | status "Odd" is done and retake`,
		"DQ206 | SQ010/SH0030 | - | comments: 1",
		"DQ208 | SQ010/SH0020 | - | comments: 1",
		`DQ208 | SQ010/SH0020 | - | the task's status is "s-gone"`)
}

// One is asked for before the period and resolved in it, one the other way
// round, one stays open.
func TestAPeriodBeginsWithWhatIsOpen(t *testing.T) {
	f := newFilm()
	for _, days := range [][2]int{{5, 13}, {13, 20}, {14, 0}} {
		task := f.shot(10, func(*hierarchy.Task) {})
		f.comment(task, fmt.Sprintf("2026-01-%02dT10:00:00", days[0]), retakeStatus)
		if days[1] > 0 {
			f.comment(task, fmt.Sprintf("2026-01-%02dT10:00:00", days[1]), review)
		}
	}
	b := retakes(t, f, Query{From: "2026-01-12", To: "2026-01-18", AsOf: when("2026-01-25T00:00:00").Time})
	expect(t, b, "retake_week", "period asked resolved open", "2026-W03 | 2 | 1 | 2")
	if n := len(collect(t, b.Table("retake_events"))); n != 2 {
		t.Errorf("%d events are asked for in the period", n)
	}
	expect(t, b, "retake_ageing", "age open", "up to 2 days | 0", "up to 7 days | 0", "up to 14 days | 1", "up to 30 days | 0", "over 30 days | 0", "not known | 0")
	if b.Previous != "2026-W02" {
		t.Errorf("compared with %q", b.Previous)
	}
	for i, want := range []struct {
		verdict       string
		value, before float64
	}{{"up: 2 asked, 1 resolved in 2026-W03; 1 asked, 0 resolved in 2026-W02", 2, 1}, {"2 of 2 first verdicts", 0, 0}, {"growing: 2 open, 1 more than at the end of 2026-W02", 2, 1}} {
		a := b.Answers[i]
		if i != 1 && (a.Verdict != want.verdict || a.Value != want.value || a.Before == nil || *a.Before != want.before) {
			t.Errorf("answer %d: %+v", i, a)
		}
	}
	if a := b.Answers[1]; a.Verdict != "0 of 2 first verdicts in 2026-W03 were approvals; 0 of 1 in 2026-W02" || a.Value != 0 || *a.Before != 0 {
		t.Errorf("first takes: %+v", a)
	}
	if a := b.Answers[3]; a.Value != 10 || a.Verdict != "SQ010/SH0030 Animation, take 1, asked by Bob on 2026-01-14" || a.Tone != table.Watch {
		t.Errorf("oldest: %+v", a)
	}
}

func TestWhoIsStuck(t *testing.T) {
	f := newFilm()
	stand := func(status hierarchy.ID, day int, people ...hierarchy.ID) *hierarchy.Task {
		task := f.shot(10, func(t *hierarchy.Task) { t.TaskStatusID, t.Assignees = status, people })
		f.comment(task, fmt.Sprintf("2026-01-%02dT10:00:00", day), status)
		return task
	}
	stand(retakeStatus, 6, eve)
	stand(review, 5, ada, eve)
	stand(retakeStatus, 19, bob) // not long
	stand(wip, 1, bob)
	stand(retakeStatus, 1, bob)
	f.dim.Entities[len(f.dim.Entities)-1].Canceled = true
	b := retakes(t, f, Query{AsOf: when("2026-01-20T10:00:00").Time})
	expect(t, b, "retake_stuck", "path task_status stage days business_days assignees",
		"SQ010/SH0020 | Review | feedback | 15 | 11 | Ada, Eve", "SQ010/SH0010 | Retake | retake | 14 | 10 | Eve", "SQ010/SH0030 | Retake | retake | 1 | 1 | Bob")
	if a := b.Answers[4]; a.Value != 2 || a.Verdict != "1 in retake, 1 waits for review; Eve has most, 2; longest SQ010/SH0020 Animation, since 2026-01-05" {
		t.Errorf("stuck: %+v", a)
	}
}

func TestAnswersOfNothing(t *testing.T) {
	b := retakes(t, newFilm(), Query{})
	if len(b.Answers) != 5 || b.Previous != "" {
		t.Fatalf("%d answers, compared with %q", len(b.Answers), b.Previous)
	}
	for i, a := range b.Answers {
		if a.Verdict == "" || a.Before != nil || i != 1 && a.Value != 0 || b.Table(a.Table) == nil {
			t.Errorf("%+v", a)
		}
	}
	if a := b.Answers[1]; !math.IsNaN(a.Value) || a.Verdict != "no task had its first verdict" {
		t.Errorf("a rate of nothing: %+v", a)
	}
	verdicts := []string{"there are no tasks yet", "no sequence has tasks", "came to be done in all: 0", "there are no tasks yet", "nobody: no task has been in retake or feedback for more than 7 days"}
	for i, a := range episodes(t, newFilm(), Query{}).Answers {
		if a.Verdict != verdicts[i] || math.IsNaN(a.Value) != (i == 0) {
			t.Errorf("answer %d of an empty film: %+v", i+1, a)
		}
	}
}

// A week without first verdicts is no fall of the rate to 0.
func TestNoFirstVerdictIsNoChange(t *testing.T) {
	f := newFilm()
	f.comment(f.shot(10, func(*hierarchy.Task) {}), "2026-01-08T10:00:00", approved)
	b := retakes(t, f, Query{From: "2026-01-12", To: "2026-01-18", AsOf: when("2026-01-20T10:00:00").Time})
	if a := b.Answers[1]; a.Change() != nil || !math.IsNaN(a.Value) || a.Before == nil || *a.Before != 100 || a.Verdict != "no task had its first verdict in 2026-W03; 1 of 1 in 2026-W02" {
		t.Errorf("%+v", a)
	}
}

// A production that has ended is asked about its last week.
func TestAnswersSpeakOfTheLastWeekWithComments(t *testing.T) {
	f := newFilm()
	task := f.shot(10, func(t *hierarchy.Task) { t.TaskStatusID, t.LastCommentDate = approved, when("2026-01-14T10:00:00") })
	f.comment(task, "2026-01-08T10:00:00", retakeStatus)
	f.comment(task, "2026-01-14T10:00:00", approved)
	q := Query{AsOf: when("2026-11-20T10:00:00").Time}
	b := retakes(t, f, q)
	if a := b.Answers[0]; b.Previous != "2026-W02" || a.Verdict != "down: 0 asked, 1 resolved in 2026-W03; 1 asked, 0 resolved in 2026-W02" {
		t.Errorf("compared with %s: %s", b.Previous, a.Verdict)
	}
	b = episodes(t, f, q)
	if a := b.Answers[0]; b.Previous != "2026-W02" || a.Verdict != "1 of 1 tasks is done; 0 of 1 at the end of 2026-W02" {
		t.Errorf("compared with %s: %s", b.Previous, a.Verdict)
	}
}

func TestSpans(t *testing.T) {
	wednesday := when("2026-01-14T10:00:00").Time
	for _, c := range []struct {
		from, to    hierarchy.Day
		asOf        time.Time
		now, before string
	}{
		{"", "", wednesday, "2026-W03", "2026-W02"},
		{"2026-01-01", "2026-01-03", wednesday, "2026-01-01 to 2026-01-03", "2025-12-29 to 2025-12-31"},
		{"2026-01-12", "", wednesday, "2026-01-12 to 2026-01-14", "2026-01-09 to 2026-01-11"},
		{"", "2026-01-03", time.Time{}, "2025-12-29 to 2026-01-03", "2025-12-23 to 2025-12-28"},
		{"2026-02-01", "", wednesday, "2026-02-01 to 2026-02-01", "2026-01-31 to 2026-01-31"},
		{"2026-02-01", "", time.Time{}, "", ""},
		{"", "", time.Time{}, "", ""},
	} {
		s, err := newScope(newFilm().facts().Dimensions(), Query{From: c.from, To: c.to, AsOf: c.asOf})
		if err != nil {
			t.Fatal(err)
		}
		now, before, known := s.spans(c.asOf)
		if known != (c.now != "") || known && (now.words() != c.now || before.words() != c.before) {
			t.Errorf("%+v: got %v and %v, known %v", c, now, before, known)
		}
	}
}

// series adds episodes to a film: each shot's sequence lies in one.
func series(statuses ...string) *film {
	f := newFilm()
	kind := hierarchy.TVShow
	f.dim.Project.ProductionType = &kind
	f.dim.Entities = nil
	for i, status := range statuses {
		e := &hierarchy.Entity{ID: hierarchy.ID(fmt.Sprintf("ep-%d", i+1)), Kind: hierarchy.Episode, Name: fmt.Sprintf("E%02d", i+1), Status: status}
		f.dim.Entities = append(f.dim.Entities, e, &hierarchy.Entity{ID: hierarchy.ID(fmt.Sprintf("sq-%d", i+1)), Kind: hierarchy.Sequence, ParentID: e.ID, Name: "SQ010"})
	}
	return f
}

// in moves the last shot into a sequence.
func (f *film) in(sequence hierarchy.ID) {
	f.dim.Entities[len(f.dim.Entities)-1].ParentID = sequence
}

func TestEpisodeStatusNarrows(t *testing.T) {
	f := series("running", "complete", "", "standby")
	for i := range 4 {
		task := f.shot(int64(10*(i+1)), func(*hierarchy.Task) {})
		f.comment(task, "2026-01-05T10:00:00", retakeStatus)
		f.in(hierarchy.ID(fmt.Sprintf("sq-%d", i+1)))
	}
	f.shot(1000, func(*hierarchy.Task) {})
	f.in("")
	for status, want := range map[string]int64{"": 1100, "running": 40, "complete": 20, "standby": 40, "canceled": 0} { // none recorded is running
		q := Query{EpisodeStatus: status}
		stats, err := Episode(f.facts(), q)
		if err != nil {
			t.Fatal(err)
		}
		if got := sum(t, stats.Table("episode_stats"), "frames"); got != want {
			t.Errorf("%q: %d frames, want %d", status, got, want)
		}
		b := retakes(t, f, q)
		if got := sum(t, b.Table("retake_current"), "other_frames"); got != want {
			t.Errorf("%q: retakes of %d frames, want %d", status, got, want)
		}
	}
	for _, report := range []Report{Retake, Episode} {
		var usage *UsageError
		if _, err := report(f.facts(), Query{EpisodeStatus: "late"}); !errors.As(err, &usage) || len(usage.Known) != 4 {
			t.Errorf("an unknown status gives %v", err)
		}
		if _, err := report(newFilm().facts(), Query{EpisodeStatus: "running"}); !errors.As(err, &usage) || len(usage.Known) != 0 {
			t.Errorf("a film gives %v", err)
		}
	}
}
