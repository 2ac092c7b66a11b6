package plan

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold gives the form in which names are compared when their exact texts
// differ: Unicode NFC, no-break spaces as spaces, trimmed, letter case folded
// unless case matters. Digits are kept: "010" is never "10".
func fold(name string, matchCase bool) string {
	if !isASCII(name) {
		name = norm.NFC.String(strings.Map(plainSpace, name))
		if !matchCase {
			name = norm.NFC.String(cases.Fold().String(name))
		}
		return strings.TrimSpace(name)
	}
	name = strings.TrimSpace(name)
	if matchCase {
		return name
	}
	return strings.ToLower(name)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func plainSpace(r rune) rune {
	switch {
	case r == '\u200b' || r == '\ufeff':
		return -1
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}

// skeleton splits a name into the numbers in it, without leading zeros, and
// the letters around them. Names with other numbers are other shots, however
// alike they look: SH0010 and SH0020 are no slip of the finger.
func skeleton(name string) (numbers, letters string) {
	var n, l strings.Builder
	inNumber, zeros := false, false
	for _, r := range fold(name, false) {
		switch {
		case r >= '0' && r <= '9':
			if !inNumber {
				l.WriteByte('#')
				n.WriteByte(' ')
				inNumber, zeros = true, true
			}
			if r != '0' || !zeros {
				zeros = false
				n.WriteRune(r)
			}
			continue
		case unicode.IsSpace(r) || r == '_' || r == '-' || r == '.':
			// separators are written or left out at will
		default:
			l.WriteRune(r)
		}
		inNumber = false
	}
	return n.String(), l.String()
}

// nearness says why two names that are not equal when folded may mean the
// same; "" where they do not. A letter behind the number (SH010A) is how
// editors insert a shot, so it is another name.
func nearness(a, b string) string {
	na, la := skeleton(a)
	nb, lb := skeleton(b)
	if na != nb {
		return ""
	}
	if la == lb {
		if fold(a, false) == fold(b, false) {
			return "differs in letter case or in how an accent is stored"
		}
		if strings.Trim(na, " ") == "" && la == "" {
			return ""
		}
		return "differs only in leading zeros or separators"
	}
	if tail, ok := strings.CutPrefix(la, lb); ok && inserted(lb, tail) {
		return ""
	}
	if tail, ok := strings.CutPrefix(lb, la); ok && inserted(la, tail) {
		return ""
	}
	letters := min(utf8.RuneCountInString(strings.ReplaceAll(la, "#", "")), utf8.RuneCountInString(strings.ReplaceAll(lb, "#", "")))
	if na == "" && letters < 4 || letters < 2 {
		return ""
	}
	if levenshtein.ComputeDistance(la, lb) == 1 {
		return "differs in one character"
	}
	return ""
}

func inserted(stem, tail string) bool { return strings.HasSuffix(stem, "#") && tail != "" }

// closest ranks names by distance, best first, three at most.
func closest(name string, among []string) []string {
	type distance struct {
		name string
		far  int
	}
	folded := fold(name, false)
	limit := max(2, utf8.RuneCountInString(folded)/3)
	var out []distance
	for _, other := range among {
		far := levenshtein.ComputeDistance(folded, fold(other, false))
		if nearness(name, other) != "" {
			far = 0
		}
		if far <= limit {
			out = append(out, distance{other, far})
		}
	}
	slices.SortFunc(out, func(a, b distance) int {
		if a.far != b.far {
			return a.far - b.far
		}
		return strings.Compare(a.name, b.name)
	})
	var names []string
	for _, r := range out {
		if len(names) < 3 && !slices.Contains(names, r.name) {
			names = append(names, r.name)
		}
	}
	return names
}
