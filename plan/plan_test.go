package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// series has two episodes whose sequences and shots bear the same names.
func series() *hierarchy.Snapshot {
	s := production(hierarchy.TVShow)
	for i := 1; i <= 2; i++ {
		ep, sq := hierarchy.ID(fmt.Sprintf("e%d", i)), hierarchy.ID(fmt.Sprintf("q%d", i))
		entity(s, ep, hierarchy.Episode, "", fmt.Sprintf("E0%d", i))
		entity(s, sq, hierarchy.Sequence, ep, "SQ01")
		for j := 1; j <= 3; j++ {
			e := entity(s, hierarchy.ID(fmt.Sprintf("s%d%d", i, j)), hierarchy.Shot, sq, fmt.Sprintf("SH00%d0", j))
			e.NbFrames = hierarchy.Ptr(int64(50))
			e.Data = hierarchy.Data(`{"frame_in":"101","frame_out":"150"}`)
		}
	}
	hero := entity(s, "hero", hierarchy.Asset, "", "Hero")
	hero.EntityTypeID = "et-Characters"
	return s
}

func codes(l diag.List) []string {
	var out []string
	for _, d := range l {
		out = append(out, d.Code)
	}
	return out
}

func TestRules(t *testing.T) {
	with := func(e importers.Entry, f func(*importers.Entry)) importers.Entry { f(&e); return e }
	occ := func(shot string, in, out int64) importers.Entry {
		e := row("E01", "SQ01", shot)
		e.NbFrames = num(out - in)
		e.Occurrence = &importers.Occurrence{Source: timecode.Range{Start: in, End: out}}
		return e
	}
	tests := []struct {
		name    string
		rows    []importers.Entry
		opts    Options
		format  string
		film    bool
		finding string         // must be among the diagnostics
		gate    string         // must be the gate
		want    map[string]int // "action entity" → count, where given
	}{
		{name: "unchanged", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) { e.NbFrames, e.FrameIn, e.FrameOut = num(50), num(101), num(150) })}, want: map[string]int{}},
		{name: "no episode", rows: []importers.Entry{row("", "SQ01", "SH0010")}, finding: NoEpisode},
		{name: "episode by option", rows: []importers.Entry{row("", "SQ01", "SH0010")}, opts: Options{Episode: "E02"}, want: map[string]int{}},
		{name: "film with episode", film: true, rows: []importers.Entry{row("E01", "SQ01", "SH0010")}, finding: FilmEpisode},
		{name: "other project", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) { e.Project = cell("film") })}, finding: OtherProject},
		{name: "count from range", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) { e.FrameIn, e.FrameOut = num(101), num(160) })}, want: map[string]int{"update shot": 1}},
		{name: "three unequal", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) { e.NbFrames, e.FrameIn, e.FrameOut = num(51), num(101), num(150) })}, finding: FramesDiffer},
		{name: "three unequal as Kitsu", opts: Options{AsKitsu: true}, rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) { e.NbFrames, e.FrameIn, e.FrameOut = num(51), num(101), num(150) })},
			finding: FramesDiffer, want: map[string]int{"update shot": 1}},
		{name: "only new shots", opts: Options{NewOnly: true}, rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) { e.NbFrames = num(51) }), row("E01", "SQ01", "SH0090")},
			want: map[string]int{"create shot": 1, "create task": 2}},
		{name: "out before in", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) { e.FrameIn, e.FrameOut = num(150), num(101) })}, finding: OutBeforeIn},
		{name: "negative", rows: []importers.Entry{with(row("E01", "SQ01", "NEG"), func(e *importers.Entry) { e.NbFrames = num(-5) })}, finding: BadFrames},
		{name: "new shot gets tasks", rows: []importers.Entry{row("E01", "SQ01", "SH0090")}, want: map[string]int{"create shot": 1, "create task": 2}},
		{name: "no tasks", rows: []importers.Entry{row("E01", "SQ01", "SH0090")}, opts: Options{Tasks: []string{}}, want: map[string]int{"create shot": 1}},
		{name: "policy no", rows: []importers.Entry{row("E01", "SQ01", "SH0090")}, opts: Options{Create: map[string]Policy{"shots": No}}, finding: Unknown},
		{name: "episodes are held", rows: []importers.Entry{row("E07", "SQ01", "SH0090")}, gate: GateCreate},
		{name: "padding", rows: []importers.Entry{row("E01", "SQ01", "SH10")}, finding: NearMiss, gate: GateNear},
		{name: "one letter", rows: []importers.Entry{row("E01", "SQ01", "SHH0010")}, gate: GateNear},
		{name: "inserted shot is no near miss", rows: []importers.Entry{row("E01", "SQ01", "SH0010A")}, opts: Options{Tasks: []string{}}, want: map[string]int{"create shot": 1}},
		{name: "case", rows: []importers.Entry{row("e01", "sq01", "sh0010")}, finding: Folded, want: map[string]int{}},
		{name: "pattern", rows: []importers.Entry{row("E01", "SQ01", "SH90")}, opts: Options{Pattern: map[string]string{"shot": `SH\d{4}`}}, gate: GatePattern},
		{name: "bad pattern", rows: []importers.Entry{row("E01", "SQ01", "SH90")}, opts: Options{Pattern: map[string]string{"shot": `(`}}, finding: BadOption},
		{name: "repaired", rows: []importers.Entry{row("E01", "SQ01", "1E05")}, gate: GateRepaired},
		{name: "formula error", rows: []importers.Entry{row("E01", "SQ01", "#REF!")}, finding: BadName},
		{name: "twice the same", rows: []importers.Entry{row("E01", "SQ01", "SH0010"), row("E01", "SQ01", "SH0010")}, finding: Twice, want: map[string]int{}},
		{name: "twice otherwise", rows: []importers.Entry{row("E01", "SQ01", "F1"), with(row("E01", "SQ01", "F1"), func(e *importers.Entry) { e.NbFrames = num(20) })}, finding: TwiceDiffers},
		{name: "repeated in a cut", format: "edl", rows: []importers.Entry{occ("SH0010", 0, 30), occ("SH0010", 20, 50)}, finding: Repeated, want: map[string]int{}},
		{name: "bad choice", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) {
			e.Fields = []importers.NamedCell{{Name: "Weather", Cell: cell("hail")}}
		})}, finding: BadField},
		{name: "unset boolean", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) {
			e.Fields = []importers.NamedCell{{Name: "Is Hero", Cell: cell("false")}}
		})}, want: map[string]int{}},
		{name: "omit episode", rows: []importers.Entry{row("E01", "SQ01", "SH0010")}, opts: Options{Omit: OmitEpisode}, gate: GateOmission, want: map[string]int{"omit shot": 2}},
		{name: "omit flag", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) {
			e.Omitted = importers.Flag{State: importers.Present, Value: true}
		})}, want: map[string]int{"omit shot": 1}},
		{name: "unknown status", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) {
			e.Tasks = []importers.TaskCell{{TaskType: "Animation", Field: "status", Cell: cell("great")}}
		})}, finding: UnknownStatus},
		{name: "ambiguous person", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) {
			e.Tasks = []importers.TaskCell{{TaskType: "Animation", Field: "assignations", Cell: cell("Sam Same")}}
		})}, finding: AmbiguousPerson},
		{name: "ambiguous person as Kitsu", opts: Options{AsKitsu: true}, rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) {
			e.Tasks = []importers.TaskCell{{TaskType: "Animation", Field: "assignations", Cell: cell("Sam Same")}}
		})}, finding: AmbiguousPerson, want: map[string]int{"create task": 1, "link assignment": 1}},
		{name: "casting reaches the episode", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) {
			e.AssetsState, e.Assets = importers.Present, []importers.Cast{{Asset: "Hero", Occurrences: 2}}
		})}, want: map[string]int{"link casting": 2}},
		{name: "unknown asset", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) {
			e.AssetsState, e.Assets = importers.Present, []importers.Cast{{Asset: "Hera", Occurrences: 1}}
		})}, finding: CastingWaits},
		{name: "unknown asset where none may be made", opts: Options{Create: map[string]Policy{"assets": No}}, rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) {
			e.AssetsState, e.Assets = importers.Present, []importers.Cast{{Asset: "Hera", Occurrences: 1}}
		})}, finding: UnknownAsset},
		{name: "new asset", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) {
			e.AssetsState, e.Assets = importers.Present, []importers.Cast{{Asset: "Sword", Type: "props", Occurrences: 1}}
		})}, finding: Made, want: map[string]int{"create asset": 1, "link casting": 2}},
		{name: "scene", rows: []importers.Entry{with(row("E01", "SQ01", "SH0010"), func(e *importers.Entry) { e.Scene = cell("SC01") })}, want: map[string]int{"create scene": 1, "link scene_link": 1}},
		{name: "rename by id", rows: []importers.Entry{with(row("E01", "SQ01", "SH0011"), func(e *importers.Entry) { e.ID = cell("s11") })}, want: map[string]int{"update shot": 1}},
		{name: "move by id", rows: []importers.Entry{with(row("E02", "SQ02", "SH0010"), func(e *importers.Entry) { e.ID = cell("s11") })}, want: map[string]int{"create sequence": 1, "move shot": 1}},
		{name: "move onto another", rows: []importers.Entry{with(row("E02", "SQ01", "SH0010"), func(e *importers.Entry) { e.ID = cell("s11") })}, finding: Taken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			snap := series()
			if tt.film {
				snap = production("featurefilm")
			}
			list := sheet(tt.rows...)
			if tt.format != "" {
				list.Source.Format = tt.format
			}
			p := Build(list, nil, snap, tt.opts)
			if tt.finding != "" && !slices.Contains(codes(p.Diagnostics), tt.finding) {
				t.Errorf("diagnostics %v, want %s", p.Diagnostics, tt.finding)
			}
			if got := p.Diagnostics.HasErrors(); got && !p.Empty() {
				t.Error("a plan with errors has changes")
			}
			if (tt.gate != "") != p.Held || tt.gate != "" && p.Gates[0].Code != tt.gate {
				if tt.gate != "" || tt.want != nil {
					t.Errorf("gates %v, want %q", p.Gates, tt.gate)
				}
			}
			if tt.want != nil {
				got := map[string]int{}
				for _, a := range Actions() {
					for entity, n := range p.Summary[string(a)] {
						got[string(a)+" "+entity] += n
					}
				}
				if fmt.Sprint(got) != fmt.Sprint(tt.want) {
					t.Errorf("changes %v, want %v\n%v", got, tt.want, p.Diagnostics)
				}
			}
			if p.Diagnostics.HasErrors() {
				return
			}
			after := apply(t, snap, bindAll(t, p, snap))
			tt.opts.Pending = p.Pending // as the database keeps them
			if again := Build(list, nil, after, tt.opts); !again.Empty() {
				t.Errorf("planned again: %+v %v", again.Changes, again.Diagnostics)
			}
		})
	}
}

