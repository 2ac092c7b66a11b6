package excel

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"turnover/internal/table"
)

// reference writes a sheet's name for use in a formula's reference.
func reference(sheet string) string { return "'" + strings.ReplaceAll(sheet, "'", "''") + "'" }

var bases = map[string]string{
	"feedback": "feedback: the day on which the work was sent for review",
	"approval": "approval: the day on which the work was approved",
}

// A face is the cover being written, row by row; it keeps the first error.
type face struct {
	k     *workbook
	sheet string
	row   int
	err   error
}

func (c *face) put(column, key string, style *excelize.Style, value any) {
	if c.err != nil {
		return
	}
	at := fmt.Sprintf("%s%d", column, c.row)
	switch v := value.(type) {
	case string:
		c.err = c.k.f.SetCellStr(c.sheet, at, clean(v))
	case float64:
		c.err = c.k.f.SetCellFloat(c.sheet, at, v, -1, 64)
	}
	if c.err != nil {
		return
	}
	var id int
	if id, c.err = c.k.style(key, style); c.err == nil {
		c.err = c.k.f.SetCellStyle(c.sheet, at, at, id)
	}
}

func (c *face) height(points float64) {
	if c.err == nil {
		c.err = c.k.f.SetRowHeight(c.sheet, c.row, points)
	}
}

const (
	ink    = "1F3A5F"
	blue   = "1F4E9E" // of links, which are underlined too
	family = "Calibri"
)

func (c *face) label(s string) {
	c.put("A", "label", &excelize.Style{Font: &excelize.Font{Family: family, Color: "44546A"}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}, s)
}

func (c *face) value(s string) {
	c.put("B", "value", &excelize.Style{Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}, s)
}

func (c *face) side(s string) {
	c.put("C", "side", &excelize.Style{Font: &excelize.Font{Family: family, Color: "44546A"}, Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "left"}}, s)
}

func (c *face) title(s string) {
	c.row++
	c.put("A", "title", &excelize.Style{Font: &excelize.Font{Family: family, Bold: true, Size: 20, Color: ink}, Alignment: &excelize.Alignment{Vertical: "center"}}, s)
	c.height(36)
}

// banner is what must be known before all figures, over the columns from first
// to last, in a shade and a shape. Its text runs over the cells beside it.
func (c *face) banner(s, first, last string, wide int) {
	if s == "" {
		return
	}
	style := &excelize.Style{Font: &excelize.Font{Family: family, Bold: true, Size: 11}, Alignment: &excelize.Alignment{Vertical: "center"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{tones[table.Watch].fill}}}
	for _, line := range wrap("▲ "+clip(s, bannerMost), wide*9/10) {
		c.row++
		for column := first[0]; column <= last[0]; column++ {
			c.put(string(column), "banner", style, nil)
		}
		c.put(first, "banner", style, line)
		c.height(20)
	}
}

// bannerMost is how many characters of a banner are shown.
const bannerMost = 600

func (c *face) heading(s string) {
	c.row += 2
	style := &excelize.Style{Font: &excelize.Font{Family: family, Bold: true, Size: 12, Color: ink}, Border: []excelize.Border{{Type: "bottom", Color: "5B6B80", Style: 1}}}
	c.put("A", "heading", style, s)
	c.put("B", "heading", style, nil)
	c.put("C", "heading", style, nil)
	c.height(20)
}

// note is a label and a text, wrapped; the row is made as high as it needs.
func (c *face) note(name, value string) {
	if value == "" {
		return
	}
	c.row++
	c.label(name)
	c.value(value)
	c.height(float64(max(lines(value, coverText), lines(name, coverLabel)))*15 + 4)
}

// lines tells how many lines a text takes when wrapped.
func lines(s string, wide int) int {
	n := 0
	for line := range strings.Lines(s[:min(len(s), 4000)]) {
		n += 1 + max(0, shown(table.Column{}, line)-1)/wide
	}
	return max(1, min(n, 20))
}

// figure is a control total that leads to its rows.
func (c *face) figure(t table.Total, rows *part) {
	c.row++
	f := "#,##0"
	if t.Value != float64(int64(t.Value)) {
		f = "#,##0.000"
	}
	c.label(t.Name)
	font := &excelize.Font{Family: family, Bold: true}
	if rows != nil {
		font.Color, font.Underline = blue, "single"
	}
	c.put("B", fmt.Sprintf("figure %s %t", f, rows != nil), &excelize.Style{CustomNumFmt: &f, Font: font, Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "center"}}, t.Value)
	c.side(t.Unit)
	if rows != nil {
		c.lead("B", rows.sheet)
	}
	c.height(19)
}

// link leads to a sheet of the workbook.
func (c *face) link(sheet, says, rows string) {
	c.row++
	c.put("A", "link", linked(), sheet)
	c.value(says)
	c.side(rows)
	c.height(float64(max(lines(says, coverText), lines(sheet, coverLabel)))*15 + 4)
	c.lead("A", sheet)
}

