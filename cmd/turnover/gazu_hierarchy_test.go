package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"turnover/store/storetest"
)

// otherTests are the functions of gazu.shot, gazu.scene and gazu.casting that
// these scripts leave to others: they are about files.
var otherTests = []string{"shot.import_shots_with_csv", "shot.export_shots_with_csv", "shot.import_otio"}

// TestGazuHierarchySQLite calls every function of gazu that is about shots,
// scenes and castings, on a series and a film.
func TestGazuHierarchySQLite(t *testing.T) { gazuCalls(t, "", "hierarchy", 70, otherTests) }

// TestGazuHierarchyPostgres does so on PostgreSQL.
func TestGazuHierarchyPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("a server is started: not in short mode")
	}
	gazuCalls(t, storetest.PostgresURL(t), "hierarchy", 70, otherTests)
}

// gazuCalls runs the scripts of a folder against one server. They say which
// functions their modules have, at least as many as least, and which they called:
// all must be, but for those that are left out.
func gazuCalls(t *testing.T, database, folder string, least int, left []string) {
	t.Helper()
	interpreter := python(t, "gazu")
	p := newProgram(t, database)
	p.must("project", "add", "film", "--type", "film", "--fps", "24")
	add := p.command("user", "add", "admin@example.com", "--role", "admin")
	add.Stdin = strings.NewReader("correct horse\n")
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	host := p.serve()
	scripts, err := filepath.Glob(filepath.Join("testdata", "gazu", folder, "*.py"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	has, called := map[string]bool{}, map[string]bool{}
	for _, script := range scripts {
		cmd := exec.Command(interpreter, script)
		cmd.Env = append(os.Environ(), "TURNOVER_HOST="+host, "PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH="+filepath.Join("testdata", "gazu", "lib"))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", script, err, out)
		}
		for line := range strings.Lines(string(out)) {
			what, name, _ := strings.Cut(strings.TrimSpace(line), " ")
			has[name] = has[name] || what == "has"
			called[name] = called[name] || what == "called"
		}
	}
	if len(has) < least {
		t.Errorf("gazu has %d functions", len(has))
	}
	for name := range has {
		if !called[name] && !slices.Contains(left, name) {
			t.Errorf("%s was not called", name)
		}
	}
}
