// Package jsonlist reads lists that are arrays of row objects in JSON, with the
// column titles of the other sheets as keys: what our own exports write.
package jsonlist

import (
	"bytes"
	"context"
	"errors"
	"unicode/utf8"

	"turnover/importers"
	"turnover/internal/diag"
)

// Importer reads arrays of row objects.
type Importer struct{}

// New gives the importer of lists in JSON.
func New() importers.Importer { return Importer{} }

// Format is "json".
func (Importer) Format() string { return "json" }

// Version changes whenever the same bytes may give another list.
func (Importer) Version() string { return "2" }

// sampled is how much of a file is read to tell whether it is a list.
const sampled = 64 << 10

// Claims looks for an array of objects whose keys are known titles.
func (Importer) Claims(f importers.File) int {
	body := bare(f.Bytes[:min(len(f.Bytes), sampled)])
	head := bytes.TrimLeft(body, " \t\r\n")
	if len(head) == 0 || head[0] != '[' {
		return 0
	}
	if next := bytes.TrimLeft(head[1:], " \t\r\n"); len(next) == 0 || next[0] != '{' {
		return 0
	}
	limits := importers.Limits{Rows: 1}.WithDefaults()
	r := newReader(f.Name, body, limits)
	if err := r.read(context.Background()); err != nil || len(r.columns) == 0 {
		return 0
	}
	if importers.HeaderScore([]importers.SheetRow{r.header()}, importers.Options{}) > 0 {
		return 95
	}
	return 0
}

// bare takes off a byte order mark.
func bare(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) }

// Import reads all rows. A row that cannot be read is a finding; where the text
// is no JSON any more, reading ends.
func (Importer) Import(ctx context.Context, f importers.File, opts importers.Options) (*importers.ShotList, diag.List, error) {
	opts.Limits = opts.Limits.WithDefaults()
	source := importers.Source{Name: f.Name, Format: "json", SHA256: f.SHA256(), Bytes: int64(len(f.Bytes)), Encoding: "utf-8"}
	var found diag.List
	at := diag.Place{File: f.Name}
	body := bare(f.Bytes)
	switch {
	case int64(len(f.Bytes)) > opts.Limits.Bytes:
		found.Add(diag.Error, CodeTooLarge, at, "file is too large", "%d bytes of at most %d; split it, or raise the limit", len(f.Bytes), opts.Limits.Bytes)
	case len(bytes.TrimSpace(body)) == 0:
		found.Add(diag.Error, CodeEmpty, at, "file is empty", "export it again")
	case !utf8.Valid(body):
		at.Line = 1 + bytes.Count(body[:firstInvalid(body)], []byte("\n"))
		found.Add(diag.Error, CodeEncoding, at, "not UTF-8", "JSON is UTF-8; save it again so")
	}
	if found.HasErrors() {
		return &importers.ShotList{Source: source}, found, nil
	}
	r := newReader(f.Name, body, opts.Limits)
	limited, cancel := context.WithTimeout(ctx, opts.Limits.Time)
	defer cancel()
	if err := r.read(limited); err != nil {
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return &importers.ShotList{Source: source}, r.found, err
		}
		r.find(CodeTime, r.place(), "reading took too long", "stopped after %s; split the file, or raise the limit", opts.Limits.Time)
	}
	if len(r.columns) == 0 {
		if !r.found.HasErrors() {
			r.find(CodeNotRows, r.place(), "no rows", "the array has no row object with columns; export it again")
		}
		return &importers.ShotList{Source: source}, r.found, nil
	}
	list, more, err := importers.ReadSheet(ctx, importers.Sheet{Source: source, Hint: len(r.rows) + 1, Rows: r.all}, opts)
	return list, append(r.found, more...), err
}

func firstInvalid(b []byte) int {
	for i := 0; i < len(b); {
		c, n := utf8.DecodeRune(b[i:])
		if c == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return len(b)
}
