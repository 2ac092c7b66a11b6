package dataset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"testing"
	"time"
)

// TestReadersNeverSeeHalfASnapshot: readers that loop while a hundred snapshots
// are published, and old ones go, find each file of what latest.json names, as
// its manifest tells it, and never an older snapshot after a newer one.
func TestReadersNeverSeeHalfASnapshot(t *testing.T) {
	dir := Folder(t.TempDir())
	put(t, dir, head("s000"), tables())
	done, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	reads := make([]int, 3)
	for reader := range reads {
		wg.Go(func() {
			for last := ""; done.Err() == nil || reads[reader] == 0; reads[reader]++ {
				m, err := Latest(dir)
				if err != nil || m == nil {
					t.Errorf("reader %d: %v, %v", reader, m, err)
					return
				}
				if m.Snapshot < last {
					t.Errorf("reader %d: %s after %s", reader, m.Snapshot, last)
				}
				last = m.Snapshot
				if there, err := published(t.Context(), dir, m.ID); err != nil || there == nil || len(there.Tables) != 3 {
					t.Errorf("reader %d: %+v, %v", reader, there, err)
					return
				}
				time.Sleep(time.Millisecond) // the publisher wants its turn
			}
		})
	}
	for i := range 100 {
		h := head(fmt.Sprintf("s%03d", i+1))
		h.Keep = Keep{Newest: 3, Reading: 30 * time.Second}
		put(t, dir, h, stream(of("shots", "p1", fmt.Sprint(i)), of("scenes", "p1"), studioTable()))
	}
	stop()
	wg.Wait()
	t.Logf("readers read %v snapshots", reads)
}

// TestRemovedSnapshotsGoWhole: a reader that comes too late finds no snapshot at
// all where one went, never a part of it.
func TestRemovedSnapshotsGoWhole(t *testing.T) {
	dir := Folder(t.TempDir())
	first := put(t, dir, head("s0"), tables())
	done, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		for done.Err() == nil {
			all, err := dir.Snapshots()
			if err != nil {
				t.Error(err)
				return
			}
			for _, s := range all {
				var m Manifest
				if err := readJSON(dir, snapshotsName+"/"+s.ID+"/"+manifestName, &m); err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s: %v", s.ID, err)
				}
			}
		}
	})
	for i := range 20 {
		h := head(fmt.Sprint("s", i+1))
		h.Keep = Keep{Newest: 1}
		put(t, dir, h, tables())
	}
	stop()
	wg.Wait()
	if there, err := published(t.Context(), dir, first.ID); err != nil || there != nil {
		t.Errorf("the first one is there still: %v, %v", there, err)
	}
}
