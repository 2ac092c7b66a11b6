package pipeline

import (
	"context"

	"turnover/hierarchy"
	"turnover/store"
)

// Rows reads the rows of one noun's table by key, narrowed as in
// store.Reader.Rows: one question however many there are. It is for what views
// do not hold: comments, time sheets, previews, and what all productions share.
func Rows[N hierarchy.Noun](ctx context.Context, p *Pipeline, where map[string]any) (out []N, err error) {
	var noun N // methods of a noun's type need no row
	err = p.Store.Read(ctx, func(r store.Reader) error {
		for row, err := range r.Rows(ctx, noun.Table(), where) {
			if err != nil {
				return err
			}
			out = append(out, row.(N))
		}
		return nil
	})
	return out, err
}

// Row reads one row by id; ErrNotFound.
func Row[N hierarchy.Noun](ctx context.Context, p *Pipeline, id hierarchy.ID) (row N, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		found, err := rowByID(ctx, r, row.Table(), id)
		if err == nil {
			row = found.(N)
		}
		return err
	})
	return row, err
}
