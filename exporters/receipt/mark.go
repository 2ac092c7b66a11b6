package receipt

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

const (
	// noteAuthor signs our comments, so that the next receipt can replace them.
	noteAuthor = "turnover"
	// mostComments keeps a workbook quick to open; colours have no such bound.
	mostComments = 1000
)

// coloured gives a style as it is but for its fill. Number format, font,
// borders and protection are the same entries of the workbook.
func (m *marker) coloured(style int, mk mark) (int, error) {
	key := [2]int{style, int(mk)}
	if id, ok := m.styles[key]; ok || mk == unmarked {
		if mk == unmarked {
			id = style
		}
		return id, nil
	}
	filled, err := m.f.NewStyle(&excelize.Style{Fill: solid(fills[mk])})
	if err != nil {
		return 0, err
	}
	all := m.f.Styles.CellXfs
	if style < 0 || style >= len(all.Xf) {
		return filled, nil
	}
	yes, one := true, all.Xf[style]
	one.FillID, one.ApplyFill = all.Xf[filled].FillID, &yes
	all.Xf = append(all.Xf, one)
	all.Count = len(all.Xf)
	m.styles[key] = len(all.Xf) - 1
	return m.styles[key], nil
}

// colourNotes colours each noted cell by its gravest note.
func (m *marker) colourNotes() error {
	if err := m.wash(); err != nil {
		return err
	}
	type place struct{ sheet, cell string }
	gravest := map[place]mark{}
	var order []place
	for _, n := range m.notes {
		at := place{n.sheet, n.cell}
		if _, ok := gravest[at]; !ok {
			order = append(order, at)
		}
		gravest[at] = max(gravest[at], n.mark)
	}
	for _, at := range order {
		if gravest[at] == unmarked {
			continue
		}
		style, err := m.f.GetCellStyle(at.sheet, at.cell)
		if err != nil {
			return err
		}
		if style, err = m.coloured(style, gravest[at]); err != nil {
			return err
		}
		if err := m.f.SetCellStyle(at.sheet, at.cell, at.cell, style); err != nil {
			return err
		}
	}
	return nil
}

// comments says what is noted at the cells, the gravest first. Cells that have
// somebody's comment keep it as it is; the columns and the receipt's sheet say
// the same.
func (m *marker) comments() error {
	byCell := map[[2]string][]note{}
	var order [][2]string
	notes := slices.Clone(m.notes)
	slices.SortStableFunc(notes, func(a, b note) int { return int(b.mark) - int(a.mark) })
	for _, n := range notes {
		if n.text == "" {
			continue
		}
		at := [2]string{n.sheet, n.cell}
		if byCell[at] == nil {
			order = append(order, at)
		}
		byCell[at] = append(byCell[at], n)
	}
	taken, err := m.taken(order)
	if err != nil {
		return err
	}
	left := mostComments
	for _, at := range order {
		if taken[at] || taken[[2]string{at[0], ""}] || left == 0 {
			continue
		}
		left--
		if err := m.comment(at, byCell[at]); err != nil {
			return err
		}
	}
	return nil
}

func (m *marker) comment(at [2]string, all []note) error {
	var parts []string
	high := 1
	for _, n := range all {
		part := strings.TrimSpace(signs[n.mark] + " " + cellText(n.text))
		if slices.Contains(parts, part) {
			continue
		}
		parts = append(parts, part)
		high += lines(part, 44)
	}
	return m.f.AddComment(at[0], excelize.Comment{Author: noteAuthor, Cell: at[1], Width: 320, Height: uint(min(high*18+20, 500)),
		Paragraph: []excelize.RichTextRun{{Text: strings.Join(parts, "\n"), Font: &excelize.Font{Size: 9, Color: "000000"}}}})
}

// taken tells the cells that have a comment, after those of an earlier receipt
// are gone, and, with an empty cell, the sheets on which the library would
// lose or mix up comments.
func (m *marker) taken(order [][2]string) (map[[2]string]bool, error) {
	out := map[[2]string]bool{}
	for _, sheet := range m.f.GetSheetList() {
		all, err := m.f.GetComments(sheet)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			if c.Author != noteAuthor {
				out[[2]string{sheet, c.Cell}] = true
			} else if err := m.f.DeleteComment(sheet, c.Cell); err != nil {
				return nil, err
			}
		}
		if slices.ContainsFunc(order, func(at [2]string) bool { return at[0] == sheet }) && !m.canComment(sheet) {
			out[[2]string{sheet, ""}] = true
		}
	}
	return out, nil
}

// canComment tries on a second copy whether a comment arrives where it should:
// programs name the parts of comments in other ways than the library expects.
func (m *marker) canComment(sheet string) bool {
	if !bytes.Contains(m.d.Bytes, []byte(".vml")) {
		return true // there is no drawing of comments to mix up with
	}
	f, err := openBook(m.d)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it was only a trial
	before, ok := countComments(f)
	const corner = "XFD1048576"
	if !ok || f.AddComment(sheet, excelize.Comment{Author: noteAuthor, Cell: corner, Text: "?"}) != nil {
		return false
	}
	after, ok := countComments(f)
	for name, n := range before {
		if name == sheet {
			n++
		}
		ok = ok && after[name] == n
	}
	return ok
}

func countComments(f *excelize.File) (map[string]int, bool) {
	out := map[string]int{}
	for _, sheet := range f.GetSheetList() {
		all, err := f.GetComments(sheet)
		if err != nil {
			return nil, false
		}
		out[sheet] = len(all)
	}
	return out, true
}

