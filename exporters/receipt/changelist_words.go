package receipt

import (
	"fmt"
	"slices"
	"strings"

	"turnover/plan"
)

// A labelWord is how a label is printed: its words, the letter that stands for
// its colour, and the colour.
type labelWord struct {
	label, words, letter string
	mark                 mark
}

// labelWords lists the labels, those that an editor looks for first on top: a
// line has the letter of the first of its labels.
var labelWords = []labelWord{
	{plan.LabelNew, "new", "N", created},
	{plan.NewInCut, "new in cut", "N", created},
	{plan.Omitted, "omitted", "O", wrong},
	{plan.OmittedInCut, "omitted in cut", "O", wrong},
	{plan.Reinstated, "reinstated", "I", created},
	{plan.Unlinked, "unlinked", "U", warned},
	{plan.LabelAmbiguous, "ambiguous", "?", warned},
	{plan.SourceChanged, "source changed", "S", warned},
	{plan.Retimed, "retimed", "R", warned},
	{plan.ExtendedHead, "extended head", "E", changed},
	{plan.ExtendedTail, "extended tail", "E", changed},
	{plan.TrimmedHead, "trimmed head", "T", changed},
	{plan.TrimmedTail, "trimmed tail", "T", changed},
	{plan.Slipped, "slipped", "L", changed},
	{plan.LabelMoved, "moved", "M", changed},
	{plan.Reordered, "reordered", "M", changed},
	{plan.LabelRepeated, "repeated", "P", unmarked},
	{plan.Unchanged, "unchanged", "", unmarked},
}

// A changeLine is one shot's line of a change list.
type changeLine struct {
	letter  string
	mark    mark
	path    string
	words   string // labels in words
	rescan  bool
	head    int64
	tail    int64
	before  [2]int64 // cut in and out, inclusive
	after   [2]int64
	had     bool
	has     bool
	source  [2]string // timecodes; of the old cut where the shot is omitted
	record  string
	reasons string
}

// lineOf puts a shot's change into the words and numbers of its line.
func lineOf(s *plan.ShotChange) changeLine {
	l := changeLine{path: s.Path, rescan: s.Rescan, head: s.HeadDelta, tail: s.TailDelta, reasons: strings.Join(s.Reasons, "; ")}
	var words []string
	for _, w := range labelWords {
		if !slices.Contains(s.Labels, w.label) {
			continue
		}
		words = append(words, w.words)
		if l.letter == "" {
			l.letter, l.mark = w.letter, w.mark
		}
	}
	for _, label := range s.Labels { // of a later version
		if !slices.ContainsFunc(labelWords, func(w labelWord) bool { return w.label == label }) {
			words = append(words, strings.ReplaceAll(label, "_", " "))
		}
	}
	l.words = strings.Join(words, ", ")
	l.before, l.had = cutOf(s.Before)
	l.after, l.has = cutOf(s.After)
	l.times(s.Occurrences)
	return l
}

// cutOf is the used range, inclusive as screens show it: in the shot's own
// frames where it has them, else in source frames.
func cutOf(r *plan.ShotRange) (cut [2]int64, ok bool) {
	switch {
	case r == nil:
		return cut, false
	case r.CutIn != nil && r.CutOut != nil:
		return [2]int64{*r.CutIn, *r.CutOut}, true
	}
	return [2]int64{r.Source.In, r.Source.Out - 1}, true
}

// times takes the earliest source in, the latest source out and the first
// record in of a shot's uses: the labels of one list sort as text.
func (l *changeLine) times(uses []plan.OccurrenceChange) {
	now := false
	for _, u := range uses {
		now = now || u.RecordIn != ""
	}
	for _, u := range uses {
		in, out, record := u.SourceIn, u.SourceOut, u.RecordIn
		if !now && u.Before != nil {
			in, out, record = u.Before.SourceIn, u.Before.SourceOut, u.Before.RecordIn
		}
		if record == "" {
			continue
		}
		if l.source[0] == "" || in < l.source[0] {
			l.source[0] = in
		}
		l.source[1] = max(l.source[1], out)
		if l.record == "" || record < l.record {
			l.record = record
		}
	}
	if n := len(uses); n > 1 {
		l.reasons = strings.TrimPrefix(l.reasons+fmt.Sprintf("; %d uses", n), "; ")
	}
}

// linesOf gives the lines of what changed, in the list's order, and how many
// shots did not.
func linesOf(c *plan.ChangeList) (out []changeLine, unchanged int) {
	changed := c.OnlyChanges().Shots
	for i := range changed {
		out = append(out, lineOf(&changed[i]))
	}
	return out, max(len(c.Shots)-len(changed), c.Summary[plan.Unchanged])
}

// countsOf tells how many shots have each label, in the labels' order, and how
// many must be scanned again.
func countsOf(c *plan.ChangeList) []string {
	var out []string
	add := func(label, words string) {
		if n := c.Summary[label]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, words))
		}
	}
	add("rescan", "to rescan")
	for _, w := range labelWords {
		add(w.label, w.words)
	}
	return out
}

// basis says what the numbers of a change list count.
func basis(c *plan.ChangeList) string {
	count := c.FPS + " fps"
	if c.Drop {
		count += " drop frame"
	}
	frames := "cut in and out are source frames"
	if c.FirstFrame != nil {
		frames = fmt.Sprintf("head in is frame %d", *c.FirstFrame)
	}
	return fmt.Sprintf("%s, handles of %s, %s. Deltas are new − old: a negative head and a positive tail are extended.", count, framesOf(c.Handles), frames)
}

func framesOf(n int64) string {
	if n == 1 {
		return "1 frame"
	}
	return fmt.Sprintf("%d frames", n)
}

// signed writes a delta; nothing for none.
func signed(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%+d", n)
}
