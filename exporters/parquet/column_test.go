package parquet

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"turnover/internal/table"
)

// mixed has columns that begin in one way and go on in another: words that
// repeat, texts that do not, nulls alone, texts that are no UTF-8.
func mixed(n int) *table.Table {
	at := time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	return &table.Table{Name: "mixed", Columns: []table.Column{{Name: "word", Type: table.Text}, {Name: "text", Type: table.Text}, {Name: "later", Type: table.Text}, {Name: "broken", Type: table.Text},
		{Name: "n", Type: table.Int}, {Name: "f", Type: table.Float}, {Name: "b", Type: table.Bool}, {Name: "day", Type: table.Day}, {Name: "at", Type: table.Instant}},
		Rows: func(yield func(table.Row, error) bool) {
			for i := range n {
				row := table.Row{[]any{"", nil, "a", "b"}[i/3%4], fmt.Sprint(i, "é"), nil, []any{"x\xff", "x\xfe\xff", "x\uFFFD"}[i%3],
					int64(i % 5), math.Inf(1), i%2 == 0, time.Date(1900, 1, 1+i, 0, 0, 0, 0, time.UTC), at.Add(time.Duration(i) * time.Hour)}
				if i > groupRows { // the first row group has no such text
					row[2] = fmt.Sprint(i)
				}
				if i%7 == 0 {
					for c := 4; c < len(row); c++ {
						row[c] = nil
					}
				}
				if !yield(row, nil) {
					return
				}
			}
		}}
}

// read gives the cells of a file as they were written.
func read(t *testing.T, raw []byte) []table.Row {
	t.Helper()
	f, err := file.NewParquetReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.ReadTable(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer all.Release()
	rows := make([]table.Row, all.NumRows())
	for c := range int(all.NumCols()) {
		n := 0
		for _, chunk := range all.Column(c).Data().Chunks() {
			for i := range chunk.Len() {
				rows[n] = append(rows[n], cellOf(chunk, i))
				n++
			}
		}
	}
	return rows
}

func cellOf(from arrow.Array, i int) any {
	if from.IsNull(i) {
		return nil
	}
	switch from := from.(type) {
	case *array.String:
		return from.Value(i)
	case *array.Int64:
		return from.Value(i)
	case *array.Float64:
		return from.Value(i)
	case *array.Boolean:
		return from.Value(i)
	case *array.Date32:
		return from.Value(i).ToTime()
	case *array.Timestamp:
		return from.Value(i).ToTime(arrow.Microsecond)
	}
	return from
}

func TestCellsComeBack(t *testing.T) {
	for _, n := range []int{0, 1, batchRows - 1, batchRows, batchRows + 1, groupRows, groupRows + batchRows, groupRows + batchRows + 1} {
		tab := mixed(n)
		got, i := read(t, bytesOf(t, tab)), 0
		if len(got) != n {
			t.Fatalf("%d rows, want %d", len(got), n)
		}
		for row := range tab.Rows {
			if row[3] = "x\uFFFD"; fmt.Sprint(row) != fmt.Sprint(got[i]) {
				t.Fatalf("%d rows: row %d is\n%v, want\n%v", n, i, got[i], row)
			}
			i++
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	tab := mixed(2 * groupRows)
	b.ReportAllocs()
	for b.Loop() {
		if err := New().WriteTable(context.Background(), io.Discard, nil, tab); err != nil {
			b.Fatal(err)
		}
	}
}

// full is a disk that takes so many bytes.
type full struct{ left int }

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(b), nil
}

// What is written while further rows come fails the table all the same.
func TestAFullDiskIsAnError(t *testing.T) {
	for _, left := range []int{0, 4, 1000} {
		if err := New().WriteTable(context.Background(), &full{left}, nil, mixed(groupRows+1)); err == nil {
			t.Errorf("%d bytes are enough", left)
		}
	}
}
