package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestOneProcessWorksAFile(t *testing.T) {
	where := filepath.Join(t.TempDir(), "jobs.db")
	kind := recorded(func(context.Context, Job) error { return nil })
	first, second := open(t, where, quick(), kind), open(t, where, quick(), kind)
	start(t, first)
	if err := second.Start(t.Context()); !errors.Is(err, ErrWorked) {
		t.Errorf("got %v, want ErrWorked", err)
	}
	add(t, second, "import", "a") // by others than who works
	only(t, second, Done)
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	start(t, second)
}

func TestFilesThatAreNone(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	other, err := sql.Open("sqlite", at("other.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec("CREATE TABLE shot (id)"); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("text.db"), []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	damage(t, at("damaged.db"))
	if err := os.Mkdir(at("folder.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"other.db":        "give jobs.database a file of its own",
		"text.db":         "delete it",
		"damaged.db":      "delete it",
		"folder.db":       "does its folder exist",
		"nowhere/jobs.db": "does its folder exist",
	} {
		if q, err := Open(t.Context(), at(name), nil, Options{}); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, want %s", name, err, want)
			if err == nil {
				_ = q.Close()
			}
		}
	}
	if _, err := Open(t.Context(), "", nil, Options{}); err == nil {
		t.Error("no name was taken")
	}
}

// damage makes a file of jobs and spoils its middle.
func damage(t *testing.T, path string) {
	t.Helper()
	q, err := Open(t.Context(), path, []Kind{recorded(func(context.Context, Job) error { return nil })}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"a", "b", "c"} {
		add(t, q, "import", key)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(content); i += 7 {
		content[i] ^= 0x5a
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestALostFileIsMadeAnew(t *testing.T) {
	where := filepath.Join(t.TempDir(), "jobs.db")
	kind := recorded(func(context.Context, Job) error { return nil })
	q := open(t, where, quick(), kind)
	add(t, q, "import", "a")
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		if err := os.Remove(where + suffix); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	q = open(t, where, quick(), kind)
	if !add(t, q, "import", "a") {
		t.Error("what the scanner finds again must be added again")
	}
	start(t, q)
	only(t, q, Done)
}

// leftBehind puts a job as a process leaves it that was killed.
func leftBehind(t *testing.T, q *Queue, by string, takeovers int) {
	t.Helper()
	_, err := q.database.(*sqlite).db.Exec(`UPDATE river_job SET state = 'running', attempt = 1, attempted_at = datetime('now', 'subsec'),
		attempted_by = jsonb(json_array(?)), metadata = jsonb(json_object('takeovers', ?))`, by, takeovers)
	if err != nil {
		t.Fatal(err)
	}
}

func TestAJobThatEndsItsProcessIsParked(t *testing.T) {
	o := quick()
	told := make(chan Job, 9)
	o.Parked = func(_ context.Context, j Job) error { told <- j; return nil }
	q := open(t, filepath.Join(t.TempDir(), "jobs.db"), o, recorded(func(context.Context, Job) error {
		t.Error("it ran")
		return nil
	}))
	add(t, q, "import", "poison")
	leftBehind(t, q, "dead", mostTakeovers)
	start(t, q)
	if j := <-told; j.State != Parked || !strings.Contains(j.Error, fmt.Sprintf("ended each of %d times", mostTakeovers+1)) {
		t.Errorf("got %+v", j)
	}
}

func TestWhatWasNotWrittenDownRunsAgain(t *testing.T) {
	now := time.Now()
	o := quick()
	o.Now = func() time.Time { return now }
	q := open(t, filepath.Join(t.TempDir(), "jobs.db"), o, recorded(func(context.Context, Job) error { return nil }))
	add(t, q, "import", "a")
	leftBehind(t, q, q.id, 0)
	look := func(after time.Duration) string {
		now = now.Add(after)
		err := q.database.alone(t.Context(), func(gone goneFunc) error { return q.takeOver(t.Context(), gone) })
		if err != nil {
			t.Fatal(err)
		}
		return list(t, q)[0].State
	}
	q.running.enter(list(t, q)[0].ID)
	for range 3 {
		if state := look(time.Hour); state != Running {
			t.Fatalf("it is %s, and runs", state)
		}
	}
	q.running.leave(list(t, q)[0].ID)
	if look(0) != Running || look(slack) != Running {
		t.Error("River was given no time to write down that it ended")
	}
	if state := look(time.Second); state != Waiting {
		t.Errorf("it is %s: nobody would ever run it", state)
	}
}

func TestAWaitIsOfTheClockGiven(t *testing.T) {
	first := time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)
	now := make(chan time.Time, 1)
	now <- first
	read := func() time.Time { n := <-now; now <- n; return n }
	o := quick()
	o.Now, o.Waits = read, []time.Duration{4 * time.Second}
	q := open(t, filepath.Join(t.TempDir(), "jobs.db"), o, recorded(func(_ context.Context, j Job) error {
		if j.Attempt == 1 {
			return errors.New("not yet")
		}
		return nil
	}))
	add(t, q, "import", "a")
	start(t, q)
	j := only(t, q, Retrying)
	if wait := j.At.Sub(first); wait < 3600*time.Millisecond || wait > 4400*time.Millisecond {
		t.Errorf("tried again after %s, want about 4 s", wait)
	}
	<-now
	now <- first.Add(time.Minute)
	only(t, q, Done)
}
