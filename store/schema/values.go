package schema

import (
	"reflect"

	"turnover/hierarchy"
)

// Value reads a column of a row (a pointer to the table's struct): nil, string,
// int64, float64, bool, []byte, and for times and days their text.
func (c *Column) Value(row any) any {
	value, _ := c.read(reflect.ValueOf(row).Elem(), nil)
	return value
}

// Values read columns of rows, one row after the other. Neighbours have much in
// common: what a row has as the one before it is neither made nor checked anew.
type Values struct {
	columns []*Column
	last    []any
	begun   bool
}

// NewValues begins to read columns.
func NewValues(columns []*Column) *Values {
	return &Values{columns: columns, last: make([]any, len(columns))}
}

// Of reads a row. The values are good until the next one; check sees those that
// are not as in the row before.
func (v *Values) Of(row any, check func(*Column, any) error) ([]any, error) {
	fields := reflect.ValueOf(row).Elem()
	for i, c := range v.columns {
		value, same := c.read(fields, v.last[i])
		if same && v.begun {
			continue
		}
		if err := check(c, value); err != nil {
			return nil, err
		}
		v.last[i] = value
	}
	v.begun = true
	return v.last, nil
}

// read gives the column's value, and whether it is the last one, which it gives
// back then.
func (c *Column) read(row reflect.Value, last any) (value any, same bool) {
	field := row.FieldByIndex(c.Index)
	switch p := field.Addr().Interface().(type) {
	case *string:
		return valueOf(*p, last)
	case *hierarchy.ID:
		return orNull(string(*p), last)
	case *hierarchy.Day:
		return orNull(string(*p), last)
	case *hierarchy.Time:
		return timeOf(*p, last)
	case *hierarchy.Data:
		return orNull(string(*p), last)
	case *[]byte:
		if *p == nil {
			return nil, last == nil
		}
		return *p, false
	case **string:
		return deref(*p, last)
	case **int64:
		return deref(*p, last)
	case **float64:
		return deref(*p, last)
	case **bool:
		return deref(*p, last)
	case *int64:
		return valueOf(*p, last)
	case *float64:
		return valueOf(*p, last)
	case *bool:
		return valueOf(*p, last)
	}
	return valueOf(field.String(), last) // a named string: Kind, Cause, Value
}

func valueOf[T comparable](value T, last any) (any, bool) {
	if was, ok := last.(T); ok && was == value {
		return last, true
	}
	return value, false
}

func orNull(s string, last any) (any, bool) {
	if s == "" {
		return nil, last == nil
	}
	return valueOf(s, last)
}

func deref[T comparable](p *T, last any) (any, bool) {
	if p == nil {
		return nil, last == nil
	}
	return valueOf(*p, last)
}

// timeOf writes a time aside first: most rows of one write have the same.
func timeOf(t hierarchy.Time, last any) (any, bool) {
	if t.IsZero() {
		return nil, last == nil
	}
	var aside [32]byte
	text := t.Append(aside[:0])
	if was, ok := last.(string); ok && was == string(text) {
		return last, true
	}
	return string(text), false
}
