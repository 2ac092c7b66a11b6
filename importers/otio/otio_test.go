package otio

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"turnover/importers"
	"turnover/importers/importertest"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

var fps24 = importers.Options{FPS: timecode.Rate{Num: 24, Den: 1}, Names: []string{"{sequence}_{shot}"}}

func span(start, length, rate float64) string {
	return fmt.Sprintf(`{"OTIO_SCHEMA":"TimeRange.1","start_time":{"OTIO_SCHEMA":"RationalTime.1","value":%v,"rate":%v},"duration":{"OTIO_SCHEMA":"RationalTime.1","value":%v,"rate":%v}}`, start, rate, length, rate)
}

func clip(name, more string, start, length float64) string {
	return fmt.Sprintf(`{"OTIO_SCHEMA":"Clip.2","name":%q,"source_range":%s%s}`, name, span(start, length, 24), more)
}

func gap(length float64) string {
	return fmt.Sprintf(`{"OTIO_SCHEMA":"Gap.1","source_range":%s}`, span(0, length, 24))
}

func dissolve(in, out int) string {
	return fmt.Sprintf(`{"OTIO_SCHEMA":"Transition.1","transition_type":"SMPTE_Dissolve","in_offset":{"OTIO_SCHEMA":"RationalTime.1","value":%d,"rate":24},"out_offset":{"OTIO_SCHEMA":"RationalTime.1","value":%d,"rate":24}}`, in, out)
}

func group(schema, more string, children ...string) string {
	return fmt.Sprintf(`{"OTIO_SCHEMA":"%s.1"%s,"children":[%s]}`, schema, more, strings.Join(children, ","))
}

func track(children ...string) string { return group("Track", `,"kind":"Video"`, children...) }

func whole(more string, tracks ...string) string {
	return `{"OTIO_SCHEMA":"Timeline.1","name":"cut"` + more + `,"tracks":` + group("Stack", "", tracks...) + `}`
}

func load(t testing.TB, text string, opts importers.Options) (*importers.ShotList, diag.List) {
	t.Helper()
	f := importers.File{Name: "cut.otio", Bytes: []byte(text)}
	list, found := importertest.Bounded(t, New(), f, opts)
	importertest.Promises(t, f, list, found)
	return list, found
}

