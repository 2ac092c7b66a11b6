package excel

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"turnover/internal/diag"

	"github.com/xuri/excelize/v2"

	"turnover/importers"
)

// book is an open workbook. It is read part by part: what a workbook says of
// its own size is never believed.
type book struct {
	parts   map[string]*zip.File
	limits  importers.Limits
	name    string
	sheets  []sheet
	texts   texts
	styles  []style        // by the number that cells give
	formats map[int]string // number formats of the workbook's own
	epoch   bool           // dates count from 1904

	days, looks map[string]string // texts of numbers, made once
	pad         *excelize.File    // shows numbers
	pads        map[int]int       // its styles, by number format
	scratch     []byte
}

type sheet struct {
	name, part string
	hidden     bool
	score      int
}

func open(ctx context.Context, f importers.File, limits importers.Limits) (*book, error) {
	archive, err := zip.NewReader(bytes.NewReader(f.Bytes), int64(len(f.Bytes)))
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	b := &book{parts: map[string]*zip.File{}, limits: limits, name: f.Name, days: map[string]string{}, looks: map[string]string{}}
	var total uint64
	for _, part := range archive.File {
		b.parts[strings.TrimPrefix(part.Name, "/")] = part
		if total += part.UncompressedSize64; total > uint64(limits.Unzipped) || part.UncompressedSize64 > uint64(limits.Unzipped) || isBomb(part) {
			return nil, errBomb
		}
	}
	if err := b.list(); err != nil {
		return nil, err
	}
	if err := b.readStyles(); err != nil {
		return nil, err
	}
	return b, b.readTexts(ctx)
}

// isBomb tells a large part that is packed as no text of people is. Sheets of
// repeated rows come to a hundredth of their size.
func isBomb(part *zip.File) bool {
	return part.UncompressedSize64 > 64<<20 && part.UncompressedSize64/400 > part.CompressedSize64
}

func (b *book) close() {
	if b.pad != nil {
		_ = b.pad.Close()
	}
}

func (b *book) cellReader(part io.Reader) *cellReader {
	return &cellReader{book: b, m: newMarkup(part), known: map[string]string{}}
}

// part opens one part of the archive, never beyond the limit, whatever size
// the archive gives for it.
func (b *book) part(name string) (io.ReadCloser, error) {
	p, ok := b.parts[name]
	if !ok {
		return nil, fmt.Errorf("part %q: %w", name, fs.ErrNotExist)
	}
	r, err := p.Open()
	if err != nil {
		return nil, fmt.Errorf("unpack %q: %w", name, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{&bounded{r, b.limits.Unzipped}, r}, nil
}

// bounded fails where a part goes on beyond the limit.
type bounded struct {
	in   io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBomb
	}
	n, err := b.in.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
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

// choose takes the sheet that was asked for; else the visible one whose header
// has most known titles, the first of equals. It reports the others.
func (b *book) choose(ctx context.Context, opts importers.Options, found *diag.List) (sheet, bool) {
	if opts.Sheet != "" {
		return b.named(opts.Sheet, found)
	}
	best := -1
	for i := range b.sheets {
		s := &b.sheets[i]
		if s.hidden || ctx.Err() != nil {
			continue
		}
		rows := b.firstRows(*s)
		if importers.IsReceipt(rows) {
			continue
		}
		s.score = importers.HeaderScore(rows, opts)
		if opts.Each != nil && len(rows) > 0 {
			s.score = 1 // no list: the first sheet with rows
		}
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

// named finds a sheet by its name, exactly or else without regard to case.
// Who asks for a hidden sheet gets it.
func (b *book) named(name string, found *diag.List) (sheet, bool) {
	var folded []sheet
	var names []string
	for _, s := range b.sheets {
		if s.name == name {
			return s, true
		}
		if strings.EqualFold(strings.TrimSpace(s.name), strings.TrimSpace(name)) {
			folded = append(folded, s)
		}
		names = append(names, strconv.Quote(s.name))
	}
	if len(folded) == 1 {
		return folded[0], true
	}
	found.Add(diag.Error, CodeNotThere, diag.Place{File: b.name}, "no sheet of that name", "there is no sheet %q; there are %s", name, strings.Join(names, ", "))
	return sheet{}, false
}

func (b *book) reportSheets(best int, found *diag.List) {
	for i, s := range b.sheets {
		at := diag.Place{File: b.name, Sheet: s.name}
		switch {
		case i == best || best < 0 && !s.hidden:
		case s.hidden:
			found.Add(diag.Info, CodeHidden, at, "hidden sheet was not read", "show it if it belongs to the list, or choose it by --sheet")
		case s.score > 3 && s.score >= b.sheets[best].score-1:
			found.Add(diag.Warning, CodeOtherSheet, at, "another sheet could be the list", "%q was read; choose another by --sheet, or put each list into a workbook of its own", b.sheets[best].name)
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
		for _, row := range b.firstRows(s) {
			for i, c := range row.Cells {
				if c.Text != "" {
					return diag.Place{File: b.name, Sheet: s.name, Line: row.Line, Column: i + 1, Cell: nameOf(i+1, row.Line)}
				}
			}
		}
	}
	return at
}

// firstRows gives the rows in which a header may be; a sheet that cannot be
// read has none.
func (b *book) firstRows(s sheet) (out []importers.SheetRow) {
	part, err := b.part(s.part)
	if err != nil {
		return nil
	}
	defer part.Close()
	cells := b.cellReader(part)
	for len(out) < importers.HeaderSearch {
		ok, err := cells.row()
		if !ok || err != nil {
			break
		}
		out = append(out, importers.SheetRow{Line: cells.line, Cells: slices.Clone(cells.cells)})
	}
	return out
}
