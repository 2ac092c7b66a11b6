package csv

import (
	"context"
	"strings"
	"testing"
	"time"

	"turnover/exporters"
	"turnover/internal/table"
)

var nasty = &table.Table{Name: "t", Columns: []table.Column{
	{Name: "name", Type: table.Text}, {Name: "n", Type: table.Int}, {Name: "f", Type: table.Float}, {Name: "at", Type: table.Instant}, {Name: "day", Type: table.Day}, {Name: "ok", Type: table.Bool}},
	Rows: table.Of([]table.Row{
		{"=A1", int64(-5), -1.5, time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), true},
		{"'=A1", nil, 1e21, nil, nil, nil}, {"010", nil, nil, nil, nil, nil}, {"a,\"b\"\nc", nil, nil, nil, nil, nil}, {"-", nil, nil, nil, nil, nil}, {"@x", nil, nil, nil, nil, nil}, {"Éa", nil, nil, nil, nil, nil},
	})}

func write(t *testing.T, e exporters.Exporter) string {
	t.Helper()
	var out strings.Builder
	if err := e.WriteTable(context.Background(), &out, &table.Book{}, nasty); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFormulasAreDefused(t *testing.T) {
	want := `name,n,f,at,day,ok
'=A1,-5,-1.5,2026-01-02T03:04:05.000006Z,2026-01-02,true
''=A1,,1000000000000000000000,,,
010,,,,,
"a,""b""
c",,,,,
-,,,,,
'@x,,,,,
Éa,,,,,
`
	if got := write(t, New()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
