package parquet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"turnover/internal/table"
)

const (
	selectRows = 8 << 10
	// largestChunk bounds what one column of one row group may unpack to: ours
	// have some megabytes, and who made the file may be anybody.
	largestChunk = 1 << 30
)

// A Selection is what is read of a file.
type Selection struct {
	Columns []table.Column
	Rows    int64 // that the file must have
	// Where names a column of text, one of Columns, that must equal a text; "" is
	// all rows. Row groups whose statistics rule it out are passed over.
	Where, Equals string
}

// Select reads columns of a file batch by batch, each while the rows of the one
// before are looked at. A row is good until the next one. The file may be
// anybody's: what is wrong with it is an error, never a panic. It stays open.
func Select(ctx context.Context, from parquet.ReaderAtSeeker, s Selection) table.Rows {
	return func(yield func(table.Row, error) bool) {
		r, err := newSelector(ctx, from, s)
		if err != nil {
			yield(nil, err)
			return
		}
		where := slices.IndexFunc(s.Columns, func(c table.Column) bool { return c.Name == s.Where })
		row := make(table.Row, len(s.Columns))
		batches, free, stop := r.ahead()
		defer stop()
		for b := range batches {
			if b.err != nil {
				yield(nil, b.err)
				return
			}
			for i := range b.n {
				if where >= 0 && b.cells[where][i] != s.Equals {
					continue
				}
				for c := range row {
					row[c] = b.cells[c][i]
				}
				if !yield(row, nil) {
					return
				}
			}
			free <- b.cells
		}
	}
}

// A batch is rows by column, or why there are no more.
type batch struct {
	cells [][]any
	n     int
	err   error
}

// ahead reads the batches on a goroutine of its own, which has ended when stop
// returns. Who has looked at a batch gives its cells back to free.
func (r *selector) ahead() (batches <-chan batch, free chan<- [][]any, stop func()) {
	out, spare, done := make(chan batch), make(chan [][]any, 2), make(chan struct{})
	for range cap(spare) {
		spare <- make([][]any, len(r.what.Columns))
	}
	go func() {
		defer close(out)
		for b := (batch{}); b.err == nil; {
			select {
			case b.cells = <-spare:
			case <-done:
				return
			}
			if b.n, b.err = r.next(b.cells); errors.Is(b.err, io.EOF) {
				return
			}
			select {
			case out <- b:
			case <-done:
				return
			}
		}
	}()
	return out, spare, func() {
		close(done)
		for range out { // until it has ended
		}
	}
}

// A selector reads one row group after the other.
type selector struct {
	ctx    context.Context
	what   Selection
	file   *file.Reader
	reader *pqarrow.FileReader
	at     []int // the columns' places in the file
	groups []int // that are left to read
	batch  pqarrow.RecordReader
	read   int64 // rows of the row group that is being read
}

// guarded makes an error of what the library panics about.
func guarded(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("it is damaged: %v", r)
	}
}

func newSelector(ctx context.Context, from parquet.ReaderAtSeeker, s Selection) (r *selector, err error) {
	defer guarded(&err)
	f, err := file.NewParquetReader(struct{ parquet.ReaderAtSeeker }{from})
	if err != nil {
		return nil, err
	}
	if f.NumRows() != s.Rows {
		return nil, fmt.Errorf("it has %d rows, and should have %d", f.NumRows(), s.Rows)
	}
	r = &selector{ctx: ctx, what: s, file: f}
	properties := pqarrow.ArrowReadProperties{BatchSize: selectRows}
	for _, c := range s.Columns {
		at := f.MetaData().Schema.ColumnIndexByName(c.Name)
		if at < 0 {
			return nil, fmt.Errorf("it has no column %q", c.Name)
		}
		r.at = append(r.at, at)
		if c.Type == table.Text && f.NumRowGroups() > 0 {
			chunk, err := f.MetaData().RowGroup(0).ColumnChunk(at)
			if err != nil {
				return nil, err
			}
			properties.SetReadDict(at, chunk.HasDictionaryPage()) // a text of many rows is made once
		}
	}
	if r.reader, err = pqarrow.NewFileReader(f, properties, memory.DefaultAllocator); err != nil {
		return nil, err
	}
	if err := r.checkTypes(); err != nil {
		return nil, err
	}
	return r, r.chooseGroups()
}

