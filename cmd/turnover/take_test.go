package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"turnover/importers"
	"turnover/internal/timecode"
	"turnover/pipeline"
	"turnover/schedule"
)

// An inlet is a database with a film, and the lists that are dropped for it.
type inlet struct {
	*testing.T
	db    string
	yaml  string // the configuration, of the same folders
	lists *lists
	log   bytes.Buffer
}

func newInlet(t *testing.T, watch ...watchConfig) *inlet {
	t.Helper()
	in := &inlet{T: t, db: filepath.Join(t.TempDir(), "t.db"), yaml: filepath.Join(t.TempDir(), "turnover.yaml")}
	text := "watch:\n"
	for _, w := range watch {
		w.Folder = filepath.Join(filepath.Dir(in.yaml), w.name())
		if err := os.Mkdir(w.Folder, 0o700); err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprintf("  - {name: %q, folder: %q, project: %q, below: %q}\n", w.name(), w.Folder, w.Project, w.Below)
	}
	if err := os.WriteFile(in.yaml, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := makeStore(t.Context(), in.db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	a := &app{now: time.Now, config: &config{}, log: zerolog.New(&in.log).Level(zerolog.InfoLevel)}
	p := a.bare()
	p.Store = s
	if _, err := p.AddProject(t.Context(), pipeline.ProjectSpec{Name: "film", Type: "film", FPS: timecode.Rate{Num: 24, Den: 1}}); err != nil {
		t.Fatal(err)
	}
	in.lists = newLists(p, watch)
	return in
}

// drop leaves one file and gives the answer, with the receipts by suffix.
func (in *inlet) drop(folder, name string, content []byte) (schedule.Taken, map[string]string) {
	in.Helper()
	d := schedule.Drop{Folder: folder, Nth: 1, Files: []schedule.DropFile{{Path: name, Size: int64(len(content)), ModTime: time.Unix(1_700_000_000, 0)}}}
	return in.leave(d, content)
}

func (in *inlet) leave(d schedule.Drop, contents ...[]byte) (schedule.Taken, map[string]string) {
	in.Helper()
	var all []schedule.Content
	for i, c := range contents {
		all = append(all, schedule.Content{Path: d.Files[i].Path, Bytes: c})
	}
	first, err := in.lists.Take(in.Context(), d, all)
	if err != nil {
		in.Fatal(err)
	}
	again, err := in.lists.Take(in.Context(), d, all)
	if err != nil {
		in.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		in.Errorf("%s: taken again:\n%s", d.Name(), diff)
	}
	receipts := map[string]string{}
	for _, r := range first.Receipts {
		if receipts[r.Suffix] != "" {
			in.Errorf("%s: two receipts are called %s", d.Name(), r.Suffix)
		}
		receipts[r.Suffix] = string(r.Bytes)
	}
	return first, receipts
}

var toldCommands = regexp.MustCompile(`turnover [a-z]+ [a-z0-9 -]+`)

// runs runs the n-th command that the first line of a receipt names.
func (in *inlet) runs(text string, n int) string {
	in.Helper()
	line, _, _ := strings.Cut(text, "\n")
	all := toldCommands.FindAllString(line, -1)
	if len(all) <= n {
		in.Fatalf("no command in %q", line)
	}
	var out, errs bytes.Buffer
	args := strings.Fields(all[n])[1:]
	if code := run(in.Context(), append(args, "--db", in.db), strings.NewReader(""), &out, &errs); code != exitDone {
		in.Errorf("%s: exit %d: %s", all[n], code, errs.String())
	}
	return out.String()
}

const listOfOne = "Sequence,Name,Nb Frames\nSQ010,SH010,48\n"

func TestTakeAnswersInReceipts(t *testing.T) {
	in := newInlet(t, watchConfig{Name: "auto", Folder: "x", Project: "film"}, watchConfig{Name: "careful", Folder: "y", Project: "film", Apply: "hold"})
	ran := 0
	for _, c := range []struct {
		folder, name, text, state, suffixes, first string
		command                                    int
		says                                       string
	}{
		{"auto", "a.csv", listOfOne, schedule.Applied, ".APPLIED.txt", "a.csv was applied to film: created 1 sequence, 1 shot", -1, ""},
		{"auto", "b.csv", listOfOne, schedule.Nothing, ".NOTHING-TO-DO.txt", "b.csv changes nothing: film has all of it already", -1, ""},
		{"careful", "c.csv", listOfOne + "SQ010,SH020,24\n", schedule.Held, ".HELD.csv .HELD.txt", "c.csv waits for a person: nothing was written", 1, ""},
		{"careful", "d.csv", listOfOne + "SQ010,SH030,24\n", schedule.Held, ".HELD.csv .HELD.txt", "d.csv waits for a person", 0, "Applied as import"},
		{"auto", "e.csv", "Sequence,Name,Nb Frames\nSQ010,SH010,many\n", schedule.Rejected, ".REJECTED.csv .REJECTED.txt", "e.csv was rejected for 1 error: nothing was written", -1, ""},
		{"auto", "f.pdf", "%PDF-1.4", schedule.Rejected, ".REJECTED.txt", "f.pdf was rejected for 1 error", -1, ""},
		{"auto", "g.xlsx", "PK\x03\x04", schedule.Rejected, ".REJECTED.txt .REJECTED.xlsx", "g.xlsx was rejected for 1 error", -1, ""},
		{"auto", "list.txt", listOfOne + "SQ010,SH010,x\n", schedule.Rejected, ".REJECTED.csv .REJECTED.txt", "list.txt was rejected for", -1, ""},
	} {
		taken, receipts := in.drop(c.folder, c.name, []byte(c.text))
		suffixes := slices.Sorted(maps.Keys(receipts))
		if taken.State != c.state || strings.Join(suffixes, " ") != c.suffixes {
			t.Errorf("%s: %s with %v", c.name, taken.State, suffixes)
		}
		text := receipts["."+receiptWords[c.state]+".txt"]
		if !strings.HasPrefix(text, c.first) {
			t.Errorf("%s: the receipt begins %q", c.name, strings.SplitN(text, "\n", 2)[0])
		}
		if c.command >= 0 {
			if out := in.runs(text, c.command); !strings.Contains(out, c.says) {
				t.Errorf("%s: the command said %q", c.name, out)
			}
			ran++
		}
		if c.name == "a.csv" && !strings.Contains(text, "production film  [project: film]") {
			t.Errorf("the receipt does not say what was decided:\n%s", text)
		}
		if c.name == "e.csv" && !strings.Contains(text, "SQ010,SH010,many\n                  ^") {
			t.Errorf("no caret under the fault:\n%s", text)
		}
	}
	if ran != 2 {
		t.Error("commands were not run")
	}
	d := schedule.Drop{Folder: "auto", Nth: 1, Older: "cut_v09.csv", Files: []schedule.DropFile{{Path: "cut_v07.csv"}}}
	older, receipts := in.leave(d, []byte(listOfOne+"SQ010,SH080,24\n"))
	if text := receipts[".HELD.txt"]; older.State != schedule.Superseded || !strings.HasPrefix(text, "cut_v07.csv is older than cut_v09.csv, which came before it, and waits for a person: nothing was written. To apply it: turnover apply "+older.Plan+" --yes.") {
		t.Errorf("an older version: %+v:\n%s", older, text)
	}
	_, receipts = in.drop("auto", "z.csv", []byte(listOfOne+"SQ010,SH090,24\n"))
	in.runs(receipts[".APPLIED.txt"], 0) // undo
	if log := in.log.String(); strings.Contains(log, "SH0") || strings.Contains(log, "many") || strings.Count(log, "drop taken") != 20 {
		t.Errorf("the log has cell text, or not a line for each time:\n%s", log)
	}
}

// Each list that is refused is answered in its own file, which is the same list.
func TestTakeAnswersInCopies(t *testing.T) {
	in := newInlet(t, watchConfig{Name: "careful", Folder: "y", Project: "film", Apply: "hold"})
	copies := 0
	for _, folder := range []string{"edl", "csv", "xlsx", "timeline"} {
		for _, path := range corpus(t, folder) {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Base(path)
			taken, receipts := in.drop("careful", name, content)
			if taken.State == schedule.Applied || taken.Message == "" {
				t.Errorf("%s: %+v", name, taken)
			}
			original := reading(t, in.lists.pipeline, importers.File{Name: name, Bytes: content})
			for suffix, text := range receipts {
				if strings.HasSuffix(suffix, ".txt") || original.List == nil {
					continue
				}
				copies++
				again := reading(t, in.lists.pipeline, importers.File{Name: name, Bytes: []byte(text)})
				if again.List == nil || len(again.List.Entries) != len(original.List.Entries) {
					t.Errorf("%s%s is another list", name, suffix)
				}
			}
		}
	}
	if copies < 50 {
		t.Errorf("only %d copies", copies)
	}
}

func TestTakeOfAFolderThatIsGone(t *testing.T) {
	in := newInlet(t)
	d := schedule.Drop{Folder: "gone", Nth: 1, Files: []schedule.DropFile{{Path: "a.csv"}}}
	if _, err := in.lists.Take(context.Background(), d, []schedule.Content{{Path: "a.csv", Bytes: []byte(listOfOne)}}); err == nil {
		t.Error("a drop of a folder that nobody configured was answered")
	}
	if !in.lists.Whole(context.Background(), "gone", schedule.Content{Path: "a.csv", Bytes: []byte(listOfOne)}) {
		t.Error("a list looks as if it broke off")
	}
}

func TestTakeOfASet(t *testing.T) {
	in := newInlet(t, watchConfig{Name: "auto", Folder: "x", Project: "film"})
	in.lists.pipeline.Settings = map[string]pipeline.Settings{"film": {Names: []string{"{sequence}_{shot}"}}}
	event := "TITLE: CUT\n001  AX       V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n* FROM CLIP NAME: SQ010_SH010\n"
	d := schedule.Drop{Folder: "auto", Nth: 1, Files: []schedule.DropFile{{Path: "c_V1.edl"}, {Path: "c_V2.edl"}}}
	taken, receipts := in.leave(d, []byte(event), []byte(strings.ReplaceAll(event, "SH010", "SH020")))
	if text := receipts[".APPLIED.txt"]; taken.State != schedule.Applied || !strings.HasPrefix(text, "c_V1.edl and 1 more was applied to film: created 1 sequence, 2 shots") {
		t.Errorf("%+v:\n%s", taken, text)
	}
}
