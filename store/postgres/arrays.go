package postgres

import (
	"fmt"
	"strings"

	"turnover/store/schema"
)

// arrays hold rows by column, as the arguments of unnest.
type arrays struct {
	columns []*schema.Column
	wire    *wire
	values  [][]any
}

var arrayTypes = map[schema.Kind]string{schema.Text: "text", schema.Int: "bigint", schema.Float: "double precision",
	schema.Bool: "boolean", schema.Time: "timestamptz", schema.Day: "date", schema.Blob: "bytea"}

func newArrays(columns []*schema.Column) *arrays {
	return &arrays{columns, newWire(columns), make([][]any, len(columns))}
}

func (a *arrays) add(row []any) error {
	row, err := a.wire.row(row)
	for i, value := range row {
		a.values[i] = append(a.values[i], value)
	}
	return err
}

// unnest writes the arrays as a table u with columns v1, v2 …
func (a *arrays) unnest() string {
	var types, names []string
	for i, c := range a.columns {
		types = append(types, fmt.Sprintf("?::%s[]", arrayTypes[c.Kind]))
		names = append(names, fmt.Sprintf("v%d", i+1))
	}
	return fmt.Sprintf("unnest(%s) AS u(%s)", strings.Join(types, ", "), strings.Join(names, ", "))
}

func (a *arrays) args() []any {
	args := make([]any, len(a.values))
	for i, values := range a.values {
		args[i] = values
	}
	return args
}
