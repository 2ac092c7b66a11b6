package reports

import (
	"cmp"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A bucket counts tasks.
type bucket struct{ count, frames, drawings int64 }

func (b *bucket) add(o bucket) {
	b.count += o.count
	b.frames += o.frames
	b.drawings += o.drawings
}

func (b bucket) less(o bucket) bucket {
	return bucket{b.count - o.count, b.frames - o.frames, b.drawings - o.drawings}
}

// bucketOf is one task.
func bucketOf(t *hierarchy.Task, e *hierarchy.Entity) bucket {
	return bucket{1, e.Frames(), t.Drawings()}
}

// above gives what Kitsu takes for an entity's sequence and episode: its
// parent and the parent's parent, nil where there is none.
func (s *scope) above(e *hierarchy.Entity) (sequence, episode *hierarchy.Entity) {
	if e == nil {
		return nil, nil
	}
	if sequence = s.dim.Entity(e.ParentID); sequence != nil {
		episode = s.dim.Entity(sequence.ParentID)
	}
	return sequence, episode
}

// inFilm tells whether statistics of ours count a task: on a shot or a scene, in
// an episode of the status asked for. Unlike Kitsu's they cover films, whose
// rows have no episode.
func (s *scope) inFilm(t *hierarchy.Task) bool {
	e := s.dim.Entity(t.EntityID)
	return e != nil && (e.Kind == hierarchy.Shot || e.Kind == hierarchy.Scene) && s.wantsTask(t) && s.wantsEpisode(e)
}

// filmScope resolves the query of a retake or episode report.
func filmScope(dim *hierarchy.Snapshot, q Query) (*scope, error) {
	s, err := newScope(dim, q)
	if err != nil {
		return nil, err
	}
	if q.EpisodeStatus == "" {
		return s, nil
	}
	e := &UsageError{Option: "episode status", Value: q.EpisodeStatus}
	if !dim.Project.Episodic() && len(dim.OfKind(hierarchy.Episode)) == 0 {
		return nil, e // there are no episodes to choose among
	}
	if !slices.Contains(hierarchy.EpisodeStatuses, q.EpisodeStatus) {
		e.Known = hierarchy.EpisodeStatuses
		return nil, e
	}
	return s, nil
}

// episodeStatus is that of an episode; Kitsu's default where none is recorded.
func episodeStatus(episode *hierarchy.Entity) string {
	if episode.Status == "" {
		return "running"
	}
	return episode.Status
}

func (s *scope) wantsEpisode(e *hierarchy.Entity) bool {
	if s.q.EpisodeStatus == "" {
		return true
	}
	_, episode := s.above(e)
	return episode != nil && episodeStatus(episode) == s.q.EpisodeStatus
}

// episodeNotes say how the episodes were narrowed.
func (s *scope) episodeNotes() []table.Note {
	if s.q.EpisodeStatus == "" {
		return nil
	}
	return []table.Note{{Name: "Only episodes", Value: "that are " + s.q.EpisodeStatus + "; shots without episode are left out"}}
}

// A groupKey is a row of the statistics; what a table does not divide by is "".
type groupKey struct{ episode, sequence, taskType, status hierarchy.ID }

func idOf(e *hierarchy.Entity) hierarchy.ID {
	if e == nil {
		return ""
	}
	return e.ID
}

// entityName is what stands beside the id of an episode or sequence.
func (s *scope) entityName(id hierarchy.ID) string {
	if e := s.dim.Entity(id); e != nil {
		return e.Name
	}
	return ""
}

// compare orders rows by the names in their columns' order, then ids; rows
// without episode or sequence come first.
func (s *scope) compare(a, b groupKey) int {
	return cmp.Or(
		strings.Compare(s.entityName(a.episode), s.entityName(b.episode)), hierarchy.CompareIDs(a.episode, b.episode),
		strings.Compare(s.entityName(a.sequence), s.entityName(b.sequence)), hierarchy.CompareIDs(a.sequence, b.sequence),
		strings.Compare(s.typeName(a.taskType), s.typeName(b.taskType)), hierarchy.CompareIDs(a.taskType, b.taskType),
		strings.Compare(s.statusName(a.status), s.statusName(b.status)), hierarchy.CompareIDs(a.status, b.status))
}

// named appends an id and its name, both null where there is none.
func named(row table.Row, id hierarchy.ID, name string) table.Row {
	if id == "" {
		return append(row, nil, nil)
	}
	return append(row, string(id), name)
}

// pair is the columns of an id and its name.
func pair(name, what string) []table.Column {
	return []table.Column{
		{Name: name + "_id", Type: table.Text, Doc: "Id of the " + what + "; null where there is none."},
		{Name: name, Type: table.Text, Doc: "Name of the " + what + "."},
	}
}

// keyColumns are the columns that say where a row of statistics belongs.
func keyColumns(bySequence bool) []table.Column {
	out := pair("episode", "episode")
	if bySequence {
		out = append(out, pair("sequence", "sequence")...)
	}
	return append(out, pair("task_type", "task type")...)
}

func (s *scope) keyCells(k groupKey, bySequence bool) table.Row {
	row := named(nil, k.episode, s.entityName(k.episode))
	if bySequence {
		row = named(row, k.sequence, s.entityName(k.sequence))
	}
	return named(row, k.taskType, s.typeName(k.taskType))
}

// bucketColumns are a bucket's three columns; the prefix names the bucket.
func bucketColumns(prefix, what string) []table.Column {
	return []table.Column{
		{Name: prefix + "count", Type: table.Int, Unit: "tasks", Doc: "Tasks" + what + "."},
		{Name: prefix + "frames", Type: table.Int, Unit: "frames", Doc: "Frames of the shots of these tasks, once for each task."},
		{Name: prefix + "drawings", Type: table.Int, Unit: "drawings", Doc: "Drawings of these tasks."},
	}
}

func (b bucket) cells(row table.Row) table.Row { return append(row, b.count, b.frames, b.drawings) }
