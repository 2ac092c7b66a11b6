package importers

import (
	"strings"

	"turnover/internal/diag"
)

// header is how a sheet's columns were understood.
type header struct {
	columns []column // by position; the titles of tables beside are cut off
	place   diag.Place
	width   int // cells that a row may have
	byField map[string]int
}

// column is one position of the header.
type column struct {
	Column
	fold     string
	name     bool   // its cells are names of the hierarchy
	taskPart string // of a task column: status, comment, assignations, estimation
}

// nameField tells columns whose cells are names of the hierarchy.
func (c *column) nameField() bool {
	switch c.Field {
	case "episode", "sequence", "scene", "shot", "asset":
		return true
	}
	return false
}

// spans tells columns in which a merged range names all of its rows. Frames or
// a shot's name are said once, whatever the range.
func (c *column) spans() bool {
	return c.Field == "project" || c.nameField() && c.Field != "shot"
}

func (h *header) at(i int) *column {
	if i < len(h.columns) {
		return &h.columns[i]
	}
	return nil
}

func (h *header) has(field string) bool { _, ok := h.byField[field]; return ok }

// repeated tells whether a trimmed row says the same as the header.
func (h *header) repeated(row SheetRow) bool {
	same := 0
	for i := range h.columns {
		text := ""
		if i < len(row.Cells) {
			text = row.Cells[i].Text
		}
		if text != h.columns[i].Header {
			return false
		}
		if text != "" {
			same++
		}
	}
	return same > 1
}

// HeaderScore tells how many known titles the best of the first rows has; 0
// means that none of them is a header.
func HeaderScore(rows []SheetRow, opts Options) int {
	_, score := bestHeader(rows, opts)
	return score
}

// bestHeader gives the row with most known titles, the first of equals. A row
// that holds what its kind of list needs beats any that does not.
func bestHeader(rows []SheetRow, opts Options) (at, score int) {
	for i, row := range rows[:min(len(rows), HeaderSearch)] {
		if s := scoreHeader(row, opts); s > score {
			at, score = i, s
		}
	}
	return at, score
}

func scoreHeader(row SheetRow, opts Options) int {
	folds := foldRow(row)
	kind := opts.Kind
	if kind == "" {
		kind = kindOf(folds, opts)
	}
	fields, score := fieldsOf(folds, kind, opts), 0
	for range fields {
		score++
	}
	if score == 0 {
		return 0
	}
	for _, group := range needed(kind) {
		if !anyOf(fields, group) {
			return score
		}
	}
	return score + 2
}

func foldRow(row SheetRow) []string {
	folds := make([]string, len(row.Cells))
	for i, c := range row.Cells {
		if len(c.Text) <= 200 {
			folds[i] = foldTitle(c.Text)
		}
	}
	return folds
}

// fieldsOf gives the position and rank of the best column for each field.
func fieldsOf(folds []string, kind Kind, opts Options) map[string]fieldAt {
	out := map[string]fieldAt{}
	for i, fold := range folds {
		if fold == "" {
			continue
		}
		field, rank := fieldFor(fold, kind, opts)
		if field == "" {
			continue
		}
		if best, ok := out[field]; !ok || rank < best.rank {
			out[field] = fieldAt{i, rank}
		}
	}
	return out
}

type fieldAt struct{ at, rank int }

// fieldFor finds what a title means; the production's own titles come first.
func fieldFor(fold string, kind Kind, opts Options) (string, int) {
	if field, ok := opts.Profile.field(fold, kind); ok {
		return field, -1000
	}
	for field, words := range opts.Columns {
		for i, w := range words {
			if foldTitle(w) == fold {
				return field, i - len(words)
			}
		}
	}
	for _, f := range wordsOf(kind) {
		for i, w := range f.words {
			if w == fold {
				return f.field, i
			}
		}
	}
	return "", 0
}

func anyOf(fields map[string]fieldAt, group []string) bool {
	for _, f := range group {
		if _, ok := fields[f]; ok {
			return true
		}
	}
	return false
}

// kindOf tells the kind of list from its titles.
func kindOf(folds []string, opts Options) Kind {
	has := func(kind Kind, field string) bool {
		_, ok := fieldsOf(folds, kind, opts)[field]
		return ok
	}
	switch {
	case has(Timesheet, "person") && has(Timesheet, "date") && has(Timesheet, "duration") && has(Timesheet, "task_type"):
		return Timesheet
	case has(Casting, "asset") && (has(Casting, "occurrences") || has(Casting, "asset_type") || has(Casting, "label")):
		return Casting
	case has(Tasks, "task_type") && (has(Tasks, "entity") || has(Tasks, "shot")):
		return Tasks
	}
	return Shots
}

