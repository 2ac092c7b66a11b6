package importers_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"turnover/importers"
)

// broken are the files of the corpus that break off.
var broken = map[string]bool{"made-truncated-last-line.edl": true, "made-unclosed-quote.csv": true}

func corpusFiles(t testing.TB) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, folder := range []string{"edl", "csv", "xlsx", "timeline"} {
		all, err := filepath.Glob(filepath.Join("..", "..", "shared", "corpus", folder, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range all {
			if strings.HasSuffix(path, ".expected.json") {
				continue
			}
			if files[filepath.Base(path)], err = os.ReadFile(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(files) == 0 {
		t.Skip("there is no corpus beside the repository")
	}
	return files
}

func TestWholeFilesAreWhole(t *testing.T) {
	for name, b := range corpusFiles(t) {
		if got := importers.Whole(importers.File{Name: name, Bytes: b}); got == broken[name] {
			t.Errorf("%s: whole is %v", name, got)
		}
	}
}

// Of formats that end with a mark, every part is told from the whole. Lines of
// text that are cut between two lines, or in a comment, look whole.
func TestPartsAreNotWhole(t *testing.T) {
	for name, b := range corpusFiles(t) {
		ends := bytes.HasPrefix(b, []byte("PK")) || strings.HasSuffix(name, ".otio")
		wide := importers.Wide(b) != ""
		for part := 1; part < 200; part++ {
			n := len(bytes.TrimRight(b, "\r\n \t")) * part / 200
			whole := importers.Whole(importers.File{Name: name, Bytes: b[:n]})
			if whole && (ends && n > 4 || wide && n > 2 && n%2 != 0) {
				t.Errorf("%s: %d of %d bytes look whole", name, n, len(b))
			}
		}
	}
}

func TestWhole(t *testing.T) {
	const event = "001  AX       V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00"
	for text, want := range map[string]bool{
		"":                                          false,
		"\x00\x00\x00":                              false, // room that was made before the copy began
		"\r\n \x1a":                                 false,
		"TITLE: A\n" + event:                        true,
		"TITLE: A\n" + event + "\n":                 true,
		"TITLE: A\n" + event[:50]:                   false,
		event + "\n002  AX  V  C  00":               false,
		event + "\n002":                             false,
		event + "\n" + event[:75]:                   false,
		event + "\n* FROM CLIP NAME: \"SQ010":       true, // quotes mean nothing in an EDL
		"Sequence,Name\nSQ010,\"SH":                 false,
		"Sequence,Name\nSQ010,\"SH\"\"":             false,
		"Sequence,Name\nSQ010,\"SH\"\"\"":           true,
		"Sequence,Name\nSQ010,SH 12\" long":         true,
		"Sequence,Name,Frames\nSQ010,SH":            false,
		"Sequence;Name\nSQ010;SH010":                true,
		"Sequence;Name\r\nSQ010;SH010\r\nSQ":        false,
		"Sequence;Name\r\nSQ010;SH010\r\nTotal\r\n": true,
		`[{"Name": "SH010"}]`:                       true,
		`[{"Name": "]\"]`:                           false,
		`[{"Name": "SH0`:                            false,
		`[{"Name": "SH010"},`:                       false,
		`{"OTIO_SCHEMA": oops}`:                     true, // it is wrong, not cut off
		"Name\ncaf\xc3":                             false,
		"Name\ncaf\xc3\xa9":                         true,
		"Name\ncaf\xe9":                             false, // or windows-1252: nobody can tell
		"PK\x03\x04":                                false,
		"<html>":                                    true,
	} {
		if got := importers.Whole(importers.File{Name: "a", Bytes: []byte(text)}); got != want {
			t.Errorf("%q: whole is %v", text, got)
		}
	}
}

func FuzzWhole(f *testing.F) {
	for _, b := range corpusFiles(f) {
		f.Add(b[:min(len(b), 4096)])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		importers.Whole(importers.File{Name: "a", Bytes: b})
		if !bytes.Equal(before, b) {
			t.Error("the content was changed")
		}
	})
}
