package api

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"turnover/store"
	"turnover/store/postgres"
	"turnover/store/sqlite"
	"turnover/store/storetest"
)

// A database is a kind that the suite runs on.
type database struct {
	name string // of the sub-test
	open func(*testing.T) store.Store
}

var databases = []database{{"SQLite", openSQLite}, {"PostgreSQL", openPostgres}}

// eachDatabase runs a test as a sub-test on each kind, all side by side: a bed has
// a database of its own. With figures asked for they run one after the other.
func eachDatabase(t *testing.T, test func(*testing.T)) {
	t.Helper()
	sideBySide := os.Getenv("TURNOVER_FIGURES") == ""
	if sideBySide {
		t.Parallel()
	}
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			if sideBySide {
				t.Parallel()
			}
			test(t)
		})
	}
}

// databaseOf is the kind that eachDatabase chose for a test. There is none
// otherwise, so that no test is forgotten on one of them.
func databaseOf(t *testing.T) database {
	t.Helper()
	for _, d := range databases {
		if strings.Contains(t.Name()+"/", "/"+d.name+"/") {
			return d
		}
	}
	t.Fatal("a test with a bed runs on each database: func TestX(t *testing.T) { eachDatabase(t, testX) }")
	return database{}
}

// openSQLite opens a copy of an empty database: to migrate one takes longer.
func openSQLite(t *testing.T) store.Store {
	t.Helper()
	empty, err := emptySQLite()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "t.db")
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// emptySQLite is the file of an empty database, made once.
var emptySQLite = sync.OnceValues(func() (content []byte, err error) {
	dir, err := os.MkdirTemp("", "turnover-api-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "empty.db")
	s, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// openPostgres opens an empty schema of the one server that the test binary has.
func openPostgres(t *testing.T) store.Store {
	t.Helper()
	url := storetest.PostgresURL(t)
	s, err := postgres.OpenUnmigrated(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}
