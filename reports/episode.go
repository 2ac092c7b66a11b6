package reports

import (
	"fmt"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/runs"
	"turnover/internal/table"
)

// Episode is the Report of tasks and frames by status, task type and episode,
// now and by week; films and scene-based productions read it by sequence.
// *UsageError where the query names what is not there. Long tables are sorted
// outside memory, where the query gives a scratch.
func Episode(facts hierarchy.Facts, q Query) (*table.Book, error) {
	return episodeHolding(facts, q, runs.Rows)
}

// episodeHolding holds so many rows of a long table at once.
func episodeHolding(facts hierarchy.Facts, q Query, limit int) (*table.Book, error) {
	s, err := filmScope(facts.Dimensions(), q)
	if err != nil {
		return nil, err
	}
	if standing, found := standingEpisodes[q.Only]; found {
		return s.episodeStanding(facts, standing)
	}
	facts = hierarchy.Only(facts, allFields)
	last, err := s.lastTalk(facts)
	if err != nil {
		return nil, err
	}
	b := newEpisodeBook(s, limit)
	b.look = newEpisodeAnswers(s, last)
	if err := eachWithComments(facts, b.counts, b.take); err != nil {
		return nil, err
	}
	b.episodeFlaws()
	if err := b.check(); err != nil {
		return nil, err
	}
	return b.book(), nil
}

// An episodeBook counts tasks by where they are and how they stand. It grows
// with shots and weeks, not with tasks and comments.
type episodeBook struct {
	s                              *scope
	episodes, sequences, statuses  map[groupKey]*bucket
	byEpisode, bySequence          map[groupKey]*progress
	weeks                          statusWeeks
	tasks                          *runs.Sorter[taskRow]
	order                          entityOrder // shots and scenes
	groups                         taskGroups
	look                           episodeAnswers
	stuck                          stuckTasks
	work                           workdays
	found                          *quality
	lost                           map[hierarchy.ID]bool // shots of a series without episode
	steps                          []statusStep          // of one task, used again
	total, done, omitted, unplaced bucket
	elsewhere                      int64 // tasks on assets, sequences, episodes
}

func newEpisodeBook(s *scope, limit int) *episodeBook {
	b := &episodeBook{s: s, episodes: map[groupKey]*bucket{}, sequences: map[groupKey]*bucket{}, statuses: map[groupKey]*bucket{},
		byEpisode: map[groupKey]*progress{}, bySequence: map[groupKey]*progress{}, weeks: newStatusWeeks(s),
		stuck: stuckTasks{s: s, persons: map[hierarchy.ID]int64{}}, work: workdaysOf(s.q.Calendar), found: &quality{s: s}, lost: map[hierarchy.ID]bool{}}
	b.order, b.tasks = s.orderOf(hierarchy.Shot, hierarchy.Scene), b.newTasks(limit)
	statusFlaws(s, b.found)
	return b
}

// counts tells whether a task is counted, and counts those that are not.
func (b *episodeBook) counts(t *hierarchy.Task) bool {
	if b.s.inFilm(t) {
		return true
	}
	if e := b.s.dim.Entity(t.EntityID); (e == nil || e.Kind != hierarchy.Shot && e.Kind != hierarchy.Scene) && b.s.wantsTask(t) {
		b.elsewhere++
	}
	return false
}

func (b *episodeBook) take(t *hierarchy.Task, comments []hierarchy.Comment) error {
	e := b.s.dim.Entity(t.EntityID)
	_, episode := b.s.above(e)
	one, at := bucketOf(t, e), stageOf(b.s.statuses[t.TaskStatusID])
	b.total.add(one)
	if at == stageDone {
		b.done.add(one)
	}
	if e.Canceled {
		b.omitted.add(one)
	}
	if episode == nil && b.s.dim.Project.Episodic() {
		b.unplaced.add(one)
	}
	key := b.count(t, one)
	h := b.s.historyOf(t, comments, nil, causeMap{})
	b.steps = b.s.timelineOf(t, comments, b.steps)
	b.progressOf(b.byEpisode, groupKey{episode: key.episode}).add(at, one, e.Canceled, h.since)
	b.progressOf(b.bySequence, groupKey{episode: key.episode, sequence: key.sequence}).add(at, one, e.Canceled, h.since)
	b.weeks.add(key, one, b.steps)
	if !e.Canceled {
		b.look.add(t, b.steps)
	}
	b.stuck.add(t, e, h.stands(t))
	b.flawsOf(t, e, episode, &h, b.steps)
	return b.tasks.Add(b.rowOf(t, key, h.stands(t)))
}

// count adds a task up by its status, and says where it belongs.
func (b *episodeBook) count(t *hierarchy.Task, one bucket) groupKey {
	key := b.keyOf(t)
	count(b.sequences, key, one)
	count(b.episodes, groupKey{episode: key.episode, taskType: key.taskType, status: key.status}, one)
	count(b.statuses, groupKey{status: key.status}, one)
	return key
}

func count(m map[groupKey]*bucket, k groupKey, b bucket) {
	if m[k] == nil {
		m[k] = &bucket{}
	}
	m[k].add(b)
}

// check makes sure that each table sums to the tasks.
func (b *episodeBook) checkCounts() error {
	for i, m := range []map[groupKey]*bucket{b.episodes, b.sequences, b.statuses} {
		var got bucket
		for _, v := range m {
			got.add(*v)
		}
		if got != b.total {
			return fmt.Errorf("check episode statistics: table %d sums to %v, the tasks to %v", i+1, got, b.total)
		}
	}
	return nil
}

