package reports

import (
	"strings"
	"testing"

	"turnover/hierarchy"
)

var mapped = map[string]string{"#anim": "animation", "#Éclairage": "light", "#rig_2": "rig", "Continuity": "continuity", "Lip sync": "lips"}

func TestCausesOfComments(t *testing.T) {
	c, err := causesOf(mapped)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ text, checklist, want string }{
		{"please #anim again", "", "animation"},
		{"#ANIM", "", "animation"},
		{"(#anim)", "", "animation"},
		{"#anim.", "", "animation"},
		{"#anim- too slow", "", "animation"},
		{"#anim,#rig_2", "", "animation, rig"},
		{"#rig_2 #anim #Rig_2", "", "rig, animation"},
		{"#animation", "", ""},
		{"#anim2", "", ""},
		{"#anim-fix", "", ""},
		{"#anime\u0301", "", ""},
		{"shot#anim", "", ""},
		{"anim", "", ""},
		{"##anim", "", "animation"},
		{"# anim", "", ""},
		{"#e\u0301clairage", "", "light"}, // decomposed
		{"#ÉCLAIRAGE!", "", "light"},
		{"＃anim", "", "animation"}, // full width
		{"", `[{"text": "Continuity", "checked": false}]`, "continuity"},
		{"", `[{"text": " continuity: ", "checked": true}]`, "continuity"},
		{"", `[{"text": "CONTINUITY: the left hand"}]`, "continuity"},
		{"", `[{"heading": "Lip  sync", "text": "A and O"}]`, "lips"},
		{"", `["Lip sync", "#anim"]`, "lips, animation"},
		{"", `[{"text": "check continuity"}]`, ""},
		{"Continuity", "", ""}, // a heading is one of the checklist
		{"#anim", `[{"text": "Lip sync"}]`, "animation, lips"},
		{"", `{"text": "Continuity"}`, ""},
		{"", `[1, null, [], {"text": 5}]`, ""},
		{"", `[{`, ""},
	} {
		got := strings.Join(c.of(&hierarchy.Comment{Text: x.text, Checklist: hierarchy.Data(x.checklist)}), ", ")
		if got != x.want {
			t.Errorf("%q with checklist %s: got %q, want %q", x.text, x.checklist, got, x.want)
		}
	}
}

func TestWrongCauses(t *testing.T) {
	for _, x := range []struct {
		given map[string]string
		want  []string
	}{
		{map[string]string{"#anim fix": "a", "#": "b"}, []string{`"#anim fix" is no tag`, `"#" is no tag`}},
		{map[string]string{"#a": ""}, []string{`"#a" has no cause`}},
		{map[string]string{" ": "x"}, []string{"an empty key"}},
		{map[string]string{"#Anim": "a", "#anim": "b"}, []string{`"#anim" is given twice`, `"a" and "b"`}},
	} {
		err := CheckCauses(x.given)
		for _, want := range x.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v: got %v, want %s", x.given, err, want)
			}
		}
	}
	if err := CheckCauses(map[string]string{"#Anim": "a", "#anim": "a", "Fix": "a"}); err != nil {
		t.Errorf("one cause written twice: %v", err)
	}
	f := newFilm()
	if _, err := Retake(f.facts(), Query{Causes: map[string]string{"#": "x"}}); err == nil {
		t.Error("the report takes a wrong mapping")
	}
}

// A tag found is in the text, with nothing of a word on either side.
func FuzzTags(f *testing.F) {
	for _, seed := range []string{"#anim", "x#a #b-c. ##d", "＃é #é\u0301", "#", "#-", "\xff#a\xfe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		folded := foldText(text)
		for _, tag := range tagsOf(folded) {
			if len(tag) < 2 || !strings.Contains(folded, tag) || strings.ContainsAny(tag, " \t\n.") {
				t.Errorf("%q in %q", tag, folded)
			}
			if again := tagsOf(tag); len(again) != 1 || again[0] != tag {
				t.Errorf("%q alone has tags %q", tag, again)
			}
		}
	})
}

func FuzzChecklist(f *testing.F) {
	for _, seed := range []string{`[]`, `[{"text":"a"}]`, `["a",1,{"heading":"b"}]`, `{`, `null`} {
		f.Add([]byte(seed))
	}
	c, err := causesOf(mapped)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, d []byte) {
		for _, cause := range c.of(&hierarchy.Comment{Checklist: d}) {
			if cause != "animation" && cause != "light" && cause != "rig" && cause != "continuity" && cause != "lips" {
				t.Errorf("cause %q", cause)
			}
		}
	})
}
