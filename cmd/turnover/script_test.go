package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"turnover/store/storetest"
)

// tests removes what binary built when all tests have run.
type tests struct{ *testing.M }

func (m tests) Run() int {
	code := m.M.Run()
	if built.Load() {
		if name, err := binary(); err == nil {
			_ = os.RemoveAll(filepath.Dir(name))
		}
	}
	return code
}

func TestMain(m *testing.M) { testscript.Main(tests{m}, map[string]func(){"turnover": main}) }

// TestScriptSQLite runs the journeys with a file in each script's folder.
func TestScriptSQLite(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", Cmds: commands,
		Setup: func(env *testscript.Env) error {
			common(env)
			env.Setenv("TURNOVER_DB", "turnover.db")
			env.Setenv("OTHER_DB", "other.db")
			return nil
		},
	})
}

// TestScriptPostgres runs the same journeys on PostgreSQL.
func TestScriptPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("a server is started: not in short mode")
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", Cmds: commands,
		Setup: func(env *testscript.Env) error {
			common(env)
			for _, name := range []string{"TURNOVER_DB", "OTHER_DB"} {
				env.Setenv(name, storetest.PostgresURL(env.T().(testing.TB)))
			}
			return nil
		},
	})
}

func common(env *testscript.Env) {
	env.Setenv("TURNOVER_AUTHOR", "td@example.com")
	if demo, err := filepath.Abs(filepath.Join("..", "..", "testdata", "demo")); err == nil {
		env.Setenv("DEMO", demo)
	}
}

// commands are what scripts need beside the program.
var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"exitcode": exitcode, "savedid": savedID, "samefolder": sameFolder, "await": await,
}

// exitcode runs the program and wants an exact code: exitcode 3 turnover plan …
func exitcode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode CODE COMMAND…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// savedID puts the first word of standard output into a variable.
func savedID(ts *testscript.TestScript, neg bool, args []string) {
	fields := strings.Fields(ts.ReadFile("stdout"))
	if neg || len(args) != 1 || len(fields) == 0 {
		ts.Fatalf("usage: savedid VARIABLE, after a command that printed something")
	}
	ts.Setenv(args[0], fields[0])
}

// await waits until a program in the background has written a file.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await FILE")
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
	}
	ts.Fatalf("waited in vain for %s", args[0])
}

// sameFolder wants two folders to have the same files with the same bytes.
func sameFolder(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: samefolder A B")
	}
	one, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	other, err := os.ReadDir(ts.MkAbs(args[1]))
	ts.Check(err)
	if len(one) != len(other) || len(one) == 0 {
		ts.Fatalf("%d files and %d", len(one), len(other))
	}
	for _, f := range one {
		if ts.ReadFile(filepath.Join(args[0], f.Name())) != ts.ReadFile(filepath.Join(args[1], f.Name())) {
			ts.Fatalf("%s differs", f.Name())
		}
	}
}
