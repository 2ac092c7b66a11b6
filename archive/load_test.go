package archive_test

import (
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"turnover/archive"
	"turnover/hierarchy"
	"turnover/internal/diag"
	"turnover/store"
	"turnover/store/sqlite"
)

// later is when the tests load and change.
var later = hierarchy.At(time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC))

func database(t *testing.T) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
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

func newIDs(name string) func() hierarchy.ID {
	n := 0
	return func() hierarchy.ID {
		n++
		return hierarchy.ID(uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s %d", name, n)).String())
	}
}

// loadInto reads an archive and applies what is new; it gives what was found.
func loadInto(t *testing.T, s store.Store, fsys fs.FS) (changes, skipped int, found diag.List) {
	t.Helper()
	a, found, err := archive.Read(t.Context(), fsys)
	if err != nil {
		t.Fatal(err)
	}
	if found.HasErrors() {
		return 0, 0, found
	}
	err = s.InTx(t.Context(), func(tx store.Tx) error {
		all, n, more, err := a.Changes(rowsOf(t, tx), hierarchy.Origin{At: later, Author: "test", Cause: hierarchy.Load, CauseID: "load"})
		found = append(found, more...)
		changes, skipped = len(all), n
		if err != nil || more.HasErrors() || len(all) == 0 {
			return err
		}
		return tx.Apply(t.Context(), all)
	})
	if err != nil {
		t.Fatal(err)
	}
	return changes, skipped, found
}

// load is loadInto for archives in which nothing is wrong.
func load(t *testing.T, s store.Store, fsys fs.FS) (changes, skipped int) {
	t.Helper()
	changes, skipped, found := loadInto(t, s, fsys)
	for _, d := range found {
		if d.Severity == diag.Error {
			t.Error(d)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	return changes, skipped
}

func rowsOf(t *testing.T, r store.Reader) func(table string) (map[string]hierarchy.Noun, error) {
	return func(table string) (map[string]hierarchy.Noun, error) {
		out := map[string]hierarchy.Noun{}
		for n, err := range r.Rows(t.Context(), table, nil) {
			if err != nil {
				return nil, err
			}
			out[n.Key()] = n
		}
		return out, nil
	}
}

func apply(t *testing.T, s store.Store, changes []hierarchy.Change) {
	t.Helper()
	if err := s.InTx(t.Context(), func(tx store.Tx) error { return tx.Apply(t.Context(), changes) }); err != nil {
		t.Fatal(err)
	}
}

func snapshot(t *testing.T, s store.Store, project string, with hierarchy.With) (snap *hierarchy.Snapshot) {
	t.Helper()
	err := s.Read(t.Context(), func(r store.Reader) (err error) {
		snap, err = r.Snapshot(t.Context(), project, with)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

func rows(t *testing.T, s store.Store, table string) (out []hierarchy.Noun) {
	t.Helper()
	err := s.Read(t.Context(), func(r store.Reader) error {
		for n, err := range r.Rows(t.Context(), table, nil) {
			if err != nil {
				return err
			}
			out = append(out, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// save writes a database, or one production of it, into dir.
func save(t *testing.T, s store.Store, dir string, project hierarchy.ID) {
	t.Helper()
	err := s.Read(t.Context(), func(r store.Reader) error {
		return archive.Write(t.Context(), dir, project, func(table string, where map[string]any) iter.Seq2[hierarchy.Noun, error] {
			return r.Rows(t.Context(), table, where)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// productions finds the three recorded archives beside the checkout.
func productions(t *testing.T) map[string]string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil || folder == filepath.Dir(folder) {
			break
		}
		folder = filepath.Dir(folder)
	}
	out := map[string]string{}
	for _, name := range []string{"tv", "film", "edge"} {
		dir := filepath.Join(folder, "..", "shared", "productions", name, "input")
		if _, err := os.Stat(dir); err != nil {
			t.Skip("the productions are not beside this checkout (../shared/productions)")
		}
		out[name] = dir
	}
	return out
}
