package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"turnover/store/storetest"
)

// previous is the commit of the release before this one: v0.1.0.
const previous = "92ebf93"

// series is the production of the bundled example.
const series = "Lighthouse"

// previousBinary builds the release before this one from the history.
var previousBinary = sync.OnceValues(func() (string, error) {
	if _, err := binary(); err != nil { // its folder is removed in the end
		return "", err
	}
	source, err := os.MkdirTemp("", "turnover-previous-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(source) }() // what is left is a temporary folder
	top, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	if err != nil {
		return "", fmt.Errorf("git: %w", err)
	}
	tar := exec.Command("git", "archive", "--format=tar", previous)
	tar.Dir = strings.TrimSpace(string(top))
	packed, err := tar.Output()
	if err != nil {
		return "", fmt.Errorf("git archive %s: %w", previous, err)
	}
	unpack := exec.Command("tar", "-x", "-C", source)
	unpack.Stdin = bytes.NewReader(packed)
	if out, err := unpack.CombinedOutput(); err != nil {
		return "", fmt.Errorf("tar: %w: %s", err, out)
	}
	now, err := binary()
	if err != nil {
		return "", err
	}
	name := now + "-previous"
	build := exec.Command("go", "build", "-o", name, "./cmd/turnover")
	build.Dir = source
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return name, nil
})

// TestUpgradeSQLite: what the release before left is read, reported and taken
// back by this one.
func TestUpgradeSQLite(t *testing.T) { upgrade(t, "") }

// TestUpgradePostgres: as TestUpgradeSQLite, with "db migrate" by a person.
func TestUpgradePostgres(t *testing.T) { upgrade(t, storetest.PostgresURL(t)) }

func upgrade(t *testing.T, db string) {
	before, err := previousBinary()
	if err != nil {
		if os.Getenv("TURNOVER_REQUIRE_POSTGRES") != "" { // CI
			t.Fatal(err)
		}
		t.Skipf("the release before this one cannot be built from the history: %v", err)
	}
	p := &program{t, t.TempDir(), db}
	if db == "" {
		p.db = filepath.Join(p.dir, "turnover.db")
	}
	old := func(args ...string) []byte {
		cmd := exec.Command(before, args...)
		cmd.Dir, cmd.Env = p.dir, append(os.Environ(), "TURNOVER_DB="+p.db, "TURNOVER_AUTHOR=td@example.com")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("before: turnover %v: %v\n%s", args, err, out)
		}
		return out
	}
	old("init")
	if db != "" {
		old("db", "migrate")
	}
	demo, err := filepath.Abs(filepath.Join("..", "..", "testdata", "demo"))
	if err != nil {
		t.Fatal(err)
	}
	old("archive", "load", filepath.Join(demo, "studio"))
	for _, list := range []string{"E02_shots.csv", "E02_cut_v01.edl", "tasks.csv", "timesheet.csv"} {
		old("apply", filepath.Join(demo, "series", list), "--project", series, "--episode", "E02", "--yes")
	}
	old("export", "shots", "--project", series, "--format", "csv", "--out", "shots-before.csv")
	old("report", "quota", "--project", series, "--format", "csv", "--table", "quota_person_month", "--out", "quota-before.csv")
	old("backup", "before.backup")
	if db != "" {
		if out, err := p.command("project", "list").CombinedOutput(); err == nil || !strings.Contains(string(out), "turnover db migrate") {
			t.Fatalf("an older database was taken without a word: %v: %s", err, out)
		}
		p.must("db", "migrate")
	}
	p.must("export", "shots", "--project", series, "--format", "csv", "--out", "shots-after.csv")
	p.must("report", "quota", "--project", series, "--format", "csv", "--table", "quota_person_month", "--out", "quota-after.csv")
	for _, name := range []string{"shots", "quota"} {
		was, is := content(t, p.dir, name+"-before.csv"), content(t, p.dir, name+"-after.csv")
		if !bytes.Equal(was, is) || len(was) < 100 {
			t.Errorf("%s: before\n%.300s\nafter\n%.300s", name, was, is)
		}
	}
	if out, err := exec.Command(before, "project", "list", "--db", p.db).CombinedOutput(); err == nil || !strings.Contains(string(out), "newer") {
		t.Errorf("the release before opens a newer database: %v: %s", err, out)
	}
	var imports []struct{ ID string }
	if err := json.Unmarshal(p.must("imports", "--project", series, "--json"), &imports); err != nil || len(imports) != 5 {
		t.Fatalf("%d imports of before: %v", len(imports), err)
	}
	p.must("undo", imports[0].ID)
	restored := &program{t, p.dir, filepath.Join(p.dir, "restored.db")}
	restored.must("restore", "before.backup")
	restored.must("export", "shots", "--project", series, "--format", "csv", "--out", "shots-restored.csv")
	if !bytes.Equal(content(t, p.dir, "shots-before.csv"), content(t, p.dir, "shots-restored.csv")) {
		t.Error("a back-up of before has other shots")
	}
}

func content(t *testing.T, dir, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
