package reports

import (
	"fmt"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// Episode is the Report of tasks and frames by status, task type and episode;
// films and scene-based productions read it by sequence. *UsageError where the
// query names what is not there.
func Episode(facts hierarchy.Facts, q Query) (*table.Book, error) {
	s, err := filmScope(facts.Dimensions(), q)
	if err != nil {
		return nil, err
	}
	e := &episodeBook{s: s, episodes: map[groupKey]*bucket{}, sequences: map[groupKey]*bucket{}, statuses: map[groupKey]*bucket{}}
	if err := eachTask(facts, e.take); err != nil {
		return nil, err
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	return e.book(), nil
}

// An episodeBook counts tasks by where they are and how they stand.
type episodeBook struct {
	s                              *scope
	episodes, sequences, statuses  map[groupKey]*bucket
	total, done, omitted, unplaced bucket
}

func (b *episodeBook) take(t *hierarchy.Task) error {
	if !b.s.inFilm(t) {
		return nil
	}
	e := b.s.dim.Entity(t.EntityID)
	sequence, episode := b.s.above(e)
	one := bucketOf(t, e)
	b.total.add(one)
	if st := b.s.statuses[t.TaskStatusID]; st != nil && st.IsDone {
		b.done.add(one)
	}
	if e.Canceled {
		b.omitted.add(one)
	}
	if episode == nil && b.s.dim.Project.Episodic() {
		b.unplaced.add(one)
	}
	key := groupKey{episode: idOf(episode), taskType: t.TaskTypeID, status: t.TaskStatusID}
	count(b.episodes, key, one)
	key.sequence = idOf(sequence)
	count(b.sequences, key, one)
	count(b.statuses, groupKey{status: t.TaskStatusID}, one)
	return nil
}

func count(m map[groupKey]*bucket, k groupKey, b bucket) {
	if m[k] == nil {
		m[k] = &bucket{}
	}
	m[k].add(b)
}

// check makes sure that each table sums to the tasks.
func (b *episodeBook) check() error {
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

func (b *episodeBook) book() *table.Book {
	out := b.s.book("episode", "Episode statistics of "+b.s.dim.Project.Name)
	out.Cover = append([]table.Note{
		{Name: "How it is counted", Value: "Every task on a shot or scene counts once, with the frames of its shot and its own drawings, under its present status."},
		{Name: "Counted", Value: fmt.Sprintf("%d tasks, %d task frames; %d tasks done", b.total.count, b.total.frames, b.done.count)},
		{Name: "Of which on omitted shots", Value: fmt.Sprintf("%d tasks, %d task frames", b.omitted.count, b.omitted.frames)},
	}, b.s.notes()...)
	if b.unplaced.count > 0 {
		out.Cover = append(out.Cover, table.Note{Name: "Without episode", Value: fmt.Sprintf("%d tasks, %d task frames; Kitsu leaves them out", b.unplaced.count, b.unplaced.frames)})
	}
	if b.s.q.From != "" || b.s.q.To != "" {
		out.Cover = append(out.Cover, table.Note{Name: "Period", Value: "states are those of now; the period asked for does not narrow them"})
	}
	out.Tables = []*table.Table{
		b.table("episode_stats", "Tasks by episode, task type and status", b.episodes, false),
		b.table("episode_stats_sequence", "Tasks by sequence, task type and status", b.sequences, true),
		b.statusTable(),
	}
	out.Totals = []table.Total{
		{Name: "tasks", Value: float64(b.total.count), Unit: "tasks"},
		{Name: "task frames", Value: float64(b.total.frames), Unit: "frames"},
		{Name: "drawings", Value: float64(b.total.drawings), Unit: "drawings"},
		{Name: "tasks on omitted shots", Value: float64(b.omitted.count), Unit: "tasks"},
		{Name: "frames on omitted shots", Value: float64(b.omitted.frames), Unit: "frames"},
	}
	out.Charts = []table.Chart{{Table: "episode_status", Title: "Tasks by status", Alt: b.chartText(), Kind: "bar", X: "task_status", Y: []string{"count"},
		XTitle: "status", YTitle: "tasks"}}
	return out
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
