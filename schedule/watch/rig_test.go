package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"turnover/schedule"
)

// A memory is a ledger without a database.
type memory struct {
	mu    sync.Mutex
	marks map[string]schedule.Mark
	fail  error
}

func (m *memory) Mark(_ context.Context, key string) (*schedule.Mark, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if one, ok := m.marks[key]; ok {
		return &one, m.fail
	}
	return nil, m.fail
}

func (m *memory) Marks(_ context.Context, prefix string) (out []schedule.Mark, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(m.marks)) {
		if strings.HasPrefix(key, prefix) {
			out = append(out, m.marks[key])
		}
	}
	return out, m.fail
}

func (m *memory) PutMark(_ context.Context, one schedule.Mark) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail == nil {
		m.marks[one.Key] = one
	}
	return m.fail
}

// lists answers by what a file says: ERROR, HOLD, anything else is applied; the
// same bytes again are nothing to do. A file is whole when it ends with a line end.
type lists struct {
	mu     sync.Mutex
	ledger *memory
	now    func() time.Time
	taken  []schedule.Drop     // each that was decided upon, once
	bytes  map[string][]byte   // by path, as taken last
	known  map[string]bool     // sums of what was applied
	plans  map[string]string   // state of held plans
	looked int                 // how often Whole was asked
	again  map[string]int      // how often the same drop was taken again
	errs   map[string]error    // the machine's fault with a path
	asked  func(schedule.Drop) // called before it answers
	older  string              // the answer to an older version; "" is superseded
}

func (l *lists) Whole(_ context.Context, _ string, c schedule.Content) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.looked++
	return bytes.HasSuffix(c.Bytes, []byte("\n"))
}

func (l *lists) Take(ctx context.Context, d schedule.Drop, contents []schedule.Content) (schedule.Taken, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked != nil {
		l.asked(d)
	}
	if err := l.errs[d.Name()]; err != nil {
		return schedule.Taken{}, err
	}
	if m, err := l.ledger.Mark(ctx, d.Key()); err != nil || m != nil {
		if err != nil {
			return schedule.Taken{}, err
		}
		var a schedule.Answer
		if err := json.Unmarshal(m.Result, &a); err != nil {
			return schedule.Taken{}, err
		}
		l.again[d.Key()]++
		return withReceipts(a.Taken, d), nil
	}
	t := l.decide(d, contents)
	l.taken = append(l.taken, d)
	result, err := json.Marshal(map[string]any{"drop": d, "state": t.State, "plan": t.Plan, "import": t.Import, "message": t.Message, "kept": "by us"})
	if err != nil {
		return t, err
	}
	return withReceipts(t, d), l.ledger.PutMark(ctx, schedule.Mark{Key: d.Key(), State: t.State, At: l.now(), Result: result})
}

func (l *lists) decide(d schedule.Drop, contents []schedule.Content) schedule.Taken {
	all := ""
	for _, c := range contents {
		all += string(c.Bytes)
		l.bytes[c.Path] = c.Bytes
	}
	id := sum([]byte(d.Key()))[:8]
	switch {
	case strings.Contains(all, "ERROR"):
		return schedule.Taken{State: schedule.Rejected, Message: "line 1 has an error"}
	case d.Older != "" && l.older != "":
		return schedule.Taken{State: l.older, Message: "the production has it"}
	case d.Older != "":
		l.plans["plan-"+id] = schedule.Held
		return schedule.Taken{State: schedule.Superseded, Plan: "plan-" + id, Message: d.Older + " came before"}
	case strings.Contains(all, "HOLD"):
		l.plans["plan-"+id] = schedule.Held
		return schedule.Taken{State: schedule.Held, Plan: "plan-" + id, Message: "a gate wants a person"}
	case l.known[sum([]byte(all))]:
		return schedule.Taken{State: schedule.Nothing, Message: "the production has it"}
	}
	l.known[sum([]byte(all))] = true
	return schedule.Taken{State: schedule.Applied, Import: "import-" + id, Message: "1 shot"}
}

func withReceipts(t schedule.Taken, d schedule.Drop) schedule.Taken {
	word := verdict(t.State)
	text := fmt.Sprintf("%s\n%s %s%s\n", word, d.Key(), t.Plan, t.Import)
	t.Receipts = []schedule.Receipt{{Suffix: "." + word + ".txt", Bytes: []byte(text)}}
	if word == "HELD" || word == "REJECTED" {
		t.Receipts = append(t.Receipts, schedule.Receipt{Suffix: "." + word + ".edl", Bytes: []byte("annotated " + text)})
	}
	return t
}

