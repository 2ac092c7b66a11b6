package importers_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"turnover/importers"
	"turnover/importers/csv"
	"turnover/importers/edl"
	"turnover/importers/excel"
)

var readers = []importers.Importer{edl.New(), csv.New(), excel.New()}

// Content decides, whatever the name says.
func TestDetectByContent(t *testing.T) {
	const cutList = "TITLE: X\nFCM: NON-DROP FRAME\n001  A001     V     C        01:00:00:00 01:00:02:00 10:00:00:00 10:00:02:00\n"
	const table = "Sequence,Shot,Frames\nSQ010,SH0010,24\n"
	for _, c := range []struct{ name, content, want string }{
		{"cut.edl", cutList, "edl"}, {"cut.txt", cutList, "edl"}, {"cut.csv", cutList, "edl"}, {"cut", "\xff\xfe" + utf16le(cutList), "edl"},
		{"cut.edl", cutList + strings.Repeat("\x1a", 100) + strings.Repeat("\x00", 300), "edl"},
		{"list.csv", table, "csv"}, {"list.edl", table, "csv"}, {"list", table, "csv"}, {"list.csv", strings.ReplaceAll(table, ",", ";"), "csv"},
	} {
		imp, found := importers.Detect(importers.File{Name: c.name, Bytes: []byte(c.content)}, readers)
		if imp == nil || imp.Format() != c.want || len(found) > 0 {
			t.Errorf("%s %.20q: %v, %v, want %s", c.name, c.content, imp, found, c.want)
		}
	}
}

func utf16le(ascii string) string {
	b := make([]byte, 0, 2*len(ascii))
	for _, c := range []byte(ascii) {
		b = append(b, c, 0)
	}
	return string(b)
}

// TestDetectCorpus names the format of every file of the corpus, and what
// those are that are no lists.
func TestDetectCorpus(t *testing.T) {
	root := filepath.Join("..", "..", "shared", "corpus")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the corpus is not beside the checkout: ../shared/corpus is missing")
	}
	refused := map[string]string{
		"made-html-saved-as-edl.edl": "web page", "made-html-as.xls": "web page", "made-libreoffice-openpyxl-production.xls": ".xls",
		"made-libreoffice-xlsxwriter-production.ods": ".ods", "made-ole-encrypted-stub.xlsx": "Office",
	}
	for _, folder := range []string{"edl", "csv", "xlsx", "timeline"} {
		files, err := filepath.Glob(filepath.Join(root, folder, "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no file in %s: %v", folder, err)
		}
		for _, file := range files {
			name := filepath.Base(file)
			if strings.HasSuffix(name, ".expected.json") {
				continue
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			imp, found := importers.Detect(importers.File{Name: name, Bytes: b}, readers)
			want, word := folder, refused[name]
			if name == "made-xlsx-renamed.csv" {
				want = "xlsx"
			}
			switch {
			case folder == "timeline" || word != "":
				if imp != nil || len(found) != 1 || found[0].Code != importers.CodeRefused || !strings.Contains(found[0].Summary, word) {
					t.Errorf("%s: %v, %v", name, imp, found)
				}
			case imp == nil || imp.Format() != want:
				t.Errorf("%s: %v, %v, want %s", name, imp, found, want)
			}
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add("cut.edl", []byte("001 A V C 00:00:00:00 00:00:00:00 00:00:00:00 00:00:00:00\n"))
	f.Add("list.csv", []byte("Shot,Frames\nA,2\n"))
	f.Add("list.xls", []byte("\xd0\xcf\x11\xe0"))
	f.Add("list.xlsx", []byte("PK\x03\x04xl/workbook.xml"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		imp, found := importers.Detect(importers.File{Name: name, Bytes: b}, readers)
		if (imp == nil) != found.HasErrors() {
			t.Fatalf("%v, %v", imp, found)
		}
	})
}
