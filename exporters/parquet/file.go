package parquet

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"turnover/internal/table"
)

// level is the quickest of zstd: on tables the next ones save less than a hundredth
// and keep tens of megabytes of what was written before.
const level = 1

// A fileWriter writes batch by batch, each while the rows of the next one come.
// The file is begun with the first, whose values say how the columns are encoded.
type fileWriter struct {
	ctx     context.Context
	w       io.Writer
	table   *table.Table
	schema  *arrow.Schema
	order   []parquet.SortingColumn
	columns []column
	out     *file.Writer                // nil before the first batch
	group   file.BufferedRowGroupWriter // nil between row groups
	n       int
	writing chan error // gives what came of the batch that is being written; nil: none is
}

func (f *fileWriter) add(row table.Row) error {
	if len(row) != len(f.columns) {
		return fmt.Errorf("%d cells for %d columns", len(row), len(f.columns))
	}
	for i, v := range row {
		if v == nil {
			f.columns[i].addNull()
		} else if !f.columns[i].add(v) {
			c := f.table.Columns[i]
			return fmt.Errorf("column %q: a %T where the type is %s", c.Name, v, c.Type)
		}
	}
	if f.n++; f.n%batchRows == 0 {
		return f.flush(f.n%groupRows == 0)
	}
	return nil
}

// flush lets the rows that wait be written; last ends the row group.
func (f *fileWriter) flush(last bool) error {
	if err := f.wait(); err != nil {
		return err
	}
	if err := f.ctx.Err(); err != nil {
		return err
	}
	if f.out == nil {
		if err := f.begin(); err != nil {
			return err
		}
	}
	if f.group == nil && f.n%groupRows == 0 {
		return nil // no row waits: a batch is less than a row group
	}
	for _, c := range f.columns {
		c.swap(last)
	}
	done := make(chan error, 1)
	f.writing = done
	go func() { done <- f.batch(last) }()
	return nil
}

// wait ends when nothing is being written.
func (f *fileWriter) wait() error {
	if f.writing == nil {
		return nil
	}
	err := <-f.writing
	f.writing = nil
	return err
}

// batch writes what the columns have aside.
func (f *fileWriter) batch(last bool) (err error) {
	if f.group == nil {
		if f.group, err = f.out.AppendBufferedRowGroupChecked(); err != nil {
			return err
		}
	}
	for i, c := range f.columns {
		to, err := f.group.Column(i)
		if err != nil {
			return err
		}
		if err := c.write(to); err != nil {
			return err
		}
	}
	if last {
		err, f.group = f.group.Close(), nil
	}
	return err
}

// begin decides on the columns' encodings and writes what stands before all rows.
func (f *fileWriter) begin() error {
	properties := f.properties()
	for i, c := range f.table.Columns {
		f.columns[i].encode(properties.DictionaryEnabledFor(c.Name))
	}
	schema, err := pqarrow.ToParquet(f.schema, properties, pqarrow.DefaultWriterProps())
	if err != nil {
		return err
	}
	meta := metadata.KeyValueMetadata{}
	all := f.schema.Metadata()
	for i, key := range all.Keys() {
		if err := meta.Append(key, all.Values()[i]); err != nil {
			return err
		}
	}
	if err := meta.Append("ARROW:schema", base64.StdEncoding.EncodeToString(flight.SerializeSchema(f.schema, memory.DefaultAllocator))); err != nil {
		return err
	}
	// The file writer closes what it writes to where it can.
	f.out, err = file.NewParquetWriterWithError(struct{ io.Writer }{f.w}, schema.Root(), file.WithWriterProps(properties), file.WithWriteMetadata(meta))
	return err
}

func (f *fileWriter) close() error {
	err := f.wait()
	if f.out == nil {
		return err // it failed before there was anything
	}
	return errors.Join(err, f.out.Close())
}

// properties give a dictionary to columns whose values repeat, and never let go
// of it: a column of which some pages have one and some not lists its encodings
// in random order, and the same table would not give the same bytes. A dictionary
// holds the texts of one row group at most.
func (f *fileWriter) properties() *parquet.WriterProperties {
	all := []parquet.WriterProperty{parquet.WithSortingColumns(f.order), parquet.WithCompression(compress.Codecs.Zstd), parquet.WithCompressionLevel(level), parquet.WithCreatedBy("turnover"), parquet.WithStats(true),
		parquet.WithVersion(parquet.V2_6), parquet.WithMaxRowGroupLength(groupRows), parquet.WithDictionaryPageSizeLimit(math.MaxInt32)}
	for i, c := range f.table.Columns {
		all = append(all, parquet.WithDictionaryFor(c.Name, f.columns[i].often()))
	}
	return parquet.NewWriterProperties(all...)
}
