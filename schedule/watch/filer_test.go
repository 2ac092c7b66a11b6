package watch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"turnover/schedule"
)

func TestWhatBecomesOfALotOfLists(t *testing.T) {
	r := newRig(t)
	r.write("E01/good.edl", "good\n")
	r.write("bad.edl", "ERROR\n")
	r.write("held.edl", "HOLD\n")
	r.drop()
	r.wantTree(
		"E01/good.edl.APPLIED.txt", "archive/2026-W48/E01/good.edl",
		"bad.edl.REJECTED.txt", "rejected/bad.edl", "rejected/bad.edl.REJECTED.txt", "rejected/bad.edl.REJECTED.edl",
		"held.edl.HELD.txt", "held/held.edl", "held/held.edl.HELD.txt", "held/held.edl.HELD.edl",
	)
	for key, m := range r.ledger.marks {
		if strings.HasPrefix(key, "drop/") && (!filed(&m) || !strings.Contains(string(m.Result), `"kept":"by us"`)) {
			t.Errorf("mark %s is %s %s", key, m.State, m.Result)
		}
	}
}

func TestTheSameListAgain(t *testing.T) {
	r := newRig(t)
	at := time.Now().Add(-time.Hour)
	for n := range 3 {
		r.write("cut.edl", "one\n")
		if err := os.Chtimes(filepath.Join(r.dir, "cut.edl"), at, at); err != nil { // as a copy that keeps times
			t.Fatal(err)
		}
		r.drop()
		if len(r.lists.taken) != n+1 || r.lists.taken[n].Nth != n+1 {
			t.Fatalf("taken: %v", r.lists.taken)
		}
		r.restart()
		r.wait(time.Hour)
	}
	r.wantTree("archive/2026-W48/cut.edl", "archive/2026-W48/cut (2).edl", "archive/2026-W48/cut (3).edl", "cut.edl.NOTHING-TO-DO.txt",
		"archive/2026-W48/cut.edl.APPLIED.txt", "archive/2026-W48/cut.edl.NOTHING-TO-DO.txt")
	if first := r.read("archive/2026-W48/cut.edl"); first != "one\n" {
		t.Errorf("the first is %q", first)
	}
}

func (r *rig) read(name string) string {
	r.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(name)))
	if err != nil {
		r.Fatal(err)
	}
	return string(b)
}

func TestACorrectedListTakesThePlaceOfARejectedOne(t *testing.T) {
	r := newRig(t)
	r.write("cut.edl", "ERROR\n")
	r.drop()
	r.write("cut.edl", "good\n")
	r.drop()
	r.wantTree("cut.edl.APPLIED.txt", "archive/2026-W48/cut.edl", "archive/2026-W48/cut.edl.REJECTED.txt",
		"rejected/cut.edl", "rejected/cut.edl.REJECTED.edl", "rejected/cut.edl.REJECTED.txt")
	r.write("cut.edl", "ERROR again\n")
	r.drop()
	r.wantTree("cut.edl.REJECTED.txt", "archive/2026-W48/cut.edl", "archive/2026-W48/cut.edl.REJECTED.txt", "archive/2026-W48/cut.edl.APPLIED.txt",
		"rejected/cut.edl", "rejected/cut.edl.REJECTED.edl", "rejected/cut.edl.REJECTED.txt",
		"rejected/cut (2).edl", "rejected/cut (2).edl.REJECTED.edl", "rejected/cut (2).edl.REJECTED.txt")
}

func TestADropThatChangedIsVoid(t *testing.T) {
	r := newRig(t)
	r.write("cut.edl", "one\n")
	r.write("gone.edl", "two\n")
	r.scan()
	r.wait(10 * time.Second)
	r.scan()
	r.write("cut.edl", "one, changed\n")
	if err := os.Remove(filepath.Join(r.dir, "gone.edl")); err != nil {
		t.Fatal(err)
	}
	r.work()
	r.wantTaken()
	r.wantTree("cut.edl")
	r.drop()
	r.wantTaken("cut.edl")
}

// What is written between the import and the filing is a list of its own.
func TestAListWrittenWhileTheOtherIsTaken(t *testing.T) {
	r := newRig(t)
	r.write("cut.edl", "one\n")
	r.lists.asked = func(schedule.Drop) {
		r.lists.asked = nil
		r.write("cut.edl", "two, longer\n")
	}
	r.drop()
	r.wantTree("cut.edl", "cut.edl.APPLIED.txt")
	r.drop()
	r.wantTaken("cut.edl", "cut.edl")
	r.wantTree("archive/2026-W48/cut.edl", "archive/2026-W48/cut.edl.APPLIED.txt", "cut.edl.APPLIED.txt")
}

func TestTheMachinesFaultIsNotTheFiles(t *testing.T) {
	r := newRig(t)
	r.write("cut.edl", "one\n")
	full := errors.New("no space left on device")
	r.lists.errs["cut.edl"] = full
	r.scan()
	r.wait(10 * time.Second)
	r.scan()
	for _, d := range r.queue {
		if err := r.filer.File(t.Context(), d); !errors.Is(err, full) {
			t.Errorf("error %v", err)
		}
	}
	r.wantTree("cut.edl")
	delete(r.lists.errs, "cut.edl")
	r.work()
	r.wantTree("archive/2026-W48/cut.edl", "cut.edl.APPLIED.txt")
}

