package importers

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"

	"turnover/internal/diag"
)

// A CellNote says what a sheet's cell is besides its text.
type CellNote uint8

// The notes that CSV and Excel readers give to cells.
const (
	NoteNumber     CellNote = 1 << iota // a number shown without padding: leading zeros may be lost
	NoteDate                            // a real date; the text is its ISO form
	NoteNoValue                         // a formula that was saved without its value
	NoteStruck                          // struck through
	NoteMerged                          // the text comes from the first cell of a merged range
	NoteStruckPart                      // some of the text is struck through
	NoteLiteral                         // the file says that it is text, whatever it begins with
	NoteAbsent                          // the row does not have the cell
)

// A SheetCell is one cell as text, as shown to a person.
type SheetCell struct {
	Text   string
	Line   int // physical line or row
	Column int // in characters for text files, the column's number for workbooks
	Note   CellNote
}

// A SheetRow is one row, its cells by position from the first column.
type SheetRow struct {
	Line   int
	Cells  []SheetCell
	Hidden bool
	Broken bool // its reader has already found an error in it
}

// A Sheet is a table that a reader of one format hands to ReadSheet.
type Sheet struct {
	Source Source
	// Named tells that cells have names ("D14"), and that a row's trailing
	// empty cells are not written: a workbook.
	Named bool
	// Hint is about how many rows there are; 0 where that is not known. Entries
	// are large, and copying them while the list grows is most of the time.
	Hint int
	// Rows may give the same Cells slice again and again. Its error is the
	// machine's.
	Rows iter.Seq2[SheetRow, error]
}

// HeaderSearch is how many rows are looked at for the header.
const HeaderSearch = 20

// sheetReader turns the rows of one sheet into entries.
type sheetReader struct {
	sheet         Sheet
	opts          Options
	list          *ShotList
	found         findings
	header        header
	cells         int64
	rows          int
	blank         int  // rows without any text
	gap           bool // the row before was blank
	line          int  // of the row before
	groups        groups
	whole         bool              // what concerns the list is asked of all its entries
	ended         bool              // another table has begun below the list
	counted       bool              // the row being read has a count of frames
	exact         map[string]string // Options.Unusual as cells say them → as they are
	filled        []bool            // columns that hold something, by position
	subjects      []int             // positions of what a row is about, the narrowest first
	count         int               // position of the count of frames; -1 for none
	grouping      bool              // the list may be written in groups
	slab          []NamedCell       // of fields, for many rows
	fields, tasks int               // that a row may have
	receipt       int               // 1-based position of the first of two columns that a receipt added; 0 for none
}

// ReadSheet finds the header row and reads each row below it as an entry.
func ReadSheet(ctx context.Context, sheet Sheet, opts Options) (*ShotList, diag.List, error) {
	opts.Limits = opts.Limits.WithDefaults()
	limited, cancel := context.WithTimeout(ctx, opts.Limits.Time)
	defer cancel()
	r := &sheetReader{sheet: sheet, opts: opts, list: &ShotList{Source: sheet.Source, Kind: opts.Kind}}
	if opts.Each != nil {
		return r.list, r.found.list, r.give(limited)
	}
	err := r.read(limited)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		r.found.add(diag.Error, CodeSheetTime, diag.Place{File: sheet.Source.Name, Sheet: sheet.Source.Sheet}, "reading took too long",
			"stopped after %s; split the file, or raise the limit", opts.Limits.Time)
		err = nil
	}
	r.finish()
	return r.list, r.found.list, err
}

// read collects the rows in which the header may be, then streams the others.
func (r *sheetReader) read(ctx context.Context) error {
	var head []SheetRow
	for row, err := range r.sheet.Rows {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if !r.within(row) {
			break
		}
		if head == nil && r.header.columns != nil {
			r.original(row)
			r.row(row)
			continue
		}
		row.Cells = slices.Clone(row.Cells)
		if head = append(head, row); len(head) == HeaderSearch {
			if !r.open(head) {
				return nil
			}
			head = nil
		}
	}
	if r.header.columns == nil {
		r.open(head)
	}
	return nil
}

// give hands the rows on as they stand.
func (r *sheetReader) give(ctx context.Context) error {
	for row, err := range r.sheet.Rows {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if !r.within(row) {
			break
		}
		r.opts.Each(row)
	}
	return nil
}

// within keeps the limits of rows and cells.
func (r *sheetReader) within(row SheetRow) bool {
	r.rows++
	r.cells += int64(len(row.Cells))
	if r.rows > r.opts.Limits.Rows+HeaderSearch {
		r.found.add(diag.Error, CodeSheetLimit, r.rowPlace(row), "too many rows", "over %d rows; split the file, or raise the limit", r.opts.Limits.Rows)
		return false
	}
	if r.cells > r.opts.Limits.Cells {
		r.found.add(diag.Error, CodeSheetLimit, r.rowPlace(row), "too many cells", "over %d cells; split the file, or raise the limit", r.opts.Limits.Cells)
		return false
	}
	return true
}

// open chooses the header among the first rows and reads those below it.
func (r *sheetReader) open(head []SheetRow) bool {
	h, ok := findHeader(head, r.opts)
	if !ok {
		r.noHeader(head)
		return false
	}
	r.receiptColumns(h.row)
	r.original(h.row)
	for _, row := range head {
		r.original(row)
	}
	r.titles(head[:h.first])
	r.reportJoined(h)
	if !r.readHeader(h.row) {
		return false
	}
	r.filled = make([]bool, len(r.header.columns))
	r.locate()
	r.countFields()
	r.whole = r.hasPanels() || r.splits()
	room := min(max(r.sheet.Hint-h.last-1, 0), r.opts.Limits.Rows)
	if r.opts.First > 0 && !r.whole {
		room = min(room, r.opts.First+1)
	}
	r.list.Entries = make([]Entry, 0, room)
	for _, row := range head[h.last+1:] {
		r.row(row)
	}
	return true
}

