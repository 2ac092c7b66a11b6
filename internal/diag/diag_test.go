package diag

import (
	"encoding/json"
	"testing"
)

func TestPlace(t *testing.T) {
	for want, p := range map[string]Place{
		"cut.edl":                {File: "cut.edl"},
		"cut.edl:31":             {File: "cut.edl", Line: 31},
		"cut.edl:31:25":          {File: "cut.edl", Line: 31, Column: 25},
		"casting.xlsx[Ep103]":    {File: "casting.xlsx", Sheet: "Ep103"},
		"casting.xlsx[Ep103!14]": {File: "casting.xlsx", Sheet: "Ep103", Line: 14},
		"list.xlsx[Ep103!D14]":   {File: "list.xlsx", Sheet: "Ep103", Line: 14, Column: 4, Cell: "D14"},
		"":                       {},
	} {
		if got := p.String(); got != want {
			t.Errorf("%+v is %q, want %q", p, got, want)
		}
	}
}

// The JSON is a contract: nine keys, absent values null.
func TestJSON(t *testing.T) {
	for want, d := range map[string]Diagnostic{
		`{"severity":"warning","code":"EDL021","file":"cut.edl","sheet":null,"line":31,"column":25,"cell":null,"summary":"s","detail":"d"}`:    {Warning, "EDL021", Place{File: "cut.edl", Line: 31, Column: 25}, "s", "d"},
		`{"severity":"error","code":"SHT001","file":"a.xlsx","sheet":"Ep","line":14,"column":null,"cell":"D14","summary":"s","detail":""}`:     {Error, "SHT001", Place{File: "a.xlsx", Sheet: "Ep", Line: 14, Cell: "D14"}, "s", ""},
		`{"severity":"info","code":"","file":"","sheet":null,"line":null,"column":null,"cell":null,"summary":"","detail":""}`:                  {},
		`{"severity":"info","code":"X","file":"a","sheet":null,"line":null,"column":null,"cell":null,"summary":"\u003ctag\u003e","detail":""}`: {Info, "X", Place{File: "a"}, "<tag>", ""},
	} {
		got, err := json.Marshal(d)
		if err != nil || string(got) != want {
			t.Errorf("written as %s (%v), want %s", got, err, want)
		}
		var back Diagnostic
		if err := json.Unmarshal(got, &back); err != nil || back != d {
			t.Errorf("%s is read back as %+v (%v)", got, back, err)
		}
	}
	var d Diagnostic
	for _, bad := range []string{`{"severity":"fatal"}`, `{"severity":2}`, `{"line":"x"}`, `[]`} {
		if json.Unmarshal([]byte(bad), &d) == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestList(t *testing.T) {
	var l List
	if l.HasErrors() || l.Count(Warning) != 0 || len(l.Sorted()) != 0 {
		t.Error("an empty list has findings")
	}
	l.Add(Warning, "B", Place{File: "b", Line: 2}, "second", "100%")
	l.Add(Info, "A", Place{File: "a", Line: 9, Column: 2}, "odd", "%d of %q", 3, "x")
	l.Add(Info, "C", Place{File: "a", Line: 9, Column: 2}, "same place", "")
	l.Add(Info, "D", Place{File: "a", Line: 9, Column: 1}, "before", "")
	l.Add(Info, "E", Place{File: "a", Sheet: "S", Line: 1}, "on a sheet", "")
	if l.HasErrors() {
		t.Error("there is no error yet")
	}
	l.Add(Error, "F", Place{File: "a", Line: 3}, "third", "")
	if !l.HasErrors() || l.Count(Info) != 4 || l.Count(Error) != 1 {
		t.Errorf("counted %d, %d", l.Count(Info), l.Count(Error))
	}
	got := ""
	for _, d := range l.Sorted() {
		got += d.Code
	}
	if got != "FDACEB" || l[0].Code != "B" {
		t.Errorf("sorted %s, the list begins with %s", got, l[0].Code)
	}
	if l[0].Detail != "100%" || l[1].Detail != `3 of "x"` {
		t.Errorf("details %q, %q", l[0].Detail, l[1].Detail)
	}
	if got := l[:2].Error(); got != "b:2: warning B: second. 100%\na:9:2: info A: odd. 3 of \"x\"" {
		t.Errorf("as an error: %s", got)
	}
}
