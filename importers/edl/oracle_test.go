package edl

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"turnover/importers"
	"turnover/importers/importertest"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// corpus finds the shared corpus beside the checkout.
func corpus(t testing.TB) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	path := filepath.Join(dir, "..", "shared", "corpus", "edl")
	if _, err := os.Stat(path); err != nil {
		t.Skip("the corpus is not beside the checkout: ../shared/corpus is missing")
	}
	return path
}

// written is the yardstick of a list: its edit lines as they stand.
type written struct {
	Rate      float64
	AsWritten struct {
		Events []struct {
			Num, Reel, Track, Trans string
			Operand                 *string
			Src, Rec                [2]string
			Frames                  struct{ Src, Rec [2]*int64 }
		}
	} `json:"as_written"`
}

// TestCorpus reads every list of the corpus and compares each event line with
// what stands in the file, column by column, and its frames by the CMX rules.
func TestCorpus(t *testing.T) {
	dir := corpus(t)
	files, _ := filepath.Glob(filepath.Join(dir, "*.edl"))
	total, equal := 0, 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want written
		raw, err := os.ReadFile(file + ".expected.json")
		if err != nil || json.Unmarshal(raw, &want) != nil {
			t.Fatalf("%s: no yardstick: %v", file, err)
		}
		rate := rateOf(t, file)
		f := importers.File{Name: filepath.Base(file), Bytes: b}
		list, found, err := New().Import(context.Background(), f, importers.Options{FPS: rate})
		if err != nil {
			t.Fatal(err)
		}
		importertest.Promises(t, f, list, found)
		events := want.AsWritten.Events
		total += len(events)
		if len(list.Events) != len(events) {
			t.Errorf("%s: %d events, want %d", f.Name, len(list.Events), len(events))
		}
		for i, w := range events {
			if i >= len(list.Events) {
				break
			}
			g := list.Events[i]
			operand := "0"
			if w.Operand != nil {
				operand = *w.Operand
			}
			frames, err := strconv.ParseInt(operand, 10, 64)
			same := err == nil && g.TransitionFrames == frames && g.Number == w.Num && g.Reel == w.Reel && g.Track == w.Track && g.Edit == w.Trans &&
				g.SourceIn == w.Src[0] && g.SourceOut == w.Src[1] && g.RecordIn == w.Rec[0] && g.RecordOut == w.Rec[1] &&
				frame(w.Frames.Src[0], g.Source.Start) && frame(w.Frames.Src[1], g.Source.End) &&
				frame(w.Frames.Rec[0], g.Record.Start) && frame(w.Frames.Rec[1], g.Record.End)
			if same {
				equal++
			} else {
				t.Errorf("%s event %d: got %+v\nwant %+v", f.Name, i, g, w)
			}
		}
	}
	if total == 0 {
		t.Fatal("no event line in the corpus")
	}
	t.Logf("%d of %d event lines in %d lists as written", equal, total, len(files))
}

// TestCorpusFaults pins which lists have errors, and where: the others have none.
func TestCorpusFaults(t *testing.T) {
	dir := corpus(t)
	faults := map[string]string{
		"edl-to-youtube__example.edl":              "EDL016:4 EDL007:34 EDL007:34", // markers; one lies before its own start
		"made-html-saved-as-edl.edl":               "EDL001:1",
		"made-truncated-last-line.edl":             "EDL003:5",
		"otio-cmx3600__comprehensive_features.edl": "EDL003:19 EDL008:20", // events broken in two
		"otio-cmx3600__wipe_transitions.edl":       "EDL003:7 EDL008:8 EDL003:11 EDL008:12",
		"sg-otio__DD_509_LOCKED_VFX_LINK.edl":      "EDL016:5", // markers of one frame each
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.edl"))
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f := importers.File{Name: filepath.Base(file), Bytes: b}
		list, found, err := New().Import(context.Background(), f, importers.Options{FPS: rateOf(t, file)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range found {
			if d.Severity == diag.Error {
				got = append(got, fmt.Sprintf("%s:%d", d.Code, d.Place.Line))
			}
		}
		if got := strings.Join(got, " "); got != faults[f.Name] {
			t.Errorf("%s: got %q, want %q", f.Name, got, faults[f.Name])
		}
		for _, e := range list.Entries {
			if len(e.Names) == 0 || e.Occurrence == nil || !e.NbFrames.Given() {
				t.Errorf("%s:%d: entry without names, occurrence or frames", f.Name, e.Place.Line)
			}
		}
	}
}

// rateOf is the rate that the yardstick gives a list.
func rateOf(t *testing.T, file string) timecode.Rate {
	raw, err := os.ReadFile(file + ".expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var want written
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	rate, err := timecode.ParseRate(jsonNumber(want.Rate))
	if err != nil {
		t.Fatal(err)
	}
	return rate
}

func frame(want *int64, got int64) bool { return want == nil || *want == got }

func jsonNumber(f float64) string {
	b, _ := json.Marshal(f)
	return string(b)
}
