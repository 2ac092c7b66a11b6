package pipeline

import (
	"runtime/debug"
	"sync"

	"turnover/importers"
)

// largeFile is from how many bytes on memory matters more than time.
const largeFile = 4 << 20

// sparing counts who asks the collector to work harder: several files may be
// read at once, and the last to end puts it back.
var sparing struct {
	sync.Mutex
	users, before int
}

// spareMemory lets the collector work harder while a large file is read and
// applied; call what it gives when that has ended.
func spareMemory(f importers.File) (done func()) {
	if len(f.Bytes) <= largeFile {
		return func() {}
	}
	sparing.Lock()
	defer sparing.Unlock()
	if sparing.users++; sparing.users == 1 {
		sparing.before = debug.SetGCPercent(15)
	}
	return func() {
		sparing.Lock()
		defer sparing.Unlock()
		if sparing.users--; sparing.users == 0 {
			debug.SetGCPercent(sparing.before)
		}
	}
}
