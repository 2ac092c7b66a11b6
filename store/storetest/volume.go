package storetest

import (
	"fmt"
	"slices"
	"testing"

	"turnover/hierarchy"
	"turnover/store"
)

// shotsEach is how many shots a sequence of Shots has. Names repeat in each, as
// they do in productions.
const shotsEach = 100

// Shots gives the changes that make the production "tv" with n shots more and
// some tasks on each, for measuring. They come as a plan gives them: with
// ascending ids, parents of all before children.
func Shots(n, tasksEach int) []hierarchy.Change {
	changes := production()
	for i := range (n + shotsEach - 1) / shotsEach {
		changes = append(changes, create(inTV, entity(volumeID("5e9", i), hierarchy.Sequence, "ep1", fmt.Sprintf("V%04d", i)))...)
	}
	for i := range n {
		changes = append(changes, create(inTV, shot(volumeID("540", i), volumeID("5e9", i/shotsEach), fmt.Sprintf("SH%04d", i%shotsEach*10)))...)
	}
	for i := range n * tasksEach {
		work := task(volumeID("7a5", i), volumeID("540", i/tasksEach))
		work.Name = fmt.Sprint("main", i%tasksEach)
		changes = append(changes, create(inTV, work)...)
	}
	return changes
}

// Sheets are time sheets on the tasks of Shots, so many on each.
func Sheets(tasks, each int) []hierarchy.Change {
	var changes []hierarchy.Change
	for i := range tasks * each {
		day := hierarchy.DayOf(noon.AddDate(0, 0, i%each), noon.Location())
		changes = append(changes, create(inTV, &hierarchy.TimeSpent{ID: volumeID("7e5", i), TaskID: volumeID("7a5", i/each), PersonID: "ada", Date: day, Duration: 15})...)
	}
	return changes
}

// volumeID has the usual length of ids.
func volumeID(kind string, i int) hierarchy.ID {
	return hierarchy.ID(fmt.Sprintf("%08x-0%s-7000-8000-123456789012", i, kind))
}

// Apply writes changes in one transaction, in parts of the size of a plan's.
func Apply(tb testing.TB, s store.Store, changes []hierarchy.Change) {
	tb.Helper()
	err := s.InTx(tb.Context(), func(tx store.Tx) error {
		for part := range slices.Chunk(changes, 2000) {
			if err := tx.Apply(tb.Context(), part); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// ReadTasks loads a snapshot of Shots and checks how many tasks it has.
func ReadTasks(tb testing.TB, s store.Store, with hierarchy.With, tasks int) {
	tb.Helper()
	err := s.Read(tb.Context(), func(r store.Reader) error {
		snap, err := r.Snapshot(tb.Context(), "tv", with)
		if err == nil && len(snap.Tasks) < tasks {
			err = fmt.Errorf("got %d tasks of %d", len(snap.Tasks), tasks)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
}
