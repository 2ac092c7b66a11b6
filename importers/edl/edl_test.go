package edl

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"turnover/importers"
	"turnover/importers/importertest"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

const cut = `TITLE: EP103 R2
FCM: NON-DROP FRAME

001  A001     V     C        01:00:00:00 01:00:02:00 10:00:00:00 10:00:02:00
* FROM CLIP NAME: EP103_SQ010_SH010.mov
* LOC: 10:00:01:00 RED     CHECK
002  A001     V     C        01:00:02:00 01:00:02:00 10:00:02:00 10:00:02:00
002  A002     V     D    012 02:00:00:00 02:00:03:00 10:00:02:00 10:00:05:00
* FROM CLIP NAME: EP103_SQ010_SH010.mov
* TO CLIP NAME: EP103_SQ010_SH020.mov
003  BL       V     C        00:00:00:00 00:00:01:00 10:00:05:00 10:00:06:00
004  A003     AA    C        00:00:00:00 00:00:01:00 10:00:05:00 10:00:06:00
005  A REEL   V     C        00:00:00:00 00:00:01:00 10:00:06:00 10:00:08:00
M2   A_REEL   012.5                00:00:00:00
* FROM CLIP NAME: EP103_SQ010_SH030
`

func read(t testing.TB, text string, opts importers.Options) (*importers.ShotList, diag.List) {
	t.Helper()
	f := importers.File{Name: "cut.edl", Bytes: []byte(text)}
	list, found, err := New().Import(context.Background(), f, opts)
	if err != nil {
		t.Fatal(err)
	}
	importertest.Promises(t, f, list, found)
	return list, found
}

var fps25 = importers.Options{FPS: timecode.Rate{Num: 25, Den: 1}, Names: []string{"{episode}_{sequence}_{shot}"}}

func TestEntries(t *testing.T) {
	for name, text := range map[string]string{
		"LF": cut, "CRLF": strings.ReplaceAll(cut, "\n", "\r\n"), "CR": strings.ReplaceAll(cut, "\n", "\r"), "DOS end marks": cut + "\x1a\x1a\x00\x00",
	} {
		list, found := read(t, text, fps25)
		if found.HasErrors() {
			t.Fatalf("%s: %v", name, found)
		}
		var got []string
		for _, e := range list.Entries {
			o := e.Occurrence
			got = append(got, fmt.Sprintf("%s/%s/%s %d src %d-%d rec %d-%d in %d out %d speed %v", e.Episode.Text, e.Sequence.Text, e.Shot.Text, e.NbFrames.Value,
				o.Source.Start, o.Source.End, o.Record.Start, o.Record.End, o.TransitionIn, o.TransitionOut, o.SpeedFPS))
		}
		want := []string{
			"EP103/SQ010/SH010 62 src 90000-90062 rec 900000-900062 in 0 out 12 speed 0",
			"EP103/SQ010/SH020 75 src 180000-180075 rec 900050-900125 in 12 out 0 speed 0",
			"EP103/SQ010/SH030 50 src 0-25 rec 900150-900200 in 0 out 0 speed 12.5",
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", name, got, want)
		}
		if n := list.Lines; n.Total != 15 || n.Ignored != 1 || n.InError != 0 {
			t.Errorf("%s: lines %+v", name, n)
		}
		if list.Title != "EP103 R2" || len(list.Events) != 6 || list.Events[0].Markers[0].Name != "CHECK" {
			t.Errorf("%s: title %q, %d events", name, list.Title, len(list.Events))
		}
	}
}

