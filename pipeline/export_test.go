package pipeline

import "testing"

// LowerLoadPart lets archives be applied so many changes at a time in one test.
func LowerLoadPart(t *testing.T, n int) {
	t.Helper()
	was := loadPart
	loadPart = n
	t.Cleanup(func() { loadPart = was })
}
