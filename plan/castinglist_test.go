package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"turnover/importers"
)

// castRow is a row of a casting list: "E01/SQ01/SH0010 < Type: Name".
func castRow(text string) importers.Entry {
	target, asset, _ := strings.Cut(text, " < ")
	parts := strings.Split(target, "/")
	typed, name, ok := strings.Cut(asset, ": ")
	if !ok {
		typed, name = "", asset
	}
	e := importers.Entry{Episode: cell(parts[0]), Sequence: cell(parts[1]), Shot: cell(parts[2]), Details: &importers.Details{Asset: cell(name)}}
	if typed != "" {
		e.AssetType = cell(typed)
	}
	return e
}

func castSheet(rows ...string) *importers.ShotList {
	var entries []importers.Entry
	for _, text := range rows {
		entries = append(entries, castRow(text))
	}
	list := sheet(entries...)
	list.Kind = importers.Casting
	return list
}

func castingsOf(p *Plan) string {
	var out []string
	for _, c := range p.Changes {
		if c.Entity == "casting" && strings.Contains(c.Path, "/SQ01/") {
			out = append(out, fmt.Sprintf("%s %s", c.Action, c.Path))
		}
	}
	return strings.Join(out, "; ")
}

// TestCastingListsReplace: a list that replaces takes out what it does not cast
// in the targets that it names, and nothing elsewhere.
func TestCastingListsReplace(t *testing.T) {
	snap := series()
	first := castSheet("E01/SQ01/SH0010 < Characters: Hero", "E01/SQ01/SH0010 < Props: Sword", "E01/SQ01/SH0020 < Characters: Hero")
	snap = apply(t, snap, bindAll(t, Build(first, nil, snap, Options{}), snap))
	const hero, sword = "E01/SQ01/SH0010 < assets/Characters/Hero", "E01/SQ01/SH0010 < assets/Props/Sword"
	for _, tt := range []struct {
		name, mode, want, finding string
		rows                      []string
	}{
		{name: "merge leaves what is not listed", rows: []string{"E01/SQ01/SH0010 < Sword"}},
		{name: "replace takes it out", mode: CastReplace, rows: []string{"E01/SQ01/SH0010 < Sword"}, want: "unlink " + hero},
		{name: "a dash takes out all, whatever the mode", rows: []string{"E01/SQ01/SH0010 < -"}, want: "unlink " + hero + "; unlink " + sword},
		{name: "a name that waits replaces nothing", mode: CastReplace, rows: []string{"E01/SQ01/SH0010 < Sword", "E01/SQ01/SH0010 < Herro"}, finding: CastingWaits},
		{name: "a new asset replaces", mode: CastReplace, rows: []string{"E01/SQ01/SH0010 < Props: Shield"}, want: "link E01/SQ01/SH0010 < assets/Props/Shield; unlink " + hero + "; unlink " + sword},
		{name: "a dash beside a name", rows: []string{"E01/SQ01/SH0010 < -", "E01/SQ01/SH0010 < Sword"}, finding: AssetTwice},
		{name: "a name that another row makes does not wait", rows: []string{"E01/SQ01/SH0020 < Shield", "E01/SQ01/SH0010 < Props: Shield"},
			want: "link E01/SQ01/SH0010 < assets/Props/Shield; link E01/SQ01/SH0020 < assets/Props/Shield"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := Build(castSheet(tt.rows...), nil, snap, Options{Casting: tt.mode})
			if got := castingsOf(p); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if found := codes(p.Diagnostics); tt.finding != "" && !slices.Contains(found, tt.finding) || tt.finding != CastingWaits && slices.Contains(found, CastingWaits) {
				t.Errorf("findings %v, want %q", found, tt.finding)
			}
		})
	}
}

// TestReplacingEndsWhatWaits: what waited in a target is replaced, too, and a
// plan that does nothing else is not empty.
func TestReplacingEndsWhatWaits(t *testing.T) {
	snap := series()
	first := Build(castSheet("E01/SQ01/SH0010 < Characters: Hero", "E01/SQ01/SH0010 < Herald"), nil, snap, Options{})
	if len(first.Pending) != 1 {
		t.Fatalf("waits: %v", first.Pending)
	}
	snap = apply(t, snap, bindAll(t, first, snap))
	again := castSheet("E01/SQ01/SH0010 < Hero")
	if p := Build(again, nil, snap, Options{Pending: first.Pending}); !p.Empty() || !slices.Contains(codes(p.Diagnostics), StillWaits) {
		t.Errorf("merging: settled %v, %v", p.Settled, p.Diagnostics)
	}
	p := Build(again, nil, snap, Options{Pending: first.Pending, Casting: CastReplace})
	if p.Empty() || !slices.Equal(p.Settled, []string{first.Pending[0].ID}) || len(p.Changes) != 0 {
		t.Errorf("replacing: settled %v, changes %v", p.Settled, p.Changes)
	}
}