// readHeader maps the titles and reports what is odd about them.
func (r *sheetReader) readHeader(row SheetRow) bool {
	folds := foldRow(row)
	if r.list.Kind == "" {
		r.list.Kind = kindOf(folds, r.opts)
	}
	r.header.place = r.rowPlace(row)
	folds = folds[:r.tableWidth(row, folds)]
	r.header.byField = map[string]int{}
	for field, best := range fieldsOf(folds, r.list.Kind, r.opts) {
		r.header.byField[field] = best.at
	}
	r.header.columns = make([]column, len(folds))
	for i, fold := range folds {
		c := &r.header.columns[i]
		*c = column{Column: Column{Header: trimCell(row.Cells[i].Text), Place: r.place(row, i)}, fold: fold}
		if field, _ := fieldFor(fold, r.list.Kind, r.opts); fold != "" && field != "" && r.header.byField[field] == i {
			c.Field = field
		}
	}
	r.dataColumns()
	r.reportColumns()
	for i := range r.header.columns {
		c := &r.header.columns[i]
		c.name = c.nameField()
		r.list.Columns = append(r.list.Columns, c.Column)
	}
	return r.enough()
}

// tableWidth gives where the list ends: the last title, or an empty column
// beyond which stands another table.
func (r *sheetReader) tableWidth(row SheetRow, folds []string) int {
	width := len(folds)
	for width > 0 && folds[width-1] == "" {
		width--
	}
	r.header.width = width
	first := 0
	for first < width && folds[first] == "" {
		first++
	}
	for gap := first; gap < width; gap++ {
		if folds[gap] != "" || !r.sideTable(folds[:gap], folds[gap:width]) {
			continue
		}
		next := gap
		for folds[next] == "" {
			next++
		}
		r.found.add(diag.Warning, CodeSideTable, r.place(row, next), "another table stands beside the list",
			"after an empty column, %q and what is right of it were left out; move it to a sheet of its own, or delete the empty column if it belongs to the list", clip(trimCell(row.Cells[next].Text)))
		return gap
	}
	return width
}

// sideTable tells whether the titles right of a gap are a table of their own:
// they say nothing that a list needs, or say again what the left part says.
func (r *sheetReader) sideTable(left, right []string) bool {
	l, rt := fieldsOf(left, r.list.Kind, r.opts), fieldsOf(right, r.list.Kind, r.opts)
	if !anyOf(l, needed(r.list.Kind)[0]) {
		return false
	}
	for _, fold := range right {
		if _, known := r.known(r.opts.TaskTypes, fold); known {
			return false
		}
		if _, known := r.known(r.opts.Descriptors, fold); known {
			return false
		}
	}
	return len(rt) == 0 || anyOf(rt, needed(r.list.Kind)[0])
}

// known finds the production's own spelling of a name.
func (r *sheetReader) known(names []string, fold string) (string, bool) {
	if fold == "" {
		return "", false
	}
	for _, n := range names {
		if foldTitle(n) == fold {
			return n, true
		}
	}
	return "", false
}

// dataColumns finds task columns and metadata among the titles left over, and
// says what unit a time sheet has.
func (r *sheetReader) dataColumns() {
	if r.list.Kind == Shots || r.list.Kind == Assets {
		r.taskColumns()
	}
	for i := range r.header.columns {
		c := &r.header.columns[i]
		switch {
		case c.Field == "resolution":
			c.Field, c.Detail = "field", "resolution"
			if name, ok := r.known(r.opts.Descriptors, c.fold); ok {
				c.Detail = name
			}
		case c.Field == "duration" && r.list.Kind == Timesheet:
			c.Detail = "minutes"
			for _, word := range []string{"hour", "heure", "stunde"} {
				if strings.Contains(c.fold, word) {
					c.Detail = "hours"
				}
			}
		case c.Field == "":
			if name, ok := r.known(r.opts.Descriptors, c.fold); ok {
				c.Field, c.Detail = "field", name
			}
		}
	}
}

// enough tells whether the list has the columns that its kind needs.
func (r *sheetReader) enough() bool {
	ok := true
	for _, group := range needed(r.list.Kind) {
		missing := true
		for _, field := range group {
			missing = missing && !r.header.has(field)
		}
		if missing {
			ok = false
			r.found.add(diag.Error, CodeMissingColumn, r.header.place, "a needed column is missing",
				"a list of %s needs a column for %s; rename one, or name your title under columns in the configuration (columns: {%s: [\"…\"]})",
				r.list.Kind, strings.Join(group, " or "), group[0])
		}
	}
	if r.list.Kind == Shots && ok && r.assetList() {
		r.found.add(diag.Error, CodeMissingColumn, r.header.place, "looks like a list of assets, not of shots",
			"it has names and types, but neither sequences nor frames; title the column Shot if these are shots")
		return false
	}
	if r.list.Kind == Shots && ok && !r.header.has("sequence") && len(r.opts.Names) == 0 {
		r.found.add(diag.Warning, CodeNoSequence, r.header.place, "no sequence column",
			"shots are named without their sequence; add a Sequence column, or give a naming template if the shot cell holds the whole path")
	}
	return ok
}

// assetList recognises lists of assets: a type beside a mere "Name".
func (r *sheetReader) assetList() bool {
	if r.header.has("sequence") || r.header.has("nb_frames") || r.column("name") == nil || r.header.columns[r.header.byField["shot"]].fold != "name" {
		return false
	}
	return r.column("type") != nil || r.column("assettype") != nil
}
