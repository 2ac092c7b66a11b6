package watch

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"turnover/schedule"
)

// longest is how many bytes a file's name may have on common file systems.
const longest = 255

// shown writes a path so that neither a log, a terminal nor a database is
// confused by it: bytes that are no UTF-8, controls and invisible signs are escaped.
func shown(raw string) string {
	var b strings.Builder
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRuneInString(raw[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, raw[i])
		case unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// named gives a drop's file the path that it has on the disk.
func named(raw string) schedule.DropFile {
	f := schedule.DropFile{Path: shown(raw)}
	if f.Path != raw {
		f.Raw = []byte(raw)
	}
	return f
}

// numbered is the nth name for a file whose own is taken: "cut (2).edl".
func numbered(name string, n int) string {
	stem, ext := split(name)
	if n > 1 {
		ext = fmt.Sprintf(" (%d)%s", n, ext)
	}
	return clip(stem, longest-len(ext)) + ext
}

// split takes a name's extension off: what is behind the last dot, unless it is
// too long for one or has other signs than letters and digits. "ep1.2_v7" has none.
func split(name string) (stem, ext string) {
	ext = path.Ext(name)
	other := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if ext == "" || len(ext) > 32 || strings.ContainsFunc(ext[1:], other) {
		return name, ""
	}
	return strings.TrimSuffix(name, ext), ext
}

func placed(raw string) schedule.Place {
	f := named(raw)
	return schedule.Place{Path: f.Path, Raw: f.Raw}
}

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
