package reports

import (
	"fmt"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// standingRetakes are the tables of the recorded counters: they count the tasks
// as they stand, and look at nothing else.
var standingRetakes = map[string]func(*retakeBook) *table.Table{
	"retake_current":  (*retakeBook).currentTable,
	"retake_takes":    (*retakeBook).takes,
	"retake_sequence": (*retakeBook).sequenceTable,
	"retake_by_take":  (*retakeBook).byTake,
}

func (b *retakeBook) currentTable() *table.Table {
	return b.current("retake_current", "Retakes now, by episode and task type", b.episodes, false)
}

func (b *retakeBook) sequenceTable() *table.Table {
	return b.current("retake_sequence", "Retakes now, by sequence and task type", b.sequences, true)
}

// retakeStanding is a book of one of the standingRetakes.
func (s *scope) retakeStanding(facts hierarchy.Facts, standing func(*retakeBook) *table.Table) (*table.Book, error) {
	b := &retakeBook{s: s, episodes: map[groupKey]*retakeNode{}, sequences: map[groupKey]*retakeNode{}}
	err := eachTask(hierarchy.Only(facts, standingFields), func(t *hierarchy.Task) error {
		if s.inFilm(t) {
			b.countTask(t, s.dim.Entity(t.EntityID))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := s.book("retake", "Retakes of "+s.dim.Project.Name)
	out.Tables = []*table.Table{standing(b)}
	return out, b.checkCounts()
}

// checkCounts makes sure that the groups sum to the whole.
func (b *retakeBook) checkCounts() error {
	for _, m := range []map[groupKey]*retakeNode{b.episodes, b.sequences} {
		var got stages
		for _, n := range m {
			got.done.add(n.done)
			got.retake.add(n.retake)
			got.other.add(n.other)
		}
		if got != b.all.now() {
			return fmt.Errorf("check retakes: groups sum to %v, the tasks to %v", got, b.all.now())
		}
	}
	return nil
}
