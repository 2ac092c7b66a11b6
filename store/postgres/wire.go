package postgres

import (
	"turnover/hierarchy"
	"turnover/store/schema"
)

// A wire gives times and days, which come as text, the types that pgx writes.
type wire struct {
	columns []*schema.Column
	texts   []string // of the row before: its neighbours have mostly the same times
	values  []any
}

func newWire(columns []*schema.Column) *wire {
	return &wire{columns, make([]string, len(columns)), make([]any, len(columns))}
}

// row gives values that are good until the next row.
func (w *wire) row(values []any) ([]any, error) {
	for i, c := range w.columns {
		text, ok := values[i].(string)
		if !ok || c.Kind != schema.Time && c.Kind != schema.Day {
			w.values[i], w.texts[i] = values[i], ""
			continue
		}
		if text == w.texts[i] {
			continue
		}
		value, err := timeOf(c, text)
		if err != nil {
			return nil, err
		}
		w.values[i], w.texts[i] = value, text
	}
	return w.values, nil
}

func timeOf(c *schema.Column, text string) (any, error) {
	if c.Kind == schema.Day {
		return hierarchy.Day(text).Time(), nil
	}
	at, err := hierarchy.ParseTime(text)
	return at.Time, err
}
