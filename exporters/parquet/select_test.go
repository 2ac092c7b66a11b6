package parquet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"turnover/internal/table"
)

func selected(t testing.TB, raw []byte, s Selection) ([]table.Row, error) {
	t.Helper()
	var out []table.Row
	for row, err := range Select(context.Background(), bytes.NewReader(raw), s) {
		if err != nil {
			return out, err
		}
		out = append(out, slices.Clone(row))
	}
	return out, nil
}

// projects has sorted rows of three productions, over several row groups.
func projects(rows int) *table.Table {
	return &table.Table{Name: "many", Sorted: []string{"project_id"}, Columns: []table.Column{{Name: "project_id", Type: table.Text}, {Name: "id", Type: table.Text}, {Name: "n", Type: table.Int}},
		Rows: func(yield func(table.Row, error) bool) {
			for i := range rows {
				var n any
				if i%3 > 0 {
					n = int64(i)
				}
				if !yield(table.Row{fmt.Sprint("p", i*3/rows), fmt.Sprint("id ", i), n}, nil) {
					return
				}
			}
		}}
}

func TestSelectGivesWhatWasWritten(t *testing.T) {
	for _, n := range []int{0, 1, selectRows + 1, 2*groupRows + 5} {
		tab := example(n)
		got, err := selected(t, bytesOf(t, tab), Selection{Columns: tab.Columns, Rows: int64(n)})
		if err != nil {
			t.Fatal(err)
		}
		i := 0
		for want := range tab.Rows {
			want[0] = "010\x00é\uFFFD"
			if !slices.EqualFunc(got[i], want, func(a, b any) bool {
				at, isTime := a.(time.Time)
				return a == b || isTime && at.Equal(b.(time.Time))
			}) {
				t.Fatalf("row %d is %v, want %v", i, got[i], want)
			}
			i++
		}
		if i != len(got) {
			t.Errorf("%d rows, want %d", len(got), i)
		}
	}
}

func TestSelectChoosesColumnsAndRows(t *testing.T) {
	tab := projects(3 * groupRows)
	raw := bytesOf(t, tab)
	columns := []table.Column{tab.Columns[2], tab.Columns[1], tab.Columns[0]} // in any order
	got, err := selected(t, raw, Selection{Columns: columns, Rows: 3 * groupRows, Where: "project_id", Equals: "p1"})
	if err != nil || len(got) != groupRows {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	for i, row := range got {
		if n := groupRows + i; row[1] != fmt.Sprint("id ", n) || row[2] != "p1" || (row[0] == nil) != (n%3 == 0) {
			t.Fatalf("row %d is %v", i, row)
		}
	}
	r, err := newSelector(t.Context(), bytes.NewReader(raw), Selection{Columns: columns, Rows: 3 * groupRows, Where: "project_id", Equals: "p1"})
	if err != nil || len(r.groups) != 1 {
		t.Errorf("row groups %v are read, %v: one has the production", r.groups, err)
	}
	if got, err := selected(t, raw, Selection{Columns: columns, Rows: 3 * groupRows, Where: "project_id", Equals: "p4"}); err != nil || len(got) > 0 {
		t.Errorf("%d rows of no production, %v", len(got), err)
	}
}

func TestSelectRefuses(t *testing.T) {
	tab := example(50)
	raw := bytesOf(t, tab)
	of := func(name string, kind table.Type) []table.Column { return []table.Column{{Name: name, Type: kind}} }
	for want, s := range map[string]Selection{
		`no column "x"`:                      {Columns: of("x", table.Int), Rows: 50},
		"should be int":                      {Columns: of("t", table.Int), Rows: 50},
		"should be day":                      {Columns: of("at", table.Day), Rows: 50},
		"it has 50 rows, and should have 51": {Columns: of("t", table.Text), Rows: 51},
	} {
		if rows, err := selected(t, raw, s); err == nil || !strings.Contains(err.Error(), want) || len(rows) > 0 {
			t.Errorf("%s: %v, %d rows", want, err, len(rows))
		}
	}
	for cut := range len(raw) {
		if _, err := selected(t, raw[:cut], Selection{Columns: tab.Columns, Rows: 50}); err == nil {
			t.Fatalf("cut at %d of %d bytes it reads without an error", cut, len(raw))
		}
	}
	far := &table.Table{Name: "far", Columns: of("d", table.Day), Rows: table.Of([]table.Row{{time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)}})}
	if _, err := selected(t, bytesOf(t, far), Selection{Columns: far.Columns, Rows: 1}); err == nil || !strings.Contains(err.Error(), "year 20000") {
		t.Errorf("a day of the year 20000: %v", err)
	}
}

func TestSelectEndsWithItsContext(t *testing.T) {
	const rows = 10 * selectRows
	tab := projects(rows)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	n := 0
	for _, err := range Select(ctx, bytes.NewReader(bytesOf(t, tab)), Selection{Columns: tab.Columns, Rows: rows}) {
		if stop(); err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			break
		}
		n++
	}
	if n > 3*selectRows { // what was read ahead
		t.Errorf("%d of %d rows after the end", n, rows)
	}
}

// FuzzSelect: any bytes give as many rows as are asked for, or an error; never a
// panic.
func FuzzSelect(f *testing.F) {
	all := example(0).Columns
	for _, n := range []int{0, 1, 40} {
		var out bytes.Buffer
		if err := New().WriteTable(context.Background(), &out, nil, example(n)); err != nil {
			f.Fatal(err)
		}
		f.Add(out.Bytes(), int64(n))
	}
	f.Fuzz(func(t *testing.T, raw []byte, rows int64) {
		if rows > 1000 {
			return // what a file promises costs no memory that it does not have
		}
		got, err := selected(t, raw, Selection{Columns: all, Rows: rows})
		if err == nil && int64(len(got)) != rows {
			t.Fatalf("%d rows, and no error: %d were asked for", len(got), rows)
		}
	})
}

func BenchmarkSelect(b *testing.B) {
	var out bytes.Buffer
	tab := projects(groupRows)
	if err := New().WriteTable(context.Background(), &out, nil, tab); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range Select(context.Background(), bytes.NewReader(out.Bytes()), Selection{Columns: tab.Columns, Rows: groupRows}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
