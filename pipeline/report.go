package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"turnover/hierarchy"
	"turnover/internal/table"
	"turnover/reports"
	"turnover/store"
)

// At says which state of the production a report is printed from; both empty
// is the current one.
type At struct {
	Snapshot string    // id as printed on covers
	AsOf     time.Time // zero: now
}

// Report makes a book of one production and hands it to use while the facts
// are open.
func (p *Pipeline) Report(ctx context.Context, name, project string, q reports.Query, at At, use func(*table.Book) error) error {
	report, ok := p.Reports[name]
	if !ok {
		return unknown("report", name, slices.Collect(maps.Keys(p.Reports)))
	}
	return p.Store.Read(ctx, func(r store.Reader) error {
		snap, err := p.snapshotIn(ctx, r, project, hierarchy.With{})
		if err != nil {
			return err
		}
		if err := at.check(snap); err != nil {
			return err
		}
		facts, err := r.Facts(ctx, string(snap.Project.ID))
		if err != nil {
			return err
		}
		p.shape(&q, snap)
		book, err := report(facts, q)
		if err != nil {
			return err
		}
		return use(book)
	})
}

// shape fills what a query leaves to the configuration and the snapshot.
func (p *Pipeline) shape(q *reports.Query, snap *hierarchy.Snapshot) {
	q.Snapshot, q.AsOf = SnapshotID(snap), snap.AsOf.Time
	if q.Timezone == nil {
		q.Timezone = p.Timezone
	}
	if q.Timezone == nil {
		q.Timezone = time.UTC
	}
	if q.Calendar.Weekend == nil && q.Calendar.Holidays == nil {
		q.Calendar = p.Calendar
	}
}

// SnapshotID names an immutable state of productions: the same id, the same
// bytes in every report.
func SnapshotID(snaps ...*hierarchy.Snapshot) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "schema %s\n", table.SchemaVersion) // a hash never fails
	for _, s := range snaps {
		_, _ = fmt.Fprintf(h, "%s %s %d %d\n", s.Project.ID, s.AsOf, s.Revision, s.Shared)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// check refuses states that are not the current one: an earlier state is not
// rebuilt by this version, and must not be pretended.
func (a At) check(snap *hierarchy.Snapshot) error {
	now := SnapshotID(snap)
	if a.Snapshot != "" && a.Snapshot != now {
		return usage("snapshot %q is not kept: the production has moved on and stands at snapshot %s (as of %s)", a.Snapshot, now, rfc3339(snap.AsOf))
	}
	if !a.AsOf.IsZero() && a.AsOf.Before(snap.AsOf.Time) {
		return usage("the state as of %s is not available yet: the last change was at %s, and only the current state can be printed", a.AsOf.UTC().Format(time.RFC3339), rfc3339(snap.AsOf))
	}
	return nil
}

func rfc3339(t hierarchy.Time) string { return t.UTC().Format(time.RFC3339Nano) }
