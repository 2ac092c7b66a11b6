package watch

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"turnover/schedule"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("TURNOVER_TEST_EDITOR"); dir != "" {
		if err := edit(dir, os.Getenv("TURNOVER_TEST_MANY") != ""); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A live rig is a watch folder with real time and servers that share it: each
// has its scanner, its filer and two workers; the queue and the ledger are one.
type live struct {
	*rig
	scanners []*Scanner
	ctx      context.Context
	mu       sync.Mutex
	waiting  map[string]bool // keys of jobs that are not finished
	jobs     chan schedule.Drop
	all      sync.WaitGroup
}

func newLive(t *testing.T, servers int, poll time.Duration, change ...func(*Folder)) *live {
	l := &live{rig: newRig(t, append([]func(*Folder){func(f *Folder) {
		f.Poll, f.Stable, f.Whole, f.Limit = poll, 300*time.Millisecond, 15*time.Second, 1<<20
	}}, change...)...), waiting: map[string]bool{}, jobs: make(chan schedule.Drop, 10_000)}
	l.filer.Now, l.lists.now = time.Now, time.Now
	l.filer.Tell = func(_ context.Context, n Notice) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.told = append(l.told, n)
		return nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	l.ctx = ctx
	for range servers {
		filer := &Filer{Folders: l.filer.Folders, Lists: l.lists, Ledger: l.ledger, Plans: l.plan, Tell: l.filer.Tell, Now: time.Now, Log: zerolog.Nop()}
		scanner := NewScanner(l.filer.Folders[0], filer, l.add)
		l.scanners = append(l.scanners, scanner)
		l.all.Go(func() {
			if err := scanner.Run(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("the scanner ends with %v", err)
			}
		})
		for range 2 {
			l.all.Go(func() { l.worker(filer) })
		}
	}
	t.Cleanup(func() { cancel(); l.all.Wait() })
	return l
}

func (l *live) add(_ context.Context, d schedule.Drop) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.waiting[d.Key()] {
		l.waiting[d.Key()] = true
		l.jobs <- d
	}
	return nil
}

func (l *live) worker(filer *Filer) {
	for {
		select {
		case <-l.ctx.Done():
			return
		case d := <-l.jobs:
			err := filer.File(l.ctx, d)
			for errors.Is(err, ErrAway) && rest(l.ctx, 100*time.Millisecond) {
				err = filer.File(l.ctx, d)
			}
			if err != nil && l.ctx.Err() == nil {
				l.Errorf("file %s: %v", d.Name(), err)
			}
			l.mu.Lock()
			delete(l.waiting, d.Key())
			l.mu.Unlock()
		}
	}
}

// until waits for something, for a machine that is busy long enough.
func (l *live) until(what string, is func() bool) {
	l.Helper()
	for end := time.Now().Add(4 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if is() {
			return
		}
	}
	l.Fatalf("%s: not within four minutes; the folder has %v", what, l.tree())
}

func there(parts ...string) bool {
	_, err := os.Lstat(filepath.Join(parts...))
	return err == nil
}

// With a poll of an hour only an event can make it quick.
func TestEventsMakeItQuick(t *testing.T) {
	l := newLive(t, 1, time.Hour)
	l.until("first look", func() bool { return there(l.dir, marker) })
	l.write("cut.edl", "one\n")
	begun := time.Now()
	l.until("receipt", func() bool { return there(l.dir, "cut.edl.APPLIED.txt") })
	t.Logf("from the drop to the receipt: %v, of which %v it had to stand still", time.Since(begun), 300*time.Millisecond)
	l.until("filed", func() bool { return there(l.dir, "archive") })
	l.write("E01/SQ010/cut.edl", "two\n") // the folders are new with it
	l.until("receipt below", func() bool { return there(l.dir, "E01/SQ010/cut.edl.APPLIED.txt") })
}

// Without events, as on a share, the poll finds everything.
func TestWithoutEvents(t *testing.T) {
	l := &listener{woken: make(chan struct{}, 1), path: t.TempDir()}
	l.follow([]string{"."})
	begun := time.Now()
	if !l.wait(t.Context(), breather+50*time.Millisecond) || time.Since(begun) < breather+50*time.Millisecond {
		t.Error("the wait is not the poll's")
	}
	l.close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if l.wait(ctx, time.Hour) {
		t.Error("the wait outlasts its context")
	}
}

