package excel

import (
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"turnover/internal/table"
)

// A paper is how a sheet is printed.
type paper struct {
	landscape bool
	large     bool   // A3: on A4 it could not be read
	single    bool   // all of it on one page
	head      string // above each page; "" for nothing
}

// print sets a sheet up for A4 or A3: all columns on the page's width, page numbers,
// the report and its snapshot in the footer.
func (k *workbook) print(sheet string, p paper) error {
	fit := true
	if err := k.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	size, orientation, wide, high := 9, "portrait", 1, 0
	if p.large {
		size = 8
	}
	if p.landscape {
		orientation = "landscape"
	}
	if p.single {
		high = 1
	}
	if err := k.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	side, top, line := 0.5, 0.75, 0.35
	if err := k.f.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top, Header: &line, Footer: &line}); err != nil {
		return err
	}
	foot := []string{field(k.book.Title, 60)}
	if k.book.Snapshot != "" {
		foot = append(foot, "snapshot "+field(k.book.Snapshot, 30))
	}
	text := excelize.HeaderFooterOptions{OddFooter: "&L" + strings.Join(foot, ", ") + "&RPage &P of &N"}
	if p.head != "" {
		text.OddHeader = "&L&B" + field(p.head, 80) + "&R&A"
	}
	return k.f.SetHeaderFooter(sheet, &text)
}

// field writes text for a header or footer, where an ampersand is a command.
func field(s string, n int) string {
	line := strings.Join(strings.Fields(clean(s)), " ")
	return strings.ReplaceAll(cut(line, n), "&", "&&")
}

// A columnFace is how a column of data looks.
type columnFace struct {
	wide   float64 // in characters
	wrap   bool    // its texts are longer than that
	hidden bool
	inset  int // sets a text off from the number before it
}

// The width of a landscape page of A4, in characters that can be read with
// ease, and with effort; and the widths that texts are given so that all columns
// get onto it.
const (
	pageWide = 180
	pageMost = 240
)

var textWide = []float64{60, 48, 36, 28, 22}

// faces gives each column the width of what is in it. Long texts are wrapped,
// the more the more columns there are.
func (k *workbook) faces(t *table.Table, measured []int) []columnFace {
	hidden := make([]bool, len(measured))
	if k.fold {
		hidden = ids(t)
	}
	var out []columnFace
	for _, limit := range textWide {
		var sum float64
		if out, sum = facesWithin(t, measured, hidden, limit); sum <= pageWide {
			break
		}
	}
	return out
}

// facesWithin gives texts no more width than the limit or their column's name
// needs, and the sum of what is seen.
func facesWithin(t *table.Table, measured []int, hidden []bool, limit float64) ([]columnFace, float64) {
	out := make([]columnFace, len(measured))
	sum, number := 0.0, false
	for i, c := range t.Columns {
		f := columnFace{hidden: hidden[i]}
		if number && sideOf(c.Type) == "left" {
			f.inset = 1
		}
		f.wide = min(max(float64(measured[i]+2*f.inset)+1.5, 7), 200)
		name := min(float64(shown(table.Column{}, c.Name))+4.5, textWide[0]) // with the filter's button
		if most := max(limit, name); c.Type == table.Text && f.wide > most {
			f.wide, f.wrap = most, true
		}
		f.wide = min(f.wide, textWide[0])
		if !f.hidden {
			sum, number = sum+f.wide, sideOf(c.Type) == "right"
		}
		out[i] = f
	}
	return out, sum
}

// ids tells which columns are for programs: they are hidden, since they take
// half of a page and say nothing to people. A table of nothing else keeps them.
func ids(t *table.Table) []bool {
	out := make([]bool, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Type == table.Text && (c.Name == "id" || strings.HasSuffix(c.Name, "_id"))
	}
	if !slices.Contains(out, false) {
		clear(out)
	}
	return out
}

// large tells whether the columns that are seen are too many for A4.
func (p *part) large() bool {
	sum := 0.0
	for _, f := range p.face {
		if !f.hidden {
			sum += f.wide
		}
	}
	return sum > pageMost
}

// lines is how many lines the wrapped texts of a row take: programs do not all
// make a row as high as it needs.
func (p *part) lines(row table.Row) int {
	n := 1
	for i, f := range p.face {
		if text, ok := row[i].(string); ok && f.wrap && !f.hidden {
			n = max(n, lines(text, int(f.wide*1.05)))
		}
	}
	return n
}
