package dataset

import (
	"slices"
	"time"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A field is a column of the dataset and where its cells go in a row of facts.
type field[T any] struct {
	name   string // as hierarchy.Fields has it
	column table.Column
	set    func(row *T, cell any)
}

// narrowed leaves the fields that are looked at.
func narrowed[T any](all []field[T], name string, fields hierarchy.Fields) []field[T] {
	looked, ok := fields[name]
	if !ok {
		return all
	}
	return slices.DeleteFunc(all, func(f field[T]) bool { return !slices.Contains(looked, f.name) })
}

func columnsOfFields[T any](fields []field[T]) []table.Column {
	var out []table.Column
	for _, f := range fields {
		out = append(out, f.column)
	}
	return out
}

// fill puts cells into a row of facts. Those that are null leave it as it is.
func fill[T any](fields []field[T], cells table.Row, row *T) {
	for i, f := range fields {
		if cells[i] != nil {
			f.set(row, cells[i])
		}
	}
}

// Fields by type. A cell is always of its column's type.

func textField[T any, S ~string](name, column string, at func(*T) *S) field[T] {
	return field[T]{name, text(column, ""), func(row *T, cell any) { *at(row) = S(cell.(string)) }}
}

func maybeTextField[T any](name, column string, at func(*T) **string) field[T] {
	return field[T]{name, text(column, ""), func(row *T, cell any) { *at(row) = hierarchy.Ptr(cell.(string)) }}
}

func dataField[T any](name, column string, at func(*T) *hierarchy.Data) field[T] {
	return field[T]{name, text(column, ""), func(row *T, cell any) { *at(row) = hierarchy.Data(cell.(string)) }}
}

func truthField[T any](name, column string, at func(*T) *bool) field[T] {
	return field[T]{name, truth(column, ""), func(row *T, cell any) { *at(row) = cell.(bool) }}
}

func wholeField[T any](name, column string, at func(*T) *int64) field[T] {
	return field[T]{name, whole(column, "", ""), func(row *T, cell any) { *at(row) = cell.(int64) }}
}

func maybeWholeField[T any](name, column string, at func(*T) **int64) field[T] {
	return field[T]{name, whole(column, "", ""), func(row *T, cell any) { *at(row) = hierarchy.Ptr(cell.(int64)) }}
}

func floatField[T any](name, column string, at func(*T) *float64) field[T] {
	return field[T]{name, float(column, "", ""), func(row *T, cell any) { *at(row) = cell.(float64) }}
}

func instantField[T any](name, column string, at func(*T) *hierarchy.Time) field[T] {
	return field[T]{name, instant(column, ""), func(row *T, cell any) { *at(row) = hierarchy.Time{Time: cell.(time.Time)} }}
}

// dayField writes a day once for all neighbours that have it.
func dayField[T any](name, column string, at func(*T) *hierarchy.Day) field[T] {
	var last time.Time
	var written hierarchy.Day
	return field[T]{name, day(column, ""), func(row *T, cell any) {
		if t := cell.(time.Time); written == "" || t != last {
			last, written = t, hierarchy.DayOf(t, time.UTC)
		}
		*at(row) = written
	}}
}
