package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"
)

// args is what River keeps of a job.
type args struct {
	Key  string          `json:"key" river:"unique"`
	Args json.RawMessage `json:"args"`
	kind string
}

func (a args) Kind() string { return a.kind }

// worker does the jobs of one kind for River.
type worker struct {
	river.WorkerDefaults[args]
	kind  Kind
	queue *Queue
}

func (w *worker) Timeout(*river.Job[args]) time.Duration { return w.kind.Timeout }

func (w *worker) NextRetry(j *river.Job[args]) time.Time {
	return w.queue.now().Add(waitAfter(w.queue.options.Waits, j.Attempt))
}

func (w *worker) Work(ctx context.Context, row *river.Job[args]) error {
	j := jobOf(row.JobRow)
	w.queue.running.enter(j.ID)
	defer w.queue.running.leave(j.ID)
	end, mine := w.turn(ctx, j)
	if !mine {
		return river.JobSnooze(pause(notesOf(row.JobRow).Snoozes))
	}
	defer end()
	log := w.queue.options.Log.With().Int64("job", j.ID).Str("kind", j.Kind).Str("key", j.Key).Logger()
	began := w.queue.now()
	err := w.attempt(log.WithContext(ctx), j)
	event := log.Debug()
	if err != nil && ctx.Err() == nil {
		event = log.Warn()
	}
	event.Err(err).Int("attempt", j.Attempt).Dur("took_ms", w.queue.now().Sub(began)).Msg("job tried")
	return verdict(ctx, w.kind, err)
}

// turn waits for a job's turn, but not for long, and not when all is to end.
func (w *worker) turn(ctx context.Context, j Job) (end func(), mine bool) {
	name := ""
	if w.kind.Group != nil {
		name = w.kind.Group(j)
	}
	waiting, cancel := context.WithTimeout(ctx, longestTurn)
	defer cancel()
	defer context.AfterFunc(w.queue.ending, cancel)()
	return w.queue.turns.begin(waiting, ctx, name)
}

// attempt makes a panic an error: what one file brings about must not end the
// process for all others.
func (w *worker) attempt(ctx context.Context, j Job) (err error) {
	defer func() {
		if r := recover(); r != nil {
			w.queue.options.Log.Error().Int64("job", j.ID).Str("kind", j.Kind).Str("key", j.Key).
				Str("stack", string(debug.Stack())).Msgf("job panicked: %v", r)
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return w.kind.Work(ctx, j)
}

// pause is how long a job stays away whose turn did not come: the longer the more
// often it came in vain, so that a long queue does not spin.
func pause(snoozes int) time.Duration {
	return min(200*time.Millisecond*time.Duration(1+snoozes), 2*time.Second)
}

// names is a set that several goroutines share.
type names[T cmp.Ordered] struct {
	mu  sync.Mutex
	set map[T]bool
}

func (n *names[T]) enter(name T) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.set[name] {
		return false
	}
	if n.set == nil {
		n.set = map[T]bool{}
	}
	n.set[name] = true
	return true
}

func (n *names[T]) leave(name T) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.set, name)
}

func (n *names[T]) has(name T) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.set[name]
}

func (n *names[T]) all() []T {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Sorted(maps.Keys(n.set))
}

var errNoKind = errors.New("no such kind of job is known here")
