package receipt

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"turnover/exporters"
	"turnover/plan"
)

// changeSheet is the one sheet of a change list.
const changeSheet = "Changes"

// A changeColumn is a column of the printed change list.
type changeColumn struct {
	title  string
	wide   float64
	number bool
	after  bool                    // follows a number: set off from it
	value  func(l *changeLine) any // nil for an empty cell
}

func changeColumns() []changeColumn {
	delta := func(n int64) any {
		if n == 0 {
			return nil
		}
		return n
	}
	frame := func(n int64, ok bool) any {
		if !ok {
			return nil
		}
		return n
	}
	return []changeColumn{
		{"", 4, false, false, func(l *changeLine) any { return l.letter }},
		{"shot", 24, false, false, func(l *changeLine) any { return l.path }},
		{"what changed", 28, false, false, func(l *changeLine) any { return l.words }},
		{"rescan", 10, false, false, func(l *changeLine) any {
			if !l.rescan {
				return nil
			}
			return "RESCAN"
		}},
		{"head Δ", 8, true, false, func(l *changeLine) any { return delta(l.head) }},
		{"tail Δ", 8, true, false, func(l *changeLine) any { return delta(l.tail) }},
		{"old in", 10, true, false, func(l *changeLine) any { return frame(l.before[0], l.had) }},
		{"old out", 10, true, false, func(l *changeLine) any { return frame(l.before[1], l.had) }},
		{"new in", 10, true, false, func(l *changeLine) any { return frame(l.after[0], l.has) }},
		{"new out", 10, true, false, func(l *changeLine) any { return frame(l.after[1], l.has) }},
		{"source in", 13, false, true, func(l *changeLine) any { return l.source[0] }},
		{"source out", 13, false, false, func(l *changeLine) any { return l.source[1] }},
		{"record in", 13, false, false, func(l *changeLine) any { return l.record }},
		{"why", 48, false, false, func(l *changeLine) any { return l.reasons }},
	}
}

// ChangeListExcel writes a change list as a workbook to be printed: A4
// landscape, all columns on the page, the titles on each page, numbers as
// numbers, and a letter beside each colour. The same list gives the same bytes.
func ChangeListExcel(w io.Writer, c *plan.ChangeList) (err error) {
	f, err := newBook(changeSheet)
	if err != nil {
		return fmt.Errorf("write change list: %w", err)
	}
	defer func() { _ = f.Close() }() // nothing of it is on disk
	g := newGrid(f, changeSheet)
	columns := changeColumns()
	for i, column := range columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		g.do(func() error { return err })
		g.do(func() error { return f.SetColWidth(changeSheet, name, name, column.wide) })
	}
	rows, unchanged := linesOf(c)
	g.changeHead(c, rows, unchanged)
	g.changeRows(columns, rows)
	g.page("landscape", c.A+" → "+c.B) // the filter makes the sheet's properties anew: the page comes after it
	if unchanged > 0 && len(rows) > 0 {
		g.row += 2
		g.put(2, "quiet", &excelize.Style{Font: font(10, false, quiet)}, fmt.Sprintf("%s unchanged and left out.", count(unchanged, "shot")))
	}
	if g.err == nil {
		g.err = writeBook(w, f)
	}
	if g.err != nil {
		return fmt.Errorf("write change list: %w", g.err)
	}
	return nil
}

func (g *grid) changeHead(c *plan.ChangeList, rows []changeLine, unchanged int) {
	plain := &excelize.Style{Font: font(10, false, "000000"), Alignment: &excelize.Alignment{Vertical: "center"}}
	strong := &excelize.Style{Font: font(12, true, "000000"), Alignment: &excelize.Alignment{Vertical: "center"}}
	g.row = 1
	g.put(1, "title", &excelize.Style{Font: font(22, true, ink), Alignment: &excelize.Alignment{Vertical: "center"}}, "What changed in the cut")
	g.height(34)
	g.row++
	g.put(1, "strong", strong, c.A+" → "+c.B)
	g.height(20)
	g.row++
	says := "No changes: " + count(unchanged, "shot") + " unchanged."
	if len(rows) > 0 {
		says = count(len(rows), "changed shot") + ": " + strings.Join(countsOf(c), ", ") + "."
	}
	// The counts may need several lines of the page's width.
	g.put(1, "wrapped", &excelize.Style{Font: font(12, true, "000000"), Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}, says)
	last := g.cell(len(changeColumns()))
	first := g.cell(1)
	g.do(func() error { return g.f.MergeCell(g.sheet, first, last) })
	g.height(float64(lines(says, 170))*17 + 3)
	g.row++
	g.put(1, "plain", plain, basis(c))
	g.row++
	g.put(1, "plain", plain, legend(rows))
	g.row++
}

