package reports

import (
	"turnover/hierarchy"
	"turnover/internal/table"
)

// standingEpisodes are the tables that count the tasks as they stand, and look at
// nothing else.
var standingEpisodes = map[string]func(*episodeBook) *table.Table{
	"episode_stats":          (*episodeBook).statsTable,
	"episode_stats_sequence": (*episodeBook).sequenceStatsTable,
	"episode_status":         (*episodeBook).statusTable,
}

func (b *episodeBook) statsTable() *table.Table {
	return b.table("episode_stats", "Tasks by episode, task type and status", b.episodes, false)
}

func (b *episodeBook) sequenceStatsTable() *table.Table {
	t := b.table("episode_stats_sequence", "Tasks by sequence, task type and status", b.sequences, true)
	t.Behind = &table.Behind{Table: "episode_tasks", On: []string{"episode_id", "sequence_id", "task_type_id", "task_status_id"}}
	return t
}

// episodeStanding is a book of one of the standingEpisodes.
func (s *scope) episodeStanding(facts hierarchy.Facts, standing func(*episodeBook) *table.Table) (*table.Book, error) {
	b := &episodeBook{s: s, episodes: map[groupKey]*bucket{}, sequences: map[groupKey]*bucket{}, statuses: map[groupKey]*bucket{}}
	err := eachTask(hierarchy.Only(facts, standingFields), func(t *hierarchy.Task) error {
		if b.counts(t) {
			one := bucketOf(t, s.dim.Entity(t.EntityID))
			b.total.add(one)
			b.count(t, one)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := s.book("episode", "Episode statistics of "+s.dim.Project.Name)
	out.Tables = []*table.Table{standing(b)}
	return out, b.checkCounts()
}
