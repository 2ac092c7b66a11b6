package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // for storetest.PostgresURL
	"github.com/riverqueue/river/riverdriver"
	"github.com/rs/zerolog"

	"turnover/store/storetest"
)

// onBoth runs a test on both databases, each with a fresh queue.
func onBoth(t *testing.T, test func(t *testing.T, where string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, filepath.Join(t.TempDir(), "turnover jobs#1.db"))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(t, postgresURL(t))
	})
}

// postgresURL is that of a fresh schema; that of the jobs goes with it.
func postgresURL(t *testing.T) string {
	t.Helper()
	url := storetest.PostgresURL(t)
	t.Cleanup(func() {
		db, err := openPostgres(context.Background(), url, Options{}, nil)
		if err != nil {
			t.Error(err)
			return
		}
		p := db.(*postgres)
		if _, err := p.pool.Exec(context.Background(), "DROP SCHEMA "+p.own+" CASCADE"); err != nil {
			t.Error(err)
		}
		_ = p.close()
	})
	return url
}

// quick are options with which a test need not wait.
func quick() Options {
	return Options{Workers: 4, Poll: 20 * time.Millisecond, Takeover: 100 * time.Millisecond,
		Waits: []time.Duration{10 * time.Millisecond, 20 * time.Millisecond}}
}

func open(t *testing.T, where string, o Options, kinds ...Kind) *Queue {
	t.Helper()
	q, err := Open(t.Context(), where, kinds, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return q
}

func start(t *testing.T, q *Queue) {
	t.Helper()
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, q *Queue, kind, key string) bool {
	t.Helper()
	added, err := q.Add(t.Context(), kind, key, map[string]string{"of": key})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

// settle waits until a condition holds.
func settle(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// only gives the one job of the queue when it is in a state.
func only(t *testing.T, q *Queue, state string) Job {
	t.Helper()
	var found []Job
	settle(t, "the job is "+state, func() bool {
		var err error
		if found, err = q.List(t.Context(), state); err != nil {
			t.Fatal(err)
		}
		return len(found) == 1
	})
	return found[0]
}

func TestAJobIsUniqueUntilItIsFinished(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		var done atomic.Int32
		q := open(t, where, quick(), Kind{Name: "import", Timeout: time.Minute, Work: func(_ context.Context, j Job) error {
			if string(j.Args) != `{"of":"a"}` && string(j.Args) != `{"of": "a"}` || j.Attempt != 1 || j.State != Running {
				t.Errorf("got %+v", j)
			}
			done.Add(1)
			return nil
		}}, Kind{Name: "report", Timeout: time.Minute, Work: func(context.Context, Job) error { return nil }})
		if !add(t, q, "import", "a") || add(t, q, "import", "a") {
			t.Error("the same key must be added once")
		}
		if !add(t, q, "report", "a") {
			t.Error("the key is another kind's, too")
		}
		start(t, q)
		settle(t, "both are done", func() bool { return len(list(t, q, Done)) == 2 })
		if !add(t, q, "import", "a") {
			t.Error("what is finished keeps nobody away")
		}
		settle(t, "it is done again", func() bool { return done.Load() == 2 })
	})
}

func list(t *testing.T, q *Queue, states ...string) []Job {
	t.Helper()
	found, err := q.List(t.Context(), states...)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestKeysAndKindsThatCannotBe(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		q := open(t, where, quick(), Kind{Name: "import", Timeout: time.Minute, Work: func(context.Context, Job) error { return nil }})
		for _, key := range []string{"", "a\x00b", "\xff", strings.Repeat("k", longestKey+1)} {
			if _, err := q.Add(t.Context(), "import", key, nil); err == nil {
				t.Errorf("%.20q was taken", key)
			}
		}
		if _, err := q.Add(t.Context(), "export", "a", nil); !errors.Is(err, errNoKind) {
			t.Errorf("got %v, want errNoKind", err)
		}
		if _, err := q.Add(t.Context(), "import", "a", make(chan int)); err == nil {
			t.Error("a channel is no JSON")
		}
		if !add(t, q, "import", strings.Repeat("é", longestKey/2)) {
			t.Error("the longest key was refused")
		}
	})
	work := func(context.Context, Job) error { return nil }
	for _, kinds := range [][]Kind{
		{{Timeout: 1, Work: work}}, {{Name: "a", Work: work}}, {{Name: "a", Timeout: 1}},
		{{Name: "a", Timeout: 1, Work: work}, {Name: "a", Timeout: 1, Work: work}},
		{{Name: "not good", Timeout: 1, Work: work}},
	} {
		if q, err := Open(t.Context(), filepath.Join(t.TempDir(), "jobs.db"), kinds, Options{}); err == nil {
			t.Errorf("%+v was taken", kinds)
			_ = q.Close()
		}
	}
}

func TestWhatFailsIsTriedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		var log lines
		o := quick()
		o.Log = zerolog.New(&log)
		q := open(t, where, o, Kind{Name: "import", Timeout: time.Minute, Work: func(ctx context.Context, j Job) error {
			zerolog.Ctx(ctx).Info().Msg("at work")
			switch j.Attempt {
			case 1:
				return errors.New("the network is away")
			case 2:
				panic("index out of range")
			}
			return nil
		}})
		add(t, q, "import", "a")
		start(t, q)
		j := only(t, q, Done)
		if j.Attempt != 3 || j.Error != "panic: index out of range" {
			t.Errorf("got %+v", j)
		}
		for _, want := range []string{`"key":"a","message":"at work"`, "the network is away", "queue_test.go", "job panicked: index out of range"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %s:\n%s", want, log.String())
			}
		}
	})
}

// lines is a log that several goroutines write.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestWhatIsGivenUpIsToldOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		var told, refused lines
		o := quick()
		o.Parked = func(_ context.Context, j Job) error {
			if j.Key == "unheard" || refused.String() == "" { // the others must not wait for it
				_, err := fmt.Fprintln(&refused, j.Key)
				return errors.Join(err, errors.New("the mail server is away"))
			}
			_, err := fmt.Fprintf(&told, "%s %s %d %s\n", j.Key, j.State, j.Attempt, j.Error)
			return err
		}
		q := open(t, where, o, Kind{Name: "import", Timeout: time.Minute, Attempts: 2, Work: func(_ context.Context, j Job) error {
			if j.Key == "good" {
				return nil
			}
			if j.Key == "bad" || j.Key == "unheard" {
				return fmt.Errorf("import: %w", ForGood(errors.New("it is no list")))
			}
			return errors.New("no route to host")
		}})
		start(t, q)
		add(t, q, "import", "good")
		add(t, q, "import", "unheard")
		settle(t, "the first was not heard", func() bool { return refused.String() != "" })
		add(t, q, "import", "bad")
		settle(t, "the bad one was told", func() bool { return told.String() == "bad parked 1 import: it is no list\n" })
		add(t, q, "import", "worse")
		want := "bad parked 1 import: it is no list\nworse parked 2 no route to host\n"
		settle(t, "the worse one was told", func() bool { return told.String() == want })
		time.Sleep(3 * o.Takeover) // rounds in which nothing is told again
		parked := list(t, q, Parked)
		if len(parked) != 3 || told.String() != want {
			t.Fatalf("parked %+v, told %s", parked, told.String())
		}
		if err := q.Retry(t.Context(), parked[0].ID); err != nil { // newest first: the worse one
			t.Fatal(err)
		}
		settle(t, "it was told anew", func() bool { return told.String() == want+"worse parked 3 no route to host\n" })
	})
}

func TestLaterIsNoAttempt(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		var tries atomic.Int32
		q := open(t, where, quick(), Kind{Name: "import", Timeout: time.Minute, Attempts: 1, Work: func(_ context.Context, j Job) error {
			if tries.Add(1) < 4 {
				return Later(5*time.Millisecond, errors.New("the other half is not there"))
			}
			if j.Attempt != 1 {
				t.Errorf("attempt %d, want 1", j.Attempt)
			}
			return nil
		}})
		add(t, q, "import", "a")
		start(t, q)
		if j := only(t, q, Done); j.Error != "" || tries.Load() != 4 {
			t.Errorf("got %+v after %d tries", j, tries.Load())
		}
	})
}

func TestAnyErrorCanBeKept(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		q := open(t, where, quick(), Kind{Name: "import", Timeout: time.Minute, Attempts: 1, Work: func(_ context.Context, j Job) error {
			err := errors.New("open \"a\x00b\xff\": " + strings.Repeat("é", longestError))
			if j.Key == "bad" {
				return ForGood(err)
			}
			return err
		}})
		add(t, q, "import", "bad")
		add(t, q, "import", "worse")
		start(t, q)
		settle(t, "both are parked", func() bool { return len(list(t, q, Parked)) == 2 })
		for _, j := range list(t, q, Parked) {
			if !strings.HasPrefix(j.Error, "open \"a\uFFFDb\uFFFD\": é") || !strings.HasSuffix(j.Error, "é …") || len(j.Error) > longestError+10 {
				t.Errorf("%s: got %d bytes: %.30q", j.Key, len(j.Error), j.Error)
			}
		}
	})
}

