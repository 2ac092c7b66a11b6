package importers

import (
	"reflect"
	"regexp"
	"testing"
)

func TestTemplates(t *testing.T) {
	for _, c := range []struct {
		template, name string
		matchCase      bool
		want           map[string]string
	}{
		{"{episode}_{sequence}_{shot}", "EP103_SQ010_SH0010.mov", false, map[string]string{"episode": "EP103", "sequence": "SQ010", "shot": "SH0010"}},
		{"{episode}_{sequence}_{shot}", "EP103_SQ010_SH0010_v003.mov", false, map[string]string{"episode": "EP103", "sequence": "SQ010", "shot": "SH0010"}},
		{"{episode}_{sequence}_{shot}", "EP103_SQ010_SH0010_anim", false, nil},
		{"{sequence}_{shot}_{*}", "SQ010_SH0010_anim_v003", false, map[string]string{"sequence": "SQ010", "shot": "SH0010"}},
		{"{sequence}-{shot}", "SQ010-SH0010", false, map[string]string{"sequence": "SQ010", "shot": "SH0010"}},
		{"{sequence}-{shot}", "010-0010.v2", false, map[string]string{"sequence": "010", "shot": "0010"}},
		{"{sequence}_{shot}", "a/SQ010_b", false, map[string]string{"sequence": "a/SQ010", "shot": "b"}},
		{"film_{sequence}_{shot}", "FILM_010_020", false, map[string]string{"sequence": "010", "shot": "020"}},
		{"film_{sequence}_{shot}", "FILM_010_020", true, nil},
		{"{shot}.+", "A.+", false, map[string]string{"shot": "A"}},
		{"{shot}.+", "Abb", false, nil},
		{"{sequence}_{shot}_{shot}", "A_B_C", false, nil},
		{"{sequence}_{shot}_{shot}", "A_B_B", false, map[string]string{"sequence": "A", "shot": "B"}},
	} {
		p, err := ParseTemplate(c.template, c.matchCase)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Match(c.name); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q on %q: %v, want %v", c.template, c.name, got, c.want)
		}
	}
	for _, bad := range []string{"", "{sequence}", "{shot}_{take}"} {
		if _, err := ParseTemplate(bad, false); err == nil {
			t.Errorf("%q is a template", bad)
		}
	}
}

// TestEndings cuts off what the pattern of a version fits, and nothing else.
func TestEndings(t *testing.T) {
	version := regexp.MustCompile(`(?i)[_.-]v\d{1,5}$`)
	for _, name := range []string{"", "v1", "_v1", "_v", "_v12345", "_v123456", "a_v1", "a.V02", "a-v3", "av3", "a_b3", "SH0010", "a_v1_v2", "é_v1", "a_v1 ", "éV1", "\xffv1", "a_vv1", "123", "a__v1"} {
		if got, want := withoutVersion(name), version.ReplaceAllString(name, ""); got != want {
			t.Errorf("%q without its version is %q, want %q", name, got, want)
		}
		for _, ending := range []string{"", ".mov", ".JPEG", ".jpg", ".m\u212av", ".mov.exr", ".a_v1", ".", ".jpegs", "mov"} {
			name := name + ending
			if got, want := withoutExtension(name), extension.ReplaceAllString(name, ""); got != want {
				t.Errorf("%q without its extension is %q, want %q", name, got, want)
			}
		}
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add("{episode}_{sequence}_{shot}", "EP103_SQ010_SH0010.mov")
	f.Add("{shot}[a-(", "x[a-(")
	f.Fuzz(func(t *testing.T, template, name string) {
		p, err := ParseTemplate(template, false)
		if err != nil {
			return
		}
		if parts := p.Match(name); parts != nil && parts["shot"] == "" {
			t.Fatalf("%q on %q gives no shot: %v", template, name, parts)
		}
	})
}
