package watch

import (
	"time"

	"turnover/schedule"
)

// A sight is what is remembered of a file between two looks.
type sight struct {
	file    schedule.DropFile // SHA256 is empty until it was read
	still   time.Time         // since when size and time are the same
	whole   bool              // it was read and does not break off
	unread  error             // why it could not even be looked at
	found   string            // the state that this look finds, before it is settled
	state   string
	since   time.Time // in this state
	message string
	told    int              // how often the owner was told that it waits
	answer  *schedule.Answer // where it was answered and lies there all the same
}

// fresh begins to watch a file, or does so again since it has changed.
func fresh(one listed, was *sight, now time.Time) *sight {
	f := named(one.path)
	f.Size, f.ModTime = one.info.Size(), modTime(one.info)
	out := &sight{file: f, still: now}
	if was != nil && was.state == Settling {
		out.state, out.since, out.told = was.state, was.since, was.told
	}
	return out
}

func (w *sight) become(state, message string) { w.found, w.message = state, message }

// settle makes what was found the file's state.
func (w *sight) settle(now time.Time) {
	if w.state != w.found {
		w.state, w.since, w.told = w.found, now, 0
	}
}
