package receipt

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"turnover/exporters"
	"turnover/internal/diag"
	"turnover/plan"
)

const (
	// faceSheet is the sheet that an annotated workbook has more.
	faceSheet = "turnover"
	// faceTitle tells it from a sheet that happens to have its name.
	faceTitle = "turnover receipt"
	// mostFindings is how many findings it lists.
	mostFindings = 5000
)

// The columns of the sheet and their widths, in characters.
const (
	signColumn = iota + 1
	whereColumn
	whatColumn
	adviceColumn
)

var faceWidths = []float64{13, 26, 46, 72}

// face writes the sheet that says what came of the file: the verdict first,
// then counts, what holds it, findings that lead to their cells, and changes
// of what the list does not name.
func (j *judged) face(f *excelize.File, sheet string) error {
	g := newGrid(f, sheet)
	g.widths(faceWidths...)
	g.page("landscape", j.p.Source.Name)
	j.faceHead(g)
	j.faceCounts(g)
	if !j.o.Applied {
		j.faceGates(g)
	}
	j.faceFindings(g)
	j.faceApart(g)
	return g.err
}

var headMarks = map[string]mark{"REFUSED": wrong, "HELD": warned, "APPLIED": created, "PLANNED": changed}

func (j *judged) faceHead(g *grid) {
	word := Headline(j.p, j.o)
	m := headMarks[word]
	band := &excelize.Style{Font: font(28, true, "000000"), Alignment: &excelize.Alignment{Vertical: "center"}}
	if color := fills[m]; color != "" {
		band.Fill = solid(color)
	}
	side := *band
	side.Font, side.Alignment = font(10, false, quiet), &excelize.Alignment{Vertical: "center", Horizontal: "right"}
	g.row = 1
	g.put(signColumn, "band", band, strings.TrimSpace(signs[m]+" "+word))
	g.put(whereColumn, "band", band, nil)
	g.put(whatColumn, "band", band, nil)
	g.put(adviceColumn, "side", &side, faceTitle)
	g.height(46)
	says := &excelize.Style{Font: font(13, true, "000000"), Alignment: &excelize.Alignment{Vertical: "center"}}
	g.row++
	g.put(signColumn, "says", says, verdict(j.p, j.o))
	g.height(24)
	g.row++
	g.put(signColumn, "quiet", &excelize.Style{Font: font(10, false, quiet)}, j.p.Source.Name+" → "+j.p.Project)
	g.row += 2
	for i, m := range []mark{wrong, warned, created, changed} {
		word := []string{"error", "warning", "created", "changed"}[i]
		g.put(i+1, "key "+fills[m], &excelize.Style{Font: font(10, false, "000000"), Fill: solid(fills[m]), Alignment: &excelize.Alignment{Horizontal: "center"}}, signs[m]+" "+word)
	}
}

func solid(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}

func (g *grid) section(title string, names ...string) {
	g.row += 2
	g.put(signColumn, "section", &excelize.Style{Font: font(13, true, ink), Alignment: &excelize.Alignment{Vertical: "center"}}, title)
	g.height(22)
	if len(names) == 0 {
		return
	}
	g.row++
	style := &excelize.Style{Font: font(10, true, "000000"), Fill: solid(heading), Border: []excelize.Border{{Type: "bottom", Color: rule, Style: 2}}}
	last := *style
	last.Alignment = &excelize.Alignment{Indent: 1}
	for i, n := range names {
		if i == adviceColumn-1 {
			g.put(i+1, "names last", &last, n)
		} else {
			g.put(i+1, "names", style, n)
		}
	}
}

// entry is one row of a section: its texts are wrapped, and the row is made as
// high as they need.
func (g *grid) entry(m mark, cells ...string) {
	g.row++
	high := 1
	for i, s := range cells {
		style := &excelize.Style{Font: font(10, false, "000000"), Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}, Border: []excelize.Border{{Type: "bottom", Color: "C9D1DC", Style: 1}}}
		key := "entry"
		if i == adviceColumn-1 { // set off from the text before it
			key, style.Alignment.Indent = "advice", 1
		}
		if i == 0 && fills[m] != "" {
			key, style.Fill = "entry "+fills[m], solid(fills[m])
		}
		g.put(i+1, key, style, s)
		if i < len(faceWidths) {
			high = max(high, lines(cellText(s), int(faceWidths[i]*1.05)))
		}
	}
	g.height(min(float64(high)*15+3, 400))
}

func (j *judged) faceCounts(g *grid) {
	summary := j.o.Summary
	if summary == nil {
		summary = j.p.Summary
	}
	entities := map[string]bool{}
	for _, counts := range summary {
		for e, n := range counts {
			if n != 0 {
				entities[e] = true
			}
		}
	}
	if len(entities) == 0 {
		return
	}
	g.section("Counts", "", "what", "how many", "")
	for _, e := range slices.SortedFunc(maps.Keys(entities), byRank) {
		var parts []string
		for _, a := range append(actions(), "unchanged") {
			if n := summary[a][e]; n != 0 {
				word := a
				if done[plan.Action(a)] != "" {
					word = j.tense(done[plan.Action(a)])
				}
				parts = append(parts, fmt.Sprintf("%d %s", n, word))
			}
		}
		g.entry(unmarked, "", strings.ReplaceAll(e, "_", " "), strings.Join(parts, ", "), "")
	}
}

