package diag

import "testing"

func TestParsePlace(t *testing.T) {
	for _, p := range []Place{
		{File: "cut.edl"}, {File: "cut.edl", Line: 31}, {File: "cut.edl", Line: 31, Column: 25},
		{File: "casting.xlsx", Sheet: "Ep103"}, {File: "casting.xlsx", Sheet: "Ep103", Line: 14},
		{File: "casting.xlsx", Sheet: "Ep103", Line: 14, Column: 4, Cell: "D14"},
		{File: "a.xlsx", Sheet: "Ep 1!2 final!", Line: 1048576, Column: 16384, Cell: "XFD1048576"},
		{File: "cut:31:25", Line: 7, Column: 1}, {File: "C[1].xlsx", Sheet: "S", Line: 2}, {File: "list [v2]:3.csv", Line: 12},
		{File: "[a!B2].xlsx", Sheet: "B2!", Line: 3, Column: 2, Cell: "B3"}, {File: "é!].csv", Line: 1}, {},
	} {
		if got, ok := ParsePlace(p.String(), p.File); !ok || got != p {
			t.Errorf("%q is read as %+v, %v; want %+v", p.String(), got, ok, p)
		}
	}
}

func TestParsePlaceRefuses(t *testing.T) {
	for _, s := range []string{"other.edl:3", "cut.edl:", "cut.edl:0", "cut.edl:-1", "cut.edl:03", "cut.edl:3:", "cut.edl:3:0", "cut.edl:3:4:5", "cut.edl3",
		"cut.edl[", "cut.edl[]", "cut.edl:99999999999999999999", "cut.ed", ""} {
		if got, ok := ParsePlace(s, "cut.edl"); ok {
			t.Errorf("%q was read as %+v", s, got)
		}
	}
	if got, ok := ParsePlace("a.xlsx[Ep!D0]", "a.xlsx"); !ok || got.Sheet != "Ep!D0" || got.Line != 0 {
		t.Errorf("what is no cell belongs to the sheet's name: %+v, %v", got, ok)
	}
}

func FuzzParsePlace(f *testing.F) {
	f.Add("casting.xlsx[Ep103!D14]", "casting.xlsx")
	f.Add("cut.edl:31:25", "cut.edl")
	f.Fuzz(func(t *testing.T, s, file string) {
		if p, ok := ParsePlace(s, file); ok && p.String() != s {
			t.Fatalf("%q is read as %+v, which is %q", s, p, p)
		}
	})
}
