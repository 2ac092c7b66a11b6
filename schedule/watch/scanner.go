package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"turnover/schedule"
)

// A Scanner looks at one folder time and again and hands on what stands still.
// Times are those of our clock: that of a share may be anything.
type Scanner struct {
	folder  Folder
	filer   *Filer
	enqueue func(context.Context, schedule.Drop) error
	silence time.Duration // of the folder, before its owner is told

	seen   map[string]*sight  // by path
	handed map[string]handing // by the key of the drop
	ground ground
	last   atomic.Pointer[Status]
	review time.Time       // when held drops were looked after
	swept  time.Time       // when the unfinished were looked for
	open   []schedule.Drop // the unfinished; nil where they were not read in this look
}

// A Status is what the last look at a folder found.
type Status struct {
	Folder   string
	Vanished time.Time // since when it is not there; zero while it is
	Message  string    // why it is not
	Items    []Item    // what lies there and was not filed, by path
	Junk     int       // files and folders that are no lists
	Folders  []string  // that were looked into, below the watch folder
	next     time.Duration
}

// NewScanner watches a folder. A drop is handed on until it is filed: the queue
// knows by its key that it has it.
func NewScanner(folder Folder, filer *Filer, enqueue func(context.Context, schedule.Drop) error) *Scanner {
	return &Scanner{folder: folder, filer: filer, enqueue: enqueue, silence: silence, seen: map[string]*sight{}, handed: map[string]handing{}}
}

// Status is what the last look found; nil before the first.
func (s *Scanner) Status() *Status { return s.last.Load() }

// Scan looks at the folder once. An error is the machine's, and of one file or
// one call alone: the next look tries again.
func (s *Scanner) Scan(ctx context.Context) (*Status, error) {
	now := s.filer.Now()
	status := &Status{Folder: s.folder.Name, next: s.folder.Poll}
	root, l, err := s.look(ctx)
	if err != nil {
		status.Vanished, status.Message, err = s.vanished(ctx, now, err)
		s.last.Store(status)
		return status, err
	}
	defer root.Close() // it was only read
	s.open = nil
	faults := []error{s.back(ctx, now), s.sweep(ctx, now)}
	s.meet(l, now)
	for _, p := range s.paths() {
		faults = append(faults, s.judge(ctx, root, l, s.seen[p], now))
	}
	faults = append(faults, s.handOn(ctx, now))
	for _, w := range s.seen {
		w.settle(now)
	}
	faults = append(faults, s.remindWaiting(ctx, now))
	if now.Sub(s.review) >= time.Minute {
		s.review = now
		faults = append(faults, s.filer.Review(ctx, s.folder), s.refile(ctx))
	}
	s.report(status, l, now)
	s.last.Store(status)
	return status, errors.Join(faults...)
}

