package excel

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"turnover/internal/table"
)

// A part is one data sheet: a table, or a piece of one that is longer than a
// sheet.
type part struct {
	table  *table.Table
	sheet  string
	first  int // first row of the table on it, from 0
	rows   int
	widths []float64
}

// sampled is how many rows of a table are measured for its column widths.
const sampled = 2000

// plan counts and measures tables and adds their sheets: a stream has to know
// its dimension before its first row.
func (k *workbook) plan(ctx context.Context, tables []*table.Table) ([]part, error) {
	var out []part
	for _, t := range tables {
		n, widths, err := measure(ctx, t)
		if err != nil {
			return nil, err
		}
		for first := 0; first == 0 || first < n; first += k.maxRows {
			name, err := k.sheet(t.Name)
			if err != nil {
				return nil, err
			}
			out = append(out, part{t, name, first, min(k.maxRows, n-first), widths})
		}
	}
	return out, nil
}

func measure(ctx context.Context, t *table.Table) (int, []float64, error) {
	wide := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		wide[i] = shown(table.Column{}, c.Name) + 3 // room for the filter's button
	}
	n := 0
	for row, err := range t.Rows {
		if err != nil {
			return 0, nil, fmt.Errorf("table %q: %w", t.Name, err)
		}
		if len(row) != len(t.Columns) {
			return 0, nil, fmt.Errorf("table %q: row %d has %d cells for %d columns", t.Name, n+1, len(row), len(t.Columns))
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return 0, nil, ctx.Err()
		}
		if n++; n > sampled {
			continue
		}
		for i, v := range row {
			wide[i] = max(wide[i], shown(t.Columns[i], v))
		}
	}
	widths := make([]float64, len(wide))
	for i, w := range wide {
		widths[i] = math.Min(math.Max(float64(w)+1.5, 7), 60)
	}
	return n, widths, nil
}

// data streams the rows of all parts; parts of one table lie side by side and
// are filled in one pass.
func (k *workbook) data(ctx context.Context, parts []part) error {
	for len(parts) > 0 {
		n := 1
		for n < len(parts) && parts[n].first > 0 {
			n++
		}
		if err := k.fill(ctx, parts[:n]); err != nil {
			return fmt.Errorf("table %q: %w", parts[0].table.Name, err)
		}
		parts = parts[n:]
	}
	return nil
}

func (k *workbook) fill(ctx context.Context, parts []part) error {
	t := parts[0].table
	styles, err := k.columnStyles(t)
	if err != nil {
		return err
	}
	s, err := k.open(&parts[0])
	if err != nil {
		return err
	}
	at, n := 0, 0
	cells := make([]any, len(t.Columns))
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		if n == parts[at].rows {
			if err := s.Flush(); err != nil {
				return err
			}
			if at++; at == len(parts) {
				return fmt.Errorf("row %d came that was not there before", n+1)
			}
			n = 0
			if s, err = k.open(&parts[at]); err != nil {
				return err
			}
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for i, v := range row {
			cells[i] = nil
			value := cell(t.Columns[i], v)
			if value == nil {
				continue
			}
			id := styles[i]
			if s, ok := value.(string); ok && strings.HasPrefix(s, "=") { // format 49 is text: it says that this is no formula
				if id, err = k.style("text", &excelize.Style{NumFmt: 49}); err != nil {
					return err
				}
			}
			cells[i] = excelize.Cell{StyleID: id, Value: value}
		}
		n++
		if err := s.SetRow(fmt.Sprintf("A%d", n+1), cells); err != nil {
			return err
		}
	}
	return s.Flush()
}

func (k *workbook) columnStyles(t *table.Table) ([]int, error) {
	styles := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		f := format(c)
		if f == "" {
			continue
		}
		var err error
		if styles[i], err = k.style("number "+f, &excelize.Style{CustomNumFmt: &f}); err != nil {
			return nil, err
		}
	}
	return styles, nil
}