func TestStale(t *testing.T) {
	snap := series()
	e := row("E01", "SQ01", "SH0010")
	e.NbFrames = num(60)
	p := Build(sheet(e, row("E01", "SQ01", "NEW"), row("E01", "SQ01", "SH0020")), nil, snap, Options{Omit: OmitListed})
	stored, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back Plan
	if err := json.Unmarshal(stored, &back); err != nil {
		t.Fatal(err)
	}
	bindAll(t, &back, snap)
	for name, disturb := range map[string]func(*hierarchy.Snapshot){
		"value":    func(s *hierarchy.Snapshot) { s.Entity("s11").NbFrames = hierarchy.Ptr(int64(51)) },
		"creation": func(s *hierarchy.Snapshot) { entity(s, "x", hierarchy.Shot, "q1", "NEW").Canceled = true },
		"scope":    func(s *hierarchy.Snapshot) { s.Entity("s12").Canceled = true },
	} {
		other := series()
		disturb(other)
		if _, err := back.Bind(other, hierarchy.Origin{At: when}, ids()); !errors.Is(err, ErrStale) {
			t.Errorf("%s: %v, want stale", name, err)
		}
	}
	elsewhere := series()
	elsewhere.Entity("s23").Canceled = true
	if _, err := back.Bind(elsewhere, hierarchy.Origin{At: when}, ids()); err != nil {
		t.Errorf("a change elsewhere: %v", err)
	}
}

