package pipeline

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
	"turnover/reports"
)

// Codes of findings on a sheet of targets. Published codes never change.
const (
	CodeTargetColumn = "TGT001" // error: a column that a sheet of targets does not have, or one twice
	CodeTargetHeader = "TGT002" // error: no header with every and one of frames, seconds and shots
	CodeTargetNumber = "TGT003" // error: a goal that is no number over 0
	CodeTargetDay    = "TGT004" // error: a day that cannot be read
	CodeTargetRow    = "TGT005" // error: a target that makes no sense
	CodeTargetFormat = "TGT006" // error: neither a CSV nor a workbook
	CodeTargetMany   = "TGT007" // error: more targets than a report can show
)

// mostTargets bounds a sheet: each is laid beside each task.
const mostTargets = 1000

// targetColumns are the columns of a sheet of targets; several words for one.
var targetColumns = map[string]string{
	"tasktype": "task_type", "team": "team", "department": "team", "studio": "team", "person": "person", "every": "every", "period": "every",
	"from": "from", "to": "to", "frames": "frames", "seconds": "seconds", "shots": "shots",
}

// ReadTargets reads a sheet of targets, CSV or Excel: one a row, under a header
// of task_type, team, person, every, from, to, frames, seconds, shots in any
// order. *InputError with all findings where anything is wrong.
func (p *Pipeline) ReadTargets(ctx context.Context, f importers.File) ([]reports.Target, error) {
	importer, found := importers.Detect(f, p.Importers)
	if importer == nil {
		return nil, &InputError{f.Name, found}
	}
	if format := importer.Format(); format != "csv" && format != "xlsx" {
		found.Add(diag.Error, CodeTargetFormat, diag.Place{File: f.Name}, "no sheet of targets", "it is read as %s; save the targets as CSV or .xlsx", format)
		return nil, &InputError{f.Name, found}
	}
	t := &targetSheet{file: f.Name}
	list, more, err := importer.Import(ctx, f, importers.Options{Limits: p.Limits, Each: t.row})
	if err != nil {
		return nil, fmt.Errorf("read targets of %s: %w", f.Name, err)
	}
	if found = append(found, more...); !found.HasErrors() {
		t.finish()
	}
	t.name(list.Source.Sheet)
	if found = append(found, t.found...); found.HasErrors() {
		return nil, &InputError{f.Name, found}
	}
	return t.all, nil
}

// A targetSheet gathers the targets of a sheet.
type targetSheet struct {
	file    string
	columns []string // by position; "" for none
	rows    int
	lines   []int // of the targets
	all     []reports.Target
	found   diag.List
}

func (t *targetSheet) place(line, column int) diag.Place {
	return diag.Place{File: t.file, Line: line, Column: column}
}

func (t *targetSheet) row(row importers.SheetRow) {
	if !slices.ContainsFunc(row.Cells, func(c importers.SheetCell) bool { return strings.TrimSpace(c.Text) != "" }) {
		return
	}
	if t.columns == nil {
		t.header(row)
		return
	}
	if t.rows++; t.rows > mostTargets {
		if t.rows == mostTargets+1 {
			t.found.Add(diag.Error, CodeTargetMany, t.place(row.Line, 0), "too many targets", "over %d; split the sheet, and name one for each report by --targets", mostTargets)
		}
		return
	}
	one := reports.Target{Place: t.place(row.Line, 0).String()}
	faults := len(t.found)
	for i, c := range row.Cells {
		if text := strings.TrimSpace(c.Text); i < len(t.columns) && text != "" {
			t.cell(&one, t.columns[i], text, t.place(row.Line, c.Column))
		}
	}
	if err := one.Check(); err != nil && len(t.found) == faults {
		t.found.Add(diag.Error, CodeTargetRow, t.place(row.Line, 0), "target makes no sense", "%s", strings.TrimPrefix(err.Error(), one.Place+": "))
	}
	t.all, t.lines = append(t.all, one), append(t.lines, row.Line)
}

// header reads the first row with text.
func (t *targetSheet) header(row importers.SheetRow) {
	t.columns = make([]string, len(row.Cells))
	for i, c := range row.Cells {
		if strings.TrimSpace(c.Text) == "" {
			continue
		}
		name := targetColumns[plainTitle(c.Text)]
		switch {
		case name == "":
			t.found.Add(diag.Error, CodeTargetColumn, t.place(row.Line, c.Column), "column is not known", "%q: a sheet of targets has task_type, team, person, every, from, to, frames, seconds, shots", c.Text)
		case slices.Contains(t.columns, name):
			t.found.Add(diag.Error, CodeTargetColumn, t.place(row.Line, c.Column), "column stands twice", "%q: delete one", c.Text)
		}
		t.columns[i] = name
	}
}

// plainTitle writes "Task type" and "task_type" alike.
func plainTitle(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func (t *targetSheet) cell(one *reports.Target, column, text string, at diag.Place) {
	switch column {
	case "task_type":
		one.TaskType = text
	case "team":
		one.Team = text
	case "person":
		one.Person = text
	case "every":
		one.Every = strings.ToLower(text)
	case "from":
		one.From = t.day(column, text, at)
	case "to":
		one.To = t.day(column, text, at)
	case "frames":
		one.Frames = t.number(column, text, at)
	case "seconds":
		one.Seconds = t.number(column, text, at)
	case "shots":
		one.Shots = t.number(column, text, at)
	}
}

func (t *targetSheet) day(column, text string, at diag.Place) hierarchy.Day {
	day, err := hierarchy.ParseDay(text)
	if err != nil {
		t.found.Add(diag.Error, CodeTargetDay, at, "day cannot be read", "%s %q: write it as 2026-01-31", column, text)
	}
	return day
}

func (t *targetSheet) number(column, text string, at diag.Place) float64 {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n > 0) || math.IsInf(n, 0) {
		t.found.Add(diag.Error, CodeTargetNumber, at, "goal is no number over 0", "%s %q: write it as 1200 or 12.5, without thousands separators", column, text)
		return 0
	}
	return n
}

// name gives all places the sheet's name, which is known when it was read.
func (t *targetSheet) name(sheet string) {
	for i := range t.found {
		t.found[i].Place.Sheet = sheet
	}
	for i := range t.all {
		at := t.place(t.lines[i], 0)
		at.Sheet = sheet
		t.all[i].Place = at.String()
	}
}

// finish makes sure that there was a header.
func (t *targetSheet) finish() {
	amount := slices.ContainsFunc(t.columns, func(c string) bool { return c == "frames" || c == "seconds" || c == "shots" })
	if !amount || !slices.Contains(t.columns, "every") {
		t.found.Add(diag.Error, CodeTargetHeader, t.place(0, 0), "header is not that of targets", "the first row needs every, and one of frames, seconds and shots")
	}
}
