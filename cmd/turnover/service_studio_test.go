package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"turnover/pipeline"
	"turnover/schedule"
	"turnover/store"
)

// faultyBinary builds the program that ends itself at a step.
var faultyBinary = sync.OnceValues(func() (string, error) {
	plain, err := binary() // its folder is removed in the end
	if err != nil {
		return "", err
	}
	name := plain + "-faults"
	if out, err := exec.Command("go", "build", "-tags", "faults", "-o", name, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return name, nil
})

// A studio is a server with all that it works on: a watch folder, two reports
// that go to a folder and by mail, and a dataset.
type studio struct {
	*program
	home   string // of folders and, on SQLite, of the databases
	post   *sortingOffice
	began  time.Time
	back   map[string]int      // days before began since which an entry is due
	lists  map[string]leftList // by name
	server *exec.Cmd
	ended  chan struct{} // closed when the server has ended
	log    *os.File
}

// A leftList is a list that was left in the watch folder.
type leftList struct{ content, ends string } // in archive, held or rejected

// The entries of the configuration.
const (
	mailedEntry = "mailed" // a report to a folder and by mail
	filedEntry  = "filed"  // one to a folder alone
	dataEntry   = "dataset"
)

const studioConfig = `
timezone: UTC
projects: {tv: {create: {episodes: hold}}}
watch:
  - {name: incoming, folder: %[1]q, project: tv, poll: 200ms, stable: 300ms}
reports:
  - {name: mailed, cron: "0 3 * * *", report: episode, project: tv, deliver: [{folder: %[2]q}, {mail: [producer@example.com, line@example.com]}], if_missed: all up to 1000}
  - {name: filed, cron: "0 3 * * *", report: quota, project: tv, format: json, deliver: [{folder: %[2]q}], if_missed: all up to 1000}
publish:
  - {name: dataset, cron: "0 3 * * *", projects: [tv], to: %[3]q, keep: 1000, if_missed: all up to 1000}
mail: {smtp: %[4]q, from: turnover@example.com, tls: none}
jobs: {database: %[5]q, workers: %[6]d}
`

// A place is where the parts of a studio are: "" is with the folders.
type place struct{ home, db, jobs string }

// newStudio makes one whose server does so many jobs at once.
func newStudio(t *testing.T, at place, workers int) *studio {
	t.Helper()
	if _, err := faultyBinary(); err != nil {
		t.Fatal(err)
	}
	at.db, at.jobs = cmp.Or(at.db, filepath.Join(at.home, "turnover.db")), cmp.Or(at.jobs, filepath.Join(at.home, "jobs.db"))
	s := &studio{program: newProgram(t, at.db), home: at.home, post: openSortingOffice(t), began: time.Now(), back: map[string]int{}, lists: map[string]leftList{}}
	for _, dir := range []string{"incoming", "coming", "reports", "dataset", "tmp"} {
		if err := os.Mkdir(s.at(dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	config := fmt.Sprintf(studioConfig, s.at("incoming"), s.at("reports"), s.at("dataset"), s.post.address, at.jobs, workers)
	if err := os.WriteFile(filepath.Join(s.dir, "turnover.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "base.csv"), []byte(shotLines("EP000", 0)), 0o600); err != nil {
		t.Fatal(err)
	}
	s.must("apply", "base.csv", "--project", "tv", "--yes")
	var err error
	if s.log, err = os.Create(filepath.Join(s.dir, "serve.log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.kill()
		s.tellOfFailure()
		_ = s.log.Close() // all of it was written by the servers
	})
	return s
}

func (s *studio) at(name string) string { return filepath.Join(s.home, name) }

// tellOfFailure shows the end of the server's log.
func (s *studio) tellOfFailure() {
	if !s.t.Failed() {
		return
	}
	text, err := os.ReadFile(s.log.Name())
	s.t.Logf("server's log (%v):\n%s", err, text[max(0, len(text)-8000):])
}

// shotsOfList is how many shots a list brings.
const shotsOfList = 5

// shotLines is a list of shots that no other number brings.
func shotLines(episode string, n int) string {
	var b strings.Builder
	b.WriteString("Episode,Sequence,Name,Nb Frames\n")
	for i := range shotsOfList {
		fmt.Fprintf(&b, "%s,SQ000,SH%05d,%d\n", episode, n*shotsOfList+i, 24+n)
	}
	return b.String()
}

// drop leaves the next list in the watch folder.
func (s *studio) drop() {
	s.t.Helper()
	s.write()()
}

// write writes the next list aside, and gives what leaves it in the watch folder:
// by a rename, for which a full disk has room. Of five lists one is held and one
// rejected.
func (s *studio) write() (leave func()) {
	s.t.Helper()
	n := len(s.lists) + 1
	name := fmt.Sprintf("day %d/list-%03d.csv", n%3, n)
	left := leftList{shotLines("EP000", n), "archive"}
	switch n % 5 {
	case 2:
		left = leftList{shotLines(fmt.Sprintf("EP%03d", n), n), "held"} // a new episode
	case 4:
		left = leftList{shotLines("EP000", n) + "EP000,SQ000,SHX,many\n", "rejected"}
	}
	s.lists[name] = left
	aside, to := s.at("coming/"+filepath.Base(name)), filepath.Join(s.at("incoming"), filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(aside, []byte(left.content), 0o644)); err != nil {
		s.t.Fatal(err)
	}
	return func() {
		if err := os.Rename(aside, to); err != nil {
			s.t.Fatal(err)
		}
	}
}

// open is the database as the test looks at it.
func (s *studio) open(f func(context.Context, store.Store) error) {
	s.t.Helper()
	ctx := context.Background()
	db, err := makeStore(ctx, s.db)
	if err == nil {
		err = errors.Join(f(ctx, db), db.Close())
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func entryOf(name string) *schedule.Entry {
	times, err := schedule.Parse("0 3 * * *")
	if err != nil {
		panic(err)
	}
	return &schedule.Entry{Name: name, Times: times, Zone: time.UTC}
}

// owe puts an entry's mark back so that further days are due, while no server
// runs: some that were never done, and all that were done already.
func (s *studio) owe(entry string, days int) {
	s.t.Helper()
	s.back[entry] += days
	m, err := entryOf(entry).Begin(s.began.AddDate(0, 0, -s.back[entry]))
	if err != nil {
		s.t.Fatal(err)
	}
	s.open(func(ctx context.Context, db store.Store) error { return pipeline.Ledger{Store: db}.PutMark(ctx, m) })
}

// owed lists all occurrences of an entry that must be done in the end.
func (s *studio) owed(entry string) []schedule.Occurrence {
	due, _ := entryOf(entry).Between(s.began.AddDate(0, 0, -s.back[entry]), time.Now())
	if s.back[entry] == 0 {
		return nil
	}
	return due
}

// serve starts a server, which ends itself at a step if one is named.
func (s *studio) serve(fault string) {
	s.t.Helper()
	name, err := faultyBinary()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := s.command("serve", "--listen", "", "--log-level", "info")
	cmd.Path = name
	cmd.Env = append(cmd.Env, "TURNOVER_FAULT="+fault, "TMPDIR="+s.at("tmp"))
	cmd.Stdout, cmd.Stderr = s.log, s.log
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // its state says how it ended
		close(ended)
	}()
	s.server, s.ended = cmd, ended
}

// over says whether the server has ended, or does so within a time.
func (s *studio) over(within time.Duration) bool {
	select {
	case <-s.ended:
		return true
	case <-time.After(within):
		return false
	}
}

// kill ends the server as a power cut would.
func (s *studio) kill() {
	if s.server != nil {
		_ = s.server.Process.Kill() // it may have ended
		<-s.ended
	}
}

// wantFallen waits for the server to kill itself at a step.
func (s *studio) wantFallen(step string) {
	s.t.Helper()
	if !s.over(time.Minute) {
		s.t.Fatalf("the server never came to %s", step)
	}
	if got := s.server.ProcessState.String(); got != "signal: killed" {
		s.t.Fatalf("the server did not come to %s: %s", step, got)
	}
}

// stop ends the server as systemd would.
func (s *studio) stop() {
	s.t.Helper()
	if err := s.server.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Error(err)
	}
	if !s.over(time.Minute) || !s.server.ProcessState.Success() {
		s.t.Errorf("the server that was asked to stop: %v", s.server.ProcessState)
	}
}

// restTime is how long a studio may take to come to rest.
const restTime = 10 * time.Minute

// rest waits until nothing is left to do.
func (s *studio) rest() {
	s.t.Helper()
	s.restWhile(func() {})
}

// restWhile does something again and again until nothing is left to do.
func (s *studio) restWhile(meanwhile func()) {
	s.t.Helper()
	s.open(func(ctx context.Context, db store.Store) error {
		ledger := pipeline.Ledger{Store: db}
		for end := time.Now().Add(restTime); ; time.Sleep(100 * time.Millisecond) {
			meanwhile()
			open, err := s.unfinished(ctx, ledger)
			if err != nil || len(open) == 0 {
				return err
			}
			if time.Now().After(end) {
				return fmt.Errorf("after %s %d are not done: %s", restTime, len(open), strings.Join(open[:min(len(open), 10)], ", "))
			}
		}
	})
}

// unfinished lists what is still to be done.
func (s *studio) unfinished(ctx context.Context, ledger pipeline.Ledger) (open []string, err error) {
	for name := range s.lists {
		if _, err := os.Lstat(filepath.Join(s.at("incoming"), filepath.FromSlash(name))); err == nil {
			open = append(open, name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	drops, err := ledger.Marks(ctx, "drop/")
	if err != nil {
		return nil, err
	}
	for _, m := range drops {
		if !strings.HasSuffix(m.State, schedule.Filed) {
			open = append(open, m.Key+" "+m.State)
		}
	}
	for entry, kind := range map[string]string{mailedEntry: "report/", filedEntry: "report/", dataEntry: "publish/"} {
		marks, err := ledger.Marks(ctx, kind+entry+"/")
		if err != nil {
			return nil, err
		}
		done := map[string]bool{}
		for _, m := range marks {
			done[m.Key] = m.State == pipeline.OccurrenceDone
		}
		for _, o := range s.owed(entry) {
			if !done[kind+entry+"/"+o.Wall] {
				open = append(open, o.Key())
			}
		}
	}
	slices.Sort(open)
	return open, nil
}
