package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

const readersHead = `# Beside other readers

What established readers make of real and made lists, and what turnover makes of them. The column of the others was recorded beside the corpus, with the versions below; ours is made
anew by ` + "`make readers`" + `, and a test fails when it is no longer true. "As written" compares number, reel, track, edit, the four timecodes and their frames of every event line.
Left out are files that all readers agree upon: %d of %d.

Recorded: %s.

| file | others | turnover |
| --- | --- | --- |
`

// corpusFile is one file of the shared corpus as its manifest tells it.
type corpusFile struct {
	Path, Kind, Note, Expected string
	Rate                       float64
	Verdict                    []string
}

// TestReadersPage keeps docs/readers.md true: no file of the corpus is read
// wrongly in silence.
func TestReadersPage(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "corpus")
	b, err := os.ReadFile(filepath.Join(root, "manifest.json"))
	if err != nil {
		t.Skip("the corpus is not beside the checkout: ../shared/corpus is missing")
	}
	var manifest struct {
		Peers map[string]string
		Files []corpusFile
	}
	if err := json.Unmarshal(b, &manifest); err != nil {
		t.Fatal(err)
	}
	var rows strings.Builder
	agree := 0
	for _, f := range manifest.Files {
		ours := readCorpusFile(t, root, f)
		if strings.Join(f.Verdict, "") == "peers agree with the lines as written" {
			agree++
			if !strings.HasPrefix(ours, "as written") {
				t.Errorf("%s: others agree, ours is %s", f.Path, ours)
			}
			continue
		}
		fmt.Fprintf(&rows, "| %s | %s | %s |\n", f.Path, cellOf(strings.Join(f.Verdict, "; ")), cellOf(ours))
	}
	var peers []string
	for _, name := range []string{"otio", "pycmx", "python_edl", "zou", "pandas", "calamine", "openpyxl"} {
		peers = append(peers, name+" "+manifest.Peers[name])
	}
	want := fmt.Sprintf(readersHead, agree, len(manifest.Files), strings.Join(peers, ", ")) + rows.String()
	page := filepath.Join("..", "..", "docs", "readers.md")
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil || string(got) != want {
		t.Errorf("docs/readers.md is not what the code does (%v): run make readers", err)
	}
}

func cellOf(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(s)
}

// readCorpusFile says in a few words what we make of a file.
func readCorpusFile(t *testing.T, root string, f corpusFile) string {
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(f.Path)))
	if err != nil {
		t.Fatal(err)
	}
	file := importers.File{Name: filepath.Base(f.Path), Bytes: b}
	imp, found := importers.Detect(file, allImporters())
	if imp == nil {
		return "refused: " + strings.TrimPrefix(found[0].Summary, "no shot list: ") + " (" + found[0].Code + ")"
	}
	opts := importers.Options{}
	if f.Rate > 0 {
		if opts.FPS, err = timecode.ParseRate(fmt.Sprint(f.Rate)); err != nil {
			t.Fatal(err)
		}
	} else if f.Kind == "csv" || f.Kind == "xlsx" {
		opts.FPS = timecode.Rate{Num: 25, Den: 1}
	}
	list, more, err := imp.Import(t.Context(), file, opts)
	if err != nil {
		t.Fatal(err)
	}
	if n := list.Lines; n.Understood+n.Ignored+n.InError != n.Total {
		t.Errorf("%s: lines %+v do not add up", f.Path, n)
	}
	out := fmt.Sprintf("%d rows", len(list.Entries))
	switch f.Kind {
	case "edl":
		out = eventsAsWritten(t, root, f, list)
	case "timeline":
		out = fmt.Sprintf("%d clips", len(list.Entries))
	}
	return out + errorsIn(more)
}

// errorsIn lists the first errors with their places, and counts the rest.
func errorsIn(found diag.List) string {
	var out []string
	for _, d := range found {
		if d.Severity == diag.Error {
			_, place, _ := strings.Cut(d.Place.String(), d.Place.File)
			out = append(out, d.Code+" at "+strings.Trim(place, ":[]")+": "+d.Summary)
		}
	}
	if len(out) == 0 {
		return ""
	}
	text := "; " + strings.Join(out[:min(3, len(out))], "; ")
	if len(out) > 3 {
		text += fmt.Sprintf("; and %d more", len(out)-3)
	}
	return text
}

func eventsAsWritten(t *testing.T, root string, f corpusFile, list *importers.ShotList) string {
	var expected struct {
		AsWritten struct {
			Events []struct {
				Num, Reel, Track, Trans string
				Src, Rec                [2]string
				Frames                  struct{ Src, Rec [2]*int64 }
			}
		} `json:"as_written"`
	}
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(f.Expected)))
	if err != nil || json.Unmarshal(b, &expected) != nil {
		t.Fatalf("%s: no yardstick: %v", f.Path, err)
	}
	same := func(want *int64, got int64) bool { return want == nil || *want == got }
	right := 0
	for i, w := range expected.AsWritten.Events {
		if i >= len(list.Events) {
			break
		}
		g := list.Events[i]
		if g.Number == w.Num && g.Reel == w.Reel && g.Track == w.Track && g.Edit == w.Trans &&
			[4]string{g.SourceIn, g.SourceOut, g.RecordIn, g.RecordOut} == [4]string{w.Src[0], w.Src[1], w.Rec[0], w.Rec[1]} &&
			same(w.Frames.Src[0], g.Source.Start) && same(w.Frames.Src[1], g.Source.End) && same(w.Frames.Rec[0], g.Record.Start) && same(w.Frames.Rec[1], g.Record.End) {
			right++
		}
	}
	n := len(expected.AsWritten.Events)
	if right != n || len(list.Events) != n {
		t.Errorf("%s: %d of %d event lines as written, %d read", f.Path, right, n, len(list.Events))
	}
	return fmt.Sprintf("as written, %d of %d event lines", right, n)
}
