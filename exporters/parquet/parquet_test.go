package parquet

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"

	"turnover/internal/table"
)

func example(n int) *table.Table {
	return &table.Table{Name: "all", Doc: "One row is one.", Columns: []table.Column{{Name: "t", Type: table.Text}, {Name: "i", Type: table.Int, Unit: "frames", Doc: "Length."}, {Name: "f", Type: table.Float},
		{Name: "b", Type: table.Bool}, {Name: "d", Type: table.Day}, {Name: "at", Type: table.Instant}, {Name: "nothing", Type: table.Day}},
		Rows: func(yield func(table.Row, error) bool) {
			for i := range n {
				d := time.Date(2026, 1, 1+i%365, 0, 0, 0, 0, time.UTC)
				if !yield(table.Row{"010\x00é\xff", int64(i), float64(i) / 3, i%2 == 0, d, d.Add(time.Microsecond), nil}, nil) {
					return
				}
			}
		}}
}

func bytesOf(t *testing.T, tab *table.Table) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := New().WriteTable(context.Background(), &out, &table.Book{Snapshot: "s1", AsOf: time.Unix(1e9, 0)}, tab); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSameTableSameBytesAndRowsBack(t *testing.T) {
	for _, n := range []int{0, 1, batchRows, 50_000} {
		raw := bytesOf(t, example(n))
		if !bytes.Equal(raw, bytesOf(t, example(n))) {
			t.Fatalf("%d rows: other bytes", n)
		}
		got, err := Rows(context.Background(), bytes.NewReader(raw))
		if err != nil || got != int64(n) {
			t.Fatalf("read back %d rows, %v; want %d", got, err, n)
		}
		for _, cut := range []int{0, 3, len(raw) / 2, len(raw) - 1} {
			if _, err := Rows(context.Background(), bytes.NewReader(raw[:cut])); err == nil {
				t.Fatalf("a file cut at %d of %d bytes reads without an error", cut, len(raw))
			}
		}
	}
}

func TestWrongCellIsAnError(t *testing.T) {
	tab := example(0)
	tab.Rows = table.Of([]table.Row{{"x", "1", nil, nil, nil, nil, nil}})
	if err := New().WriteTable(context.Background(), &bytes.Buffer{}, nil, tab); err == nil {
		t.Fatal("a text in a column of numbers is no error")
	}
}

// TestLargeTablesHaveOneEncodingAColumn: what is written twice is the same to
// the byte, also where the first rows repeat and later ones do not.
func TestLargeTablesHaveOneEncodingAColumn(t *testing.T) {
	tab := &table.Table{Name: "ids", Sorted: []string{"id"}, Columns: []table.Column{{Name: "id", Type: table.Text}, {Name: "turns", Type: table.Text}, {Name: "kind", Type: table.Text}, {Name: "n", Type: table.Int}},
		Rows: func(yield func(table.Row, error) bool) {
			for i := range groupRows + 5000 {
				id := fmt.Sprintf("%08d-0000-4000-8000-%012d", i, i*i)
				turns := id
				if i < batchRows {
					turns = "the same"
				}
				if !yield(table.Row{id, turns, fmt.Sprint(i % 7), int64(i * 31)}, nil) {
					return
				}
			}
		}}
	raw := bytesOf(t, tab)
	for range 4 {
		if !bytes.Equal(raw, bytesOf(t, tab)) {
			t.Fatal("other bytes")
		}
	}
	r, err := file.NewParquetReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if r.NumRowGroups() != 2 {
		t.Errorf("%d row groups", r.NumRowGroups())
	}
	for g := range r.NumRowGroups() {
		for i := range len(tab.Columns) {
			c, err := r.MetaData().RowGroup(g).ColumnChunk(i)
			if err != nil {
				t.Fatal(err)
			}
			data := map[parquet.Encoding]bool{}
			for _, s := range c.EncodingStats() {
				if fmt.Sprint(s.PageType) != "DICTIONARY_PAGE" {
					data[s.Encoding] = true
				}
			}
			if set, _ := c.StatsSet(); len(data) != 1 || !set {
				t.Errorf("group %d, %s: encodings %v, statistics %v", g, tab.Columns[i].Name, data, set)
			}
		}
	}
}