func TestStatusByList(t *testing.T) {
	snap := production("short")
	e := row("", "SQ", "=A1")
	e.Tasks = []importers.TaskCell{
		{TaskType: "animation", Field: "status", Cell: cell("DONE")}, {TaskType: "animation", Field: "comment", Cell: cell("ok")},
		{TaskType: "animation", Field: "assignations", Cell: cell("ada@example.com, sam1@example.com")},
	}
	list := sheet(e)
	snap = apply(t, snap, bindAll(t, Build(list, nil, snap, Options{}), snap))
	var done *hierarchy.Task
	for _, task := range snap.Tasks {
		if task.TaskTypeID == "tt-Animation" {
			done = task
		}
	}
	if done == nil || done.TaskStatusID != "ts-done" || done.DoneDate != when || len(done.Assignees) != 2 {
		t.Fatalf("task %+v", done)
	}
	list.Entries[0].Tasks[0].Cell = cell("retake")
	list.Entries[0].Tasks[2].Cell = cell("Sam Same") // one of them is assigned already
	p := Build(list, nil, snap, Options{})
	comments := 0
	for _, c := range bindAll(t, p, snap) {
		if c.Target().Table == "comments" {
			comments++
		}
	}
	if comments != 1 {
		t.Errorf("%d comments, want 1", comments)
	}
	snap = apply(t, snap, bindAll(t, p, snap))
	if p = Build(list, nil, snap, Options{}); !p.Empty() || !slices.Contains(codes(p.Diagnostics), CommentLeft) {
		t.Errorf("again: %v %v", p.Changes, p.Diagnostics)
	}
}