// checkTypes makes sure that columns are of the types that are asked for, and
// no parts of others.
func (r *selector) checkTypes() error {
	if len(r.reader.Manifest.Fields) != r.file.MetaData().Schema.NumColumns() {
		return errors.New("it has columns within columns")
	}
	for i, c := range r.what.Columns {
		field := r.reader.Manifest.Fields[r.at[i]].Field
		want, err := typeOf(c.Type)
		if err != nil {
			return err
		}
		got := field.Type
		if d, ok := got.(*arrow.DictionaryType); ok {
			got = d.ValueType
		}
		if field.Name != c.Name || !arrow.TypeEqual(got, want) {
			return fmt.Errorf("its column %q is of type %s, and should be %s", c.Name, field.Type, c.Type)
		}
	}
	return nil
}

// chooseGroups finds the row groups that may have rows to give.
func (r *selector) chooseGroups() error {
	var rows int64
	for g := range r.file.NumRowGroups() {
		group := r.file.MetaData().RowGroup(g)
		if group.NumRows() < 0 || group.NumRows() > r.what.Rows {
			return fmt.Errorf("its row group %d has %d rows", g, group.NumRows())
		}
		rows += group.NumRows()
		wanted := group.NumRows() > 0
		for i, c := range r.what.Columns {
			chunk, err := group.ColumnChunk(r.at[i])
			if err != nil {
				return err
			}
			if n := chunk.TotalUncompressedSize(); n < 0 || n > largestChunk {
				return fmt.Errorf("its column %q unpacks to %d bytes in one row group, over %d", c.Name, n, largestChunk)
			}
			wanted = wanted && (c.Name != r.what.Where || mayEqual(chunk, r.what.Equals))
		}
		if wanted {
			r.groups = append(r.groups, g)
		}
	}
	if rows != r.what.Rows {
		return fmt.Errorf("its row groups have %d rows, and should have %d", rows, r.what.Rows)
	}
	return nil
}

// mayEqual tells whether a column's statistics allow a text.
func mayEqual(chunk *metadata.ColumnChunkMetaData, text string) bool {
	s, err := chunk.Statistics()
	stats, ok := s.(*metadata.ByteArrayStatistics)
	if err != nil || !ok || !stats.HasMinMax() {
		return true
	}
	return string(stats.Min()) <= text && text <= string(stats.Max())
}

// next decodes one batch into cells, by column, and tells how many rows it has;
// io.EOF after the last.
func (r *selector) next(cells [][]any) (n int, err error) {
	defer guarded(&err)
	for {
		if err := r.ctx.Err(); err != nil {
			return 0, err
		}
		if r.batch == nil {
			if len(r.groups) == 0 {
				return 0, io.EOF
			}
			if r.batch, err = r.reader.GetRecordReader(r.ctx, r.at, r.groups[:1]); err != nil {
				return 0, err
			}
		}
		if r.batch.Next() {
			return r.decode(cells)
		}
		if err := r.ended(); err != nil {
			return 0, err
		}
	}
}

// ended makes sure that a row group was read whole.
func (r *selector) ended() error {
	if err := r.batch.Err(); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if want := r.file.MetaData().RowGroup(r.groups[0]).NumRows(); r.read != want {
		return fmt.Errorf("its row group %d has %d rows where %d are promised", r.groups[0], r.read, want)
	}
	r.batch.Release()
	r.batch, r.groups, r.read = nil, r.groups[1:], 0
	return nil
}

func (r *selector) decode(cells [][]any) (int, error) {
	batch := r.batch.RecordBatch()
	n := int(batch.NumRows())
	r.read += int64(n)
	for i, c := range r.what.Columns {
		// The batch has the columns in the file's order.
		at := batch.Schema().FieldIndices(c.Name)
		if len(at) != 1 || batch.Column(at[0]).Len() != n {
			return 0, fmt.Errorf("its column %q does not have %d rows", c.Name, n)
		}
		var err error
		if cells[i], err = appendCells(cells[i][:0], batch.Column(at[0])); err != nil {
			return 0, fmt.Errorf("its column %q: %w", c.Name, err)
		}
	}
	return n, nil
}