func TestAParkedDropIsNotHandedOnBeforeItChanges(t *testing.T) {
	r := newRig(t)
	r.write("cut_v01.edl", "one\n")
	r.write("cut_v02.edl", "two\n")
	r.scan()
	r.wait(10 * time.Second)
	r.scan()
	if len(r.queue) != 1 {
		t.Fatalf("queued: %v", r.queue)
	}
	r.wantState("cut_v02.edl", Waiting)
	for key, d := range r.queue {
		if err := r.filer.Park(t.Context(), d, "the database was away"); err != nil {
			t.Fatal(err)
		}
		delete(r.queue, key)
	}
	r.wait(againMost)
	r.scan()
	r.wantState("cut_v01.edl", schedule.Parked)
	r.work()
	r.wantTaken("cut_v02.edl") // a newer version does not wait for it
	for range 3 {
		r.wait(againMost)
		r.scan()
	}
	if len(r.queue) != 0 {
		t.Errorf("queued: %v", r.queue)
	}
	r.write("cut_v01.edl", "one again\n")
	r.drop()
	r.wantTaken("cut_v02.edl", "cut_v01.edl")
}

// A job that a person starts again takes what was parked.
func TestAParkedDropCanBeTaken(t *testing.T) {
	r := newRig(t)
	r.write("cut.edl", "one\n")
	r.scan()
	r.wait(10 * time.Second)
	r.scan()
	for _, d := range r.queue {
		if err := r.filer.Park(t.Context(), d, "the database was away"); err != nil {
			t.Fatal(err)
		}
	}
	r.wantTree("cut.edl", "cut.edl.PARKED.txt")
	r.work()
	r.wantTree("archive/2026-W48/cut.edl", "cut.edl.APPLIED.txt", "archive/2026-W48/cut.edl.PARKED.txt")
}

func TestAFolderThatCannotBeChanged(t *testing.T) {
	r := newRig(t)
	r.write("archive", "in the way\n") // root may write everywhere: a file is in the way of the folder
	r.drop()
	r.write("cut.edl", "one\n")
	r.drop()
	r.wantTaken("archive", "cut.edl")
	r.wantTree("archive", "cut.edl")
	for range 3 {
		r.restart()
		r.drop()
	}
	r.wantTaken("archive", "cut.edl")
	r.wantState("cut.edl", schedule.Applied)
	r.write("cut.edl", "one, changed\n")
	r.drop()
	r.wantTaken("archive", "cut.edl", "cut.edl")
	r.rename(filepath.Join(r.dir, "archive"), filepath.Join(r.dir, "list"))
	r.wait(time.Minute)
	r.scan()
	if got := r.read("archive/2026-W48/cut.edl"); got != "one, changed\n" {
		t.Errorf("filed later is %q", got)
	}
	r.restart()
	r.scan()
	r.wantTaken("archive", "cut.edl", "cut.edl")
}

// A disk that is full after the import is no reason to say that it was not taken.
func TestWhatWasTakenIsNotParked(t *testing.T) {
	r := newRig(t)
	r.write("cut.edl", "one\n")
	r.scan()
	r.wait(10 * time.Second)
	r.scan()
	r.stopAt(2)
	survive(t, r.work)
	for _, d := range r.queue {
		if err := r.filer.Park(t.Context(), d, "the disk is full"); err != nil {
			t.Fatal(err)
		}
	}
	clear(r.queue)
	r.filer.Step = nil
	r.wait(againMost)
	r.scan()
	r.work()
	r.wantTree("archive/2026-W48/cut.edl", "cut.edl.APPLIED.txt")
}

func TestAFolderThatIsReadOnly(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	r := newRig(t)
	r.write("cut.edl", "one\n")
	if err := os.Chmod(r.dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(r.dir, 0o777)
	r.drop()
	r.restart()
	r.drop()
	r.wantTaken("cut.edl")
	r.wantTree("cut.edl")
}

func TestAFolderThatWentAwayWhileItsDropsWait(t *testing.T) {
	r := newRig(t)
	r.write("cut.edl", "one\n")
	r.scan()
	r.wait(10 * time.Second)
	r.scan()
	if err := os.Rename(r.dir, r.dir+".away"); err != nil {
		t.Fatal(err)
	}
	for _, d := range r.queue {
		if err := r.filer.File(t.Context(), d); !errors.Is(err, ErrAway) {
			t.Errorf("error %v", err)
		}
	}
	if err := os.Rename(r.dir+".away", r.dir); err != nil {
		t.Fatal(err)
	}
	r.work()
	r.wantTree("archive/2026-W48/cut.edl", "cut.edl.APPLIED.txt")
}

func TestAnUnknownFolder(t *testing.T) {
	r := newRig(t)
	for _, d := range []schedule.Drop{{Folder: "film", Files: []schedule.DropFile{{Path: "x"}}}, {Folder: "tv"}} {
		if err := r.filer.File(t.Context(), d); err == nil {
			t.Errorf("%v is filed", d)
		}
	}
}
