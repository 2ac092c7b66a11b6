// Package edl reads CMX3600 edit decision lists and their family: Avid,
// Premiere, Resolve, Final Cut, GVG and Sony variants. An EDL does not state
// its own frame rate: it is an option.
package edl

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"turnover/importers"
	"turnover/internal/diag"
)

// Importer reads EDLs.
type Importer struct{}

// New gives the importer of EDLs.
func New() importers.Importer { return Importer{} }

// Format is "edl".
func (Importer) Format() string { return "edl" }

// Version changes whenever the same bytes may give another list.
func (Importer) Version() string { return "5" }

// Claims looks for event lines, then for TITLE and FCM; the extension alone
// says little.
func (Importer) Claims(f importers.File) int {
	claim := 0
	if strings.EqualFold(filepath.Ext(f.Name), ".edl") {
		claim = 30
	}
	var ws []word
	i := 0
	for line := range lines(importers.Decode(f.Bytes[:min(len(f.Bytes), 64<<10)]).Text) {
		i++
		line = strings.ReplaceAll(line, noBreak, " ")
		ws = words(line, ws)
		if e, _ := parseEdit(line, ws, false); e.ok {
			return 98
		}
		if _, _, ok := after(line, "TITLE:"); ok && i <= 3 {
			claim = max(claim, 60)
		}
		if _, _, ok := after(line, "FCM:"); ok {
			claim = max(claim, 80)
		}
	}
	return claim
}

// Import reads the whole list; it goes on past each fault.
func (Importer) Import(ctx context.Context, f importers.File, opts importers.Options) (*importers.ShotList, diag.List, error) {
	limits := opts.Limits.WithDefaults()
	p := &parser{opts: opts, file: f.Name, rate: opts.FPS, tracks: map[string][]string{}, list: &importers.ShotList{
		Kind:   importers.Shots,
		Source: importers.Source{Name: f.Name, Format: "edl", Dialect: "cmx3600", SHA256: f.SHA256(), Bytes: int64(len(f.Bytes)), FPS: opts.FPS},
	}}
	at := diag.Place{File: f.Name}
	if int64(len(f.Bytes)) > limits.Bytes {
		p.found.Add(diag.Error, CodeTooLarge, at, "file is too large", "%d bytes of at most %d", len(f.Bytes), limits.Bytes)
		return p.list, p.found, nil
	}
	decoded := importers.Decode(f.Bytes)
	p.list.Source.Encoding = decoded.Encoding
	if decoded.Guessed {
		p.found.Add(diag.Warning, CodeEncoding, at, "encoding was guessed", "not UTF-8; read as %s. Check the accents in names", decoded.Encoding)
	}
	if opts.FPS.IsZero() {
		p.found.Add(diag.Error, CodeNoRate, at, "frame rate is not known", "an EDL does not state its rate: give it with --fps, or set the project's")
	}
	if err := p.read(ctx, decoded.Text, limits); err != nil {
		return nil, nil, fmt.Errorf("read EDL: %w", err)
	}
	p.finish(decoded.Text)
	return p.list, p.found.Sorted(), nil
}

// read takes the lines one by one. A list beyond the limits is read no
// further: the lines that are left are counted as in error.
func (p *parser) read(ctx context.Context, text string, limits importers.Limits) error {
	limited, cancel := context.WithTimeout(ctx, limits.Time)
	defer cancel()
	seen := outlineOf(text)
	p.list.Lines.Total, p.last = seen.lines, seen.last
	room := min(seen.events, limits.Rows+1)
	p.list.Events, p.sources = make([]importers.Event, 0, room), make([]facts, 0, room)
	i := 0
	for line := range lines(text) {
		if i%4096 == 0 && limited.Err() != nil {
			p.stop(i, CodeTooSlow, "reading took too long", "stopped after %s; split the list, or raise the limit", limits.Time)
			break
		}
		if len(p.list.Events) > limits.Rows {
			p.stop(i, CodeTooMany, "list has too many events", "over %d; split it by reel or sequence, or raise the limit", limits.Rows)
			break
		}
		i++
		p.number, p.text = i, line
		p.line()
	}
	return ctx.Err()
}

func (p *parser) stop(read int, code, summary, detail string, arg any) {
	p.list.Lines.InError += p.list.Lines.Total - read
	p.found.Add(diag.Error, code, diag.Place{File: p.file, Line: read + 1}, summary, detail, arg)
}
