package importers

import (
	"turnover/internal/diag"
)

// entry reads one row into an empty entry and tells whether it can stand for
// something: a shot row without a name cannot.
func (r *sheetReader) entry(e *Entry, row SheetRow) bool {
	e.Place = r.rowPlace(row)
	if r.list.Kind != Shots {
		e.Details = &Details{}
	}
	r.width(row)
	r.reserve(e)
	r.counted = r.hasCount(row)
	ok := true
	for i := range r.header.columns {
		c := &r.header.columns[i]
		cell, note := r.cell(row, i)
		if cell.Given() {
			r.filled[i] = true
		}
		if note&NoteMerged != 0 {
			cell, note = r.mergedCell(c, i, cell, note)
		}
		if note&NoteNoValue != 0 {
			r.noValue(c, r.at(cell.Place))
		}
		if c.name && cell.Given() {
			cell, note = r.repair(c, i, cell, note)
		}
		known := false
		if c.bears() && cell.Given() {
			cell.Text, known = r.unusual(cell.Text)
		}
		if c.name && cell.Given() && !known && !r.checkName(c, i, cell, note) {
			if note&NoteDate != 0 && len(r.list.Dates) < maxSame {
				r.list.Dates = append(r.list.Dates, NamedCell{Name: c.Field, Cell: cell})
			}
			ok = ok && c.Field != "shot" && c.Field != "asset"
			cell.State, cell.Text = Absent, ""
		}
		r.set(e, c, i, cell)
	}
	if !ok && r.list.Kind == Casting {
		return false // the asset's name is in error already
	}
	return r.complete(row, e) && ok
}

// slabRows is how many rows share one piece of memory for their fields.
const slabRows = 256

// maxReserved is how many fields a row may have for room to be kept for them:
// of very wide lists most rows have few.
const maxReserved = 256

// reserve gives an entry room for its fields and tasks, which its header has
// counted.
func (r *sheetReader) reserve(e *Entry) {
	if r.fields > 0 && r.fields <= maxReserved {
		if cap(r.slab)-len(r.slab) < r.fields {
			r.slab = make([]NamedCell, 0, r.fields*slabRows)
		}
		n := len(r.slab)
		e.Fields = r.slab[n : n : n+r.fields]
	}
	if r.tasks > 0 && cap(e.Tasks) == 0 {
		e.Tasks = make([]TaskCell, 0, r.tasks)
	}
}

// countFields tells how many fields and tasks a row may have.
func (r *sheetReader) countFields() {
	for i := range r.header.columns {
		switch c := &r.header.columns[i]; c.Field {
		case "task":
			r.tasks++
		case "field", "timecode_duration", "seconds_duration", "id":
			r.fields++
		case "":
			if c.Header != "" {
				r.fields++
			}
		}
	}
}

// locate remembers the positions of what is looked at in each row, so that no
// row asks for them by name.
func (r *sheetReader) locate() {
	r.count, r.subjects = -1, nil
	if i, ok := r.header.byField["nb_frames"]; ok {
		r.count = i
	}
	for _, field := range subjects(r.list.Kind) {
		if i, ok := r.header.byField[field]; ok {
			r.subjects = append(r.subjects, i)
		}
	}
	r.grouping = r.list.Kind == Shots && r.header.has("sequence")
}

// hasCount tells whether a row says its frames, or should.
func (r *sheetReader) hasCount(row SheetRow) bool {
	i := r.count
	return i >= 0 && i < len(row.Cells) && row.Cells[i].says()
}

// mergedCell takes what a merged range says for a cell that is not its first.
// A name in it is meant for each of its rows; frames are said once.
func (r *sheetReader) mergedCell(c *column, i int, cell Cell, note CellNote) (Cell, CellNote) {
	switch {
	case !c.spans():
		cell.State = Empty
	case r.opts.Merged == Fill:
		return cell, note
	default:
		r.found.count(diag.Error, CodeMergedCells, r.at(cell.Place), i, "names in merged cells",
			"%d cells of this column belong to merged ranges, this one first, and only the first row of a range has its name. Have them filled down by --merged fill, or unmerge them and fill the names down")
		cell.State = Absent
	}
	cell.Text = ""
	return cell, 0
}

