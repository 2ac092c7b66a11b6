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
	"turnover/internal/runs"
	"turnover/internal/table"
	"turnover/reports"
	"turnover/store"
)

// Report makes a book of one production and hands it to use while the facts
// are open.
func (p *Pipeline) Report(ctx context.Context, name, project string, q reports.Query, at At, use func(*table.Book) error) error {
	report, err := p.report(name)
	if err != nil {
		return err
	}
	return p.Store.Read(ctx, func(r store.Reader) error {
		snap, err := p.snapshotIn(ctx, r, project, hierarchy.With{Bare: true})
		if err != nil {
			return err
		}
		facts, err := p.factsAt(ctx, r, snap.Project.ID, at)
		if err != nil {
			return err
		}
		p.shape(&q, facts.Dimensions())
		return p.print(ctx, report, name, facts, q, use)
	})
}

// report finds a report by name.
func (p *Pipeline) report(name string) (reports.Report, error) {
	if report, ok := p.Reports[name]; ok {
		return report, nil
	}
	return nil, unknown("report", name, slices.Collect(maps.Keys(p.Reports)))
}

// print makes a book of facts and hands it to use.
func (p *Pipeline) print(ctx context.Context, report reports.Report, name string, facts hierarchy.Facts, q reports.Query, use func(*table.Book) error) error {
	if err := p.aim(ctx, name, &q, facts.Dimensions().Project.Name); err != nil {
		return err
	}
	var files runs.Files
	defer func() { _ = files.Close() }() // nothing in them is worth an error
	q.Scratch = files.Open
	book, err := report(facts, q)
	if err != nil {
		return err
	}
	return use(book)
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
	if q.Causes == nil {
		q.Causes = p.Settings[snap.Project.Name].Causes
	}
	if q.Causes == nil {
		q.Causes = p.Causes
	}
	if q.Calendar.Weekend == nil && q.Calendar.Holidays == nil {
		q.Calendar = p.Calendar
	}
}

// aim gives a quota the targets that the configuration has for the production,
// where none were given.
func (p *Pipeline) aim(ctx context.Context, report string, q *reports.Query, project string) error {
	settings := p.Settings[project]
	if report != "quota" || q.Targets != nil {
		return nil
	}
	q.Targets = slices.Clone(settings.Targets)
	if settings.TargetsFile == "" {
		return nil
	}
	f, err := p.Open(settings.TargetsFile)
	if err != nil {
		return err
	}
	more, err := p.ReadTargets(ctx, f)
	q.Targets = append(q.Targets, more...)
	return err
}

// SnapshotID names an immutable state of productions: the same id, the same
// bytes in every report.
func SnapshotID(snaps ...*hierarchy.Snapshot) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "schema %s\n", table.SchemaVersion) // a hash never fails
	for _, s := range snaps {
		// The last line of its history tells a production's state: nothing is
		// written without one.
		_, _ = fmt.Fprintf(h, "%s %d\n", s.Project.ID, s.Seq)
		if !s.LoadedLater.IsZero() {
			_, _ = fmt.Fprintf(h, "as of %s\n", s.LoadedLater)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

func snapshotAt(project hierarchy.ID, seq int64) string {
	return SnapshotID(&hierarchy.Snapshot{Project: &hierarchy.Project{ID: project}, Seq: seq})
}

func rfc3339(t hierarchy.Time) string { return t.UTC().Format(time.RFC3339Nano) }
