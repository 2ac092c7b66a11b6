package pipeline

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"turnover/hierarchy"
	"turnover/internal/runs"
	"turnover/internal/table"
	"turnover/reports"
	"turnover/store"
)

// A Publication is one snapshot of productions, for a Publisher.
type Publication struct {
	Snapshot      string
	AsOf          time.Time
	SchemaVersion string
	Timezone      string
	Productions   []PublishedProduction
	// Grounds are what shapes the tables beside the state: settings, and imports
	// that changed no row.
	Grounds []string
	// Open reads the productions one after the other; each is good until the
	// next is asked for.
	Open iter.Seq2[*Production, error]
}

// A PublishedProduction names one of a publication.
type PublishedProduction struct {
	ID       hierarchy.ID
	Name     string
	Snapshot string // of it alone, as on the covers of its reports
	AsOf     time.Time
}

// A Production is what is published of one.
type Production struct {
	Facts   hierarchy.Facts
	Imports []*store.ImportRecord                  // newest first
	Changes iter.Seq2[hierarchy.HistoryRow, error] // that imports and undos made
	Cuts    iter.Seq2[*store.CutRecord, error]     // by scope and revision
	// Quotas makes the quotas of all methods and bases, Report another report.
	Quotas func() (iter.Seq2[*table.Book, error], error)
	Report func(name string) (*table.Book, error)
}

// Published says what was written.
type Published struct {
	Dir         string           `json:"dir"`
	Path        string           `json:"path"` // of the snapshot, below dir
	Snapshot    string           `json:"snapshot"`
	AsOf        time.Time        `json:"as_of"`
	Productions []string         `json:"productions"` // names
	Rows        map[string]int64 `json:"rows"`        // by table
	// Totals are the control totals by table and column.
	Totals map[string]map[string]float64 `json:"control_totals"`
}

// A Publisher writes datasets for data teams.
type Publisher interface {
	// Holds lists the productions of the newest snapshot at the destination.
	Holds(ctx context.Context) ([]PublishedProduction, error)
	Publish(ctx context.Context, what Publication) (Published, error)
}

// Which says what a snapshot holds.
type Which struct {
	Projects []string // names or ids; none: all
	// Only leaves out productions that the newest snapshot holds and that are not
	// named. Else a destination's productions are published anew with those named.
	Only bool
}

// Publish writes one snapshot of productions. Rows come and go by the million,
// and little of them stays: the collector is asked to keep up.
func (p *Pipeline) Publish(ctx context.Context, which Which, to Publisher) (out Published, err error) {
	defer spare(publishGC)()
	err = p.Store.Read(ctx, func(r store.Reader) error {
		ids, err := p.toPublish(ctx, r, which, to)
		if err != nil {
			return err
		}
		what := Publication{SchemaVersion: table.SchemaVersion, Timezone: p.zone().String(), Open: p.productions(ctx, r, ids)}
		var snaps []*hierarchy.Snapshot
		for _, id := range ids {
			snap, err := r.Snapshot(ctx, string(id), hierarchy.With{Bare: true})
			if err != nil {
				return err
			}
			snaps = append(snaps, snap)
			what.Productions = append(what.Productions, PublishedProduction{id, snap.Project.Name, SnapshotID(snap), snap.AsOf.UTC()})
			if snap.AsOf.After(what.AsOf) {
				what.AsOf = snap.AsOf.Time
			}
			grounds, err := p.grounds(ctx, r, snap.Project)
			if err != nil {
				return err
			}
			what.Grounds = append(what.Grounds, grounds...)
		}
		what.Snapshot = SnapshotID(snaps...)
		out, err = to.Publish(ctx, what)
		return err
	})
	return out, err
}

func (p *Pipeline) zone() *time.Location {
	if p.Timezone == nil {
		return time.UTC
	}
	return p.Timezone
}

