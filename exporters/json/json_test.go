package json

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"turnover/internal/table"
)

func book() *table.Book {
	at, before := time.Date(2026, 1, 2, 3, 4, 5, 600000000, time.UTC), 1000.0
	return &table.Book{Previous: "2026-W01", Banner: "No list came.", Answers: []table.Answer{
		{Question: "On <quota>?", Verdict: "behind", Tone: table.Bad, Figure: "frames", Value: 812, Unit: "frames", Before: &before, Table: "t"},
		{Question: "Who is stuck?", Value: math.Inf(1), Decimals: 2}},
		Name: "quota", Title: "Quota", Project: "tv", Method: "weighted", AsOf: at, Snapshot: "abc",
		Totals: []table.Total{{Name: "frames", Value: 1e21}},
		Tables: []*table.Table{{Name: "t", Columns: []table.Column{
			{Name: "name", Type: table.Text}, {Name: "n", Type: table.Int, Unit: "frames"}, {Name: "f", Type: table.Float}, {Name: "at", Type: table.Instant}, {Name: "day", Type: table.Day}, {Name: "ok", Type: table.Bool}},
			Rows: table.Of([]table.Row{{"<a>&\"\u2028é", int64(1 << 60), 0.1, at, at, true}, {nil, nil, math.NaN(), nil, nil, nil}})}}}
}

func TestWriteBook(t *testing.T) {
	var out strings.Builder
	if err := New().WriteBook(context.Background(), &out, book()); err != nil {
		t.Fatal(err)
	}
	want := `{"report":"quota","title":"Quota","project":"tv","method":"weighted","basis":null,"timezone":null,"from":null,"to":null,"as_of":"2026-01-02T03:04:05.6Z","snapshot":"abc","previous":"2026-W01","banner":"No list came.","answers":[` +
		`{"question":"On <quota>?","verdict":"behind","tone":"bad","figure":"frames","value":812,"unit":"frames","decimals":0,"before":1000,"change":-188,"change_share":-0.188,"table":"t"},` +
		`{"question":"Who is stuck?","verdict":null,"tone":null,"figure":null,"value":null,"unit":null,"decimals":2,"before":null,"change":null,"change_share":null,"table":null}],"tables":[
{"name":"t","columns":[{"name":"name","type":"text","unit":null},{"name":"n","type":"int","unit":"frames"},{"name":"f","type":"float","unit":null},{"name":"at","type":"instant","unit":null},{"name":"day","type":"day","unit":null},{"name":"ok","type":"bool","unit":null}],"rows":[
["<a>&\"\u2028é",1152921504606846976,0.1,"2026-01-02T03:04:05.6Z","2026-01-02",true],
[null,null,null,null,null,null]
]}],
"control_totals":{"frames":1000000000000000000000}}
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	if !json.Valid([]byte(out.String())) {
		t.Error("not JSON")
	}
}

func TestWriteTable(t *testing.T) {
	var out strings.Builder
	b := book()
	if err := New().WriteTable(context.Background(), &out, b, b.Tables[0]); err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := json.Unmarshal([]byte(out.String()), &rows); err != nil || len(rows) != 2 || rows[0]["name"] != "<a>&\"\u2028é" || rows[1]["name"] != nil {
		t.Errorf("%v: %s", err, out.String())
	}
	if at := strings.Index(out.String(), `"name":`); at < 0 || at > strings.Index(out.String(), `"ok":`) {
		t.Error("columns are not in their order")
	}
	out.Reset()
	if err := New().WriteBook(context.Background(), &out, &table.Book{Name: "quota"}); err != nil || !strings.Contains(out.String(), `"answers":[],`) {
		t.Errorf("%v: a book without answers is %s", err, out.String())
	}
	out.Reset()
	empty := &table.Table{Name: "e", Rows: table.Of(nil)}
	if err := New().WriteTable(context.Background(), &out, b, empty); err != nil || out.String() != "[]\n" {
		t.Errorf("%v: %q", err, out.String())
	}
}
