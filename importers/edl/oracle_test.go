package edl

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"turnover/importers"
	"turnover/importers/importertest"
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
		if err != nil {
			raw, err = os.ReadFile(strings.TrimSuffix(file, ".edl") + ".expected.json")
		}
		if err != nil || json.Unmarshal(raw, &want) != nil {
			t.Fatalf("%s: no yardstick: %v", file, err)
		}
		rate, err := timecode.ParseRate(json.Number(strings.TrimSpace(jsonNumber(want.Rate))).String())
		if err != nil {
			t.Fatal(err)
		}
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
			same := g.Number == w.Num && g.Reel == w.Reel && g.Track == w.Track && g.Edit == w.Trans &&
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
	t.Logf("%d of %d event lines in %d lists as written", equal, total, len(files))
}

func frame(want *int64, got int64) bool { return want == nil || *want == got }

func jsonNumber(f float64) string {
	b, _ := json.Marshal(f)
	return string(b)
}