// toPublish gives the ids of the productions, sorted.
func (p *Pipeline) toPublish(ctx context.Context, r store.Reader, which Which, to Publisher) ([]hierarchy.ID, error) {
	var ids []hierarchy.ID
	if len(which.Projects) == 0 {
		all, err := r.Projects(ctx)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			ids = append(ids, one.ID)
		}
	}
	for _, name := range which.Projects {
		snap, err := p.snapshotIn(ctx, r, name, hierarchy.With{Bare: true})
		if err != nil {
			return nil, err
		}
		ids = append(ids, snap.Project.ID)
	}
	if !which.Only {
		there, err := p.thereAlready(ctx, r, to)
		if err != nil {
			return nil, err
		}
		ids = append(ids, there...)
	}
	if len(ids) == 0 {
		return nil, p.unknownProject(ctx, r, "")
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// thereAlready gives the productions that readers of the destination are used to.
func (p *Pipeline) thereAlready(ctx context.Context, r store.Reader, to Publisher) ([]hierarchy.ID, error) {
	held, err := to.Holds(ctx)
	if err != nil || len(held) == 0 {
		return nil, err
	}
	all, err := r.Projects(ctx)
	if err != nil {
		return nil, err
	}
	var ids []hierarchy.ID
	var strange []string
	for _, h := range held {
		if !slices.ContainsFunc(all, func(one *hierarchy.Project) bool { return one.ID == h.ID }) {
			strange = append(strange, h.Name)
			continue
		}
		ids = append(ids, h.ID)
	}
	if len(strange) > 0 {
		return nil, usage("the newest snapshot there holds productions that this database does not: %s. Publish into another folder, or with --only what you name", list(strange))
	}
	return ids, nil
}

// grounds are what shapes a production's tables beside its rows: the calendar,
// the causes of retakes, and the last import, which may have changed a cut alone.
func (p *Pipeline) grounds(ctx context.Context, r store.Reader, project *hierarchy.Project) ([]string, error) {
	imports, err := r.Imports(ctx, project.ID)
	if err != nil {
		return nil, err
	}
	last := ""
	if len(imports) > 0 {
		last = imports[0].ID
	}
	// Maps are printed by key.
	return []string{fmt.Sprintf("calendar %v", p.Calendar), fmt.Sprintf("causes %v", p.Settings[project.Name].Causes), fmt.Sprintf("imports %d %s", len(imports), last)}, nil
}

// productions opens one production after the other, so that memory holds one.
func (p *Pipeline) productions(ctx context.Context, r store.Reader, ids []hierarchy.ID) iter.Seq2[*Production, error] {
	return func(yield func(*Production, error) bool) {
		for _, id := range ids {
			var files runs.Files
			one, err := p.production(ctx, r, id, files.Open)
			goOn := yield(one, err)
			_ = files.Close() // nothing in them is worth an error
			if !goOn || err != nil {
				return
			}
		}
	}
}

func (p *Pipeline) production(ctx context.Context, r store.Reader, id hierarchy.ID, scratch func() (runs.Scratch, error)) (*Production, error) {
	facts, err := r.Facts(ctx, string(id))
	if err != nil {
		return nil, err
	}
	facts = record(facts, scratch)
	imports, err := r.Imports(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &Production{Facts: facts, Imports: imports, Changes: p.importHistory(ctx, r, id), Cuts: eachCut(ctx, r, id)}
	q := reports.Query{Scratch: scratch}
	p.shape(&q, facts.Dimensions())
	out.Quotas = func() (iter.Seq2[*table.Book, error], error) { return reports.QuotaDays(facts, q) }
	out.Report = func(name string) (*table.Book, error) {
		report, ok := p.Reports[name]
		if !ok {
			return nil, fmt.Errorf("there is no report %q", name)
		}
		return report(facts, q)
	}
	return out, nil
}

// importHistory streams what imports changed, then what undos did.
func (p *Pipeline) importHistory(ctx context.Context, r store.Reader, id hierarchy.ID) iter.Seq2[hierarchy.HistoryRow, error] {
	return func(yield func(hierarchy.HistoryRow, error) bool) {
		for _, cause := range []hierarchy.Cause{hierarchy.Import, hierarchy.Undo} {
			for h, err := range r.History(ctx, store.HistoryQuery{Project: id, Cause: cause}) {
				if !yield(h, err) || err != nil {
					return
				}
			}
		}
	}
}

// eachCut streams the revisions scope by scope.
func eachCut(ctx context.Context, r store.Reader, id hierarchy.ID) iter.Seq2[*store.CutRecord, error] {
	return func(yield func(*store.CutRecord, error) bool) {
		scopes, err := r.CutScopes(ctx, id)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, scope := range scopes {
			cuts, err := r.Cuts(ctx, id, scope)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, c := range cuts {
				if !yield(c, nil) {
					return
				}
			}
		}
	}
}
