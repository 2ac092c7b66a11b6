package importers

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// foldTitle makes titles comparable: no case, accents, spaces or punctuation.
// A title of punctuation only stays as it is.
func foldTitle(s string) string {
	var b strings.Builder
	for _, c := range norm.NFKD.String(strings.ReplaceAll(strings.ToLower(trimCell(s)), "ß", "ss")) {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			b.WriteRune(c)
		}
	}
	if b.Len() == 0 {
		return trimCell(s)
	}
	return b.String()
}

// trimCell takes off blanks of every kind and the marks that nobody sees.
func trimCell(s string) string {
	if s == "" || (s[0] > ' ' && s[0] < 0x80 && s[len(s)-1] > ' ' && s[len(s)-1] < 0x80) {
		return s
	}
	return strings.TrimFunc(s, func(c rune) bool { return c != 0 && (unicode.IsSpace(c) || c == '\ufeff' || c == '\u200b') })
}

// isTotalWord tells "Subtotal:" and the like, which hold no digits; most names do.
func isTotalWord(s string) bool {
	if len(s) > 40 || strings.ContainsAny(s, "0123456789") {
		return false
	}
	return totalWords[foldTitle(s)]
}
