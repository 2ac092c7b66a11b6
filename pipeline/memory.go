package pipeline

import (
	"runtime/debug"
	"slices"
	"sync"

	"turnover/importers"
)

const (
	// largeFile is from how many bytes on memory matters more than time.
	largeFile = 4 << 20
	// importGC and publishGC are how much garbage is let grow, in percent of what
	// is in use, while a large file or a dataset is at work.
	importGC  = 30
	publishGC = 40
)

// sparing are the wishes of all who ask the collector to work harder, as several
// may be at work at once: the most careful one counts, and the last to end puts
// back what was there before.
var sparing struct {
	sync.Mutex
	wishes []int
	before int
}

// spare lets the collector work harder until what it gives is called.
func spare(percent int) (done func()) {
	sparing.Lock()
	defer sparing.Unlock()
	sparing.wishes = append(sparing.wishes, percent)
	before := debug.SetGCPercent(slices.Min(sparing.wishes))
	if len(sparing.wishes) == 1 {
		sparing.before = before
	}
	return func() {
		sparing.Lock()
		defer sparing.Unlock()
		i := slices.Index(sparing.wishes, percent)
		sparing.wishes = slices.Delete(sparing.wishes, i, i+1)
		if len(sparing.wishes) == 0 {
			debug.SetGCPercent(sparing.before)
			return
		}
		debug.SetGCPercent(slices.Min(sparing.wishes))
	}
}

// spareMemory spares while a large file is read and applied.
func spareMemory(f importers.File) (done func()) {
	if len(f.Bytes) <= largeFile {
		return func() {}
	}
	return spare(importGC)
}
