package excel

import (
	"context"
	"fmt"
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
	face   []columnFace
	trails *trails
}

// parts of one table lie side by side.
func partsOf(parts []part, t *table.Table) []part {
	var first, n int
	for i := range parts {
		if parts[i].table == t {
			if n++; n == 1 {
				first = i
			}
		}
	}
	return parts[first : first+n]
}

// plan counts and measures tables and adds their sheets: a stream has to know
// its dimension before its first row.
func (k *workbook) plan(ctx context.Context, tables []*table.Table) ([]part, error) {
	var out []part
	trails, err := trailsOf(tables)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		n, wide, err := k.measure(ctx, t, trails.lead[t])
		if err != nil {
			return nil, err
		}
		for first := 0; first == 0 || first < n; first += k.maxRows {
			name, err := k.sheet(t.Name)
			if err != nil {
				return nil, err
			}
			out = append(out, part{t, name, first, min(k.maxRows, n-first), k.faces(t, wide), trails})
		}
	}
	return out, nil
}

// sampled is how many rows of a table are measured for its column widths.
const sampled = 2000

// measure counts a table's rows, tells how wide its columns print, and has the
// trail note which rows are to be linked.
func (k *workbook) measure(ctx context.Context, t *table.Table, lead *trail) (int, []int, error) {
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
		if lead != nil {
			lead.want(row, n%k.maxRows)
		}
		if n++; n > sampled {
			continue
		}
		for i, v := range row {
			wide[i] = max(wide[i], shown(t.Columns[i], v))
		}
	}
	return n, wide, nil
}

// data streams the rows of all tables, each table's parts in one pass, and a
// table before those that lead to its rows.
func (k *workbook) data(ctx context.Context, parts []part) error {
	if len(parts) == 0 {
		return nil
	}
	for _, t := range parts[0].trails.order {
		if err := k.fill(ctx, partsOf(parts, t), parts); err != nil {
			return fmt.Errorf("table %q: %w", t.Name, err)
		}
	}
	return nil
}

// fill writes the parts of one table.
func (k *workbook) fill(ctx context.Context, parts, all []part) error {
	t := parts[0].table
	s, err := k.open(&parts[0])
	if err != nil {
		return err
	}
	at, n := 0, 0
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		if n == parts[at].rows {
			if err := s.end(); err != nil {
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
		for _, trail := range parts[0].trails.into[t] {
			trail.pass(row, parts[at].first+n)
		}
		if err := s.row(row, n, all); err != nil {
			return err
		}
		n++
	}
	return s.end()
}

// A sheetStream writes the rows of one part.
type sheetStream struct {
	*excelize.StreamWriter
	k      *workbook
	part   *part
	lead   *trail
	styles []int
	kept   []excelize.Cell // those of a row, made once
	cells  []any           // what they are to the library: pointers to those that are not empty
	links  []link
}

func (s *sheetStream) row(row table.Row, n int, all []part) error {
	to, linked := s.lead.of(row, n)
	for i, v := range row {
		s.cells[i] = nil
		value := cell(s.part.table.Columns[i], v)
		if value == nil {
			continue
		}
		id := s.styles[i]
		var err error
		switch text, ok := value.(string); {
		case linked && i == s.lead.cell:
			id, err = s.k.linkStyle(s.part.table.Columns[i])
		case ok && strings.HasPrefix(text, "="): // format 49 is text: it says that this is no formula
			face := s.part.face[i]
			id, err = s.k.style(fmt.Sprintf("text %t %d", face.wrap, face.inset), &excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: face.wrap, Indent: face.inset}})
		}
		if err != nil {
			return err
		}
		s.kept[i].StyleID, s.kept[i].Value = id, value
		s.cells[i] = &s.kept[i]
	}
	if linked && s.cells[s.lead.cell] != nil {
		s.links = append(s.links, leads(n, to, partsOf(all, s.lead.to)))
	}
	if high := s.part.lines(row); high > 1 {
		return s.SetRow(fmt.Sprintf("A%d", n+2), s.cells, excelize.RowOpts{Height: float64(high)*15 + 1})
	}
	return s.SetRow(fmt.Sprintf("A%d", n+2), s.cells)
}

// leads is the link of a row to a span of another table, on the sheet on which
// that begins. Rows that do not lie together cannot be shown as a range: the
// link then leads to the first of them.
func leads(n int, to span, behind []part) link {
	p := &behind[0]
	for i := range behind {
		if behind[i].first <= to.first {
			p = &behind[i]
		}
	}
	if to.apart {
		to.last = to.first
	}
	return link{row: n + 2, first: to.first - p.first + 2, last: min(to.last-p.first, p.rows-1) + 2, to: p}
}

