package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"turnover/store/storetest"
)

// kills is how often a command is killed; TURNOVER_KILLS asks for more.
func kills(t *testing.T) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("TURNOVER_KILLS")); err == nil && n > 0 {
		return n
	}
	return 5
}

// A program is the real binary on one database in a folder of its own.
type program struct {
	t       *testing.T
	dir, db string
}

// newProgram makes a production in a fresh database.
func newProgram(t *testing.T, db string) *program {
	t.Helper()
	p := &program{t, t.TempDir(), db}
	if db == "" {
		p.db = filepath.Join(p.dir, "turnover.db")
	}
	p.must("init")
	p.must("project", "add", "tv", "--type", "tvshow", "--fps", "25")
	return p
}

// built tells that there is a binary to remove.
var built atomic.Bool

// binary builds the program once, as a user would: without the race detector,
// which would only make each kill slower.
var binary = sync.OnceValues(func() (string, error) {
	built.Store(true)
	dir, err := os.MkdirTemp("", "turnover-binary-")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "turnover")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return name, nil
})

func (p *program) command(args ...string) *exec.Cmd {
	p.t.Helper()
	name, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "TURNOVER_DB="+p.db, "TURNOVER_AUTHOR=td@example.com")
	return cmd
}

func (p *program) must(args ...string) []byte {
	p.t.Helper()
	cmd := p.command(args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("turnover %v: %v\n%s", args, err, errs.String())
	}
	return out
}

func (p *program) list(name string, first, shots int) string {
	p.t.Helper()
	var b bytes.Buffer
	b.WriteString("Episode,Sequence,Name,Nb Frames\n")
	for i := first; i < first+shots; i++ {
		fmt.Fprintf(&b, "EP%03d,SQ%03d,SH%04d,%d\n", i/1000, i/50%20, i%50*10, 24+i%100)
	}
	if err := os.WriteFile(filepath.Join(p.dir, name), b.Bytes(), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return name
}

// A census counts what an import leaves behind.
type census struct{ Shots, Tasks, History, Imports, Ledger int }

func (p *program) census() census {
	p.t.Helper()
	ctx := context.Background()
	s, err := makeStore(ctx, p.db)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			p.t.Error(err)
		}
	}()
	var c census
	counts := map[string]*int{"tasks": &c.Tasks, "history": &c.History, "imports": &c.Imports, "ledger": &c.Ledger}
	err = s.Dump(ctx, func(table string, row map[string]any) error {
		if n := counts[table]; n != nil {
			*n++
		}
		if table == "entities" && row["kind"] == "Shot" {
			c.Shots++
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

func TestKilledImportSQLite(t *testing.T) { killed(t, importing, func() string { return "" }) }

func TestKilledImportPostgres(t *testing.T) {
	killed(t, importing, func() string { return storetest.PostgresURL(t) })
}

func TestKilledUndoSQLite(t *testing.T) { killed(t, undoing, func() string { return "" }) }

func TestKilledUndoPostgres(t *testing.T) {
	killed(t, undoing, func() string { return storetest.PostgresURL(t) })
}

const killedShots = 2000

// importing makes a list and gives the command that applies it.
func importing(p *program) []string {
	p.list("shots.csv", 0, killedShots)
	return []string{"apply", "shots.csv", "--project", "tv", "--yes"}
}

// undoing applies a list and gives the command that takes it back.
func undoing(p *program) []string {
	p.must(importing(p)...)
	var imports []struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(p.must("imports", "--json"), &imports); err != nil || len(imports) != 1 {
		p.t.Fatalf("imports %v, %v", imports, err)
	}
	return []string{"undo", imports[0].ID, "--yes"}
}

// killed kills a command at random moments. After each, nothing or everything
// of it is there, and running it again ends in the same state as never killing it.
func killed(t *testing.T, prepare func(*program) []string, database func() string) {
	if testing.Short() {
		t.Skip("kills take seconds: not in short mode")
	}
	whole := newProgram(t, database())
	args := prepare(whole)
	before := whole.census()
	began := time.Now()
	whole.must(args...)
	lasted := time.Since(began)
	after := whole.census()
	if before.Shots+after.Shots != killedShots || after.Imports != before.Imports+1 {
		t.Fatalf("%v made %+v of %+v", args, after, before)
	}
	p := newProgram(t, database())
	args = prepare(p)
	nothing := 0
	for i := range kills(t) {
		cmd := p.command(args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(lasted) * 11 / 10)))
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()         // killed
		if isPostgres(p.db) {
			storetest.Settle(t, p.db)
		}
		switch got := p.census(); got {
		case before:
			nothing++
		case after:
			p = newProgram(t, database())
			args = prepare(p)
		default:
			t.Fatalf("kill %d of %v left a half: %+v, neither %+v nor %+v", i, args, got, before, after)
		}
	}
	p.must(args...)
	if got := p.census(); got != after {
		t.Errorf("running again after kills gave %+v, want %+v", got, after)
	}
	t.Logf("%d kills left nothing, the others everything; %s lasts %v", nothing, args[0], lasted.Round(time.Millisecond))
}

func TestTwoImportsAtOnceSQLite(t *testing.T) { twoAtOnce(t, "") }

func TestTwoImportsAtOncePostgres(t *testing.T) { twoAtOnce(t, storetest.PostgresURL(t)) }

// twoAtOnce applies two lists of one production at once: each ends applied or
// moved on, and what is there is the whole of those that were applied.
func twoAtOnce(t *testing.T, database string) {
	p := newProgram(t, database)
	p.list("first.csv", 0, 600)
	p.list("second.csv", 400, 600)
	var wg sync.WaitGroup
	codes, imports := make([]int, 2), 0
	for i, name := range []string{"first.csv", "second.csv"} {
		cmd := p.command("apply", name, "--project", "tv", "--yes", "--json")
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		wg.Go(func() {
			_ = cmd.Run() // the code says how it ended
			codes[i] = cmd.ProcessState.ExitCode()
			if codes[i] != exitDone && codes[i] != exitMoved {
				t.Errorf("%s: exit code %d\n%s", name, codes[i], errs.String())
			}
			if codes[i] == exitDone && !json.Valid(out.Bytes()) {
				t.Errorf("%s printed %s", name, out.String())
			}
		})
	}
	wg.Wait()
	for _, code := range codes {
		if code == exitDone {
			imports++
		}
	}
	want := 600
	if imports == 2 {
		want = 1000
	}
	got := p.census()
	if imports == 0 || got.Imports != imports || got.Shots != want {
		t.Errorf("codes %v left %+v, want %d shots and %d imports", codes, got, want, imports)
	}
}