func TestNothingIsNoError(t *testing.T) {
	if ForGood(nil) != nil {
		t.Error("nil is success")
	}
	var putOff later
	if err := Later(-time.Second, nil); !errors.As(err, &putOff) || putOff.wait != 0 || err.Error() == "" {
		t.Errorf("got %v", err)
	}
}

func TestAJobHasATimeOut(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		q := open(t, where, quick(), Kind{Name: "import", Timeout: 30 * time.Millisecond, Attempts: 2, Work: func(ctx context.Context, _ Job) error {
			<-ctx.Done()
			return errors.New("interrupted")
		}})
		add(t, q, "import", "a")
		start(t, q)
		if j := only(t, q, Parked); j.Attempt != 2 || j.Error != "it took longer than 30ms: interrupted" {
			t.Errorf("got %+v", j)
		}
	})
}

func TestAJobThatHeedsNothingKeepsNoPlace(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		o := quick()
		o.Workers = 1
		began, free := make(chan struct{}, 9), make(chan struct{})
		q := open(t, where, o, Kind{Name: "import", Timeout: 50 * time.Millisecond, Work: func(_ context.Context, j Job) error {
			if j.Key == "deaf" {
				began <- struct{}{}
				<-free
			}
			return nil
		}})
		q.farewell = 50 * time.Millisecond
		add(t, q, "import", "deaf")
		start(t, q)
		<-began
		add(t, q, "import", "good")
		if j := only(t, q, Done); j.Key != "good" {
			t.Errorf("got %+v", j)
		}
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if err := q.Stop(over); err == nil || !strings.Contains(err.Error(), "did not end") {
			t.Errorf("got %v, want to know that one did not end", err)
		}
		close(free)
	})
}

// A leader that is gone would keep what was put off from being tried.
func TestALeaderThatIsGoneIsDeposed(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		q := open(t, where, quick(), recorded(func(context.Context, Job) error { return nil }))
		now, hour := time.Now(), time.Now().Add(time.Hour)
		if _, err := q.database.executor().LeaderInsert(t.Context(), &riverdriver.LeaderInsertParams{
			ElectedAt: &now, ExpiresAt: &hour, LeaderID: "dead", TTL: time.Hour, Schema: q.database.schema()}); err != nil {
			t.Fatal(err)
		}
		start(t, q)
		settle(t, "this process leads", func() bool {
			leader, err := q.database.executor().LeaderGetElectedLeader(t.Context(), &riverdriver.LeaderGetElectedLeaderParams{Schema: q.database.schema()})
			return err == nil && leader.LeaderID == q.id
		})
	})
}

func TestOneGroupIsSerialAndHoldsUpNoOther(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		var tv, most, film atomic.Int32
		hold := make(chan struct{})
		q := open(t, where, quick(), Kind{Name: "import", Timeout: time.Minute,
			Group: func(j Job) string { group, _, _ := strings.Cut(j.Key, "/"); return group },
			Work: func(_ context.Context, j Job) error {
				if strings.HasPrefix(j.Key, "film") {
					film.Add(1)
					return nil
				}
				most.Store(max(most.Load(), tv.Add(1)))
				<-hold
				tv.Add(-1)
				return nil
			}})
		for i := range 8 { // more than there are workers
			add(t, q, "import", fmt.Sprintf("tv/%d", i))
		}
		start(t, q)
		settle(t, "one is at work", func() bool { return tv.Load() == 1 })
		add(t, q, "import", "film/1")
		settle(t, "the film was done meanwhile", func() bool { return film.Load() == 1 })
		close(hold)
		settle(t, "all are done", func() bool { return len(list(t, q, Done)) == 9 })
		if most.Load() != 1 {
			t.Errorf("%d of one group at once", most.Load())
		}
	})
}

