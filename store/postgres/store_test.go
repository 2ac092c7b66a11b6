package postgres

import (
	"errors"
	"strings"
	"testing"

	"turnover/store"
	"turnover/store/storetest"
)

func TestPromises(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return migrated(t, storetest.PostgresURL(t)) })
}

// migrated opens a fresh schema and makes its tables.
func migrated(t testing.TB, url string) *Store {
	t.Helper()
	s, err := OpenUnmigrated(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOpenWantsAMigratedDatabase(t *testing.T) {
	url := storetest.PostgresURL(t)
	if _, err := Open(t.Context(), url); !errors.Is(err, store.ErrOlder) {
		t.Fatalf("got %v, want ErrOlder", err)
	}
	migrated(t, url)
	s, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.pool.Exec(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, open := range []func() (*Store, error){
		func() (*Store, error) { return Open(t.Context(), url) },
		func() (*Store, error) { return OpenUnmigrated(t.Context(), url) },
	} {
		if _, err := open(); !errors.Is(err, store.ErrNewer) {
			t.Errorf("got %v, want ErrNewer", err)
		}
	}
}

func TestNoPasswordIsTold(t *testing.T) {
	for _, url := range []string{
		"postgres://ada:secret@127.0.0.1:1/none?connect_timeout=2", // nobody listens
		"postgres://ada:secret@host:port/none",                     // cannot be read
	} {
		_, err := Open(t.Context(), url)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v, want an error without the password", err)
		}
	}
	url := storetest.PostgresURL(t)
	s := migrated(t, strings.Replace(url, "turnover@", "turnover:secret@", 1))
	if strings.Contains(s.Describe(), "secret") {
		t.Errorf("%s tells the password", s.Describe())
	}
}
