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

func (r *rig) rename(from, to string) {
	r.Helper()
	if err := os.Rename(from, to); err != nil {
		r.Fatal(err)
	}
}

func (r *rig) wantTold(kinds ...string) {
	r.Helper()
	var got []string
	for _, n := range r.told {
		got = append(got, n.Kind)
	}
	if strings.Join(got, " ") != strings.Join(kinds, " ") {
		r.Errorf("told %v, want %v", got, kinds)
	}
}

func TestAFolderGoneAndBack(t *testing.T) {
	r := newRig(t)
	r.write("cut.edl", "one\n")
	r.scan()
	r.wait(10 * time.Second)
	r.rename(r.dir, r.dir+".away")
	for range 3 {
		if status := r.scan(); !status.Vanished.Equal(monday.Add(10*time.Second)) || len(status.Items) != 0 || status.Message == "" {
			t.Errorf("status %+v", status)
		}
		r.wait(time.Minute)
	}
	r.wantTold(Vanished)
	r.rename(r.dir+".away", r.dir)
	r.scan()
	r.scan()
	r.wantTold(Vanished, Back)
	r.work()
	r.wantTaken("cut.edl")
}

func TestTheAlarmIsRaisedUntilSomebodyHearsIt(t *testing.T) {
	r := newRig(t)
	tell, down := r.filer.Tell, errors.New("mail is down")
	r.rename(r.dir, r.dir+".away")
	r.filer.Tell = func(context.Context, Notice) error { return down }
	if _, err := r.scanner.Scan(t.Context()); !errors.Is(err, down) {
		t.Errorf("error %v", err)
	}
	r.filer.Tell = tell
	r.scan()
	r.scan()
	r.wantTold(Vanished)
}

// mountless puts an empty folder in the place of the watched one, as when its
// share is not mounted.
func (r *rig) mountless() {
	r.Helper()
	r.rename(r.dir, r.dir+".share")
	if err := os.Mkdir(r.dir, 0o777); err != nil {
		r.Fatal(err)
	}
}

func (r *rig) mount() {
	r.Helper()
	r.rename(r.dir, r.dir+".empty")
	r.rename(r.dir+".share", r.dir)
}

func TestAnEmptyMountPointIsAnAlarm(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		for _, under := range []string{"", "the mark of another time\n"} {
			r := newRig(t)
			r.scan()
			r.mountless()
			if under != "" {
				r.write(marker, under)
			}
			if restarted {
				r.restart()
			}
			r.scan()
			r.scan()
			r.wantTold(Vanished)
			r.mount()
			r.write("cut.edl", "one\n")
			r.drop()
			r.wantTold(Vanished, Back)
			r.wantTaken("cut.edl")
		}
	}
}

func TestAFolderMadeAnewIsTakenOnceAListIsInIt(t *testing.T) {
	r := newRig(t)
	r.scan()
	r.mountless()
	r.scan()
	r.write("cut.edl", "one\n")
	r.drop()
	r.wantTold(Vanished, Back)
	r.wantTaken("cut.edl")
	r.restart()
	r.scan()
	r.wantTold(Vanished, Back)
}

func TestALostMarkerIsWrittenAgain(t *testing.T) {
	r := newRig(t)
	r.scan()
	before := r.read(marker)
	if err := os.Remove(filepath.Join(r.dir, marker)); err != nil {
		t.Fatal(err)
	}
	r.scan()
	if after := r.read(marker); after != before {
		t.Errorf("the marker was %q and is %q", before, after)
	}
	r.wantTold()
}

func TestTwoProcessesAgreeOnTheMarker(t *testing.T) {
	r := newRig(t)
	r.scan()
	r.wait(time.Second)
	r.restart()
	r.scan()
	r.restart()
	r.scan()
	r.wantTold()
	if len(r.ledger.marks) != 1 {
		t.Errorf("marks: %v", r.ledger.marks)
	}
}

// A marker that cannot be written is done without: here a folder is in its way.
func TestAFolderWithoutAMarker(t *testing.T) {
	r := newRig(t)
	if err := os.MkdirAll(filepath.Join(r.dir, marker), 0o777); err != nil {
		t.Fatal(err)
	}
	r.write("cut.edl", "one\n")
	r.drop()
	r.wantTaken("cut.edl")
	r.mountless()
	r.write(marker+"/x", "")
	r.scan()
	r.wantTold(Vanished)
	r.mount()
	r.scan()
	r.wantTold(Vanished, Back)
}

func TestTheLedgersFaultIsNotTheFolders(t *testing.T) {
	r := newRig(t)
	locked := errors.New("the database is locked")
	r.ledger.fail = locked
	if _, err := r.scanner.Scan(t.Context()); !errors.Is(err, locked) {
		t.Errorf("error %v", err)
	}
	r.ledger.fail = nil
	r.scan()
	r.wantTold()
}

func TestTheFolderIsAFile(t *testing.T) {
	r := newRig(t)
	if err := os.Remove(r.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.dir, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	r.scan()
	r.wantTold(Vanished)
}

// A share that hangs gives no error: its owner is told all the same, and the
// program can end.
func TestAFolderThatDoesNotAnswer(t *testing.T) {
	r := newRig(t)
	hung := make(chan struct{})
	told := make(chan Notice, 2)
	r.filer.Tell = func(_ context.Context, n Notice) error { told <- n; return nil }
	r.filer.Ledger = slow{r.ledger, func() { <-hung }}
	r.restart()
	r.scanner.silence = 20 * time.Millisecond
	ended := make(chan error, 1)
	go func() {
		_, err := r.scanner.scanOrTell(t.Context())
		ended <- err
	}()
	if n := <-told; n.Kind != Vanished || !strings.Contains(n.Message, "does not answer") {
		t.Errorf("told %+v", n)
	}
	close(hung)
	if n := <-told; n.Kind != Back {
		t.Errorf("told %+v", n)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestTheEndIsNotWaitedForByAFolderThatHangs(t *testing.T) {
	r := newRig(t)
	hung := make(chan struct{})
	r.filer.Ledger = slow{r.ledger, func() { <-hung }}
	r.restart()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if status, err := r.scanner.scanOrTell(ctx); status != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", status, err)
	}
	close(hung)
}

// A slow ledger waits before it answers.
type slow struct {
	*memory
	wait func()
}

func (s slow) Mark(ctx context.Context, key string) (*schedule.Mark, error) {
	s.wait()
	return s.memory.Mark(ctx, key)
}