func (j *judged) faceGates(g *grid) {
	if len(j.p.Gates) == 0 {
		return
	}
	g.section("Held for a person", "", "gate", "why", "which")
	for _, gate := range j.p.Gates {
		g.entry(warned, signs[warned]+" held", gate.Code, gate.Summary, gate.Detail)
	}
}

// A finding with all the places where the same was found.
type alike struct {
	diag.Diagnostic
	more []diag.Place
}

// together puts findings that say the same of several places into one.
func together(found diag.List) []*alike {
	var out []*alike
	at := map[diag.Diagnostic]*alike{}
	for _, f := range found {
		key := f
		key.Place = diag.Place{Sheet: f.Place.Sheet}
		if one := at[key]; one != nil && f.Place.Line > 0 {
			one.more = append(one.more, f.Place)
			continue
		}
		at[key] = &alike{Diagnostic: f}
		out = append(out, at[key])
	}
	return out
}

// mostPlaces is how many further places of one finding are named.
const mostPlaces = 30

// where is the first place, to which the cell leads.
func (a *alike) where() string {
	if n := len(a.more); n > 0 {
		return fmt.Sprintf("%s +%d more", where(a.Place), n)
	}
	return where(a.Place)
}

// detail is the finding's, with the further places.
func (a *alike) detail() string {
	var names []string
	for i, p := range a.more {
		if i == mostPlaces {
			names = append(names, fmt.Sprintf("and %d more", len(a.more)-i))
			break
		}
		name := p.Cell
		if name == "" {
			name = fmt.Sprint(p.Line)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return a.Detail
	}
	return strings.TrimPrefix(a.Detail+". Also at ", ". ") + strings.Join(names, ", ")
}

func (j *judged) faceFindings(g *grid) {
	if len(j.p.Diagnostics) == 0 {
		return
	}
	g.section("Findings: "+tally(j.p.Diagnostics), "", "where", "what was found", "values, and what to do")
	all := together(worst(j.p.Diagnostics))
	for i, f := range all {
		if i == mostFindings {
			g.entry(unmarked, "", "", fmt.Sprintf("%d more findings", len(all)-i), "the receipt as JSON has them all")
			return
		}
		m := marked(f.Severity)
		g.entry(m, strings.TrimSpace(signs[m]+" "+f.Severity.String()), f.where(), f.Summary+" ("+f.Code+")", f.detail())
		if sheet, cell := f.Place.Sheet, f.Place.Cell; sheet != "" && j.hasSheet(g.f, sheet) {
			if cell == "" {
				cell = fmt.Sprintf("A%d", max(f.Place.Line, 1))
			}
			link := &excelize.Style{Font: font(10, false, "1F4E9E"), Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}, Border: []excelize.Border{{Type: "bottom", Color: "C9D1DC", Style: 1}}}
			link.Font.Underline = "single"
			g.put(whereColumn, "link", link, f.where())
			g.link(whereColumn, sheet, cell)
		}
	}
}

func (j *judged) hasSheet(f *excelize.File, sheet string) bool {
	i, err := f.GetSheetIndex(sheet)
	return err == nil && i >= 0
}

// where is a place without its file, which is the one in hand.
func where(at diag.Place) string {
	switch {
	case at.Sheet == "" && at.Line == 0:
		return "the whole file"
	case at.Sheet == "":
		return fmt.Sprintf("line %d", at.Line)
	case at.Cell != "":
		return at.Sheet + "!" + at.Cell
	case at.Line > 0:
		return fmt.Sprintf("%s, row %d", at.Sheet, at.Line)
	}
	return at.Sheet
}

func tally(found diag.List) string {
	var parts []string
	for _, s := range []diag.Severity{diag.Error, diag.Warning} {
		if n := found.Count(s); n > 0 {
			parts = append(parts, count(n, s.String()))
		}
	}
	if n := found.Count(diag.Info); n > 0 {
		parts = append(parts, fmt.Sprintf("%d for information", n))
	}
	return strings.Join(parts, ", ")
}

func (j *judged) faceApart(g *grid) {
	if len(j.apart) == 0 {
		return
	}
	g.section("Changes of what no row names", "", "what", "which", "why")
	for i, c := range j.apart {
		if i == mostFindings {
			g.entry(unmarked, "", "", fmt.Sprintf("%d more changes", len(j.apart)-i), "the receipt as JSON has them all")
			return
		}
		g.entry(changed, signs[changed]+" "+done[c.Action], exporters.Visible(c.Entity), c.Path, strings.TrimPrefix(fields(c)+". "+c.Because, ". "))
	}
}
