package importers

import "turnover/internal/diag"

// below tells rows of another table that begins below the list: after an empty
// row, a row that says nothing but titles. A table that could be such a list
// too is an error, since leaving it out would lose its rows.
func (r *sheetReader) below(row SheetRow, gap bool) bool {
	if !gap || row.Broken || r.header.repeated(row) {
		return r.ended
	}
	titles, again := r.titlesOnly(row)
	switch {
	case !titles:
		return r.ended
	case again:
		r.found.add(diag.Error, CodeTableBelow, r.rowPlace(row), "another list stands below the list",
			"%q are titles of a second table, which was not read; move it to a sheet or file of its own, or make it one table with the same columns", clip(row.text()))
	default:
		r.found.add(diag.Warning, CodeTableBelow, r.rowPlace(row), "another table stands below the list",
			"%q are titles; this row and those below it were left out. Move the table to a sheet or file of its own", clip(row.text()))
	}
	r.ended = true
	return true
}

// titlesOnly tells a row whose cells are all titles of one kind of list, and
// whether they are enough for a list of the same kind as the one above.
func (r *sheetReader) titlesOnly(row SheetRow) (titles, again bool) {
	folds := foldRow(row)
	for _, kind := range []Kind{r.list.Kind, Shots, Casting, Tasks, Timesheet} {
		fields := fieldsOf(folds, kind, Options{})
		if len(fields) < 2 || len(fields) < row.filled() {
			continue
		}
		again = kind == r.list.Kind
		for _, group := range needed(kind) {
			again = again && anyOf(fields, group)
		}
		return true, again
	}
	return false, false
}

// panelWords are the titles of a storyboard's panels.
var panelWords = map[string]bool{"panel": true, "panelno": true, "panelnumber": true, "panelname": true, "panneau": true, "vignette": true, "vineta": true}

// panels refuses a list with a row for each panel of a shot: the frames of one
// panel would be taken for those of the shot.
func (r *sheetReader) panels() {
	if !r.hasPanels() {
		return
	}
	type name struct{ episode, sequence, shot string }
	first := make(map[name]int, len(r.list.Entries))
	for i := range r.list.Entries {
		e := &r.list.Entries[i]
		key := name{e.Episode.Text, e.Sequence.Text, e.Shot.Text}
		if at, twice := first[key]; twice {
			r.found.add(diag.Error, CodePanels, r.at(e.Shot.Place), "a list of panels, not of shots",
				"%q stands here and in line %d, once for each of its panels; export the list with one row a shot and the frames of the whole shot", e.Shot.Text, r.list.Entries[at].Place.Line)
			return
		}
		first[key] = i
	}
}

func (r *sheetReader) hasPanels() bool {
	if r.list.Kind != Shots {
		return false
	}
	for i := range r.header.columns {
		if c := &r.header.columns[i]; c.Field == "" && panelWords[c.fold] {
			return true
		}
	}
	return false
}
