package importers

import (
	"slices"
	"strings"
	"testing"
)

func shotColumn(names ...string) *ShotList {
	l := &ShotList{Kind: Shots, Columns: []Column{{Header: "Shot", Field: "shot"}}}
	for _, n := range names {
		l.Entries = append(l.Entries, Entry{Shot: Cell{State: Present, Text: n}})
	}
	return l
}

func TestDamage(t *testing.T) {
	twelve := strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12")
	for _, c := range []struct {
		name, want string // "was:proposed kind", by comma
		cells      []string
		known      []string
	}{
		{"zeros by padding", "1:001 leading zeros", []string{"1", "002", "003", "010"}, nil},
		{"full width counts", "20:020 leading zeros", []string{"010", "020x", "20", "030", "100", "110"}, nil},
		{"zeros by the production", "1:010x", nil, nil},
		{"known padding", "1:001 leading zeros,10:010 leading zeros", []string{"1", "10"}, []string{"001", "010"}},
		{"two known widths", "", []string{"1"}, []string{"001", "01"}},
		{"known as it is", "", []string{"1", "002", "003", "004"}, []string{"1"}},
		{"honest small numbers", "", twelve, nil},
		{"honest tens", "", []string{"10", "20", "30", "100", "110"}, nil},
		{"one padded is no pattern", "", []string{"01", "5", "6", "7"}, nil},
		{"exponent number", "100000:1E05 exponent", []string{"1A05", "1B05", "1D05", "100000", "1F05"}, nil},
		{"exponent shown", "1.00E+05:1E05 exponent", []string{"1A05", "1B05", "1D05", "1.00E+05"}, nil},
		{"exponent by the production", "1,00E+05:1E5 exponent", []string{"A", "B", "1,00E+05"}, []string{"1E5"}},
		{"text as typed", "", []string{"1A05", "1B05", "1D05", "1E05"}, nil},
		{"honest hundred thousands", "", []string{"100000", "200000", "300000", "100010"}, nil},
		{"exponent without evidence", "", []string{"1.00E+05", "A", "B"}, nil},
		{"date by first part", "3-Jan:3-1 date", []string{"3-13", "3-14", "3-15", "3-Jan"}, nil},
		{"iso date, other way", "2026-01-03:1-3 date", []string{"1-13", "1-14", "1-15", "2026-01-03"}, nil},
		{"dotted day", "03.01.:3-1 date", []string{"3-13", "3-14", "3-15", "03.01."}, nil},
		{"date by the production", "3-Jan:3-1 date", []string{"3-Jan"}, []string{"3-1"}},
		{"two readings", "", []string{"3-13", "1-14", "1-15", "3-16", "3-Jan"}, nil},
		{"month word", "Mar-10:MAR10 date", []string{"ABC10", "DEF20", "GHI30", "Mar-10"}, nil},
		{"honest days", "", []string{"2026-01-03", "2026-01-04", "2026-01-05"}, []string{"x"}},
		{"point zero", "10.0:10 float tail", []string{"10.0", "20", "30", "40"}, nil},
		{"all point zero", "10.0:10 float tail,20.0:20 float tail,30.0:30 float tail", []string{"10.0", "20.0", "30.0"}, nil},
		{"honest versions", "", []string{"1.0", "1.1", "2.0", "2.5"}, nil},
		{"binary fraction", "1.1000000000000001:1.1 float tail", []string{"1.1000000000000001", "1.2"}, nil},
		{"fifteen digits", "1234567890123450:1234567890123456 float tail", []string{"1234567890123450"}, []string{"1234567890123456"}},
		{"long without evidence", "", []string{"1234567890123450"}, nil},
		{"thousands", "1,010:1010 thousands", []string{"1,010", "980", "990", "1000"}, nil},
		{"scene and shot", "", []string{"1.010", "980", "990", "1000"}, nil},
		{"brackets", "-10:(10) sign", []string{"(20)", "(30)", "(40)", "-10"}, nil},
		{"sign", "+10:10 sign", []string{"+10"}, []string{"10"}},
		{"sign without evidence", "", []string{"-10", "20"}, nil},
		{"boolean", "TRUE:true boolean", []string{"TRUE"}, []string{"true"}},
		{"ordinary names", "", []string{"SH0010", "SH0020", "SH0030A", "MAY", "Éa", "=A1"}, []string{"SH0010"}},
	} {
		if c.cells == nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, r := range Damage(shotColumn(c.cells...), func(string) []string { return c.known }) {
				got = append(got, r.Was+":"+r.Proposed+" "+r.Kind)
				if len(r.Evidence) == 0 || r.Header != "Shot" || r.Count != 1 {
					t.Errorf("evidence %q, header %q, count %d", r.Evidence, r.Header, r.Count)
				}
			}
			if strings.Join(got, ",") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestDamagedAssets searches the assets of a casting list, and no other list's.
func TestDamagedAssets(t *testing.T) {
	for kind, want := range map[Kind]int{Casting: 1, Tasks: 0} {
		l := &ShotList{Kind: kind, Columns: []Column{{Header: "Asset", Field: "asset"}}}
		for _, n := range []string{"1A05", "1B05", "1C05", "1.00E+05"} {
			l.Entries = append(l.Entries, Entry{Details: &Details{Asset: Cell{State: Present, Text: n}}})
		}
		found := Damage(l, nil)
		if len(found) != want || want == 1 && (found[0].Proposed != "1E05" || found[0].Column != "asset") {
			t.Errorf("%s: %+v", kind, found)
		}
	}
}

func FuzzDamage(f *testing.F) {
	f.Add("001\n2\n003\n1.00E+05\n3-Jan", "1E05\n001")
	f.Add("9E999\n1E+61\n-\n1,\n.0\n99-99", "")
	f.Fuzz(func(t *testing.T, cells, known string) {
		list := shotColumn(strings.Split(cells, "\n")...)
		for _, r := range Damage(list, func(string) []string { return strings.Split(known, "\n") }) {
			if r.Proposed == "" || r.Proposed == r.Was || len(r.Evidence) == 0 {
				t.Errorf("%+v proposes nothing", r)
			}
		}
	})
}

func TestProfile(t *testing.T) {
	list := func(shotHeader, shotField, framesHeader, framesField string) *ShotList {
		l := &ShotList{Kind: Shots, Columns: []Column{{Header: "Sequence", Field: "sequence"}, {Header: shotHeader, Field: shotField}, {Header: framesHeader, Field: framesField}, {Header: "Notes"}}}
		for _, n := range []string{"SH010", "SH020"} {
			e := Entry{Sequence: Cell{State: Present, Text: "SQ01"}, Fields: []NamedCell{{"Notes", Cell{State: Present, Text: "as is"}}}}
			if shotField == "shot" {
				e.Shot = Cell{State: Present, Text: n}
			}
			if framesField != "" {
				e.NbFrames = Number{State: Present, Value: 50}
			} else {
				e.Fields = append(e.Fields, NamedCell{framesHeader, Cell{State: Present, Text: "50"}})
			}
			l.Entries = append(l.Entries, e)
		}
		return l
	}
	before := ProfileOf(list("Shot", "shot", "Nb Frames", "nb_frames"))
	if got := before.Compare(list("shot", "shot", "NB FRAMES", "nb_frames")); len(got) != 0 {
		t.Errorf("letter case is a change: %+v", got)
	}
	got := before.Compare(list("Shot", "shot", "Nb Framez", ""))
	if len(got) != 1 || got[0].Was != "Nb Frames" || got[0].Header != "Nb Framez" || !got[0].Matters() || got[0].Field != "nb_frames" {
		t.Fatalf("renamed: %+v", got)
	}
	agreed := before.Accept(got)
	if !slices.Contains(agreed.Headers, "Nb Framez") || agreed.Fields["Nb Framez"] != "nb_frames" || agreed.Fields["Nb Frames"] != "" {
		t.Errorf("accepted: %+v", agreed)
	}
	if field, _ := fieldFor(foldTitle("Nb Framez"), Shots, Options{Profile: &agreed}); field != "nb_frames" {
		t.Errorf("the remembered header is taken for %q", field)
	}
	got = before.Compare(list("Plan", "shot", "Nb Frames", "nb_frames"))
	if len(got) != 1 || !got[0].Renamed() || got[0].Matters() {
		t.Errorf("another word for the same: %+v", got)
	}
	got = before.Compare(list("Shot", "shot", "Weather report", ""))
	if len(got) != 2 || got[0].Header != "" || !got[0].Matters() || got[1].Matters() {
		t.Errorf("gone: %+v", got)
	}
}
