package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"turnover/store/storetest"
)

func TestKilledDeliverySQLite(t *testing.T) { killedDelivery(t, "") }

func TestKilledDeliveryPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("a server is started: not in short mode")
	}
	killedDelivery(t, storetest.PostgresURL(t))
}

// killedDelivery kills a report at random moments while it is made and
// delivered. Run again, each place has it once; a mail twice only where the
// server took it and the process had no time to write that down, and then it is
// the same mail.
func killedDelivery(t *testing.T, database string) {
	if testing.Short() {
		t.Skip("kills take seconds: not in short mode")
	}
	demo, err := filepath.Abs(filepath.Join("..", "..", "testdata", "demo", "studio"))
	if err != nil {
		t.Fatal(err)
	}
	office, at := openPostOffice(t)
	p := &program{t, t.TempDir(), database}
	if database == "" {
		p.db = filepath.Join(p.dir, "turnover.db")
	}
	p.must("init")
	p.must("archive", "load", demo)
	config := fmt.Sprintf(`mail: {smtp: %q, from: "turnover@example.com", tls: none}
reports:
  - {name: quotas, cron: "0 8 * * *", report: quota, project: Lighthouse, period: last-day, deliver: [{mail: [ada@example.com]}, {folder: out}]}
`, at)
	if err := os.Mkdir(filepath.Join(p.dir, "out"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.dir, "turnover.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	p.must("run", "quotas", "--at", "2026-01-31")
	lasted := time.Since(began)
	n := kills(t)
	for i := range n {
		args := []string{"run", "quotas", "--at", time.Date(2026, 1, 31-1-i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)}
		killAfter(t, p.command(args...), time.Duration(rand.Int64N(int64(lasted)*11/10)))
		p.must(args...)
	}
	checkDelivered(t, p, office, n+1)
}

func killAfter(t *testing.T, cmd *exec.Cmd, wait time.Duration) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(wait)
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()         // killed
}

// checkDelivered wants each of n occurrences to have been delivered.
func checkDelivered(t *testing.T, p *program, office *postOffice, n int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(p.dir, "out", "*.xlsx"))
	if err != nil || len(files) != n {
		t.Errorf("%d files of %d, %v", len(files), n, err)
	}
	office.mu.Lock()
	defer office.mu.Unlock()
	times := map[string]int{}
	for _, m := range office.mails {
		times[m.Header.Get("Message-Id")]++
	}
	doubled := 0
	for id, count := range times {
		doubled += count - 1
		if count > 2 {
			t.Errorf("mail %s came %d times", id, count)
		}
	}
	if len(times) != n {
		t.Errorf("%d mails of %d", len(times), n)
	}
	if log := string(p.must("deliveries")); strings.Count(log, "\n") != 2*n || strings.Count(log, "done ") != 2*n {
		t.Errorf("the log says\n%s", log)
	}
	t.Logf("%d kills, %d mails doubled", n-1, doubled)
}

func TestOnlyProcessesOfThisMachineAreKnownToHaveEnded(t *testing.T) {
	cmd := exec.Command("go", "version")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	gone, alive := fmt.Sprintf(personForm, cmd.Process.Pid, "box")+" by td", fmt.Sprintf(personForm, os.Getpid(), "box")+" by td"
	for _, c := range []struct {
		worker, host string
		want         bool
	}{{gone, "box", true}, {gone, "other", false}, {alive, "box", false}, {"job 12", "box", false}, {"", "box", false}} {
		if got := ended(c.worker, c.host); got != c.want {
			t.Errorf("%q seen from %s: %v", c.worker, c.host, got)
		}
	}
}
