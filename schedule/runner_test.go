package schedule

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// memory is a ledger for several workers.
type memory struct {
	sync.Mutex
	marks map[string]Mark
}

func (l *memory) Mark(_ context.Context, key string) (*Mark, error) {
	l.Lock()
	defer l.Unlock()
	if m, ok := l.marks[key]; ok {
		return &m, nil
	}
	return nil, nil
}

func (l *memory) Marks(context.Context, string) ([]Mark, error) { return nil, nil }

func (l *memory) PutMark(_ context.Context, m Mark) error {
	l.Lock()
	defer l.Unlock()
	l.marks[m.Key] = m
	return nil
}

// A shift is one runner with its clock, and what it handed over.
type shift struct {
	*Runner
	now    time.Time
	ledger *memory
	queued []string
	fail   error
	log    bytes.Buffer
}

func shiftOf(ledger *memory, entries ...*Entry) *shift {
	s := &shift{ledger: ledger, now: at("2026-10-01 00:00:00")}
	s.Runner = &Runner{Entries: entries, Ledger: ledger, Log: zerolog.New(&s.log), Now: func() time.Time { return s.now },
		Wait: func(_ context.Context, d time.Duration) error { s.now = s.now.Add(d); return nil },
		Enqueue: func(_ context.Context, o Occurrence) error {
			if s.fail != nil {
				return s.fail
			}
			s.queued = append(s.queued, strings.TrimPrefix(o.Wall, "2026-"))
			return nil
		}}
	return s
}

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		panic(err) // a test's own text
	}
	return t
}

// turnAt sets the clock and lets the runner look.
func (s *shift) turnAt(t *testing.T, now string, want ...string) {
	t.Helper()
	s.now, s.queued = at(now), nil
	if _, err := s.Turn(context.Background()); err != nil {
		t.Errorf("at %s: %v", now, err)
	}
	if strings.Join(s.queued, " ") != strings.Join(want, " ") {
		t.Errorf("at %s: handed over %q, want %q", now, s.queued, want)
	}
}

func daily(t *testing.T, makeUp int) *Entry {
	e := entryOf(t, "0 8 * * *", nil)
	e.MakeUp = makeUp
	return e
}

func newMemory() *memory { return &memory{marks: map[string]Mark{}} }

func TestMissed(t *testing.T) {
	since := at("2026-11-20 08:00:00")
	for _, c := range []struct {
		makeUp       int
		now          string
		run, skipped string
		missed       int
	}{
		{0, "2026-11-20 12:00:00", "", "", 0},
		{0, "2026-11-21 08:00:00", "21", "", 0}, // to the second
		{0, "2026-11-21 08:05:00", "21", "", 0}, // within the grace
		{0, "2026-11-21 08:05:01", "", "21 missed while not running: skipped", 1},
		{1, "2026-11-24 07:00:00", "23 missed while not running: made up once",
			"21 missed while not running: a newer one stands for it, 22 missed while not running: a newer one stands for it", 2},
		{1, "2026-11-24 08:01:00", "24", "21 missed while not running: a newer one stands for it, " +
			"22 missed while not running: a newer one stands for it, 23 missed while not running: a newer one stands for it", 3},
		{2, "2026-11-24 07:00:00", "22 missed while not running: made up, 23 missed while not running: made up",
			"21 missed while not running: only the newest 2 are made up", 1},
		{9, "2026-11-24 08:00:00", "21 missed while not running: made up, 22 missed while not running: made up, 23 missed while not running: made up, 24", "", 0},
	} {
		b := daily(t, c.makeUp).Due(since, at(c.now))
		if run, skipped := missedWords(b.Run), missedWords(b.Skipped); run != c.run || skipped != c.skipped || b.Missed != c.missed {
			t.Errorf("%d at %s: run %s, skipped %s (%d)", c.makeUp, c.now, run, skipped, b.Missed)
		}
	}
}

func missedWords(all []Occurrence) string {
	var out []string
	for _, o := range all {
		out = append(out, strings.TrimSpace(o.Wall[8:10]+" "+o.Why))
	}
	return strings.Join(out, ", ")
}