func TestCastingTasksAndTime(t *testing.T) {
	snap := series()
	list := sheet(
		importers.Entry{Episode: cell("E01"), Sequence: cell("SQ01"), Shot: cell("SH0010"), Details: &importers.Details{Asset: cell("Hero"), AssetType: cell("Characters"), Occurrences: num(3)}},
		importers.Entry{Sequence: cell("Episode"), Shot: cell("E02"), Details: &importers.Details{Asset: cell("Hero"), AssetType: cell("Characters")}})
	list.Kind = importers.Casting
	p := Build(list, nil, snap, Options{})
	if p.Summary["link"]["casting"] != 3 {
		t.Fatalf("summary %v %v", p.Summary, p.Diagnostics)
	}
	snap = apply(t, snap, bindAll(t, p, snap))
	if again := Build(list, nil, snap, Options{}); !again.Empty() {
		t.Errorf("casting again: %v", again.Changes)
	}
	bad := sheet(importers.Entry{Episode: cell("E01"), Sequence: cell("SQ01"), Shot: cell("SH0099"), Details: &importers.Details{Asset: cell("Hero")}})
	bad.Kind = importers.Casting
	if p := Build(bad, nil, snap, Options{}); !slices.Contains(codes(p.Diagnostics), UnknownTarget) {
		t.Errorf("unknown target: %v", p.Diagnostics)
	}

	tasks := sheet(importers.Entry{Episode: cell("E01"), Sequence: cell("SQ01"), Details: &importers.Details{Entity: cell("SH0010"), EntityType: cell("Shot"), TaskType: cell("Layout"), Estimation: cell("240.0"), DueDate: cell("2026-01-20"), Difficulty: cell("4")}})
	tasks.Kind = importers.Tasks
	snap = apply(t, snap, bindAll(t, Build(tasks, nil, snap, Options{}), snap))
	if again := Build(tasks, nil, snap, Options{}); !again.Empty() || len(snap.Tasks) != 1 || snap.Tasks[0].Estimation != 240 {
		t.Errorf("tasks again: %v", again.Changes)
	}

	hours := importers.Entry{Episode: cell("E01"), Sequence: cell("SQ01"), Details: &importers.Details{Entity: cell("SH0010"), TaskType: cell("Layout"), Person: cell("Ada Lovelace"), Date: cell("2026-01-05"), Duration: cell("1,5")}}
	sheetOf := sheet(hours)
	sheetOf.Kind = importers.Timesheet
	sheetOf.Columns = []importers.Column{{Field: "duration", Detail: "hours"}}
	snap = apply(t, snap, bindAll(t, Build(sheetOf, nil, snap, Options{}), snap))
	if snap.Tasks[0].Duration != 90 || len(snap.TimeSpents) != 1 {
		t.Errorf("task %+v", snap.Tasks[0])
	}
	sheetOf.Entries[0].Duration = cell("25")
	p = Build(sheetOf, nil, snap, Options{})
	if !slices.Contains(codes(p.Diagnostics), LongDay) || p.Summary["update"]["time_spent"] != 1 {
		t.Errorf("long day: %v %v", p.Summary, p.Diagnostics)
	}
	sheetOf.Entries[0].Duration = cell("0")
	if p = Build(sheetOf, nil, snap, Options{}); !slices.Contains(codes(p.Diagnostics), BadDuration) {
		t.Errorf("zero: %v", p.Diagnostics)
	}
}

