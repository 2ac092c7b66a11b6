package excel

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"turnover/internal/table"
)

// Series differ in lightness, so that they can be told apart in grey.
var colours = []string{"1F4E79", "F2A541", "7FA7C9", "7A3B1D", "B9CDE0", "4D4D4D"}

var kinds = map[string]excelize.ChartType{"column": excelize.Col, "line": excelize.Line, "bar": excelize.Bar}

const (
	chartWide   = 1000 // pixels
	chartHigh   = 420
	chartRows   = 24 // rows of the sheet that it covers
	chartText   = 130
	chartLabels = 26 // of the category axis; beyond, some are left out
)

// charts draws the book's charts one below the other, each with its text.
func (k *workbook) charts(sheet string, parts []part) error {
	if err := k.canvas(sheet, true, chartText); err != nil {
		return err
	}
	c := &face{k: k, sheet: sheet, row: 1}
	for i, chart := range k.book.Charts {
		if i > 0 { // a chart a page
			if err := k.f.InsertPageBreak(sheet, fmt.Sprintf("A%d", c.row)); err != nil {
				return err
			}
		}
		text := chart.Alt
		if p := find(parts, chart.Table); p == nil || p.rows == 0 {
			text = chart.Title + ": there are no rows to draw. " + chart.Alt
		} else {
			if err := k.chart(sheet, fmt.Sprintf("A%d", c.row), chart, p); err != nil {
				return fmt.Errorf("chart %q: %w", chart.Title, err)
			}
			c.row += chartRows
		}
		c.label(text)
		c.height(float64(lines(text, chartText))*15 + 2)
		c.row += 2
	}
	return c.end("A")
}

func find(parts []part, name string) *part {
	for i := range parts {
		if parts[i].table.Name == name && parts[i].first == 0 {
			return &parts[i]
		}
	}
	return nil
}

func (k *workbook) chart(sheet, at string, c table.Chart, p *part) error {
	kind, ok := kinds[c.Kind]
	if !ok {
		return fmt.Errorf("unknown kind %q", c.Kind)
	}
	rows := p.rows
	if c.MaxRows > 0 {
		rows = min(rows, c.MaxRows)
	}
	categories, err := cells(p, c.X, 2, rows+1)
	if err != nil {
		return err
	}
	gap := uint(60)
	labels := excelize.Font{Family: family, Size: 9, Color: "404040"}
	chart := &excelize.Chart{Type: kind, Dimension: excelize.ChartDimension{Width: chartWide, Height: chartHigh},
		Title:    excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: clean(c.Title), Font: &excelize.Font{Family: family, Bold: true, Size: 14, Color: ink}}}},
		Legend:   excelize.ChartLegend{Position: "none"},
		Format:   excelize.GraphicOptions{AltText: cut(clean(c.Alt), excelize.MaxGraphicAltTextLength), Name: cut(clean(c.Title), excelize.MaxGraphicNameLength)},
		XAxis:    excelize.ChartAxis{Font: labels, Title: axis(c.XTitle), ReverseOrder: kind == excelize.Bar}, // of bars, the first row on top
		YAxis:    excelize.ChartAxis{Font: labels, Title: axis(c.YTitle), MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}},
		GapWidth: &gap,
	}
	if rows > chartLabels {
		chart.XAxis.TickLabelSkip = (rows + chartLabels - 1) / chartLabels
	}
	if rows > 12 && kind != excelize.Bar {
		chart.XAxis.Alignment = excelize.Alignment{TextRotation: -45}
	}
	if len(c.Y) > 1 {
		chart.Legend.Position = "bottom"
	}
	for i, name := range c.Y {
		s, err := series(p, name, rows, i, kind)
		if err != nil {
			return err
		}
		s.Categories = categories
		chart.Series = append(chart.Series, s)
	}
	return k.f.AddChart(sheet, at, chart)
}

func series(p *part, name string, rows, i int, kind excelize.ChartType) (excelize.ChartSeries, error) {
	head, err := cells(p, name, 1, 1)
	if err != nil {
		return excelize.ChartSeries{}, err
	}
	values, err := cells(p, name, 2, rows+1)
	fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colours[i%len(colours)]}}
	s := excelize.ChartSeries{Name: head, Values: values, Fill: fill}
	if kind == excelize.Line {
		s.Line = excelize.LineOptions{Width: 2.25, Fill: fill}
		s.Marker = excelize.ChartMarker{Symbol: []string{"circle", "square", "diamond", "triangle"}[i%4], Size: 6, Fill: fill}
	}
	return s, err
}

func axis(s string) excelize.ChartTitle {
	if s == "" {
		return excelize.ChartTitle{}
	}
	return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: clean(s), Font: &excelize.Font{Family: family, Size: 10}}}}
}

// cells refers to rows of a column on a part's sheet.
func cells(p *part, name string, first, last int) (string, error) {
	for i, c := range p.table.Columns {
		if c.Name != name {
			continue
		}
		from, err := excelize.CoordinatesToCellName(i+1, first, true)
		if err != nil || first == last {
			return reference(p.sheet) + "!" + from, err
		}
		to, err := excelize.CoordinatesToCellName(i+1, last, true)
		return reference(p.sheet) + "!" + from + ":" + to, err
	}
	return "", fmt.Errorf("table %q has no column %q", p.table.Name, name)
}
