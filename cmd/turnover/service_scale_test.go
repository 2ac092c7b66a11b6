package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"turnover/pipeline"
	"turnover/schedule"
	"turnover/store/storetest"
)

// scaleFiles is how many files are dropped at once; TURNOVER_SCALE asks for more.
func scaleFiles() int {
	if n, err := strconv.Atoi(os.Getenv("TURNOVER_SCALE")); err == nil && n > 0 {
		return n
	}
	return 100
}

// TestServiceScale lets 1, 2 and 4 processes on one PostgreSQL share a folder and
// schedules: each list is applied once and each occurrence delivered once,
// whoever gets it.
func TestServiceScale(t *testing.T) {
	if testing.Short() {
		t.Skip("processes run for a minute: not in short mode")
	}
	for _, productions := range []int{4, 1} {
		for _, workers := range []int{1, 2, 4} {
			lists := scaleFiles()
			if workers == 4 && productions == 4 {
				lists = 1000
			}
			t.Run(fmt.Sprintf("%d productions, %d workers", productions, workers), func(t *testing.T) {
				shareFolder(t, productions, workers, lists)
			})
		}
	}
	for _, workers := range []int{1, 2, 4} {
		t.Run(fmt.Sprintf("occurrences, %d workers", workers), func(t *testing.T) { shareSchedules(t, workers) })
	}
}

// crew starts processes of the service; stopping checks that nothing failed.
func (p *program) crew(workers int) (stop func()) {
	var all []*worker
	for range workers {
		all = append(all, p.work())
	}
	return func() {
		for _, w := range all {
			w.stop()
			if said := w.said(); strings.Contains(said, `"level"`) {
				p.t.Errorf("a worker warned:\n%s", said)
			}
		}
	}
}

// shareFolder drops lists for some productions at once and waits until workers
// have filed them.
func shareFolder(t *testing.T, productions, workers, lists int) {
	p := newProgram(t, storetest.PostgresURL(t))
	const stable = 500 * time.Millisecond
	p.films(productions, "poll: 1s, stable: 500ms")
	dropped, names := map[string]int{}, []string{}
	for i := range lists {
		name := fmt.Sprintf("film%d/list%04d.csv", i%productions, i)
		text := fmt.Sprintf("Sequence,Name,Nb Frames\nSQ%03d,SH%05d,%d\n", i/50, i*10, 24+i%100)
		p.put("staged/"+name, text)
		names, dropped[checksum(text)] = append(names, name), 1
	}
	stop := p.crew(workers)
	began := time.Now()
	for _, name := range names {
		if err := os.Rename(filepath.Join(p.dir, "staged", name), filepath.Join(p.dir, "drop", name)); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, 10*time.Minute, "all lists to be filed", func() bool { return p.filedLists() == lists })
	lasted := (time.Since(began) - stable).Seconds()
	stop()
	t.Logf("%d lists of %d productions by %d workers: %.1f s, %.0f a second", lists, productions, workers, lasted, float64(lists)/lasted)
	p.checkFiled(dropped)
}

// shareSchedules lets workers make up for 10 occurrences of each of 20 reports.
func shareSchedules(t *testing.T, workers int) {
	const entries, each = 20, 10
	p := newProgram(t, storetest.PostgresURL(t))
	yaml := "timezone: UTC\nreports:\n"
	for n := range entries {
		yaml += fmt.Sprintf("  - {name: report%02d, cron: \"0 8 * * *\", report: quota, project: tv, period: last-day, if_missed: all up to %d, deliver: [{folder: out/%02d}]}\n", n, each, n)
		p.configure(yaml, fmt.Sprintf("out/%02d", n))
	}
	p.began(time.Now().Add(-each * 24 * time.Hour))
	began := time.Now()
	stop := p.crew(workers)
	delivered := func() int { return len(p.files("out")) }
	eventually(t, 10*time.Minute, "all occurrences to be delivered", func() bool { return delivered() >= entries*each })
	lasted := time.Since(began).Seconds()
	stop()
	t.Logf("%d occurrences by %d workers: %.1f s with their start, %.0f a second", entries*each, workers, lasted, entries*each/lasted)
	if n := delivered(); n != entries*each {
		t.Errorf("%d files were delivered", n)
	}
	states := map[string]int{}
	for _, row := range p.rows("ledger") {
		kind, _, _ := strings.Cut(fmt.Sprint(row["row_key"]), "/")
		states[kind+" "+fmt.Sprint(row["state"])]++
	}
	if states["report done"] != entries*each || states["delivery done"] != entries*each || states["schedule queued"] != entries {
		t.Errorf("the ledger has %v", states)
	}
}

// began lets the reports of the configuration have begun earlier.
func (p *program) began(at time.Time) {
	p.t.Helper()
	s, err := makeStore(p.t.Context(), p.db)
	if err != nil {
		p.t.Fatal(err)
	}
	ledger := pipeline.Ledger{Store: s}
	c, err := loadConfig(filepath.Join(p.dir, "turnover.yaml"))
	if err != nil {
		p.t.Fatal(err)
	}
	all, err := c.scheduled()
	for _, one := range all {
		var m schedule.Mark
		if m, err = one.Begin(at); err == nil {
			err = ledger.PutMark(p.t.Context(), m)
		}
		if err != nil {
			break
		}
	}
	if closing := s.Close(); err == nil {
		err = closing
	}
	if err != nil {
		p.t.Fatal(err)
	}
}
