package watch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestAListIsTakenOnceItStandsStill(t *testing.T) {
	r := newRig(t)
	r.write("cut.edl", "one\n")
	r.scan()
	r.wantState("cut.edl", Settling)
	r.wait(9 * time.Second)
	if next := r.scan().next; next != time.Second {
		t.Errorf("the next look is in %v, when it will have stood still in 1s", next)
	}
	r.write("cut.edl", "one\ntwo\n") // grown slowly
	r.wait(time.Second)
	r.scan()
	r.wait(9 * time.Second)
	if err := os.Chtimes(filepath.Join(r.dir, "cut.edl"), monday, monday.Add(time.Hour)); err != nil { // touched, by a clock that is ahead
		t.Fatal(err)
	}
	r.scan()
	r.wait(9 * time.Second)
	r.scan()
	r.wantState("cut.edl", Settling)
	r.wait(time.Second)
	r.scan()
	r.wantState("cut.edl", Ready)
	r.work()
	r.wantTaken("cut.edl")
	r.wantTree("archive/2026-W48/cut.edl", "cut.edl.APPLIED.txt")
	if got := string(r.lists.bytes["cut.edl"]); got != "one\ntwo\n" {
		t.Errorf("taken were %q", got)
	}
	r.scan()
	r.drop()
	r.wantTaken("cut.edl")
}

func TestTheClockOfTheShareMayBeAnything(t *testing.T) {
	for name, at := range map[string]time.Time{
		"ahead": monday.AddDate(3, 0, 0), "behind": time.Unix(0, 0), "before all": time.Unix(-1<<33, 0), "nonsense": time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.write("cut.edl", "one\n")
			if err := os.Chtimes(filepath.Join(r.dir, "cut.edl"), at, at); err != nil {
				t.Skip("the disk does not keep such times:", err)
			}
			r.scan()
			r.wait(9 * time.Second)
			r.scan()
			r.wantState("cut.edl", Settling)
			r.wait(time.Second)
			r.scan()
			r.work()
			r.wantTaken("cut.edl")
		})
	}
}

func TestJunkIsCountedAndLeftAlone(t *testing.T) {
	r := newRig(t)
	files := []string{"._cut.edl", ".DS_Store", "Thumbs.db", "desktop.ini", "~$book.xlsx", "cut.edl.tmp", "cut.edl.part", "cut.edl.crdownload",
		"cut.edl.filepart", ".~lock.book.ods#", ".hidden.edl", "cut.edl~", "E01/._cut.edl", "Icon\r", ".cut.edl.swp"}
	for _, f := range files {
		r.write(f, "one\n")
	}
	for _, f := range []string{".AppleDouble/cut.edl", "__MACOSX/cut.edl", "@eaDir/cut.edl", ".git/cut.edl"} {
		r.write(f, "one\n") // one folder is one
		files = append(files, f)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(r.dir, "link.edl")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(r.dir, "folder")); err != nil {
		t.Fatal(err)
	}
	r.drop()
	r.wantTaken()
	r.wantTree(append(files, "link.edl", "folder")...)
	if got, want := r.scan().Junk, len(files)+2; got != want {
		t.Errorf("%d are counted, want %d", got, want)
	}
	if items := r.scan().Items; len(items) != 0 {
		t.Errorf("items: %v", items)
	}
}

func TestALockedWorkbookIsWaitedFor(t *testing.T) {
	for _, lock := range []string{"~$casting.xlsx", "~$sting.xlsx", ".~lock.casting.xlsx#"} {
		t.Run(lock, func(t *testing.T) {
			r := newRig(t)
			r.write("casting.xlsx", "one\n")
			r.scan()
			r.wait(10 * time.Second)
			r.write(lock, "Anna")
			r.scan()
			r.wantState("casting.xlsx", Locked)
			r.wait(time.Hour)
			r.scan()
			r.wantState("casting.xlsx", Locked)
			if err := os.Remove(filepath.Join(r.dir, lock)); err != nil {
				t.Fatal(err)
			}
			r.scan()
			r.wantState("casting.xlsx", Settling)
			r.drop()
			r.wantTaken("casting.xlsx")
		})
	}
}

func TestTheOwnerIsToldOfWhatWaitsForLong(t *testing.T) {
	r := newRig(t)
	r.write("casting.xlsx", "one\n")
	r.write("~$casting.xlsx", "Anna")
	r.scan()
	r.wait(71 * time.Hour)
	r.scan()
	if len(r.told) != 0 {
		t.Fatalf("told too early: %v", r.told)
	}
	for range 3 {
		r.wait(time.Hour)
		r.scan()
	}
	if len(r.told) != 1 || r.told[0].Kind != Waiting || !strings.Contains(r.told[0].Message, "casting.xlsx") {
		t.Fatalf("told: %v", r.told)
	}
	r.wait(72 * time.Hour)
	r.scan()
	if len(r.told) != 2 || r.told[0].Key == r.told[1].Key {
		t.Fatalf("told: %v", r.told)
	}
}