func (r *sheetReader) noHeader(head []SheetRow) {
	place := diag.Place{File: r.sheet.Source.Name, Sheet: r.sheet.Source.Sheet}
	for _, row := range head {
		if !row.empty() {
			place = r.rowPlace(row)
			r.found.add(diag.Error, CodeNoHeader, place, "no header row found",
				"none of the first %d rows has a column title that is known, such as Sequence, Shot or Nb Frames; the first says %q. Add a header row, or name your titles under columns in the configuration",
				HeaderSearch, clip(row.text()))
			return
		}
	}
	r.found.add(diag.Error, CodeEmptySheet, place, "nothing in it", "the table has no row with text; export it again")
}

// titles reports what stands above the header; the first such text is the
// list's title.
func (r *sheetReader) titles(rows []SheetRow) {
	n := 0
	for _, row := range rows {
		if row.empty() {
			continue
		}
		if n++; n == 1 {
			r.list.Title = row.text()
		}
	}
	if n > 0 {
		r.found.add(diag.Info, CodeTitleRows, r.rowPlace(rows[0]), "rows above the header were left out", "%d rows; the first says %q", n, clip(r.list.Title))
	}
}

// row accounts for one row below the header and reads it.
func (r *sheetReader) row(row SheetRow) {
	r.list.Lines.Total++
	// A workbook need not write its empty rows.
	gap := r.gap || r.sheet.Named && r.line > 0 && row.Line > r.line+1
	r.gap, r.line = false, row.Line
	filled := row.trim()
	if filled == 0 && !row.Broken {
		r.list.Lines.Ignored++
		r.blank++
		r.gap = true
		return
	}
	omitted, out := r.policies(row)
	if out || r.below(row, gap) || r.leftOut(row, gap, filled) {
		r.list.Lines.Ignored++
		return
	}
	before := r.found.errors
	entry := r.room()
	if r.entry(entry, row) {
		if omitted {
			entry.Omitted = Flag{State: Present, Value: true, Place: SpotOf(entry.Place)}
		}
		r.accept(entry, gap)
	} else {
		r.drop(entry)
	}
	if row.Broken || r.found.errors > before {
		r.list.Lines.InError++
	} else {
		r.list.Lines.Understood++
	}
}

// room is where the next entry is made: an entry is too large to be copied.
func (r *sheetReader) room() *Entry {
	n := len(r.list.Entries)
	if n == cap(r.list.Entries) {
		r.list.Entries = slices.Grow(r.list.Entries, max(n/4, 16))
	}
	return &r.list.Entries[:n+1][n]
}

// accept takes the entry into the list, unless it is only counted.
func (r *sheetReader) accept(e *Entry, gap bool) {
	if r.grouping {
		r.groups.see(e, gap)
	}
	if first := r.opts.First; first > 0 && !r.whole && len(r.list.Entries) == first {
		r.list.More++
		r.drop(e)
		return
	}
	if r.fields <= maxReserved {
		r.slab = r.slab[:len(r.slab)+min(len(e.Fields), r.fields)]
	}
	r.list.Entries = r.list.Entries[:len(r.list.Entries)+1]
}

// drop makes an entry empty for the next row, which may have its room for tasks.
func (r *sheetReader) drop(e *Entry) { *e = Entry{Tasks: e.Tasks[:0]} }

// finish says what concerns the table as a whole.
func (r *sheetReader) finish() {
	at := diag.Place{File: r.sheet.Source.Name, Sheet: r.sheet.Source.Sheet}
	if r.header.columns != nil {
		r.splitNames()
		r.fillGroups()
		r.panels()
		r.emptyColumns()
		if r.list.Lines.Total == r.list.Lines.Ignored && r.found.errors == 0 {
			r.found.add(diag.Warning, CodeNoRows, r.header.place, "no rows below the header", "nothing to import")
		}
	}
	if r.blank > 0 {
		r.found.add(diag.Info, CodeBlankRows, at, "empty rows were left out", "%d rows", r.blank)
	}
	r.found.close()
	if r.list.Kind == "" {
		r.list.Kind = Shots
	}
}

// place is where the cell at a position stands; a position past the row's end
// is known by its row only in a text file.
func (r *sheetReader) place(row SheetRow, i int) diag.Place {
	return r.at(r.spot(row, i))
}

func (r *sheetReader) spot(row SheetRow, i int) Spot {
	switch {
	case r.sheet.Named:
		return SpotAt(row.Line, i+1)
	case i < len(row.Cells):
		return SpotAt(row.Cells[i].Line, row.Cells[i].Column)
	}
	return SpotAt(row.Line, 0)
}

// at is a spot of this sheet as a whole place.
func (r *sheetReader) at(s Spot) diag.Place {
	return s.In(diag.Place{File: r.sheet.Source.Name, Sheet: r.sheet.Source.Sheet})
}

func (r *sheetReader) rowPlace(row SheetRow) diag.Place {
	return diag.Place{File: r.sheet.Source.Name, Sheet: r.sheet.Source.Sheet, Line: row.Line}
}

// cellName gives "D14" for column 4, row 14.
func cellName(column, row int) string {
	var letters [4]byte
	i := len(letters)
	for column > 0 && i > 0 {
		i--
		column--
		letters[i] = byte('A' + column%26)
		column /= 26
	}
	return string(letters[i:]) + strconv.Itoa(row)
}

// clip shortens a text for a finding.
func clip(s string) string {
	n, cut := 0, 0
	for i := range s {
		if n++; n == 80 {
			cut = i
		} else if n > 80 {
			return s[:cut] + "…"
		}
	}
	return s
}
