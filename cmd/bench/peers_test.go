package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"turnover/cmd/bench/made"
	"turnover/store/storetest"
)

// TestMain lets the test binary be what "write" is of the program.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "write" {
		if err := write(context.Background(), os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// testBench is a bench for tiny works, with the Python that the tests have.
func testBench(t *testing.T) *Bench {
	t.Helper()
	python := os.Getenv("TURNOVER_PYTHON")
	if python == "" {
		if os.Getenv("TURNOVER_REQUIRE_READERS") == "1" {
			t.Fatal("TURNOVER_PYTHON is not set")
		}
		t.Skip("the peers are Python packages: set TURNOVER_PYTHON to an interpreter that has those of cmd/bench/peers/requirements.txt")
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	b := &Bench{root: root, folder: t.TempDir(), python: python}
	b.turnover = filepath.Join(b.folder, "turnover")
	if out, err := exec.Command("go", "build", "-o", b.turnover, "turnover/cmd/turnover").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return b
}

// Turnover and each peer give the same of each work, at a size that is quick.
func TestPeersAgree(t *testing.T) {
	b := testBench(t)
	small := production{b, made.Production{Name: "small", Shots: 60, Tasks: 4, Sheets: 1000, Comments: 700}, Small}
	sqlite := b.onSQLite()
	works := []Work{b.edl(60), b.csv(60), b.sheet(60), b.workbook(100), b.parquet(300), small.load(), small.publish(), small.quota("SQLite"), small.quotaOfDataset(), small.report("retake", "retake_takes", ""), small.report("episode", "episode_stats", ""),
		sqlite.importing("planned, new", "plan", 60, "list-60.csv", "empty"), sqlite.importing("new", "apply", 60, "list-60.csv", "empty"),
		sqlite.importing("unchanged", "apply", 60, "list-60.csv", "full_60"), sqlite.importing("5 % changed", "apply", 60, "changed-60.csv", "full_60")}
	works = slices.Concat(works, small.kitsuQuotas("SQLite"), b.starting()[:1])
	agree(t, b, works)
	t.Run("PostgreSQL", func(t *testing.T) {
		b.server = storetest.NewPostgresServer(t).URL
		on := b.onPostgres()
		agree(t, b, []Work{on.importing("new", "apply", 60, "list-60.csv", "empty"), on.importing("5 % changed", "apply", 60, "changed-60.csv", "full_60"), small.quota("PostgreSQL"), small.kitsuQuotas("PostgreSQL")[0]})
	})
}

func agree(t *testing.T, b *Bench, works []Work) {
	t.Helper()
	for _, w := range works {
		row := measure(t.Context(), w, 1, b.folder)
		if row.Failed != "" || row.Ours.Wall.Median <= 0 || row.Ours.CPU.Median <= 0 || row.Ours.Peak <= 0 || row.Ours.Result == "" {
			t.Errorf("%s, %s: %+v", w.Name, w.Size, row)
		}
		for _, s := range row.Peers {
			if s.Unmeasured != "" || s.Disagrees != "" || s.Wall.Median <= 0 || s.Peak <= 0 {
				t.Errorf("%s, %s: %s: %s%s", w.Name, w.Size, s.Name, s.Unmeasured, s.Disagrees)
			}
		}
	}
}

// A page comes with its figures and its picture.
func TestPageWithPicture(t *testing.T) {
	b := testBench(t)
	var r Report
	for _, n := range []int{20, 60} {
		r.Rows = append(r.Rows, measure(t.Context(), b.csv(n), 1, b.folder))
	}
	t.Chdir(t.TempDir())
	if err := r.keep(t.Context(), b, "page.md"); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"page.md": "page-growth.svg", "page.json": `"Growth": "read CSV"`, "page-growth.svg": "</svg>"} {
		if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s without %q: %v", file, want, err)
		}
	}
}

// A peer that reads another file is found out.
func TestPeersAreComparedByRow(t *testing.T) {
	b := testBench(t)
	w, other := b.csv(60), b.edl(60)
	if err := b.make("wrong.csv", func(f *os.File) error { return made.Sheet{Shots: 60, Changed: 50}.Write(f) }); err != nil {
		t.Fatal(err)
	}
	w.Peers = []Contestant{b.reader("another list", "csv_loop.py", "wrong.csv")}
	if row := measure(t.Context(), w, 1, b.folder); row.Peers[0].Disagrees == "" {
		t.Errorf("%+v", row)
	}
	files := b.workbook(100)
	files.Peers[0].Do = b.peer("xlsxwriter_write.py", "99", "20", "XlsxWriter-ours.xlsx").Run
	files.Ours.Do, files.Peers[0].Do = resultless(files.Ours.Do), resultless(files.Peers[0].Do)
	if row := measure(t.Context(), files, 1, b.folder); row.Peers[0].Disagrees == "" {
		t.Errorf("%+v", row)
	}
	w.Peers = []Contestant{{Name: "no rows", Do: w.Ours.Do, Rows: func(context.Context, string) error { return os.ErrNotExist }}}
	if row := measure(t.Context(), w, 1, b.folder); row.Peers[0].Disagrees == "" {
		t.Errorf("%+v", row)
	}
	other.Ours.Rows = func(_ context.Context, to string) error { return os.WriteFile(to, nil, 0o644) }
	other.Peers = []Contestant{other.Ours}
	if row := measure(t.Context(), other, 1, b.folder); row.Peers[0].Disagrees != "both understood nothing" {
		t.Errorf("%+v", row)
	}
}

func resultless(do func(context.Context) (Sample, error)) func(context.Context) (Sample, error) {
	return func(ctx context.Context) (Sample, error) {
		s, err := do(ctx)
		s.Result = ""
		return s, err
	}
}
