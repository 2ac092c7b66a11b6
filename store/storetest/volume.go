package storetest

import (
	"fmt"

	"turnover/hierarchy"
)

// Shots gives the changes that make the production "tv" with n shots more and
// some tasks on each, for measuring.
func Shots(n, tasksEach int) []hierarchy.Change {
	changes := production()
	for i := range n {
		sequence := hierarchy.ID(fmt.Sprintf("seq-%04d-aaaa-bbbb-cccc-123456789012", i/100))
		if i%100 == 0 {
			changes = append(changes, create(inTV, entity(sequence, hierarchy.Sequence, "ep1", fmt.Sprintf("V%04d", i/100)))...)
		}
		// Ids of the usual length, and in no order, as random ones are.
		id := hierarchy.ID(fmt.Sprintf("%08x-0000-4000-8000-%012x", uint32(i*2654435761), i))
		changes = append(changes, create(inTV, shot(id, sequence, fmt.Sprintf("SH%05d", i)))...)
		for k := range tasksEach {
			work := task(hierarchy.ID(fmt.Sprintf("%08x-0000-4000-9000-%012x", uint32((i*7+k)*2654435761), i*7+k)), id)
			work.Name = fmt.Sprint("main", k)
			changes = append(changes, create(inTV, work)...)
		}
	}
	return changes
}
