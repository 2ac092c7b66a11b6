package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	anAPIKey = regexp.MustCompile(`trno_\S+`)
	anID     = regexp.MustCompile(`"id": *"([^"]+)"`)
)

// TestDescriptionHolds sends what the description of our own routes allows, and
// what it forbids, and compares the answers with it. A request that is allowed
// may still name what is not there, so its refusal is no fault.
func TestDescriptionHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("a server is asked a thousand times: not in short mode")
	}
	interpreter := python(t, "schemathesis")
	p := newProgram(t, "")
	add := p.command("user", "add", "admin@example.com", "--role", "admin")
	add.Stdin = strings.NewReader("correct horse\n")
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	key := anAPIKey.Find(p.must("user", "key", "admin@example.com"))
	p.must("apply", p.list("a.csv", 0, 2), "--project", "tv", "--yes")
	p.must("plan", p.list("b.csv", 50, 2), "--project", "tv", "--save")
	imported := anID.FindSubmatch(p.must("imports", "--json"))[1]
	planned := anID.FindSubmatch(p.must("plans", "--project", "tv", "--json"))[1]
	config := filepath.Join(p.dir, "schemathesis.toml")
	err := os.WriteFile(config, fmt.Appendf(nil, `[parameters]
"path.project" = "tv"

[[operations]]
include-path-regex = "/plans/\\{id\\}"
parameters = { "path.id" = "%s" }

[[operations]]
include-path-regex = "/imports/\\{id\\}"
parameters = { "path.id" = "%s" }
`, planned, imported), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	host := p.serve()
	cmd := exec.Command(interpreter, "-m", "schemathesis.cli", "--config-file", config, "run", host+"/api/v1/openapi.json", "--url", host+"/api",
		"-H", "Authorization: Bearer "+string(key), "--max-examples", "20", "--seed", "1", "--phases", "coverage,fuzzing", "--exclude-checks", "positive_data_acceptance", "--no-color")
	cmd.Dir = p.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), " passed") {
		t.Errorf("nothing was asked:\n%s", out)
	}
}
