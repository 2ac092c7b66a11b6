package sqlcore

import (
	"fmt"

	"turnover/store/schema"
)

// places read what must be unique of rows.
type places struct {
	read *schema.Values
	text []byte
}

// between separates the parts of a place; no text that is kept holds it.
const between = "\x00"

func newPlaces(t *schema.Table, u schema.Unique) *places {
	columns := make([]*schema.Column, len(u.Columns))
	for i, name := range u.Columns {
		columns[i] = t.Column(name)
	}
	return &places{read: schema.NewValues(columns)}
}

// of joins what must be unique; null tells that a null frees the row.
func (p *places) of(row any) (place string, null bool) {
	values, _ := p.read.Of(row, anything) // which finds no fault
	p.text = p.text[:0]
	for i, value := range values {
		if i > 0 {
			p.text = append(p.text, between...)
		}
		switch value := value.(type) {
		case nil:
			return "", true
		case string:
			p.text = append(p.text, value...)
		default:
			p.text = fmt.Append(p.text, value)
		}
	}
	return string(p.text), false
}

// anything finds no fault with a value.
func anything(*schema.Column, any) error { return nil }