// TestLongMissed is an entry of every five minutes and a year without a machine;
// and a clock that says year 1.
func TestLongMissed(t *testing.T) {
	e := entryOf(t, "*/5 * * * *", nil)
	e.MakeUp = 3
	now := at("2026-11-20 08:00:30")
	b := e.Due(now.AddDate(-1, 0, 0), now)
	if len(b.Run) != 3 || len(b.Skipped) != mostTold || b.Missed != 365*24*12-3 {
		t.Errorf("%d run, %d named, %d missed", len(b.Run), len(b.Skipped), b.Missed)
	}
	if b := daily(t, 1).Due(time.Time{}, now); len(b.Run) != 1 || b.Missed != 5*366-1 {
		t.Errorf("since ever: %d run, %d missed", len(b.Run), b.Missed)
	}
}

func TestRestarts(t *testing.T) {
	ledger := newMemory()
	s := shiftOf(ledger, daily(t, 1))
	s.turnAt(t, "2026-11-20 09:00:00") // a first start makes up for nothing
	s.turnAt(t, "2026-11-20 09:00:30")
	shiftOf(ledger, daily(t, 1)).turnAt(t, "2026-11-21 07:59:59")
	s.turnAt(t, "2026-11-21 08:00:00", "11-21T08:00")
	s.turnAt(t, "2026-11-21 08:00:30")

	again := shiftOf(ledger, daily(t, 1))
	again.turnAt(t, "2026-11-21 09:00:00") // it was handed over
	later := shiftOf(ledger, daily(t, 1))
	later.turnAt(t, "2026-11-25 09:00:00", "11-25T08:00")
	if !strings.Contains(later.log.String(), `"occurrences":3,"newest":"2026-11-24T08:00"`) {
		t.Errorf("log: %s", later.log.String())
	}
	if m := ledger.marks["schedule/e"]; m.State != Queued || !m.At.Equal(at("2026-11-25 08:00:00")) {
		t.Errorf("mark %+v", m)
	}

	skipping := shiftOf(ledger, daily(t, 0))
	skipping.turnAt(t, "2026-11-27 09:00:00")
	if m := ledger.marks["schedule/e"]; m.State != Missed || !m.At.Equal(at("2026-11-27 08:00:00")) {
		t.Errorf("mark %+v", m)
	}
}

func TestClockWentBack(t *testing.T) {
	s := shiftOf(newMemory(), daily(t, 5))
	s.turnAt(t, "2026-11-20 09:00:00")
	s.turnAt(t, "2026-11-22 09:00:00", "11-21T08:00", "11-22T08:00") // ahead by two days
	s.turnAt(t, "2026-11-20 09:10:00")
	s.turnAt(t, "2026-11-21 09:10:00")
	if n := strings.Count(s.log.String(), "the clock went back: it was 2026-11-22T09:00:00Z already"); n != 1 {
		t.Errorf("said %d times: %s", n, s.log.String())
	}
	s.turnAt(t, "2026-11-23 08:00:01", "11-23T08:00")

	anew := shiftOf(s.ledger, daily(t, 5)) // started while the clock is behind
	anew.turnAt(t, "2026-11-20 09:00:00")
	anew.turnAt(t, "2026-11-22 09:00:00")
	if !strings.Contains(anew.log.String(), "turnover schedule --restart e") {
		t.Errorf("log: %s", anew.log.String())
	}
	anew.turnAt(t, "2026-11-24 09:00:00", "11-24T08:00")
}

func TestChangedExpression(t *testing.T) {
	ledger := newMemory()
	shiftOf(ledger, daily(t, 5)).turnAt(t, "2026-11-20 09:00:00")
	changed := entryOf(t, "0 7 * * *", nil)
	s := shiftOf(ledger, changed)
	s.turnAt(t, "2026-11-22 07:30:00") // 07:00 was not asked for when it was
	if !strings.Contains(s.log.String(), `was \"0 8 * * *\" in UTC: begins anew`) {
		t.Errorf("log: %s", s.log.String())
	}
	s.turnAt(t, "2026-11-23 07:00:00", "11-23T07:00")
	moved := entryOf(t, "0 7 * * *", zoneNamed(t, "Europe/Paris"))
	shiftOf(ledger, moved).turnAt(t, "2026-11-24 06:30:00")
	ledger.marks["schedule/e"] = Mark{Key: "schedule/e", At: at("2026-11-20 09:00:00"), Result: []byte("{")}
	broken := shiftOf(ledger, changed)
	broken.turnAt(t, "2026-11-24 07:30:00")
	if !strings.Contains(broken.log.String(), "its mark cannot be read") {
		t.Errorf("log: %s", broken.log.String())
	}
}

