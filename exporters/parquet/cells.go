package parquet

import (
	"fmt"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// appendCells makes cells of a column's batch.
func appendCells(to []any, from arrow.Array) ([]any, error) {
	switch a := from.(type) {
	case *array.Dictionary:
		return appendPlaces(to, a)
	case *array.String:
		return appendTexts(to, a), nil
	case *array.Int64:
		return appendValues(to, a, func(v int64) any { return v }), nil
	case *array.Float64:
		return appendValues(to, a, func(v float64) any { return v }), nil
	case *array.Boolean:
		return appendValues(to, a, func(v bool) any { return v }), nil
	case *array.Date32:
		return dated(appendValues(to, a, func(v arrow.Date32) any { return time.Unix(int64(v)*24*3600, 0).UTC() }))
	case *array.Timestamp:
		return dated(appendValues(to, a, func(v arrow.Timestamp) any { return time.UnixMicro(int64(v)).UTC() }))
	}
	return nil, fmt.Errorf("it cannot be read as %s", from.DataType())
}

// dated refuses days and instants that no calendar writes with four digits.
func dated(cells []any) ([]any, error) {
	for _, cell := range cells {
		if t, ok := cell.(time.Time); ok && (t.Year() < 1 || t.Year() > 9999) {
			return nil, fmt.Errorf("a date in the year %d", t.Year())
		}
	}
	return cells, nil
}

// appendValues makes cells of values of a fixed size. Neighbours that are equal
// share one: sorted columns have many of them.
func appendValues[T comparable](to []any, from interface {
	Len() int
	IsNull(i int) bool
	Value(i int) T
}, cell func(T) any) []any {
	var last T
	var made any
	for i := range from.Len() {
		if from.IsNull(i) {
			to = append(to, nil)
			continue
		}
		if v := from.Value(i); made == nil || v != last {
			last, made = v, cell(v)
		}
		to = append(to, made)
	}
	return to
}

// appendTexts copies the texts of a batch at once.
func appendTexts(to []any, from *array.String) []any {
	all, ends := string(from.ValueBytes()), from.ValueOffsets()
	for i := range from.Len() {
		if from.IsNull(i) {
			to = append(to, nil)
		} else {
			to = append(to, all[ends[i]-ends[0]:ends[i+1]-ends[0]])
		}
	}
	return to
}

// appendPlaces makes cells of texts of a dictionary: one a word.
func appendPlaces(to []any, from *array.Dictionary) ([]any, error) {
	words, ok := from.Dictionary().(*array.String)
	if !ok {
		return nil, fmt.Errorf("its words cannot be read as %s", from.Dictionary().DataType())
	}
	made := make([]any, words.Len())
	for i := range from.Len() {
		if from.IsNull(i) {
			to = append(to, nil)
			continue
		}
		at := from.GetValueIndex(i)
		if made[at] == nil {
			made[at] = strings.Clone(words.Value(at))
		}
		to = append(to, made[at])
	}
	return to, nil
}
