package excel

import (
	"fmt"
	"strings"
	"testing"

	"turnover/internal/table"
)

func TestFaces(t *testing.T) {
	columns := func(n int, ty table.Type) []table.Column {
		out := make([]table.Column, n)
		for i := range out {
			out[i] = table.Column{Name: fmt.Sprintf("c%d", i), Type: ty}
		}
		return out
	}
	wide := func(n, w int) []int {
		out := make([]int, n)
		for i := range out {
			out[i] = w
		}
		return out
	}
	k := &workbook{fold: true}
	for _, c := range []struct {
		name     string
		columns  []table.Column
		measured []int
		first    columnFace
		large    bool
	}{
		{"a short text has its width", columns(1, table.Text), []int{20}, columnFace{wide: 21.5}, false},
		{"a long one is wrapped", columns(2, table.Text), wide(2, 400), columnFace{wide: 60, wrap: true}, false},
		{"many are wrapped more", columns(5, table.Text), wide(5, 100), columnFace{wide: 36, wrap: true}, false},
		{"numbers keep their width", columns(30, table.Int), wide(30, 12), columnFace{wide: 13.5}, true},
		{"a name needs its width", []table.Column{{Name: strings.Repeat("n", 90), Type: table.Text}}, []int{93}, columnFace{wide: 60, wrap: true}, false},
		{"ids are hidden", []table.Column{{Name: "task_id", Type: table.Text}, {Name: "n", Type: table.Int}}, []int{36, 5}, columnFace{wide: 37.5, hidden: true}, false},
		{"ids alone are not", []table.Column{{Name: "task_id", Type: table.Text}, {Name: "id", Type: table.Text}}, []int{36, 36}, columnFace{wide: 37.5}, false},
	} {
		p := &part{face: k.faces(&table.Table{Columns: c.columns}, c.measured)}
		if p.face[0] != c.first || p.large() != c.large {
			t.Errorf("%s: %+v, large %v; want %+v, %v", c.name, p.face[0], p.large(), c.first, c.large)
		}
	}
	after := k.faces(&table.Table{Columns: []table.Column{{Name: "n", Type: table.Int}, {Name: "x_id", Type: table.Text}, {Name: "s", Type: table.Text}}}, []int{5, 36, 5})
	if after[2].inset != 1 {
		t.Error("a text touches the number before it")
	}
}
