package pipeline

import (
	"testing"
	"time"
)

// LowerLoadPart lets archives be applied so many changes at a time in one test.
func LowerLoadPart(t *testing.T, n int) {
	t.Helper()
	was := loadPart
	loadPart = n
	t.Cleanup(func() { loadPart = was })
}

// LowerMarkPause lets what was delivered be written down without delay in one test.
func LowerMarkPause(t *testing.T, pause time.Duration) {
	t.Helper()
	was := markPause
	markPause = pause
	t.Cleanup(func() { markPause = was })
}