func TestAFileThatBreaksOffIsAnsweredInTheEnd(t *testing.T) {
	r := newRig(t)
	for name, content := range map[string]string{"cut.edl": "breaks o", "empty.edl": "", "hollow.edl": "one\n" + strings.Repeat("\x00", 200)} {
		r.write(name, content)
	}
	r.scan()
	r.wait(10 * time.Second)
	r.scan()
	for _, name := range []string{"cut.edl", "empty.edl", "hollow.edl"} {
		r.wantState(name, Incomplete)
	}
	r.write("cut.edl", "breaks off no more\n")
	r.scan()
	r.wait(49 * time.Second)
	r.scan()
	r.wantState("cut.edl", Ready)
	r.wantState("empty.edl", Incomplete)
	r.wait(time.Second)
	r.scan()
	r.wantState("empty.edl", Ready)
	r.work()
	if len(r.lists.taken) != 3 {
		t.Errorf("taken: %v", r.lists.taken)
	}
}

func TestAFileAboveTheLimitIsAnswered(t *testing.T) {
	r := newRig(t)
	r.write("big.edl", strings.Repeat("x", 5000)+"\n")
	r.drop()
	r.wait(time.Minute)
	r.scan()
	r.work()
	r.wantTaken("big.edl")
	if got := len(r.lists.bytes["big.edl"]); got != 1001 {
		t.Errorf("%d bytes are handed on, want one more than the limit", got)
	}
	r.wantTree("archive/2026-W48/big.edl", "big.edl.APPLIED.txt")
}

func TestOddNamesAreAnswered(t *testing.T) {
	r := newRig(t)
	names := []string{"cut\n2026.edl", "cut\x1b[31m.edl", "caf\xe9.edl", "a\u202egpj.edl", " .edl", "--help", `C:\cut.edl`, "-", "Ω É.edl", strings.Repeat("n", 250) + ".edl"}
	for i, n := range names {
		r.write(n, fmt.Sprintf("list %d\n", i))
	}
	r.drop()
	if len(r.lists.taken) != len(names) {
		t.Fatalf("%d of %d taken", len(r.lists.taken), len(names))
	}
	for _, d := range r.lists.taken {
		if said := d.Key() + d.Name(); strings.ContainsAny(said, "\n\x1b\u202e") || !utf8.ValidString(said) {
			t.Errorf("%q reaches logs and databases", d.Name())
		}
	}
	for i, n := range names {
		kept, err := os.ReadFile(filepath.Join(r.dir, archiveDir, "2026-W48", n))
		if want := fmt.Sprintf("list %d\n", i); err != nil || string(kept) != want {
			t.Errorf("%q is filed as %q, %v", n, kept, err)
		}
		if _, err := os.Stat(filepath.Join(r.dir, receiptName(n, ".APPLIED.txt"))); err != nil {
			t.Errorf("%q has no receipt: %v", n, err)
		}
	}
	r.drop()
	if len(r.lists.taken) != len(names) {
		t.Errorf("receipts were taken for lists: %v", r.lists.taken[len(names):])
	}
}

func TestTheQueueMayLoseADrop(t *testing.T) {
	r := newRig(t)
	r.write("cut.edl", "one\n")
	r.scan()
	r.wait(10 * time.Second)
	r.refuse = errors.New("the database is locked")
	if _, err := r.scanner.Scan(t.Context()); err == nil || !strings.Contains(err.Error(), `"cut.edl": the database is locked`) {
		t.Errorf("error %v", err)
	}
	r.refuse = nil
	r.scan()
	for key := range r.queue {
		delete(r.queue, key)
	}
	r.scan()
	if len(r.queue) != 0 {
		t.Error("the queue is asked at each look")
	}
	r.wait(againMost)
	r.scan()
	r.work()
	r.wantTaken("cut.edl")
}

func TestAChangeThatSizeAndTimeDoNotTell(t *testing.T) {
	r := newRig(t)
	r.write("cut.edl", "one\n")
	at := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(r.dir, "cut.edl"), at, at); err != nil {
		t.Fatal(err)
	}
	r.scan()
	r.wait(10 * time.Second)
	r.scan()
	r.write("cut.edl", "two\n")
	if err := os.Chtimes(filepath.Join(r.dir, "cut.edl"), at, at); err != nil {
		t.Fatal(err)
	}
	for range 2 * readAgain {
		r.work()
		r.wait(againMost)
		r.scan()
	}
	r.work()
	r.wantTaken("cut.edl")
	if got := string(r.lists.bytes["cut.edl"]); got != "two\n" {
		t.Errorf("taken was %q", got)
	}
}

func TestManyFilesAreReadOnce(t *testing.T) {
	r := newRig(t)
	const n = 2000
	for i := range n {
		r.write(fmt.Sprintf("E%02d/cut%04d.edl", i%20, i), fmt.Sprintf("list %d\n", i))
	}
	r.scan()
	r.wait(10 * time.Second)
	for range 5 {
		r.scan()
		r.wait(time.Second)
	}
	if r.lists.looked != n {
		t.Errorf("%d files were read %d times", n, r.lists.looked)
	}
	begun := time.Now()
	r.scan()
	t.Logf("a look at %d files: %v", n, time.Since(begun))
	r.work()
	if len(r.lists.taken) != n {
		t.Errorf("%d of %d taken", len(r.lists.taken), n)
	}
}

func TestAFileOnlyOthersMayRead(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read all files")
	}
	r := newRig(t)
	r.write("cut.edl", "one\n")
	if err := os.Chmod(filepath.Join(r.dir, "cut.edl"), 0); err != nil {
		t.Fatal(err)
	}
	r.drop()
	r.wantState("cut.edl", Unreadable)
	if err := os.Chmod(filepath.Join(r.dir, "cut.edl"), 0o666); err != nil {
		t.Fatal(err)
	}
	r.scan()
	r.work()
	r.wantTaken("cut.edl")
}