// shape writes entries as "name track source record frames".
func shape(list *importers.ShotList) string {
	var out []string
	for _, e := range list.Entries {
		o := e.Occurrence
		text := fmt.Sprintf("%s %s %d-%d %d-%d", o.Clip, o.Track, o.Source.Start, o.Source.End, o.Record.Start, o.Record.End)
		if o.TransitionIn+o.TransitionOut > 0 {
			text += fmt.Sprintf(" +%d-%d", o.TransitionIn, o.TransitionOut)
		}
		if o.SpeedFPS != 0 || o.Freeze {
			text += fmt.Sprintf(" @%v %v", o.SpeedFPS, o.Freeze)
		}
		if e.NbFrames.Value != o.Record.Len() {
			text += " frames differ"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// TestPlainNumbers reads what JSON does not have as 0, in as many bytes, however
// the text is cut.
func TestPlainNumbers(t *testing.T) {
	text := `{"a":-Infinity,"NaN \" Inf":NaN,"b":[inf,-nan,null,-1],"c\\":Inf}`
	want := `{"a":0        ,"NaN \" Inf":0  ,"b":[0  ,0   ,null,-1],"c\\":0  }`
	for name, in := range map[string]io.Reader{"at once": &plain{text: text}, "by bytes": iotest.OneByteReader(&plain{text: text})} {
		if got, err := io.ReadAll(in); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v\nwant %s", name, got, err, want)
		}
	}
}

// TestKept leaves out what says nothing of the cut, and nothing else.
func TestKept(t *testing.T) {
	root, _, err := read(t.Context(), `{"OTIO_SCHEMA":"Clip.2","metadata":{"x":[{"name":"A"}],"cmx_3600":{"reel":"R","comments":["c",1],"y":{}}},"z":{"name":"B"},"children":[1,{"name":"C"}],
		"media_references":{"DEFAULT_MEDIA":{"name":"D"},"any":{"name":"E","q":1}}}`, importers.Limits{}.WithDefaults())
	if err != nil {
		t.Fatal(err)
	}
	cmx := root.object("metadata").object("cmx_3600")
	if len(root.object("metadata").fields) != 1 || len(cmx.fields) != 2 || cmx.text("reel") != "R" || len(cmx.texts("comments")) != 1 || root.has("z") || len(root.objects("children")) != 1 ||
		root.object("media_references").object("any").text("name") != "E" || len(root.object("media_references").object("any").fields) != 1 {
		t.Errorf("%+v", root.fields)
	}
}

func TestShapes(t *testing.T) {
	warp := func(scale float64) string {
		return fmt.Sprintf(`,"effects":[{"OTIO_SCHEMA":"LinearTimeWarp.1","time_scalar":%v}]`, scale)
	}
	a, b := clip("A", "", 100, 24), clip("B", "", 200, 48)
	for name, c := range map[string]struct{ text, want string }{
		"cuts":                    {whole("", track(a, gap(10), b)), "A V 100-124 0-24; B V 200-248 34-82"},
		"start":                   {whole(`,"global_start_time":{"OTIO_SCHEMA":"RationalTime.1","value":86400,"rate":24}`, track(a)), "A V 100-124 86400-86424"},
		"dissolve":                {whole("", track(a, dissolve(4, 6), b)), "A V 100-130 0-30 +0-10; B V 196-248 20-72 +10-0"},
		"fade out":                {whole("", track(a, dissolve(2, 1), gap(8))), "A V 100-125 0-25 +0-3"},
		"fade in":                 {whole("", track(gap(8), dissolve(2, 1), a)), "A V 98-124 6-32 +3-0"},
		"double speed":            {whole("", track(clip("A", warp(2), 100, 24))), "A V 100-148 0-24 @48 false"},
		"backwards":               {whole("", track(clip("A", warp(-1), 100, 24), dissolve(4, 6), b)), "A V 94-124 0-30 +0-10 @-24 false; B V 196-248 20-72 +10-0"},
		"frozen":                  {whole("", track(clip("A", `,"effects":[{"OTIO_SCHEMA":"FreezeFrame.1"}]`, 100, 24))), "A V 100-101 0-24 @0 true"},
		"layers":                  {whole("", track(a), track(gap(10), b)), "A V1 100-124 0-24; B V2 200-248 10-58"},
		"sound":                   {whole("", track(a), group("Track", `,"kind":"Audio"`, b)), "A V 100-124 0-24"},
		"disabled and black":      {whole("", track(clip("X", `,"enabled":false`, 0, 10), clip("Black", "", 0, 5), a)), "A V 100-124 15-39"},
		"group cut on both sides": {whole("", track(b, group("Stack", `,"source_range":`+span(4, 10, 24), track(a)), a)), "B V 200-248 0-48; A V 104-114 48-58; A V 100-124 58-82"},
		"group without a range":   {whole("", track(group("Track", "", a, b), a)), "A V 100-124 0-24; B V 200-248 24-72; A V 100-124 72-96"},
		"media's range":           {whole("", track(`{"OTIO_SCHEMA":"Clip.1","name":"A","media_reference":{"OTIO_SCHEMA":"ExternalReference.1","available_range":`+span(7, 5, 24)+`}}`)), "A V 7-12 0-5"},
		"active media":            {whole("", track(`{"OTIO_SCHEMA":"Clip.2","name":"A","active_media_reference_key":"hi","media_references":{"lo":{"available_range":`+span(1, 2, 24)+`},"hi":{"available_range":`+span(7, 5, 24)+`}}}`)), "A V 7-12 0-5"},
		"a track alone":           {track(a, b), "A V 100-124 0-24; B V 200-248 24-72"},
		"collection":              {group("SerializableCollection", "", whole("", track(a))), "A V 100-124 0-24"},
		"source at its own rate":  {whole("", track(a, fmt.Sprintf(`{"OTIO_SCHEMA":"Clip.1","name":"C","source_range":%s}`, span(48, 96, 48)))), "A V 100-124 0-24; C V 24-72 24-72"},
	} {
		list, found := load(t, c.text, fps24)
		if got := shape(list); got != c.want || found.HasErrors() {
			t.Errorf("%s: got %s, want %s; %v", name, got, c.want, found)
		}
	}
}

func TestNamesAndRate(t *testing.T) {
	text := whole("", track(fmt.Sprintf(`{"OTIO_SCHEMA":"Clip.1","name":"plate","source_range":%s,"markers":[{"OTIO_SCHEMA":"Marker.2","name":"SQ010_SH020","comment":"here"}],
 "metadata":{"cmx_3600":{"reel":"A001","comments":["SOURCE: x"]}},"media_reference":{"OTIO_SCHEMA":"ExternalReference.1","target_url":"file:///plates/SQ010_SH020.mov"}}`, span(0, 24, 23.976023976023978))))
	list, found := load(t, text, importers.Options{Names: fps24.Names})
	if len(found) > 0 || len(list.Entries) != 1 {
		t.Fatalf("%v, %d entries", found, len(list.Entries))
	}
	e := list.Entries[0]
	var names []string
	for _, n := range e.Names {
		names = append(names, n.Name+"="+n.Cell.Text)
	}
	want := []string{"clip_name=plate", "locator=SQ010_SH020", "comment=here", "comment=SOURCE: x", "source_file=SQ010_SH020.mov", "reel=A001"}
	if !reflect.DeepEqual(names, want) || e.Shot.Text != "SH020" || e.NamedBy != "locator by {sequence}_{shot}" || e.Occurrence.Reel != "A001" {
		t.Errorf("names %v, shot %q by %q", names, e.Shot.Text, e.NamedBy)
	}
	if want := (timecode.Rate{Num: 24000, Den: 1001}); list.Source.FPS != want {
		t.Errorf("rate %v, want %v", list.Source.FPS, want)
	}
}

func TestFindings(t *testing.T) {
	a := clip("A", "", 100, 24)
	for name, c := range map[string]struct{ text, want string }{
		"cut off":            {`{"OTIO_SCHEMA":"Timeline.1",`, "OTI001 cut.otio:1:29"},
		"no object":          {`[1]`, "OTI001 cut.otio:1:1"},
		"more than one":      {whole("", track(a)) + "{}", "OTI001"},
		"an effect":          {`{"OTIO_SCHEMA":"LinearTimeWarp.1"}`, "OTI002 cut.otio:1:1"},
		"only sound":         {whole("", group("Track", `,"kind":"Audio"`, a)), "OTI002"},
		"only black":         {whole("", track(clip("black", "", 0, 24))), "OTI002"},
		"no length":          {whole("", track(a, "\n"+`{"OTIO_SCHEMA":"Clip.1","name":"B"}`)), "OTI004 cut.otio:2:1"},
		"unknown kind":       {whole("", track(a, fmt.Sprintf(`{"OTIO_SCHEMA":"Cloud.1","source_range":%s}`, span(0, 1, 24)))), "OTI003"},
		"no rate":            {whole("", track(strings.ReplaceAll(a, `"rate":24`, `"rate":0`))), "OTI005"},
		"off the frame":      {whole("", track(clip("A", "", 0.5, 24))), "OTI006"},
		"other rate":         {strings.ReplaceAll(whole("", track(a)), `"rate":24`, `"rate":25`), "OTI011"},
		"warp of a group":    {whole("", track(group("Stack", `,"effects":[{"OTIO_SCHEMA":"LinearTimeWarp.1","time_scalar":2}]`, track(a)))), "OTI008"},
		"deep":               {strings.Repeat(`{"a":`, 300), "OTI009"},
		"two timelines":      {group("SerializableCollection", "", whole("", track(a)), whole("", track(a))), "OTI003"},
		"absurd time":        {whole("", track(a, clip("B", "", 1e300, 24))), "OTI005"},
		"odd numbers inside": {whole(`,"metadata":{"a":Inf,"b":-Infinity,"c":NaN,"d":"a \"nan\" b"}`, track(a)), ""},
	} {
		_, found := load(t, c.text, fps24)
		var got []string
		for _, d := range found {
			if d.Severity > diag.Info {
				got = append(got, d.Code+" "+d.Place.String())
			}
		}
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) == 0 || !strings.HasPrefix(got[0], c.want)) {
			t.Errorf("%s: got %v, want %s; %v", name, got, c.want, found)
		}
	}
}

