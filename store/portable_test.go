package store_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"turnover/store"
	"turnover/store/postgres"
	"turnover/store/sqlite"
	"turnover/store/storetest"
)

// What one kind of database dumps, the other restores and dumps the same.
func TestADumpIsPortable(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to func(*testing.T) store.Store
	}{
		{"from SQLite to PostgreSQL", inFile, onServer},
		{"from PostgreSQL to SQLite", onServer, inFile},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, to := c.from(t), c.to(t)
			storetest.Example(t, from)
			want := storetest.Dumped(t, from)
			if err := storetest.Restored(t, to, want); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, storetest.Dumped(t, to)); d != "" {
				t.Errorf("(-from +to):\n%s", d)
			}
		})
	}
}

func inFile(t *testing.T) store.Store {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "turnover.db"))
	return closing(t, s, err)
}

func onServer(t *testing.T) store.Store {
	s, err := postgres.OpenUnmigrated(t.Context(), storetest.PostgresURL(t))
	if err == nil {
		err = s.Migrate(t.Context())
	}
	return closing(t, s, err)
}

func closing(t *testing.T, s store.Store, err error) store.Store {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
