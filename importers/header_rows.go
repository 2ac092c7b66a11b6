package importers

import (
	"strings"

	"turnover/internal/diag"
)

// A headerAt is a header and the rows in which it stands, by position. Two rows
// are one header where the upper one names groups: "Timing" over In, Out and
// Frames.
type headerAt struct {
	row         SheetRow
	first, last int
}

// findHeader takes the row with most known titles, together with the one below
// or above it where the two are one header without doubt.
func findHeader(head []SheetRow, opts Options) (headerAt, bool) {
	at, score := bestHeader(head, opts)
	if score == 0 {
		return headerAt{}, false
	}
	if at+1 < len(head) {
		if row, ok := joinHeader(head[at], head[at+1], opts, true); ok {
			return headerAt{row, at, at + 1}, true
		}
	}
	if at > 0 {
		if row, ok := joinHeader(head[at-1], head[at], opts, false); ok {
			return headerAt{row, at - 1, at}, true
		}
	}
	return headerAt{head[at], at, at}, true
}

// joinHeader makes one row of titles of a row of groups and the row below it.
// Named tells that the names are among the upper titles; then the lower row may
// say nothing below them, or it is a row of the list.
func joinHeader(groups, titles SheetRow, opts Options, named bool) (SheetRow, bool) {
	if titles.Line != groups.Line+1 || groups.filled() < 2 || titles.filled() < 2 {
		return SheetRow{}, false
	}
	kind := opts.Kind
	if kind == "" {
		kind = kindOf(foldRow(groups), opts)
	}
	j := joiner{kind: kind, opts: opts, named: named, used: map[string]bool{}}
	folds := make([]string, len(titles.Cells))
	for i := range titles.Cells {
		folds[i] = foldTitle(cellAt(titles, i).Text)
	}
	j.below = fieldsOf(folds, kind, opts)
	row := SheetRow{Line: titles.Line, Hidden: titles.Hidden}
	for i := range max(len(groups.Cells), len(titles.Cells)) {
		above, below := cellAt(groups, i), cellAt(titles, i)
		next := cellAt(groups, i+1).Text == "" && cellAt(titles, i+1).Text != ""
		if isNumeric(below.Text) || named && below.Text != "" && isNameField(j.field(above.Text)) {
			return SheetRow{}, false // a row of the list
		}
		cell := below
		if cell.Text = j.title(above.Text, below.Text, next); below.Text == "" {
			cell.Column = max(above.Column, below.Column)
		}
		cell.Line, cell.Note = titles.Line, 0
		row.Cells = append(row.Cells, cell)
	}
	if j.gained == 0 || named && j.known < 2 {
		return SheetRow{}, false
	}
	return row, true
}

// cellAt is a cell of a header, trimmed; a merged range has its text in its
// first one.
func cellAt(row SheetRow, i int) SheetCell {
	if i >= len(row.Cells) {
		return SheetCell{Column: i + 1}
	}
	c := row.Cells[i]
	if c.Text = trimCell(c.Text); c.Note&NoteMerged != 0 {
		c.Text = ""
	}
	return c
}

// A joiner reads a header of two rows from left to right.
type joiner struct {
	kind   Kind
	opts   Options
	named  bool               // the names are among the upper titles
	below  map[string]fieldAt // what the lower titles mean by themselves
	group  string             // that the column belongs to; "" for none
	used   map[string]bool    // lower titles so far
	known  int                // lower titles that mean something
	gained int                // columns that only both rows together explain
}

// title gives a column's title of what stands above and below it. Next tells
// that what stands above goes on over the next column: a group.
func (j *joiner) title(above, below string, next bool) string {
	switch {
	case above != "" && next:
		j.group = above
	case above != "" || below == "":
		j.group = ""
	}
	switch {
	case below == "":
		return j.alone(above)
	case j.group != "":
		return j.join(below)
	case above != "" && j.field(above) != "" && j.field(below) == "":
		return above
	}
	return below
}

// alone gives the title of a column that has one in the upper row only.
func (j *joiner) alone(above string) string {
	if field := j.field(above); !j.named && field != "" {
		if _, twice := j.below[field]; twice {
			return "" // what the lower titles say already
		}
		j.gained++
	}
	return above
}

// join gives a lower title with its group, where that says more.
func (j *joiner) join(title string) string {
	fold, own := foldTitle(title), j.field(title)
	part := isTaskPart(fold)
	if own != "" || part {
		j.known++
	}
	twice := j.used[fold]
	j.used[fold] = true
	if fold == receiptVerdict || strings.HasPrefix(fold, receiptWhy) {
		return title
	}
	joint := j.group + " " + title
	switch field := j.field(joint); {
	case field != "" && field != own, part && !strings.ContainsAny(j.group, "0123456789"):
		j.gained++
		return joint
	case own != "" && !twice:
		if j.named {
			j.gained++
		}
		return title
	case j.named || twice:
		return joint
	}
	return title
}

func (j *joiner) field(title string) string {
	field, _ := fieldFor(foldTitle(title), j.kind, j.opts)
	return field
}

// isTaskPart tells the titles that mean something only with their task type.
func isTaskPart(fold string) bool {
	for _, s := range taskSuffixes {
		if foldTitle(s.suffix) == fold {
			return true
		}
	}
	return false
}

// reportJoined says that the header stands in two rows.
func (r *sheetReader) reportJoined(h headerAt) {
	if h.first < h.last {
		r.found.add(diag.Info, CodeTwoRows, r.rowPlace(h.row), "header of two rows", "this row and the one above it were read as one header: %q", clip(h.row.text()))
	}
}
