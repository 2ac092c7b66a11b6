package importers

import (
	"bytes"
	"regexp"
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

const (
	exportList = "Export the list as CMX3600 EDL, CSV (UTF-8) or .xlsx"
	exportCut  = "Export a CMX3600 EDL of the video track instead"
	saveSheet  = "Open it and save it as .xlsx or CSV (UTF-8)"
)

// marks are the first bytes of kinds of files that are no shot lists.
var marks = []struct {
	start string
	kind  foreign
}{
	{"%PDF", foreign{"a PDF", exportList}},
	{"{\\rtf", foreign{"rich text (RTF)", "Save it as plain text"}},
	{"\x89PNG", foreign{"a picture (PNG)", exportList}},
	{"\xff\xd8\xff", foreign{"a picture (JPEG)", exportList}},
	{"GIF8", foreign{"a picture (GIF)", exportList}},
	{"II*\x00", foreign{"a picture (TIFF)", exportList}},
	{"MM\x00*", foreign{"a picture (TIFF)", exportList}},
	{"\x1f\x8b", foreign{"compressed data (gzip)", "Unpack it first"}},
	{"Rar!", foreign{"a RAR archive", "Unpack it first"}},
	{"7z\xbc\xaf", foreign{"a 7-Zip archive", "Unpack it first"}},
	{"SQLite format 3", foreign{"a SQLite database", exportList}},
	{"PAR1", foreign{"a Parquet file", exportList}},
	{"AAFB", foreign{"an AAF", exportCut}},
	{"bplist", foreign{"a property list", exportList}},
	{"\xff\xfe\x00\x00", foreign{"text in UTF-32", "Save it as UTF-8"}},
	{"\x00\x00\xfe\xff", foreign{"text in UTF-32", "Save it as UTF-8"}},
}

// foreignKind recognises what is no shot list by its first bytes; zero for none.
func foreignKind(b []byte) foreign {
	for _, m := range marks {
		if bytes.HasPrefix(b, []byte(m.start)) {
			return m.kind
		}
	}
	switch {
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")):
		return oleKind(b)
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return zipKind(b)
	case len(b) > 12 && string(b[4:8]) == "ftyp":
		return foreign{"a movie", exportCut}
	case Wide(b) == "" && bytes.IndexByte(bytes.TrimRight(b[:min(len(b), 4096)], "\x00\x1a"), 0) >= 0:
		return foreign{"binary data", exportList}
	}
	text := Decode(b[:min(len(b), 8192)]).Text
	if kind := markupKind(text); kind.name != "" {
		return kind
	}
	return tradeKind(text)
}

// oleKind tells the documents of old Office apart by their streams' names,
// which stand in the file as UTF-16. A workbook with a password is one of them.
func oleKind(b []byte) foreign {
	holds := func(stream string) bool {
		wide := make([]byte, 0, 2*len(stream))
		for _, c := range []byte(stream) {
			wide = append(wide, c, 0)
		}
		return bytes.Contains(b, wide)
	}
	switch {
	case holds("EncryptedPackage"), holds("EncryptionInfo"):
		return foreign{"an Office document with a password", "Open it, remove the password and save it as .xlsx"}
	case holds("Workbook"), holds("Book\x00"):
		return foreign{"an old Excel workbook (.xls)", saveSheet}
	case holds("WordDocument"):
		return foreign{"a Word document", exportList}
	case holds("PowerPoint Document"):
		return foreign{"a PowerPoint document", exportList}
	}
	return foreign{"an old (.xls) or encrypted Office document", "Open it, remove the password where there is one, and save it as .xlsx"}
}

// zipKind tells office documents apart by the names of their members.
func zipKind(b []byte) foreign {
	head := b[:min(len(b), 1<<16)]
	if !bytes.Contains(b[max(0, len(b)-1<<16-22):], []byte("PK\x05\x06")) {
		return foreign{"a workbook or zip archive that is cut off", "Its end is missing: copy it again, or wait until it is copied"}
	}
	switch {
	case bytes.Contains(head, []byte("opendocument.spreadsheet")):
		return foreign{"an OpenDocument sheet (.ods)", saveSheet}
	case bytes.Contains(b, []byte("word/document.xml")):
		return foreign{"a Word document", exportList}
	case bytes.Contains(b, []byte("ppt/presentation.xml")):
		return foreign{"a PowerPoint document", exportList}
	case bytes.Contains(b, []byte("xl/workbook.bin")):
		return foreign{"a binary workbook (.xlsb)", saveSheet}
	case bytes.Contains(b, []byte("Index/Document.iwa")):
		return foreign{"a Numbers or Pages document", "Export it as .xlsx or CSV"}
	case bytes.Contains(b, []byte("xl/workbook.xml")):
		return foreign{}
	}
	return foreign{"a zip archive", "Unpack it and hand over the list inside"}
}

// markupKind recognises web pages, XML and JSON.
func markupKind(text string) foreign {
	head := strings.ToLower(strings.TrimSpace(text))
	switch {
	case strings.HasPrefix(head, "<!doctype html"), strings.HasPrefix(head, "<html"), strings.HasPrefix(head, "<head"), strings.HasPrefix(head, "<body"):
		return foreign{"a web page", "It was perhaps saved from a browser. " + exportList}
	case strings.HasPrefix(head, "<"):
		return xmlKind(head)
	case strings.HasPrefix(head, "{") && strings.Contains(head, "otio_schema"):
		return foreign{"an OpenTimelineIO timeline", exportCut}
	case strings.HasPrefix(head, "{") && strings.Contains(head, "\""), strings.HasPrefix(head, "[") && strings.HasPrefix(strings.TrimLeft(head[1:], " \r\n\t"), "{"):
		return foreign{"JSON", exportList}
	}
	return foreign{}
}

func xmlKind(head string) foreign {
	switch {
	case strings.Contains(head, "<!doctype xmeml"), strings.Contains(head, "<xmeml"):
		return foreign{"Final Cut Pro 7 XML", exportCut}
	case strings.Contains(head, "<fcpxml"):
		return foreign{"Final Cut Pro X XML", exportCut}
	case strings.Contains(head, "<html"):
		return foreign{"a web page", "It was perhaps saved from a browser. " + exportList}
	case strings.Contains(head, "urn:schemas-microsoft-com:office:spreadsheet"):
		return foreign{"an XML workbook of Excel 2003", saveSheet}
	case strings.HasPrefix(head, "<?xml"), strings.HasPrefix(head, "<svg"):
		return foreign{"XML", exportList}
	}
	return foreign{}
}

// tradeKind recognises text formats of neighbouring trades.
func tradeKind(text string) foreign {
	head := strings.ToLower(strings.TrimSpace(text))
	first, _, _ := strings.Cut(head, "\n")
	switch {
	case strings.HasPrefix(head, "heading") && strings.Contains(head, "field_delim"):
		return foreign{"an Avid Log Exchange bin (ALE)", exportCut}
	case strings.HasPrefix(head, "session name:"):
		return foreign{"a Pro Tools session list", exportCut}
	case strings.HasPrefix(head, "samplitude edl"):
		return foreign{"a Samplitude sound list", exportCut}
	case strings.HasPrefix(head, `"id"`) && strings.Contains(first, `"starttime"`):
		return foreign{"a Vegas list of media", exportCut}
	case mplayer.MatchString(head):
		return foreign{"an MPlayer skip list", exportCut}
	case avidMarker.MatchString(head):
		return foreign{"a list of Avid markers", exportCut}
	}
	return foreign{}
}

var (
	// Two times in seconds and an action from 0 to 3, on each line.
	mplayer = regexp.MustCompile(`^\s*\d+(\.\d+)?[ \t]+\d+(\.\d+)?[ \t]+[0-3]\r?(\n|$)`)
	// Who, when, on which track, in which colour.
	avidMarker = regexp.MustCompile(`^[^\t\n]*\t\d\d[:;]\d\d[:;]\d\d[:;]\d\d\t(tc\d*|v\d*|a\d*)\t(red|green|blue|cyan|magenta|yellow|black|white|orange|purple|pink|forest|denim|violet|plum|gold|grey)\t`)
)
