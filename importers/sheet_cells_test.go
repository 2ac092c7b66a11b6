package importers

import (
	"context"
	"slices"
	"testing"
	"unsafe"

	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// at gives a sheet's findings of a code as places.
func at(t *testing.T, code string, opts Options, lines ...string) (*ShotList, []string) {
	t.Helper()
	list, found, err := ReadSheet(context.Background(), sheetOf(lines...), opts)
	if err != nil {
		t.Fatal(err)
	}
	var places []string
	for _, d := range found {
		if d.Code == code {
			places = append(places, d.Severity.String()+" "+d.Place.String())
		}
	}
	return list, places
}

func TestSecondsAndFrames(t *testing.T) {
	rate := timecode.Rate{Num: 24, Den: 1}
	for _, header := range []string{"Frames", "Duration", "Duration (s)"} {
		for text, want := range map[string]int64{"12+08": 296, "0+5": 5, "1s08": 32, "2s 3f": 51, "3 + 2": 74} {
			list, read := at(t, CodeDurationRead, Options{FPS: rate}, "Sequence|Shot|"+header, "A|1|"+text)
			if got := list.Entries[0].NbFrames; !got.Given() || got.Value != want || !slices.Equal(read, []string{"info a:1:3"}) {
				t.Errorf("%s %q gives %+v and %q, want %d", header, text, got, read, want)
			}
		}
	}
	if list, bad := at(t, CodeBadDuration, Options{FPS: rate}, "Sequence|Shot|Frames", "A|1|12+24", "A|2|1+2"); !slices.Equal(bad, []string{"error a:2:3"}) || list.Entries[0].NbFrames.Given() {
		t.Errorf("24 frames over a second of 24: %q", bad)
	}
	if _, unread := at(t, CodeDurationUnread, Options{}, "Sequence|Shot|Frames", "A|1|12+08"); !slices.Equal(unread, []string{"warning a:2:3"}) {
		t.Errorf("without a rate: %q", unread)
	}
}

func TestSeveralNames(t *testing.T) {
	for text, want := range map[string]string{
		"SH010, SH020": "error a:2:2", "SH010;020": "error a:2:2", "10, 20": "error a:2:2", "SH010/SH020": "warning a:2:2", "SH010+020": "warning a:2:2",
		"1,5": "", "10/2": "", "Ext. street, night": "", "SH010": "", "Shot 10 / Cam 2": "", "SH010,": "",
	} {
		list, places := at(t, CodeSeveralNames, Options{}, "Sequence|Shot", "A|"+text)
		got := ""
		if len(places) > 0 {
			got = places[0]
		}
		if got != want || (len(list.Entries) == 0) != (want == "error a:2:2") {
			t.Errorf("%q: %d entries and %q, want %q", text, len(list.Entries), got, want)
		}
	}
}

func TestEmptyColumn(t *testing.T) {
	if _, places := at(t, CodeEmptyColumn, Options{}, "Sequence|Shot|Frames|Notes|Frame In", "A|1||x|", "A|2| |x"); !slices.Equal(places, []string{"info a:1:3"}) {
		t.Errorf("empty columns at %q", places)
	}
}

func TestSpot(t *testing.T) {
	text, sheet := diag.Place{File: "a.csv", Line: 2, Column: 1}, diag.Place{File: "a.xlsx", Sheet: "S", Line: 70_000}
	for _, c := range []struct {
		spot  Spot
		entry diag.Place
		want  string
	}{
		{SpotAt(3, 9), text, "a.csv:3:9"}, {Spot{}, text, "a.csv:2:1"}, {SpotAt(3, 0), text, "a.csv:3"}, {SpotAt(3, 70_000), text, "a.csv:3"},
		{SpotAt(70_000, 4), sheet, "a.xlsx[S!D70000]"}, {Spot{}, sheet, "a.xlsx[S!70000]"}, {SpotAt(1<<20, 16384), sheet, "a.xlsx[S!XFD1048576]"},
		{SpotAt(-1, -1), text, "a.csv:2:1"}, {SpotOf(diag.Place{File: "b", Line: 8, Column: 2}), text, "a.csv:8:2"},
	} {
		if got := c.spot.In(c.entry).String(); got != c.want {
			t.Errorf("%+v in %s is %s, want %s", c.spot, c.entry, got, c.want)
		}
	}
}

// A list of a hundred thousand rows must fit into 150 MB: what is added here
// is added to each of them.
func TestLean(t *testing.T) {
	if n := unsafe.Sizeof(Entry{}); n > 448 {
		t.Errorf("an entry takes %d bytes", n)
	}
	if n := unsafe.Sizeof(Cell{}); n > 24 {
		t.Errorf("a cell takes %d bytes", n)
	}
}

func TestSheetOptions(t *testing.T) {
	base := SheetOptions{Sheet: "A", Merged: Fill, HiddenRows: Ignore, StruckRows: Report}
	if got := (SheetOptions{Sheet: "B", HiddenRows: Omit}).Over(base); got != (SheetOptions{Sheet: "B", Merged: Fill, HiddenRows: Omit, StruckRows: Report}) {
		t.Errorf("over: %+v", got)
	}
	for _, bad := range []SheetOptions{{Merged: "no"}, {HiddenRows: "fill"}, {StruckRows: "x"}, {HiddenColumns: Omit}} {
		if bad.Check() == nil {
			t.Errorf("%+v passes", bad)
		}
	}
	if err := base.Check(); err != nil {
		t.Error(err)
	}
}

func FuzzSecondsFrames(f *testing.F) {
	f.Add("12+08")
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := parseSecondsFrames(s, 24); ok && n < 0 {
			t.Fatalf("%q gives %d", s, n)
		}
		alike(s, ",;/")
	})
}

// The quick looks before the patterns may let texts pass, never hold one back.
func TestQuickLooks(t *testing.T) {
	for _, text := range []string{"1E5", "1.5e+10", "3-Jan", "3-févr.", "12-août-26", "Mar-10", "SEPT.-2026", "déc-26", "2026-01-03", "2026-01-03 00:00", "1/2/26", "03.04.2026"} {
		if !rewritten.MatchString(text) || !rewritable(text) {
			t.Errorf("%q is no longer asked about", text)
		}
	}
	for text, want := range map[string]bool{"": false, "0010": true, "-5": true, "1 200": true, "1'200,5": true, "-": false, "1a": false, "a1": false, "١": false} {
		if isNumeric(text) != want {
			t.Errorf("%q is numeric: %v", text, !want)
		}
	}
	for text, want := range map[string]bool{"Sub-Total:": true, "TOTAL": true, "Total 10": false, "Sum": true, "SH010": false, "": false} {
		if isTotalWord(text) != want {
			t.Errorf("%q is a total's word: %v", text, !want)
		}
	}
}
