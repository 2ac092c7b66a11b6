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
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"

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
	f := &fileWriter{ctx: ctx, w: w, table: t, schema: schema, order: order}
	for _, c := range t.Columns {
		made, err := columnOf(c.Type)
		if err != nil {
			return err
		}
		f.columns = append(f.columns, made)
	}
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
	return f.flush(true)
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
