package sqlite

import (
	"fmt"
	"path/filepath"
	"testing"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/storetest"
)

// BenchmarkApply writes new shots with four tasks each.
func BenchmarkApply(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint("shots=", n), func(b *testing.B) {
			b.ReportAllocs()
			changes := storetest.Shots(n, 4)
			for b.Loop() {
				s := opened(b, filepath.Join(b.TempDir(), "turnover.db"))
				storetest.Apply(b, s, changes)
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSnapshot reads as many: what an import costs that changes nothing.
func BenchmarkSnapshot(b *testing.B) {
	b.ReportAllocs()
	s := opened(b, filepath.Join(b.TempDir(), "turnover.db"))
	storetest.Apply(b, s, storetest.Shots(10_000, 4))
	for b.Loop() {
		storetest.ReadTasks(b, s, hierarchy.With{Tasks: true, Castings: true}, 40_000)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkBareSnapshot reads what a small request needs of a large production.
func BenchmarkBareSnapshot(b *testing.B) {
	b.ReportAllocs()
	s := opened(b, filepath.Join(b.TempDir(), "turnover.db"))
	storetest.Apply(b, s, storetest.Shots(10_000, 4))
	for b.Loop() {
		storetest.ReadTasks(b, s, hierarchy.With{Bare: true}, 0)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkTimeSpents streams time sheets as quotas read them, and whole.
func BenchmarkTimeSpents(b *testing.B) {
	s := opened(b, filepath.Join(b.TempDir(), "turnover.db"))
	storetest.Apply(b, s, storetest.Shots(2000, 4))
	storetest.Apply(b, s, storetest.Sheets(8000, 5))
	for name, fields := range map[string]hierarchy.Fields{"quota": {"time_spents": {"task_id", "person_id", "date", "duration"}}, "whole": nil} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				err := s.Read(b.Context(), func(r store.Reader) error {
					facts, err := r.Facts(b.Context(), "tv")
					if err != nil {
						return err
					}
					for _, err := range hierarchy.Only(facts, fields).TimeSpents() {
						if err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}
