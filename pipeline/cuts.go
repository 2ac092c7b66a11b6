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
	if err != nil || len(records) == 0 {
		return []*plan.CutSide{}, err
	}
	imports, err := r.Imports(ctx, snap.Project.ID)
	if err != nil {
		return nil, err
	}
	return parseCuts(standing(records, imports))
}

// standing leaves out the cuts of imports that were undone, and the revisions
// that say so: what was taken back was never turned over.
func standing(records []*store.CutRecord, imports []*store.ImportRecord) []*store.CutRecord {
	undone := UndoneBy(imports)
	return slices.DeleteFunc(records, func(c *store.CutRecord) bool {
		return undone[c.ImportID] != nil || string(c.Body) == "null"
	})
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
