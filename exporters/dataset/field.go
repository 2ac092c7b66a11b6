package dataset

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"turnover/hierarchy"
	"turnover/internal/runs"
	"turnover/internal/table"
)

// A field is a column of the dataset and where its cells go in a row of facts.
type field[T any] struct {
	name   string // as hierarchy.Fields has it
	column table.Column
	set    func(row *T, cell any)
	// keep appends the field's bytes while rows are sorted outside memory, back
	// takes them off again; nil in fields of rows that are held.
	keep func(b []byte, row *T) []byte
	back func(b []byte, row *T) ([]byte, error)
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
	return field[T]{name, text(column, ""), func(row *T, cell any) { *at(row) = S(cell.(string)) },
		func(b []byte, row *T) []byte { return runs.AppendText(b, string(*at(row))) },
		func(b []byte, row *T) ([]byte, error) {
			word, rest, err := cutText(b)
			if was := at(row); string(*was) != string(word) { // neighbours often have the same
				*was = S(word)
			}
			return rest, err
		}}
}

func cutText(b []byte) (word, rest []byte, err error) {
	size, n := binary.Uvarint(b)
	if n <= 0 || uint64(len(b)-n) < size {
		return nil, nil, errKept
	}
	return b[n : n+int(size)], b[n+int(size):], nil
}

func dataField[T any](name, column string, at func(*T) *hierarchy.Data) field[T] {
	return field[T]{name, text(column, ""), func(row *T, cell any) { *at(row) = hierarchy.Data(cell.(string)) },
		func(b []byte, row *T) []byte { return runs.AppendText(b, string(*at(row))) },
		func(b []byte, row *T) ([]byte, error) {
			word, rest, err := cutText(b)
			*at(row) = append(hierarchy.Data(nil), word...)
			return rest, err
		}}
}

func wholeField[T any](name, column string, at func(*T) *int64) field[T] {
	return field[T]{name, whole(column, "", ""), func(row *T, cell any) { *at(row) = cell.(int64) },
		func(b []byte, row *T) []byte { return binary.AppendVarint(b, *at(row)) },
		func(b []byte, row *T) ([]byte, error) {
			v, n := binary.Varint(b)
			if n <= 0 {
				return nil, errKept
			}
			*at(row) = v
			return b[n:], nil
		}}
}

func maybeWholeField[T any](name, column string, at func(*T) **int64) field[T] {
	return field[T]{name, whole(column, "", ""), func(row *T, cell any) { *at(row) = hierarchy.Ptr(cell.(int64)) },
		func(b []byte, row *T) []byte {
			v := *at(row)
			if v == nil {
				return append(b, keptNull)
			}
			return binary.AppendVarint(append(b, keptInt), *v)
		},
		func(b []byte, row *T) ([]byte, error) {
			*at(row) = nil
			if len(b) > 0 && b[0] == keptNull {
				return b[1:], nil
			}
			v, n := binary.Varint(b[min(1, len(b)):])
			if n <= 0 {
				return nil, errKept
			}
			*at(row) = &v
			return b[1+n:], nil
		}}
}

func floatField[T any](name, column string, at func(*T) *float64) field[T] {
	return field[T]{name, float(column, "", ""), func(row *T, cell any) { *at(row) = cell.(float64) },
		func(b []byte, row *T) []byte { return runs.AppendFloat(b, *at(row)) },
		func(b []byte, row *T) ([]byte, error) {
			if len(b) < 8 {
				return nil, errKept
			}
			*at(row) = math.Float64frombits(binary.LittleEndian.Uint64(b))
			return b[8:], nil
		}}
}

// noInstant stands for the zero Time where instants are kept.
const noInstant = math.MinInt64

func instantField[T any](name, column string, at func(*T) *hierarchy.Time) field[T] {
	return field[T]{name, instant(column, ""), func(row *T, cell any) { *at(row) = hierarchy.Time{Time: cell.(time.Time)} },
		func(b []byte, row *T) []byte {
			if t := at(row); !t.IsZero() {
				return binary.AppendVarint(b, t.UnixMicro())
			}
			return binary.AppendVarint(b, noInstant)
		},
		func(b []byte, row *T) ([]byte, error) {
			v, n := binary.Varint(b)
			if n <= 0 {
				return nil, errKept
			}
			if *at(row) = (hierarchy.Time{}); v != noInstant {
				at(row).Time = time.UnixMicro(v).UTC()
			}
			return b[n:], nil
		}}
}

// dayField writes a day once for all neighbours that have it.
func dayField[T any](name, column string, at func(*T) *hierarchy.Day) field[T] {
	f := textField(name, column, at)
	var last time.Time
	var written hierarchy.Day
	f.column = day(column, "")
	f.set = func(row *T, cell any) {
		if t := cell.(time.Time); written == "" || t != last {
			last, written = t, hierarchy.DayOf(t, time.UTC)
		}
		*at(row) = written
	}
	return f
}

// The following are of rows that are held.

func maybeTextField[T any](name, column string, at func(*T) **string) field[T] {
	return field[T]{name: name, column: text(column, ""), set: func(row *T, cell any) { *at(row) = hierarchy.Ptr(cell.(string)) }}
}

func truthField[T any](name, column string, at func(*T) *bool) field[T] {
	return field[T]{name: name, column: truth(column, ""), set: func(row *T, cell any) { *at(row) = cell.(bool) }}
}