func TestAssetList(t *testing.T) {
	snap := series()
	asset := func(kind, name, episode, text string) importers.Entry {
		return importers.Entry{Episode: cell(episode), Description: cell(text), Details: &importers.Details{AssetType: cell(kind), Asset: cell(name)}}
	}
	list := sheet(asset("characters", "Hero", "", "old"), asset("Props", "Sword", "E01", "sharp"), asset("Props", "Sword", "", "blunt"))
	list.Kind = importers.Assets
	p := Build(list, nil, snap, Options{})
	if p.Summary["update"]["asset"] != 1 || p.Summary["create"]["asset"] != 1 || !slices.Contains(codes(p.Diagnostics), TwiceDiffers) {
		t.Fatalf("%v %v", p.Summary, p.Diagnostics)
	}
	snap = apply(t, snap, bindAll(t, p, snap))
	if again := Build(list, nil, snap, Options{}); !again.Empty() {
		t.Errorf("again: %v", again.Changes)
	}
	for _, e := range snap.OfKind(hierarchy.Asset) {
		if e.Name == "Sword" && (e.SourceID != "e1" || e.Description == nil || *e.Description != "sharp") {
			t.Errorf("sword: %+v", e)
		}
	}
	list.Entries[0].Description = cell("new")
	if only := Build(list, nil, snap, Options{NewOnly: true}); !only.Empty() {
		t.Errorf("only new ones: %v", only.Changes)
	}
	bad := sheet(asset("Nothing", "A", "", ""), asset("Props", "B", "E99", ""))
	bad.Kind = importers.Assets
	if p := Build(bad, nil, snap, Options{}); !slices.Contains(codes(p.Diagnostics), UnknownAssetType) || !slices.Contains(codes(p.Diagnostics), NoEpisode) || !p.Empty() {
		t.Errorf("%v %v", p.Diagnostics, p.Changes)
	}
}

