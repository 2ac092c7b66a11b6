// Package parquet writes one table as one Parquet file: typed columns, zstd,
// row groups that engines can pass over by their statistics, and the order of
// the rows where the table promises one. What a column means and which snapshot
// the file is of stands in the schema's metadata. The same table gives the same
// bytes.
package parquet

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"turnover/internal/table"
)

const (
	batchRows = 16 << 10
	// groupRows is small enough that a question for one month of a long table
	// passes over most groups, and large enough that scans do not suffer.
	groupRows = 128 << 10
)

// An Exporter writes Parquet.
type Exporter struct{}

// New gives the exporter.
func New() *Exporter { return &Exporter{} }

// Format is "parquet".
func (*Exporter) Format() string { return "parquet" }

// WriteTable streams the rows in batches: memory holds one row group of
// compressed pages at most.
func (*Exporter) WriteTable(ctx context.Context, w io.Writer, b *table.Book, t *table.Table) error {
	if err := write(ctx, w, b, t); err != nil {
		return fmt.Errorf("write table %q: %w", t.Name, err)
	}
	return nil
}

func write(ctx context.Context, w io.Writer, b *table.Book, t *table.Table) (err error) {
	schema, err := schemaOf(b, t)
	if err != nil {
		return err
	}
	order, err := orderOf(t)
	if err != nil {
		return err
	}
	f := &fileWriter{ctx: ctx, w: w, columns: t.Columns, schema: schema, order: order, rows: array.NewRecordBuilder(memory.DefaultAllocator, schema), repeats: newRepeats(len(t.Columns))}
	defer f.rows.Release()
	defer func() {
		if cerr := f.close(); err == nil {
			err = cerr
		}
	}()
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		if err := f.add(row); err != nil {
			return fmt.Errorf("row %d: %w", f.n+1, err)
		}
	}
	return f.flush()
}

// A fileWriter writes batch by batch. The file is begun with the first of them,
// whose values say how the columns are encoded.
type fileWriter struct {
	ctx     context.Context
	w       io.Writer
	columns []table.Column
	schema  *arrow.Schema
	order   []parquet.SortingColumn
	rows    *array.RecordBuilder
	repeats *repeats
	out     *pqarrow.FileWriter // nil before the first batch
	n       int
}

func (f *fileWriter) add(row table.Row) error {
	if len(row) != len(f.columns) {
		return fmt.Errorf("%d cells for %d columns", len(row), len(f.columns))
	}
	for i, v := range row {
		if err := add(f.rows.Field(i), f.columns[i], v); err != nil {
			return err
		}
	}
	if f.out == nil {
		f.repeats.add(row)
	}
	if f.n++; f.n%batchRows == 0 {
		return f.flush()
	}
	return nil
}

// flush writes the rows that wait.
func (f *fileWriter) flush() error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	if f.out == nil {
		// The file writer closes what it writes to where it can.
		var err error
		f.out, err = pqarrow.NewFileWriter(f.schema, struct{ io.Writer }{f.w}, f.properties(), pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
		if err != nil {
			return err
		}
	}
	batch := f.rows.NewRecordBatch()
	defer batch.Release()
	if batch.NumRows() == 0 {
		return nil
	}
	return f.out.WriteBuffered(batch)
}

func (f *fileWriter) close() error {
	if f.out == nil {
		return nil // it failed before there was anything
	}
	return f.out.Close()
}

// properties give a dictionary to columns whose values repeat, and never let go
// of it: a column of which some pages have one and some not lists its encodings
// in random order, and the same table would not give the same bytes. A dictionary
// holds the texts of one row group at most.
func (f *fileWriter) properties() *parquet.WriterProperties {
	all := []parquet.WriterProperty{parquet.WithSortingColumns(f.order), parquet.WithCompression(compress.Codecs.Zstd), parquet.WithCreatedBy("turnover"), parquet.WithStats(true),
		parquet.WithVersion(parquet.V2_6), parquet.WithMaxRowGroupLength(groupRows), parquet.WithDictionaryPageSizeLimit(math.MaxInt32)}
	for i, c := range f.columns {
		all = append(all, parquet.WithDictionaryFor(c.Name, f.repeats.often(i)))
	}
	return parquet.NewWriterProperties(all...)
}

