package parquet

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// Rows reads a whole file back and counts its rows: what it returns for a
// damaged file is an error. The file stays open.
func Rows(ctx context.Context, from parquet.ReaderAtSeeker) (rows int64, err error) {
	f, err := file.NewParquetReader(struct{ parquet.ReaderAtSeeker }{from})
	if err != nil {
		return 0, fmt.Errorf("read back: %w", err)
	}
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: batchRows}, memory.DefaultAllocator)
	if err != nil {
		return 0, fmt.Errorf("read back: %w", err)
	}
	batches, err := r.GetRecordReader(ctx, nil, nil)
	if err != nil {
		return 0, fmt.Errorf("read back: %w", err)
	}
	defer batches.Release()
	for batches.Next() {
		rows += batches.RecordBatch().NumRows()
	}
	if err := batches.Err(); err != nil && err.Error() != "EOF" {
		return 0, fmt.Errorf("read back: %w", err)
	}
	if want := f.NumRows(); rows != want {
		return 0, fmt.Errorf("read back: %d rows where the footer says %d", rows, want)
	}
	return rows, nil
}
