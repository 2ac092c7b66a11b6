package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"turnover/store/storetest"
)

// onBothDatabases runs a test of the service with each: "" is a SQLite file.
func onBothDatabases(t *testing.T, f func(t *testing.T, db string)) {
	if testing.Short() {
		t.Skip("processes run for seconds: not in short mode")
	}
	t.Run("SQLite", func(t *testing.T) { f(t, "") })
	t.Run("PostgreSQL", func(t *testing.T) { f(t, storetest.PostgresURL(t)) })
}

// configure replaces the configuration, and makes the folders beside it.
func (p *program) configure(yaml string, folders ...string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, "turnover.yaml"), []byte(yaml), 0o600); err != nil {
		p.t.Fatal(err)
	}
	for _, f := range folders {
		if err := os.MkdirAll(filepath.Join(p.dir, f), 0o700); err != nil {
			p.t.Fatal(err)
		}
	}
}

// A worker is one process of the service.
type worker struct {
	t   *testing.T
	cmd *exec.Cmd
	log string // path of what it says
}

// work starts a process of the service without API, and returns when it works.
func (p *program) work() *worker {
	p.t.Helper()
	log, err := os.CreateTemp(p.dir, "worker-*.log")
	if err != nil {
		p.t.Fatal(err)
	}
	w := &worker{p.t, p.command("serve", "--listen", "", "--log-level", "warn"), log.Name()}
	w.cmd.Stdout, w.cmd.Stderr = log, log
	err = w.cmd.Start()
	_ = log.Close() // the process has its own
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = w.cmd.Process.Kill() }) // where it was not stopped
	eventually(p.t, time.Minute, "the service to start", func() bool { return strings.Contains(w.said(), "watch folders: ") })
	return w
}

// said is all that a worker has printed and logged.
func (w *worker) said() string {
	text, err := os.ReadFile(w.log)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// stop ends a worker as a person would.
func (w *worker) stop() {
	w.t.Helper()
	if err := w.cmd.Process.Signal(os.Interrupt); err != nil {
		w.t.Fatal(err)
	}
	if err := w.cmd.Wait(); err != nil {
		w.t.Errorf("the service ended with %v\n%s", err, w.said())
	}
}

// eventually waits for something that another process does.
func eventually(t *testing.T, limit time.Duration, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited %s for %s", limit, what)
		}
	}
}