// cell gives a position's text and state. What a text row leaves off at its
// end is absent: the file does not mention it.
func (r *sheetReader) cell(row SheetRow, i int) (Cell, CellNote) {
	c := Cell{State: Empty, Place: r.spot(row, i)}
	if i >= len(row.Cells) {
		if !r.sheet.Named {
			c.State = Absent
		}
		return c, 0
	}
	if c.Text = row.Cells[i].Text; c.Text != "" {
		c.State = Present
	}
	if row.Cells[i].Note&(NoteNoValue|NoteAbsent) != 0 {
		c.State, c.Text = Absent, ""
	}
	return c, row.Cells[i].Note
}

// width reports rows that have more or fewer cells than the header.
func (r *sheetReader) width(row SheetRow) {
	columns := len(r.header.columns)
	if !r.sheet.Named && len(row.Cells) < columns && !row.Broken {
		r.found.add(diag.Warning, CodeShortRow, r.rowPlace(row), "row is shorter than the header",
			"%d cells of %d; the missing ones are left as they are in the production", len(row.Cells), columns)
	}
	for i := columns; i < len(row.Cells); i++ {
		if row.Cells[i].Text == "" || i < r.header.width {
			continue
		}
		r.found.add(diag.Warning, CodeLongRow, r.place(row, i), "row is longer than the header",
			"%q stands beyond the last column title and was left out; check for a missing quote or delimiter", clip(row.Cells[i].Text))
		return
	}
}

func (r *sheetReader) noValue(c *column, at diag.Place) {
	severity := diag.Error
	if c.Field == "" || c.Field == "field" || c.Field == "description" {
		severity = diag.Warning
	}
	r.found.add(severity, CodeNoValue, at, "formula without a value",
		"the program that wrote the workbook saved no result for the formula under %q; open it in a spreadsheet program, let it calculate, save it", c.Header)
}

// set puts a cell into the entry's field.
func (r *sheetReader) set(e *Entry, c *column, i int, cell Cell) {
	switch c.Field {
	case "nb_frames":
		if r.counted || e.NbFrames.State != Present { // a length of the row stands where its count is blank
			e.NbFrames = r.frames(c, i, cell)
		}
	case "frame_in":
		e.FrameIn = r.number(i, cell)
	case "frame_out":
		e.FrameOut = r.number(i, cell)
	case "occurrences":
		e.details().Occurrences = r.number(i, cell)
	case "omitted":
		if e.Omitted.State == Absent {
			e.Omitted = r.flag(cell)
		}
	case "assets":
		e.Assets, e.AssetsState = r.casting(cell), cell.State
	case "id":
		r.id(e, c, i, cell)
	case "task":
		e.Tasks = append(e.Tasks, TaskCell{TaskType: c.Detail, Field: c.taskPart, Cell: cell})
	case "field":
		r.keep(e, c.Detail, r.value(i, cell))
	case "timecode_duration", "seconds_duration":
		r.duration(e, c, i, cell)
	case "":
		if c.Header != "" {
			r.keep(e, c.Header, r.value(i, cell))
		} else if cell.Given() {
			r.found.count(diag.Warning, CodeUnnamedColumn, r.at(cell.Place), i, "cells under no column title", "%d cells from here down were left out; give the column a title")
		}
	default:
		if target := e.field(c.Field); target != nil {
			*target = r.value(i, cell)
		}
	}
}

// keep keeps a cell that is metadata, or may be; of one that the row does not
// have there is nothing to keep.
func (r *sheetReader) keep(e *Entry, name string, cell Cell) {
	if cell.State != Absent {
		e.Fields = append(e.Fields, NamedCell{Name: name, Cell: cell})
	}
}

