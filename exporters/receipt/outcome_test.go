package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"turnover/internal/diag"
	"turnover/plan"
)

func text(t *testing.T, p *plan.Plan, o Outcome) string {
	t.Helper()
	var b strings.Builder
	if err := Text(&b, p, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextOutcomes(t *testing.T) {
	id := "imp-1"
	open := func() *plan.Plan { p := example(); p.Held, p.Gates = false, nil; return p }
	refused := open()
	refused.Changes, refused.Diagnostics = nil, append(refused.Diagnostics, diag.Diagnostic{Severity: diag.Error, Code: "PLN009", Summary: "taken"})
	nothing := &plan.Plan{ID: "abc", Project: "tv", Source: plan.Source{Name: "shots.csv"}}
	twoGates := example()
	twoGates.Gates = append(twoGates.Gates, plan.Gate{Code: "PLN101", Summary: "many"}, plan.Gate{Code: "PLN101", Summary: "more"})
	dashed := open()
	dashed.Source.Name = "-x.csv"
	for _, c := range []struct {
		name         string
		plan         *plan.Plan
		outcome      Outcome
		want, hidden []string
	}{
		{"applied", open(), Outcome{Import: &id, Applied: true}, []string{"\nApplied as import imp-1.\n", "Next: turnover imports show imp-1\n"}, []string{"Nothing was written", "turnover apply"}},
		{"applied through a gate", example(), Outcome{Import: &id, Applied: true}, []string{"Applied as import imp-1."}, []string{"--accept", "held"}},
		{"nothing to do", nothing, Outcome{NothingToDo: true}, []string{"\nNothing to do.\n"}, []string{"Next:", "Changes", "Findings", "Held"}},
		{"would change", open(), Outcome{Plan: "abc"}, []string{"\nPlan abc. Nothing was written.\n", "Next: turnover apply shots.csv --project 'tv show'\n"}, []string{"--accept", "Applied"}},
		{"held", example(), Outcome{}, []string{"held by 1 gate. Nothing was written.", "turnover plan shots.csv --project 'tv show' --save\n", "Next: turnover apply shots.csv --project 'tv show' --accept PLN102\n"}, []string{"Applied", "turnover apply abc"}},
		{"held and stored", example(), Outcome{Stored: true}, []string{"held by 1 gate. Nothing was written.", "Next: turnover apply abc --project 'tv show' --accept PLN102\n"}, []string{"Applied", "--save"}},
		{"stored", open(), Outcome{Stored: true}, []string{"Next: turnover apply abc --project 'tv show'\n"}, []string{"--save", "--accept"}},
		{"rejected", example(), Outcome{Stored: true, Rejected: true}, []string{"\nPlan abc was rejected. Nothing was written.\n", "Next: turnover plan shots.csv --project 'tv show'\n"}, []string{"--accept", "turnover apply"}},
		{"a stored plan that was applied", open(), Outcome{Stored: true, Applied: true, Import: &id}, []string{"\nApplied as import imp-1.\n"}, []string{"Nothing was written", "turnover apply"}},
		{"held by several", twoGates, Outcome{Stored: true}, []string{"held by 3 gates", "turnover apply abc --project 'tv show' --accept PLN102,PLN101\n", "let it pass with --accept PLN101\n"}, nil},
		{"refused", refused, Outcome{}, []string{"\nRefused: 1 error. Nothing was written.\n", "error PLN009: taken", "Next: correct the file, then turnover plan shots.csv"}, []string{"turnover apply", "Applied"}},
		{"a name like a flag", dashed, Outcome{}, []string{"turnover apply ./-x.csv --project"}, nil},
		{"the outcome's summary wins", open(), Outcome{Summary: map[string]map[string]int{"omit": {"shot": 12}}}, []string{"omit            12\n"}, []string{"unchanged"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := text(t, c.plan, c.outcome)
			for _, w := range c.want {
				if !strings.Contains(got, w) {
					t.Errorf("the receipt has no %q:\n%s", w, got)
				}
			}
			for _, w := range c.hidden {
				if strings.Contains(got, w) {
					t.Errorf("the receipt has %q:\n%s", w, got)
				}
			}
		})
	}
}

// every gives one change of each action, in the reverse of the reading order.
func every() []plan.Change {
	one, two := json.RawMessage(`1`), json.RawMessage(`2`)
	var out []plan.Change
	for _, a := range plan.Actions() {
		c := plan.Change{Action: a, Entity: "shot", Path: "P-" + string(a), Before: map[string]json.RawMessage{}, After: map[string]json.RawMessage{}}
		switch a {
		case plan.Update, plan.Move:
			c.Before["n"], c.After["n"] = one, two
		case plan.Create, plan.Link:
			c.After["n"], c.After["asset_id"] = two, json.RawMessage(`"hidden"`)
		case plan.Omit, plan.Reinstate, plan.Unlink:
		}
		out = append([]plan.Change{c}, out...)
	}
	return out
}

func TestTextSignsAndOrder(t *testing.T) {
	got := text(t, &plan.Plan{Changes: every()}, Outcome{})
	want := "Changes\n  + shot P-create  n 2\n  ~ shot P-update  n 1 → 2\n  » shot P-move  n 1 → 2\n  - shot P-omit\n  ^ shot P-reinstate\n  & shot P-link  n 2\n  / shot P-unlink\n"
	if !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextCaps(t *testing.T) {
	for _, n := range []int{shown, shown + 1, shown + 960} {
		p := &plan.Plan{}
		for i := range n {
			p.Changes = append(p.Changes, plan.Change{Action: plan.Omit, Entity: "shot", Path: fmt.Sprintf("S%04d", i)})
			p.Diagnostics.Add(diag.Warning, "CSV012", diag.Place{File: "a.csv", Line: i + 1}, "odd", "")
		}
		got := text(t, p, Outcome{})
		if c := strings.Count(got, "  - shot S"); c != shown {
			t.Errorf("%d changes: %d lines, want %d", n, c, shown)
		}
		if c := strings.Count(got, "warning CSV012"); c != shown {
			t.Errorf("%d findings: %d lines, want %d", n, c, shown)
		}
		more := fmt.Sprintf("… and %d more; --json has all", n-shown)
		if c, want := strings.Count(got, more), 2*min(1, n-shown); c != want {
			t.Errorf("%d: %q stands %d times, want %d", n, more, c, want)
		}
	}
	long := json.RawMessage(`"` + strings.Repeat("é", 5000) + `"`)
	got := text(t, &plan.Plan{Changes: []plan.Change{{Action: plan.Update, Entity: "shot", Path: "S", After: map[string]json.RawMessage{"description": long}}}}, Outcome{})
	if c := strings.Count(got, "é"); c >= widest || c < widest-2 || !strings.Contains(got, "description (none) → é") || !strings.Contains(got, "é…") {
		t.Errorf("a long value shows %d characters:\n%s", c, got)
	}
}

// TestTextIsInert puts what can move a terminal's cursor into every field.
func TestTextIsInert(t *testing.T) {
	const bad = "\x1b[2J\r\n\a\x7f\u0085\u202eX\xff"
	raw, err := json.Marshal(bad)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]json.RawMessage{"data." + bad: raw}
	p := &plan.Plan{ID: bad, Project: bad, Held: true, Source: plan.Source{Name: bad, Format: bad},
		Gates:       []plan.Gate{{Code: bad, Summary: bad, Detail: bad}},
		Summary:     map[string]map[string]int{"create": {bad: 1}},
		Diagnostics: diag.List{{Severity: diag.Warning, Code: bad, Summary: bad, Detail: bad, Place: diag.Place{File: bad, Line: 1, Column: 4}}}}
	for _, a := range plan.Actions() {
		p.Changes = append(p.Changes, plan.Change{Action: a, Entity: bad, Path: bad, Before: values, After: values, Place: bad, Because: bad, Labels: []string{bad}})
	}
	p.Changes = append(p.Changes, plan.Change{Action: plan.Create, Entity: "task", Path: "S#" + bad})
	id := bad
	for name, o := range map[string]Outcome{"held": {Plan: bad, Lines: []string{bad}}, "applied": {Applied: true, Import: &id, Plan: bad}} {
		got := text(t, p, o)
		if i := strings.IndexAny(got, "\x1b\r\a\x7f\u0085\u202e"); i >= 0 || !utf8.ValidString(got) {
			t.Errorf("%s: byte %d of the receipt is live: %q", name, i, got)
		}
		if !strings.Contains(got, "␛[2J␍␊␇␡") {
			t.Errorf("%s: the escapes are not visible:\n%s", name, got)
		}
	}
}

func TestTextPlaces(t *testing.T) {
	long := strings.Repeat("a", 100) + "!" + strings.Repeat("b", 100)
	for _, c := range []struct {
		name  string
		at    diag.Place
		lines []string
		want  string // after the finding's own line; "" for nothing
	}{
		{"caret", diag.Place{Line: 1, Column: 3}, []string{"abcd"}, "      abcd\n        ^\n"},
		{"end of line", diag.Place{Line: 1, Column: 5}, []string{"abcd\r\n"}, "      abcd\n          ^\n"},
		{"no column", diag.Place{Line: 1}, []string{"abcd"}, "      abcd\n"},
		{"tab is one column", diag.Place{Line: 1, Column: 3}, []string{"\t\tx"}, "      ␉␉x\n        ^\n"},
		{"long line", diag.Place{Line: 1, Column: 101}, []string{long}, "      " + strings.Repeat("a", 60) + "!" + strings.Repeat("b", 40) + "\n" + strings.Repeat(" ", 66) + "^\n"},
		{"column past the end", diag.Place{Line: 1, Column: 900}, []string{"abcd"}, "      abcd\n"},
		{"line past the end", diag.Place{Line: 2, Column: 1}, []string{"abcd"}, ""},
		{"a sheet's row is no line", diag.Place{Sheet: "S", Line: 1, Column: 1}, []string{"abcd"}, ""},
		{"no lines", diag.Place{Line: 1, Column: 1}, nil, ""},
		{"negative", diag.Place{Line: 1, Column: -4}, []string{"abcd"}, "      abcd\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := text(t, &plan.Plan{Diagnostics: diag.List{{Severity: diag.Warning, Code: "X", Place: c.at, Summary: "odd"}}}, Outcome{Lines: c.lines})
			if _, rest, _ := strings.Cut(got, " X: odd\n"); rest != c.want {
				t.Errorf("got %q, want %q", rest, c.want)
			}
		})
	}
}

func TestDeterministic(t *testing.T) {
	many := func() *plan.Plan {
		p := example()
		for _, e := range ranks {
			p.Summary["create"][e], p.Summary["zz"+e] = 3, map[string]int{e + "x": 1}
		}
		for i := range 30 {
			p.Changes[1].Before[fmt.Sprint("data.k", i)], p.Changes[1].After[fmt.Sprint("data.k", i)] = json.RawMessage("1"), json.RawMessage("2")
		}
		return p
	}
	firstText := text(t, many(), Outcome{})
	firstJSON, err := JSON(many(), Outcome{})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if got := text(t, many(), Outcome{}); got != firstText {
			t.Fatalf("text differs:\n%s\n%s", got, firstText)
		}
		if got, err := JSON(many(), Outcome{}); err != nil || !bytes.Equal(got, firstJSON) {
			t.Fatalf("JSON differs (%v):\n%s\n%s", err, got, firstJSON)
		}
	}
}