// TestCorpus compares with what OpenTimelineIO itself makes of its files: names,
// places and lengths of all clips, worked out by hand from its tree.
func TestCorpus(t *testing.T) {
	for file, want := range map[string]string{
		"OpenTimelineIO__multitrack.otio": "tech.fux (loop)-HD.mp4 V1 0-720 0-720; t-hawk (loop)-HD.mp4 V2 0-480 482-962; out-b (loop)-HD.mp4 V1 0-722 803-1525; " +
			"KOLL-HD.mp4 V3 0-640 1198-1838; brokchrd (loop)-HD.mp4 V1 0-720 1957-2677",
		"OpenTimelineIO__clip_example.otio": "Clip-001 V 3-7 8-12 +0-3",
		"OpenTimelineIO__big_int.otio":      "",
		"OpenTimelineIO__nested_example.otio": "Normal Clip 1 V 135-373 0-238; Clip Inside A Stack 1 V 373-404 238-269; Normal Clip 2 V 101-134 269-302; " +
			"Clip Inside A Stack 2 V 429-453 302-326; Normal Clip 3 V 179-242 331-394; Clip Inside A Track V 471-472 394-395; Normal Clip 4 V 135-373 398-636",
	} {
		path := filepath.Join("..", "..", "..", "shared", "corpus", "timeline", file)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Skip("the corpus is not beside the checkout: ../shared/corpus is missing")
		}
		list, found := load(t, string(b), fps24)
		if got := shape(list); got != want {
			t.Errorf("%s: got %s\nwant %s\n%v", file, got, want, found)
		}
	}
}

