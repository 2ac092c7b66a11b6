package watch

import (
	"context"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/rs/zerolog"
)

// A listener makes the next look come sooner when something happens in a folder.
// Nothing rests upon it: shares tell nothing, and what is told may be lost.
type listener struct {
	events *fsnotify.Watcher // nil where the system gives none
	woken  chan struct{}
	heard  map[string]bool // the folders that are listened to, as the last look found them
	path   string
	log    zerolog.Logger
	said   bool // that folders are not listened to
}

func (s *Scanner) listen() *listener {
	l := &listener{woken: make(chan struct{}, 1), path: s.folder.Path, log: s.filer.Log.With().Str("folder", s.folder.Name).Logger()}
	events, err := fsnotify.NewWatcher()
	if err != nil {
		l.deaf(err)
		return l
	}
	l.events = events
	go l.hear()
	return l
}

func (l *listener) deaf(err error) {
	if !l.said {
		l.said = true
		l.log.Warn().Err(err).Msg("no events of files: the folder is only looked at now and then")
	}
}

// hear wakes the scanner. An error means that events were lost: a look finds
// what they were about.
func (l *listener) hear() {
	for {
		select {
		case e, ok := <-l.events.Events:
			if !ok {
				return
			}
			if e.Op == fsnotify.Chmod || ours(filepath.Base(e.Name)) {
				continue
			}
		case _, ok := <-l.events.Errors:
			if !ok {
				return
			}
		}
		l.wake()
	}
}

// follow listens to the folders that the last look has found: those that are
// new, or were away, as well. Of these what came since the look was not heard, so
// that it is worth another one.
func (l *listener) follow(folders []string) {
	if l.events == nil {
		return
	}
	before := l.heard
	l.heard = map[string]bool{}
	for _, f := range folders {
		if err := l.events.Add(filepath.Join(l.path, filepath.FromSlash(f))); err != nil {
			l.deaf(err)
			continue
		}
		if l.heard[f] = true; !before[f] {
			l.wake()
		}
	}
}

func (l *listener) wake() {
	select {
	case l.woken <- struct{}{}:
	default:
	}
}

// wait returns when it is worth looking again; false where the context is over.
func (l *listener) wait(ctx context.Context, next time.Duration) bool {
	if !rest(ctx, breather) {
		return false
	}
	timer := time.NewTimer(max(0, next-breather))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-l.woken:
	case <-timer.C:
	}
	return true
}

func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (l *listener) close() {
	if l.events != nil {
		_ = l.events.Close() // nothing is lost with it
	}
}
