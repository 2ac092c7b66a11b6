package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"
)

// longestNap is how long a runner sleeps at most: clocks are set and machines
// are suspended meanwhile.
const longestNap = 30 * time.Second

// A Runner hands over what is due, for as long as it runs. Several may run on
// one ledger: they hand over the same occurrences, which their keys make one. A
// runner is for one goroutine.
type Runner struct {
	Entries []*Entry
	Ledger  Ledger
	// Enqueue takes an occurrence. It may be called again with the same one.
	Enqueue func(ctx context.Context, o Occurrence) error
	Log     zerolog.Logger
	Now     func() time.Time
	// Wait returns after d, or earlier with the context's error.
	Wait func(ctx context.Context, d time.Duration) error

	// since is up to when each entry was looked at by this runner. It goes before
	// the mark: another worker whose clock is ahead moves the mark past what this
	// one has yet to see come due.
	since  map[string]time.Time
	warned map[string]bool
}

// Wait is a Runner's by the machine's clock.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Run hands over what is due until the context ends. What goes wrong is logged
// and tried again at the next turn.
func (r *Runner) Run(ctx context.Context) {
	for ctx.Err() == nil {
		next, err := r.Turn(ctx)
		if err != nil && ctx.Err() == nil {
			r.Log.Error().Err(err).Msg("schedule: tried again at the next turn")
		}
		nap := min(next.Sub(r.now()), longestNap)
		if r.Wait(ctx, max(nap, 0)) != nil {
			return
		}
	}
}

// now has no monotonic reading: it would hide that the clock was set.
func (r *Runner) now() time.Time { return r.Now().Round(0) }

// Turn hands over once what is due now and says when something is due next, or
// when to look again. The errors of all entries are joined.
func (r *Runner) Turn(ctx context.Context) (next time.Time, err error) {
	now := r.now()
	next = now.Add(longestNap)
	var faults []error
	for _, e := range r.Entries {
		if err := r.turn(ctx, e, now); err != nil {
			faults = append(faults, fmt.Errorf("entry %q: %w", e.Name, err))
		}
		if due, _ := e.Between(now, next); len(due) > 0 {
			next = due[0].At
		}
	}
	return next, errors.Join(faults...)
}

func (r *Runner) turn(ctx context.Context, e *Entry, now time.Time) error {
	since, known := r.since[e.Name]
	if !known {
		var err error
		if since, err = r.start(ctx, e, now); err != nil {
			return err
		}
	}
	if now.Before(since) {
		r.warnBehind(e, since, now)
		return nil
	}
	delete(r.warned, e.Name)
	b := e.Due(since, now)
	for _, o := range b.Run {
		if err := r.Enqueue(ctx, o); err != nil {
			return fmt.Errorf("hand over %s: %w", o.Key(), err)
		}
		r.Log.Info().Str("entry", e.Name).Str("occurrence", o.Key()).Time("due", o.At).Str("why", o.Why).Msg("handed over")
	}
	if err := r.putMark(ctx, e, b); err != nil {
		return err
	}
	r.logSkipped(e, b)
	r.since[e.Name] = now
	return nil
}

// start finds where an entry goes on, at this runner's first turn.
func (r *Runner) start(ctx context.Context, e *Entry, now time.Time) (time.Time, error) {
	m, err := r.Ledger.Mark(ctx, e.MarkKey())
	if err != nil {
		return now, fmt.Errorf("read its mark: %w", err)
	}
	s := e.Start(m, now)
	if s.Anew {
		begun, err := e.Begin(now)
		if err != nil {
			return now, err
		}
		if err := r.Ledger.PutMark(ctx, begun); err != nil {
			return now, fmt.Errorf("write its mark: %w", err)
		}
		r.Log.Info().Str("entry", e.Name).Msg(s.Why)
	}
	if r.since == nil {
		r.since, r.warned = map[string]time.Time{}, map[string]bool{}
	}
	r.since[e.Name] = s.Since
	return s.Since, nil
}

// warnBehind says once that the clock went back.
func (r *Runner) warnBehind(e *Entry, since, now time.Time) {
	if r.warned[e.Name] || since.Sub(now) <= backwards {
		return
	}
	r.warned[e.Name] = true
	r.Log.Warn().Str("entry", e.Name).Time("now", now).Msgf("%s; if it was wrong then and is right now: turnover schedule --restart %s, then start again", behind(since), e.Name)
}

func (r *Runner) logSkipped(e *Entry, b Backlog) {
	if b.Missed == 0 {
		return
	}
	newest := b.Skipped[len(b.Skipped)-1]
	r.Log.Warn().Str("entry", e.Name).Int("occurrences", b.Missed).Str("newest", newest.Wall).Str("why", newest.Why).Msg("not run")
}

// putMark moves the entry's mark on to the last occurrence of a turn, never back:
// another worker may have come further.
func (r *Runner) putMark(ctx context.Context, e *Entry, b Backlog) error {
	last, state := Occurrence{}, Queued
	switch {
	case len(b.Run) > 0:
		last = b.Run[len(b.Run)-1]
	case len(b.Skipped) > 0:
		last, state = b.Skipped[len(b.Skipped)-1], Missed
	default:
		return nil
	}
	m, err := r.Ledger.Mark(ctx, e.MarkKey())
	if err != nil {
		return fmt.Errorf("read its mark: %w", err)
	}
	if m != nil && !m.At.Before(last.At) {
		return nil
	}
	put, err := e.mark(state, last.At, last.Wall, handing(m, b.Run))
	if err != nil {
		return err
	}
	if err := r.Ledger.PutMark(ctx, put); err != nil {
		return fmt.Errorf("write its mark: %w", err)
	}
	return nil
}
