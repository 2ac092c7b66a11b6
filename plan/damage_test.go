package plan

import (
	"slices"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/importers"
)

func gateCodes(p *Plan) []string {
	var out []string
	for _, g := range p.Gates {
		out = append(out, g.Code)
	}
	return out
}

func TestDamagedNamesAreHeld(t *testing.T) {
	list := &importers.ShotList{Kind: importers.Shots}
	for _, name := range []string{"001", "002", "003", "4"} {
		list.Entries = append(list.Entries, row("E01", "SQ01", name))
	}
	p := Build(list, nil, series(), Options{})
	if !slices.Contains(codes(p.Diagnostics), Damaged) || !slices.Contains(gateCodes(p), GateRepaired) {
		t.Errorf("gates %v, findings %v", gateCodes(p), codes(p.Diagnostics))
	}
	list.Entries[3] = row("E01", "SQ01", "004")
	if p = Build(list, nil, series(), Options{}); p.Held || slices.Contains(codes(p.Diagnostics), Damaged) {
		t.Errorf("honest names: gates %v, findings %v", gateCodes(p), codes(p.Diagnostics))
	}
}

func TestAliases(t *testing.T) {
	for _, c := range []struct {
		name, scope, written, to, finding string
		creates                           string
	}{
		{"name", "E01/SQ01", "sh10", "SH0010", AliasUsed, ""},
		{"path", "E01/SQ01", "SH10", "E01/SQ01/SH0010", AliasUsed, ""},
		{"whole production", "", "SH10", "SH0010", AliasUsed, ""},
		{"another scope", "E02/SQ01", "SH10", "SH0010", NearMiss, "E01/SQ01/SH10"},
		{"new name", "E01/SQ01", "SH10", "0100", AliasUsed, "E01/SQ01/0100"},
		{"lost", "E01/SQ01", "SH10", "E01/SQ01/SH9999", AliasLost, "E01/SQ01/SH10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			opts := Options{Tasks: []string{}, Aliases: map[string]string{AliasKey(hierarchy.Shot, c.scope, c.written): c.to}}
			p := Build(&importers.ShotList{Kind: importers.Shots, Entries: []importers.Entry{row("E01", "SQ01", "SH10")}}, nil, series(), opts)
			var made []string
			for _, ch := range p.Changes {
				if ch.Action == Create {
					made = append(made, ch.Path)
				}
			}
			if strings.Join(made, ",") != c.creates || !slices.Contains(codes(p.Diagnostics), c.finding) {
				t.Errorf("made %v, findings %v", made, codes(p.Diagnostics))
			}
		})
	}
	opts := Options{Tasks: []string{}, Aliases: map[string]string{AliasKey(hierarchy.Shot, "", "SH0010"): "SH0020"}}
	p := Build(&importers.ShotList{Kind: importers.Shots, Entries: []importers.Entry{row("E01", "SQ01", "SH0010")}}, nil, series(), opts)
	if len(p.Changes) != 0 || slices.Contains(codes(p.Diagnostics), AliasUsed) {
		t.Errorf("an exact name was aliased: %v", codes(p.Diagnostics))
	}
}

func TestChangedHeaderIsHeld(t *testing.T) {
	list := &importers.ShotList{Kind: importers.Shots, Entries: []importers.Entry{row("E01", "SQ01", "SH0010")},
		Columns: []importers.Column{{Header: "Shot", Field: "shot"}, {Header: "Nb Framez"}}}
	profile := importers.Profile{Kind: importers.Shots, Headers: []string{"Shot", "Nb Frames"}, Fields: map[string]string{"Shot": "shot", "Nb Frames": "nb_frames"}}
	p := Build(list, nil, series(), Options{Profile: &profile})
	if !slices.Contains(gateCodes(p), GateHeader) || !slices.Contains(codes(p.Diagnostics), HeaderChanged) {
		t.Errorf("gates %v, findings %v", gateCodes(p), codes(p.Diagnostics))
	}
}
