package receipt

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"turnover/exporters"
	"turnover/plan"
)

// ChangeListText writes a change list for a terminal: what was compared,
// counts, and a line a shot that changed. Nothing from the lists can move the
// cursor.
func ChangeListText(w io.Writer, c *plan.ChangeList) error {
	out := &page{w: bufio.NewWriter(w)}
	rows, unchanged := linesOf(c)
	out.line("%s → %s", exporters.Visible(c.A), exporters.Visible(c.B))
	switch counts := countsOf(c); {
	case len(rows) == 0:
		out.line("No changes: %s unchanged.", count(unchanged, "shot"))
	default:
		out.line("%s: %s.", count(len(rows), "changed shot"), strings.Join(counts, ", "))
	}
	out.line("%s", exporters.Visible(basis(c)))
	if len(rows) > 0 {
		out.line("")
		out.table(changeTable(rows))
	}
	if unchanged > 0 && len(rows) > 0 {
		out.line("")
		out.line("Left out: %s unchanged.", count(unchanged, "shot"))
	}
	if out.err == nil {
		out.err = out.w.Flush()
	}
	if out.err != nil {
		return fmt.Errorf("write change list: %w", out.err)
	}
	return nil
}

// changeTable gives the lines as cells below their titles.
func changeTable(rows []changeLine) [][]string {
	out := [][]string{{"", "shot", "what", "head", "tail", "old cut", "new cut", "source", "record in", "why"}}
	for _, l := range rows {
		words := l.words
		if l.rescan {
			words = "RESCAN " + words
		}
		source := ""
		if l.source[0] != "" {
			source = l.source[0] + "–" + l.source[1]
		}
		out = append(out, []string{l.letter, l.path, strings.TrimSpace(words), signed(l.head), signed(l.tail), span(l.before, l.had), span(l.after, l.has), source, l.record, l.reasons})
	}
	return out
}

// span writes an inclusive range; nothing for none.
func span(cut [2]int64, ok bool) string {
	if !ok {
		return ""
	}
	return fmt.Sprintf("%d–%d", cut[0], cut[1])
}

// table writes cells in columns as wide as they need; the last is not padded.
func (p *page) table(rows [][]string) {
	var wide []int
	for _, row := range rows {
		for i, s := range row {
			if i == len(wide) {
				wide = append(wide, 0)
			}
			row[i] = exporters.Visible(s)
			wide[i] = max(wide[i], width([]rune(row[i])))
		}
	}
	for _, row := range rows {
		text := ""
		for i, s := range row {
			text += "  " + s + strings.Repeat(" ", wide[i]-width([]rune(s)))
		}
		p.line("%s", strings.TrimRight(text[2:], " "))
	}
}