// open sets a data sheet up and writes its header row. What is set after the
// stream's end would be lost, and fit-to-page and dimension are written when
// the stream begins: so everything comes before.
func (k *workbook) open(p *part) (*excelize.StreamWriter, error) {
	columns := len(p.table.Columns)
	last, err := excelize.CoordinatesToCellName(max(columns, 1), p.rows+1)
	if err != nil {
		return nil, err
	}
	header, err := excelize.CoordinatesToCellName(max(columns, 1), p.rows+1, true)
	if err != nil {
		return nil, err
	}
	steps := []func() error{
		func() error { return k.f.SetSheetDimension(p.sheet, "A1:"+last) },
		// The filter makes the sheet's properties anew: the page comes after it.
		func() error { return k.f.AutoFilter(p.sheet, "A1:"+header, nil) },
		func() error { return k.print(p.sheet, true) },
		func() error {
			return k.f.SetPanes(p.sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft",
				Selection: []excelize.Selection{{SQRef: "A2", ActiveCell: "A2", Pane: "bottomLeft"}}})
		},
		func() error { return k.widths(p) },
		func() error { return k.quiet(p, last) },
		func() error {
			return k.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: reference(p.sheet) + "!$1:$1", Scope: p.sheet})
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	s, err := k.f.NewStreamWriter(p.sheet)
	if err != nil {
		return nil, err
	}
	row := make([]any, columns)
	for i, c := range p.table.Columns {
		id, err := k.headerStyle(c.Type == table.Int || c.Type == table.Float)
		if err != nil {
			return nil, err
		}
		row[i] = excelize.Cell{StyleID: id, Value: clean(c.Name)}
	}
	return s, s.SetRow("A1", row, excelize.RowOpts{Height: 20})
}

// widths goes from the last column to the first: the library puts each column
// before those it has, its stream does not sort them, and readers that expect
// ascending columns would lose the widths.
func (k *workbook) widths(p *part) error {
	for i := len(p.widths); i > 0; i-- {
		name, err := excelize.ColumnNumberToName(i)
		if err != nil {
			return err
		}
		if err := k.f.SetColWidth(p.sheet, name, name, p.widths[i-1]); err != nil {
			return err
		}
	}
	return nil
}

// quiet tells Excel that numbers kept as text are meant so: no green triangles
// on names such as 010.
func (k *workbook) quiet(p *part, last string) error {
	if err := k.f.AddIgnoredErrors(p.sheet, "A1:"+last, excelize.IgnoredErrorsNumberStoredAsText); err != nil {
		return err
	}
	return k.f.AddIgnoredErrors(p.sheet, "A1:"+last, excelize.IgnoredErrorsTwoDigitTextYear)
}

func (k *workbook) headerStyle(number bool) (int, error) {
	side := "left"
	if number {
		side = "right"
	}
	return k.style("header "+side, &excelize.Style{Font: &excelize.Font{Family: family, Bold: true, Color: "1F1F1F"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"D9E1EC"}},
		Border: []excelize.Border{{Type: "bottom", Color: "5B6B80", Style: 2}}, Alignment: &excelize.Alignment{Vertical: "center", Horizontal: side}})
}

// print sets a sheet up for A4: landscape, all columns on the page's width,
// page numbers, the report and its snapshot in the footer.
func (k *workbook) print(sheet string, landscape bool) error {
	fit := true
	if err := k.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	paper, orientation, wide, high := 9, "portrait", 1, 0
	if landscape {
		orientation = "landscape"
	}
	if err := k.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	side, top := 0.5, 0.7
	if err := k.f.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top}); err != nil {
		return err
	}
	foot := "&L" + field(k.book.Title, 80) + "&C&A&R&P / &N"
	if k.book.Snapshot != "" {
		foot = "&L" + field(k.book.Title, 60) + ", snapshot " + field(k.book.Snapshot, 40) + "&C&A&R&P / &N"
	}
	return k.f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: foot})
}

// field writes text for a footer, where an ampersand is a command.
func field(s string, n int) string {
	short := []rune{}
	for _, r := range cut(clean(s), n) {
		if short = append(short, r); r == '&' {
			short = append(short, r)
		}
	}
	return string(short)
}
