package api

import (
	"strings"
	"testing"

	"turnover/importers"
)

// FuzzConvention: whatever a client takes for a naming convention becomes
// templates that can be read, or is refused; no regular expression of theirs is
// compiled.
func FuzzConvention(f *testing.F) {
	for _, seed := range []string{"${project_name}_${sequence_name}-${shot_name}", "$shot_name", "(${sequence_name}", "${shot_name}${shot_name}", "${nothing}", "(a+)+$ {shot} ${shot_name}", "{x}${shot_name}", ""} {
		f.Add(seed, "SQ1_SH1")
	}
	f.Fuzz(func(t *testing.T, convention, clip string) {
		texts, err := templatesOf(convention)
		if err != nil {
			return
		}
		for _, text := range texts {
			read, err := importers.ParseTemplate(text, true)
			if err != nil {
				continue // the plan says so
			}
			if parts := read.Match(clip); parts != nil && parts["shot"] == "" {
				t.Errorf("%q fits %q without a shot", text, clip)
			}
		}
	})
}

// FuzzBaseName: a file's name is one plain name.
func FuzzBaseName(f *testing.F) {
	for _, seed := range []string{"cut.edl", "../../etc/passwd", `C:\x\..\y`, "\x00", "..", strings.Repeat("x", 500), "\xff/\xfe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := baseName(name)
		if got == "" || got == "." || got == ".." || strings.ContainsAny(got, "/\\\x00\r\n") || len([]rune(got)) > 200 {
			t.Errorf("%q became %q", name, got)
		}
	})
}

func TestConvention(t *testing.T) {
	for convention, want := range map[string]string{
		"${project_name}_${sequence_name}-${shot_name}": "{project}_{sequence}-{shot}",
		"$sequence_name/$shot_name":                     "{sequence}/{shot}",
		"${episode_name}.${shot_name}":                  "{*}.{shot}",
		"${sequence_name}":                              "",
		"${shot_nam}":                                   "",
		"(${sequence_name}":                             "",
	} {
		got, err := templatesOf(convention)
		if (err != nil) != (want == "") || want != "" && got[1] != want {
			t.Errorf("%s: %q, %v, want %q", convention, got, err, want)
		}
	}
}
