package importers_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"turnover/importers"
	"turnover/importers/csv"
	"turnover/importers/edl"
	"turnover/importers/excel"
)

// zipped makes an archive of empty members.
func zipped(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDetect(t *testing.T) {
	all := []importers.Importer{edl.New(), excel.New(), csv.New()}
	list := "Sequence,Name,Frames\nSQ010,SH010,48\n"
	cut := "TITLE: A\n001  AX       V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
	book := zipped(t, "[Content_Types].xml", "xl/workbook.xml")
	for _, c := range []struct {
		name, content string
		want          string // format, or code and a word of the summary
	}{
		{"a.csv", list, "csv"}, {"a.edl", cut, "edl"}, {"cut.txt", cut, "edl"}, {"list.edl", list, "csv"}, {"a", cut, "edl"},
		{"a.xlsx", string(book), "xlsx"}, {"a.csv", string(book), "xlsx"},
		{"a.xlsx", string(book[:len(book)-30]), "DET002 cut off"},
		{"a.csv", "", "DET003 empty"}, {"a.csv", " \r\n\x00\x1a", "DET003 empty"},
		{"a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("x", 600), "DET002 Office"},
		{"a.ods", string(zipped(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet")), "DET002 OpenDocument"},
		{"a.zip", string(zipped(t, "a.txt")), "DET002 zip archive"},
		{"a.docx", string(zipped(t, "word/document.xml")), "DET002 Word"},
		{"a.edl", "<!DOCTYPE html><html></html>", "DET002 web page"},
		{"a.xml", "<?xml version=\"1.0\"?><!DOCTYPE xmeml><xmeml/>", "DET002 Final Cut Pro 7"},
		{"a.fcpxml", "<?xml version=\"1.0\"?><fcpxml/>", "DET002 Final Cut Pro X"},
		{"a.otio", `{"OTIO_SCHEMA": "Timeline.1"}`, "DET002 OpenTimelineIO"},
		{"a.ale", "Heading\nFIELD_DELIM\tTABS\n", "DET002 Avid Log"},
		{"a.pdf", "%PDF-1.7", "DET002 PDF"}, {"a.png", "\x89PNG\r\n\x1a\n", "DET002 picture"},
		{"a.bin", "\x01\x02\x00\x03\x00\xff", "DET002 binary"},
		{"a.edl", "\xff\xfe\x00\x00T\x00\x00\x00", "DET002 UTF-32"},
		{"a.xyz", "hello", "DET001 not known"},
	} {
		imp, found := importers.Detect(importers.File{Name: c.name, Bytes: []byte(c.content)}, all)
		got := ""
		switch {
		case imp != nil:
			got = imp.Format()
		case len(found) == 1 && found[0].Detail != "":
			got = found[0].Code + " " + found[0].Summary
		}
		code, word, _ := strings.Cut(c.want, " ")
		if !strings.HasPrefix(got, code) || !strings.Contains(got, word) {
			t.Errorf("%s %.20q: %s, want %s (%v)", c.name, c.content, got, c.want, found)
		}
	}
}
