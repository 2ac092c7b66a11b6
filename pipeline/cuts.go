package pipeline

import (
	"cmp"
	"context"
	"slices"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/plan"
	"turnover/store"
)

// storedCuts reads the revisions that a list's cuts are compared with, oldest
// first; never nil.
func storedCuts(ctx context.Context, r store.Reader, snap *hierarchy.Snapshot, list *importers.ShotList, rules plan.Options) ([]*plan.CutSide, error) {
	scopes, err := r.CutScopes(ctx, snap.Project.ID)
	if err != nil {
		return nil, err
	}
	records, err := cutRecords(ctx, r, snap.Project.ID, plan.TouchedScopes(list, snap, rules, scopes))
	if err != nil {
		return nil, err
	}
	return parseCuts(records)
}

// cutRecords reads all revisions of some scopes, oldest first.
func cutRecords(ctx context.Context, r store.Reader, project hierarchy.ID, scopes []string) ([]*store.CutRecord, error) {
	var out []*store.CutRecord
	for _, scope := range scopes {
		some, err := r.Cuts(ctx, project, scope)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.SortStableFunc(out, func(a, b *store.CutRecord) int {
		return cmp.Or(a.At.Compare(b.At.Time), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Revision, b.Revision))
	})
	return out, nil
}

func parseCuts(records []*store.CutRecord) ([]*plan.CutSide, error) {
	out := make([]*plan.CutSide, 0, len(records))
	for _, record := range records {
		side, err := plan.ParseCut(record.Scope, record.Revision, record.FPS, record.Body)
		if err != nil {
			return nil, err
		}
		out = append(out, side)
	}
	return out, nil
}
