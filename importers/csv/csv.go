// Package csv reads shot lists from delimited text: comma, semicolon, tab or
// pipe, found from the text itself.
package csv

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"

	"turnover/internal/diag"

	"turnover/importers"
)

// Importer reads delimited text.
type Importer struct{}

// New gives the importer of delimited text.
func New() importers.Importer { return Importer{} }

// Format is "csv".
func (Importer) Format() string { return "csv" }

// Version changes whenever the same bytes may give another list.
func (Importer) Version() string { return "4" }

// Claims looks for a delimited table with a known header; the extension only
// breaks ties.
func (Importer) Claims(f importers.File) int {
	if refusal(f.Bytes) != nil {
		return 0
	}
	text := importers.Decode(f.Bytes[:min(len(f.Bytes), 64<<10)]).Text
	if text == "" || strings.ContainsRune(text, 0) {
		return 0
	}
	claim := 0
	switch strings.ToLower(filepath.Ext(f.Name)) {
	case ".csv", ".tsv", ".tab":
		claim = 40
	case ".txt":
		claim = 10
	}
	body, delimiter, _ := dialect(text, importers.Options{})
	score := importers.HeaderScore(firstRows(body, delimiter), importers.Options{})
	switch {
	case score >= 4:
		return 80 + min(claim, 15)
	case score > 0:
		return claim + 20
	}
	return claim
}

// Import reads the whole table. Faults of the text are findings; reading goes
// on at the next line.
func (Importer) Import(ctx context.Context, f importers.File, opts importers.Options) (*importers.ShotList, diag.List, error) {
	opts.Limits = opts.Limits.WithDefaults()
	source := importers.Source{Name: f.Name, Format: "csv", SHA256: f.SHA256(), Bytes: int64(len(f.Bytes))}
	var found diag.List
	at := diag.Place{File: f.Name}
	if int64(len(f.Bytes)) > opts.Limits.Bytes {
		found.Add(diag.Error, CodeTooLarge, at, "file is too large", "%d bytes of at most %d", len(f.Bytes), opts.Limits.Bytes)
		return &importers.ShotList{Source: source}, found, nil
	}
	if r := refusal(f.Bytes); r != nil {
		found.Add(diag.Error, r.code, at, r.summary, r.wayOut)
		return &importers.ShotList{Source: source}, found, nil
	}
	decoded := importers.Decode(f.Bytes)
	text := decoded.Text
	source.Encoding = decoded.Encoding
	checkEncoding(f, decoded, &found)
	if i := strings.IndexByte(text, 0); i >= 0 {
		at.Line = 1 + strings.Count(text[:i], "\n")
		found.Add(diag.Error, CodeBinary, at, "zero byte in the text", "the file is binary, or was cut off while it was copied; export it again as CSV")
		return &importers.ShotList{Source: source}, found, nil
	}
	body, delimiter, skipped := dialect(text, opts)
	source.Dialect = delimiterName(delimiter)
	r := &reader{text: body, delimiter: delimiter, file: f.Name, line: 1 + skipped}
	list, more, err := importers.ReadSheet(ctx, importers.Sheet{Source: source, Hint: hint(body, opts), Rows: r.rows}, opts)
	return list, append(append(found, r.found...), more...), err
}

// hint counts the rows where all are kept.
func hint(text string, opts importers.Options) int {
	if opts.First > 0 {
		return opts.First
	}
	return filledLines(text)
}

// filledLines counts the lines that are not empty, and do not consist of
// delimiters alone.
func filledLines(text string) int {
	end := "\n"
	if !strings.Contains(text, end) {
		end = "\r"
	}
	n := 0
	for line := range strings.SplitSeq(text, end) {
		if strings.TrimLeft(line, ",;\t| \"\r") != "" {
			n++
		}
	}
	return n
}

// A reason tells why content is no delimited text.
type reason struct{ code, summary, wayOut string }

// refusal recognises what is not text at all, whatever the name says.
func refusal(b []byte) *reason {
	head := bytes.ToLower(bytes.TrimLeft(b[:min(len(b), 512)], " \t\r\n\xef\xbb\xbf"))
	switch {
	case len(bytes.TrimSpace(b)) == 0:
		return &reason{CodeEmpty, "file is empty", "export it again"}
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return &reason{CodeNotText, "a zip archive or workbook, not CSV", "if it is an Excel workbook, give it the extension .xlsx; else save as CSV"}
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")):
		return &reason{CodeNotText, "an old or encrypted Office document, not CSV", "open it, then save as CSV or as .xlsx without a password"}
	case bytes.HasPrefix(head, []byte("<!doctype")), bytes.HasPrefix(head, []byte("<html")), bytes.HasPrefix(head, []byte("<?xml")):
		return &reason{CodeNotText, "a web page or XML, not CSV", "open it in a spreadsheet program and save as CSV or .xlsx"}
	case bytes.HasPrefix(b, []byte("%PDF")):
		return &reason{CodeNotText, "a PDF, not CSV", "ask for the list as CSV or .xlsx"}
	case binary(b):
		return &reason{CodeBinary, "binary data, not text", "export the list as CSV in UTF-8"}
	}
	return nil
}

// binary tells content that has many control characters and is no UTF-16.
func binary(b []byte) bool {
	if importers.Wide(b) != "" {
		return false
	}
	sample, odd := b[:min(len(b), 4096)], 0
	for _, c := range sample {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1a || c == 0x7f {
			odd++
		}
	}
	return odd > 2+len(sample)/50
}
