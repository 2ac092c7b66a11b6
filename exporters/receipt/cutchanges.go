package receipt

import (
	"fmt"
	"slices"
	"strings"

	"turnover/exporters"
	"turnover/internal/diag"
	"turnover/plan"
)

// cuts tells what changed in the cuts that stood before, a line a shot. Of a
// first cut there is nothing to compare: its shots stand among the changes.
func (p *page) cuts(lists []*plan.ChangeList) {
	for _, c := range lists {
		rows, unchanged := linesOf(c)
		if c.A == "" || len(rows) == 0 {
			continue
		}
		p.line("")
		p.line("Cut, against %s", exporters.Visible(c.A))
		p.line("%s: %s.", count(len(rows), "changed shot"), strings.Join(countsOf(c), ", "))
		p.table(changeTable(rows[:min(shown, len(rows))]))
		if more := len(rows) - shown; more > 0 {
			p.line("… and %d more; --json has all", more)
		}
		if unchanged > 0 {
			p.line("%s unchanged. %s", count(unchanged, "shot"), exporters.Visible(basis(c)))
		}
	}
}

// recuts lays what changed in the cut on the rows of the uses.
func (j *judged) recuts() {
	for _, l := range j.p.CutChanges {
		if l.A == "" {
			continue
		}
		for i := range l.Shots {
			s := &l.Shots[i]
			for k := range s.Occurrences {
				use := &s.Occurrences[k]
				text := useText(s, use)
				at, ok := diag.ParsePlace(use.Place, j.p.Source.Name)
				if use.RecordIn == "" || !ok || text == "" { // gone, and its place is in another file
					continue
				}
				if line := j.lineOf(at); line > 0 {
					j.row(line).cut = append(j.row(line).cut, text)
				}
			}
		}
	}
}

// useText says what changed in one use: "extended tail (tail +4), RESCAN"; ""
// for nothing, and where the row's own verdict says it.
func useText(s *plan.ShotChange, use *plan.OccurrenceChange) string {
	var words, deltas []string
	for _, w := range labelWords {
		if slices.Contains(use.Labels, w.label) && w.label != plan.LabelNew && w.label != plan.Unchanged {
			words = append(words, w.words)
		}
	}
	if use.HeadDelta != 0 {
		deltas = append(deltas, fmt.Sprintf("head %+d", use.HeadDelta))
	}
	if use.TailDelta != 0 {
		deltas = append(deltas, fmt.Sprintf("tail %+d", use.TailDelta))
	}
	text := strings.Join(words, ", ")
	if text != "" && len(deltas) > 0 {
		text += " (" + strings.Join(deltas, ", ") + ")"
	}
	if s.Rescan && text != "" {
		text += ", RESCAN"
	}
	return text
}
