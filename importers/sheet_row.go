package importers

import (
	"strings"

	"turnover/internal/diag"
)

// leftOut tells and reports rows that are no entries: totals, notes below the
// table, the header repeated on each printed page.
func (r *sheetReader) leftOut(row SheetRow, gap bool, filled int) bool {
	if row.Broken {
		return false
	}
	if r.header.repeated(row) {
		r.found.add(diag.Info, CodeRepeatedHeader, r.rowPlace(row), "header repeated", "the row says the same as the header and was left out")
		return true
	}
	if total, place := r.total(row, filled); total {
		r.found.add(diag.Warning, CodeTotalRow, place, "row looks like a total", "%q was left out; if it is a shot, give it a sequence and a name", clip(row.text()))
		return true
	}
	if filled == 1 && gap && len(r.header.columns) > 1 {
		r.found.add(diag.Warning, CodeNoteRow, r.rowPlace(row), "row looks like a note below the table", "%q stands alone after an empty row and was left out", clip(row.text()))
		return true
	}
	return false
}

// total recognises "Subtotal" in a name's place, where the row has gaps, and
// rows of numbers only.
func (r *sheetReader) total(row SheetRow, filled int) (bool, diag.Place) {
	gaps := filled < max(3, len(r.header.columns))
	said, numbers := false, true
	for i := range row.Cells {
		text := row.Cells[i].Text
		if text == "" {
			continue
		}
		said = true
		column := r.header.at(i)
		named := column != nil && column.name
		if gaps && (column == nil || named) && isTotalWord(text) {
			return true, r.place(row, i)
		}
		numbers = numbers && !named && (column == nil || column.Field != "description") && isNumeric(text)
		if !numbers && !gaps {
			break
		}
	}
	return numbers && said && len(r.header.columns) > 1, r.rowPlace(row)
}

func (row SheetRow) empty() bool { return row.filled() == 0 }

// trim takes the blanks off all cells and counts those that say something.
func (row SheetRow) trim() int {
	n := 0
	for i := range row.Cells {
		c := &row.Cells[i]
		if c.Text = trimCell(c.Text); c.says() {
			n++
		}
	}
	return n
}

// filled counts the cells that say something.
func (row SheetRow) filled() int {
	n := 0
	for _, c := range row.Cells {
		if c.Text = trimCell(c.Text); c.says() {
			n++
		}
	}
	return n
}

// says tells whether a trimmed cell says something; a formula without its value
// does.
func (c *SheetCell) says() bool { return c.Text != "" || c.Note&NoteNoValue != 0 }

// text joins what the row says, for findings.
func (row SheetRow) text() string {
	var parts []string
	for _, c := range row.Cells {
		if t := trimCell(c.Text); t != "" && c.Note&NoteMerged == 0 {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, " · ")
}