func TestFindings(t *testing.T) {
	drop := importers.Options{FPS: timecode.Rate{Num: 30000, Den: 1001}}
	line := "001  AX       V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
	for _, c := range []struct {
		name, text string
		opts       importers.Options
		want       []string // code at line:column, errors and warnings
	}{
		{"no rate", line, importers.Options{}, []string{"EDL002 cut.edl"}},
		{"no event", "TITLE: X\nFCM: NON-DROP FRAME\n", fps25, []string{"EDL001 cut.edl:1"}},
		{"MPlayer", "10.0 20.5 0\n", fps25, []string{"EDL001 cut.edl:1"}},
		{"cut off", line + "002  AX       V     C        00:00:00:00 00:00:01:00 01:00:01:00 01:0\n", fps25, []string{"EDL003 cut.edl:2:1"}},
		{"lost letter", line + "002  AX       V          012 00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00\n", fps25, []string{"EDL003 cut.edl:2:1"}},
		{"rate too low", "001  AX       V     C        00:00:00:00 00:00:01:00 01:00:00:27 01:00:01:00\n", fps25, []string{"EDL004 cut.edl:1:54"}},
		{"source at its own rate", "001  AX       V     C        00:00:00:27 00:00:02:00 01:00:00:00 01:00:01:00\n", fps25, []string{"EDL006 cut.edl:1:30"}},
		{"label that does not exist", "FCM: DROP FRAME\n001  AX  V  C  00:01:00;00 00:01:02;00 01:01:00;02 01:01:02;02\n", drop, []string{"EDL005 cut.edl:2:16"}},
		{"drop where there is none", "FCM: DROP FRAME\n" + line, fps25, []string{"EDL012 cut.edl:1:1"}},
		{"semicolon under non-drop", "FCM: NON-DROP FRAME\n001  AX  V  C  00:00:00;00 00:00:01;00 01:00:00;00 01:00:01;00\n", drop, []string{"EDL013 cut.edl:2:16"}},
		{"backwards", "001  AX       V     C        00:00:02:00 00:00:01:00 01:00:00:00 01:00:01:00\n", fps25, []string{"EDL007 cut.edl:1:42"}},
		{"broken in two", line + "002  B  V  W001  030\n  01:00:00:00 01:00:01:00 01:00:01:00 01:00:02:00\n", fps25, []string{"EDL003 cut.edl:2:1", "EDL008 cut.edl:3:1"}},
		{"bad speed", line + "M2 AX fast 00:00:00:00\n", fps25, []string{"EDL009 cut.edl:2:7"}},
		{"bad colour", line + "* ASC_SOP: asop1\n", fps25, []string{"EDL010 cut.edl:2:1"}},
		{"cut off in the reel", line + "002  A0", fps25, []string{"EDL003 cut.edl:2:1"}},
		{"cut off in the number", line + "002", fps25, []string{"EDL003 cut.edl:2:1"}},
		{"lost letter and timecode", line + "002  AX  V  012  00:00:00:00 00:00:01:00 01:00:01:00\n" + line, fps25, []string{"EDL003 cut.edl:2:1"}},
		{"title's number last", line + "2 films", fps25, nil},
		{"remark first", "* made by hand\nREM nothing\n" + line, fps25, nil},
		{"markers of one frame", "001  AX  V  C  00:00:00:00 00:00:00:01 01:00:00:00 01:00:00:01\n\nLOC: 01:00:00:00 RED SH010|D:44\n", fps25, []string{"EDL016 cut.edl:1:1"}},
		{"comment first", "* FROM CLIP NAME: A\n" + line, fps25, []string{"EDL015 cut.edl:1:1"}},
		{"markers", line + " |C:ResolveColorBlue |M:Chapter 1 |D:976\n", fps25, []string{"EDL016 cut.edl:1:1"}},
		{"absurd dissolve", line + "002  BX  V  D 99999999999 00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00\n", fps25, []string{"EDL021 cut.edl:2:1"}},
		{"dissolve as long as its event", line + "002  BX  V  D 025 00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00\n", fps25, nil},
		{"too many events", line + line + line + "\n", importers.Options{FPS: fps25.FPS, Limits: importers.Limits{Rows: 2}}, []string{"EDL022 cut.edl:4"}},
		{"end of the day", "001  AX  V  C  23:59:59:00 24:00:00:00 23:59:59:00 24:00:00:00\n", fps25, nil},
		{"in at the end of the day", "001  AX  V  C  00:00:00:00 00:00:01:00 24:00:00:00 00:00:01:00\n", fps25, []string{"EDL004 cut.edl:1:40"}},
		{"glued timecodes", line + "002  AX       V     C        00:00:00:0000:00:01:0001:00:01:0001:00:02:00\n" + line, fps25, []string{"EDL003 cut.edl:2:1"}},
		{"no event number", line + "AX  V  C  00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00\n" + line, fps25, []string{"EDL003 cut.edl:2:1"}},
		{"no number, but a reel like one", "A1  V  C  00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00\n" + line, fps25, []string{"EDL003 cut.edl:1:1"}},
		{"feet and frames", line + "002  AX  V  C  0012+05 0013+04 0012+05 0013+04\n" + line, fps25, []string{"EDL003 cut.edl:2:1"}},
		{"timecodes without colons", line + "002  AX  V  C  00000000 00000100 01000100 01000200\n" + line, fps25, []string{"EDL003 cut.edl:2:1"}},
		{"count mode that is none", "FCM: 25 FRAME\n" + line, fps25, []string{"EDL026 cut.edl:1:1"}},
		{"short count modes", "FCM: NDF\n" + line + "FCM: DF\n", drop, nil},
		{"bad template", line, importers.Options{FPS: fps25.FPS, Names: []string{"{nonsense}"}}, []string{"EDL019 cut.edl"}},
	} {
		_, found := read(t, c.text, c.opts)
		var got []string
		for _, d := range found {
			if d.Severity > diag.Info {
				got = append(got, d.Code+" "+d.Place.String())
			}
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, want %v\n%v", c.name, got, c.want, found)
		}
	}
}

