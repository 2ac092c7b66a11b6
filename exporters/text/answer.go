package text

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"turnover/exporters"
	"turnover/internal/table"
)

// shapes stand before the word of a tone, so that a column of them can be read
// at a glance and without colour.
var shapes = map[table.Tone]string{table.Good: "● ", table.Watch: "▲ ", table.Bad: "■ "}

// answers writes the book's first page: each question with its verdict, the
// figure, what it did since the period before, and where its rows are.
func answers(out io.Writer, b *table.Book) {
	if len(b.Answers) == 0 {
		return
	}
	fmt.Fprintln(out, "\nAnswers")
	for _, a := range b.Answers {
		fmt.Fprintln(out, strings.TrimRight("  "+exporters.Visible(a.Question)+tone(a.Tone)+" "+exporters.Visible(a.Verdict), " "))
		fmt.Fprintf(out, "    %s%s", label(a.Figure), amount(a.Value, a.Decimals, a.Unit))
		if says := change(a, b.Previous); says != "" {
			fmt.Fprint(out, ", ", says)
		}
		if a.Table != "" {
			fmt.Fprintf(out, "; rows in %s", exporters.Visible(a.Table))
		}
		fmt.Fprintln(out)
	}
}

func tone(t table.Tone) string {
	if t == table.Plain {
		return ""
	}
	return " [" + shapes[t] + exporters.Visible(string(t)) + "]"
}

func label(figure string) string {
	if figure == "" {
		return ""
	}
	return exporters.Visible(figure) + ": "
}

func amount(v float64, decimals int, unit string) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "not known"
	}
	s := strconv.FormatFloat(v, 'f', max(0, decimals), 64)
	if unit != "" {
		s += " " + exporters.Visible(unit)
	}
	return s
}

// change is a difference in words: "▼ down 188 (-18.8 %) from 1000 in 2026-W01".
func change(a table.Answer, previous string) string {
	c := a.Change()
	if c == nil {
		return ""
	}
	since := strconv.FormatFloat(*a.Before, 'f', max(0, a.Decimals), 64)
	if previous != "" {
		since += " in " + exporters.Visible(previous)
	}
	if c.By == 0 {
		return "= no change from " + since
	}
	word, by := "▲ up ", c.By
	if by < 0 {
		word, by = "▼ down ", -by
	}
	says := word + strconv.FormatFloat(by, 'f', max(0, a.Decimals), 64)
	if c.Share != nil {
		says += fmt.Sprintf(" (%+.1f %%)", *c.Share*100)
	}
	return says + " from " + since
}
