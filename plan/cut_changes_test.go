package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/timecode"
)

// event is one picture event of a list; shot "" is one that lost its name.
func event(order int, sequence, shot string, in, out int64) importers.Entry {
	e := row("E01", sequence, shot)
	if shot == "" {
		e = importers.Entry{Place: e.Place, Names: []importers.NamedCell{{Name: "clip_name", Cell: cell("untitled")}}}
	}
	e.Place.Line = order + 1
	e.NbFrames = num(out - in)
	e.Occurrence = &importers.Occurrence{Order: order, Event: fmt.Sprint(order), Reel: sequence + "R", Clip: shot, Track: "V", Rate: timecode.Rate{Num: 25, Den: 1},
		Source: timecode.Range{Start: in, End: out}, Record: timecode.Range{Start: int64(order) * 1000, End: int64(order)*1000 + out - in}}
	return e
}

func cutList(entries ...importers.Entry) *importers.ShotList {
	return &importers.ShotList{Kind: importers.Shots, Source: importers.Source{Name: "cut.edl", Format: "edl", SHA256: "x"}, Entries: entries}
}

// stored makes of a plan's cuts what the store gives back.
func stored(t testing.TB, history []*CutSide, p *Plan) []*CutSide {
	t.Helper()
	for _, c := range p.Cuts {
		side, err := ParseCut(c.Scope, int64(len(history)+1), c.FPS, c.Occurrences)
		if err != nil {
			t.Fatal(err)
		}
		history = append(history, side)
	}
	return history
}

func labelsIn(p *Plan) string {
	out := ""
	for _, l := range p.CutChanges {
		out += l.B + ": " + changesOf(l) + "\n"
	}
	return out
}

func TestPlansAreLabelled(t *testing.T) {
	snap := series()
	opts := Options{Cuts: []*CutSide{}, Handles: 8, Tasks: []string{}}
	first := cutList(event(0, "SQ01", "SH0010", 100, 150), event(1, "SQ01", "SH0020", 200, 250), event(2, "SQ01", "SH0030", 300, 350))
	p := Build(first, nil, snap, opts)
	if got := labelsIn(p); got != "cut.edl: E01/SQ01/SH0010 new_in_cut 0 0; E01/SQ01/SH0020 new_in_cut 0 0; E01/SQ01/SH0030 new_in_cut 0 0\n" {
		t.Fatal(got)
	}
	opts.Cuts = stored(t, opts.Cuts, p)
	if p = Build(first, nil, snap, opts); !p.Empty() || len(p.Cuts) != 0 {
		t.Fatalf("the same cut again: %s", labelsIn(p))
	}

	// SH0010 grows, SH0020 loses its name, SH0030 is gone.
	second := cutList(event(0, "SQ01", "SH0010", 100, 160), event(1, "SQ01", "", 200, 250))
	opts.Omit, opts.HoldOver = OmitEpisode, 1
	p = Build(second, nil, snap, opts)
	want := map[string]string{"update E01/SQ01/SH0010": "[extended_tail]", "omit E01/SQ01/SH0030": "[omitted]"}
	for _, c := range p.Changes {
		key := string(c.Action) + " " + c.Path
		if want[key] != fmt.Sprint(c.Labels) {
			t.Errorf("%s %v", key, c.Labels)
		}
		delete(want, key)
	}
	if len(want) > 0 {
		t.Errorf("missing %v", want)
	}
	for _, code := range []string{NeedsRescan, LostMarker} {
		if !slices.Contains(codes(p.Diagnostics), code) {
			t.Errorf("no %s", code)
		}
	}

	// The name stays lost in the next cut: the shot is still not omitted.
	opts.Cuts = stored(t, opts.Cuts, p)
	for _, c := range Build(second, nil, snap, opts).Changes {
		if c.Action == Omit && c.Path == "E01/SQ01/SH0020" {
			t.Error("a shot whose picture is in the cut is omitted by the second list that does not name it")
		}
	}
}

