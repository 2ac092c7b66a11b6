package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"turnover/store/storetest"
)

// python finds an interpreter that has a module: the one that TURNOVER_PYTHON
// names, or python3. The test is skipped without, but in CI.
func python(t *testing.T, module string) string {
	t.Helper()
	name := os.Getenv("TURNOVER_PYTHON")
	if name == "" {
		name = "python3"
	}
	if out, err := exec.Command(name, "-c", "import "+module).CombinedOutput(); err != nil {
		if os.Getenv("TURNOVER_REQUIRE_READERS") != "" {
			t.Fatalf("%s has no %s: %v: %s", name, module, err, out)
		}
		t.Skipf("%s has no %s: set TURNOVER_PYTHON to one that has", name, module)
	}
	return name
}

// TestGazuSQLite runs each script of testdata/gazu with Kitsu's own client
// against the real server.
func TestGazuSQLite(t *testing.T) {
	gazu(t, func(*testing.T) string { return "" })
}

// TestGazuPostgres runs them on PostgreSQL.
func TestGazuPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("a server is started: not in short mode")
	}
	gazu(t, func(t *testing.T) string { return storetest.PostgresURL(t) })
}

func gazu(t *testing.T, database func(*testing.T) string) {
	t.Helper()
	scripts, err := filepath.Glob("testdata/gazu/*.py")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(script), ".py"), func(t *testing.T) { gazuScript(t, script, database(t)) })
	}
}

// TestGazuExpirySQLite lets tokens expire while gazu works.
func TestGazuExpirySQLite(t *testing.T) { gazuExpiry(t, "") }

// TestGazuExpiryPostgres does so on PostgreSQL.
func TestGazuExpiryPostgres(t *testing.T) { gazuExpiry(t, storetest.PostgresURL(t)) }

func gazuExpiry(t *testing.T, database string) {
	t.Helper()
	if testing.Short() {
		t.Skip("tokens take seconds to expire: not in short mode")
	}
	t.Parallel() // it sleeps
	gazuScript(t, "testdata/gazu/expiry/expiry.py", database, "--token-life", "4s", "--refresh-life", "12s")
}

// gazuScript runs a script against a server of its own that has an admin.
func gazuScript(t *testing.T, script, database string, flags ...string) {
	t.Helper()
	interpreter := python(t, "gazu")
	p := newProgram(t, database)
	add := p.command("user", "add", "admin@example.com", "--role", "admin")
	add.Stdin = strings.NewReader("correct horse\n")
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := exec.Command(interpreter, script)
	cmd.Env = append(os.Environ(), "TURNOVER_HOST="+p.serve(flags...))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

var address = regexp.MustCompile(`http://\S+`)

// serve starts the server on a free port, gives its address, and stops it with
// the test as a person would.
func (p *program) serve(flags ...string) string {
	p.t.Helper()
	return p.serveWith(1, flags...)[0]
}

// serveWith starts the server with more flags; it says so many addresses.
func (p *program) serveWith(addresses int, flags ...string) []string {
	p.t.Helper()
	cmd := p.command(slices.Concat([]string{"serve", "--listen", "127.0.0.1:0"}, flags)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			_ = cmd.Process.Kill() // Windows has no interrupt for others
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case err := <-ended:
			if err != nil {
				p.t.Errorf("the server ended with %v", err)
			}
		case <-time.After(30 * time.Second):
			_ = cmd.Process.Kill()
			p.t.Error("the server did not stop")
		}
	})
	var found []string
	for lines := bufio.NewReader(out); len(found) < addresses; {
		line, err := lines.ReadString('\n')
		if err != nil {
			p.t.Fatalf("the server said %q: %v", line, err)
		}
		found = append(found, address.FindString(line))
	}
	return found
}
