package exporters

import (
	"fmt"
	"math"
	"strconv"

	"turnover/internal/table"
)

// shapes stand before the word of a tone, so that a column of them can be read
// at a glance and without colour.
var shapes = map[table.Tone]string{table.Good: "● ", table.Watch: "▲ ", table.Bad: "■ "}

// ToneText says how an answer is to be taken: "■ bad"; "" where nothing is said.
func ToneText(t table.Tone) string {
	if t == table.Plain {
		return ""
	}
	return shapes[t] + Visible(string(t))
}

// FigureText is an answer's figure with its unit: "frames: 812 frames".
func FigureText(a table.Answer) string {
	s := "not known"
	if !math.IsNaN(a.Value) && !math.IsInf(a.Value, 0) {
		s = strconv.FormatFloat(a.Value, 'f', max(0, a.Decimals), 64)
		if a.Unit != "" {
			s += " " + Visible(a.Unit)
		}
	}
	if a.Figure != "" {
		s = Visible(a.Figure) + ": " + s
	}
	return s
}

// ChangeText is what a figure did since the period before, in words: "▼ down 188
// (-18.8 %) from 1000 in 2026-W01"; "" where either is not known.
func ChangeText(a table.Answer, previous string) string {
	c := a.Change()
	if c == nil {
		return ""
	}
	since := strconv.FormatFloat(*a.Before, 'f', max(0, a.Decimals), 64)
	if previous != "" {
		since += " in " + Visible(previous)
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