// end hands the links over and ends the sheet: what is set after a stream's end
// would be lost.
func (s *sheetStream) end() error {
	if len(s.links) > 0 {
		column, err := excelize.ColumnNumberToName(s.lead.cell + 1)
		if err != nil {
			return err
		}
		first := s.links[0]
		if err := s.k.f.SetCellHyperLink(s.part.sheet, fmt.Sprintf("%s%d", column, first.row), first.location(), "Location"); err != nil {
			return err
		}
		for _, l := range s.k.links {
			if l.sheet == s.part.sheet {
				l.column, l.rest = column, s.links[1:]
			}
		}
	}
	return s.Flush()
}

func (k *workbook) columnStyles(p *part) ([]int, error) {
	styles := make([]int, len(p.table.Columns))
	for i, c := range p.table.Columns {
		f, face := format(c), p.face[i]
		side := sideOf(c.Type)
		s := &excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", Horizontal: side, WrapText: face.wrap, Indent: face.inset}}
		if f != "" {
			s.CustomNumFmt = &f
		}
		var err error
		if styles[i], err = k.style(fmt.Sprintf("cell %s %s %t %d", f, side, face.wrap, face.inset), s); err != nil {
			return nil, err
		}
	}
	return styles, nil
}

// linkStyle is that of a figure that leads to its rows: underlined, so that it
// is seen in grey too.
func (k *workbook) linkStyle(c table.Column) (int, error) {
	s := &excelize.Style{Font: &excelize.Font{Family: family, Color: blue, Underline: "single"}, Alignment: &excelize.Alignment{Vertical: "top"}}
	f := format(c)
	if f != "" {
		s.CustomNumFmt = &f
	}
	return k.style("linked "+f, s)
}

// open sets a data sheet up and writes its header row. What is set after the
// stream's end would be lost, and fit-to-page and dimension are written when
// the stream begins: so everything comes before.
func (k *workbook) open(p *part) (*sheetStream, error) {
	styles, err := k.columnStyles(p)
	if err != nil {
		return nil, err
	}
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
		func() error { return k.print(p.sheet, paper{landscape: true, large: p.large(), head: headOf(p)}) },
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
		id, err := k.headerStyle(sideOf(c.Type), p.face[i].inset)
		if err != nil {
			return nil, err
		}
		row[i] = excelize.Cell{StyleID: id, Value: clean(c.Name)}
	}
	out := &sheetStream{StreamWriter: s, k: k, part: p, lead: p.trails.lead[p.table], styles: styles, kept: make([]excelize.Cell, columns), cells: make([]any, columns)}
	return out, s.SetRow("A1", row, excelize.RowOpts{Height: 20})
}

// headOf is what the pages of a sheet say above: data has no title on the sheet
// itself, where programs expect its columns.
func headOf(p *part) string {
	if p.table.Kind != table.Quality {
		return p.table.Title
	}
	if p.rows == 0 {
		return p.table.Title + ": nothing was found"
	}
	return p.table.Title + ": " + count(p.rows, "finding")
}

// widths goes from the last column to the first: the library puts each column
// before those it has, its stream does not sort them, and readers that expect
// ascending columns would lose the widths.
func (k *workbook) widths(p *part) error {
	for i := len(p.face); i > 0; i-- {
		name, err := excelize.ColumnNumberToName(i)
		if err != nil {
			return err
		}
		if err := k.f.SetColWidth(p.sheet, name, name, p.face[i-1].wide); err != nil {
			return err
		}
		if p.face[i-1].hidden {
			if err := k.f.SetColVisible(p.sheet, name, false); err != nil {
				return err
			}
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

// sideOf sets numbers to the right and all else to the left, dates too.
func sideOf(t table.Type) string {
	if t == table.Int || t == table.Float {
		return "right"
	}
	return "left"
}

func (k *workbook) headerStyle(side string, inset int) (int, error) {
	s := header(side)
	s.Alignment.Indent = inset
	return k.style(fmt.Sprintf("header %s %d", side, inset), s)
}

func header(side string) *excelize.Style {
	return &excelize.Style{Font: &excelize.Font{Family: family, Bold: true, Color: "1F1F1F"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"D9E1EC"}},
		Border: []excelize.Border{{Type: "bottom", Color: "5B6B80", Style: 2}}, Alignment: &excelize.Alignment{Vertical: "center", Horizontal: side}}
}
