package csv

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"turnover/importers"
	"turnover/internal/diag"
)

// table is what pandas made of a file when it took everything for text.
type table struct {
	Columns []string    `json:"columns"`
	Rows    [][]*string `json:"rows"`
}

// Where pandas reads a file as it is meant, names and frames are the same row
// by row; what differs stands with the reason, and so does what pandas cannot
// read.
func TestFacts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t), "corpus", "csv", "*.csv"))
	if err != nil || len(files) < 15 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	unread := map[string]string{ // pandas or its sniffer fails
		"made-european-decimals.csv": "windows-1252", "made-mixed-encoding.csv": "two encodings", "made-ragged-and-bad-values.csv": "long row",
		"made-tab-utf16le.csv": "utf-16", "made-unclosed-quote.csv": "quote", "made-xlsx-renamed.csv": "workbook",
		"made-single-column.csv": "split at a letter", "made-pipe-storyboardpro.csv": "split at blanks",
	}
	compared := 0
	for _, path := range files {
		name := filepath.Base(path)
		want := tableOf(t, path)
		if why := unread[name]; (why != "") == (len(want.Rows) > 0) && why != "split at a letter" && why != "split at blanks" {
			t.Errorf("%s: pandas gives %d rows, though it is said of it: %q", name, len(want.Rows), why)
		}
		if unread[name] != "" {
			continue
		}
		list, found := read(t, path, importers.Options{})
		compared += compare(t, name, list, found, want)
	}
	if compared < 40 {
		t.Errorf("only %d rows were compared", compared)
	}
}

func tableOf(t *testing.T, path string) table {
	b, err := os.ReadFile(path + ".expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var expected struct {
		Peers struct {
			Pandas struct {
				Text table `json:"sniff_str"`
			} `json:"pandas_read_csv"`
		} `json:"peers"`
	}
	if err := json.Unmarshal(b, &expected); err != nil {
		t.Fatal(err)
	}
	return expected.Peers.Pandas.Text
}

// compare gives how many rows were the same. Rows above the header, and blank
// ones, are no entries; a name left blank is that of the row above, or said.
func compare(t *testing.T, name string, list *importers.ShotList, found diag.List, want table) int {
	columns := map[string]int{}
	for i, c := range list.Columns {
		if c.Field != "" {
			columns[c.Field] = i
		}
	}
	at := func(row []*string, field string) string {
		i, ok := columns[field]
		if !ok || i >= len(row) || row[i] == nil {
			return ""
		}
		return strings.TrimSpace(*row[i])
	}
	rows := slices.DeleteFunc(slices.Clone(want.Rows), func(row []*string) bool {
		shot := at(row, "shot")
		return shot == "" || len(list.Columns) > 0 && shot == list.Columns[columns["shot"]].Header || shot == "Unnamed: 2"
	})
	n := 0
	for i, row := range rows {
		if i >= len(list.Entries) {
			t.Errorf("%s: pandas has row %d, %q, and we have %d", name, i, at(row, "shot"), len(list.Entries))
			break
		}
		e := list.Entries[i]
		frames := ""
		if e.NbFrames.Given() {
			frames = strconv.FormatInt(e.NbFrames.Value, 10)
		}
		for field, got := range map[string]string{"episode": e.Episode.Text, "sequence": e.Sequence.Text, "scene": e.Scene.Text, "shot": e.Shot.Text, "nb_frames": frames} {
			if w := at(row, field); got != w && w != "" && !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Severity == diag.Error && d.Place.Line == e.Place.Line }) {
				t.Errorf("%s: line %d: %s is %q, want %q", name, e.Place.Line, field, got, w)
			}
		}
		n++
	}
	return n
}
