package dataset_test

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"turnover/archive"
	"turnover/exporters"
	"turnover/exporters/dataset"
	"turnover/hierarchy"
	"turnover/internal/table"
	"turnover/reports"
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
	for tb, err := range dataset.Tables(facts, x) {
		if err != nil {
			t.Fatal(err)
		}
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
		out[tb.Name] = append(out[tb.Name], rows...)
	}
	return out
}

// everything is what the tables can hold; people stand in every corner of it.
func everything(facts hierarchy.Facts) dataset.Extra {
	dim := facts.Dimensions()
	ada, bob := dim.Persons[0], dim.Persons[1]
	at := dim.AsOf
	row := func(table, key, action, field, before, after string) hierarchy.HistoryRow {
		return hierarchy.HistoryRow{Seq: 7, At: at, Project: dim.Project.ID, Author: *bob.Email, Cause: hierarchy.Import, CauseID: "i1", Place: ada.Name() + ".csv:3",
			Table: table, Key: key, Action: action, Field: field, Before: hierarchy.Value(before), After: hierarchy.Value(after)}
	}
	changes := []hierarchy.HistoryRow{
		row("task_assignees", string(dim.Entities[0].ID)+"/"+string(ada.ID), "link", "", "", ""),
		row("tasks", "t1", "update", "assigner_id", "", string(bob.ID)),
		row("tasks", "t1", "unlink", "", fmt.Sprintf("{\"assigner_id\": %q}", ada.ID), ""),
		row("persons", string(ada.ID), "update", "last_name", ada.LastName, "Ada"),
		row("entities", string(dim.Entities[0].ID), "update", "data.supervisor", "", ada.Name()),
		row("entities", string(dim.Entities[0].ID), "update", "nb_frames", "12", "13"),
	}
	return dataset.Extra{Castings: dim.Castings, Shared: true,
		Quotas: func() (iter.Seq2[*table.Book, error], error) {
			return reports.QuotaDays(facts, reports.Query{AsOf: at.Time})
		},
		Report: func(name string) (*table.Book, error) {
			return map[string]reports.Report{"retake": reports.Retake, "episode": reports.Episode}[name](facts, reports.Query{AsOf: at.Time})
		},
		Imports: []*dataset.Import{{ID: "i1", Kind: "shots", SourceName: ada.Name() + ".csv", Author: string(ada.ID), At: at, Counts: map[string]int{"create": 3}}, {ID: "i2", Author: ada.LastName + "s-laptop", At: at}},
		Cuts: func(yield func(*dataset.Cut, error) bool) {
			yield(&dataset.Cut{ID: "c1", Scope: "EP", Revision: 1, SourceName: bob.Name() + ".edl", At: at, Items: []dataset.CutItem{{Path: "x", Place: bob.Name() + ".edl:4", RecordOut: 12}}}, nil)
		},
		Changes: func(yield func(hierarchy.HistoryRow, error) bool) {
			for _, h := range changes {
				if !yield(h, nil) {
					return
				}
			}
		}}
}

func TestTablesHoldTheProduction(t *testing.T) {
	lighthouse(t, func(facts hierarchy.Facts, a *archive.Archive) {
		rows := collect(t, facts, everything(facts))
		for name, of := range map[string]string{"casting": "casting_links", "tasks": "tasks", "comments": "comments", "time_spents": "time_spents", "assignees": "task_assignees",
			"persons": "persons", "person_departments": "person_departments", "task_types": "task_types", "studios": "studios"} {
			if got, want := len(rows[name]), a.Len(of); got != want || want == 0 {
				t.Errorf("%s: %d rows, the archive has %d", name, got, want)
			}
		}
		entities := len(rows["episodes"]) + len(rows["sequences"]) + len(rows["scenes"]) + len(rows["shots"]) + len(rows["assets"])
		if entities != a.Len("entities") {
			t.Errorf("%d entities, the archive has %d", entities, a.Len("entities"))
		}
		for name, want := range map[string]int{"cuts": 1, "cut_items": 1, "imports": 2, "import_changes": 6} {
			if len(rows[name]) != want {
				t.Errorf("%s: %d rows, want %d", name, len(rows[name]), want)
			}
		}
		for _, name := range []string{"status_changes", "quota_days", "retakes", "episode_stats", "control_totals"} {
			if len(rows[name]) == 0 {
				t.Errorf("%s has no rows", name)
			}
		}
	})
}

