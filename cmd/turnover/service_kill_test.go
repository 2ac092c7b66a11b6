package main

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"turnover/pipeline"
	"turnover/schedule"
	"turnover/store"
	"turnover/store/storetest"
)

// serverKills is how often a server is killed; TURNOVER_SERVER_KILLS, or
// TURNOVER_KILLS, asks for another number.
func serverKills(t *testing.T) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("TURNOVER_SERVER_KILLS")); err == nil && n > 0 {
		return n
	}
	return kills(t)
}

func TestKilledServerSQLite(t *testing.T) { killedServer(t, "") }

func TestKilledServerPostgres(t *testing.T) { killedServer(t, storetest.PostgresURL(t)) }

// killedServer kills a server at random moments while lists come and reports and
// datasets are due. In the end everything is where it belongs, once.
func killedServer(t *testing.T, db string) {
	if testing.Short() {
		t.Skip("kills take seconds: not in short mode")
	}
	t.Parallel()
	s := newStudio(t, place{home: t.TempDir(), db: db}, 4)
	s.post.late = 20 * time.Millisecond // in which the server may be killed
	usual := s.usual()
	n, lists := serverKills(t), 3
	if n > 50 {
		lists = 1 // those of one production go one by one: more would only pile up
	}
	for i := range n {
		s.owe([]string{mailedEntry, filedEntry, dataEntry}[i%3], 2)
		s.serve("")
		life := time.Duration(rand.Int64N(int64(usual) * 3 / 2))
		for range lists {
			time.Sleep(life / time.Duration(lists))
			s.drop()
		}
		s.kill()
	}
	s.serve("")
	s.rest()
	s.stop()
	s.wantWhole(n)
	t.Logf("%d kills; a list and a report take a new server %v", n, usual.Round(time.Millisecond))
}

// usual is how long a server takes from its start until a list and a report are done.
func (s *studio) usual() time.Duration {
	s.t.Helper()
	s.owe(mailedEntry, 1)
	s.drop()
	began := time.Now()
	s.serve("")
	s.rest()
	lasted := time.Since(began)
	s.kill()
	return lasted
}

// faultPoints are the steps at which a server is killed, and how often a mail
// comes then.
var faultPoints = []struct {
	step  string
	owes  string // an entry
	drops int
	again int // mails that come twice
}{
	{step: "import read", drops: 1},
	{step: "import held", drops: 1},
	{step: "import taken", drops: 1},
	{step: "import aside", drops: 1},
	{step: "import put", drops: 1},
	{step: "import put:2", drops: 2},
	{step: "import moved", drops: 1},
	{step: "import marked", drops: 1},
	{step: "report begin", owes: mailedEntry},
	{step: "report make", owes: mailedEntry},
	{step: "report made", owes: mailedEntry},
	{step: "report claim folder", owes: mailedEntry},
	{step: "report send folder", owes: mailedEntry},
	{step: "report mark folder", owes: filedEntry},
	{step: "report claim mail", owes: mailedEntry},
	{step: "report send mail", owes: mailedEntry},
	{step: "report mark mail", owes: mailedEntry, again: 1}, // taken, and nobody has written it down
	{step: "report end", owes: mailedEntry},
	{step: "publish begin", owes: dataEntry},
	{step: "publish publish", owes: dataEntry},
	{step: "publish create:8", owes: dataEntry}, // nothing is visible yet
	{step: "publish commit", owes: dataEntry},
	{step: "publish replace", owes: dataEntry}, // visible, but latest.json names the one before
	{step: "publish replaced", owes: dataEntry},
	{step: "publish end", owes: dataEntry},
}

func TestServerKilledAtEachStepSQLite(t *testing.T) { killedAtEachStep(t, "") }

func TestServerKilledAtEachStepPostgres(t *testing.T) {
	killedAtEachStep(t, storetest.PostgresURL(t))
}

// killedAtEachStep kills a server at each step of its work once.
func killedAtEachStep(t *testing.T, db string) {
	if testing.Short() {
		t.Skip("kills take seconds: not in short mode")
	}
	t.Parallel()
	s := newStudio(t, place{home: t.TempDir(), db: db}, 1) // so that only one piece of work is cut off
	again := 0
	for _, point := range faultPoints {
		if point.owes != "" {
			s.owe(point.owes, 1)
		}
		for range point.drops {
			s.drop()
		}
		s.serve(point.step)
		s.wantFallen(point.step)
		if again += point.again; point.again > 0 {
			time.Sleep(1100 * time.Millisecond) // another second: nothing in the mail may be of the attempt
		}
	}
	s.serve("")
	s.rest()
	s.stop()
	s.wantWhole(again)
	if _, doubled := s.post.wantCopies(t); doubled != again {
		t.Errorf("%d mails came again, want %d", doubled, again)
	}
}

// A jobs file that is lost loses no occurrence, however many were in it.
func TestLostJobsFile(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds: not in short mode")
	}
	t.Parallel()
	s := newStudio(t, place{home: t.TempDir()}, 1)
	s.owe(filedEntry, 8)
	s.drop()
	s.serve("")
	s.open(func(ctx context.Context, db store.Store) error {
		for {
			m, err := pipeline.Ledger{Store: db}.Mark(ctx, entryOf(filedEntry).MarkKey())
			if err != nil || m.State == schedule.Queued || s.over(time.Millisecond) {
				return err
			}
		}
	})
	s.kill()
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(s.at("jobs.db" + end)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	s.serve("")
	s.rest()
	s.stop()
	s.wantWhole(0)
}
