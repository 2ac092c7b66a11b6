package jobs

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// TestMain makes the test binary a process that works jobs where the
// environment says so.
func TestMain(m *testing.M) {
	if where := os.Getenv("TURNOVER_TEST_JOBS"); where != "" {
		if err := work(where, os.Getenv("TURNOVER_TEST_RECORD"), os.Getenv("TURNOVER_TEST_HANG") != ""); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// work records each job in a file, begun and done, until standard input ends.
// A process that hangs does not come to the second.
func work(where, record string, hang bool) error {
	ctx := context.Background()
	write := func(verb, key string) error {
		f, err := os.OpenFile(record, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(f, "%s %s\n", verb, key); err != nil { // one write: lines of several do not mix
			return err
		}
		return f.Close()
	}
	q, err := Open(ctx, where, []Kind{recorded(func(ctx context.Context, j Job) error {
		if err := write("began", j.Key); err != nil {
			return err
		}
		if hang {
			<-ctx.Done()
			return ctx.Err()
		}
		return write("done", j.Key)
	})}, Options{Workers: 4, Log: zerolog.New(os.Stderr).Level(zerolog.WarnLevel)})
	if err != nil {
		return err
	}
	if err := q.Start(ctx); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return q.Close()
}

func recorded(work func(context.Context, Job) error) Kind {
	return Kind{Name: "import", Timeout: 10 * time.Minute, Work: work}
}

// process runs the test binary as one that works.
func process(t *testing.T, where, record string, hang bool) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "TURNOVER_TEST_JOBS="+where, "TURNOVER_TEST_RECORD="+record)
	if hang {
		cmd.Env = append(cmd.Env, "TURNOVER_TEST_HANG=1")
	}
	var said lines
	cmd.Stderr = &said
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		if err := cmd.Wait(); err != nil && cmd.ProcessState.ExitCode() != -1 && cmd.ProcessState != nil {
			t.Errorf("a process ended with %v", err)
		}
		if said.String() != "" {
			t.Logf("a process said:\n%s", said.String())
		}
	})
	return cmd
}

// Whatever a process was doing when it was killed: no job is lost, and only what
// was in its hands is begun again.
func TestProcessesKilledAtRandom(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		const jobs, workers = 200, 4
		kills := 5
		if text := os.Getenv("TURNOVER_KILLS"); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			kills = n
		}
		record := filepath.Join(t.TempDir(), "record")
		q := open(t, where, Options{}, recorded(func(context.Context, Job) error { return nil }))
		for i := range jobs {
			add(t, q, "import", fmt.Sprint(i))
		}
		random := rand.New(rand.NewPCG(7, 7)) // the moments differ all the same
		for range kills {
			victim := process(t, where, record, false)
			time.Sleep(time.Duration(random.IntN(250)) * time.Millisecond)
			if err := victim.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_, _ = victim.Process.Wait()
		}
		process(t, where, record, false)
		settle(t, "all are done", func() bool { return len(list(t, q, Done)) == jobs })
		text, err := os.ReadFile(record)
		if err != nil {
			t.Fatal(err)
		}
		began, done := strings.Count(string(text), "began "), map[string]bool{}
		for line := range strings.Lines(string(text)) {
			if key, ok := strings.CutPrefix(line, "done "); ok {
				done[key] = true
			}
		}
		// River notes what ended in batches, so that more than what ran may be repeated.
		if len(done) != jobs || began > jobs+kills*workers*10 {
			t.Errorf("%d of %d jobs done, %d begun", len(done), jobs, began)
		}
		t.Logf("%d kills: %d jobs begun %d times", kills, jobs, began)
	})
}

func lineCount(record, line string) int {
	text, _ := os.ReadFile(record) // not there yet is none
	n := 0
	for l := range strings.Lines(string(text)) {
		if strings.TrimSpace(l) == line {
			n++
		}
	}
	return n
}

func TestAKilledProcessIsTakenOver(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		record := filepath.Join(t.TempDir(), "record")
		q := open(t, where, Options{}, recorded(func(context.Context, Job) error { return nil }))
		killed := process(t, where, record, true)
		// Killed is the leader, which wakes what was put off.
		add(t, q, "import", "a")
		settle(t, "the job was begun", func() bool { return lineCount(record, "began a") == 1 })
		if strings.HasPrefix(where, "postgres") {
			process(t, where, record, false)
			time.Sleep(time.Second) // it runs
		}
		if err := killed.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if !strings.HasPrefix(where, "postgres") {
			_, _ = killed.Process.Wait()
			process(t, where, record, false)
		}
		settle(t, "another one did it", func() bool { return lineCount(record, "done a") == 1 })
		took := time.Since(began)
		t.Logf("taken over after %s", took.Round(10*time.Millisecond))
		if j := only(t, q, Done); j.Attempt != 1 {
			t.Errorf("got %+v: what a process met with is not the job's fault", j)
		}
		if took > 15*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// Four processes share a thousand jobs. With TURNOVER_VOLUME, one and two do so
// too, and -v tells the throughput.
func TestProcessesShareJobs(t *testing.T) {
	counts := []int{4}
	if os.Getenv("TURNOVER_VOLUME") != "" {
		counts = []int{1, 2, 4}
	}
	for _, n := range counts {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			where, record := postgresURL(t), filepath.Join(t.TempDir(), "record")
			q := open(t, where, Options{}, recorded(func(context.Context, Job) error { return nil }))
			const jobs = 1000
			began := time.Now()
			for i := range jobs {
				add(t, q, "import", fmt.Sprint(i))
			}
			added := time.Since(began)
			began = time.Now()
			for range n {
				process(t, where, record, false)
			}
			settle(t, "all are done", func() bool { return len(list(t, q, Done)) == jobs })
			t.Logf("%d processes: added in %s, done in %s", n, added.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
			text, err := os.ReadFile(record)
			if err != nil {
				t.Fatal(err)
			}
			got := slices.Sorted(strings.Lines(string(text)))
			var want []string
			for i := range jobs {
				want = append(want, fmt.Sprintf("began %d\n", i), fmt.Sprintf("done %d\n", i))
			}
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%d lines recorded, want each of %d jobs begun once and done once", len(got), jobs)
			}
		})
	}
}
