package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"turnover/exporters/receipt"
	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
	"turnover/pipeline"
	"turnover/plan"
)

// corpus lists the files of the collected shot lists in a folder.
func corpus(t *testing.T, folder string) []string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "corpus", folder)
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range all {
		if !strings.HasSuffix(name, ".expected.json") {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		t.Skip("the corpus is not beside the checkout: ../shared/corpus is missing")
	}
	return out
}

// reading reads a file as the command does.
func reading(t *testing.T, p *pipeline.Pipeline, f importers.File) *pipeline.Inspection {
	t.Helper()
	rate, err := timecode.ParseRate("25")
	if err != nil {
		t.Fatal(err)
	}
	in, err := p.Inspect(context.Background(), f, importers.Options{FPS: rate})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

var placeJSON = regexp.MustCompile(`"Place":\{[^{}]*\}`)

// says is what a list says, without its places.
func says(t *testing.T, list *importers.ShotList) string {
	t.Helper()
	b, err := json.Marshal(struct {
		Title   string
		Kind    importers.Kind
		Events  []importers.Event
		Entries []importers.Entry
	}{list.Title, list.Kind, list.Events, list.Entries})
	if err != nil {
		t.Fatal(err)
	}
	return string(placeJSON.ReplaceAll(b, nil))
}

// errorCodes are the errors of a file, so that a refused list stays refused for
// the same reasons.
func errorCodes(found diag.List) string {
	var out []string
	for _, d := range found {
		if d.Severity == diag.Error {
			out = append(out, d.Code)
		}
	}
	return strings.Join(out, " ")
}

// TestAnnotatedReadsTheSame annotates every collected list and reads it again,
// and once more: the second copy must say the same too.
func TestAnnotatedReadsTheSame(t *testing.T) {
	a := &app{config: &config{}, now: nil}
	p := a.bare()
	for _, folder := range []string{"edl", "csv", "xlsx"} {
		t.Run(folder, func(t *testing.T) {
			for _, name := range corpus(t, folder) {
				content, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				first := reading(t, p, importers.File{Name: filepath.Base(name), Bytes: content})
				if first.List == nil {
					continue // nobody reads it, so there is nothing to read again
				}
				copied := annotated(t, a, first)
				second := reading(t, p, importers.File{Name: first.File.Name, Bytes: copied})
				if second.List == nil {
					t.Errorf("%s: the copy is not recognised: %v", first.File.Name, second.Found)
					continue
				}
				third := reading(t, p, importers.File{Name: first.File.Name, Bytes: annotated(t, a, second)})
				want := says(t, first.List)
				for i, again := range []*pipeline.Inspection{second, third} {
					if got := says(t, again.List); got != want {
						t.Errorf("%s: copy %d says something else:\n%.3000s\nwant\n%.3000s", first.File.Name, i+1, got, want)
					}
					if got, want := errorCodes(again.Found), errorCodes(first.Found); got != want {
						t.Errorf("%s: copy %d has the errors %s, want %s", first.File.Name, i+1, got, want)
					}
				}
				if first.Importer.Format() == "edl" {
					if got := receipt.WithoutRemarks(copied, first.List.Source.Encoding); !bytes.Equal(got, content) {
						t.Errorf("%s: without the remarks the copy differs from the original", first.File.Name)
					}
				}
			}
		})
	}
}

// annotated plans a list in an empty production and writes its copy.
func annotated(t *testing.T, a *app, in *pipeline.Inspection) []byte {
	t.Helper()
	snap := &hierarchy.Snapshot{Project: &hierarchy.Project{Name: "tv"}}
	made := plan.Build(in.List, in.Found, snap, plan.Options{Names: []string{"{episode}_{sequence}_{shot}", "{shot}"}})
	document := documentOf(in, in.File.Name, a.config.limits().Unzipped)
	var out, same bytes.Buffer
	if err := receipt.Annotate(&out, document, made, receipt.Outcome{}); err != nil {
		t.Fatalf("%s: %v", in.File.Name, err)
	}
	if err := receipt.Annotate(&same, document, made, receipt.Outcome{}); err != nil || !bytes.Equal(out.Bytes(), same.Bytes()) {
		t.Errorf("%s: the same receipt has other bytes (%v)", in.File.Name, err)
	}
	return out.Bytes()
}
