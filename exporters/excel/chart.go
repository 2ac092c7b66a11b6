package excel

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"turnover/internal/table"
)

// Series differ in lightness, so that they can be told apart in grey.
var colours = []string{"1F4E79", "F2A541", "7FA7C9", "7A3B1D", "B9CDE0", "4D4D4D"}

var kinds = map[string]excelize.ChartType{"column": excelize.Col, "line": excelize.Line, "bar": excelize.Bar}

// A chartPlace is where a chart stands, in pixels.
type chartPlace struct {
	cell       string
	inset      int // from the cell's left
	wide, high int
}

const (
	chartWide   = 1000 // pixels of a chart of its own
	chartRows   = 24   // rows of common height that it covers
	rowPixels   = 18   // of such a row, as the library counts
	chartText   = 130
	chartLabels = 26 // of its category axis; beyond, some are left out
)

// charts draws charts one below the other, each with its text.
func (k *workbook) charts(sheet string, charts []table.Chart, parts []part) error {
	if err := k.canvas(sheet, paper{landscape: true}, chartText); err != nil {
		return err
	}
	c := &face{k: k, sheet: sheet, row: 1}
	for i, chart := range charts {
		if i > 0 { // a chart a page
			if err := k.f.InsertPageBreak(sheet, fmt.Sprintf("A%d", c.row)); err != nil {
				return err
			}
		}
		p := find(parts, chart.Table)
		if p != nil {
			if err := k.chart(sheet, chartPlace{fmt.Sprintf("A%d", c.row), 0, chartWide, chartRows * rowPixels}, chart, p); err != nil {
				return fmt.Errorf("chart %q: %w", chart.Title, err)
			}
			c.row += chartRows + 1
		}
		text := says(chart, p)
		c.label(text)
		c.height(float64(lines(text, chartText))*15 + 2)
		c.row += 2
	}
	return c.end("A")
}

// says is a chart's text, also where there is nothing to draw.
func says(c table.Chart, p *part) string {
	if p == nil {
		return c.Title + ": there are no rows to draw. " + c.Alt
	}
	return c.Alt
}

// find gives the sheet that a chart draws; nil where it has no rows.
func find(parts []part, name string) *part {
	for i := range parts {
		if parts[i].table.Name == name && parts[i].first == 0 && parts[i].rows > 0 {
			return &parts[i]
		}
	}
	return nil
}

func (k *workbook) chart(sheet string, at chartPlace, c table.Chart, p *part) error {
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
	chart := &excelize.Chart{Type: kind, Dimension: excelize.ChartDimension{Width: uint(at.wide), Height: uint(at.high)},
		Title:    excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: clean(c.Title), Font: &excelize.Font{Family: family, Bold: true, Size: titleSize(at), Color: ink}}}},
		Legend:   excelize.ChartLegend{Position: "none"},
		Format:   excelize.GraphicOptions{OffsetX: at.inset, AltText: cut(clean(c.Alt), excelize.MaxGraphicAltTextLength), Name: cut(clean(c.Title), excelize.MaxGraphicNameLength)},
		XAxis:    excelize.ChartAxis{Font: labels, Title: axis(c.XTitle), ReverseOrder: kind == excelize.Bar}, // of bars, the first row on top
		YAxis:    excelize.ChartAxis{Font: labels, Title: axis(c.YTitle), MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}},
		GapWidth: &gap,
	}
	if fit := max(1, chartLabels*at.wide/chartWide); rows > fit && kind != excelize.Bar {
		chart.XAxis.TickLabelSkip = (rows + fit - 1) / fit
	}
	if rows > 12*at.wide/chartWide && kind != excelize.Bar {
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
	return k.f.AddChart(sheet, at.cell, chart)
}

func titleSize(at chartPlace) float64 {
	if at.wide < chartWide {
		return 12
	}
	return 14
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
