package main

import (
	"context"

	"turnover/exporters/dataset"
	"turnover/exporters/parquet"
	"turnover/internal/table"
	"turnover/pipeline"
)

// publishDataset writes the Parquet dataset; every file is read back before
// the snapshot becomes visible.
func publishDataset(ctx context.Context, dir string, what pipeline.Publication) (pipeline.Published, error) {
	var tables []*table.Table
	for _, p := range what.Productions {
		tables = append(tables, dataset.Tables(p.Facts, dataset.Extra{Books: p.Books, Castings: p.Facts.Dimensions().Castings})...)
	}
	head := dataset.Head{Snapshot: what.Snapshot, AsOf: what.AsOf, SchemaVersion: what.SchemaVersion, Verify: parquet.Rows}
	m, err := dataset.Publish(ctx, dir, head, tables, parquet.New())
	if err != nil {
		return pipeline.Published{}, err
	}
	out := pipeline.Published{Dir: dir, Snapshot: m.Snapshot, AsOf: what.AsOf, Rows: map[string]int64{}}
	for _, t := range m.Tables {
		out.Rows[t.Name] = t.Rows
	}
	return out, nil
}
