package made

import (
	"reflect"
	"testing"
	"time"

	"turnover/exporters"
	"turnover/internal/table"
)

func collect(t *testing.T, tab *table.Table) []table.Row {
	t.Helper()
	rows, err := table.Collect(tab.Rows)
	if err != nil {
		t.Fatal(err)
	}
	for n, row := range rows {
		if err := exporters.CheckRow(tab.Columns, row); err != nil {
			t.Fatalf("row %d: %v", n, err)
		}
	}
	return rows
}

// The same each time, and as the comments tell other programs.
func TestMadeTables(t *testing.T) {
	book := Workbook(50_001, 7)
	for _, c := range []struct {
		table *table.Table
		rows  int
		at    int
		want  table.Row
	}{
		{book.Tables[0], 16_667, 16_666, table.Row{"16666", int64(3)}},
		{book.Tables[1], 50_001, 2, table.Row{"0", int64(14), 2 / 7.0, day(2020, 1, 3), "E02/SQ002/SH00002", "0", int64(14)}},
		{book.Tables[1], 50_001, 50_000, table.Row{"16666", int64(0), 50_000 / 7.0, day(2025, 6, 23), "E02/SQ240/SH50000", "16666", int64(0)}},
		{Facts(50_001), 50_001, 0, table.Row{int64(0), "P00", "E00/SQ000/SH00000", "Person 0000", "Type 0", nil, nil, day(2020, 1, 1), int64(0), 0.0, 0.0, "tag 0,tag 0"}},
		{Facts(50_001), 50_001, 49_999, table.Row{int64(49_999), "P07", "E07/SQ023/SH04999", "Person 0993", "Type 4", "Status 5", day(2025, 6, 22),
			day(2020, 1, 1).Add(49_999 * 30_000_001 * time.Microsecond), int64(81), 409.963, 49_999 / 7.0, "tag 7,tag 4"}},
	} {
		rows := collect(t, c.table)
		if len(rows) != c.rows || !reflect.DeepEqual(rows[c.at], c.want) {
			t.Errorf("%s: %d rows, want %d; row %d is\n%v, want\n%v", c.table.Name, len(rows), c.rows, c.at, rows[c.at], c.want)
		}
		if !reflect.DeepEqual(rows, collect(t, c.table)) {
			t.Errorf("%s: other rows when read again", c.table.Name)
		}
	}
	if book.Tables[0].Behind.Table != book.Tables[1].Name {
		t.Errorf("totals lead to %q", book.Tables[0].Behind.Table)
	}
}

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
