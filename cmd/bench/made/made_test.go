package made

import (
	"bytes"
	"context"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"turnover/archive"
	"turnover/hierarchy"
	"turnover/importers"
	"turnover/importers/csv"
	"turnover/importers/edl"
	"turnover/store"
	"turnover/store/sqlite"
)

func written(t *testing.T, write func(*bytes.Buffer) error) []byte {
	t.Helper()
	var a, b bytes.Buffer
	if err := write(&a); err != nil {
		t.Fatal(err)
	}
	if err := write(&b); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Fatalf("two calls differ: %v", err)
	}
	return a.Bytes()
}

func TestLists(t *testing.T) {
	cut := written(t, func(b *bytes.Buffer) error { return Cut{Events: 400}.Write(b) })
	list, found, err := edl.New().Import(t.Context(), importers.File{Name: "a.edl", Bytes: cut}, importers.Options{FPS: fps25})
	if err != nil || len(found) != 0 || len(list.Events) != 400 || len(list.Entries) != 400 {
		t.Errorf("%d events, %d entries, %v, %v", len(list.Events), len(list.Entries), found, err)
	}
	sheet := written(t, func(b *bytes.Buffer) error { return Sheet{Shots: 400}.Write(b) })
	list, found, err = csv.New().Import(t.Context(), importers.File{Name: "a.csv", Bytes: sheet}, importers.Options{})
	if err != nil || len(found) != 0 || len(list.Entries) != 400 || list.Entries[399].NbFrames.Value != int64(Frames(399)) {
		t.Errorf("%d entries, %v, %v", len(list.Entries), found, err)
	}
	changed := written(t, func(b *bytes.Buffer) error { return Sheet{Shots: 400, Changed: 20}.Write(b) })
	differ := 0
	for i, line := range strings.Split(string(changed), "\n") {
		if line != strings.Split(string(sheet), "\n")[i] {
			differ++
		}
	}
	if differ != 20 {
		t.Errorf("%d of 400 rows are changed, want one in twenty", differ)
	}
}

// The later version has what an editor does to a cut.
func TestLater(t *testing.T) {
	before, after := Cut{Events: 400}.events(), Cut{Events: 400, Later: true}.events()
	was := map[int]event{}
	for _, e := range before {
		was[e.shot] = e
	}
	var added, trimmed, moved int
	for i, e := range after {
		switch old, ok := was[e.shot]; {
		case !ok:
			added++
		case old.frames != e.frames:
			trimmed++
		case i > 0 && after[i-1].place > 0 && after[i-1].shot > e.shot && after[i-1].shot < 400:
		case old.place != e.place:
			moved++
		}
	}
	if len(after) != 380 || added != 20 || trimmed != 20 || moved != 20 {
		t.Errorf("%d events, %d new, %d trimmed, %d moved", len(after), added, trimmed, moved)
	}
}

// A made production is one that the program takes, whole and with sums that are known.
func TestProduction(t *testing.T) {
	p := Production{Name: "p", Shots: 30, Tasks: 4, Sheets: 500, Comments: 300}
	folder := filepath.Join(t.TempDir(), "archive")
	if err := p.WriteArchive(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	read, found, err := archive.Read(t.Context(), os.DirFS(folder))
	if err != nil || len(found) != 0 {
		t.Fatal(found, err)
	}
	for table, want := range map[string]int{"entities": 30 + 2*episodes, "tasks": 120, "time_spents": 500, "comments": 300, "persons": people} {
		if got := read.Len(table); got != want {
			t.Errorf("%d %s, want %d", got, table, want)
		}
	}
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	changes, _, found, err := read.Changes(func(string) (map[string]hierarchy.Noun, error) { return nil, nil }, hierarchy.Origin{Cause: hierarchy.Load, CauseID: "x", Author: "x", At: hierarchy.At(beginning)})
	if err != nil || len(found) != 0 {
		t.Fatal(found, err)
	}
	if err := s.InTx(t.Context(), func(tx store.Tx) error { return tx.Apply(t.Context(), changes) }); err != nil {
		t.Fatal(err)
	}
	if minutes, sheets := durations(t, s); minutes != sheets || minutes == 0 {
		t.Errorf("tasks last %v minutes, their time sheets %v", minutes, sheets)
	}
}

func durations(t *testing.T, s store.Store) (tasks, sheets float64) {
	t.Helper()
	err := s.Read(t.Context(), func(r store.Reader) error {
		for n, err := range all(t.Context(), r, "tasks", "time_spents") {
			if err != nil {
				return err
			}
			switch n := n.(type) {
			case *hierarchy.Task:
				tasks += n.Duration
			case *hierarchy.TimeSpent:
				sheets += n.Duration
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tasks, sheets
}

func all(ctx context.Context, r store.Reader, tables ...string) iter.Seq2[hierarchy.Noun, error] {
	return func(yield func(hierarchy.Noun, error) bool) {
		for _, table := range tables {
			for n, err := range r.Rows(ctx, table, nil) {
				if !yield(n, err) {
					return
				}
			}
		}
	}
}
