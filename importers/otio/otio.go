// Package otio reads OpenTimelineIO timelines (.otio) as cuts: the clips of all
// video tracks with their places, names and sources.
package otio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"turnover/importers"
	"turnover/internal/diag"
)

// Importer reads timelines.
type Importer struct{}

// New gives the importer of timelines.
func New() importers.Importer { return Importer{} }

// Format is "otio".
func (Importer) Format() string { return "otio" }

// Version changes whenever the same bytes may give another list.
func (Importer) Version() string { return "2" }

// Claims looks for the mark that every object of a timeline has.
func (Importer) Claims(f importers.File) int {
	text := strings.TrimSpace(importers.Decode(f.Bytes[:min(len(f.Bytes), 64<<10)]).Text)
	switch {
	case strings.HasPrefix(text, "{") && strings.Contains(text, `"OTIO_SCHEMA"`):
		return 97
	case strings.HasPrefix(text, "{") && strings.EqualFold(filepath.Ext(f.Name), ".otio"):
		return 90
	}
	return 0
}

// Import reads the first timeline of the file. A line, in the accounting, is
// one item of a track: clip, gap, transition or group.
func (Importer) Import(ctx context.Context, f importers.File, opts importers.Options) (*importers.ShotList, diag.List, error) {
	opts.Limits = opts.Limits.WithDefaults()
	t := &timeline{file: f.Name, opts: opts, list: &importers.ShotList{
		Kind:   importers.Shots,
		Source: importers.Source{Name: f.Name, Format: "otio", SHA256: f.SHA256(), Bytes: int64(len(f.Bytes)), FPS: opts.FPS},
	}}
	if int64(len(f.Bytes)) > opts.Limits.Bytes {
		t.found.Add(diag.Error, CodeLimit, diag.Place{File: f.Name}, "file is beyond the limits", "%d bytes of at most %d", len(f.Bytes), opts.Limits.Bytes)
		return t.list, t.found, nil
	}
	limited, cancel := context.WithTimeout(ctx, opts.Limits.Time)
	defer cancel()
	decoded := importers.Decode(f.Bytes)
	t.text, t.list.Source.Encoding = decoded.Text, decoded.Encoding
	root, offset, err := read(limited, decoded.Text, opts.Limits)
	switch {
	case ctx.Err() != nil:
		return nil, nil, fmt.Errorf("read timeline: %w", ctx.Err())
	case errors.Is(err, context.DeadlineExceeded):
		t.found.Add(diag.Error, CodeTooSlow, diag.Place{File: f.Name}, "reading took too long", "stopped after %s; raise the limit", opts.Limits.Time)
	case errors.Is(err, errTooMany), errors.Is(err, errTooDeep):
		t.found.Add(diag.Error, CodeLimit, t.place(offset), "file is beyond the limits", "%v", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		t.found.Add(diag.Error, CodeJSON, t.place(offset), "timeline cannot be read", "it ends in the middle. Export it again, or wait until it is copied")
	case err != nil:
		t.found.Add(diag.Error, CodeJSON, t.place(offset), "timeline cannot be read", "%v. Export it again", err)
	default:
		t.readRoot(root)
	}
	return t.list, t.found.Sorted(), nil
}
