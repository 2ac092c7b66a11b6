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
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError):
		r.found.add(diag.Error, CodeBadName, cell.Place, "unreadable character in a name", "%q; save the file as UTF-8", clip(text))
		return false
	case strings.IndexFunc(text, unsafeInName) >= 0:
		r.found.add(diag.Error, CodeBadName, cell.Place, "control character or line break in a name", "%q; retype the name", clip(text))
		return false
	case isErrorValue(text):
		r.found.add(diag.Error, CodeBadName, cell.Place, "error value in a name's place", "%q; mend the formula and save again", text)
		return false
	case text[0] == '=':
		r.found.add(diag.Error, CodeBadName, cell.Place, "formula in a name's place", "%q is a formula's text, not its value; type the name", clip(text))
		return false
	case utf8.RuneCountInString(text) > maxName:
		r.found.add(diag.Error, CodeLongName, cell.Place, "name is too long", "%d characters of at most %d: %q", utf8.RuneCountInString(text), maxName, clip(text))
		return false
	case note&NoteDate != 0:
		r.found.add(diag.Error, CodeDateName, cell.Place, "date in a name's place", "the cell is a date (%s); format the column as text and type the name again", text)
		return false
	}
	r.doubtName(c, i, cell, note)
	return true
}

// doubtName reports names that may not be what was typed.
func (r *sheetReader) doubtName(c *column, i int, cell Cell, note CellNote) {
	text := cell.Text
	switch {
	case note&NoteMerged != 0:
		r.found.count(diag.Info, CodeMergedName, cell.Place, i, "names taken from merged cells", "%d cells of the merged ranges in this column have the name of the range's first cell")
	case note&NoteNumber != 0:
		r.found.count(diag.Warning, CodeNumberName, cell.Place, i, "number cell used as a name",
			"%d cells of this column are numbers; a name such as 0010 has lost its zeros. Format the column as text if names have leading zeros")
	}
	first := text[0]
	switch {
	case rewritable(first) && rewritten.MatchString(text):
		r.found.add(diag.Warning, CodeRewrittenName, cell.Place, "name looks rewritten by a spreadsheet program", "%q is kept as it is; check what was typed (%s)", text, c.Header)
	case first == '+' || first == '@' || first == '-' && len(text) > 1:
		r.found.add(diag.Warning, CodeFormulaName, cell.Place, "name looks like a formula", "%q is kept as text; check that it is a name", text)
	}
}

// rewritable keeps the pattern from the many names that it cannot match.
func rewritable(c byte) bool {
	return c >= '0' && c <= '9' || strings.IndexByte("jfmasondJFMASOND", c) >= 0
}

// unsafeInName finds control characters and those that only turn text around.
func unsafeInName(c rune) bool {
	return unicode.IsControl(c) || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069'
}

var errorValues = map[string]bool{"#REF!": true, "#N/A": true, "#VALUE!": true, "#DIV/0!": true, "#NAME?": true, "#NUM!": true, "#NULL!": true, "#SPILL!": true,
	"#NOM?": true, "#WERT!": true, "#BEZUG!": true, "#NV": true, "#VALEUR!": true}

func isErrorValue(s string) bool { return s != "" && s[0] == '#' && errorValues[strings.ToUpper(s)] }
