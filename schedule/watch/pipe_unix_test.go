//go:build unix

package watch

import (
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe would never be read to its end.
func TestAPipeIsNoList(t *testing.T) {
	r := newRig(t)
	if err := syscall.Mkfifo(filepath.Join(r.dir, "pipe.edl"), 0o666); err != nil {
		t.Skip("no pipe can be made here:", err)
	}
	r.drop()
	r.wantTaken()
	if r.scan().Junk != 1 {
		t.Error("it is not counted")
	}
}