func linked() *excelize.Style {
	return &excelize.Style{Font: &excelize.Font{Family: family, Color: blue, Underline: "single"}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}
}

// lead makes a cell of the row a link to a sheet's beginning.
func (c *face) lead(column, sheet string) {
	if c.err == nil {
		tip := "go to " + sheet
		c.err = c.k.f.SetCellHyperLink(c.sheet, fmt.Sprintf("%s%d", column, c.row), reference(sheet)+"!A1", "Location", excelize.HyperlinkOpts{Tooltip: &tip})
	}
}

// The cover's column widths, in characters.
const (
	coverLabel = 30
	coverText  = 76
	coverUnit  = 14
)

func (k *workbook) cover(sheet string, fronts []front, parts []part) error {
	c := &face{k: k, sheet: sheet}
	c.err = k.canvas(sheet, paper{}, coverLabel, coverText, coverUnit)
	b := k.book
	c.title(b.Title)
	c.banner(b.Banner, "A", "C", coverLabel+coverText+coverUnit)
	c.note("Project", b.Project)
	c.note("Period", period(b))
	c.note("Compared with", b.Previous)
	c.note("Method", b.Method)
	basis := b.Basis
	if says, ok := bases[basis]; ok {
		basis = says
	}
	c.note("Basis", basis)
	c.note("Time zone", b.Timezone)
	if !b.AsOf.IsZero() {
		c.note("As of", b.AsOf.UTC().Format("2006-01-02 15:04:05.999999 UTC")) // whole, so that it can be given back as --as-of
	}
	c.note("Snapshot", b.Snapshot)
	if len(b.Cover) > 0 {
		c.heading("How to read it")
	}
	for _, n := range b.Cover {
		c.note(n.Name, n.Value)
	}
	if len(b.Totals) > 0 {
		c.heading("Control totals")
	}
	for _, t := range b.Totals {
		c.figure(t, rowsOf(parts, t.Table))
	}
	c.sheets(fronts[1:], parts)
	return c.end("C")
}

// sheets lists what else is in the workbook; what is doubtful in the data first.
func (c *face) sheets(fronts []front, parts []part) {
	rest := parts
	if n := slices.IndexFunc(parts, func(p part) bool { return p.table.Kind != table.Quality }); n > 0 {
		c.heading("Data quality")
		for _, p := range parts[:n] {
			says := "Nothing was found. "
			if p.rows > 0 {
				says = ""
			}
			c.link(p.sheet, says+about(p), count(p.rows, "finding"))
		}
		rest = parts[n:]
	}
	c.heading("Sheets")
	for _, f := range fronts {
		c.link(f.sheet, f.says, "")
	}
	hidden := false
	for _, p := range rest {
		c.link(p.sheet, about(p), count(p.rows, "row"))
		hidden = hidden || slices.ContainsFunc(p.face, func(f columnFace) bool { return f.hidden })
	}
	c.row++
	for _, says := range []struct {
		text string
		on   bool
	}{
		{"Underlined figures lead to the rows behind them, as far as a sheet has room for links (65,530).", slices.ContainsFunc(parts, func(p part) bool { return p.trails.lead[p.table] != nil })},
		{"The columns of ids are hidden; select all columns and choose Unhide to see them.", hidden},
	} {
		if says.on {
			c.row++
			c.value(says.text)
			c.height(float64(lines(says.text, coverText))*15 + 4)
		}
	}
}

// rowsOf finds the first sheet of a table; nil where there is none.
func rowsOf(parts []part, name string) *part {
	i := slices.IndexFunc(parts, func(p part) bool { return name != "" && p.table.Name == name })
	if i < 0 {
		return nil
	}
	return &parts[i]
}

// end tells readers that stream how far the sheet goes.
func (c *face) end(column string) error {
	if c.err != nil {
		return c.err
	}
	return c.k.f.SetSheetDimension(c.sheet, fmt.Sprintf("A1:%s%d", column, c.row))
}

func about(p part) string {
	switch {
	case p.first > 0:
		return fmt.Sprintf("%s, continued from row %d: a sheet holds no more", p.table.Title, p.first+1)
	case p.table.Doc != "":
		return p.table.Title + ". " + p.table.Doc
	}
	return p.table.Title
}

// canvas sets up a sheet that is looked at: no grid, page for print, widths.
func (k *workbook) canvas(sheet string, p paper, widths ...float64) error {
	off := false
	if err := k.f.SetSheetView(sheet, 0, &excelize.ViewOptions{ShowGridLines: &off}); err != nil {
		return err
	}
	for i, wide := range widths {
		column := string(rune('A' + i))
		if err := k.f.SetColWidth(sheet, column, column, wide); err != nil {
			return err
		}
	}
	return k.print(sheet, p)
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func period(b *table.Book) string {
	switch {
	case b.From == "" && b.To == "":
		return "everything recorded"
	case b.From == "":
		return "until " + b.To
	case b.To == "":
		return "from " + b.From
	}
	return b.From + " to " + b.To
}
