package importers

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"turnover/internal/diag"
)

// maxName is the longest name that a production keeps, in characters.
const maxName = 160

// rewritten are what spreadsheet programs make of names that they take for
// numbers and dates.
var rewritten = regexp.MustCompile(`(?i)^(\d+([.,]\d+)?E[+-]?\d+|\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|janv|févr|mars|avr|mai|juin|juil|août|sept|déc)\.?(-\d{2,4})?` +
	`|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|janv|févr|mars|avr|mai|juin|juil|août|sept|déc)\.?-\d{2,4}|\d{4}-\d{2}-\d{2}( .*)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})$`)

// checkName reports what is wrong with a name and tells whether it may stand
// at all. A name is never mended.
func (r *sheetReader) checkName(c *column, i int, cell Cell, note CellNote) bool {
	text := cell.Text
	if note&(NoteDate|NoteStruckPart) == 0 && isBare(text) {
		return r.doubtName(c, i, cell, note)
	}
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError):
		r.found.add(diag.Error, CodeBadName, r.at(cell.Place), "unreadable character in a name", "%q; save the file as UTF-8", clip(text))
		return false
	case c.Field == "shot" && alike(text, "\n") > 1:
		r.found.add(diag.Error, CodeSeveralNames, r.at(cell.Place), "several names in one cell", "%q holds %d names, one a line; give each a row of its own", clip(text), alike(text, "\n"))
		return false
	case strings.IndexFunc(text, unsafeInName) >= 0:
		r.found.add(diag.Error, CodeBadName, r.at(cell.Place), "control character or line break in a name", "%q; retype the name", clip(text))
		return false
	case isErrorValue(text):
		r.found.add(diag.Error, CodeBadName, r.at(cell.Place), "error value in a name's place", "%q; mend the formula and save again", text)
		return false
	case text[0] == '=' && len(text) > 1 && note&NoteLiteral == 0:
		r.found.add(diag.Error, CodeBadName, r.at(cell.Place), "formula in a name's place", "%q is a formula's text, not its value; type the name", clip(text))
		return false
	case utf8.RuneCountInString(text) > maxName:
		r.found.add(diag.Error, CodeLongName, r.at(cell.Place), "name is too long", "%d characters of at most %d: %q", utf8.RuneCountInString(text), maxName, clip(text))
		return false
	case note&NoteDate != 0:
		r.found.add(diag.Error, CodeDateName, r.at(cell.Place), "date in a name's place", "the cell is a date (%s); format the column as text and type the name again", text)
		return false
	}
	return r.oneName(c, cell, note) && r.doubtName(c, i, cell, note)
}

// isBare tells the texts that most names are: of Latin letters, digits and
// underscores, which nothing can be wrong with but what they mean.
func isBare(text string) bool {
	for i := range len(text) {
		if c := text[i]; c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return len(text) <= maxName
}

// oneName reports cells that hold several names, where they look alike: one row
// is one shot. Commas part names; other marks may belong to one.
func (r *sheetReader) oneName(c *column, cell Cell, note CellNote) bool {
	if note&NoteStruckPart != 0 {
		r.found.add(diag.Warning, CodeStruckPart, r.at(cell.Place), "part of a name is struck through", "%q is kept whole; delete what is struck, or give each name its own row", cell.Text)
	}
	if c.Field != "shot" {
		return true
	}
	if parts := alike(cell.Text, ",;|"); parts > 1 {
		r.found.add(diag.Error, CodeSeveralNames, r.at(cell.Place), "several names in one cell", "%q holds %d names; give each a row of its own", clip(cell.Text), parts)
		return false
	}
	if parts := alike(cell.Text, "+/&-–—"); parts > 1 {
		r.found.add(diag.Warning, CodeSeveralNames, r.at(cell.Place), "several names in one cell", "%q was kept as one name; if it is %d shots, give each a row of its own", clip(cell.Text), parts)
	}
	return true
}

// alike tells how many names a text holds that differ in their digits only, or
// in their digits and what stands before them in the first: "SH010, 020".
func alike(text, marks string) int {
	if !strings.ContainsAny(text, marks) {
		return 0
	}
	parts := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(marks, c) })
	first := ""
	for i, part := range parts {
		shape := strings.Map(func(c rune) rune {
			if c >= '0' && c <= '9' {
				return -1
			}
			return unicode.ToLower(c)
		}, trimCell(part))
		if i == 0 {
			first = shape
		}
		if !strings.ContainsAny(part, "0123456789") || shape != first && shape != "" {
			return 0
		}
	}
	if first == "" && strings.IndexByte(text, ' ') < 0 { // "1,5" and "10/2" may be what a shot is called
		return 0
	}
	return len(parts)
}

// doubtName reports names that may not be what was typed. They stand.
func (r *sheetReader) doubtName(c *column, i int, cell Cell, note CellNote) bool {
	text := cell.Text
	switch {
	case note&NoteMerged != 0:
		r.found.count(diag.Info, CodeMergedName, r.at(cell.Place), i, "names taken from merged cells", "%d cells of the merged ranges in this column have the name of the range's first cell")
	case note&NoteNumber != 0:
		r.found.count(diag.Warning, CodeNumberName, r.at(cell.Place), i, "number cell used as a name",
			"%d cells of this column are numbers; a name such as 0010 has lost its zeros. Format the column as text if names have leading zeros")
	}
	first := text[0]
	switch {
	case rewritable(text) && rewritten.MatchString(text):
		r.found.add(diag.Warning, CodeRewrittenName, r.at(cell.Place), "name looks rewritten by a spreadsheet program", "%q is kept as it is; check what was typed (%s)", text, c.Header)
	case first == '+' || first == '@' || first == '-' && len(text) > 1:
		r.found.add(diag.Warning, CodeFormulaName, r.at(cell.Place), "name looks like a formula", "%q is kept as text; check that it is a name", text)
	}
	return true
}

// rewritable keeps the pattern from the many names that it cannot match: what
// begins with a month has a dash behind it, and no number has digits alone.
func rewritable(text string) bool {
	if c := text[0]; c >= '0' && c <= '9' {
		return !allDigits(text)
	}
	return strings.IndexByte(text, '-') > 2 && strings.IndexByte("jfmasondJFMASOND", text[0]) >= 0
}

// unsafeInName finds control characters and those that only turn text around.
func unsafeInName(c rune) bool {
	return unicode.IsControl(c) || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069'
}

var errorValues = map[string]bool{"#REF!": true, "#N/A": true, "#VALUE!": true, "#DIV/0!": true, "#NAME?": true, "#NUM!": true, "#NULL!": true, "#SPILL!": true,
	"#NOM?": true, "#WERT!": true, "#BEZUG!": true, "#NV": true, "#VALEUR!": true}

func isErrorValue(s string) bool { return s != "" && s[0] == '#' && errorValues[strings.ToUpper(s)] }