// A second process does to a watch folder whatever editors, programs and shares
// do. In the end every file is in one place, each list was taken once and as it
// was finished, and what is no list lies where it lay.
func TestTorture(t *testing.T) {
	for _, mode := range []string{"few", "many"} {
		t.Run(mode, func(t *testing.T) {
			if mode == "many" && testing.Short() {
				t.Skip("2,000 files: not in short mode")
			}
			l := newLive(t, 2, 200*time.Millisecond, threeParts)
			l.until("first look", func() bool {
				return there(l.dir, marker) && !slices.ContainsFunc(l.scanners, func(s *Scanner) bool { return s.Status() == nil })
			})
			begun := time.Now()
			want := l.editor(mode == "many")
			l.until("all filed", func() bool { return l.idle() })
			t.Logf("%d files in %v", len(want), time.Since(begun).Round(100*time.Millisecond))
			l.verify(want)
			if mode == "few" {
				kinds := map[string]int{}
				for _, n := range l.told {
					kinds[n.Kind]++
				}
				if kinds[Vanished] != 2 || kinds[Back] != 2 { // each server sees its own mounts
					t.Errorf("the owner was told %v", kinds)
				}
			}
		})
	}
}

// A left list is one that the editor's process says that it has finished.
type leftList struct {
	Path, SHA256 string
	Junk         bool
}

// editor runs the second process and gives what it has left in the folder.
func (l *live) editor(many bool) (out []leftList) {
	l.Helper()
	c := exec.CommandContext(l.ctx, os.Args[0])
	c.Env = append(os.Environ(), "TURNOVER_TEST_EDITOR="+l.dir)
	if many {
		c.Env = append(c.Env, "TURNOVER_TEST_MANY=1")
	}
	c.Stderr = os.Stderr
	pipe, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		l.Fatal(err)
	}
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		var one leftList
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			l.Fatalf("%s: %v", lines.Bytes(), err)
		}
		out = append(out, one)
	}
	if err := errors.Join(lines.Err(), c.Wait()); err != nil {
		l.Fatalf("the editor's process: %v", err)
	}
	return out
}

// idle says whether nothing that is a list lies where it was dropped.
func (l *live) idle() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range l.scanners {
		if status := one.Status(); !status.Vanished.IsZero() || len(status.Items) > 0 {
			return false
		}
	}
	return len(l.waiting) == 0 && len(l.jobs) == 0
}

func (l *live) verify(want []leftList) {
	l.Helper()
	count := map[string]int{} // by bytes: how often they were left, less how often they were taken
	junkThere := map[string]bool{}
	for _, one := range want {
		if one.Junk {
			junkThere[one.Path] = true
			continue
		}
		count[one.SHA256]++
	}
	if len(want) == 0 {
		l.Fatal("nothing was left")
	}
	for _, d := range l.lists.taken {
		for _, f := range d.Files {
			if count[f.SHA256]--; count[f.SHA256] < 0 {
				l.Errorf("%s was taken once too often, or half written", f.Path)
			}
		}
	}
	for _, one := range want {
		if !one.Junk && count[one.SHA256] > 0 {
			l.Errorf("%s was not taken", one.Path)
		}
	}
	l.verifyPlaces(want, junkThere)
	l.verifyMarks()
}

// verifyPlaces looks for each list in exactly one place, and for nothing else.
func (l *live) verifyPlaces(want []leftList, junkThere map[string]bool) {
	l.Helper()
	places := map[string]int{}
	for _, p := range l.tree() {
		base := filepath.Base(p)
		top, _, _ := strings.Cut(p, "/")
		switch {
		case junkThere[p]:
			delete(junkThere, p)
		case receipts.MatchString(base), strings.Contains(base, ".REJECTED.edl"), strings.Contains(base, ".HELD.edl"):
		case oursDir(top):
			places[sum([]byte(l.read(p)))]++
		default:
			l.Errorf("%s lies about", p)
		}
	}
	if len(junkThere) > 0 {
		l.Errorf("junk is gone: %v", junkThere)
	}
	for _, one := range want {
		if !one.Junk {
			places[one.SHA256]--
		}
	}
	for s, n := range places {
		if n != 0 {
			l.Errorf("the bytes %s lie in %d places too many", s[:8], n)
		}
	}
}

