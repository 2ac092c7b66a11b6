package sqlite

import (
	"path/filepath"
	"testing"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/storetest"
)

// BenchmarkApply writes 10,000 new shots with 40,000 tasks.
func BenchmarkApply(b *testing.B) {
	for b.Loop() {
		s, err := Open(b.Context(), filepath.Join(b.TempDir(), "turnover.db"))
		if err != nil {
			b.Fatal(err)
		}
		apply(b, s, storetest.Shots(10_000, 4))
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSnapshot reads as many.
func BenchmarkSnapshot(b *testing.B) {
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "turnover.db"))
	if err != nil {
		b.Fatal(err)
	}
	apply(b, s, storetest.Shots(10_000, 4))
	for b.Loop() {
		err := s.Read(b.Context(), func(r store.Reader) error {
			snap, err := r.Snapshot(b.Context(), "tv", hierarchy.With{Tasks: true, Castings: true})
			if err == nil && len(snap.Tasks) != 40_002 {
				b.Fatalf("got tasks %d", len(snap.Tasks))
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

func apply(b *testing.B, s store.Store, changes []hierarchy.Change) {
	b.Helper()
	if err := s.InTx(b.Context(), func(tx store.Tx) error { return tx.Apply(b.Context(), changes) }); err != nil {
		b.Fatal(err)
	}
}
