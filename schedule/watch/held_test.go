package watch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"turnover/schedule"
)

func (r *rig) held(t *testing.T) string {
	r.write("cut.edl", "HOLD\n")
	r.drop()
	for id := range r.lists.plans {
		return id
	}
	t.Fatal("no plan is held")
	return ""
}

func TestAHeldListIsCalledToMind(t *testing.T) {
	r := newRig(t)
	plan := r.held(t)
	r.wait(time.Minute)
	r.scan()
	r.wait(70 * time.Hour)
	r.scan()
	if len(r.told) != 1 || !strings.Contains(r.told[0].Message, "turnover apply "+plan) {
		t.Fatalf("told at once and no more: %v", r.told)
	}
	r.told = nil
	r.filer.Tell = func(_ context.Context, n Notice) error { return errors.New("mail is down") }
	r.wait(2 * time.Hour)
	if _, err := r.scanner.Scan(t.Context()); err == nil {
		t.Error("that nobody could be told is no error")
	}
	r.filer.Tell = func(_ context.Context, n Notice) error { r.told = append(r.told, n); return nil }
	for range 3 {
		r.restart()
		r.wait(time.Minute)
		r.scan()
	}
	if len(r.told) != 1 || !strings.Contains(r.told[0].Message, "turnover apply "+plan) || r.told[0].Item.Path != "cut.edl" {
		t.Fatalf("told: %v", r.told)
	}
	r.wait(72 * time.Hour)
	r.scan()
	if len(r.told) != 2 || r.told[0].Key == r.told[1].Key {
		t.Fatalf("told: %v", r.told)
	}
	r.lists.plans[plan] = schedule.Rejected
	r.wait(time.Minute)
	r.scan()
	r.wantTree("cut.edl.REJECTED.txt", "archive/2026-W48/cut.edl", "archive/2026-W48/cut.edl.HELD.edl", "archive/2026-W48/cut.edl.HELD.txt",
		"archive/2026-W48/cut.edl.HELD (2).txt")
	r.wait(200 * time.Hour)
	r.scan()
	if len(r.told) != 2 {
		t.Errorf("told of what was rejected: %v", r.told)
	}
}

func TestAHeldListWithAnOddName(t *testing.T) {
	r := newRig(t)
	const name = "E01/c\x1but\xff.edl"
	r.write(name, "HOLD\n")
	r.drop()
	r.wait(72 * time.Hour)
	r.scan()
	if len(r.told) != 1 {
		t.Errorf("told: %v", r.told)
	}
	for id := range r.lists.plans {
		r.lists.plans[id] = schedule.Applied
	}
	r.wait(time.Minute)
	r.scan()
	r.wantTree(name+".APPLIED.txt", "archive/2026-W48/"+name, "archive/2026-W48/"+name+".HELD.edl", "archive/2026-W48/"+name+".HELD.txt", "archive/2026-W48/"+name+".HELD (2).txt")
}

func TestAHeldListThatSomebodyTookAway(t *testing.T) {
	r := newRig(t)
	r.held(t)
	if err := os.Remove(filepath.Join(r.dir, "held", "cut.edl")); err != nil {
		t.Fatal(err)
	}
	r.wait(100 * time.Hour)
	r.scan()
	if len(r.told) != 0 {
		t.Errorf("told: %v", r.told)
	}
}

// A list that was dropped later under the same name has its own answer: that of
// the earlier does not take its place.
func TestAHeldListIsResolvedAfterALaterOne(t *testing.T) {
	r := newRig(t)
	plan := r.held(t)
	r.write("cut.edl", "HOLD again\n")
	r.drop()
	beside := r.read("cut.edl.HELD.txt")
	r.lists.plans[plan] = schedule.Applied
	r.wait(time.Minute)
	r.scan()
	if got := r.read("cut.edl.HELD.txt"); got != beside {
		t.Errorf("beside the list stands %q", got)
	}
	if got := r.read("archive/2026-W48/cut.edl"); got != "HOLD\n" {
		t.Errorf("archived is %q", got)
	}
	if got := r.read("held/cut (2).edl"); got != "HOLD again\n" {
		t.Errorf("held is %q", got)
	}
}

func TestAHeldListThatWasEditedWhereItLies(t *testing.T) {
	r := newRig(t)
	plan := r.held(t)
	r.write("held/cut.edl", "HOLD, edited\n")
	r.lists.plans[plan] = schedule.Applied
	r.wait(time.Minute)
	r.scan()
	if got := r.read("held/cut.edl"); got != "HOLD, edited\n" {
		t.Errorf("held is %q", got)
	}
}

