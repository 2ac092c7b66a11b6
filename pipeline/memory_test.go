package pipeline

import (
	"runtime/debug"
	"testing"
)

func TestSpare(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	now := func() int {
		p := debug.SetGCPercent(100)
		debug.SetGCPercent(p)
		return p
	}
	publishing := spare(publishGC)
	importing := spare(importGC)
	if got := now(); got != importGC {
		t.Errorf("with both at work the percentage is %d", got)
	}
	importing()
	if got := now(); got != publishGC {
		t.Errorf("with one left the percentage is %d", got)
	}
	publishing()
	if got := now(); got != 100 {
		t.Errorf("with none left the percentage is %d", got)
	}
}