func (l *live) verifyMarks() {
	l.Helper()
	marks, err := l.ledger.Marks(l.ctx, "drop/")
	if err != nil || len(marks) != len(l.lists.taken) {
		l.Errorf("%d marks of %d drops, %v", len(marks), len(l.lists.taken), err)
	}
	for _, m := range marks {
		a, err := answerOf(&m)
		if err != nil || !filed(&m) {
			l.Errorf("%s is %s, %v", m.Key, m.State, err)
			continue
		}
		for i, p := range a.Files {
			info, err := os.Lstat(filepath.Join(l.dir, p.OnDisk()))
			if err != nil || !same(a.Drop.Files[i], info) {
				l.Errorf("%s is said to be %q: %v", a.Drop.Files[i].Path, p.Path, err)
			}
		}
	}
}

// What follows runs in the second process.

// An editor leaves lists in a folder in all the ways that there are.
type editor struct {
	dir string
	out *json.Encoder
	mu  sync.Mutex
	n   int
}

func edit(dir string, many bool) error {
	e := &editor{dir: dir, out: json.NewEncoder(os.Stdout)}
	if many {
		return e.many()
	}
	ways := []func() error{e.slowCopy, e.slowCopy, e.renamedInto, e.rewrittenInPlace, e.junk, e.officeLock, e.duplicates, e.sameAgain,
		e.touched, e.newFolder, e.parts, e.versions, e.verdicts, e.preallocated}
	faults := make(chan error, len(ways))
	for _, way := range ways {
		go func() { faults <- way() }()
	}
	var all []error
	for range ways {
		all = append(all, <-faults)
	}
	return errors.Join(append(all, e.goneAndBack())...)
}

// left says what was left: done is called with the last byte still to be
// written, so that it cannot be taken before it is known.
func (e *editor) left(name, content string, junk bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.out.Encode(leftList{Path: name, SHA256: sum([]byte(content)), Junk: junk}); err != nil {
		panic(err)
	}
}

func (e *editor) text(name string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.n++
	return fmt.Sprintf("%s, list %d: %s\n", name, e.n, strings.Repeat("x", 500*(e.n%7)))
}

func (e *editor) at(name string) string { return filepath.Join(e.dir, filepath.FromSlash(name)) }

func (e *editor) write(name, content string, junk bool) error {
	e.left(name, content, junk)
	if err := os.MkdirAll(filepath.Dir(e.at(name)), 0o777); err != nil {
		return err
	}
	return os.WriteFile(e.at(name), []byte(content), 0o666)
}

