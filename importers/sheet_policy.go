package importers

import (
	"strconv"
	"strings"

	"turnover/internal/diag"
)

// policies says what becomes of a row that is hidden or struck through: read
// as omitted, left out, or read as any other.
func (r *sheetReader) policies(row SheetRow) (omitted, out bool) {
	if row.Hidden {
		omitted, out = r.hiddenRow(row)
	}
	if out {
		return false, true
	}
	if i, struck := r.struckName(row); struck {
		also := false
		also, out = r.struckRow(r.place(row, i))
		omitted = omitted || also
	}
	return omitted && !out, out
}

// hiddenRow applies the policy of hidden rows, which are read where nothing
// else was asked for.
func (r *sheetReader) hiddenRow(row SheetRow) (omitted, out bool) {
	at := r.rowPlace(row)
	switch {
	case r.opts.HiddenRows == Omit && r.list.Kind == Shots:
		r.found.count(diag.Info, CodeHiddenOmit, at, -1, "hidden rows were read as omitted", "%d rows that the workbook hides, this one first")
		return true, false
	case r.opts.HiddenRows == Omit, r.opts.HiddenRows == Ignore:
		r.found.count(diag.Info, CodeHiddenLeft, at, -1, "hidden rows were left out", "%d rows that the workbook hides, this one first; show them if they belong to the list")
		return false, true
	}
	r.found.count(diag.Warning, CodeHiddenRows, at, -1, "hidden rows were read",
		"%d rows that the workbook hides, this one first; delete them if they do not belong to the list, or leave them out by --hidden-rows ignore")
	return false, false
}

// struckRow applies the policy of struck rows: shots are omitted where nothing
// else was asked for. A row of another list has nothing to omit.
func (r *sheetReader) struckRow(at diag.Place) (omitted, out bool) {
	switch {
	case r.opts.StruckRows == Report:
		r.found.count(diag.Warning, CodeStruckRead, at, -1, "struck rows were read", "%d rows whose name is struck through, this one first, were read as any other")
		return false, false
	case r.opts.StruckRows == Ignore, r.list.Kind != Shots:
		r.found.count(diag.Info, CodeStruckLeft, at, -1, "struck rows were left out", "%d rows whose name is struck through, this one first")
		return false, true
	}
	r.found.count(diag.Info, CodeStruckRow, at, -1, "struck rows were read as omitted", "%d rows whose name is struck through, this one first")
	return true, false
}

// struckName tells whether what the row is about is struck through, and where.
func (r *sheetReader) struckName(row SheetRow) (int, bool) {
	for _, i := range r.subjects {
		if i < len(row.Cells) && row.Cells[i].Text != "" {
			note := row.Cells[i].Note
			return i, note&NoteStruck != 0 && note&NoteMerged == 0
		}
	}
	return 0, false
}

// subjects are the fields that a row is about, the narrowest first.
func subjects(kind Kind) []string {
	switch kind {
	case Casting, Assets:
		return []string{"asset"}
	case Tasks:
		return []string{"entity", "shot", "task_type"}
	case Timesheet:
		return []string{"entity", "shot", "person"}
	}
	return []string{"shot"}
}

// emptyColumns says which of the columns that mean something hold nothing: a
// formula that was lost, or an export of the wrong view.
func (r *sheetReader) emptyColumns() {
	if len(r.list.Entries) == 0 {
		return
	}
	var first diag.Place
	var titles []string
	for i := range r.header.columns {
		c := &r.header.columns[i]
		if c.Field == "" || c.Header == "" || i < len(r.filled) && r.filled[i] {
			continue
		}
		if titles = append(titles, strconv.Quote(clip(c.Header))); len(titles) == 1 {
			first = c.Place
		}
	}
	if len(titles) > 0 {
		r.found.add(diag.Info, CodeEmptyColumn, first, "columns are empty", "no row has anything under %s; if one should, save the list with its values", strings.Join(titles, ", "))
	}
}