// TestFaults wants an occurrence that could not be handed over to be tried again,
// and other entries not to wait for it.
func TestFaults(t *testing.T) {
	other := entryOf(t, "0 8 * * *", nil)
	other.Name = "other"
	s := shiftOf(newMemory(), daily(t, 1), other)
	s.turnAt(t, "2026-11-20 07:00:00")
	s.now, s.fail = at("2026-11-20 08:00:00"), errors.New("no queue")
	if _, err := s.Turn(context.Background()); err == nil || err.Error() != `entry "e": hand over occurrence/e/2026-11-20T08:00: no queue
entry "other": hand over occurrence/other/2026-11-20T08:00: no queue` {
		t.Errorf("%v", err)
	}
	if m := s.ledger.marks["schedule/e"]; m.State != Begun {
		t.Errorf("mark %+v", m)
	}
	s.fail = nil
	s.turnAt(t, "2026-11-20 08:00:30", "11-20T08:00", "11-20T08:00")
	s.turnAt(t, "2026-11-20 08:01:00")
}

// TestWorkers lets workers of one ledger look whenever they like, with clocks
// that differ by seconds and restarts, and wants ten days of occurrences by key,
// each as often as one likes but none lost.
func TestWorkers(t *testing.T) {
	ledger, got := newMemory(), map[string]int{}
	e := entryOf(t, "7 * * * *", zoneNamed(t, "Europe/Paris"))
	workers := make([]*shift, 4)
	from, days := at("2026-10-20 00:00:00"), 10
	for i, now := 0, from; now.Before(from.AddDate(0, 0, days)); i, now = i+1, now.Add(37*time.Second) {
		w := i * 7 % len(workers)
		if workers[w] == nil || i%509 == 0 { // started anew
			workers[w] = shiftOf(ledger, e)
		}
		workers[w].now, workers[w].queued = now.Add(time.Duration(w)*3*time.Second), nil
		if _, err := workers[w].Turn(context.Background()); err != nil {
			t.Fatal(err)
		}
		for _, wall := range workers[w].queued {
			got[wall]++
		}
	}
	want, _ := e.Between(from.Add(time.Minute), from.AddDate(0, 0, days))
	if len(got) != len(want) || len(want) != days*24-1 { // of the hour that comes twice, one
		t.Errorf("%d occurrences, want %d", len(got), len(want))
	}
	for _, o := range want {
		if n := got[strings.TrimPrefix(o.Wall, "2026-")]; n == 0 {
			t.Errorf("%s was lost", o.Key())
		}
	}
}