// TestLeavesPlan holds both forms to reading: the plan is stored after them.
func TestLeavesPlan(t *testing.T) {
	p := example()
	p.Diagnostics = append(p.Diagnostics, diag.Diagnostic{Code: "A", Place: diag.Place{File: "a"}})
	before, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	text(t, p, Outcome{})
	if _, err := JSON(p, Outcome{}); err != nil {
		t.Fatal(err)
	}
	if after, err := json.Marshal(p); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the plan was changed (%v):\n%s\n%s", err, before, after)
	}
}

func TestJSONContract(t *testing.T) {
	id := "imp-1"
	p := example()
	p.ProjectID, p.Grounds = "pid", "g"
	raw, err := JSON(p, Outcome{Import: &id, Plan: "abc", Applied: true})
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"import", "plan", "applied", "nothing_to_do", "summary", "id", "project", "grounds", "source", "held", "gates", "changes", "diagnostics"} {
		if _, ok := got[key]; !ok {
			t.Errorf("no %q in %s", key, raw)
		}
	}
	if got["import"] != "imp-1" || got["applied"] != true || got["nothing_to_do"] != false || got["held"] != true || got["id"] != "abc" {
		t.Errorf("values of %s", raw)
	}
	if _, err := JSON(&plan.Plan{Changes: []plan.Change{{After: map[string]json.RawMessage{"x": json.RawMessage("{")}}}}, Outcome{}); err == nil {
		t.Error("a broken value was written")
	}
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestTextSaysWhatItCouldNotWrite(t *testing.T) {
	if err := Text(full{}, example(), Outcome{}); !errors.Is(err, errFull) {
		t.Errorf("got %v, want %v", err, errFull)
	}
}

func TestNextRepeatsWhatWasSaid(t *testing.T) {
	p := &plan.Plan{ID: "abc", Project: "tv", Source: plan.Source{Name: "list.csv"}, Changes: []plan.Change{{Action: plan.Create, Entity: "shot", Path: "SQ/SH"}}}
	var out strings.Builder
	if err := Text(&out, p, Outcome{Path: "sub dir/list.csv", Flags: []string{"--omit", "episode"}}); err != nil {
		t.Fatal(err)
	}
	if want := "Next: turnover apply 'sub dir/list.csv' --omit episode --project tv\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("got %q, want the end %q", out.String(), want)
	}
}