// field gives the plain cell of an entry by the field's name.
func (e *Entry) field(name string) *Cell {
	switch name {
	case "project":
		return &e.Project
	case "episode":
		return &e.Episode
	case "sequence":
		return &e.Sequence
	case "scene":
		return &e.Scene
	case "shot":
		return &e.Shot
	case "description":
		return &e.Description
	case "fps":
		return &e.FPS
	}
	if e.Details != nil {
		return e.Details.field(name)
	}
	d := &Details{}
	target := d.field(name)
	if target != nil {
		e.Details = d
	}
	return target
}

func (e *Entry) details() *Details {
	if e.Details == nil {
		e.Details = &Details{}
	}
	return e.Details
}

func (d *Details) field(name string) *Cell {
	switch name {
	case "asset":
		return &d.Asset
	case "asset_type":
		return &d.AssetType
	case "label":
		return &d.Label
	case "entity_type":
		return &d.EntityType
	case "entity":
		return &d.Entity
	case "task_type":
		return &d.TaskType
	case "task_name":
		return &d.TaskName
	case "status":
		return &d.Status
	case "assignees":
		return &d.Assignees
	case "estimation":
		return &d.Estimation
	case "start_date":
		return &d.StartDate
	case "due_date":
		return &d.DueDate
	case "priority":
		return &d.Priority
	case "difficulty":
		return &d.Difficulty
	case "comment":
		return &d.Comment
	case "person":
		return &d.Person
	case "date":
		return &d.Date
	case "duration":
		return &d.Duration
	}
	return nil
}

// value gives a cell that is no name; an error value of the spreadsheet says
// nothing and is left out.
func (r *sheetReader) value(i int, cell Cell) Cell {
	if cell.Given() && isErrorValue(cell.Text) {
		r.found.add(diag.Warning, CodeErrorValue, r.at(cell.Place), "error value of the spreadsheet", "%q was left out; mend the formula", cell.Text)
		cell.State, cell.Text = Absent, ""
	}
	return cell
}

// id takes our own ids, which are UUIDs; other programs' stay plain fields.
func (r *sheetReader) id(e *Entry, c *column, i int, cell Cell) {
	if !cell.Given() || isUUID(cell.Text) {
		e.ID = cell
		return
	}
	e.Fields = append(e.Fields, NamedCell{Name: c.Header, Cell: cell})
	r.found.count(diag.Info, CodeForeignID, r.at(cell.Place), i, "ids that are not ours", "%d cells are no ids of this program's exports and were kept as a field")
}

// complete reports the cells that a row cannot do without.
func (r *sheetReader) complete(row SheetRow, e *Entry) bool {
	if row.Broken {
		return e.Shot.Given() || r.list.Kind != Shots && r.list.Kind != ""
	}
	if r.list.Kind == Shots {
		return r.blankName(row, e)
	}
	ok := true
	for _, group := range needed(r.list.Kind) {
		given := false
		for _, field := range group {
			if target := e.field(field); target != nil && target.Given() {
				given = true
			}
			given = given || field == "id" && e.ID.Given()
		}
		if !given {
			i := r.header.byField[group[0]]
			r.found.add(diag.Error, CodeBlankCell, r.place(row, i), "needed cell is empty", "a row of %s needs its %s", r.list.Kind, group[0])
			ok = false
		}
	}
	return ok
}

func (r *sheetReader) blankName(row SheetRow, e *Entry) bool {
	if e.Shot.Given() {
		return true
	}
	i := r.header.byField["shot"]
	if e.Shot.State == Empty || i >= len(row.Cells) {
		r.found.add(diag.Error, CodeBlankName, r.place(row, i), "shot without a name", "the row says %q but has no %s; fill it in, or delete the row",
			clip(row.text()), r.header.columns[i].Header)
	}
	return false
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
			continue
		}
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return true
}
