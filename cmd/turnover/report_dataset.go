package main

import (
	"context"
	"errors"
	"os"

	"turnover/exporters/dataset"
	"turnover/exporters/parquet"
	"turnover/hierarchy"
	"turnover/internal/diag"
	"turnover/internal/table"
	"turnover/pipeline"
)

// A datasetReader gives what was published to reports.
type datasetReader struct {
	dir string
	*dataset.Reading
}

// openDataset begins to read a folder; a *pipeline.InputError says what is wrong
// with it.
func openDataset(dir string) (*datasetReader, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, usageError("--dataset %q is no folder: name the one that turnover publish wrote", dir)
	}
	r, err := dataset.Open(dataset.Folder(dir), table.SchemaVersion, selectParquet)
	var found diag.List
	if errors.As(err, &found) {
		return nil, &pipeline.InputError{File: dir, Found: found}
	}
	return &datasetReader{dir, r}, err
}

func selectParquet(ctx context.Context, f dataset.File, columns []table.Column, rows int64, project string) table.Rows {
	what := parquet.Selection{Columns: columns, Rows: rows}
	if project != "" {
		what.Where, what.Equals = "project_id", project
	}
	return parquet.Select(ctx, f, what)
}

func (d *datasetReader) String() string { return d.dir }

// Holds lists the productions of the snapshot.
func (d *datasetReader) Holds() []pipeline.PublishedProduction { return productionsOf(&d.Manifest) }

// Facts are those of one production.
func (d *datasetReader) Facts(ctx context.Context, production hierarchy.ID) (hierarchy.Facts, error) {
	for _, p := range d.Manifest.Productions {
		if p.ID == string(production) {
			facts, err := d.Reading.Facts(ctx, p)
			if errors.Is(err, dataset.ErrHidden) {
				return nil, usageError("no report can be made of the dataset %s: %v", d.dir, err)
			}
			return facts, err
		}
	}
	return nil, usageError("the dataset %s has no production %q", d.dir, production)
}