// TestTogether lets workers look at the same moment and wants all of them to hand
// over the same, and the mark to say so.
func TestTogether(t *testing.T) {
	ledger := newMemory()
	shiftOf(ledger, daily(t, 3)).turnAt(t, "2026-11-01 09:00:00")
	workers := make([]*shift, 8)
	var wait sync.WaitGroup
	for i := range workers {
		workers[i] = shiftOf(ledger, daily(t, 3))
		workers[i].now = at("2026-11-20 09:00:00").Add(time.Duration(i) * time.Second)
		wait.Go(func() {
			if _, err := workers[i].Turn(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for i, w := range workers {
		if got := strings.Join(w.queued, " "); got != "11-18T08:00 11-19T08:00 11-20T08:00" && got != "" { // or it saw the mark of another
			t.Errorf("worker %d handed over %s", i, got)
		}
	}
	if m := ledger.marks["schedule/e"]; m.State != Queued || !m.At.Equal(at("2026-11-20 08:00:00")) {
		t.Errorf("mark %+v", m)
	}
}

// TestRun lets the loop run a month by a fake clock and looks at when what was
// handed over, and at how long it sleeps.
func TestRun(t *testing.T) {
	zone := zoneNamed(t, "Europe/Paris")
	weekly := entryOf(t, "30 2 * * SUN", zone)
	s := shiftOf(newMemory(), weekly)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var at []string
	s.Enqueue = func(_ context.Context, o Occurrence) error {
		at = append(at, fmt.Sprintf("%s at %s", o.Wall, s.now.Format(time.DateTime)))
		return nil
	}
	s.Wait = func(_ context.Context, d time.Duration) error {
		if d <= 0 || d > longestNap {
			t.Fatalf("sleeps %s", d)
		}
		s.now = s.now.Add(d)
		if s.now.After(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)) {
			stop()
		}
		return ctx.Err()
	}
	s.Run(ctx)
	want := "2026-10-04T02:30 at 2026-10-04 00:30:00, 2026-10-11T02:30 at 2026-10-11 00:30:00, 2026-10-18T02:30 at 2026-10-18 00:30:00, " +
		"2026-10-25T02:30 at 2026-10-25 00:30:00, 2026-11-01T02:30 at 2026-11-01 01:30:00"
	if strings.Join(at, ", ") != want {
		t.Errorf("%s", strings.Join(at, ", "))
	}
}

// TestRunStops wants the loop to end with its context, in the middle of a sleep.
func TestRunStops(t *testing.T) {
	s := shiftOf(newMemory(), daily(t, 1))
	ctx, stop := context.WithCancel(context.Background())
	slept := make(chan bool)
	s.Wait = func(ctx context.Context, _ time.Duration) error { close(slept); return Wait(ctx, time.Hour) }
	ended := make(chan bool)
	go func() { s.Run(ctx); close(ended) }()
	<-slept
	stop()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("it did not stop")
	}
	if err := Wait(context.Background(), time.Nanosecond); err != nil {
		t.Error(err)
	}
}

// The mark knows what was handed over lately: all of it may have been in a queue
// that is lost.
func TestTheMarkKnowsWhatWasHandedOver(t *testing.T) {
	daily := entryOf(t, "0 3 * * *", time.UTC)
	daily.MakeUp = 3
	s := shiftOf(newMemory(), daily)
	s.turnAt(t, "2026-10-01 00:00:00")
	s.turnAt(t, "2026-10-05 12:00:00", "10-03T03:00", "10-04T03:00", "10-05T03:00")
	s.turnAt(t, "2026-10-06 03:00:10", "10-06T03:00")
	handed := func() (walls string) {
		m := s.ledger.marks[daily.MarkKey()]
		for _, o := range daily.HandedOver(&m) {
			walls += " " + strings.TrimPrefix(o.Wall, "2026-")
		}
		return walls
	}
	if got := handed(); got != " 10-03T03:00 10-04T03:00 10-05T03:00 10-06T03:00" {
		t.Errorf("handed over:%s", got)
	}
	daily.MakeUp = 1000
	s.turnAt(t, "2027-10-06 12:00:00", s.between(daily, "2026-10-06 12:00:00", "2027-10-06 12:00:00")...)
	if n := len(strings.Fields(handed())); n != mostHanded {
		t.Errorf("%d are kept, want %d", n, mostHanded)
	}
	older := Mark{State: Queued, Result: []byte(`{"expression":"0 3 * * *","zone":"UTC","wall":"2026-10-06T03:00"}`)}
	if got := daily.HandedOver(&older); len(got) != 1 || got[0].Wall != "2026-10-06T03:00" {
		t.Errorf("of an older mark: %v", got)
	}
	if got := daily.HandedOver(nil); got != nil {
		t.Errorf("without a mark: %v", got)
	}
}

// between are the walls of an entry, as shifts write them.
func (s *shift) between(e *Entry, after, until string) (walls []string) {
	due, _ := e.Between(at(after), at(until))
	for _, o := range due {
		walls = append(walls, strings.TrimPrefix(o.Wall, "2026-"))
	}
	return walls
}
