package pipeline

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/store"
)

// Previews lists the preview files of tasks: the last revision first, the
// pictures of a revision in their order.
func (p *Pipeline) Previews(ctx context.Context, tasks []hierarchy.ID) (out []*hierarchy.PreviewFile, err error) {
	out, err = readRows[*hierarchy.PreviewFile](ctx, p, "preview_files", map[string]any{"task_id": tasks})
	slices.SortStableFunc(out, func(a, b *hierarchy.PreviewFile) int {
		return cmp.Or(cmp.Compare(b.Revision, a.Revision), cmp.Compare(a.Position, b.Position), strings.Compare(a.Key(), b.Key()))
	})
	return out, err
}

// Entities reads entities of any production by id, in one question.
func (p *Pipeline) Entities(ctx context.Context, ids []hierarchy.ID) ([]*hierarchy.Entity, error) {
	return readRows[*hierarchy.Entity](ctx, p, "entities", map[string]any{"id": ids})
}

// EntityTypes lists what entities there can be: the reserved kinds and the types
// of assets.
func (p *Pipeline) EntityTypes(ctx context.Context) ([]*hierarchy.EntityType, error) {
	return readRows[*hierarchy.EntityType](ctx, p, "entity_types", nil)
}

func readRows[N hierarchy.Noun](ctx context.Context, p *Pipeline, table string, where map[string]any) (out []N, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		for row, err := range r.Rows(ctx, table, where) {
			if err != nil {
				return err
			}
			out = append(out, row.(N))
		}
		return nil
	})
	return out, err
}
