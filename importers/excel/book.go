package excel

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strings"

	"turnover/internal/diag"

	"github.com/xuri/excelize/v2"

	"turnover/importers"
)

// book is an open workbook: the library gives values as shown, the archive
// gives what the library does not stream (types, styles, hidden rows).
type book struct {
	file   *excelize.File
	parts  map[string]*zip.File
	limit  int64
	name   string
	sheets []sheet
	styles map[int]style
	epoch  bool // dates count from 1904
}

type sheet struct {
	name, part string
	hidden     bool
	score      int
}

func open(f importers.File, unzipped int64) (b *book, err error) {
	defer func() { // the library may meet XML that it never expected
		if p := recover(); p != nil {
			b, err = nil, fmt.Errorf("open workbook: %v", p)
		}
	}()
	archive, err := zip.NewReader(bytes.NewReader(f.Bytes), int64(len(f.Bytes)))
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	b = &book{parts: map[string]*zip.File{}, limit: unzipped, name: f.Name, styles: map[int]style{}}
	var total uint64
	for _, part := range archive.File {
		b.parts[strings.TrimPrefix(part.Name, "/")] = part
		if total += part.UncompressedSize64; total > uint64(unzipped) {
			return nil, errBomb
		}
	}
	if b.file, err = excelize.OpenReader(bytes.NewReader(f.Bytes), excelOptions(unzipped)); err != nil {
		return nil, fmt.Errorf("open workbook: %w", err)
	}
	if b.file.Theme == nil { // as LibreOffice leaves it out
		blank := excelize.NewFile()
		b.file.Theme = blank.Theme
		_ = blank.Close()
	}
	if err := b.list(); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *book) close() { _ = b.file.Close() }

// part opens one part of the archive, never beyond the limit.
func (b *book) part(name string) (io.ReadCloser, error) {
	p, ok := b.parts[name]
	if !ok {
		return nil, fmt.Errorf("part %q is missing", name)
	}
	r, err := p.Open()
	if err != nil {
		return nil, fmt.Errorf("unpack %q: %w", name, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r, b.limit), r}, nil
}

// list reads which sheets there are, and where.
func (b *book) list() error {
	var workbook struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.decode("xl/workbook.xml", &workbook); err != nil {
		return err
	}
	var relations struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := b.decode("xl/_rels/workbook.xml.rels", &relations); err != nil {
		return err
	}
	targets := map[string]string{}
	for _, r := range relations.List {
		target := strings.TrimPrefix(r.Target, "/")
		if target == r.Target {
			target = path.Join("xl", r.Target)
		}
		targets[r.ID] = target
	}
	b.epoch = workbook.Properties.Date1904 == "1" || workbook.Properties.Date1904 == "true"
	for _, s := range workbook.Sheets {
		if part := targets[s.ID]; strings.Contains(part, "worksheets") {
			b.sheets = append(b.sheets, sheet{name: s.Name, part: part, hidden: s.State == "hidden" || s.State == "veryHidden"})
		}
	}
	return nil
}

func (b *book) decode(part string, into any) error {
	r, err := b.part(part)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := xml.NewDecoder(r).Decode(into); err != nil {
		return fmt.Errorf("read %q: %w", part, err)
	}
	return nil
}

// choose takes the visible sheet whose header has most known titles, the
// first of equals, and reports the others.
func (b *book) choose(ctx context.Context, opts importers.Options, found *diag.List) (sheet, bool) {
	best := -1
	for i := range b.sheets {
		s := &b.sheets[i]
		if s.hidden || ctx.Err() != nil {
			continue
		}
		s.score = importers.HeaderScore(b.firstRows(s.name), opts)
		if s.score > 0 && (best < 0 || s.score > b.sheets[best].score) {
			best = i
		}
	}
	b.reportSheets(best, found)
	if best < 0 {
		return sheet{}, false
	}
	return b.sheets[best], true
}

func (b *book) reportSheets(best int, found *diag.List) {
	for i, s := range b.sheets {
		at := diag.Place{File: b.name, Sheet: s.name}
		switch {
		case i == best || best < 0 && !s.hidden:
		case s.hidden:
			found.Add(diag.Info, CodeHidden, at, "hidden sheet was not read", "show it if it belongs to the list")
		case s.score > 3 && s.score >= b.sheets[best].score-1:
			found.Add(diag.Warning, CodeOtherSheet, at, "another sheet could be the list", "%q was read; put each list into a workbook of its own", b.sheets[best].name)
		default:
			found.Add(diag.Info, CodeOtherSheet, at, "sheet was not read", "%q was read", b.sheets[best].name)
		}
	}
	if best < 0 {
		found.Add(diag.Error, CodeNoSheet, b.firstCell(), "no sheet holds a list", "no visible sheet has a row of known column titles, such as Sequence, Shot, Nb Frames, among its first %d. If a whole line stands in one cell, save the list as CSV instead", importers.HeaderSearch)
	}
}

// firstCell is the first cell of a visible sheet that says something.
func (b *book) firstCell() diag.Place {
	at := diag.Place{File: b.name}
	for _, s := range b.sheets {
		if s.hidden {
			continue
		}
		if at.Sheet == "" {
			at.Sheet = s.name
		}
		for _, row := range b.firstRows(s.name) {
			for i, c := range row.Cells {
				if c.Text != "" {
					name, _ := excelize.CoordinatesToCellName(i+1, row.Line)
					return diag.Place{File: b.name, Sheet: s.name, Line: row.Line, Column: i + 1, Cell: name}
				}
			}
		}
	}
	return at
}

// firstRows gives the texts in which a header may be.
func (b *book) firstRows(name string) (out []importers.SheetRow) {
	defer func() { _ = recover() }() // a sheet that the library cannot read has no header
	rows, err := b.file.Rows(name)
	if err != nil {
		return nil
	}
	defer rows.Close()
	for line := 1; line <= importers.HeaderSearch && rows.Next(); line++ {
		texts, err := rows.Columns()
		if err != nil {
			return out
		}
		row := importers.SheetRow{Line: line, Cells: make([]importers.SheetCell, len(texts))}
		for i, t := range texts {
			row.Cells[i].Text = t
		}
		out = append(out, row)
	}
	return out
}
