package excel

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"turnover/importers"
	"turnover/internal/diag"
)

// peer is what another reader made of one sheet.
type peer struct {
	Rows   [][]any `json:"rows"`
	Hidden []int   `json:"hidden_rows"`
	Struck []int   `json:"strike_rows"`
}

// facts are what established readers say of a workbook, by sheet.
func facts(t *testing.T, file, reader string) map[string]peer {
	b, err := os.ReadFile(file + ".expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var expected struct {
		Peers map[string]json.RawMessage `json:"peers"`
	}
	if err := json.Unmarshal(b, &expected); err != nil {
		t.Fatal(err)
	}
	out := map[string]peer{}
	_ = json.Unmarshal(expected.Peers[reader], &out) // a reader that failed says so in words, and gives no sheets
	return out
}

// text writes a peer's value as a cell shows it.
func text(v any) string {
	switch v := v.(type) {
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strings.ToUpper(fmt.Sprint(v))
	case string:
		return strings.TrimSpace(v)
	}
	return ""
}

// Where established readers give rows, ours are the same: names and frames,
// row by row, or an error at the row. Values of merged cells come from above.
func TestFacts(t *testing.T) {
	for file, rate := range map[string]int{
		"made-openpyxl-plain.xlsx": 20, "made-openpyxl-production.xlsx": 20, "made-libreoffice-xlsxwriter-production.xlsx": 15,
		"made-xlsxwriter-1904.xlsx": 1, "made-xlsxwriter-number-ids.xlsx": 10, "made-xlsxwriter-two-tables-side-by-side.xlsx": 12,
	} {
		t.Run(file, func(t *testing.T) {
			path := filepath.Join(shared(t), "corpus", "xlsx", file)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			list, found := parse(t, file, b, importers.Options{SheetOptions: importers.SheetOptions{Merged: importers.Fill}})
			calamine, openpyxl := facts(t, path, "calamine")[list.Source.Sheet], facts(t, path, "openpyxl")[list.Source.Sheet]
			if len(list.Entries) != rate || len(calamine.Rows) == 0 {
				t.Fatalf("%d entries and %d rows of facts in sheet %q, want %d", len(list.Entries), len(calamine.Rows), list.Source.Sheet, rate)
			}
			columns := map[string]int{}
			for _, c := range list.Columns {
				columns[c.Field] = c.Place.Column - 1
			}
			same := func(field, got string, row int) {
				i, ok := columns[field]
				if !ok {
					return
				}
				want := text(calamine.Rows[row-1][i])
				for above := row - 2; want == "" && above >= 0 && (field == "episode" || field == "sequence"); above-- {
					want = text(calamine.Rows[above][i])
				}
				if _, err := strconv.ParseFloat(got, 64); err == nil && got != want { // 10 shown as 0010
					got = strings.TrimLeft(got, "0")
					want = strings.TrimLeft(want, "0")
				}
				if got != want && !faultAt(found, row) {
					t.Errorf("row %d: %s is %q, want %q", row, field, got, want)
				}
			}
			for _, e := range list.Entries {
				row := e.Place.Line
				same("episode", e.Episode.Text, row)
				same("sequence", e.Sequence.Text, row)
				same("shot", e.Shot.Text, row)
				if e.NbFrames.Given() {
					same("nb_frames", strconv.FormatInt(e.NbFrames.Value, 10), row)
				} else {
					same("nb_frames", "", row)
				}
				if struck := slices.Contains(openpyxl.Struck, row); e.Omitted.Value != struck {
					t.Errorf("row %d: omitted %v, struck through %v", row, e.Omitted.Value, struck)
				}
			}
			for _, row := range openpyxl.Hidden {
				if !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Code == importers.CodeHiddenRows && d.Place.Line == row }) {
					t.Errorf("nothing says that row %d is hidden: %v", row, found)
				}
			}
		})
	}
}

func faultAt(found diag.List, row int) bool {
	return slices.ContainsFunc(found, func(d diag.Diagnostic) bool {
		return d.Severity == diag.Error && d.Place.Line == row && d.Place.Cell != ""
	})
}

// The old date system counts from another day.
func Test1904(t *testing.T) {
	path := filepath.Join(shared(t), "corpus", "xlsx", "made-xlsxwriter-1904.xlsx")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list, _ := parse(t, "a.xlsx", b, importers.Options{})
	want := strings.TrimPrefix(text(facts(t, path, "calamine")["Shots"].Rows[1][2]), "date:")
	if got := list.Entries[0].Fields[0].Cell.Text; got != want || want != "2024-11-05" {
		t.Errorf("due on %q, want %q", got, want)
	}
}