// files lists those below a folder of the program's, by path with slashes.
func (p *program) files(folder string) map[string]bool {
	p.t.Helper()
	root, out := filepath.Join(p.dir, folder), map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // it was moved meanwhile
		}
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		out[filepath.ToSlash(rel)] = true
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// rows reads a table of the database.
func (p *program) rows(table string) (out []map[string]any) {
	p.t.Helper()
	s, err := makeStore(context.Background(), p.db)
	if err != nil {
		p.t.Fatal(err)
	}
	err = s.Dump(context.Background(), func(name string, row map[string]any) error {
		if name == table {
			out = append(out, row)
		}
		return nil
	})
	if closing := s.Close(); err == nil {
		err = closing
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// count counts the rows of a table by one of their columns.
func (p *program) count(table, column string) map[string]int {
	p.t.Helper()
	out := map[string]int{}
	for _, row := range p.rows(table) {
		out[fmt.Sprint(row[column])]++
	}
	return out
}

// put writes a file of the program's whole, aside and then renamed.
func (p *program) put(name, content string) {
	p.t.Helper()
	aside := filepath.Join(p.dir, "aside.tmp")
	if err := os.WriteFile(aside, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
	if err := os.Rename(aside, filepath.Join(p.dir, filepath.FromSlash(name))); err != nil {
		p.t.Fatal(err)
	}
}

// read reads a file of the program's; "" where there is none.
func (p *program) read(name string) string {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, filepath.FromSlash(name)))
	if err != nil && !os.IsNotExist(err) {
		p.t.Fatal(err)
	}
	return string(text)
}

// films adds productions, each with a folder of its own below "drop".
func (p *program) films(n int, watch string) {
	p.t.Helper()
	yaml, folders := "watch:\n  - {name: in, folder: drop, below: \"{project}\", "+watch+"}\nprojects:\n", []string{}
	for i := range n {
		name := fmt.Sprintf("film%d", i)
		p.must("project", "add", name, "--type", "featurefilm", "--fps", "24")
		yaml += "  " + name + ": {tasks: none}\n"
		folders = append(folders, "drop/"+name, "staged/"+name)
	}
	p.configure(yaml, folders...)
}

// checkFiled checks that each of the lists was applied once, by its content, and
// answered as often as it was dropped, and that nothing was lost.
func (p *program) checkFiled(lists map[string]int) {
	p.t.Helper()
	kept, dropped, repeats := map[string]int{}, 0, 0
	for name := range p.files("drop/archive") {
		if strings.HasSuffix(name, ".csv") {
			kept[checksum(p.read("drop/archive/"+name))]++
		}
	}
	for sum, times := range lists {
		dropped, repeats = dropped+times, repeats+times-1
		if kept[sum] != times {
			p.t.Errorf("%d of %d files of content %s are in the archive", kept[sum], times, sum)
		}
	}
	for sha, n := range p.count("imports", "source_sha") {
		if n != 1 || lists[sha] == 0 {
			p.t.Errorf("content %s was applied %d times and dropped %d times", sha, n, lists[sha])
		}
	}
	states := map[string]int{}
	for _, row := range p.rows("ledger") {
		if strings.HasPrefix(fmt.Sprint(row["row_key"]), "drop/") {
			states[fmt.Sprint(row["state"])]++
		}
	}
	if want := (map[string]int{"applied-filed": len(lists), "nothing-filed": repeats}); states["applied-filed"] != want["applied-filed"] || states["nothing-filed"] != repeats || len(states) > 2 {
		p.t.Errorf("drops %v, want %v", states, want)
	}
	if c := p.census(); c.Imports != len(lists) || c.Shots != len(lists) {
		p.t.Errorf("%+v of %d lists", c, len(lists))
	}
}

func checksum(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// filedLists counts the lists in the archive.
func (p *program) filedLists() (n int) {
	for name := range p.files("drop/archive") {
		if strings.HasSuffix(name, ".csv") {
			n++
		}
	}
	return n
}

// TestServiceTorment lets another process do to a watch folder what people,
// programs and shares do.
func TestServiceTorment(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, db string) {
		const productions = 8
		flood := 2000
		if db != "" {
			flood = scaleFiles() // files are filed by the same code: it is enough to have many once
		}
		p := newProgram(t, db)
		p.films(productions, "poll: 200ms, stable: 1s, whole: 20s")
		w := p.work()
		torment := exec.Command(python(t, "threading"), filepath.Join("testdata", "service", "torment.py"), filepath.Join(p.dir, "drop"), fmt.Sprint(productions), fmt.Sprint(flood))
		torment.Stderr = t.Output()
		out, err := torment.Output()
		if err != nil {
			t.Fatal(err)
		}
		var done struct {
			Lists [][2]string
			Junk  []string
		}
		if err := json.Unmarshal(out, &done); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		eventually(t, 10*time.Minute, "all lists to be filed", func() bool {
			time.Sleep(200 * time.Millisecond)
			return p.filedLists() >= len(done.Lists)
		})
		t.Logf("the last of %d lists was filed %.1f s after it came", len(done.Lists), time.Since(began).Seconds())
		w.stop()
		lists := map[string]int{}
		for _, one := range done.Lists {
			lists[one[1]]++
		}
		p.checkFiled(lists)
		left := p.files("drop")
		for _, name := range done.Junk {
			if !left[name] {
				t.Errorf("%s is gone", name)
			}
			delete(left, name)
		}
		for name := range left {
			if !strings.HasPrefix(name, "archive/") && !strings.HasSuffix(name, ".txt") && name != ".turnover-watch" {
				t.Errorf("%s was left behind", name)
			}
		}
	})
}

// TestServiceLatency measures how long after an EDL of 1,000 new shots, with
// their tasks, has stood still its receipt is there. It wants no time: the
// figures are in docs/operations.md.
func TestServiceLatency(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, db string) {
		const events, stable = 1000, 500 * time.Millisecond
		p := newProgram(t, db)
		p.must("project", "add", "film", "--type", "featurefilm", "--fps", "24")
		p.configure("watch:\n  - {name: in, folder: drop, project: film, poll: 5s, stable: 500ms}\nprojects:\n  film: {fps: 24, names: [\"{sequence}_{shot}\"]}\n", "drop")
		w := p.work()
		for try := range 3 {
			name := fmt.Sprintf("cut%d.edl", try)
			p.put("drop/"+name, newCut(events, try))
			began := time.Now()
			eventually(t, 2*time.Minute, "the receipt", func() bool { return p.read("drop/"+name+".APPLIED.txt") != "" })
			t.Logf("%s: the receipt of %d events came %.2f s after the list had stood still", name, events, (time.Since(began) - stable).Seconds())
		}
		w.stop()
		if c := p.census(); c.Shots != 3*events || c.Tasks != 3*events*7 {
			t.Errorf("%+v", c)
		}
	})
}

// newCut is an EDL of shots that no other has.
func newCut(events, of int) string {
	var b strings.Builder
	b.WriteString("TITLE: CUT\nFCM: NON-DROP FRAME\n\n")
	for i := range events {
		from, to := stamp(2*i), stamp(2*i+2)
		fmt.Fprintf(&b, "%03d  AX       V     C        00:00:00:00 00:00:02:00 %s %s\n* FROM CLIP NAME: SQ%d%02d_SH%04d\n", i%1000, from, to, of+1, i/50, i%50*10)
	}
	return b.String()
}

func stamp(seconds int) string {
	return fmt.Sprintf("%02d:%02d:%02d:00", 1+seconds/3600, seconds/60%60, seconds%60)
}
