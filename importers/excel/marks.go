package excel

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// markReader streams the bare cells of a sheet.
type markReader struct {
	decoder *xml.Decoder
	line    int
	cells   []mark // used again for each row
}

// row gives the next row that the sheet writes, or io.EOF.
func (m *markReader) row() (line int, hidden bool, cells []mark, err error) {
	for {
		token, err := m.decoder.RawToken()
		if err != nil {
			return 0, false, nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local != "row" {
				continue
			}
			m.line++
			if r := attr(t, "r"); r != "" {
				if m.line, err = strconv.Atoi(r); err != nil || m.line < 1 || m.line > excelize.TotalRows {
					return 0, false, nil, fmt.Errorf("row number %q", r)
				}
			}
			m.cells = m.cells[:0]
			if err := m.readCells(); err != nil {
				return 0, false, nil, err
			}
			return m.line, isTrue(attr(t, "hidden")), m.cells, nil
		case xml.EndElement:
			if t.Name.Local == "sheetData" {
				return 0, false, nil, io.EOF
			}
		}
	}
}

// readCells reads up to the row's end.
func (m *markReader) readCells() error {
	var c *mark
	inValue := false
	for {
		token, err := m.decoder.RawToken()
		if err != nil {
			return fmt.Errorf("row %d is cut off: %w", m.line, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "c":
				if c, err = m.cell(t); err != nil {
					return err
				}
			case "f":
				if c != nil {
					c.formula = true
				}
			case "v":
				inValue = true
			}
		case xml.CharData:
			if inValue && c != nil && len(t) > 0 {
				c.raw += string(t)
				c.valued = true
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "v":
				inValue = false
			case "c":
				c = nil
			case "row":
				return nil
			}
		}
	}
}

func (m *markReader) cell(t xml.StartElement) (*mark, error) {
	c := mark{column: 1}
	if n := len(m.cells); n > 0 {
		c.column = m.cells[n-1].column + 1
	}
	for _, a := range t.Attr {
		switch a.Name.Local {
		case "r":
			column, _, err := excelize.CellNameToCoordinates(a.Value)
			if err != nil {
				return nil, fmt.Errorf("cell name %q in row %d", a.Value, m.line)
			}
			c.column = column
		case "s":
			c.style, _ = strconv.Atoi(a.Value)
		case "t":
			c.kind = a.Value
		}
	}
	if c.kind == "str" { // an empty text is a value too
		c.valued = true
	}
	if c.column > maxColumns {
		return nil, fmt.Errorf("column %d in row %d", c.column, m.line)
	}
	m.cells = append(m.cells, c)
	return &m.cells[len(m.cells)-1], nil
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func isTrue(s string) bool { return s == "1" || s == "true" }