// TestMovedShotsStayTheSame: where moves are asked for, a new name that stands
// once elsewhere is that shot, used once or more; the cut finds it at its new place.
func TestMovedShotsStayTheSame(t *testing.T) {
	snap := series()
	entity(snap, "q9", hierarchy.Sequence, "e1", "SQ02")
	entity(snap, "s99", hierarchy.Shot, "q1", "SH0990")
	opts := Options{Cuts: []*CutSide{}, Handles: 8, Tasks: []string{}, Move: true}
	first := cutList(event(0, "SQ01", "SH0010", 100, 150), event(1, "SQ01", "SH0990", 200, 250))
	opts.Cuts = stored(t, opts.Cuts, Build(first, nil, snap, opts))
	moved, again := event(1, "SQ02", "SH0990", 200, 260), event(2, "SQ02", "SH0990", 210, 220)
	moved.Occurrence.Reel, again.Occurrence.Reel = "SQ01R", "SQ01R"
	second := cutList(event(0, "SQ01", "SH0010", 100, 150), moved, again)
	p := Build(second, nil, snap, opts)
	if got := labelsIn(p); got != "cut.edl: E01/SQ02/SH0990 new_in_cut,extended_tail,moved,repeated 0 10 rescan\n" {
		t.Errorf("cut: %s", got)
	}
	for _, c := range p.Changes {
		if c.Entity == "shot" && (c.Action != Move && c.Action != Update || c.ID != "s99" || fmt.Sprint(c.Labels) != "[new_in_cut extended_tail moved repeated]") {
			t.Errorf("%s %s %v", c.Action, c.Path, c.Labels)
		}
	}
	if p.Summary["move"]["shot"] != 1 || p.Summary["create"]["shot"] != 0 {
		t.Errorf("summary %v", p.Summary)
	}
	opts.Cuts = stored(t, opts.Cuts, p)
	snap = apply(t, snap, bindAll(t, p, snap))
	if p = Build(second, nil, snap, opts); !p.Empty() {
		t.Errorf("the same again: %v %s", p.Changes, labelsIn(p))
	}
}

// TestListsSpeakForTheirScope: a list that omits in the whole episode is the
// episode's cut, though it names shots of one sequence only.
func TestListsSpeakForTheirScope(t *testing.T) {
	snap := series()
	entity(snap, "q9", hierarchy.Sequence, "e1", "SQ02")
	entity(snap, "s99", hierarchy.Shot, "q9", "SH0990")
	opts := Options{Cuts: []*CutSide{}, Handles: 8, Tasks: []string{}}
	opts.Cuts = stored(t, opts.Cuts, Build(cutList(event(0, "SQ01", "SH0010", 100, 150), event(1, "SQ02", "SH0990", 200, 250)), nil, snap, opts))
	second := cutList(event(0, "SQ01", "SH0010", 100, 150))
	if p := Build(second, nil, snap, opts); !p.Empty() {
		t.Errorf("the sequence's part: %s", labelsIn(p))
	}
	opts.Omit = OmitEpisode
	p := Build(second, nil, snap, opts)
	if got := labelsIn(p); got != "cut.edl: E01/SQ02/SH0990 omitted 0 0\n" || p.Cuts[0].Scope != "E01" {
		t.Errorf("the episode: %s", got)
	}
}

// TestScopesFollowEachOther: a sequence's cut takes the place of its part of
// the episode's, and the episode's that of all its sequences'.
func TestScopesFollowEachOther(t *testing.T) {
	snap := series()
	entity(snap, "q9", hierarchy.Sequence, "e1", "SQ02")
	opts := Options{Cuts: []*CutSide{}, Tasks: []string{}}
	steps := []struct {
		list        *importers.ShotList
		scope, want string
	}{
		{cutList(event(0, "SQ01", "SH0010", 100, 150), event(1, "SQ02", "SH0010", 200, 250)), "E01", "cut.edl: E01/SQ01/SH0010 new_in_cut 0 0; E01/SQ02/SH0010 new 0 0\n"},
		{cutList(event(0, "SQ02", "SH0010", 200, 255)), "E01/SQ02", "cut.edl: E01/SQ02/SH0010 extended_tail 0 5 rescan\n"},
		{cutList(event(0, "SQ01", "SH0010", 100, 150), event(1, "SQ02", "SH0010", 200, 256)), "E01", "cut.edl: E01/SQ02/SH0010 extended_tail 0 1 rescan\n"},
		{cutList(event(0, "SQ01", "", 100, 150), event(1, "SQ02", "SH0010", 200, 256)), "E01/SQ02", "cut.edl: E01/SQ01/SH0010 unlinked 0 0\n"},
	}
	for i, step := range steps {
		p := Build(step.list, nil, snap, opts)
		if got := labelsIn(p); got != step.want {
			t.Errorf("step %d: got %swant %s", i, got, step.want)
		}
		if len(p.Cuts) != 1 || p.Cuts[0].Scope != step.scope {
			t.Fatalf("step %d: cuts %v", i, p.Cuts)
		}
		opts.Cuts = stored(t, opts.Cuts, p)
		again, err := json.Marshal(Build(step.list, nil, snap, opts).CutChanges)
		if err != nil || string(again) != "[]" {
			t.Errorf("step %d again: %s %v", i, again, err)
		}
	}
}
