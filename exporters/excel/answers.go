package excel

import (
	"fmt"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"turnover/internal/table"
)

// The page of answers is one A4 page, landscape: at most five figures, and at
// most two charts beside each other below them.
const (
	pageAnswers = 5
	pageCharts  = 2
	pageGap     = 12 // pixels between the charts
	pageRows    = 20 // rows of common height that a chart covers
	captionWide = 96 // characters of a chart's text on a line
)

// tones say how an answer is to be taken: a shape, a word, and a shade that is
// another one in grey too.
var tones = map[table.Tone]struct{ says, fill string }{
	table.Good:  {"● good", "E4F0E4"},
	table.Watch: {"▲ watch", "FFE9A8"},
	table.Bad:   {"■ bad", "EFB8AE"},
}

// An answerColumn is a column of the page.
type answerColumn struct {
	title string
	wide  float64
	right bool
	style func(table.Answer) *excelize.Style
	value func(table.Answer, *part) any // nil for an empty cell
}

// The second chart begins under the column of this number.
const secondChart = 3

func answerColumns(previous string) []answerColumn {
	before := "before" // the line under the title says when that was
	if line := clip(previous, 12); line != "" && line == previous {
		before = line
	}
	return []answerColumn{
		{"question", 26, false, strong(12), func(a table.Answer, _ *part) any { return text(clip(a.Question, 80)) }},
		{"verdict", 11, false, toned, func(a table.Answer, _ *part) any { return text(tones[a.Tone].says) }},
		{"in words", 46, false, wrapped, func(a table.Answer, _ *part) any { return text(clip(a.Verdict, 200)) }},
		{"figure", 18, false, wrapped, func(a table.Answer, _ *part) any { return text(clip(a.Figure, 60)) }},
		{"value", 13, true, number("", 14), func(a table.Answer, _ *part) any { return finite(a.Value) }},
		{"unit", 10, false, wrapped, func(a table.Answer, _ *part) any { return text(clip(a.Unit, 30)) }},
		{before, 13, true, number("", 11), func(a table.Answer, _ *part) any {
			if a.Before == nil {
				return "not known"
			}
			return finite(*a.Before)
		}},
		{"change", 15, true, number(`"▲ up "0;"▼ down "0;"= no change"`, 11), func(a table.Answer, _ *part) any {
			if c := a.Change(); c != nil {
				return c.By
			}
			return nil
		}},
		{"in %", 10, true, percent, func(a table.Answer, _ *part) any {
			if c := a.Change(); c != nil && c.Share != nil {
				return *c.Share
			}
			return nil
		}},
		{"rows behind", 24, false, lead, func(_ table.Answer, p *part) any {
			if p == nil {
				return nil
			}
			return p.sheet + ", " + count(p.rows, "row")
		}},
	}
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func finite(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "not known"
	}
	return v
}

// clip cuts a text that is too long for the page, and shows that it did.
func clip(s string, n int) string {
	line := strings.Join(strings.Fields(clean(s)), " ")
	if units(line) <= n {
		return line
	}
	return strings.TrimRight(cut(line, n-1), " ") + "…"
}

func boxed(size float64, bold bool, side string) *excelize.Style {
	return &excelize.Style{Font: &excelize.Font{Family: family, Size: size, Bold: bold}, Border: []excelize.Border{{Type: "bottom", Color: "8A97A8", Style: 1}},
		Alignment: &excelize.Alignment{Vertical: "center", Horizontal: side, WrapText: true, Indent: inset(side)}}
}

// inset sets texts off from the numbers before them.
func inset(side string) int {
	if side == "left" {
		return 1
	}
	return 0
}

func wrapped(table.Answer) *excelize.Style { return boxed(11, false, "left") }

func strong(size float64) func(table.Answer) *excelize.Style {
	return func(table.Answer) *excelize.Style { return boxed(size, true, "left") }
}

func toned(a table.Answer) *excelize.Style {
	s := boxed(11, true, "center")
	if fill := tones[a.Tone].fill; fill != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
	}
	return s
}

// number formats with an answer's decimals; "0" stands for them in a pattern.
func number(pattern string, size float64) func(table.Answer) *excelize.Style {
	return func(a table.Answer) *excelize.Style {
		f := format(table.Column{Type: table.Float, Decimals: a.Decimals})
		if pattern != "" {
			f = strings.ReplaceAll(pattern, "0", f)
		}
		s := boxed(size, size > 11, "right")
		s.CustomNumFmt, s.Alignment.WrapText = &f, false
		return s
	}
}

func percent(table.Answer) *excelize.Style {
	f := `"+"0.0%;"−"0.0%;0.0%`
	s := boxed(11, false, "right")
	s.CustomNumFmt, s.Alignment.WrapText = &f, false
	return s
}

