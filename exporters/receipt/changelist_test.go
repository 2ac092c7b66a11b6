package receipt

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"turnover/plan"
)

// changes is a change list with each kind of line.
func changes() *plan.ChangeList {
	n := func(v int64) *int64 { return &v }
	rng := func(in, out int64, first int64) *plan.ShotRange {
		return &plan.ShotRange{Source: plan.FrameRange{In: in, Out: out}, HeadIn: n(first), CutIn: n(first + 8), CutOut: n(first + 8 + out - in - 1), TailOut: n(first + 15 + out - in)}
	}
	use := func(event, sin, sout, rin string) plan.OccurrenceChange {
		return plan.OccurrenceChange{OccurrenceSide: plan.OccurrenceSide{Event: event, SourceIn: sin, SourceOut: sout, RecordIn: rin, RecordOut: "10:00:59:00", Place: "v2.edl:" + event}}
	}
	first := int64(1001)
	return &plan.ChangeList{A: "EP103_v1.edl", B: "EP103_v2.edl", FPS: "25", Handles: 8, FirstFrame: &first,
		Summary: map[string]int{"new": 1, "omitted": 1, "extended_tail": 1, "trimmed_head": 1, "slipped": 1, "repeated": 1, "rescan": 1, "unchanged": 37, "ambiguous": 1},
		Shots: []plan.ShotChange{
			{Path: "EP103/SQ010/SH0010", Labels: []string{"unchanged"}, Before: rng(0, 50, 1001), After: rng(0, 50, 1001)},
			{Path: "EP103/SQ010/SH0020", Labels: []string{"extended_tail", "trimmed_head"}, Rescan: true, HeadDelta: 4, TailDelta: 12, Before: rng(90000, 90050, 1001), After: rng(90004, 90062, 1001),
				Reasons: []string{"tail out 90062 lies 4 frames outside what was turned over (90000–90058)"}, Occurrences: []plan.OccurrenceChange{use("002", "01:00:00:04", "01:00:02:12", "10:00:02:00")}},
			{Path: "EP103/SQ010/SH0025", Labels: []string{"new"}, After: rng(10, 60, 1001), Reasons: []string{"the old cut does not have it"}, Occurrences: []plan.OccurrenceChange{use("003", "02:00:00:10", "02:00:02:10", "10:00:04:08")}},
			{Path: "EP103/SQ010/SH0030", Labels: []string{"slipped", "repeated"}, HeadDelta: -3, TailDelta: -3, Before: rng(100, 150, 1001), After: rng(97, 147, 1001),
				Occurrences: []plan.OccurrenceChange{use("004", "03:00:01:22", "03:00:02:22", "10:00:06:08"), use("009", "03:00:00:20", "03:00:02:00", "10:00:16:00")}},
			{Path: "A CLIP WITHOUT MARKER.mov", Labels: []string{"ambiguous"}, After: &plan.ShotRange{Source: plan.FrameRange{In: 5, Out: 6}}},
			{Path: "=EP103/SQ010/SH0040", Labels: []string{"omitted"}, Before: rng(10, 60, 1001), Reasons: []string{"the new cut does not have it"},
				Occurrences: []plan.OccurrenceChange{{Before: &plan.OccurrenceSide{SourceIn: "04:00:00:10", SourceOut: "04:00:02:10", RecordIn: "10:00:20:00"}}}},
		}}
}

func TestChangeListText(t *testing.T) {
	var b strings.Builder
	if err := ChangeListText(&b, changes()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"EP103_v1.edl → EP103_v2.edl\n5 changed shots: 1 to rescan, 1 new, 1 omitted, 1 ambiguous, 1 extended tail, 1 trimmed head, 1 slipped, 1 repeated, 37 unchanged.\n",
		"25 fps, handles of 8 frames, head in is frame 1001.",
		"RESCAN extended tail, trimmed head  +4    +12   1009–1058  1009–1066  01:00:00:04–01:00:02:12  10:00:02:00  tail out",
		"slipped, repeated                   -3    -3",
		"03:00:00:20–03:00:02:22  10:00:06:08  2 uses\n",
		"O  =EP103/SQ010/SH0040", "04:00:00:10–04:00:02:10  10:00:20:00  the new cut",
		"?  A CLIP WITHOUT MARKER.mov  ambiguous                                                  5–5\n",
		"Left out: 37 shots unchanged.\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "SH0010") {
		t.Errorf("the unchanged shot has a line:\n%s", b.String())
	}
	b.Reset()
	if err := ChangeListText(&b, &plan.ChangeList{A: "a\x1b[2J", B: "b", FPS: "24", Drop: true, Summary: map[string]int{"unchanged": 1}}); err != nil || !strings.Contains(b.String(), "No changes: 1 shot unchanged.\n24 fps drop frame") || strings.ContainsRune(b.String(), 0x1b) {
		t.Errorf("nothing changed: %v\n%s", err, b.String())
	}
}

func book(t *testing.T, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestChangeListExcel(t *testing.T) {
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := ChangeListExcel(b, changes()); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same list gives other bytes")
	}
	f := book(t, first.Bytes())
	rows, err := f.GetRows(changeSheet)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(rows, func(row []string) bool { return len(row) > 1 && row[1] == "shot" })
	if at < 0 {
		t.Fatalf("no header in %v", rows)
	}
	want := []string{"E", "EP103/SQ010/SH0020", "extended tail, trimmed head", "RESCAN", "+4", "+12", "1009", "1058", "1009", "1066", "01:00:00:04", "01:00:02:12", "10:00:02:00"}
	if got := rows[at+1]; !slices.Equal(got[:len(want)], want) {
		t.Errorf("first line is %q, want %q", got, want)
	}
	if got := rows[at+5][1]; got != "=EP103/SQ010/SH0040" {
		t.Errorf("the last path is %q", got)
	}
	name := fmt.Sprintf("B%d", at+6)
	if formula, err := f.GetCellFormula(changeSheet, name); err != nil || formula != "" {
		t.Errorf("%s is a formula: %q, %v", name, formula, err)
	}
	if kind, err := f.GetCellType(changeSheet, fmt.Sprintf("E%d", at+2)); err != nil || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
		t.Errorf("a delta is no number: %v, %v", kind, err)
	}
	props, err := f.GetSheetProps(changeSheet)
	layout, err2 := f.GetPageLayout(changeSheet)
	if err != nil || err2 != nil || !*props.FitToPage || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 || *layout.Size != 9 {
		t.Errorf("page: %v %v %+v", err, err2, layout)
	}
	titles := ""
	for _, d := range f.GetDefinedName() {
		if d.Name == "_xlnm.Print_Titles" {
			titles = d.RefersTo
		}
	}
	if want := fmt.Sprintf("'Changes'!$%d:$%d", at+1, at+1); titles != want {
		t.Errorf("repeated rows %q, want %q", titles, want)
	}
	if panes, err := f.GetPanes(changeSheet); err != nil || !panes.Freeze || panes.YSplit != at+1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if !strings.Contains(fmt.Sprint(rows), "37 shots unchanged and left out.") {
		t.Error("the unchanged shots are not counted")
	}
}
