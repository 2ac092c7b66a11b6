package watch

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"turnover/schedule"
)

// stop is the panic of a process that ends at a step.
type stop struct{ step string }

// stopAt makes the filer end at its nth step, counted from 1.
func (r *rig) stopAt(n int) {
	count := 0
	r.filer.Step = func(name string) {
		if count++; count == n {
			panic(stop{name})
		}
	}
}

// survive calls what may end at a step, and says at which it did.
func survive(t *testing.T, call func()) (at string) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case stop:
			at = p.step
		default:
			panic(p)
		}
	}()
	call()
	return ""
}

// settle looks and works until nothing happens any more.
func (r *rig) settle() {
	r.Helper()
	for range 12 {
		r.scan()
		r.work()
		r.wait(againMost)
	}
}

// lists are the files that are no answers, with what they hold: nothing of it
// may be lost.
func (r *rig) contents() map[string]string {
	out := map[string]string{}
	for _, p := range r.tree() {
		out[p] = ""
		if base := filepath.Base(p); !receipts.MatchString(base) && !strings.Contains(base, ".REJECTED.") && !strings.Contains(base, ".HELD.") {
			out[p] = r.read(p)
		}
	}
	return out
}

func (r *rig) states() map[string]string {
	out := map[string]string{}
	for key, m := range r.ledger.marks {
		if a, err := answerOf(&m); err == nil && strings.HasPrefix(key, "drop/") {
			out[fmt.Sprint(a.Drop.Name(), a.Drop.Nth, a.Drop.Files[0].SHA256[:8], len(a.Drop.Files))] = m.State
		}
	}
	return out
}

var scenarios = map[string]struct {
	change func(*Folder)
	before func(*rig)
	lists  map[string]string
}{
	"applied":                  {lists: map[string]string{"E01/cut.edl": "one\n"}},
	"rejected":                 {lists: map[string]string{"cut.edl": "ERROR\n"}},
	"held":                     {lists: map[string]string{"cut.edl": "HOLD\n"}},
	"corrected":                {before: func(r *rig) { r.write("cut.edl", "ERROR\n"); r.drop() }, lists: map[string]string{"cut.edl": "good\n"}},
	"rejected once more":       {before: func(r *rig) { r.write("cut.edl", "ERROR\n"); r.drop() }, lists: map[string]string{"cut.edl": "ERROR 2\n"}},
	"an older version":         {before: func(r *rig) { r.write("cut_v09.edl", "nine\n"); r.drop() }, lists: map[string]string{"cut_v07.edl": "seven\n"}},
	"a cut of three":           {change: threeParts, lists: map[string]string{"cut_V1.edl": "one\n", "cut_V2.edl": "two\n", "cut_V3.edl": "three\n"}},
	"a cut of three, rejected": {change: threeParts, lists: map[string]string{"a/cut_V1.edl": "one\n", "a/cut_V2.edl": "ERROR\n", "a/cut_V3.edl": "three\n"}},
}

func threeParts(f *Folder) {
	sets, err := ParseSets("{cut}_V{part}.edl")
	if err != nil {
		panic(err)
	}
	f.Sets = sets
}

// A process may end at any step, twice, and its queue be lost: the next one
// ends in the same state as one that was never stopped.
func TestACrashAtEachStep(t *testing.T) {
	for name, scenario := range scenarios {
		t.Run(name, func(t *testing.T) {
			begin := func(t *testing.T) *rig {
				change := scenario.change
				if change == nil {
					change = func(*Folder) {}
				}
				r := newRig(t, change)
				if scenario.before != nil {
					scenario.before(r)
				}
				for name, content := range scenario.lists {
					r.write(name, content)
				}
				r.scan()
				r.wait(10 * time.Second)
				r.scan()
				return r
			}
			want := begin(t)
			want.settle()
			seen := map[string]bool{}
			for first := 1; ; first++ {
				second, lost := 1, false
				for ; !lost; second++ {
					r := begin(t)
					r.stopAt(first)
					at := survive(t, r.work)
					if at == "" {
						if len(seen) < 5 {
							t.Errorf("only %v are steps", seen)
						}
						return
					}
					seen[at] = true
					r.stopAt(second)
					again := survive(t, r.work)
					lost = again == "" // the last round is without a second stop, and loses the queue
					if lost {
						r = begin(t)
						r.stopAt(first)
						survive(t, r.work)
						clear(r.queue)
					}
					r.filer.Step = nil
					r.restart()
					r.settle()
					r.compare(want, fmt.Sprintf("stopped after %q, then %q", at, again))
				}
			}
		})
	}
}

