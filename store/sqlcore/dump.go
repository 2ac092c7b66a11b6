package sqlcore

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/schema"
)

// Dump gives every row of every table, in an order in which the same content
// gives the same rows. Values are nil, string (also times, days and documents),
// int64, float64, bool and []byte.
func Dump(ctx context.Context, c Conn, emit func(table string, row map[string]any) error) error {
	for _, t := range schema.Tables() {
		for row, err := range stream[any](ctx, c, query{table: t, tail: byKey(t)}) {
			if err != nil {
				return err
			}
			values := make(map[string]any, len(t.Columns))
			for i := range t.Columns {
				values[t.Columns[i].Name] = t.Columns[i].Value(row)
			}
			if err := emit(t.Name, values); err != nil {
				return err
			}
		}
	}
	return nil
}

// Restore writes the rows of a Dump into an empty database. Numbers and bytes
// may have passed through JSON (json.Number, float64, base64).
func Restore(ctx context.Context, c Conn, rows func(yield func(store.DumpRow, error) bool)) error {
	for _, t := range schema.Tables() {
		n := int64(0)
		err := c.Query(ctx, "SELECT count(*) FROM "+schema.Quote(t.Name), nil, func(s Scanner) error { return s.Scan(&n) })
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("restore: the database is not empty: %s has rows: %d", t.Name, n)
		}
	}
	r := restorer{conn: c}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := r.add(ctx, row); err != nil {
			return err
		}
	}
	return r.flush(ctx)
}

// A restorer gathers rows of one table.
type restorer struct {
	conn  Conn
	table *schema.Table
	rows  [][]any
}

func (r *restorer) add(ctx context.Context, row store.DumpRow) error {
	t := schema.TableNamed(row.Table)
	if t == nil {
		return fmt.Errorf("restore: there is no table %q: %w", row.Table, store.ErrNewer)
	}
	if t != r.table || len(r.rows) == 1000 {
		if err := r.flush(ctx); err != nil {
			return err
		}
		r.table = t
	}
	for name := range row.Row {
		if t.Column(name) == nil {
			return fmt.Errorf("restore: %s has no column %q: %w", t.Name, name, store.ErrNewer)
		}
	}
	values := make([]any, len(t.Columns))
	for i := range t.Columns {
		c := &t.Columns[i]
		value, err := restored(c, row.Row[c.Name])
		if err == nil {
			err = sound(c, value)
		}
		if err != nil {
			return fmt.Errorf("restore a row of %s: %s: %w", t.Name, c.Name, err)
		}
		values[i] = value
	}
	r.rows = append(r.rows, values)
	return nil
}

func (r *restorer) flush(ctx context.Context) error {
	if len(r.rows) == 0 {
		return nil
	}
	rows := r.rows
	r.rows = nil
	return r.conn.Insert(ctx, r.table, columnsOf(r.table), rowsOf(rows))
}

var errWrongType = errors.New("the value has the wrong type")

// restored brings a value back to the column's type.
func restored(c *schema.Column, value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	switch c.Kind {
	case schema.Int:
		return wholeNumber(value)
	case schema.Float:
		return number(value)
	case schema.Bool:
		if b, ok := value.(bool); ok {
			return b, nil
		}
	case schema.Blob:
		return blob(value)
	case schema.Time:
		if text, ok := value.(string); ok {
			at, err := hierarchy.ParseTime(text)
			return at.String(), err
		}
	case schema.Text, schema.Day:
		if text, ok := value.(string); ok {
			return text, nil
		}
	}
	return nil, errWrongType
}

func wholeNumber(value any) (any, error) {
	switch v := value.(type) {
	case int64:
		return v, nil
	case json.Number:
		return v.Int64()
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v), nil
		}
	}
	return nil, errWrongType
}

func number(value any) (any, error) {
	switch v := value.(type) {
	case float64:
		return v, nil
	case int64:
		return float64(v), nil
	case json.Number:
		return v.Float64()
	}
	return nil, errWrongType
}

func blob(value any) (any, error) {
	switch v := value.(type) {
	case []byte:
		return v, nil
	case string:
		return base64.StdEncoding.DecodeString(v)
	}
	return nil, errWrongType
}