// orderOf says in each row group how its rows are sorted.
func orderOf(t *table.Table) ([]parquet.SortingColumn, error) {
	var out []parquet.SortingColumn
	for _, name := range t.Sorted {
		i := slices.IndexFunc(t.Columns, func(c table.Column) bool { return c.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("sorted by %q: there is no such column", name)
		}
		out = append(out, parquet.SortingColumn{ColumnIdx: int32(i), NullsFirst: true})
	}
	return out, nil
}

// schemaOf gives every column its type whether or not it has values.
func schemaOf(b *table.Book, t *table.Table) (*arrow.Schema, error) {
	fields := make([]arrow.Field, len(t.Columns))
	for i, c := range t.Columns {
		kind, err := typeOf(c.Type)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", c.Name, err)
		}
		var keys, values []string
		if c.Doc != "" {
			keys, values = append(keys, "doc"), append(values, c.Doc)
		}
		if c.Unit != "" {
			keys, values = append(keys, "unit"), append(values, c.Unit)
		}
		fields[i] = arrow.Field{Name: c.Name, Type: kind, Nullable: true, Metadata: arrow.NewMetadata(keys, values)}
	}
	meta := bookKeys(b, t)
	return arrow.NewSchema(fields, &meta), nil
}

// bookKeys stand in the schema, because pyarrow shows only those.
func bookKeys(b *table.Book, t *table.Table) arrow.Metadata {
	keys, values := []string{"turnover.schema_version", "turnover.table"}, []string{table.SchemaVersion, t.Name}
	add := func(key, value string) {
		if value != "" {
			keys, values = append(keys, "turnover."+key), append(values, value)
		}
	}
	add("doc", t.Doc)
	if b != nil {
		add("report", b.Name)
		add("project", b.Project)
		add("method", b.Method)
		add("basis", b.Basis)
		add("timezone", b.Timezone)
		add("snapshot", b.Snapshot)
		if !b.AsOf.IsZero() {
			add("as_of", b.AsOf.UTC().Format(time.RFC3339Nano))
		}
	}
	return arrow.NewMetadata(keys, values)
}

func typeOf(t table.Type) (arrow.DataType, error) {
	switch t {
	case table.Text:
		return arrow.BinaryTypes.String, nil
	case table.Int:
		return arrow.PrimitiveTypes.Int64, nil
	case table.Float:
		return arrow.PrimitiveTypes.Float64, nil
	case table.Bool:
		return arrow.FixedWidthTypes.Boolean, nil
	case table.Day:
		return arrow.FixedWidthTypes.Date32, nil
	case table.Instant:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, nil
	}
	return nil, fmt.Errorf("unknown type %q", t)
}

func add(b array.Builder, c table.Column, v any) error {
	if v == nil {
		b.AppendNull()
		return nil
	}
	switch b := b.(type) {
	case *array.StringBuilder:
		if s, ok := v.(string); ok {
			b.Append(valid(s))
			return nil
		}
	case *array.Int64Builder:
		if n, ok := v.(int64); ok {
			b.Append(n)
			return nil
		}
	case *array.Float64Builder:
		if f, ok := v.(float64); ok {
			b.Append(f)
			return nil
		}
	case *array.BooleanBuilder:
		if is, ok := v.(bool); ok {
			b.Append(is)
			return nil
		}
	case *array.Date32Builder:
		if t, ok := v.(time.Time); ok {
			b.Append(arrow.Date32FromTime(t))
			return nil
		}
	case *array.TimestampBuilder:
		if t, ok := v.(time.Time); ok {
			b.Append(arrow.Timestamp(t.UnixMicro()))
			return nil
		}
	}
	return fmt.Errorf("column %q: a %T where the type is %s", c.Name, v, c.Type)
}
