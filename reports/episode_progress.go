package reports

import (
	"slices"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A progress is how far the tasks of an episode or sequence are; those on
// omitted shots are counted apart.
type progress struct {
	stages  [stageCount]bucket
	omitted bucket
	changed hierarchy.Time // the last change of a status
}

func (p *progress) add(at stage, one bucket, omitted bool, changed hierarchy.Time) {
	if omitted {
		p.omitted.add(one)
	} else {
		p.stages[at].add(one)
	}
	if changed.After(p.changed.Time) {
		p.changed = changed
	}
}

// all sums the stages.
func (p *progress) all() (sum bucket) {
	for _, b := range p.stages {
		sum.add(b)
	}
	return sum
}

func (b *episodeBook) progressOf(m map[groupKey]*progress, k groupKey) *progress {
	if m[k] == nil {
		m[k] = &progress{}
	}
	return m[k]
}

func (b *episodeBook) progressKeys(m map[groupKey]*progress) []groupKey {
	out := make([]groupKey, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, b.s.compare)
	return out
}

// progressTable is episode_progress or sequence_progress.
func (b *episodeBook) progressTable(name, title string, m map[groupKey]*progress, bySequence bool) *table.Table {
	columns := pair("episode", "episode")
	if bySequence {
		columns = append(columns, pair("sequence", "sequence")...)
	}
	columns = append(columns,
		table.Column{Name: "episode_status", Type: table.Text, Doc: "running, complete, standby or canceled; null without episode."},
		table.Column{Name: "tasks", Type: table.Int, Unit: "tasks", Doc: "Tasks on shots and scenes that are not omitted; the stages sum to them."})
	for stage := range stageCount {
		columns = append(columns, table.Column{Name: stage.String(), Type: table.Int, Unit: "tasks", Doc: "Of them in a status that is " + stage.words() + "."})
	}
	columns = append(columns,
		table.Column{Name: "done_percent", Type: table.Float, Unit: "percent", Decimals: 1, Doc: "Tasks done, of these."},
		table.Column{Name: "frames", Type: table.Int, Unit: "frames", Doc: "Frames of the shots of these tasks, once for each task."},
		table.Column{Name: "done_frames", Type: table.Int, Unit: "frames", Doc: "Frames of the done ones."},
		table.Column{Name: "done_frames_percent", Type: table.Float, Unit: "percent", Decimals: 1, Doc: "Frames done, of all."},
		table.Column{Name: "omitted_tasks", Type: table.Int, Unit: "tasks", Doc: "Further tasks, on omitted shots."},
		table.Column{Name: "omitted_frames", Type: table.Int, Unit: "frames", Doc: "Frames of those."},
		table.Column{Name: "changed_at", Type: table.Instant, Doc: "Last change of a status by a comment."})
	on := []string{"episode_id"}
	if bySequence {
		on = append(on, "sequence_id")
	}
	var rows []table.Row
	for _, k := range b.progressKeys(m) {
		rows = append(rows, b.progressCells(k, m[k], bySequence))
	}
	return &table.Table{Name: name, Title: title, Columns: columns, Rows: table.Of(rows), Behind: &table.Behind{Table: "episode_tasks", On: on},
		Doc: "One row says how far the tasks are; a film's rows have no episode."}
}

func (b *episodeBook) progressCells(k groupKey, p *progress, bySequence bool) table.Row {
	row := named(nil, k.episode, b.s.entityName(k.episode))
	if bySequence {
		row = named(row, k.sequence, b.s.entityName(k.sequence))
	}
	all, done := p.all(), p.stages[stageDone]
	row = append(row, b.statusOfEpisode(k.episode), all.count)
	for _, s := range p.stages {
		row = append(row, s.count)
	}
	return append(row, percent(done.count, all.count), all.frames, done.frames, share100(done.frames, all.frames), p.omitted.count, p.omitted.frames, instant(p.changed))
}

func (b *episodeBook) statusOfEpisode(id hierarchy.ID) any {
	if e := b.s.dim.Entity(id); e != nil {
		return episodeStatus(e)
	}
	return nil
}

// share100 is a part in percent; null where lengths that are negative or
// not known make no sense of it.
func share100(part, of int64) any {
	if of <= 0 || part < 0 || part > of {
		return nil
	}
	return percent(part, of)
}