func lead(table.Answer) *excelize.Style {
	s := boxed(11, false, "left")
	s.Font.Color, s.Font.Underline = blue, "single"
	return s
}

// answers lays the page out.
func (k *workbook) answers(sheet string, charts []table.Chart, parts []part) error {
	columns := answerColumns(k.book.Previous)
	widths := make([]float64, len(columns))
	for i, c := range columns {
		widths[i] = c.wide
	}
	if err := k.canvas(sheet, paper{landscape: true, single: true}, widths...); err != nil {
		return err
	}
	c := &face{k: k, sheet: sheet}
	c.title(clip(k.book.Title, 70))
	c.row++
	c.put("A", "under the title", &excelize.Style{Font: &excelize.Font{Family: family, Size: 11, Color: "44546A"}}, k.circumstances())
	wide := 0.0
	for _, w := range widths {
		wide += w
	}
	c.banner(k.book.Banner, "A", letter(len(columns)-1), int(wide))
	c.row += 2
	for i, column := range columns {
		side := "left"
		if column.right {
			side = "right"
		}
		head := header(side)
		head.Alignment.Indent = inset(side)
		c.put(letter(i), "answers header "+side, head, column.title)
	}
	c.height(22)
	for _, a := range k.book.Answers[:min(len(k.book.Answers), pageAnswers)] {
		c.answer(columns, a, rowsOf(parts, a.Table))
	}
	c.row++
	if c.err == nil {
		c.err = k.chartsBelow(c, charts, parts, widths)
	}
	return c.end(letter(len(columns) - 1))
}

func letter(i int) string { return string(rune('A' + i)) }

// circumstances is the line under the title.
func (k *workbook) circumstances() string {
	b := k.book
	says := []string{clip(b.Project, 40), period(b)}
	if b.Method != "" {
		says = append(says, clip(b.Method, 30))
	}
	if !b.AsOf.IsZero() {
		says = append(says, "as of "+b.AsOf.UTC().Format("2006-01-02 15:04")+" UTC")
	}
	if b.Previous != "" {
		says = append(says, "compared with "+clip(b.Previous, 40))
	} else {
		says = append(says, "with no period before to compare with")
	}
	return strings.Join(says, " · ")
}

func (c *face) answer(columns []answerColumn, a table.Answer, behind *part) {
	c.row++
	high := 2
	for i, column := range columns {
		style, value := column.style(a), column.value(a, behind)
		// The key tells styles of one column apart.
		c.put(letter(i), fmt.Sprintf("answer %d %s %d", i, a.Tone, a.Decimals), style, value)
		if s, ok := value.(string); ok {
			high = max(high, lines(s, int(column.wide*0.9)))
		}
	}
	c.height(float64(min(high, 6))*15 + 10)
	if behind != nil {
		c.lead(letter(len(columns)-1), behind.sheet)
	}
}

// chartsBelow draws the page's charts beside each other in one high row, their
// texts below. A line of text runs over the empty cells beside it: nothing is
// merged.
func (k *workbook) chartsBelow(c *face, charts []table.Chart, parts []part, widths []float64) error {
	if len(charts) == 0 {
		return nil
	}
	c.row++
	row := c.row
	lowest := row + pageRows
	for i, chart := range charts {
		column, own := 0, widths
		if len(charts) > 1 && i == 0 {
			own = widths[:secondChart]
		}
		if i > 0 {
			column, own = secondChart, widths[secondChart:]
		}
		// A chart ends where a column does: it is then as wide in each program,
		// whatever the font makes of a column's width.
		at := chartPlace{cell: fmt.Sprintf("%s%d", letter(column), row), wide: pixels(own), high: pageRows * rowPixels}
		if i > 0 {
			at.inset, at.wide = pageGap, at.wide-pageGap
		}
		p := find(parts, chart.Table)
		if p != nil {
			if err := k.chart(c.sheet, at, chart, p); err != nil {
				return fmt.Errorf("chart %q: %w", chart.Title, err)
			}
		}
		for n, line := range wrap(clip(says(chart, p), 4*captionWide), captionWide*at.wide/600) {
			c.row = row + pageRows + n
			c.put(letter(column), "caption", &excelize.Style{Font: &excelize.Font{Family: family, Size: 9, Color: "44546A"}, Alignment: &excelize.Alignment{Horizontal: "left", Indent: 1}}, line)
			lowest = max(lowest, c.row)
		}
	}
	c.row = lowest
	return c.err
}

// pixels is how wide columns are on the screen, as the library counts.
func pixels(widths []float64) int {
	sum := 0
	for _, w := range widths {
		sum += int(w*8 + 0.5)
	}
	return sum
}

// wrap breaks a text into lines at its blanks.
func wrap(s string, wide int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && shown(table.Column{}, line+" "+word) > wide {
			out, line = append(out, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}
