package api

import (
	"testing"

	"turnover/importers"
	"turnover/internal/accounts"
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

// TestTheSameCutAgain: its shots are named as those that were there, also where
// nothing changes.
func TestTheSameCutAgain(t *testing.T) { eachDatabase(t, testTheSameCutAgain) }

func testTheSameCutAgain(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project, _, _, _ := b.production("film")
	cut := "TITLE: T\nFCM: NON-DROP FRAME\n\n001  AX  V  C  00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n* FROM CLIP NAME: SQ01-SH010\n" +
		"002  AX  V  C  00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n* FROM CLIP NAME: SQ01-SH020\n"
	for i, want := range [][2]int{{2, 0}, {0, 2}, {0, 2}} {
		got := b.status(b.form(email("root"), "/import/otio/projects/"+string(project), "cut.edl", []byte(cut),
			map[string]string{"naming_convention": "${sequence_name}-${shot_name}"}), 201)
		if fresh, old := len(got.get("created_shots").([]any)), len(got.get("updated_shots").([]any)); fresh != want[0] || old != want[1] {
			t.Errorf("time %d: %d created and %d updated, want %v", i+1, fresh, old, want)
		}
	}
}
