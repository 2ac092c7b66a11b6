package pipeline

import (
	"context"
	"time"

	"turnover/hierarchy"
	"turnover/store"
)

// At says which state of the production a report is printed from; both empty
// is the current one.
type At struct {
	Snapshot string    // id as printed on covers
	AsOf     time.Time // zero: now
}

// factsAt gives a production's facts at a state. An earlier one is rebuilt from
// history; what came by archive counts from its own dates.
func (p *Pipeline) factsAt(ctx context.Context, r store.Reader, project hierarchy.ID, at At) (hierarchy.Facts, error) {
	facts, err := r.Facts(ctx, string(project))
	if err != nil || at == (At{}) {
		return facts, err
	}
	now := facts.Dimensions()
	then, err := p.moment(ctx, r, now, at)
	if err != nil || then.Seq == now.Seq {
		return facts, err
	}
	later := r.History(ctx, store.HistoryQuery{Project: project, Shared: true, AfterSeq: then.Seq})
	early, err := hierarchy.Rewind(facts, later, hierarchy.At(at.AsOf))
	if err != nil {
		return nil, err
	}
	dimensions := early.Dimensions()
	dimensions.Seq, dimensions.AsOf = then.Seq, then.At
	if then.Seq == 0 {
		dimensions.LoadedLater = then.At // before all history: no more is known
	}
	if !dimensions.LoadedLater.IsZero() {
		dimensions.AsOf = dimensions.LoadedLater
	}
	return early, nil
}

// moment finds the state that is meant: the last one at an instant, or the one
// with a snapshot's id. The instant of a state is that of its last change.
func (p *Pipeline) moment(ctx context.Context, r store.Reader, now *hierarchy.Snapshot, at At) (store.Moment, error) {
	current := store.Moment{Seq: now.Seq, At: now.AsOf}
	if at.Snapshot != "" && snapshotAt(now.Project.ID, now.Seq) == at.Snapshot {
		return current, nil
	}
	var first, last, named store.Moment
	for m, err := range r.Moments(ctx, now.Project.ID) {
		if err != nil {
			return current, err
		}
		if first.Seq == 0 {
			first = m
		}
		if !m.At.After(at.AsOf) {
			last = m
		}
		if at.Snapshot != "" && snapshotAt(now.Project.ID, m.Seq) == at.Snapshot {
			named = m
		}
	}
	switch {
	case at.Snapshot != "" && named.Seq == 0:
		return current, usage("%q is no snapshot of %q; it stands at %s (as of %s)", at.Snapshot, now.Project.Name, SnapshotID(now), rfc3339(now.AsOf))
	case at.Snapshot != "":
		return named, nil
	case last.Seq == 0:
		return store.Moment{At: hierarchy.At(at.AsOf)}, nil // before all history: what archives say of it
	}
	return last, nil
}
