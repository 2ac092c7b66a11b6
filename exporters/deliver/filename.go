package deliver

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// mostName is the length of a file's name in bytes: 255 are allowed by most file
// systems, and a number may have to be added.
const mostName = 200

// FileName makes a name that every system and share takes of parts such as
// project, report and period, joined by dashes; a last part that begins with a
// full stop is the extension. A name that is one already stays as it is.
func FileName(parts ...string) string {
	extension := ""
	if n := len(parts); n > 1 && strings.HasPrefix(parts[n-1], ".") {
		extension, parts = "."+sound(parts[n-1][1:]), parts[:n-1]
	}
	var kept []string
	for _, p := range parts {
		if p = sound(p); p != "" {
			kept = append(kept, p)
		}
	}
	name := strings.Join(kept, "-") + extension
	return ended(name)
}

// sound replaces what some system does not allow in a name. The form is NFC:
// macOS and Windows would otherwise show one name twice.
func sound(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, strings.ContainsRune(`<>:"/\|?*`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
			return '_'
		}
		return r
	}, strings.ToValidUTF8(s, "_"))
	return strings.Trim(norm.NFC.String(s), " ")
}

// ended makes the beginning and the end of a name sound: nothing hidden, no
// lock of an office program, no full stop or blank at the end, no device, not
// too long.
func ended(name string) string {
	name = strings.TrimRight(short(name), ". ")
	if name == "" {
		return "unnamed"
	}
	if name[0] == '.' || name[0] == '~' || name[0] == ' ' {
		name = "_" + name[1:]
	}
	if device(name) {
		name = "_" + name
	}
	return name
}

// short cuts a name before its extension.
func short(name string) string {
	if len(name) <= mostName {
		return name
	}
	at := strings.LastIndexByte(name, '.')
	if at < 0 || len(name)-at > 20 {
		at = len(name)
	}
	extension := name[at:]
	cut := mostName - len(extension)
	for cut > 0 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return strings.TrimRight(name[:cut], ". ") + extension
}

// device tells names that Windows keeps for itself, with any extension.
func device(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	stem = strings.TrimRight(stem, " ")
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	digits, found := strings.CutPrefix(stem, "COM")
	if !found {
		digits, found = strings.CutPrefix(stem, "LPT")
	}
	number, size := utf8.DecodeRuneInString(digits)
	return found && size == len(digits) && strings.ContainsRune("0123456789¹²³", number)
}
