package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"turnover/exporters/dataset"
)

// whole reads a dataset as a reader does: latest.json, its manifest, each file.
// It gives the id of what it read, and fails where anything is missing or torn.
func whole(t *testing.T, dir string) string {
	t.Helper()
	m, err := dataset.Latest(dataset.Folder(dir))
	if err != nil || m == nil {
		t.Fatalf("latest: %v, %v", m, err)
	}
	wholeSnapshot(t, filepath.Join(dir, "snapshots", m.ID))
	return m.ID
}

func wholeSnapshot(t *testing.T, dir string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m dataset.Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, table := range m.Tables {
		for _, f := range table.Files {
			raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
			if err != nil {
				t.Fatal(err)
			}
			if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != f.SHA256 {
				t.Fatalf("%s of %s is not what the manifest says", f.Path, m.ID)
			}
			files++
		}
	}
	if files < 20 {
		t.Fatalf("%s has %d files", m.ID, files)
	}
}

// TestKilledPublish kills the real program at random moments of a publication.
// After each, the newest snapshot is the old one or the new one, whole, and
// nothing half-written has a snapshot's name.
func TestKilledPublish(t *testing.T) {
	if testing.Short() {
		t.Skip("kills take seconds: not in short mode")
	}
	p := newProgram(t, "")
	dir := filepath.Join(p.dir, "dataset")
	next := 0
	change := func() {
		p.must("apply", p.list("shots.csv", next, 300), "--project", "tv", "--yes")
		next += 300
	}
	change()
	p.must("publish", "--project", "tv", "--to", "dataset")
	change()
	began := time.Now()
	p.must("publish", "--project", "tv", "--to", "dataset")
	lasted := time.Since(began)
	was, old := whole(t, dir), 0
	change()
	for range kills(t) {
		cmd := p.command("publish", "--project", "tv", "--to", "dataset", "--keep", "2", "--reading", "0s")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(lasted) * 11 / 10)))
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()         // killed
		if now := whole(t, dir); now == was {
			old++
		} else {
			was = now
			change()
		}
		all, err := os.ReadDir(filepath.Join(dir, "snapshots"))
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range all {
			wholeSnapshot(t, filepath.Join(dir, "snapshots", one.Name()))
		}
	}
	p.must("publish", "--project", "tv", "--to", "dataset")
	if whole(t, dir) == was && old > 0 {
		t.Error("publishing after kills published nothing")
	}
	t.Logf("%d of %d kills left the old snapshot; a publication lasts %v", old, kills(t), lasted.Round(time.Millisecond))
}

// TestDatasetIsReadByOthers: DuckDB, pyarrow, pandas and Polars see the rows,
// types and totals of the manifest and the workbooks, and the examples of the
// page run, on a dataset of one large and many small productions.
func TestDatasetIsReadByOthers(t *testing.T) {
	python := os.Getenv("TURNOVER_PYTHON")
	if python == "" {
		t.Skip("TURNOVER_PYTHON names no Python with DuckDB, pyarrow, pandas and Polars")
	}
	dir := t.TempDir()
	p := &program{t, dir, ""}
	p.must("demo", "demo")
	p.dir = filepath.Join(dir, "demo")
	p.db = filepath.Join(p.dir, "turnover.db")
	for _, script := range [][]string{{"dataset.py", filepath.Join(p.dir, "dataset"), filepath.Join(p.dir, "quota.xlsx"), filepath.Join(p.dir, "retake.xlsx")}, {"examples.py", filepath.Join("docs", "dataset.md"), p.dir}} {
		cmd := exec.Command(python, append([]string{filepath.Join(".ci", script[0])}, script[1:]...)...)
		cmd.Dir = filepath.Join("..", "..")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", script, err, out)
		}
	}
	p.publishesPeople(t, python)
}

// publishesPeople looks for people in the files of datasets that hide them.
func (p *program) publishesPeople(t *testing.T, python string) {
	t.Helper()
	const search = `
import glob, sys, pyarrow.parquet as pq
named, hidden = sys.argv[1:]
secret = set()
for f in glob.glob(named + "/snapshots/*/persons/*.parquet"):
    for row in pq.read_table(f, partitioning=None).to_pylist():
        secret |= {row["id"], row["name"], row["email"]} - {None, ""}
assert len(secret) > 5, secret
told = []
for f in glob.glob(hidden + "/snapshots/*/**/*.parquet", recursive=True):
    for row in pq.read_table(f, partitioning=None).to_pylist():
        told += [(f, k, v) for k, v in row.items() if isinstance(v, str) and any(s in v for s in secret)]
assert not told, told[:5]
`
	if err := os.WriteFile(filepath.Join(p.dir, "key.txt"), []byte("a key of this test, long enough\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, persons := range []string{"pseudonyms", "none"} {
		p.must("publish", "--all", "--to", persons, "--persons", persons, "--persons-key-file", "key.txt")
		if out, err := exec.Command(python, "-c", search, filepath.Join(p.dir, "dataset"), filepath.Join(p.dir, persons)).CombinedOutput(); err != nil {
			t.Errorf("persons %s: %v\n%s", persons, err, out)
		}
	}
}

// TestOldReadersGoOn: every column that the first schema version had is there,
// in its place, of its type and unit. The list grows by -update only.
func TestOldReadersGoOn(t *testing.T) {
	dir := t.TempDir()
	p := &program{t, dir, ""}
	p.must("demo", "demo")
	m, err := dataset.Latest(dataset.Folder(filepath.Join(dir, "demo", "dataset")))
	if err != nil || m == nil {
		t.Fatal(m, err)
	}
	var now strings.Builder
	fmt.Fprintf(&now, "# Columns of the dataset's schema version %s, by table: made by go test ./cmd/turnover -run OldReaders -update\n", m.SchemaVersion)
	at := map[string]int{}
	for _, table := range m.Tables {
		for i, c := range table.Columns {
			unit := "-"
			if c.Unit != nil {
				unit = *c.Unit
			}
			line := fmt.Sprintf("%s.%s %s %s", table.Name, c.Name, c.Type, unit)
			at[line] = i
			fmt.Fprintln(&now, line)
		}
	}
	golden := filepath.Join("testdata", "schema-"+m.SchemaVersion+".txt")
	if *update {
		if err := os.WriteFile(golden, []byte(now.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	recorded, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("a new schema version wants its list: %v", err)
	}
	table, place := "", 0
	for line := range strings.Lines(string(recorded)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		if name, _, _ := strings.Cut(line, "."); name != table {
			table, place = name, 0
		}
		if i, there := at[line]; !there || i != place {
			t.Errorf("readers of schema version %s expect %q as column %d: raise table.SchemaVersion", m.SchemaVersion, line, place+1)
		}
		place++
	}
	if place == 0 {
		t.Error("the list is empty")
	}
}
