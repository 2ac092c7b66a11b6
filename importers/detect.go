package importers

import (
	"bytes"
	"strings"

	"turnover/internal/diag"
)

// Findings about what a file is, before any importer reads it.
const (
	CodeUnknown = "DET001" // no importer knows the content
	CodeRefused = "DET002" // the content is of a known kind that is no shot list
	CodeNothing = "DET003" // the file is empty
)

// Detect finds the importer of a file, by content and then by name. Where none
// claims it, the finding names what the file is and the way out.
func Detect(f File, all []Importer) (Importer, diag.List) {
	var found diag.List
	at := diag.Place{File: f.Name}
	if len(bytes.TrimSpace(bytes.Trim(f.Bytes, "\x00\x1a"))) == 0 {
		found.Add(diag.Error, CodeNothing, at, "file is empty", "%d bytes and no content. Export it again, or wait until it is copied", len(f.Bytes))
		return nil, found
	}
	var best Importer
	claim := 0
	for _, imp := range all {
		if c := imp.Claims(f); c > claim {
			best, claim = imp, c
		}
	}
	if k := foreignKind(f.Bytes); k.name != "" && claim < 90 {
		found.Add(diag.Error, CodeRefused, at, "no shot list: "+k.name, "%s", k.wayOut)
		return nil, found
	}
	if best == nil {
		found.Add(diag.Error, CodeUnknown, at, "format is not known", "neither an EDL nor a CSV nor an Excel list was recognised in %q. Export the list as CMX3600 EDL, CSV (UTF-8) or .xlsx", f.Name)
	}
	return best, found
}

// A foreign format is what content is that no importer reads.
type foreign struct{ name, wayOut string }

const exportList = "Export the list as CMX3600 EDL, CSV (UTF-8) or .xlsx"

// marks are the first bytes of kinds of files that are no shot lists.
var marks = []struct {
	start string
	kind  foreign
}{
	{"\xd0\xcf\x11\xe0", foreign{"an old (.xls) or encrypted Office document", "Open it, remove the password where there is one, and save it as .xlsx"}},
	{"%PDF", foreign{"a PDF", exportList}},
	{"{\\rtf", foreign{"rich text (RTF)", "Save it as plain text"}},
	{"\x89PNG", foreign{"a picture", exportList}},
	{"\xff\xd8\xff", foreign{"a picture", exportList}},
	{"GIF8", foreign{"a picture", exportList}},
	{"\x1f\x8b", foreign{"compressed data (gzip)", "Unpack it first"}},
	{"Rar!", foreign{"a RAR archive", "Unpack it first"}},
	{"7z\xbc\xaf", foreign{"a 7-Zip archive", "Unpack it first"}},
	{"SQLite format 3", foreign{"a SQLite database", exportList}},
	{"PAR1", foreign{"a Parquet file", exportList}},
	{"AAFB", foreign{"an AAF", "Export a CMX3600 EDL from the editing program"}},
}

// foreignKind recognises what is no shot list by its first bytes; zero for none.
func foreignKind(b []byte) foreign {
	for _, m := range marks {
		if bytes.HasPrefix(b, []byte(m.start)) {
			return m.kind
		}
	}
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		return zipKind(b)
	}
	if Wide(b) == "" && bytes.IndexByte(bytes.TrimRight(b[:min(len(b), 4096)], "\x00\x1a"), 0) >= 0 {
		return foreign{"binary data", exportList}
	}
	return textKind(Decode(b[:min(len(b), 8192)]).Text)
}

// zipKind tells office documents apart by the names of their first members.
func zipKind(b []byte) foreign {
	head := b[:min(len(b), 1<<16)]
	switch {
	case bytes.Contains(head, []byte("opendocument.spreadsheet")):
		return foreign{"an OpenDocument sheet (.ods)", "Open it and save it as .xlsx or CSV"}
	case bytes.Contains(b, []byte("word/document.xml")):
		return foreign{"a Word document", exportList}
	case bytes.Contains(b, []byte("ppt/presentation.xml")):
		return foreign{"a PowerPoint document", exportList}
	case bytes.Contains(b, []byte("xl/workbook.bin")):
		return foreign{"a binary workbook (.xlsb)", "Open it and save it as .xlsx"}
	case bytes.Contains(b, []byte("xl/workbook.xml")):
		return foreign{}
	}
	return foreign{"a zip archive", "Unpack it and hand over the list inside"}
}

// textKind recognises text formats of neighbouring trades.
func textKind(text string) foreign {
	head := strings.ToLower(strings.TrimSpace(text))
	edl := "Export a CMX3600 EDL of the video track instead"
	switch {
	case strings.HasPrefix(head, "<!doctype html"), strings.HasPrefix(head, "<html"):
		return foreign{"a web page", "It was perhaps saved from a browser. " + exportList}
	case strings.Contains(head, "<!doctype xmeml"), strings.Contains(head, "<xmeml"):
		return foreign{"Final Cut Pro 7 XML", edl}
	case strings.Contains(head, "<fcpxml"):
		return foreign{"Final Cut Pro X XML", edl}
	case strings.HasPrefix(head, "<?xml"), strings.HasPrefix(head, "<svg"):
		return foreign{"XML", exportList}
	case strings.HasPrefix(head, "{") && strings.Contains(head, "otio_schema"):
		return foreign{"an OpenTimelineIO timeline", edl}
	case strings.HasPrefix(head, "{"), strings.HasPrefix(head, "[{"):
		return foreign{"JSON", exportList}
	case strings.HasPrefix(head, "heading") && strings.Contains(head, "field_delim"):
		return foreign{"an Avid Log Exchange bin (ALE)", edl}
	}
	return foreign{}
}