// legend explains the letters that the list uses.
func legend(rows []changeLine) string {
	used := map[string]bool{}
	for i := range rows {
		used[rows[i].letter] = true
	}
	var order []string
	words := map[string][]string{}
	for _, w := range labelWords {
		if used[w.letter] && w.letter != "" {
			if words[w.letter] == nil {
				order = append(order, w.letter)
			}
			words[w.letter] = append(words[w.letter], w.words)
		}
	}
	var out []string
	for _, letter := range order {
		out = append(out, letter+" "+strings.Join(words[letter], " or "))
	}
	return strings.Join(out, " · ")
}

func (g *grid) changeRows(columns []changeColumn, rows []changeLine) {
	g.row++
	header := g.row
	for i, column := range columns {
		g.put(i+1, fmt.Sprintf("names %s %d", side(column), indent(column)), &excelize.Style{Font: font(10, true, "000000"), Fill: solid(heading), Border: []excelize.Border{{Type: "bottom", Color: rule, Style: 2}},
			Alignment: &excelize.Alignment{Vertical: "center", Horizontal: side(column), Indent: indent(column)}}, column.title)
	}
	g.height(20)
	for i := range rows {
		g.changeRow(columns, &rows[i])
	}
	last := g.row
	corner, err := excelize.CoordinatesToCellName(len(columns), max(last, header+1), true)
	g.do(func() error { return err })
	first := fmt.Sprintf("A%d", header)
	below := fmt.Sprintf("A%d", header+1)
	g.do(func() error { return g.f.AutoFilter(g.sheet, first+":"+corner, nil) })
	g.do(func() error {
		return g.f.SetPanes(g.sheet, &excelize.Panes{Freeze: true, YSplit: header, TopLeftCell: below, ActivePane: "bottomLeft",
			Selection: []excelize.Selection{{SQRef: below, ActiveCell: below, Pane: "bottomLeft"}}})
	})
	g.do(func() error {
		return g.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("%s!$%d:$%d", sheetRef(g.sheet), header, header), Scope: g.sheet})
	})
}

func side(c changeColumn) string {
	if c.number {
		return "right"
	}
	return "left"
}

func indent(c changeColumn) int {
	if c.after {
		return 1
	}
	return 0
}

// changeRow writes one shot, as high as its longest text needs.
func (g *grid) changeRow(columns []changeColumn, l *changeLine) {
	g.row++
	high := 1
	signed, whole := "+0;-0;0", "0"
	for i, column := range columns {
		value := column.value(l)
		style := &excelize.Style{Font: font(10, l.rescan && i == 3 || i == 0, "000000"), Alignment: &excelize.Alignment{Vertical: "top", Horizontal: side(column), WrapText: !column.number},
			Border: []excelize.Border{{Type: "bottom", Color: "C9D1DC", Style: 1}}}
		switch {
		case i == 0:
			style.Alignment.Horizontal = "center"
		default:
			style.Alignment.Indent = indent(column)
		}
		if i < 3 && fills[l.mark] != "" {
			style.Fill = solid(fills[l.mark])
		}
		if i == 3 && l.rescan {
			style.Fill = solid(fills[wrong])
		}
		switch column.title {
		case "head Δ", "tail Δ":
			style.CustomNumFmt = &signed
		case "old in", "old out", "new in", "new out":
			style.CustomNumFmt = &whole
		}
		g.put(i+1, fmt.Sprintf("change %d %d %v", i, l.mark, l.rescan), style, value)
		if s, ok := value.(string); ok {
			high = max(high, lines(exporters.Visible(s), int(column.wide*1.1)))
		}
	}
	g.height(min(float64(high)*14+3, 400))
}