func (s *Scanner) paths() []string {
	out := make([]string, 0, len(s.seen))
	for p := range s.seen {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

// refile tries to move what was answered where it lies.
func (s *Scanner) refile(ctx context.Context) error {
	for _, p := range s.paths() {
		a := s.seen[p].answer
		if a == nil || a.State == schedule.Parked || a.Drop.Files[0].OnDisk() != p {
			continue
		}
		if err := s.filer.refile(ctx, s.folder, a.Drop); err != nil {
			return err
		}
	}
	return nil
}

// meet compares what lies there with what lay there. Of files that are gone
// nothing is kept: they may come again.
func (s *Scanner) meet(l *listing, now time.Time) {
	seen := make(map[string]*sight, len(l.files)+len(l.unread))
	for _, one := range l.files {
		was := s.seen[one.path]
		if was == nil || was.unread != nil || !same(was.file, one.info) {
			was = fresh(one, was, now)
		}
		seen[one.path] = was
	}
	for p, err := range l.unread {
		was := s.seen[p]
		if was == nil || was.unread == nil {
			was = &sight{file: named(p)}
		}
		was.unread, seen[p] = err, was
	}
	s.seen = seen
}

// judge says what a file is waiting for.
func (s *Scanner) judge(ctx context.Context, root *os.Root, l *listing, w *sight, now time.Time) error {
	if w.unread != nil {
		w.become(Unreadable, w.unread.Error())
		return nil
	}
	if lock := l.locked(w.file.OnDisk()); lock != "" {
		w.become(Locked, lockMessage(lock))
		w.still, w.file.SHA256 = now, "" // it may be written to until the lock goes
		return nil
	}
	if now.Sub(w.still) < s.folder.Stable {
		w.become(Settling, "")
		return nil
	}
	if w.file.SHA256 == "" {
		if err := s.read(ctx, root, w, now); err != nil || w.file.SHA256 == "" {
			return err
		}
	}
	if !w.whole && now.Sub(w.still) < s.patience() {
		w.become(Incomplete, "it breaks off: the rest is waited for")
		return nil
	}
	w.become(Ready, "")
	return nil
}

// patience is how long the rest of a file or of a cut is waited for.
func (s *Scanner) patience() time.Duration { return max(s.folder.Whole, s.folder.Stable) }

// read reads a file that stands still, once.
func (s *Scanner) read(ctx context.Context, root *os.Root, w *sight, now time.Time) error {
	content, err := read(root, w.file, s.folder.Limit)
	switch {
	case gone(err):
		w.still = now
		w.become(Settling, "")
		return nil
	case errors.Is(err, fs.ErrPermission):
		w.become(Unreadable, "it may not be read: "+err.Error())
		return nil
	case err != nil:
		w.become(Unreadable, err.Error())
		return fmt.Errorf("watch %s: read %q: %w", s.folder.Name, w.file.Path, err)
	}
	w.file.SHA256 = sum(content)
	w.whole = !hollow(content) && s.filer.Lists.Whole(ctx, s.folder.Name, schedule.Content{Path: w.file.Path, Bytes: content})
	return nil
}

// remindWaiting tells the owner of files that cannot be taken for long.
func (s *Scanner) remindWaiting(ctx context.Context, now time.Time) error {
	var faults []error
	for _, p := range s.paths() {
		w := s.seen[p]
		due := periods(s.folder.Remind, now.Sub(w.since))
		if w.state != Locked && w.state != Unreadable && w.state != Settling || due <= w.told {
			continue
		}
		key := fmt.Sprintf("waiting/%s/%s/%s/%d", s.folder.Name, sum([]byte(p))[:16], w.since.UTC().Format("2006-01-02T15:04:05"), due)
		message := fmt.Sprintf("%s has been %s since %s: it was not taken. %s", w.file.Path, w.state, w.since.UTC().Format("2006-01-02 15:04 UTC"), w.message)
		if err := s.filer.tell(ctx, Notice{Key: key, Kind: Waiting, Folder: s.folder.Name, Item: s.item(w), Message: strings.TrimSpace(message)}); err != nil {
			faults = append(faults, err)
			continue
		}
		w.told = due
	}
	return errors.Join(faults...)
}

func (s *Scanner) item(w *sight) Item {
	item := Item{Folder: s.folder.Name, Path: w.file.Path, State: w.state, Since: w.since, Size: w.file.Size, Message: w.message}
	if w.answer != nil {
		item.Plan, item.Import = w.answer.Plan, w.answer.Import
	}
	return item
}

// report writes down what was found, and when it is worth looking again.
func (s *Scanner) report(status *Status, l *listing, now time.Time) {
	for _, p := range s.paths() {
		w := s.seen[p]
		status.Items = append(status.Items, s.item(w))
		switch w.state {
		case Settling:
			status.next = min(status.next, max(0, s.folder.Stable-now.Sub(w.still)))
		case Incomplete, Waiting:
			if left := s.patience() - now.Sub(w.still); left > 0 {
				status.next = min(status.next, left)
			}
		}
	}
	status.Junk = l.junk
	for _, f := range l.folders {
		status.Folders = append(status.Folders, path.Clean(f))
	}
}
