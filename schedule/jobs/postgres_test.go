package jobs

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestTheSchemaIsBesideTheSearchPath(t *testing.T) {
	for path, want := range map[string]string{
		"": "turnover_jobs", "public": "turnover_jobs", `"$user", public`: "turnover_jobs",
		"tv": "tv_jobs", `"tv_2", public`: "tv_2_jobs", strings.Repeat("n", 38): strings.Repeat("n", 38) + "_jobs",
		strings.Repeat("n", 39): "", "TV": "", "2tv": "", `tv"; DROP`: "",
	} {
		if got, err := schemaBeside(path); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q, %v, want %q", path, got, err, want)
		}
	}
}

func TestNoPasswordIsTold(t *testing.T) {
	for _, url := range []string{"postgres://ada:secret@127.0.0.1:1/none?connect_timeout=2", "postgres://ada:secret@host:port/none"} {
		if _, err := Open(t.Context(), url, nil, Options{}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v, want an error without the password", err)
		}
	}
}

// What a server that restarts does to its clients.
func TestConnectionsThatBreakAreMadeAnew(t *testing.T) {
	where := postgresURL(t)
	o := quick()
	o.Takeover = time.Second
	var tries atomic.Int32
	began, finish := make(chan struct{}, 9), make(chan struct{})
	kind := recorded(func(_ context.Context, j Job) error {
		if j.Key == "long" {
			tries.Add(1)
			began <- struct{}{}
			<-finish
		}
		return nil
	})
	named := where + "&application_name=" + schemaOf(t, where)
	one, other := open(t, named, o, kind), open(t, named, o, kind)
	add(t, one, "import", "long")
	start(t, one)
	<-began
	start(t, other)
	looker := open(t, where, Options{}, kind)
	for range 2 {
		var ended int
		err := looker.database.(*postgres).pool.QueryRow(t.Context(),
			"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1", looker.database.schema()).Scan(&ended)
		if err != nil || ended < 4 {
			t.Fatalf("%d connections ended, %v; want those of two processes", ended, err)
		}
		time.Sleep(2 * o.Takeover)
	}
	if tries.Load() != 1 {
		t.Errorf("begun %d times: its process was there all the time", tries.Load())
	}
	add(t, looker, "import", "short")
	settle(t, "new jobs are done", func() bool { return len(list(t, looker, Done)) == 1 })
	// With their new sessions they see that another one is gone.
	_, err := looker.database.(*postgres).pool.Exec(t.Context(), "UPDATE "+looker.database.schema()+
		".river_job SET state = 'running', finalized_at = NULL, attempted_by = ARRAY['dead'] WHERE state = 'completed'")
	if err != nil {
		t.Fatal(err)
	}
	settle(t, "what it left is done", func() bool { return len(list(t, looker, Done)) == 1 })
	close(finish)
	settle(t, "the old one is, too", func() bool { return len(list(t, looker, Done)) == 2 })
}

func schemaOf(t *testing.T, where string) string {
	t.Helper()
	q := open(t, where, Options{})
	return q.database.schema()
}
