package exporters

import (
	"fmt"
	"strconv"
	"time"

	"turnover/internal/table"
)

// CellText gives a cell as text, the same in every text format: days as
// YYYY-MM-DD, instants as RFC 3339 in UTC, numbers plain and without exponent;
// "" for null. The row and the column must fit: a wrong type is an error of
// the report, not of the data.
func CellText(c table.Column, cell any) (string, error) {
	switch v := cell.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case bool:
		return strconv.FormatBool(v), nil
	case time.Time:
		if c.Type == table.Day {
			return v.Format(time.DateOnly), nil
		}
		return v.UTC().Format("2006-01-02T15:04:05.999999Z"), nil
	}
	return "", fmt.Errorf("column %q holds a %T", c.Name, cell)
}

// CheckRow tells whether a row has a cell of the right type for each column.
func CheckRow(columns []table.Column, row table.Row) error {
	if len(row) != len(columns) {
		return fmt.Errorf("row has %d cells for %d columns", len(row), len(columns))
	}
	for i, c := range columns {
		ok := false
		switch row[i].(type) {
		case nil:
			ok = true
		case string:
			ok = c.Type == table.Text
		case int64:
			ok = c.Type == table.Int
		case float64:
			ok = c.Type == table.Float
		case bool:
			ok = c.Type == table.Bool
		case time.Time:
			ok = c.Type == table.Day || c.Type == table.Instant
		}
		if !ok {
			return fmt.Errorf("column %q of type %s holds a %T", c.Name, c.Type, row[i])
		}
	}
	return nil
}