func (r *rig) compare(want *rig, what string) {
	r.Helper()
	if got := r.contents(); !maps.Equal(got, want.contents()) {
		r.Errorf("%s: the folder has\n%v\nwant\n%v", what, got, want.contents())
	}
	if got := r.states(); !maps.Equal(got, want.states()) {
		r.Errorf("%s: states %v, want %v", what, got, want.states())
	}
	if len(r.lists.taken) != len(want.lists.taken) {
		r.Errorf("%s: taken %v, want %v", what, r.lists.taken, want.lists.taken)
	}
	if len(r.queue) != 0 {
		r.Errorf("%s: still queued: %v", what, r.queue)
	}
}

func TestACrashWhileAHeldListIsResolved(t *testing.T) {
	begin := func(t *testing.T) *rig {
		r := newRig(t)
		r.write("E01/cut_v02.edl", "HOLD\n")
		r.drop()
		for id := range r.lists.plans {
			r.lists.plans[id] = schedule.Applied
		}
		return r
	}
	want := begin(t)
	want.wait(time.Minute)
	want.settle()
	want.wantTree("E01/cut_v02.edl.APPLIED.txt", "archive/2026-W48/E01/cut_v02.edl", "archive/2026-W48/E01/cut_v02.edl.HELD.edl",
		"archive/2026-W48/E01/cut_v02.edl.HELD.txt", "archive/2026-W48/E01/cut_v02.edl.HELD (2).txt")
	for n := 1; ; n++ {
		r := begin(t)
		r.wait(time.Minute)
		r.stopAt(n)
		at := survive(t, func() { r.scan() })
		if at == "" {
			if n < 6 {
				t.Errorf("only %d steps", n-1)
			}
			return
		}
		r.filer.Step = nil
		r.restart()
		r.wait(time.Minute)
		r.settle()
		r.compare(want, "stopped after "+at)
	}
}

// Two processes that file the same drop at once do it once.
func TestTwoFilersOfOneDrop(t *testing.T) {
	for n := 1; n < 12; n++ {
		r := newRig(t)
		r.write("cut.edl", "HOLD\n")
		r.scan()
		r.wait(10 * time.Second)
		r.scan()
		other := &Filer{Folders: r.filer.Folders, Lists: r.lists, Ledger: r.ledger, Now: r.filer.Now, Plans: r.plan}
		count := 0
		var drops []schedule.Drop
		for _, key := range slices.Sorted(maps.Keys(r.queue)) {
			drops = append(drops, r.queue[key])
		}
		r.filer.Step = func(string) { // the other is quicker from the nth step on
			if count++; count != n {
				return
			}
			for _, d := range drops {
				if err := other.File(t.Context(), d); err != nil {
					t.Errorf("step %d: the other: %v", n, err)
				}
			}
		}
		r.work()
		r.wantTaken("cut.edl")
		r.wantTree("cut.edl.HELD.txt", "held/cut.edl", "held/cut.edl.HELD.txt", "held/cut.edl.HELD.edl")
	}
}

// What is in the way is never overwritten.
func TestNothingIsOverwritten(t *testing.T) {
	r := newRig(t)
	r.write("archive/2026-W48/cut.edl", "there before\n")
	r.write("held/note.txt", "there before\n")
	r.write("cut.edl.APPLIED.txt", "there before\n")
	r.write("cut.edl", "one\n")
	r.drop()
	r.wantTree("archive/2026-W48/cut.edl", "archive/2026-W48/cut (2).edl", "archive/2026-W48/cut.edl.APPLIED.txt", "cut.edl.APPLIED.txt", "held/note.txt")
	for name, want := range map[string]string{"archive/2026-W48/cut.edl": "there before\n", "archive/2026-W48/cut (2).edl": "one\n", "archive/2026-W48/cut.edl.APPLIED.txt": "there before\n"} {
		if got := r.read(name); got != want {
			t.Errorf("%s holds %q", name, got)
		}
	}
	if _, err := os.Stat(filepath.Join(r.dir, marker)); err != nil {
		t.Error(err)
	}
}