func TestStopWaitsAndThenCancels(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		began, ended := make(chan struct{}, 9), atomic.Int32{}
		kind := Kind{Name: "import", Timeout: time.Minute, Attempts: 1, Work: func(ctx context.Context, j Job) error {
			began <- struct{}{}
			select {
			case <-time.After(map[string]time.Duration{"short": 200 * time.Millisecond, "long": time.Hour}[j.Key]):
				ended.Add(1)
				return nil
			case <-ctx.Done():
				return errors.New("interrupted (9)")
			}
		}}
		q := open(t, where, quick(), kind)
		add(t, q, "import", "short")
		start(t, q)
		<-began
		if err := q.Stop(t.Context()); err != nil || ended.Load() != 1 {
			t.Fatalf("got %v, %d ended: want it waited for", err, ended.Load())
		}
		only(t, q, Done)

		q = open(t, where, quick(), kind)
		add(t, q, "import", "long")
		start(t, q)
		<-began
		soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := q.Stop(soon); err != nil {
			t.Fatal(err)
		}
		if j := only(t, q, Waiting); j.Attempt != 0 || j.Error != "" {
			t.Errorf("got %+v: it must run again, and that it was cancelled counts for nothing", j)
		}
	})
}

func TestCancelAndRetry(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		var told atomic.Int32
		o := quick()
		o.Parked = func(context.Context, Job) error { told.Add(1); return nil }
		began := make(chan struct{}, 9)
		q := open(t, where, o, Kind{Name: "import", Timeout: time.Minute, Work: func(ctx context.Context, _ Job) error {
			began <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		}})
		add(t, q, "import", "a")
		waiting := only(t, q, Waiting)
		if err := q.Cancel(t.Context(), waiting.ID); err != nil {
			t.Fatal(err)
		}
		cancelled := only(t, q, Cancelled)
		if err := q.Cancel(t.Context(), cancelled.ID); !errors.Is(err, ErrState) {
			t.Errorf("got %v, want ErrState", err)
		}
		if err := q.Retry(t.Context(), cancelled.ID); err != nil {
			t.Fatal(err)
		}
		start(t, q)
		<-began
		if err := q.Retry(t.Context(), cancelled.ID); !errors.Is(err, ErrState) {
			t.Errorf("got %v, want ErrState", err)
		}
		if err := q.Cancel(t.Context(), cancelled.ID); err != nil {
			t.Fatal(err)
		}
		only(t, q, Cancelled)
		// Another one has its key now, so that it cannot come back.
		add(t, q, "import", "a")
		<-began
		if err := q.Retry(t.Context(), cancelled.ID); err == nil {
			t.Error("two jobs of one key were let in")
		}
		if err := q.Retry(t.Context(), 4711); !errors.Is(err, ErrNone) {
			t.Errorf("got %v, want ErrNone", err)
		}
		if _, err := q.List(t.Context(), "asleep"); err == nil || !strings.Contains(err.Error(), "waiting, running") {
			t.Errorf("got %v, want the words", err)
		}
		time.Sleep(3 * o.Takeover)
		if told.Load() != 0 {
			t.Error("what a person cancelled was told as given up")
		}
	})
}

func TestAListOnlyQueue(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		q := open(t, where, quick(), Kind{Name: "import", Timeout: time.Minute, Work: func(context.Context, Job) error { return nil }})
		add(t, q, "import", "a")
		add(t, q, "import", "b")
		looker := open(t, where, Options{})
		all := list(t, looker)
		if len(all) != 2 || all[0].Key != "b" || all[0].At.IsZero() || !json.Valid(all[0].Args) {
			t.Errorf("got %+v", all)
		}
		if err := looker.Cancel(t.Context(), all[0].ID); err != nil {
			t.Error(err)
		}
		if err := looker.Start(t.Context()); !errors.Is(err, errNoKind) {
			t.Errorf("got %v, want errNoKind", err)
		}
		if got := list(t, q, Waiting, Cancelled); len(got) != 2 || got[0].State != Cancelled {
			t.Errorf("got %+v", got)
		}
	})
}

func TestManyOpenAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, where string) {
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				q, err := Open(t.Context(), where, nil, Options{})
				if err == nil {
					err = q.Close()
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

func TestWaits(t *testing.T) {
	for attempt, want := range map[int]time.Duration{0: 5 * time.Second, 1: 5 * time.Second, 3: time.Minute, 6: time.Hour, 60: time.Hour} {
		var got []time.Duration
		for range 100 {
			got = append(got, waitAfter(defaultWaits, attempt))
		}
		if low, high := slices.Min(got), slices.Max(got); low < want*9/10 || high > want*11/10 || low == high {
			t.Errorf("attempt %d: %v to %v, want about %v", attempt, low, high, want)
		}
	}
	if pause(0) >= pause(3) || pause(1000) != 2*time.Second {
		t.Error("a job that came in vain must stay away longer, and not too long")
	}
}
