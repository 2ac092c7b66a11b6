package exporters

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible writes text for a terminal so that it takes one line and does
// nothing: control characters stand as their pictures ("␛" for an escape), and
// what is no character or turns the direction of writing stands as U+FFFD.
func Visible(s string) string {
	if !strings.ContainsFunc(s, unseen) && utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20:
			return '\u2400' + r
		case r == 0x7f:
			return '\u2421'
		case unseen(r):
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
}

// unseen tells control characters, line separators and marks of direction.
func unseen(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
