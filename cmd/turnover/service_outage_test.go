package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"turnover/store/storetest"
)

func TestFullDiskSQLite(t *testing.T) { fullDisk(t, place{}) }

func TestFullDiskJobsElsewhere(t *testing.T) {
	fullDisk(t, place{jobs: filepath.Join(t.TempDir(), "jobs.db")})
}

func TestFullDiskPostgres(t *testing.T) { fullDisk(t, place{db: storetest.PostgresURL(t)}) }

// outage is how long a disk is full, or a database away: a job is tried twice in it.
const outage = 7 * time.Second

// fullDisk lets the disk of all folders run full under a server that works.
// Nothing is taken for a list's fault, and once there is room all of it is done.
func fullDisk(t *testing.T, at place) {
	if testing.Short() {
		t.Skip("outages take seconds: not in short mode")
	}
	t.Parallel()
	at.home = smallDisk(t)
	s := newStudio(t, at, 4)
	s.owe(mailedEntry, 3)
	s.owe(filedEntry, 2)
	s.owe(dataEntry, 1)
	s.drop()
	var leave []func()
	for range 5 {
		leave = append(leave, s.write())
	}
	s.serve("")
	time.Sleep(time.Duration(rand.Int64N(int64(time.Second))))
	ballast := s.fill()
	for _, one := range leave {
		one()
	}
	time.Sleep(outage)
	s.wantNoneRejected()
	s.wantSaid("no space left on device", "disk is full")
	s.kill()
	s.serve("")
	s.over(2 * time.Second) // there is no room for its databases, so it may end, now or when it has tried for long enough
	s.wantNoneRejected()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	s.restWhile(func() {
		if s.over(0) {
			if code := s.server.ProcessState.ExitCode(); code != exitMachine {
				t.Errorf("exit code %d, want %d", code, exitMachine)
			}
			s.serve("") // as systemd would
		}
	})
	s.stop()
	s.wantWhole(4) // mails that were on their way when the disk was full
}

// smallDisk mounts one.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no small disk can be mounted: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("unmount: %v: %s", err, out)
		}
	})
	return dir
}

// fill leaves no room on the disk.
func (s *studio) fill() (ballast string) {
	s.t.Helper()
	ballast = s.at("ballast")
	file, err := os.Create(ballast)
	if err != nil {
		s.t.Fatal(err)
	}
	for piece := 1 << 20; piece > 0; {
		_, err := file.Write(make([]byte, piece))
		switch {
		case errors.Is(err, syscall.ENOSPC):
			piece /= 16
		case err != nil:
			s.t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		s.t.Fatal(err)
	}
	return ballast
}

// wantNoneRejected wants no list to be blamed for the machine's fault.
func (s *studio) wantNoneRejected() {
	s.t.Helper()
	for name, left := range s.lists {
		_, err := os.Stat(filepath.Join(s.at("incoming"), "rejected", filepath.FromSlash(name)))
		if err == nil && left.ends != "rejected" {
			s.t.Errorf("%s was rejected", name)
		}
	}
}

// TestDatabaseRestarts stops the database at once and starts it again while a
// server works on it. The server goes on by itself.
func TestDatabaseRestarts(t *testing.T) {
	if testing.Short() {
		t.Skip("outages take seconds: not in short mode")
	}
	t.Parallel()
	db := storetest.NewPostgresServer(t)
	s := newStudio(t, place{home: t.TempDir(), db: db.URL}, 4)
	s.post.late = 20 * time.Millisecond
	s.owe(mailedEntry, 4)
	s.owe(filedEntry, 4)
	s.owe(dataEntry, 2)
	s.serve("")
	const restarts = 3
	for i := range restarts {
		for range 3 {
			s.drop()
		}
		time.Sleep(500*time.Millisecond + time.Duration(rand.Int64N(int64(time.Second))))
		db.Stop()
		s.drop()
		time.Sleep(time.Duration(i) * time.Second)
		db.Start()
	}
	s.wantNoneRejected()
	s.rest()
	s.stop()
	s.wantWhole(4 * restarts)
}

// wantSaid wants the server to have met a fault, in one of these words.
func (s *studio) wantSaid(words ...string) {
	s.t.Helper()
	text, err := os.ReadFile(s.log.Name())
	if err != nil {
		s.t.Fatal(err)
	}
	if !slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(text, []byte(w)) }) {
		s.t.Errorf("the log says none of %q", words)
	}
}