// A rig is a watch folder, a clock that stands, a queue and what was told.
type rig struct {
	*testing.T
	dir     string
	now     time.Time
	ledger  *memory
	lists   *lists
	filer   *Filer
	scanner *Scanner
	queue   map[string]schedule.Drop
	added   map[string]int
	told    []Notice
	refuse  error // of the queue
}

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC) // 2026-W48

func newRig(t *testing.T, change ...func(*Folder)) *rig {
	r := &rig{T: t, dir: filepath.Join(t.TempDir(), "in"), now: monday, queue: map[string]schedule.Drop{}, added: map[string]int{}}
	if err := os.Mkdir(r.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	folder := Folder{Name: "tv", Path: r.dir, Poll: 5 * time.Second, Stable: 10 * time.Second, Whole: time.Minute, Remind: 72 * time.Hour, Limit: 1000}
	for _, c := range change {
		c(&folder)
	}
	clock := func() time.Time { return r.now }
	r.ledger = &memory{marks: map[string]schedule.Mark{}}
	r.lists = &lists{ledger: r.ledger, now: clock, bytes: map[string][]byte{}, known: map[string]bool{}, plans: map[string]string{}, again: map[string]int{}, errs: map[string]error{}}
	r.filer = &Filer{Folders: []Folder{folder}, Lists: r.lists, Ledger: r.ledger, Now: clock, Log: zerolog.Nop(), Plans: r.plan,
		Tell: func(_ context.Context, n Notice) error { r.told = append(r.told, n); return nil }}
	r.restart()
	return r
}

// restart is another process that knows only what the ledger and the disk know.
func (r *rig) restart() {
	r.scanner = NewScanner(r.filer.Folders[0], r.filer, func(_ context.Context, d schedule.Drop) error {
		if r.refuse != nil {
			return r.refuse
		}
		sent, err := json.Marshal(d) // as a queue does
		var got schedule.Drop
		if err == nil {
			err = json.Unmarshal(sent, &got)
		}
		if err != nil {
			return err
		}
		r.queue[d.Key()] = got
		r.added[d.Key()]++
		return nil
	})
}

func (r *rig) plan(_ context.Context, id string) (schedule.Taken, error) {
	t := schedule.Taken{State: r.lists.plans[id], Message: "decided upon by a person"}
	if t.State == schedule.Applied {
		t.Import = "import-of-" + id
	}
	return t, nil
}

func (r *rig) write(name, content string) {
	r.Helper()
	p := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(content), 0o666); err != nil {
		r.Fatal(err)
	}
}

func (r *rig) wait(d time.Duration) { r.now = r.now.Add(d) }

func (r *rig) scan() *Status {
	r.Helper()
	status, err := r.scanner.Scan(context.Background())
	if err != nil {
		r.Fatal(err)
	}
	return status
}

// work does all queued jobs.
func (r *rig) work() {
	r.Helper()
	for _, key := range slices.Sorted(maps.Keys(r.queue)) {
		if err := r.filer.File(context.Background(), r.queue[key]); err != nil {
			r.Fatal(err)
		}
		delete(r.queue, key)
	}
}

// drop lets what was written stand still, be taken and filed.
func (r *rig) drop() {
	r.Helper()
	r.scan()
	r.wait(10 * time.Second)
	r.scan()
	r.work()
}

// state is that of one file in the last look; "" where it is not there.
func (r *rig) state(name string) string {
	for _, item := range r.scanner.Status().Items {
		if item.Path == name {
			return item.State
		}
	}
	return ""
}

// tree lists all files below the folder but the marker, sorted.
func (r *rig) tree() (out []string) {
	r.Helper()
	err := filepath.WalkDir(r.dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != marker {
			rel, _ := filepath.Rel(r.dir, p)
			out = append(out, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.Fatal(err)
	}
	return out
}

func (r *rig) wantTree(want ...string) {
	r.Helper()
	slices.Sort(want)
	got := r.tree()
	slices.Sort(got)
	if !slices.Equal(got, want) {
		r.Errorf("the folder has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func (r *rig) wantTaken(want ...string) {
	r.Helper()
	var got []string
	for _, d := range r.lists.taken {
		names := []string{}
		for _, f := range d.Files {
			names = append(names, f.Path)
		}
		got = append(got, strings.Join(names, "+"))
	}
	if !slices.Equal(got, want) {
		r.Errorf("taken %v, want %v", got, want)
	}
}

func (r *rig) wantState(name, want string) {
	r.Helper()
	if got := r.state(name); got != want {
		r.Errorf("%s is %q, want %q", name, got, want)
	}
}
