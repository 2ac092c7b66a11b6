package pipeline

import (
	"context"
	"time"

	"turnover/hierarchy"
	"turnover/internal/table"
	"turnover/reports"
	"turnover/store"
)

// A Publication is one snapshot of productions, for a Publisher.
type Publication struct {
	Snapshot      string
	AsOf          time.Time
	SchemaVersion string
	Productions   []Production
}

// A Production is what is published of one: its facts and its reports.
type Production struct {
	Facts hierarchy.Facts
	Books []*table.Book
}

// Published says what was written.
type Published struct {
	Dir      string           `json:"dir"`
	Snapshot string           `json:"snapshot"`
	AsOf     time.Time        `json:"as_of"`
	Rows     map[string]int64 `json:"rows"` // by table
}

// A Publisher writes the dataset for data teams into a folder.
type Publisher func(ctx context.Context, dir string, what Publication) (Published, error)

// Publish writes one snapshot of a production, of all where project is "".
func (p *Pipeline) Publish(ctx context.Context, project, dir string) (out Published, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		ids, err := p.projectIDs(ctx, r, project)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return p.unknownProject(ctx, r, "")
		}
		what := Publication{SchemaVersion: table.SchemaVersion}
		var snaps []*hierarchy.Snapshot
		for _, id := range ids {
			one, snap, err := p.production(ctx, r, id)
			if err != nil {
				return err
			}
			what.Productions = append(what.Productions, one)
			snaps = append(snaps, snap)
			if snap.AsOf.After(what.AsOf) {
				what.AsOf = snap.AsOf.Time
			}
		}
		what.Snapshot = SnapshotID(snaps...)
		out, err = p.Publisher(ctx, dir, what)
		return err
	})
	return out, err
}

// published are the reports of the dataset, as they are asked for by default.
var published = []string{"episode", "quota", "retake"}

func (p *Pipeline) production(ctx context.Context, r store.Reader, id hierarchy.ID) (Production, *hierarchy.Snapshot, error) {
	facts, err := r.Facts(ctx, string(id))
	if err != nil {
		return Production{}, nil, err
	}
	snap, out := facts.Dimensions(), Production{Facts: facts}
	for _, name := range published {
		report, ok := p.Reports[name]
		if !ok {
			continue
		}
		var q reports.Query
		p.shape(&q, snap)
		book, err := report(facts, q)
		if err != nil {
			return Production{}, nil, err
		}
		out.Books = append(out.Books, book)
	}
	return out, snap, nil
}
