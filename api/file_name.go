package api

import (
	"path"
	"strings"
	"unicode"
)

// longestName is how many characters of a file's name are kept: the last ones, so
// that its extension stays.
const longestName = 200

// plainName is a file's name without folders, whatever the client's system calls
// them, and without what screens, headers or file systems take for something else.
// It is for people: no path is made of it.
func plainName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	letters := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar || strings.ContainsRune(`/"<>|:*?;%`, r) {
			return '_'
		}
		return r
	}, name))
	text := strings.Trim(string(letters[max(0, len(letters)-longestName):]), ". ")
	if strings.Trim(text, "_") == "" {
		return "file"
	}
	return text
}
