package storetest

import (
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// PostgresURL gives the URL of a fresh and empty schema of a PostgreSQL
// database, which goes with the test. The server is the one that
// TURNOVER_TEST_POSTGRES names, else a private one that is started once in the
// test binary and ends with it. Where there is none the test is skipped, or,
// with TURNOVER_REQUIRE_POSTGRES=1, fails. The binary must have store/postgres in it.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TURNOVER_TEST_POSTGRES")
	if server == "" {
		private, err := privateServer()
		if err != nil {
			without(t, err)
		}
		server = private.url
	}
	address, err := url.Parse(server)
	if err != nil {
		t.Fatalf("TURNOVER_TEST_POSTGRES is no URL: %v", err)
	}
	random := make([]byte, 6)
	_, _ = rand.Read(random) // never fails
	name := "test_" + hex.EncodeToString(random)
	execute(t, server, "CREATE SCHEMA "+name)
	t.Cleanup(func() {
		execute(t, server, "DROP SCHEMA "+name+" CASCADE")
		execute(t, server, "DROP SCHEMA IF EXISTS "+name+"_jobs CASCADE") // of schedule/jobs, which is named for it
	})
	query := address.Query()
	query.Set("search_path", name)
	address.RawQuery = query.Encode()
	return address.String()
}

// execute uses the driver that store/postgres brings into the binary: pgx
// belongs to that package alone.
func execute(t testing.TB, server, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatalf("open %s: %v", server, err)
	}
	if _, err := db.Exec(statement); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("close %s: %v", server, err)
	}
}

// Settle waits until a PostgreSQL works for nobody any more: the commit of a
// client that was killed may still be under way, and come out either way.
func Settle(t testing.TB, server string) {
	t.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatalf("open %s: %v", server, err)
	}
	defer func() { _ = db.Close() }() // only read
	for range 600 {
		busy := 0
		if err := db.QueryRow("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'").Scan(&busy); err != nil {
			t.Fatalf("ask who is busy: %v", err)
		}
		if busy == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("PostgreSQL is still busy after half a minute")
}

// A server is a private one. It runs as long as open is, which takes the words
// "stop" and "start".
type server struct {
	url       string
	open      io.WriteCloser
	answering func() error // waits until it takes queries
}

// A PostgresServer is a test's own, which it may stop and start.
type PostgresServer struct {
	URL string
	t   testing.TB
	server
}

// NewPostgresServer starts one that ends with the test. Where there is none the
// test is skipped or fails, as with PostgresURL.
func NewPostgresServer(t testing.TB) *PostgresServer {
	t.Helper()
	own, err := startServer()
	if err != nil {
		without(t, err)
	}
	t.Cleanup(func() { _ = own.open.Close() }) // the guard does the rest
	return &PostgresServer{own.url, t, *own}
}

// Stop ends the server at once: what was not committed is lost, and whoever was
// connected hears nothing more.
func (s *PostgresServer) Stop() { s.say("stop") }

// Start starts it again and waits until it takes queries.
func (s *PostgresServer) Start() {
	s.t.Helper()
	s.say("start")
	if err := s.answering(); err != nil {
		s.t.Fatalf("start PostgreSQL again: %v", err)
	}
}

func (s *PostgresServer) say(word string) {
	s.t.Helper()
	if _, err := io.WriteString(s.open, word+"\n"); err != nil {
		s.t.Fatalf("%s PostgreSQL: %v", word, err)
	}
}

// without skips a test that has no server, or fails it where one is required.
func without(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("TURNOVER_REQUIRE_POSTGRES") == "1" {
		t.Fatalf("PostgreSQL is required: %v", err)
	}
	t.Skipf("no PostgreSQL: %v; set TURNOVER_TEST_POSTGRES to the URL of one", err)
}

// privateServer is started at most once a binary.
var privateServer = sync.OnceValues(startServer)

// serverBinaries finds the folder of initdb and postgres.
func serverBinaries() (string, bool) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is right
	slices.Reverse(folders)                                  // newest first
	for _, folder := range append(folders, filepath.SplitList(os.Getenv("PATH"))...) {
		_, noInit := os.Stat(filepath.Join(folder, "initdb"))
		_, noServer := os.Stat(filepath.Join(folder, "postgres"))
		if noInit == nil && noServer == nil {
			return folder, true
		}
	}
	return "", false
}
