package receipt

import (
	"encoding/json"
	"strings"
	"testing"

	"turnover/internal/diag"
	"turnover/plan"
)

func example() *plan.Plan {
	return &plan.Plan{ID: "abc", Project: "tv show", Source: plan.Source{Name: "shots.csv", Format: "csv"}, Held: true,
		Gates:   []plan.Gate{{Code: "PLN102", Summary: "new episode", Detail: "EP1\x1b[31m05"}},
		Summary: map[string]map[string]int{"create": {"shot": 1}, "update": {"shot": 1}, "unchanged": {"task": 7}},
		Changes: []plan.Change{
			{Action: plan.Create, Entity: "shot", Path: "EP1/SQ1/010", After: map[string]json.RawMessage{"nb_frames": json.RawMessage("48"), "name": json.RawMessage(`"010"`)}, Place: "shots.csv:2", Because: "new"},
			{Action: plan.Update, Entity: "shot", Path: "EP1/SQ1/020", Before: map[string]json.RawMessage{"nb_frames": json.RawMessage("40")}, After: map[string]json.RawMessage{"nb_frames": json.RawMessage("48")}}},
		Diagnostics: diag.List{{Severity: diag.Warning, Code: "CSV012", Place: diag.Place{File: "shots.csv", Line: 2, Column: 5}, Summary: "odd", Detail: "look"}}}
}

func TestText(t *testing.T) {
	var b strings.Builder
	if err := Text(&b, example(), Outcome{Lines: []string{"a,b", "山,x,y"}}); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{"shots.csv → tv show\n", "held by 1 gate", "--accept PLN102", "EP1␛[31m05", "+ shot EP1/SQ1/010  nb_frames 48  (shots.csv:2: new)", "~ shot EP1/SQ1/020  nb_frames 40 → 48",
		"shots.csv:2:5: warning CSV012: odd", "      山,x,y\n           ^\n", "Next: turnover apply shots.csv --project 'tv show' --accept PLN102\n", "create           1\n", "unchanged                7\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the receipt has no %q:\n%s", want, got)
		}
	}
}

func TestJSON(t *testing.T) {
	raw, err := JSON(example(), Outcome{NothingToDo: true})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"import":null,"plan":"abc","applied":false,"nothing_to_do":true,"summary":{"create":{"shot":1}`; !strings.HasPrefix(string(raw), want) {
		t.Errorf("%s does not begin with %s", raw, want)
	}
	var back struct{ Changes []plan.Change }
	if err := json.Unmarshal(raw, &back); err != nil || len(back.Changes) != 2 {
		t.Errorf("read back: %v, %d changes", err, len(back.Changes))
	}
	if raw, err = JSON(&plan.Plan{}, Outcome{}); err != nil || !strings.Contains(string(raw), `"changes":[],"diagnostics":[]`) {
		t.Errorf("empty: %s, %v", raw, err)
	}
}

// A cut that only slips changes no entity, and is not nothing.
func TestACutAloneIsSomethingToDo(t *testing.T) {
	p := &plan.Plan{ID: "p1", Project: "tv", CutChanges: []*plan.ChangeList{{A: "SQ010@1", B: "v2.edl"}}}
	if got := Headline(p, Outcome{}); got != "PLANNED" {
		t.Errorf("headline %q", got)
	}
	var out strings.Builder
	if err := Text(&out, p, Outcome{}); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); strings.Contains(text, "Nothing to do") || !strings.Contains(text, "turnover apply") {
		t.Errorf("the receipt says:\n%s", text)
	}
}
