package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"turnover/schedule/jobs"
)

// TestJobs: what was given up is listed with its reason, tried again and
// cancelled by a person.
func TestJobs(t *testing.T) {
	db := filepath.Join(t.TempDir(), "t.db")
	does := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(t.Context(), append(args, "--db", db), strings.NewReader(""), &out, &errs); code != want {
			t.Errorf("%v: exit %d, want %d: %s", args, code, want, errs.String())
		}
		return out.String() + errs.String()
	}
	if got := does(exitDone, "jobs"); got != "nothing waits\n" {
		t.Errorf("before the first start: %s", got)
	}
	does(exitUsage, "jobs", "retry", "1")
	told := make(chan jobs.Job, 1)
	q, err := jobs.Open(t.Context(), filepath.Join(filepath.Dir(db), defaultJobs), []jobs.Kind{{Name: importJob, Timeout: time.Minute, Work: func(context.Context, jobs.Job) error {
		return jobs.ForGood(errors.New("the disk is full"))
	}}}, jobs.Options{Parked: func(_ context.Context, j jobs.Job) error { told <- j; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Add(t.Context(), importJob, "drop/in/\x1b[31m/1", "x"); err != nil {
		t.Fatal(err)
	}
	<-told
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	got := does(exitDone, "jobs")
	if !strings.Contains(got, "parked") || !strings.Contains(got, "try 1: the disk is full") || strings.Contains(got, "\x1b") {
		t.Errorf("given up: %q", got)
	}
	does(exitDone, "jobs", "retry", "1")
	if got := does(exitDone, "jobs", "--json"); !strings.Contains(got, `"state"`) || strings.Contains(got, "parked") {
		t.Errorf("tried again: %s", got)
	}
	does(exitDone, "jobs", "cancel", "1")
	if got := does(exitDone, "jobs"); got != "nothing waits\n" {
		t.Errorf("cancelled: %s", got)
	}
	if got := does(exitDone, "jobs", "--all"); !strings.Contains(got, "cancelled") {
		t.Errorf("cancelled: %s", got)
	}
	for _, wrong := range []string{"x", "1", "99"} {
		does(exitUsage, "jobs", "cancel", wrong)
	}
}
