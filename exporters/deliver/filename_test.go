package deliver

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFileName(t *testing.T) {
	for _, c := range []struct {
		parts []string
		want  string
	}{
		{[]string{"tv", "quota", "2026-W47", ".xlsx"}, "tv-quota-2026-W47.xlsx"},
		{[]string{"quota.xlsx"}, "quota.xlsx"},
		{[]string{"monday quotas", "", "2026-11-23T08:00", ".xlsx"}, "monday quotas-2026-11-23T08_00.xlsx"},
		{[]string{"a/b\\c", "<d>|\"e\"?*"}, "a_b_c-_d___e___"},
		{[]string{"..", "..", "etc"}, "_.-..-etc"},
		{[]string{".hidden"}, "_hidden"},
		{[]string{"~$book", ".xlsx"}, "_$book.xlsx"},
		{[]string{"end. "}, "end"},
		{[]string{"CON"}, "_CON"},
		{[]string{"con", ".xlsx"}, "_con.xlsx"},
		{[]string{"nul.tar.gz"}, "_nul.tar.gz"},
		{[]string{"com1 .txt"}, "_com1 .txt"},
		{[]string{"LPT³"}, "_LPT³"},
		{[]string{"com10", "contact"}, "com10-contact"},
		{[]string{"e\u0301pisode"}, "épisode"},
		{[]string{"tab\tand\nline"}, "tab and line"},
		{[]string{"\u202exslx.exe"}, "_xslx.exe"},
		{[]string{"\xff\xfe"}, "_"},
		{[]string{"集", ".xlsx"}, "集.xlsx"},
		{nil, "unnamed"},
		{[]string{" ", ".. "}, "unnamed"},
		{[]string{"", ".xlsx"}, "_xlsx"},
		{[]string{strings.Repeat("é", 150), ".xlsx"}, strings.Repeat("é", 97) + ".xlsx"},
		{[]string{strings.Repeat("a", 300)}, strings.Repeat("a", 200)},
	} {
		if got := FileName(c.parts...); got != c.want {
			t.Errorf("%q: %q, want %q", c.parts, got, c.want)
		}
	}
}

func FuzzFileName(f *testing.F) {
	for _, s := range [][2]string{{"tv", ".xlsx"}, {"../..", "."}, {"CON", ".x"}, {"~$", "\x00"}, {strings.Repeat("é", 200), ". ."}, {"e\u0301", "\u0301"}, {" .", ".\u0301 "}, {"COM\u2075", ""}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		name := FileName(a, b)
		switch {
		case name == "" || len(name) > mostName+1 || !utf8.ValidString(name) || !norm.NFC.IsNormalString(name),
			strings.ContainsAny(name, "<>:\"/\\|?*\r\n\t\x00\x7f"), filepath.Base(name) != name, device(name),
			strings.ContainsAny(name[:1], ".~ "), strings.ContainsAny(name[len(name)-1:], ". "):
			t.Errorf("%q, %q: %q", a, b, name)
		case FileName(name) != name:
			t.Errorf("%q, %q: %q becomes %q", a, b, name, FileName(name))
		}
	})
}