func (b *episodeBook) check() error {
	if err := b.checkCounts(); err != nil {
		return err
	}
	for _, m := range []map[groupKey]*progress{b.byEpisode, b.bySequence} {
		var got bucket
		for _, p := range m {
			got.add(p.all())
			got.add(p.omitted)
		}
		if got != b.total {
			return fmt.Errorf("check episode statistics: progress sums to %v, the tasks to %v", got, b.total)
		}
	}
	return nil
}

func (b *episodeBook) book() *table.Book {
	out := b.s.book("episode", "Episode statistics of "+b.s.dim.Project.Name)
	out.Cover = append(append(b.cover(), b.s.notes()...), b.s.episodeNotes()...)
	out.Answers = b.answers()
	if b.look.known {
		out.Previous = b.look.before.words()
	}
	weeks := b.weeks.stages()
	all := "" // the answers leave omitted shots out
	if b.omitted.count > 0 {
		all = fmt.Sprintf(" Tasks on omitted shots, %d, are counted.", b.omitted.count)
	}
	out.Tables = []*table.Table{
		b.statsTable(),
		b.sequenceStatsTable(),
		b.statusTable(),
		b.progressTable("episode_progress", "How far each episode is", b.byEpisode, false),
		b.progressTable("sequence_progress", "How far each sequence is", b.bySequence, true),
		stageTable(weeks),
		b.weeks.table(),
		b.stuck.table("episode_stuck", b.work),
		b.taskTable(),
		b.found.table(),
	}
	out.Totals = []table.Total{
		{Name: "tasks", Value: float64(b.total.count), Unit: "tasks", Table: "episode_stats"},
		{Name: "task frames", Value: float64(b.total.frames), Unit: "frames", Table: "episode_stats"},
		{Name: "drawings", Value: float64(b.total.drawings), Unit: "drawings", Table: "episode_stats"},
		{Name: "tasks on omitted shots", Value: float64(b.omitted.count), Unit: "tasks"},
		{Name: "frames on omitted shots", Value: float64(b.omitted.frames), Unit: "frames"},
	}
	out.Charts = []table.Chart{
		{Table: "stage_week", Title: "Tasks by stage at each week's end", Alt: stageText(weeks) + all, Kind: "line", X: "period", Y: []string{"done", "retake", "feedback", "wip", "other"}, XTitle: "ISO week", YTitle: "tasks"},
		{Table: "episode_status", Title: "Tasks by status", Alt: b.chartText() + all, Kind: "bar", X: "task_status", Y: []string{"count"}, XTitle: "status", YTitle: "tasks"},
	}
	return out
}

func (b *episodeBook) cover() []table.Note {
	out := []table.Note{
		{Name: "How it is counted", Value: "Every task on a shot or scene counts once, with the frames of its shot and its own drawings, under its present status."},
		{Name: "Counted", Value: fmt.Sprintf("%d tasks, %d task frames; %d tasks done", b.total.count, b.total.frames, b.done.count)},
		{Name: "Of which on omitted shots", Value: fmt.Sprintf("%d tasks, %d task frames; progress counts them apart", b.omitted.count, b.omitted.frames)},
		{Name: "By week", Value: "as the comments tell, from each task's creation or first comment on; lengths are those of now. The last week is as of the report, with the present statuses."},
	}
	if b.elsewhere > 0 {
		out = append(out, table.Note{Name: "Not counted", Value: fmt.Sprintf("tasks on assets, sequences and episodes: %d", b.elsewhere)})
	}
	if b.unplaced.count > 0 {
		out = append(out, table.Note{Name: "Without episode", Value: fmt.Sprintf("%d tasks, %d task frames; Kitsu leaves them out", b.unplaced.count, b.unplaced.frames)})
	}
	if b.s.q.From != "" || b.s.q.To != "" {
		out = append(out, table.Note{Name: "Period", Value: "narrows the weeks shown and what the answers compare; states are those of now"})
	}
	return append(out, findingsNote(b.found))
}

func (b *episodeBook) keys(m map[groupKey]*bucket) []groupKey {
	out := make([]groupKey, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, b.s.compare)
	return out
}

func (b *episodeBook) table(name, title string, m map[groupKey]*bucket, bySequence bool) *table.Table {
	columns := append(keyColumns(bySequence), pair("task_status", "task status")...)
	columns = append(columns, bucketColumns("", "")...)
	var rows []table.Row
	for _, k := range b.keys(m) {
		row := named(b.s.keyCells(k, bySequence), k.status, b.s.statusName(k.status))
		rows = append(rows, m[k].cells(row))
	}
	return &table.Table{Name: name, Title: title, Doc: "One row counts the tasks of one type and status; a film's rows have no episode.", Columns: columns, Rows: table.Of(rows)}
}

func (b *episodeBook) statusTable() *table.Table {
	var rows []table.Row
	for _, k := range b.keys(b.statuses) {
		rows = append(rows, b.statuses[k].cells(named(nil, k.status, b.s.statusName(k.status))))
	}
	return &table.Table{Name: "episode_status", Title: "Tasks by status", Doc: "One row counts all tasks of one status.",
		Columns: append(pair("task_status", "task status"), bucketColumns("", "")...), Rows: table.Of(rows)}
}

func (b *episodeBook) chartText() string {
	if b.total.count == 0 {
		return "Bar chart of tasks by status. There are no tasks to show."
	}
	text := fmt.Sprintf("Bar chart of tasks by status, %d tasks in all:", b.total.count)
	for i, k := range b.keys(b.statuses) {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %s %d", b.s.statusName(k.status), b.statuses[k].count)
	}
	return text + "."
}
