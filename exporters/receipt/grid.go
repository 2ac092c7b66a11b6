package receipt

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"

	"turnover/exporters"
)

// The colours of marks. Printed in grey an error is clearly the darkest, and
// every mark has a sign or a word beside.
var fills = map[mark]string{wrong: "F4A79D", warned: "F8CF7C", created: "E0F2DC", changed: "D6E6F7"}

// signs stand for the colours where there are none.
var signs = map[mark]string{wrong: "✖", warned: "▲", created: "+", changed: "~"}

const (
	ink     = "1F3A5F"
	quiet   = "44546A"
	rule    = "5B6B80"
	heading = "D9E1EC"
)

// longestCell keeps a cell readable; the receipt's JSON has all of it.
const longestCell = 2000

// A grid writes one sheet, cell by cell; it keeps the first error. Text is
// always a text cell, never a formula.
type grid struct {
	f      *excelize.File
	sheet  string
	row    int
	styles map[string]int
	err    error
}

func (g *grid) do(step func() error) {
	if g.err == nil {
		g.err = step()
	}
}

func (g *grid) cell(column int) string {
	name, err := excelize.CoordinatesToCellName(column, g.row)
	g.do(func() error { return err })
	return name
}

// put writes a value in a style, both of which may be missing.
func (g *grid) put(column int, key string, style *excelize.Style, value any) {
	at := g.cell(column)
	g.do(func() error {
		switch v := value.(type) {
		case string:
			return g.f.SetCellStr(g.sheet, at, cellText(v))
		case int:
			return g.f.SetCellInt(g.sheet, at, int64(v))
		case int64:
			return g.f.SetCellInt(g.sheet, at, v)
		}
		return nil
	})
	if style == nil {
		return
	}
	g.do(func() error {
		id, ok := g.styles[key]
		if !ok {
			var err error
			if id, err = g.f.NewStyle(style); err != nil {
				return err
			}
			g.styles[key] = id
		}
		return g.f.SetCellStyle(g.sheet, at, at, id)
	})
}

func (g *grid) height(points float64) {
	g.do(func() error { return g.f.SetRowHeight(g.sheet, g.row, points) })
}

// family is the typeface of our own sheets; the editor's keep theirs.
const family = "Calibri"

// font is a font of our own sheets.
func font(size float64, bold bool, color string) *excelize.Font {
	return &excelize.Font{Family: family, Size: size, Bold: bold, Color: color}
}

// widths sets the columns' widths, in characters.
func (g *grid) widths(all ...float64) {
	for i, w := range all {
		name, err := excelize.ColumnNumberToName(i + 1)
		g.do(func() error { return err })
		g.do(func() error { return g.f.SetColWidth(g.sheet, name, name, w) })
	}
}

// page sets a sheet up for A4: all columns on the page's width, page numbers.
func (g *grid) page(orientation, foot string) {
	fit, off, paper, wide, high, side, top := true, false, 9, 1, 0, 0.4, 0.6
	g.do(func() error { return g.f.SetSheetView(g.sheet, 0, &excelize.ViewOptions{ShowGridLines: &off}) })
	g.do(func() error { return g.f.SetSheetProps(g.sheet, &excelize.SheetPropsOptions{FitToPage: &fit}) })
	g.do(func() error {
		return g.f.SetPageLayout(g.sheet, &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high})
	})
	g.do(func() error {
		return g.f.SetPageMargins(g.sheet, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top})
	})
	g.do(func() error {
		return g.f.SetHeaderFooter(g.sheet, &excelize.HeaderFooterOptions{OddFooter: "&L" + footText(foot) + "&R&P / &N"})
	})
}

// footText writes text for a footer, where an ampersand is a command.
func footText(s string) string {
	if r := []rune(cellText(s)); len(r) > 80 {
		s = string(r[:80]) + "…"
	}
	return strings.ReplaceAll(cellText(s), "&", "&&")
}

// cellText is what a cell can hold: no control characters, and not too much.
func cellText(s string) string {
	s = strings.NewReplacer("\ufffe", "\ufffd", "\uffff", "\ufffd").Replace(exporters.Visible(s))
	if len(s) > longestCell {
		if r := []rune(s); len(r) > longestCell {
			return string(r[:longestCell]) + "…"
		}
	}
	return s
}

// lines tells how many lines a text takes in a column, wrapped at words.
func lines(s string, wide int) int {
	n, at := 1, 0
	for _, word := range strings.Fields(s) {
		w := runewidth.StringWidth(word)
		if at > 0 && at+1+w > wide {
			n, at = n+1, 0
		}
		if at > 0 {
			at++
		}
		n, at = n+(at+w)/(wide+1), (at+w)%(wide+1)
	}
	return n
}

// sheetRef writes a sheet's name for a reference.
func sheetRef(sheet string) string { return "'" + strings.ReplaceAll(sheet, "'", "''") + "'" }

// link leads from a cell to a place in the workbook.
func (g *grid) link(column int, sheet, cell string) {
	at := g.cell(column)
	tip := fmt.Sprintf("go to %s in %s", cell, cellText(sheet))
	if r := []rune(tip); len(r) > 200 {
		tip = string(r[:200])
	}
	g.do(func() error {
		return g.f.SetCellHyperLink(g.sheet, at, sheetRef(sheet)+"!"+cell, "Location", excelize.HyperlinkOpts{Tooltip: &tip})
	})
}

func newGrid(f *excelize.File, sheet string) *grid {
	return &grid{f: f, sheet: sheet, styles: map[string]int{}}
}

// newBook is a workbook of one sheet whose bytes depend on nothing but what is
// put into it.
func newBook(sheet string) (*excelize.File, error) {
	f := excelize.NewFile()
	stamp := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
	if err := f.SetDocProps(&excelize.DocProperties{Creator: "turnover", LastModifiedBy: "turnover", Created: stamp, Modified: stamp}); err != nil {
		return nil, err
	}
	if err := f.SetAppProps(&excelize.AppProperties{Application: "turnover"}); err != nil {
		return nil, err
	}
	return f, f.SetSheetName("Sheet1", sheet)
}

// writeBook writes a workbook in one order with one time.
func writeBook(w io.Writer, f *excelize.File) error {
	f.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return exporters.NewStableZip(w) })
	return f.Write(w)
}
