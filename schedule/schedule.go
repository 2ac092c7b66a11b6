// Package schedule says when work is due and that it is done once: what cron
// expressions mean in zones whose clocks change, which runs were missed, and the
// words that watch folders, jobs and deliveries share. What the work is comes
// from outside.
package schedule

import (
	"context"
	"time"
)

// A Mark says how far one piece of work has come.
type Mark struct {
	Key    string // "report/monday-quotas/2026-11-23T08:00", "drop/…": see the Key methods
	State  string
	At     time.Time
	Result []byte // JSON; what it holds belongs to the kind of work
}

// A Ledger keeps marks where all workers see them.
type Ledger interface {
	// Mark finds one; nil where there is none.
	Mark(ctx context.Context, key string) (*Mark, error)
	// Marks lists those whose key begins with a prefix, by key.
	Marks(ctx context.Context, prefix string) ([]Mark, error)
	// PutMark replaces the mark of the same key.
	PutMark(ctx context.Context, m Mark) error
}
