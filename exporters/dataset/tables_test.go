package dataset_test

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"turnover/archive"
	"turnover/exporters"
	"turnover/exporters/dataset"
	"turnover/hierarchy"
	"turnover/internal/table"
	"turnover/store"
	"turnover/store/sqlite"
	"turnover/testdata"
)

// lighthouse gives the facts of the example's series to use.
func lighthouse(t *testing.T, use func(hierarchy.Facts, *archive.Archive)) {
	t.Helper()
	ctx := context.Background()
	dir, err := fs.Sub(testdata.Demo, "demo/studio")
	if err != nil {
		t.Fatal(err)
	}
	a, found, err := archive.Read(ctx, dir)
	if err != nil || found.HasErrors() {
		t.Fatal(err, found)
	}
	s, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	none := func(string) (map[string]hierarchy.Noun, error) { return nil, nil }
	changes, _, _, err := a.Changes(none, hierarchy.Origin{At: hierarchy.At(time.Unix(1e9, 0)), Author: "test", Cause: hierarchy.Load})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.InTx(ctx, func(tx store.Tx) error { return tx.Apply(ctx, changes) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Read(ctx, func(r store.Reader) error {
		facts, err := r.Facts(ctx, "Lighthouse")
		if err == nil {
			use(facts, a)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// collect reads the tables and checks that every row fits its columns and that
// every column is explained.
func collect(t *testing.T, facts hierarchy.Facts, x dataset.Extra) map[string][]table.Row {
	t.Helper()
	out := map[string][]table.Row{}
	for _, tb := range dataset.Tables(facts, x) {
		rows, err := table.Collect(tb.Rows)
		if err != nil {
			t.Fatalf("%s: %v", tb.Name, err)
		}
		for _, r := range rows {
			if err := exporters.CheckRow(tb.Columns, r); err != nil {
				t.Fatalf("%s: %v", tb.Name, err)
			}
		}
		for _, c := range tb.Columns {
			if c.Doc == "" {
				t.Errorf("%s.%s is not explained", tb.Name, c.Name)
			}
		}
		out[tb.Name] = rows
	}
	return out
}

func TestTablesHoldTheProduction(t *testing.T) {
	lighthouse(t, func(facts hierarchy.Facts, a *archive.Archive) {
		x := dataset.Extra{Castings: facts.Dimensions().Castings}
		rows := collect(t, facts, x)
		for name, of := range map[string]string{"castings": "casting_links", "tasks": "tasks", "comments": "comments", "time_spents": "time_spents", "task_assignees": "task_assignees", "persons": "persons", "task_types": "task_types", "studios": "studios"} {
			if got, want := len(rows[name]), a.Len(of); got != want || want == 0 {
				t.Errorf("%s: %d rows, the archive has %d", name, got, want)
			}
		}
		entities := len(rows["episodes"]) + len(rows["sequences"]) + len(rows["scenes"]) + len(rows["shots"]) + len(rows["assets"])
		if entities != a.Len("entities") {
			t.Errorf("%d entities, the archive has %d", entities, a.Len("entities"))
		}
	})
}

func TestPersonsAreHidden(t *testing.T) {
	lighthouse(t, func(facts hierarchy.Facts, _ *archive.Archive) {
		var secret []string
		for _, p := range facts.Dimensions().Persons {
			secret = append(secret, string(p.ID), p.Name(), *p.Email)
		}
		for _, persons := range []dataset.Persons{dataset.Pseudonymous, dataset.Absent} {
			rows := collect(t, facts, dataset.Extra{Persons: persons, Salt: "salt"})
			for name, all := range rows {
				if name == "comments" || name == "status_events" {
					continue // free texts say what they say
				}
				text := fmt.Sprint(all)
				for _, s := range secret {
					if strings.Contains(text, s) {
						t.Errorf("%s persons: %s tells %q", persons, name, s)
					}
				}
			}
			if _, listed := rows["persons"]; listed == (persons == dataset.Absent) {
				t.Errorf("%s persons: the table of persons is there: %v", persons, listed)
			}
		}
	})
}
