package dataset

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"turnover/internal/table"
)

func TestKeysCompareAsCells(t *testing.T) {
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for _, ascending := range [][]any{
		{nil, "", "\x00", "\x00\x00", "\x00a", "a", "a\x00", "a\x00b", "ab", "b", "é", "\xff"},
		{nil, int64(math.MinInt64), int64(-256), int64(-1), int64(0), int64(1), int64(255), int64(256), int64(math.MaxInt64)},
		{nil, math.Inf(-1), -2.5, -1e-300, 0.0, 1e-300, 2.5, math.Inf(1)},
		{nil, false, true},
		{nil, time.Unix(-1e10, 0), time.Unix(-1, 0), time.Unix(0, 0), day, day.Add(time.Microsecond)},
	} {
		for i, a := range ascending {
			for j, b := range ascending {
				x, err := appendKey(nil, a)
				if err != nil {
					t.Fatal(err)
				}
				y, _ := appendKey(nil, b)
				// What follows must not matter where the first cells differ.
				if got := bytes.Compare(append(x, 0xff), append(y, 0xff)); got != cmp.Compare(i, j) {
					t.Errorf("%v compares with %v as %d", a, b, got)
				}
			}
		}
	}
}

func spoolTable() *table.Table {
	return &table.Table{Name: "t", Sorted: []string{"day", "n"}, Columns: []table.Column{{Name: "project_id", Type: table.Text}, {Name: "n", Type: table.Int},
		{Name: "day", Type: table.Day}, {Name: "f", Type: table.Float}, {Name: "b", Type: table.Bool}, {Name: "text", Type: table.Text}}}
}

func randomRow(r *rand.Rand, i int) table.Row {
	row := table.Row{fmt.Sprint("p", r.IntN(3)), int64(r.IntN(50) - 25), time.Date(2026, 1, 1+r.IntN(20), 0, 0, 0, 0, time.UTC), r.NormFloat64(), r.IntN(2) == 0, fmt.Sprint("row ", i)}
	if r.IntN(5) == 0 {
		row[1+r.IntN(5)] = nil
	}
	return row
}

func TestSpoolSortsInBoundedMemory(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	r := rand.New(rand.NewPCG(1, 2))
	for _, limit := range []int{1 << 30, 20_000, 500} {
		p := &pool{limit: limit}
		first, err := p.spool(spoolTable())
		if err != nil {
			t.Fatal(err)
		}
		other, _ := p.spool(spoolTable())
		var want []table.Row
		for i := range 3000 {
			row := randomRow(r, i)
			want = append(want, row)
			if err := first.add(row); err != nil {
				t.Fatal(err)
			}
			if i%3 == 0 {
				if err := other.add(row); err != nil {
					t.Fatal(err)
				}
			}
			if p.used > limit || p.used != first.held+other.held {
				t.Fatalf("holds %d bytes, says %d, may %d", first.held+other.held, p.used, limit)
			}
		}
		key := func(row table.Row) []byte {
			b, _ := appendKey(nil, row[2])
			b, _ = appendKey(b, row[1])
			return b
		}
		slices.SortStableFunc(want, func(a, b table.Row) int { return bytes.Compare(key(a), key(b)) })
		got, err := table.Collect(first.sorted())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("limit %d: other rows or another order (%v)", limit, err)
		}
		if first.sorter.Len() != 3000 || first.count["p0"]+first.count["p1"]+first.count["p2"] != 3000 {
			t.Errorf("counted %d, %v", first.sorter.Len(), first.count)
		}
		if err := p.close(); err != nil {
			t.Fatal(err)
		}
		if left, _ := os.ReadDir(temp); len(left) > 0 {
			t.Errorf("files are left: %v", left)
		}
	}
}

// FuzzRow: what was kept reads back as it was, and other bytes give an error or
// a row, never a panic.
func FuzzRow(f *testing.F) {
	f.Add([]byte("\x01\x05hello\x02\x08\x06\x10\x03abcdefgh\x04\x01\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		row, err := newRowReader(6).row(raw)
		if err != nil {
			return
		}
		var kept []byte
		for _, cell := range row {
			if kept, err = appendCell(kept, cell); err != nil {
				t.Fatal(err)
			}
		}
		again, err := newRowReader(6).row(kept)
		if err != nil {
			t.Fatal(err)
		}
		for i := range row {
			if x, ok := row[i].(float64); ok && math.IsNaN(x) {
				continue
			}
			if !reflect.DeepEqual(row[i], again[i]) {
				t.Fatalf("cell %d was %v and is %v", i, row[i], again[i])
			}
		}
	})
}
