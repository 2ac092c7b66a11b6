package sqlcore

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"turnover/hierarchy"
)

// cells read a row of a query into a row of its table's struct. They are made
// once a query and used for each row: they point to the fields of one room, of
// which each row is a copy.
type cells struct {
	room reflect.Value
	dest []any
	cell []cell
}

func (q query) cells() *cells {
	columns := q.columns()
	n := len(columns)
	if q.table.Name == "tasks" {
		n++ // assignees
	}
	room := q.table.New()
	c := &cells{reflect.ValueOf(room).Elem(), make([]any, n), make([]cell, n)}
	for i, column := range columns {
		c.cell[i].field = c.room.FieldByIndex(column.Index).Addr().Interface()
	}
	if task, ok := room.(*hierarchy.Task); ok {
		c.cell[n-1].field = &task.Assignees
	}
	for i := range c.cell {
		c.dest[i] = &c.cell[i]
	}
	return c
}

// row reads the next row.
func (c *cells) row(s Scanner) (any, error) {
	c.room.SetZero()
	if err := s.Scan(c.dest...); err != nil {
		return nil, err
	}
	row := reflect.New(c.room.Type())
	row.Elem().Set(c.room)
	return row.Interface(), nil
}

// A cell is the place of one column's value: a pointer to a field. It takes what
// either driver gives.
type cell struct{ field any }

// Scan implements sql.Scanner.
func (c *cell) Scan(src any) error {
	if src == nil {
		return nil // fields of a new row are zero
	}
	switch v := src.(type) {
	case string:
		return c.text(v)
	case int64:
		return c.number(v)
	case float64:
		return c.float(v)
	case bool:
		return c.bool(v)
	case []byte:
		return c.bytes(v)
	case time.Time:
		return c.time(v)
	}
	return c.misfit(src)
}

func (c *cell) misfit(src any) error {
	return fmt.Errorf("read a column: %T does not fit %T", src, c.field)
}

func (c *cell) text(v string) error {
	var err error
	switch p := c.field.(type) {
	case *string:
		*p = v
	case *hierarchy.ID:
		*p = hierarchy.ID(v)
	case **string:
		*p = hierarchy.Ptr(v)
	case *hierarchy.Data:
		*p = hierarchy.Data(v)
	case *hierarchy.Day:
		*p = hierarchy.Day(v)
	case *hierarchy.Time:
		*p, err = hierarchy.ParseTime(v)
	case *[]hierarchy.ID:
		for id := range strings.SplitSeq(v, assigneesMark) {
			*p = append(*p, hierarchy.ID(id))
		}
		slices.Sort(*p) // cheaper than by the database, which sorts for each task anew
	case *[]byte:
		*p = []byte(v)
	default:
		field := reflect.ValueOf(c.field).Elem()
		if field.Kind() != reflect.String {
			return c.misfit(v)
		}
		field.SetString(v)
	}
	return err
}

func (c *cell) number(v int64) error {
	switch p := c.field.(type) {
	case *int64:
		*p = v
	case **int64:
		*p = hierarchy.Ptr(v)
	case *bool:
		*p = v != 0
	case **bool:
		*p = hierarchy.Ptr(v != 0)
	case *float64:
		*p = float64(v)
	case **float64:
		*p = hierarchy.Ptr(float64(v))
	default:
		return c.misfit(v)
	}
	return nil
}

func (c *cell) float(v float64) error {
	switch p := c.field.(type) {
	case *float64:
		*p = v
	case **float64:
		*p = hierarchy.Ptr(v)
	default:
		return c.misfit(v)
	}
	return nil
}

func (c *cell) bool(v bool) error {
	switch p := c.field.(type) {
	case *bool:
		*p = v
	case **bool:
		*p = hierarchy.Ptr(v)
	default:
		return c.misfit(v)
	}
	return nil
}

func (c *cell) bytes(v []byte) error {
	if p, ok := c.field.(*[]byte); ok {
		*p = append(make([]byte, 0, len(v)), v...)
		return nil
	}
	return c.text(string(v))
}

func (c *cell) time(v time.Time) error {
	switch p := c.field.(type) {
	case *hierarchy.Time:
		*p = hierarchy.At(v)
	case *hierarchy.Day:
		*p = hierarchy.DayOf(v, time.UTC)
	default:
		return c.misfit(v)
	}
	return nil
}