// TestQuotaDaysSumToTheWorkbook: by each method and basis, with people and
// without, the days sum to the totals on the workbook's cover.
func TestQuotaDaysSumToTheWorkbook(t *testing.T) {
	lighthouse(t, func(facts hierarchy.Facts, _ *archive.Archive) {
		for _, persons := range []dataset.Persons{dataset.Named, dataset.Pseudonymous, dataset.Absent} {
			x := everything(facts)
			x.Persons, x.Key = persons, []byte("0123456789abcdef")
			rows := collect(t, facts, x)
			sums := map[string]float64{}
			for _, r := range rows["quota_days"] {
				sums[fmt.Sprint(r[2], r[3])] += float64(r[9].(int64))
			}
			compared := 0
			for _, r := range rows["control_totals"] {
				if r[3] == "quota" && r[6] == "frames" {
					compared++
					if key := fmt.Sprint(r[4], r[5]); sums[key] != r[8] || sums[key] == 0 {
						t.Errorf("persons %s, %s: days sum to %v frames, the workbook says %v", persons, key, sums[key], r[8])
					}
				}
			}
			if compared != 8 {
				t.Errorf("%d totals compared", compared)
			}
		}
	})
}

func TestPersonsAreHidden(t *testing.T) {
	lighthouse(t, func(facts hierarchy.Facts, _ *archive.Archive) {
		var secret []string
		for _, p := range facts.Dimensions().Persons {
			secret = append(secret, string(p.ID), p.Name(), *p.Email)
		}
		secret = append(secret, facts.Dimensions().Persons[0].LastName+"s-laptop")
		for _, persons := range []dataset.Persons{dataset.Pseudonymous, dataset.Absent} {
			x := everything(facts)
			x.Persons, x.Key = persons, []byte("0123456789abcdef")
			rows := collect(t, facts, x)
			for name, all := range rows {
				text := fmt.Sprint(all)
				for _, s := range secret {
					if strings.Contains(text, s) {
						t.Errorf("%s persons: %s tells %q", persons, name, s)
					}
				}
			}
			for _, name := range []string{"persons", "assignees", "person_departments"} {
				if listed := len(rows[name]) > 0; listed == (persons == dataset.Absent) {
					t.Errorf("persons %s: %s has %d rows", persons, name, len(rows[name]))
				}
			}
			for _, r := range rows["import_changes"] {
				if (r[13] == "nb_frames") != (r[15] != nil) {
					t.Errorf("persons %s: field %v says %v", persons, r[13], r[15])
				}
			}
		}
	})
}

// TestPseudonymsJoin: one person has one pseudonym in all tables and snapshots
// of a key, and another one under another key.
func TestPseudonymsJoin(t *testing.T) {
	lighthouse(t, func(facts hierarchy.Facts, _ *archive.Archive) {
		ids := func(key string) (persons, sheets, quotas, importers map[any]bool) {
			x := everything(facts)
			x.Persons, x.Key = dataset.Pseudonymous, []byte(key)
			rows := collect(t, facts, x)
			set := func(name string, column int) map[any]bool {
				out := map[any]bool{}
				for _, r := range rows[name] {
					if r[column] != nil {
						out[r[column]] = true
					}
				}
				return out
			}
			return set("persons", 0), set("time_spents", 4), set("quota_days", 4), set("imports", 8)
		}
		persons, sheets, quotas, importers := ids("0123456789abcdef")
		for name, some := range map[string]map[any]bool{"time_spents": sheets, "quota_days": quotas} {
			for id := range some {
				if !persons[id] {
					t.Errorf("%s has %v, which is nobody's", name, id)
				}
			}
		}
		known := 0
		for id := range importers {
			if persons[id] {
				known++
			}
		}
		if known != 1 || len(importers) != 2 {
			t.Errorf("%d of %d authors are persons, want 1 of 2", known, len(importers))
		}
		others, _, _, _ := ids("another key, also long")
		for id := range others {
			if persons[id] {
				t.Errorf("%v is the same under another key", id)
			}
		}
	})
}