func TestPromises(t *testing.T) {
	importertest.Run(t, New(), []importers.File{{Name: "cut.otio", Bytes: []byte(whole("", track(clip("SQ_A", "", 1, 24), dissolve(2, 2), clip("SQ_B", "", 1, 24))))}},
		[]importers.File{{Name: "empty.otio"}, {Name: "list.otio", Bytes: []byte("{}")}, {Name: "noise.otio", Bytes: []byte{'{', 0, 255}}}, fps24)
}

// TestContiguous lays random clips one after the other: no frame of the
// timeline is without one, and none has two.
func TestContiguous(t *testing.T) {
	var clips []string
	total := int64(0)
	for i := range 200 {
		n := int64(1 + i*7919%97)
		clips = append(clips, clip(fmt.Sprintf("SQ_%d", i), "", float64(i), float64(n)))
		total += n
	}
	list, _ := load(t, whole("", track(clips...)), fps24)
	at := int64(0)
	for _, e := range list.Entries {
		if e.Occurrence.Record.Start != at {
			t.Fatalf("%s begins at %d, not %d", e.Occurrence.Clip, e.Occurrence.Record.Start, at)
		}
		at = e.Occurrence.Record.End
	}
	if at != total || list.Lines.Understood != 200 {
		t.Errorf("%d frames, want %d; lines %+v", at, total, list.Lines)
	}
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(whole("", track(clip("A", "", 1, 24), dissolve(2, 2), group("Stack", "", track(gap(3)))))))
	f.Add([]byte(`{"OTIO_SCHEMA":"Track.1","children":[{"OTIO_SCHEMA":"Clip.1","source_range":{"duration":{"value":Inf,"rate":1e9}}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		New().Claims(importers.File{Name: "cut.otio", Bytes: b})
		load(t, string(b), fps24)
	})
}

// TestOnlyBlack lets a timeline pass whose picture shows no shot: it was read.
func TestOnlyBlack(t *testing.T) {
	list, found := load(t, whole("", track(clip("black", "", 0, 24))), fps24)
	if found.HasErrors() || len(list.Entries) > 0 || list.Lines.Total != 1 || list.Lines.InError > 0 {
		t.Errorf("%d entries, lines %+v, %v", len(list.Entries), list.Lines, found)
	}
}