func TestNamesOfEvents(t *testing.T) {
	snap := series()
	e := importers.Entry{NbFrames: num(50), Occurrence: &importers.Occurrence{Source: timecode.Range{Start: 0, End: 50}}, Names: []importers.NamedCell{{Name: "clip_name", Cell: cell("E01_SQ01_SH0010.mov")}}}
	lost := e
	lost.Names = []importers.NamedCell{{Name: "clip_name", Cell: cell("black")}, {Name: "reel", Cell: cell("E01_SQ01_SH0020")}}
	list := sheet(e, lost)
	list.Source.Format = "edl"
	p := Build(list, nil, snap, Options{Names: []string{"{episode}_{sequence}_{shot}"}})
	if !slices.Contains(codes(p.Diagnostics), Unmatched) || p.Gates[0].Code != GateNames || p.Summary["unchanged"]["shot"] != 1 {
		t.Fatalf("%v %v %v", p.Diagnostics, p.Gates, p.Summary)
	}
	if len(p.Cuts) != 1 || p.Cuts[0].Scope != "E01/SQ01" {
		t.Errorf("cuts %+v", p.Cuts)
	}
	if p = Build(sheet(lost), nil, snap, Options{}); !p.Diagnostics.HasErrors() {
		t.Error("a cut without any shot is no error")
	}
}

// Applying a plan and planning again changes nothing, whatever the names.
func TestAgainIsEmpty(t *testing.T) {
	names := []string{"010", "10", "1E05", "=A1", "\u00c9a", "E\u0301a", "a/b", " x ", "SH0010", "sh0010", "a%2Fb", "日本"}
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]string{hierarchy.TVShow, "featurefilm"}).Draw(rt, "kind")
		snap := production(kind)
		var rows []importers.Entry
		for range rapid.IntRange(1, 8).Draw(rt, "rows") {
			name := rapid.SampledFrom(names)
			e := row("", name.Draw(rt, "seq"), name.Draw(rt, "shot"))
			if kind == hierarchy.TVShow {
				e.Episode = cell(rapid.SampledFrom([]string{"E01", "E02"}).Draw(rt, "ep"))
			}
			if rapid.Bool().Draw(rt, "framed") {
				e.FrameIn = num(int64(rapid.IntRange(0, 9).Draw(rt, "in")))
				e.FrameOut = num(int64(rapid.IntRange(9, 20).Draw(rt, "out")))
			}
			if rapid.Bool().Draw(rt, "scene") {
				e.Scene = cell(name.Draw(rt, "scene name"))
			}
			if rapid.Bool().Draw(rt, "cast") {
				e.AssetsState, e.Assets = importers.Present, []importers.Cast{{Asset: name.Draw(rt, "asset"), Type: "Props", Occurrences: 2, Label: "held"}}
			}
			rows = append(rows, e)
		}
		list := sheet(rows...)
		p := Build(list, nil, snap, Options{})
		if q := Build(list, nil, production(kind), Options{}); q.ID != p.ID {
			rt.Fatal("the same input gave another plan")
		}
		if p.Diagnostics.HasErrors() {
			if !p.Empty() {
				rt.Fatal("errors and changes")
			}
			return
		}
		after := apply(t, snap, bindAll(t, p, snap))
		if again := Build(list, nil, after, Options{}); !again.Empty() {
			rt.Fatalf("again: %+v", again.Changes)
		}
	})
}

func BenchmarkTenThousandShots(b *testing.B) {
	snap := production("featurefilm")
	var rows []importers.Entry
	for i := range 10_000 {
		e := row("", fmt.Sprintf("SQ%03d", i/5000), fmt.Sprintf("SH%05d", i))
		e.NbFrames = num(50)
		rows = append(rows, e)
	}
	list := sheet(rows...)
	for b.Loop() {
		bindAll(b, Build(list, nil, snap, Options{}), snap)
	}
}
