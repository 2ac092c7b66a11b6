package edl

import (
	"context"
	"fmt"
	"reflect"
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
		{"comment first", "* FROM CLIP NAME: A\n" + line, fps25, []string{"EDL015 cut.edl:1:1"}},
		{"markers", line + " |C:ResolveColorBlue |M:Chapter 1 |D:976\n", fps25, []string{"EDL016 cut.edl:1:1"}},
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

func TestMidnight(t *testing.T) {
	list, found := read(t, "001  AX  V  C  23:59:59:00 00:00:01:00 23:59:59:00 00:00:01:00\n", fps25)
	if found.HasErrors() || list.Events[0].Record.Len() != 50 {
		t.Errorf("%+v %v", list.Events[0].Record, found)
	}
}

func TestChannels(t *testing.T) {
	for track, want := range map[string][]string{
		"V": {"V"}, "V2": {"V2"}, "A": {"A"}, "A2": {"A2"}, "A10": {"A10"}, "AA": {"A", "A2"}, "B": {"V", "A"},
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
	f.Add([]byte("001 R V K B 0 1 2 3\n|C:|M:|D:1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := importers.File{Name: "cut.edl", Bytes: b}
		for _, opts := range []importers.Options{fps25, {FPS: timecode.Rate{Num: 30000, Den: 1001}}, {}} {
			list, found, err := New().Import(context.Background(), file, opts)
			if err != nil {
				t.Fatal(err)
			}
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
