package receipt

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"turnover/exporters"
	"turnover/internal/diag"
	"turnover/plan"
)

// The titles of the two columns that an annotated list has more. Importers
// leave a pair of such columns out.
const (
	verdictTitle = "turnover"
	whyTitle     = "turnover_why"
)

// longestTitle keeps the second title short enough to be read as one.
const longestTitle = 150

// annotateCSV writes the list with two columns in front: each row's verdict and
// why. In front, because a short row, or one whose quote is never closed, has
// no end to put them at; so each record stands unchanged behind them.
func annotateCSV(w io.Writer, d Document, p *plan.Plan, o Outcome) error {
	t := readText(d.Bytes, d.Encoding)
	j := judge(&d, p, o)
	if d.Delimiter == 0 {
		d.Delimiter = ','
	}
	header := d.Header
	if header == 0 && len(d.Records) > 0 {
		header = d.Records[0]
	}
	if _, err := w.Write(t.mark); err != nil {
		return err
	}
	again := t.answered(header-1, d.Delimiter)
	next := 0
	for i, l := range t.lines {
		for next < len(d.Records) && d.Records[next] < i+1 {
			next++
		}
		var out []byte
		if next < len(d.Records) && d.Records[next] == i+1 && !t.blank(i) {
			out = t.encode(j.cells(i+1, header))
			if again {
				l.text = l.text[t.behind(l.text, d.Delimiter, 2):]
			}
		}
		out = append(append(out, l.text...), l.end...)
		if _, err := w.Write(out); err != nil {
			return err
		}
	}
	return nil
}

// answered tells whether a header begins with the columns of an earlier receipt.
func (t *textFile) answered(header int, delimiter byte) bool {
	if header < 0 || header >= len(t.lines) {
		return false
	}
	first := verdictTitle + string(rune(delimiter))
	return t.begins(header, first+whyTitle) || t.begins(header, first+`"`+whyTitle)
}

// behind is where a record goes on behind its first cells, which are ours and
// have no line ends; 0 where there are not so many.
func (t *textFile) behind(b []byte, delimiter byte, cells int) int {
	quoted := false
	for i := 0; i+t.wide <= len(b); i += t.wide {
		switch c := t.unit(b, i); {
		case c == '"':
			quoted = !quoted
		case c == delimiter && !quoted:
			if cells--; cells == 0 {
				return i + t.wide
			}
		}
	}
	return 0
}

// cells are the two cells in front of a record, with their delimiters.
func (j *judged) cells(line, header int) string {
	mark := string(rune(j.d.Delimiter))
	if line == header {
		return verdictTitle + mark + j.quoted(j.title()) + mark
	}
	v := j.rows[line]
	if v == nil {
		return mark + mark
	}
	why := j.why(v)
	for _, f := range worst(v.found) {
		if f.Severity != diag.Info && f.Detail != "" {
			why = append(why, f.Detail)
		}
	}
	return j.quoted(j.word(v)) + mark + j.quoted(strings.Join(why, "; ")) + mark
}

// title is the second title: with what came of the file, and what concerns it
// as a whole, since a CSV has no other place for it.
func (j *judged) title() string {
	parts := []string{whyTitle + " (" + headed(j.p, j.o) + ")"}
	for _, f := range worst(j.loose) {
		if f.Severity != diag.Info {
			parts = append(parts, f.Severity.String()+" "+f.Code+": "+f.Summary)
		}
	}
	out := ascii.Replace(strings.Join(parts, "; "))
	for len(out) > longestTitle {
		_, n := utf8.DecodeLastRuneInString(out)
		out = out[:len(out)-n]
	}
	return out
}

// quoted writes one of our cells. It never begins as a formula does.
func (j *judged) quoted(s string) string {
	s = ascii.Replace(exporters.Visible(s))
	if s != "" && strings.ContainsRune("=+-@'", rune(s[0])) {
		s = "'" + s
	}
	if !strings.ContainsAny(s, "\"\r\n,;\t|") && !slices.Contains([]byte(s), j.d.Delimiter) {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
