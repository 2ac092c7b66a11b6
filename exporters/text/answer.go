package text

import (
	"fmt"
	"io"
	"strings"

	"turnover/exporters"
	"turnover/internal/table"
)

// answers writes the book's first page: each question with its verdict, the
// figure, what it did since the period before, and where its rows are.
func answers(out io.Writer, b *table.Book) {
	if len(b.Answers) == 0 {
		return
	}
	fmt.Fprintln(out, "\nAnswers")
	for _, a := range b.Answers {
		fmt.Fprintln(out, strings.TrimRight("  "+exporters.Visible(a.Question)+tone(a.Tone)+" "+exporters.Visible(a.Verdict), " "))
		fmt.Fprint(out, "    ", exporters.FigureText(a))
		if says := exporters.ChangeText(a, b.Previous); says != "" {
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
	return " [" + exporters.ToneText(t) + "]"
}