// wash takes the colours of an earlier receipt off the list's cells.
func (m *marker) wash() error {
	if !m.again() {
		return nil
	}
	ours := map[string]bool{}
	for _, c := range fills {
		ours[c] = true
	}
	last := m.d.Header
	for _, r := range m.d.Rows {
		last = max(last, r.Line)
	}
	for line := 1; line <= last; line++ {
		for column := 1; column <= m.verdict; column++ {
			cell, err := excelize.CoordinatesToCellName(column, line)
			if err != nil {
				return err
			}
			style, err := m.f.GetCellStyle(m.d.Sheet, cell)
			if err != nil {
				return err
			}
			if style == 0 || column == m.verdict || !m.painted(style, ours) {
				continue
			}
			if err := m.f.SetCellStyle(m.d.Sheet, cell, cell, m.bare(style)); err != nil {
				return err
			}
		}
	}
	return nil
}

// again tells whether the workbook carries an earlier receipt.
func (m *marker) again() bool {
	title, err := m.f.GetCellValue(faceSheet, "D1")
	return err == nil && title == faceTitle && m.verdict > 0
}

// painted tells a style whose fill is one of our colours.
func (m *marker) painted(style int, ours map[string]bool) bool {
	xfs, all := m.f.Styles.CellXfs.Xf, m.f.Styles.Fills
	if style >= len(xfs) || xfs[style].FillID == nil || all == nil || *xfs[style].FillID >= len(all.Fill) || *xfs[style].FillID < 0 {
		return false
	}
	fill := all.Fill[*xfs[style].FillID]
	return fill != nil && fill.PatternFill != nil && fill.PatternFill.FgColor != nil && len(fill.PatternFill.FgColor.RGB) == 8 && ours[fill.PatternFill.FgColor.RGB[2:]]
}

// bare gives a style without fill.
func (m *marker) bare(style int) int {
	key := [2]int{style, -1}
	if id, ok := m.styles[key]; ok {
		return id
	}
	all, none := m.f.Styles.CellXfs, 0
	one := all.Xf[style]
	one.FillID, one.ApplyFill = &none, nil
	all.Xf = append(all.Xf, one)
	all.Count = len(all.Xf)
	m.styles[key] = len(all.Xf) - 1
	return m.styles[key]
}

// freeColumns is the first of the two columns for the verdicts: those of an
// earlier receipt, else the first visible ones right of all that the sheet has.
// It gives 0 where there is no room.
func (m *marker) freeColumns() (int, error) {
	rows, err := m.f.Rows(m.d.Sheet)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }() // it was only read
	widest := 0
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return 0, err
		}
		if line == m.d.Header {
			for i := 0; i+1 < len(cells); i++ {
				if cells[i] == verdictTitle && cells[i+1] == whyTitle {
					return i + 1, nil
				}
			}
		}
		widest = max(widest, len(cells))
	}
	merged, err := m.f.GetMergeCells(m.d.Sheet)
	if err != nil {
		return 0, err
	}
	for _, one := range merged {
		if right, bottom, err := excelize.CellNameToCoordinates(one.GetEndAxis()); err == nil && bottom >= m.d.Header {
			widest = max(widest, right)
		}
	}
	for column := widest + 1; column < excelize.MaxColumns; column++ {
		if m.visible(column) && m.visible(column+1) {
			return column, nil
		}
	}
	return 0, nil
}

func (m *marker) visible(column int) bool {
	name, err := excelize.ColumnNumberToName(column)
	if err != nil {
		return false
	}
	shown, err := m.f.GetColVisible(m.d.Sheet, name)
	return err == nil && shown
}

// titleStyle is the looks of the list's last title.
func (m *marker) titleStyle() (int, error) {
	column := m.verdict - 1
	for _, c := range m.d.Columns {
		if c.Number < m.verdict {
			column = c.Number
		}
	}
	if column < 1 {
		return 0, nil
	}
	cell, err := excelize.CoordinatesToCellName(column, m.d.Header)
	if err != nil {
		return 0, err
	}
	return m.f.GetCellStyle(m.d.Sheet, cell)
}

// fitPage keeps the two columns on the printed page: the sheet is scaled to
// the page's width where the editor did not say otherwise, and a print area
// that holds the list is widened.
func (m *marker) fitPage() error {
	props, err := m.f.GetSheetProps(m.d.Sheet)
	if err != nil {
		return err
	}
	if props.FitToPage == nil || !*props.FitToPage {
		fit, wide, high, landscape := true, 1, 0, "landscape"
		if err := m.f.SetSheetProps(m.d.Sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
			return err
		}
		if err := m.f.SetPageLayout(m.d.Sheet, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high}); err != nil {
			return err
		}
	}
	if m.f.WorkBook.DefinedNames == nil {
		return nil
	}
	index, err := m.f.GetSheetIndex(m.d.Sheet)
	if err != nil {
		return err
	}
	for i := range m.f.WorkBook.DefinedNames.DefinedName {
		name := &m.f.WorkBook.DefinedNames.DefinedName[i]
		if name.Name == "_xlnm.Print_Area" && name.LocalSheetID != nil && *name.LocalSheetID == index {
			name.Data = m.widened(name.Data)
		}
	}
	return nil
}

// widened is a print area of one range that reaches over the verdicts; any
// other stays as it is.
func (m *marker) widened(area string) string {
	i := strings.LastIndexByte(area, '!')
	first, last, ok := strings.Cut(area[i+1:], ":")
	right, bottom, err := excelize.CellNameToCoordinates(strings.ReplaceAll(last, "$", ""))
	if i < 0 || !ok || err != nil || strings.Contains(area, ",") || right > m.verdict {
		return area
	}
	to, err := excelize.CoordinatesToCellName(m.verdict+1, bottom, true)
	if err != nil {
		return area
	}
	return fmt.Sprintf("%s!%s:%s", area[:i], first, to)
}