func TestGoingBackToAnOlderVersion(t *testing.T) {
	r := newRig(t)
	r.write("cut_v09.edl", "nine\n")
	r.drop()
	r.write("cut_v07.edl", "seven\n")
	r.drop()
	if last := r.lists.taken[1]; last.Older != "cut_v09.edl" {
		t.Fatalf("older than %q", last.Older)
	}
	r.wantTree("cut_v09.edl.APPLIED.txt", "archive/2026-W48/cut_v09.edl",
		"cut_v07.edl.HELD.txt", "held/cut_v07.edl", "held/cut_v07.edl.HELD.txt", "held/cut_v07.edl.HELD.edl")
	for id := range r.lists.plans {
		r.lists.plans[id] = schedule.Applied
	}
	r.wait(time.Minute)
	r.scan()
	r.wantTree("cut_v09.edl.APPLIED.txt", "archive/2026-W48/cut_v09.edl", "cut_v07.edl.APPLIED.txt", "archive/2026-W48/cut_v07.edl",
		"archive/2026-W48/cut_v07.edl.HELD.txt", "archive/2026-W48/cut_v07.edl.HELD (2).txt", "archive/2026-W48/cut_v07.edl.HELD.edl")
	r.write("cut_v08.edl", "eight\n")
	r.drop()
	if last := r.lists.taken[2]; last.Older != "" {
		t.Errorf("after a person went back to v07, v08 is older than %q", last.Older)
	}
	r.write("other_v01.edl", "other\n")
	r.write("E02/cut_v01.edl", "another cut\n")
	r.drop()
	for _, d := range r.lists.taken[3:] {
		if d.Older != "" {
			t.Errorf("%s is older than %q", d.Name(), d.Older)
		}
	}
}

// An older version that changes nothing is no going back.
func TestAnOlderVersionThatChangesNothing(t *testing.T) {
	r := newRig(t)
	r.write("cut_v09.edl", "nine\n")
	r.drop()
	r.write("cut_v07.edl", "nine\n")
	r.lists.older = schedule.Nothing
	r.drop()
	r.lists.older = ""
	r.write("cut_v08.edl", "eight\n")
	r.drop()
	for i, want := range []string{"", "cut_v09.edl", "cut_v09.edl"} {
		if d := r.lists.taken[i]; d.Older != want {
			t.Errorf("%s is older than %q, want %q", d.Name(), d.Older, want)
		}
	}
}

func TestVersionsDroppedTogetherAreTakenInOrder(t *testing.T) {
	r := newRig(t)
	for _, n := range []string{"cut_v10.edl", "cut_v09.edl", "Cut_v2.edl"} {
		r.write(n, n+"\n")
	}
	r.drop()
	r.wantTaken("Cut_v2.edl")
	r.wantState("cut_v10.edl", Waiting)
	r.scan()
	r.work()
	r.scan()
	r.work()
	r.wantTaken("Cut_v2.edl", "cut_v09.edl", "cut_v10.edl")
}

func TestPartsOfACut(t *testing.T) {
	r := newRig(t, threeParts)
	r.write("cut_V1.edl", "one\n")
	r.write("other.edl", "other\n")
	r.drop()
	r.wantTaken("other.edl")
	r.wantState("cut_V1.edl", Waiting)
	r.write("cut_V2.edl", "two\n")
	r.scan()
	r.wait(10 * time.Second)
	r.scan()
	r.work()
	r.wantTaken("other.edl", "cut_V1.edl+cut_V2.edl")
	r.wantTree("archive/2026-W48/cut_V1.edl", "archive/2026-W48/cut_V2.edl", "archive/2026-W48/other.edl", "cut_V1.edl.APPLIED.txt", "other.edl.APPLIED.txt")
	r.write("lone_v03_V1.edl", "alone\n")
	r.drop()
	r.wait(49 * time.Second)
	r.scan()
	r.wantState("lone_v03_V1.edl", Waiting)
	r.wait(time.Second)
	r.scan()
	r.work()
	r.write("lone_v02_V1.edl", "alone, older\n")
	r.drop()
	r.wait(time.Minute)
	r.scan()
	r.work()
	if d := r.lists.taken[len(r.lists.taken)-1]; d.Older != "lone_v03_V1.edl" {
		t.Errorf("%v is older than %q: the version is the cut's, not the part's", d.Name(), d.Older)
	}
}