// away waits until a list was filed.
func (e *editor) away(name string) error {
	for range 2000 {
		if _, err := os.Lstat(e.at(name)); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("%s is not filed", name)
}

// slowCopy writes piece by piece and rests for longer than a file has to stand still.
func (e *editor) slowCopy() error {
	name := fmt.Sprintf("slow %d.edl", time.Now().UnixNano())
	content := e.text(name) + e.text(name)
	content = strings.ReplaceAll(strings.TrimSpace(content), "\n", " ") + "\n" // it breaks off wherever it is cut
	e.left(name, content, false)
	file, err := os.Create(e.at(name))
	if err != nil {
		return err
	}
	for piece := range slices.Chunk([]byte(content), max(1, len(content)/5)) {
		if _, err := file.Write(piece); err != nil {
			return err
		}
		time.Sleep(700 * time.Millisecond)
	}
	return file.Close()
}

func (e *editor) renamedInto() error {
	for _, tmp := range []string{"renamed.edl.part", ".renamed.tmp", "../renamed.edl"} {
		name := "renamed from " + filepath.Base(tmp) + ".edl"
		content := e.text(name)
		e.left(name, content, false)
		if err := os.WriteFile(e.at(tmp), []byte(content), 0o666); err != nil {
			return err
		}
		time.Sleep(500 * time.Millisecond)
		if err := os.Rename(e.at(tmp), e.at(name)); err != nil {
			return err
		}
	}
	return nil
}

// rewrittenInPlace breaks off, and is then cut to nothing and written whole.
func (e *editor) rewrittenInPlace() error {
	name := "in place.edl"
	if err := os.WriteFile(e.at(name), []byte("this breaks o"), 0o666); err != nil {
		return err
	}
	time.Sleep(800 * time.Millisecond)
	return e.write(name, e.text(name), false)
}

func (e *editor) junk() error {
	for _, name := range []string{"._x.edl", ".DS_Store", "E07/._x.edl", "Thumbs.db", "x.edl.crdownload", "~$old.xlsx"} {
		if err := e.write(name, "junk\n", true); err != nil {
			return err
		}
	}
	return nil
}

func (e *editor) officeLock() error {
	if err := os.WriteFile(e.at("~$x.xlsx"), []byte("Anna"), 0o666); err != nil {
		return err
	}
	if err := os.WriteFile(e.at("x.xlsx"), []byte("as it was opened\n"), 0o666); err != nil {
		return err
	}
	time.Sleep(1200 * time.Millisecond) // still, whole, and open
	if err := e.write("x.xlsx", e.text("x.xlsx"), false); err != nil {
		return err
	}
	return os.Remove(e.at("~$x.xlsx"))
}

func (e *editor) duplicates() error {
	content := e.text("duplicate")
	for _, name := range []string{"duplicate.edl", "duplicate copy.edl", "E08/duplicate.edl"} {
		if err := e.write(name, content, false); err != nil {
			return err
		}
	}
	return nil
}

// sameAgain leaves the same bytes with the same time three times.
func (e *editor) sameAgain() error {
	content := e.text("again")
	for range 3 {
		e.left("again.edl", content, false)
		if err := os.WriteFile(e.at(".again"), []byte(content), 0o666); err != nil {
			return err
		}
		if err := os.Chtimes(e.at(".again"), time.Unix(1_700_000_000, 0), time.Unix(1_700_000_000, 0)); err != nil {
			return err
		}
		if err := os.Rename(e.at(".again"), e.at("again.edl")); err != nil {
			return err
		}
		if err := e.away("again.edl"); err != nil {
			return err
		}
	}
	return nil
}

// touched never stands still for long, though it is whole.
func (e *editor) touched() error {
	name := "touched.edl"
	if err := e.write(name, e.text(name), false); err != nil {
		return err
	}
	for i := range 10 {
		at := time.Unix(2_000_000_000+int64(i), 0) // a clock that is far ahead
		if err := os.Chtimes(e.at(name), at, at); errors.Is(err, fs.ErrNotExist) {
			return nil // on a busy machine it stood still after all
		} else if err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil
}

func (e *editor) newFolder() error {
	name := "E09/SQ010/new.edl"
	content := e.text(name)
	e.left(name, content, false)
	if err := os.MkdirAll(e.at("../aside/SQ010"), 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(e.at("../aside/SQ010/new.edl"), []byte(content), 0o666); err != nil {
		return err
	}
	return os.Rename(e.at("../aside"), e.at("E09"))
}

func (e *editor) parts() error {
	for _, n := range []string{"1", "2", "3"} {
		name := "cut_V" + n + ".edl"
		if err := e.write(name, e.text(name), false); err != nil {
			return err
		}
		time.Sleep(200 * time.Millisecond)
	}
	return nil
}

func (e *editor) versions() error {
	for _, n := range []string{"11", "10", "09"} {
		name := "ep_v" + n + ".edl"
		if err := e.write(name, e.text(name), false); err != nil {
			return err
		}
	}
	return nil
}

func (e *editor) verdicts() error {
	for _, n := range []string{"ERROR", "HOLD"} {
		for range 2 {
			name := "a list.edl"
			if err := e.write(name, n+e.text(name), false); err != nil {
				return err
			}
			if err := e.away(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// preallocated has its length before its bytes, as programs of some shares write.
func (e *editor) preallocated() error {
	name := "preallocated.edl"
	content := e.text(name) + strings.Repeat("y", 5000) + "\n"
	e.left(name, content, false)
	file, err := os.Create(e.at(name))
	if err != nil {
		return err
	}
	if err := file.Truncate(int64(len(content))); err != nil {
		return err
	}
	time.Sleep(800 * time.Millisecond)
	if _, err := file.WriteAt([]byte(content), 0); err != nil {
		return err
	}
	return file.Close()
}

// goneAndBack takes the whole folder away while lists settle in it.
func (e *editor) goneAndBack() error {
	for i := range 5 {
		name := fmt.Sprintf("before it went %d.edl", i)
		if err := e.write(name, e.text(name), false); err != nil {
			return err
		}
	}
	if err := os.Rename(e.dir, e.dir+".away"); err != nil {
		return err
	}
	time.Sleep(1500 * time.Millisecond)
	if err := os.Rename(e.dir+".away", e.dir); err != nil {
		return err
	}
	time.Sleep(500 * time.Millisecond)
	name := "after it came.edl"
	return e.write(name, e.text(name), false)
}

func (e *editor) many() error {
	for i := range 2000 {
		name := fmt.Sprintf("E%02d/many %04d.edl", i%10, i)
		if err := e.write(name, e.text(name), false); err != nil {
			return err
		}
	}
	return nil
}
