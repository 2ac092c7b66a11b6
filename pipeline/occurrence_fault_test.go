package pipeline_test

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"turnover/pipeline"
	"turnover/schedule"
	"turnover/store"
)

// A breaking store fails from the nth transaction on: at first before it begins,
// or after it was committed, as when the line is lost.
type breaking struct {
	store.Store
	n     int
	after bool
	times int // 0: for good
}

var errBroken = errors.New("the line was lost")

func (b *breaking) InTx(ctx context.Context, f func(store.Tx) error) error {
	b.n--
	if b.times > 0 && b.n <= -b.times {
		return b.Store.InTx(ctx, f)
	}
	if b.n == 0 && !b.after || b.n < 0 {
		return errBroken
	}
	err := b.Store.InTx(ctx, f)
	if b.n == 0 && err == nil {
		return errBroken
	}
	return err
}

// A fault breaks the nth thing of its kind.
type fault struct {
	name    string
	doubles int // this one, since the mail was accepted and nobody knows; 0 for none
}

// broken tells whether a panic is one of ours; others go on.
func broken(r any) bool {
	err, ok := r.(error)
	if r != nil && (!ok || !errors.Is(err, errBroken)) {
		panic(r)
	}
	return r != nil
}

// attempt runs an occurrence with one fault in it, and says whether it came to it.
func (f fault) attempt(t *testing.T, p *pipeline.Pipeline, n int, d *desk, o schedule.Occurrence) (broke bool) {
	t.Helper()
	healthy := p.Store
	defer func() {
		p.Store, d.before, d.after = healthy, nil, nil
		if broken(recover()) {
			broke = true
		}
	}()
	by, left := pipeline.Runner{To: d, Worker: "job 1"}, n
	nth := func(string) error {
		if left--; left == 0 {
			return errBroken
		}
		return nil
	}
	switch f.name {
	case "killed":
		by.Step = func(name string) {
			if err := nth(name); err != nil {
				panic(err)
			}
		}
	case "before a commit", "after a commit":
		p.Store = &breaking{Store: healthy, n: n, after: f.name == "after a commit"}
	case "before a delivery":
		d.before = nth
	case "after a delivery":
		d.after = nth
	}
	_, err := p.RunReport(t.Context(), weekly("json"), o, by)
	if err != nil && !errors.Is(err, errBroken) {
		t.Errorf("%s %d: %v", f.name, n, err)
	}
	return err != nil
}

func TestEveryFaultIsMendedByRunningAgain(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		pipeline.LowerMarkPause(t, time.Microsecond)
		minute := 0
		for _, f := range []fault{{"killed", 12}, {"before a commit", 8}, {"after a commit", 0}, {"before a delivery", 0}, {"after a delivery", 3}} {
			n := 1
			for ; n < 40; n++ {
				minute++
				d, o := newDesk(), monday(minute)
				if !f.attempt(t, p, n, d, o) {
					break
				}
				fixed, err := pipeline.Ledger{Store: p.Store}.Mark(t.Context(), "report/monday-quotas/"+o.Wall)
				if err != nil {
					t.Fatal(err)
				}
				moveOn(t, p, float64(30+minute%2))
				run, err := p.RunReport(t.Context(), weekly("json"), o, pipeline.Runner{To: d, Worker: "job 1"})
				if err != nil {
					t.Fatalf("%s %d, again: %v", f.name, n, err)
				}
				if fixed != nil && !strings.Contains(string(fixed.Result), run.Snapshot) {
					t.Errorf("%s %d: the state moved on between two attempts", f.name, n)
				}
				f.check(t, n, d, run)
			}
			t.Logf("%s: %d faults", f.name, n-1)
			if n < 3 {
				t.Errorf("%s: only %d faults", f.name, n-1)
			}
		}
	})
}

// check wants each place to have the same report once.
func (f fault) check(t *testing.T, n int, d *desk, run pipeline.ReportRun) {
	t.Helper()
	if len(d.files) != 2 || d.files["/one/monday-quotas-2026-W08.json"] == "" || d.files["/one/monday-quotas-2026-W08.json"] != d.files["/two/monday-quotas-2026-W08.json"] {
		t.Errorf("%s %d: files %v", f.name, n, slices.Sorted(maps.Keys(d.files)))
	}
	want := 1
	if n == f.doubles {
		want = 2
	}
	if len(d.mails) != want {
		t.Errorf("%s %d: %d mails, want %d", f.name, n, len(d.mails), want)
	}
	for i, m := range d.mails {
		if !reflect.DeepEqual(m, d.mails[0]) || d.brings[i] != d.files["/one/monday-quotas-2026-W08.json"] {
			t.Errorf("%s %d: another mail than the first", f.name, n)
		}
	}
	if run.State != pipeline.OccurrenceDone || len(run.Deliveries) != 3 {
		t.Errorf("%s %d: %+v", f.name, n, run)
	}
}

func TestADatabaseThatIsAwayIsWaitedForWhenAMailWasSent(t *testing.T) {
	p := onSQLite(t)
	pipeline.LowerMarkPause(t, time.Microsecond)
	d := newDesk()
	p.Store = &breaking{Store: p.Store, n: 8, times: 4}
	run, err := p.RunReport(t.Context(), weekly("json"), monday(0), pipeline.Runner{To: d, Worker: "job 1"})
	if err != nil || run.State != pipeline.OccurrenceDone || len(d.mails) != 1 {
		t.Errorf("%d mails, %+v, %v", len(d.mails), run, err)
	}
}