// TestNames shows where a name is looked for, best first, with its place.
func TestNames(t *testing.T) {
	line := "001  R1       V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
	pair := line + "002  R1       V     C        00:00:01:00 00:00:01:00 01:00:01:00 01:00:01:00\n002  R2       V     D    005 00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00\n"
	for _, c := range []struct{ text, want string }{
		{line + "* LOC: 01:00:00:00 RED     E_S_LOC\n* COMMENT : E_S_COM\n* FROM CLIP NAME:  E_S_CLIP.mov\n* SOURCE FILE: E_S_FILE\n",
			"clip_name E_S_CLIP.mov 4:20, locator E_S_LOC 2:28, comment E_S_COM 3:13, source_file E_S_FILE 5:16, reel R1 1:1 = E/S/CLIP"},
		{line + "FROM CLIP NAME : E_S_CLIP\n* SOURCE FILE: (NULL)\n", "clip_name E_S_CLIP 2:18, reel R1 1:1 = E/S/CLIP"},
		{line + "* FROM CLIP NAME: E_S_COLD FF\n* FREEZE FRAME\n", "clip_name E_S_COLD 2:19, comment FREEZE FRAME 3:3, reel R1 1:1 = E/S/COLD"},
		{line + "* FROM CLIP NAME: other\n* LOC: 01:00:00:00 RED  E_S_LOC\n", "clip_name other 2:19, locator E_S_LOC 3:25, reel R1 1:1 = E/S/LOC"},
		{pair + "* FROM CLIP NAME: E_S_OUT\n* TO CLIP NAME: E_S_IN\n", "reel R1 1:1 = //; to_clip_name E_S_IN 5:17, reel R2 3:1 = E/S/IN"},
		{strings.Replace(strings.Replace(pair, "002  R1", "FCM: NON-DROP FRAME\n002  R1", 1), "002  R2", "FCM: NON-DROP FRAME\n\n002  R2", 1) + "* FROM CLIP NAME: E_S_OUT\n* TO CLIP NAME: E_S_IN\n",
			"reel R1 1:1 = //; to_clip_name E_S_IN 8:17, reel R2 6:1 = E/S/IN"},
		{line + line + "* FROM CLIP NAME: E_S_A\n" + line + "* FROM CLIP NAME: E_S_B\n",
			"clip_name E_S_A 3:19, reel R1 1:1 = E/S/A; clip_name E_S_A 3:19, reel R1 2:1 = E/S/A; clip_name E_S_B 5:19, reel R1 4:1 = E/S/B"},
		{pair + "* FROM CLIP NAME: E_S_OUT\n", "reel R1 1:1 = //; reel R2 3:1 = //"},
		{strings.Replace(pair, "002  R2", "* FROM CLIP NAME: E_S_OUT\n002  R2", 1) + "* FROM CLIP NAME: E_S_IN\n",
			"reel R1 1:1 = //; clip_name E_S_IN 5:19, reel R2 4:1 = E/S/IN"},
		{strings.Replace(strings.Replace(pair, "002  R1", "* FROM CLIP NAME: E_S_OUT\n002  R1", 1), "002  R2", "* shade\n002  R2", 1) + "* FROM CLIP NAME: E_S_OUT\n",
			"clip_name E_S_OUT 2:19, reel R1 1:1 = E/S/OUT; reel R2 5:1 = //"},
		{line + "*  from   clip  name\tIS E_S_A\n* LOC 01:00:00:00 E_S_LOC 2\n", "clip_name E_S_A 2:25, locator E_S_LOC 2 3:19, reel R1 1:1 = E/S/A"},
		{line + "* SCENE: E_S_A\n* Shot Name : E_S_B\n", "comment E_S_B 3:15, reel R1 1:1 = E/S/B"},
		{line + "* LOC: 01:00:00:00 ResolveColorBlue E_S_A\n", "locator E_S_A 2:37, reel R1 1:1 = E/S/A"},
		{line + "* FROM CLIP NAME: Black Video\n", ""},
		{line + "* FROM CLIP NAME: E_S_BLACK\n", "clip_name E_S_BLACK 2:19, reel R1 1:1 = E/S/BLACK"},
	} {
		list, _ := read(t, c.text, fps25)
		var entries []string
		for _, e := range list.Entries {
			var names []string
			for _, n := range e.Names {
				names = append(names, fmt.Sprintf("%s %s %d:%d", n.Name, n.Cell.Text, n.Cell.Place.Line(), n.Cell.Place.Column()))
			}
			entries = append(entries, fmt.Sprintf("%s = %s/%s/%s", strings.Join(names, ", "), e.Episode.Text, e.Sequence.Text, e.Shot.Text))
		}
		if got := strings.Join(entries, "; "); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// TestTransitions works out lengths under fades and in chains of dissolves.
func TestTransitions(t *testing.T) {
	const a, b, c = " 00:00:10:00 00:00:12:00 01:00:00:00 01:00:02:00\n", " 00:00:20:00 00:00:22:00 01:00:02:00 01:00:04:00\n", " 00:00:30:00 00:00:32:00 01:00:04:00 01:00:06:00\n"
	const none2, none4 = " 00:00:00:00 00:00:00:00 01:00:02:00 01:00:02:00\n", " 00:00:00:00 00:00:00:00 01:00:04:00 01:00:04:00\n"
	for name, c := range map[string]struct{ text, want string }{
		"cuts":                     {"001 A V C" + a + "002 B V C" + b, "A 50+0-0 B 50+0-0"},
		"chain of dissolves":       {"001 A V C" + a + "002 A V C" + none2 + "002 B V D 010" + b + "003 B V C" + none4 + "003 C V D 020" + c, "A 60+0-10 B 70+10-20 C 50+20-0"},
		"glued operand":            {"001 A V C" + a + "002 A V C" + none2 + "002 B V D010" + b, "A 60+0-10 B 50+10-0"},
		"wipe":                     {"001 A V C" + a + "002 A V C" + none2 + "002 B V W001 010" + b, "A 60+0-10 B 50+10-0"},
		"one line only":            {"001 A V C" + a + "002 B V D 010" + b, "A 60+0-10 B 50+10-0"},
		"fade to black":            {"001 A V C" + a + "002 A V C" + none2 + "002 BL V D 010" + b, "A 60+0-10"},
		"fade from black":          {"001 A V C" + a + "002 BL V C" + none2 + "002 B V D 010" + b, "A 50+0-0 B 50+10-0"},
		"sound between":            {"001 A V C" + a + "001 A A C" + a + "002 A V C" + none2 + "002 B V D 010" + b, "A 60+0-10 B 50+10-0"},
		"cut before the dissolve":  {"001 A V C" + a + "002 B V C" + b + "002 C V D 010" + c, "A 50+0-0 B 60+0-10 C 50+10-0"},
		"key over a background":    {"001 A V K B" + a + "001 B V K 000" + a, "A 50+0-0 B 50+0-0"},
		"key with an operand on B": {"001 A V K B 000" + a, "A 50+0-0"},
		"sound and picture":        {"001 A AA/V C" + a + "002 A V C" + none2 + "002 B V D 010" + b, "A 60+0-10 B 50+10-0"},
		"the pair in two layers":   {"001 A B C" + a + "002 A V C" + none2 + "002 B A12V D 010" + b, "A 60+0-10 B 50+10-0"},
		"V is V1":                  {"001 A V1 C" + a + "002 A V C" + none2 + "002 B V D 010" + b, "A 60+0-10 B 50+10-0"},
		"other layer":              {"001 A V2 C" + a + "002 B V D 010" + b, "A 50+0-0 B 50+10-0"},
		"layers":                   {"001 A V C" + a + "002 B V2 C" + a, "A 50+0-0 B 50+0-0"},
	} {
		list, found := read(t, c.text, fps25)
		if found.HasErrors() {
			t.Errorf("%s: %v", name, found)
		}
		var got []string
		for _, e := range list.Entries {
			o := e.Occurrence
			got = append(got, fmt.Sprintf("%s %d+%d-%d", o.Reel, e.NbFrames.Value, o.TransitionIn, o.TransitionOut))
			if o.Source.Len() != e.NbFrames.Value || o.Record.Len() != e.NbFrames.Value {
				t.Errorf("%s: %s has %d frames, source %d, record %d", name, o.Reel, e.NbFrames.Value, o.Source.Len(), o.Record.Len())
			}
		}
		if got := strings.Join(got, " "); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// TestTransitionSpeed lets a retimed clip keep going by its own speed.
func TestTransitionSpeed(t *testing.T) {
	out := " 01:00:00:00 01:00:02:00\n"
	in := "002 A V C 00:00:00:00 00:00:00:00 01:00:02:00 01:00:02:00\n002 B V D 010 00:00:20:00 00:00:22:00 01:00:02:00 01:00:04:00\n"
	for name, c := range map[string]struct {
		text string
		want timecode.Range // of the source that goes out
	}{
		"as shot":                 {"001 A V C 00:00:10:00 00:00:12:00" + out + in, timecode.Range{Start: 250, End: 310}},
		"double":                  {"001 A V C 00:00:10:00 00:00:14:00" + out + "M2 A 050.0 00:00:10:00\n" + in, timecode.Range{Start: 250, End: 370}},
		"half":                    {"001 A V C 00:00:10:00 00:00:11:00" + out + "M2 A 012.5 00:00:10:00\n" + in, timecode.Range{Start: 250, End: 280}},
		"reverse":                 {"001 A V C 00:00:10:00 00:00:12:00" + out + "M2 A -025.0 00:00:12:00\n" + in, timecode.Range{Start: 240, End: 300}},
		"freeze":                  {"001 A V C 00:00:10:00 00:00:10:01" + out + "M2 A 000.0 00:00:10:00\n" + in, timecode.Range{Start: 250, End: 251}},
		"a retime that is untold": {"001 A V C 00:00:10:00 00:00:14:00" + out + in, timecode.Range{Start: 250, End: 370}},
	} {
		list, _ := read(t, c.text, fps25)
		if got := list.Entries[0].Occurrence.Source; got != c.want || list.Entries[0].NbFrames.Value != 60 {
			t.Errorf("%s: source %v, %d frames, want %v, 60", name, got, list.Entries[0].NbFrames.Value, c.want)
		}
	}
}

// TestSplit lets the picture begin later than its sound where a split says so,
// below its event or, in lists that begin with one, above it.
func TestSplit(t *testing.T) {
	first := "001 A AA/V C 00:00:10:00 00:00:12:00 01:00:00:00 01:00:02:00\n"
	second := "002 B B C 00:00:20:00 00:00:22:00 01:00:02:00 01:00:04:00\n"
	for name, c := range map[string]struct{ text, want string }{
		"below":          {first + "SPLIT:    VIDEO DELAY=  00:00:00:08\n" + second, "42 258-300 50 500-550"},
		"above":          {"SPLIT:    VIDEO DELAY=  00:00:00:08\n" + first + "SPLIT:    AUDIO DELAY=  00:00:00:05\n" + second, "42 258-300 50 500-550"},
		"sound":          {first + "SPLIT:    AUDIO DELAY=  00:00:00:08\n" + second, "50 250-300 50 500-550"},
		"too long":       {first + "SPLIT:    VIDEO DELAY=  00:00:09:00\n" + second, "50 250-300 50 500-550"},
		"no timecode":    {first + "SPLIT:    VIDEO DELAY=  soon\n" + second, "50 250-300 50 500-550"},
		"no sound in it": {strings.Replace(first, "AA/V", "V", 1) + "SPLIT:    VIDEO DELAY=  00:00:00:08\n" + second, "50 250-300 50 500-550"},
	} {
		list, found := read(t, c.text, fps25)
		var got []string
		for _, e := range list.Entries {
			got = append(got, fmt.Sprintf("%d %d-%d", e.NbFrames.Value, e.Occurrence.Source.Start, e.Occurrence.Source.End))
		}
		if got := strings.Join(got, " "); got != c.want || found.HasErrors() {
			t.Errorf("%s: got %s, want %s; %v", name, got, c.want, found)
		}
	}
}

// TestLimits stops where it is told to.
func TestLimits(t *testing.T) {
	f := importers.File{Name: "cut.edl", Bytes: []byte(strings.Repeat(cut, 1000))}
	opts := fps25
	opts.Limits.Time = 1
	list, found, err := New().Import(context.Background(), f, opts)
	if err != nil || len(found) == 0 || found[0].Code != CodeTooSlow {
		t.Errorf("no end: %v, %v", found, err)
	}
	importertest.Promises(t, f, list, found)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := New().Import(ctx, importers.File{Name: "empty.edl"}, fps25); err == nil {
		t.Error("a cancelled import of an empty file goes on")
	}
}

// TestCountMode lets FCM govern, whatever the separators, from its line on.
func TestCountMode(t *testing.T) {
	ntsc := importers.Options{FPS: timecode.Rate{Num: 30000, Den: 1001}}
	line := " AX  V  C  00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
	list, _ := read(t, "001"+line+"FCM: DROP FRAME\n002"+line+"FCM: NON-DROP FRAME\n003"+line, ntsc)
	for i, want := range []int64{108000, 107892, 108000} {
		if got := list.Events[i].Record.Start; got != want {
			t.Errorf("event %d begins at %d, want %d", i+1, got, want)
		}
		if got := list.Entries[i].Occurrence.Rate.Drop; got != (i == 1) {
			t.Errorf("event %d: drop frame %v", i+1, got)
		}
	}
	list, found := read(t, "001"+strings.ReplaceAll(line, "0:00 ", "0;00 "), ntsc)
	if got := list.Events[0].Record.Start; got != 107892 || !list.Source.FPS.Drop || found.Count(diag.Warning) > 0 {
		t.Errorf("semicolons without FCM: %d, %+v, %v", got, list.Source.FPS, found)
	}
}

// TestLayouts reads the columns of the family's other members.
func TestLayouts(t *testing.T) {
	const times = "00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00"
	for line, want := range map[string]string{
		"000001  A001_C002_0101AB V     C        " + times:           "000001|A001_C002_0101AB|V|C|0",
		"001 MY REEL 2 V C " + times:                                 "001|MY REEL 2|V|C|0",
		"001\tAX\tV\tC\t\t" + strings.ReplaceAll(times, " ", "\t"):   "001|AX|V|C|0",
		"0001 REEL-01  V1    C    000 " + times:                      "0001|REEL-01|V1|C|0",
		"1 AX AA/V D 12 " + times:                                    "1|AX|AA/V|D|12",
		"001 AX V W001015 " + times:                                  "001|AX|V|W001|15",
		"001 AX V K O 012 " + times:                                  "001|AX|V|KO|12",
		"001 AX V KB " + times:                                       "001|AX|V|KB|0",
		"001 AX V k b (F) " + times:                                  "001|AX|V|KB|0",
		"001A AX V C " + times:                                       "001A|AX|V|C|0",
		"A012 AX V D 012 " + times:                                   "A012|AX|V|D|12",
		"001\u00a0AX\u00a0V\u00a0C " + times:                         "001|AX|V|C|0",
		"001 V C " + times:                                           "001||V|C|0",
		"  001 AX V C " + times + " 00:00:01:00":                     "001|AX|V|C|0",
		"001 AX V C 00.00.00.00 00.00.01.00 01;00;00;00 01,00,01,00": "001|AX|V|C|0",
		"001 AX V C 0 25 01:00:00:00 01:00:01:00":                    "001|AX|V|C|0",
		"001 file_32/129 V C " + times:                               "001|file_32/129|V|C|0",
	} {
		list, found := read(t, line+"\n", fps25)
		if len(list.Events) != 1 || found.HasErrors() {
			t.Errorf("%q: %d events, %v", line, len(list.Events), found)
			continue
		}
		e := list.Events[0]
		if got := fmt.Sprintf("%s|%s|%s|%s|%d", e.Number, e.Reel, e.Track, e.Edit, e.TransitionFrames); got != want || e.Record != (timecode.Range{Start: 90000, End: 90025}) || e.Source.Len() != 25 {
			t.Errorf("%q: got %s, want %s; record %v, source %v", line, got, want, e.Record, e.Source)
		}
	}
}

// TestHostile reads lists made to be slow. What takes the square of their size
// does not end within the limit of go test.
func TestHostile(t *testing.T) {
	const n = 50_000
	event := "001  AX       V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
	for name, text := range map[string]string{
		"one number":      strings.Repeat(event, n) + strings.Repeat("* FROM CLIP NAME: A\nM2 ZZ 012.0 00:00:00:00\n", n),
		"all in error":    strings.Repeat(strings.ReplaceAll(event, "01:00:00:00", "01:00:00:99"), n),
		"all cut off":     strings.Repeat(event[:60]+"\n", n),
		"one long line":   strings.Repeat("001 ", n) + strings.Repeat("|", n),
		"bars and blanks": strings.Repeat("|C:", n) + "\n" + strings.Repeat(" |D:", n),
		"words":           event + strings.Repeat("V C ", 20*n),
		"empty lines":     event + strings.Repeat("\n", 100*n),
		"old line ends":   strings.Repeat(event[:len(event)-1]+"\r", n) + "\n",
		"remarks":         event + strings.Repeat("* (((((((((((((((\n* ASC_SOP ((((((\n", n),
	} {
		t.Run(name, func(t *testing.T) {
			read(t, text, fps25)
			New().Claims(importers.File{Name: "x", Bytes: []byte(text)})
		})
	}
}

// TestDissolveAtMidnight lets what runs past midnight meet what begins there.
func TestDissolveAtMidnight(t *testing.T) {
	list, found := read(t, "001  A  V  C  01:00:00:00 01:00:04:00 23:59:58:00 00:00:02:00\n"+
		"002  A  V  C  01:00:04:00 01:00:04:00 00:00:02:00 00:00:02:00\n002  B  V  D  012 02:00:00:00 02:00:02:00 00:00:02:00 00:00:04:00\n", fps25)
	if o := list.Entries[0].Occurrence; found.HasErrors() || o.TransitionOut != 12 || o.Record.Len() != 112 || list.Entries[1].Occurrence.Record.Len() != 50 {
		t.Errorf("%+v %v", o, found)
	}
}

func TestMidnight(t *testing.T) {
	list, found := read(t, "001  AX  V  C  23:59:59:00 00:00:01:00 23:59:59:00 00:00:01:00\n", fps25)
	if found.HasErrors() || list.Events[0].Record.Len() != 50 {
		t.Errorf("%+v %v", list.Events[0].Record, found)
	}
}

func TestChannels(t *testing.T) {
	for track, want := range map[string][]string{
		"V": {"V"}, "V2": {"V2"}, "A": {"A"}, "A2": {"A2"}, "A10": {"A10"}, "AA": {"A", "A2"}, "B": {"V", "A"},
		"A134V": {"V", "A", "A3", "A4"}, "VA12": {"V", "A", "A2"}, "A10V": {"V", "A10"}, "A3A4": {"A3", "A4"}, "v": {"V"},
		"AA/V": {"V", "A", "A2"}, "A12V": {"V", "A", "A2"}, "A1A2": {"A", "A2"}, "NONE": {}, "A12": {"A12"}, "A1": {"A"},
	} {
		if got := channels(track); !reflect.DeepEqual(append([]string{}, got...), want) {
			t.Errorf("%s: %v, want %v", track, got, want)
		}
	}
}

func TestPromises(t *testing.T) {
	importertest.Run(t, New(),
		[]importers.File{{Name: "cut.edl", Bytes: []byte(cut)}, {Name: "wide.edl", Bytes: wide(cut)}},
		[]importers.File{{Name: "empty.edl"}, {Name: "page.edl", Bytes: []byte("<html></html>")}, {Name: "noise.edl", Bytes: []byte{0, 1, 2, 255, 254, 10, 13}}}, fps25)
}

// wide writes UTF-16LE with its mark.
func wide(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, r := range s {
		out = append(out, byte(r), byte(r>>8))
	}
	return out
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(cut))
	f.Add(wide(cut))
	f.Add([]byte("\v\n*\f\n002"))
	f.Add([]byte("001 R V K B 0 1 2 3\n|C:|M:|D:1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := importers.File{Name: "cut.edl", Bytes: b}
		for _, opts := range []importers.Options{fps25, {FPS: timecode.Rate{Num: 30000, Den: 1001}}, {}} {
			list, found := importertest.Bounded(t, New(), file, opts)
			importertest.Promises(t, file, list, found)
		}
		New().Claims(file)
	})
}

func BenchmarkImport(b *testing.B) {
	var text strings.Builder
	text.WriteString("TITLE: LONG\nFCM: NON-DROP FRAME\n")
	for i := range 100_000 {
		in, out := timecode.Format(int64(i)*10, fps25.FPS), timecode.Format(int64(i+1)*10, fps25.FPS)
		fmt.Fprintf(&text, "%06d  A001     V     C        %s %s %s %s\n* FROM CLIP NAME: E01_SQ%04d_SH%04d\n", i+1, in, out, in, out, i/100, i%100)
	}
	f := importers.File{Name: "long.edl", Bytes: []byte(text.String())}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := New().Import(context.Background(), f, fps25); err != nil {
			b.Fatal(err)
		}
	}
}

// TestLines cuts at every end of a line, also where a file mixes them.
func TestLines(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "a": {"a"}, "a\n": {"a"}, "a\r": {"a"}, "a\r\n": {"a"}, "\n": {""}, "\r": {""}, "\n\n": {"", ""}, "a\r\r\n": {"a", ""},
		"a\nb": {"a", "b"}, "a\rb\n": {"a", "b"}, "a\r\nb\rc\nd\r": {"a", "b", "c", "d"}, "\r\r\n\n": {"", "", ""}, "a\n\rb": {"a", "", "b"}, "a\n\x1a\x00": {"a"},
	} {
		if got := slices.Collect(lines(text)); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestFirst finds the same and counts the same where only the first entries are
// kept; the last of them still keeps going under the transition that follows.
func TestFirst(t *testing.T) {
	split := "001 A AA/V C 00:00:10:00 00:00:12:00 09:00:00:00 09:00:02:00\nSPLIT: VIDEO DELAY= 00:00:00:08\n"
	for _, text := range []string{cut, strings.Repeat(split, 3) + cut + split, split + strings.Repeat(cut, 3)} {
		whole, all := read(t, text, fps25)
		for n := 1; n <= len(whole.Entries)+1; n++ {
			opts := fps25
			opts.First = n
			list, found := read(t, text, opts)
			kept := min(n, len(whole.Entries))
			if !reflect.DeepEqual(found, all) || !reflect.DeepEqual(list.Events, whole.Events) || len(list.Entries) != kept || list.More != len(whole.Entries)-kept {
				t.Fatalf("%d of %d: %d and %d more, %v", n, len(whole.Entries), len(list.Entries), list.More, found)
			}
			for i := range list.Entries {
				if !reflect.DeepEqual(list.Entries[i], whole.Entries[i]) {
					t.Errorf("%d of %d: entry %d is %+v, want %+v", n, len(whole.Entries), i, list.Entries[i], whole.Entries[i])
				}
			}
		}
	}
}
