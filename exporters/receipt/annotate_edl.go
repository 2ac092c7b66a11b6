package receipt

import (
	"fmt"
	"io"
	"math"
	"sort"
	"strings"
	"unicode/utf8"

	"turnover/exporters"
	"turnover/internal/diag"
	"turnover/plan"
)

const (
	// remark begins each line that we write into an EDL.
	remark = "* TURNOVER:"
	// longest is how many characters such a line has at most: edit systems cut
	// or wrap what is longer.
	longest = 160
	// looseRemarks is how many findings about the file as a whole stand above.
	looseRemarks = 20
)

// annotateEDL writes the list with comment lines: what came of it above the
// first event, and below each event its verdict. WithoutRemarks gives back the
// bytes of the original.
func annotateEDL(w io.Writer, d Document, p *plan.Plan, o Outcome) error {
	t := readText(d.Bytes, d.Encoding)
	j := judge(&d, p, o)
	below := map[int][]string{} // index of a line → remarks below it
	first := len(t.lines)
	if len(d.Rows) > 0 {
		first = d.Rows[0].Line - 1
	}
	above := j.top()
	if head := t.lastFilled(0, first); head >= 0 {
		below[head], above = above, nil
	}
	for _, line := range j.lines() {
		if at := t.lastFilled(line-1, j.blockEnd(line)); at >= 0 {
			below[at] = append(below[at], j.remarks(j.rows[line])...)
		}
	}
	if _, err := w.Write(t.mark); err != nil {
		return err
	}
	for _, text := range above { // nothing stands above the first event
		if _, err := w.Write(append(t.encode(text), t.lineEnd(0)...)); err != nil {
			return err
		}
	}
	kept, at := t.withoutRemarks()
	for i, l := range kept {
		if _, err := w.Write(t.with(l, at[i], below[at[i]])); err != nil {
			return err
		}
	}
	return nil
}

// with gives a line and the remarks below it. A last line without an end gets
// one, and the last remark has none instead; marks of the file's end stay there.
func (t *textFile) with(l textLine, i int, remarks []string) []byte {
	out := append([]byte(nil), l.text...)
	if len(remarks) == 0 {
		return append(out, l.end...)
	}
	var tail []byte
	if len(l.end) == 0 {
		n := t.junk(l.text)
		out, tail = out[:n], l.text[n:]
	}
	end := t.lineEnd(i)
	out = append(out, end...)
	for k, text := range remarks {
		out = append(out, t.encode(text)...)
		if k < len(remarks)-1 || len(l.end) > 0 {
			out = append(out, end...)
		}
	}
	return append(out, tail...)
}

// blockEnd is the index behind the last line of the group that begins at a line.
func (j *judged) blockEnd(line int) int {
	for i := sort.Search(len(j.d.Rows), func(i int) bool { return j.d.Rows[i].Line > line }); i < len(j.d.Rows); i++ {
		if !j.d.together(i) {
			return j.d.Rows[i].Line - 1
		}
	}
	return math.MaxInt
}

// lastFilled is the last line from one index up to before another that says
// something and is no remark of ours; −1 where none does.
func (t *textFile) lastFilled(from, to int) int {
	for i := min(to, len(t.lines)) - 1; i >= max(from, 0); i-- {
		if !t.blank(i) && !t.begins(i, remark) {
			return i
		}
	}
	return -1
}

// top is what stands above the events: the verdict, what holds the list, what
// concerns the file as a whole, and what the list left out.
func (j *judged) top() []string {
	out := []string{j.remark(headed(j.p, j.o))}
	if !j.o.Applied {
		for _, g := range j.p.Gates {
			out = append(out, j.remark("held by "+g.Code+" "+g.Summary+". "+g.Detail))
		}
	}
	for i, f := range worst(j.loose) {
		if i == looseRemarks {
			out = append(out, j.remark(fmt.Sprintf("%d more findings about the file", len(j.loose)-i)))
			break
		}
		out = append(out, j.finding(f))
	}
	for i, c := range j.apart {
		if i == looseRemarks {
			out = append(out, j.remark(fmt.Sprintf("%d more changes of what the list does not name", len(j.apart)-i)))
			break
		}
		out = append(out, j.remark(c.Entity+" "+c.Path+" "+j.tense(done[c.Action])+": "+c.Because))
	}
	return out
}

// remarks are the lines below an event: its verdict with what changed, then
// what was found. An error is its own verdict.
func (j *judged) remarks(v *rowVerdict) []string {
	word := j.word(v)
	if word == "" {
		return nil
	}
	var out []string
	if !v.found.HasErrors() {
		out = append(out, j.remark(j.said(v, word)))
	}
	for _, f := range worst(v.found) {
		if f.Severity != diag.Info {
			out = append(out, j.finding(f))
		}
	}
	return out
}

// said is "updated EP103/SQ010/SH0010: nb_frames 48 → 60".
func (j *judged) said(v *rowVerdict, word string) string {
	path := v.path
	var whys []string
	for _, c := range v.changes {
		if !j.main(c) {
			continue
		}
		if path == "" {
			path = c.Path
		}
		if text := fields(c); text != "" {
			whys = append(whys, text)
		}
	}
	whys = append(whys, v.cut...)
	text := strings.TrimSpace(word + " " + path)
	switch {
	case len(whys) > 0:
		text += ": " + strings.Join(whys, "; ")
	case v.left && !v.read && len(v.found) == 0:
		text += ", sound or black"
	}
	return text
}

func (j *judged) finding(f diag.Diagnostic) string {
	severity := f.Severity.String()
	if f.Severity == diag.Error {
		severity = "ERROR"
	}
	text := fmt.Sprintf("%s %s %s", severity, f.Code, f.Summary)
	if f.Detail != "" {
		text += ". " + f.Detail
	}
	return j.remark(text)
}

// remark is one comment line without its end.
func (j *judged) remark(text string) string {
	text = ascii.Replace(remark + " " + strings.TrimRight(exporters.Visible(text), " ."))
	if utf8.RuneCountInString(text) > longest {
		text = string([]rune(text)[:longest-3]) + "..."
	}
	return text
}

// WithoutRemarks takes the lines of an earlier receipt out of an EDL, byte for
// byte what was there before. encoding is as importers name it.
func WithoutRemarks(b []byte, encoding string) []byte {
	t := readText(b, encoding)
	t.lines, _ = t.withoutRemarks()
	return t.bytes()
}

// withoutRemarks gives the file's own lines and their indexes. Where the last
// line was a remark without an end, the line before it had none.
func (t *textFile) withoutRemarks() (kept []textLine, at []int) {
	for i, l := range t.lines {
		if !t.begins(i, remark) {
			kept, at = append(kept, l), append(at, i)
			continue
		}
		if n := len(kept); len(l.end) == 0 && n > 0 {
			kept[n-1] = textLine{append(append([]byte(nil), kept[n-1].text...), l.text[t.junk(l.text):]...), nil}
		}
	}
	return kept, at
}
