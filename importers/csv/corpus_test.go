package csv

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// shared gives the folder of the collected files beside the checkout.
func shared(t testing.TB) string {
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	folder := filepath.Join(dir, "..", "shared")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the collected files are not beside the checkout: %v", err)
	}
	return folder
}

func read(t testing.TB, path string, opts importers.Options) (*importers.ShotList, diag.List) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, filepath.Base(path), string(b), opts)
}

func parse(t testing.TB, name, text string, opts importers.Options) (*importers.ShotList, diag.List) {
	t.Helper()
	list, found, err := New().Import(context.Background(), importers.File{Name: name, Bytes: []byte(text)}, opts)
	if err != nil {
		t.Fatalf("import %s: %v", name, err)
	}
	if l := list.Lines; l.Understood+l.Ignored+l.InError != l.Total {
		t.Errorf("%s: lines do not add up: %+v", name, l)
	}
	return list, found
}

// say writes an entry as episode/sequence/scene/shot=frames[in-out].
func say(e importers.Entry) string {
	name := func(c importers.Cell) string {
		if !c.Given() {
			return "-"
		}
		return c.Text
	}
	s := strings.Join([]string{name(e.Episode), name(e.Sequence), name(e.Scene), name(e.Shot)}, "/")
	for i, n := range []importers.Number{e.NbFrames, e.FrameIn, e.FrameOut} {
		s += []string{"=", " ", "-"}[i]
		if n.Given() {
			s += itoa(n.Value)
		}
	}
	return s
}

func itoa(n int64) string {
	if n >= 10 {
		return itoa(n/10) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

// codes gives errors and warnings as "CODE place".
func codes(found diag.List, least diag.Severity) []string {
	var out []string
	for _, d := range found {
		if d.Severity >= least {
			out = append(out, d.Code+" "+strings.TrimPrefix(d.Place.String(), d.Place.File))
		}
	}
	return out
}

func TestCorpus(t *testing.T) {
	for _, c := range []struct {
		file, dialect, encoding string
		lines                   importers.Lines
		entries                 int
		first, last             string
		found                   []string // errors and warnings
	}{
		{"made-duplicate-header-and-shots", "comma", "utf-8", importers.Lines{Total: 4, Understood: 4}, 4, "-/SQ010/-/SH0010=48 -", "-/SQ010/-/SH0020=52 -", []string{"SHT011 :1:21"}},
		{"made-european-decimals", "semicolon", "windows-1252", importers.Lines{Total: 3, Understood: 3}, 3, "-/SQ010/-/P010=87 -", "-/SQ020/-/P010=30012 -", []string{"CSV005 :1"}},
		{"made-excel-mangled-ids", "comma", "utf-8", importers.Lines{Total: 4, Understood: 3, InError: 1}, 4, "-/-/1/10= -", "-/-/-/+10= -", []string{"SHT012 :1:12", "SHT014 :1", "SHT021 :5:1", "SHT024 :5:13"}},
		{"made-flow-shotgrid-export", "comma", "utf-8-bom", importers.Lines{Total: 2, Understood: 2}, 2, "ep101/bunny_010/-/bunny_010_0010=48 1009-1056", "ep101/bunny_010/-/bunny_010_0020=12 1009-1020", nil},
		{"made-grouped-blank-sequence", "comma", "utf-8", importers.Lines{Total: 12, Understood: 12}, 12, "E01/SQ010/-/SH0010=80 1001-1080", "E01/SQ030/-/SH0040=158 1001-1158", []string{"SHT028 :3:2"}},
		{"made-mixed-encoding", "comma", "windows-1252", importers.Lines{Total: 5, Understood: 5}, 5, "E01/SQ010/-/SH0010=94 1001-1094", "E01/SQ030/-/SH0900=24 1001-1024", []string{"CSV005 :6"}},
		{"made-pipe-storyboardpro", "pipe", "utf-8", importers.Lines{}, 0, "", "", []string{"SHT003 :1"}},
		{"made-ragged-and-bad-values", "comma", "utf-8", importers.Lines{Total: 6, Understood: 4, InError: 2}, 5, "E01/SQ010/-/SH0010=78 1001-1078", "E01/SQ030/-/SH0020=158 1001-1158", []string{"SHT040 :3", "SHT041 :4:58", "SHT030 :5:38", "SHT020 :6:11"}},
		{"made-single-column", "comma", "utf-8", importers.Lines{Total: 3, Understood: 3}, 3, "-/-/-/SQ010_SH0010= -", "-/-/-/SQ020_SH0010= -", []string{"SHT014 :1"}},
		{"made-studiobinder-style", "comma", "utf-8", importers.Lines{Total: 3, Understood: 3}, 3, "-/-/1/1= -", "-/-/2/1= -", []string{"SHT014 :1"}},
		{"made-tab-utf16le", "tab", "utf-16le", importers.Lines{Total: 12, Understood: 12}, 12, "E01/SQ010/-/SH0010=138 1001-1138", "E01/SQ030/-/SH0040=91 1001-1091", nil},
		{"made-title-rows-above-header", "comma", "utf-8", importers.Lines{Total: 10, Understood: 10}, 10, "E01/SQ010/-/SH0010=117 1001-1117", "E01/SQ030/-/SH0020=47 1001-1047", nil},
		{"made-unclosed-quote", "comma", "utf-8", importers.Lines{Total: 6, Understood: 5, InError: 1}, 6, "E01/SQ010/-/SH0010=51 1001-1051", "E01/SQ030/-/SH0910=24 1001-1024", []string{"CSV007 :6:18"}},
		{"made-xlsx-renamed", "", "", importers.Lines{}, 0, "", "", []string{"CSV002 "}},
		{"rl_postflow__RL_O2B_UNDLM_SUIVI_ANIM_-_SHOTS_TRACK", "comma", "utf-8", importers.Lines{Total: 520, Understood: 520}, 520, "-/SQ01/-/UNDLM_00001= -", "-/SQ28/-/UNDLM_00520= -", []string{"SHT012 :1:1", "SHT012 :1:13", "SHT027 :144:5", "SHT027 :246:5", "SHT027 :399:5", "SHT027 :400:5", "SHT034 :1:186"}},
	} {
		t.Run(c.file, func(t *testing.T) {
			list, found := read(t, filepath.Join(shared(t), "corpus", "csv", c.file+".csv"), importers.Options{})
			if list.Source.Dialect != c.dialect || list.Source.Encoding != c.encoding {
				t.Errorf("read as %q in %q, want %q in %q", list.Source.Dialect, list.Source.Encoding, c.dialect, c.encoding)
			}
			if list.Lines != c.lines || len(list.Entries) != c.entries {
				t.Errorf("%+v and %d entries, want %+v and %d", list.Lines, len(list.Entries), c.lines, c.entries)
			}
			if got := codes(found, diag.Warning); !slices.Equal(got, c.found) {
				t.Errorf("found %q, want %q", got, c.found)
			}
			if n := len(list.Entries); n > 0 && (say(list.Entries[0]) != c.first || say(list.Entries[n-1]) != c.last) {
				t.Errorf("first %q, last %q; want %q, %q", say(list.Entries[0]), say(list.Entries[n-1]), c.first, c.last)
			}
		})
	}
}

// The trackers of real productions give lengths as timecodes.
func TestCorpusTimecodes(t *testing.T) {
	list, found := read(t, filepath.Join(shared(t), "corpus", "csv", "rl_postflow__RL_O2B_UNDLM_SUIVI_ANIM_-_SHOTS_TRACK.csv"), importers.Options{FPS: timecode.Rate{Num: 25, Den: 1}})
	if got := list.Entries[0].NbFrames; !got.Given() || got.Value != 9*25+3 {
		t.Errorf("00:00:09:03 at 25 gives %+v, want 228 frames", got)
	}
	if !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Code == importers.CodeDurationRead && d.Severity == diag.Info }) {
		t.Errorf("nothing says that frames came from a duration: %q", codes(found, diag.Info))
	}
}

// What Kitsu exports must be read as what it is.
func TestKitsuExports(t *testing.T) {
	for _, c := range []struct {
		file    string
		kind    importers.Kind
		entries int
		errors  []string
	}{
		{"tv/answers/csv/shots.csv", importers.Shots, 274, nil},
		{"tv/answers/csv/shots_episode_id.csv", importers.Shots, 64, nil},
		{"tv/answers/csv/casting.csv", importers.Casting, 0, nil},
		{"tv/answers/csv/casting_is_shot_casting.csv", importers.Casting, 487, nil},
		{"tv/answers/csv/tasks.csv", importers.Tasks, 1666, nil},
		{"film/answers/csv/shots.csv", importers.Shots, 52, nil},
		{"film/answers/csv/casting_is_shot_casting.csv", importers.Casting, 82, nil},
		{"film/answers/csv/tasks.csv", importers.Tasks, 1670, nil},
		{"edge/answers/csv/shots.csv", importers.Shots, 35, []string{"SHT031 :31:38"}},
		{"edge/answers/csv/shots_episode_id.csv", importers.Shots, 21, nil},
		{"edge/answers/csv/casting_is_shot_casting.csv", importers.Casting, 7, nil},
		{"edge/answers/csv/tasks.csv", importers.Tasks, 1670, nil},
		{"tv/answers/csv/assets.csv", importers.Shots, 0, []string{"SHT003 :1"}},
	} {
		list, found := read(t, filepath.Join(shared(t), "productions", c.file), importers.Options{})
		if list.Kind != c.kind || len(list.Entries) != c.entries || !slices.Equal(codes(found, diag.Error), c.errors) {
			t.Errorf("%s: %s with %d entries and %q, want %s with %d and %q", c.file, list.Kind, len(list.Entries), codes(found, diag.Error), c.kind, c.entries, c.errors)
		}
	}
}

func TestKitsuTaskColumns(t *testing.T) {
	list, _ := read(t, filepath.Join(shared(t), "productions", "tv/answers/csv/shots.csv"), importers.Options{})
	var got []string
	for _, task := range list.Entries[0].Tasks {
		got = append(got, task.TaskType+" "+task.Field+" "+task.Cell.Text)
	}
	want := []string{"Layout status wip", "Layout assignations Chloé O'Neil,Ada Lovelace", "Animation status done", "Animation assignations Bogdan Żółć",
		"Lighting status wip", "Lighting assignations Eve Notz", "Compositing status wip", "Compositing assignations Farid El-Amin"}
	if !slices.Equal(got, want) {
		t.Errorf("tasks %q, want %q", got, want)
	}
}

// Requests that Kitsu was sent: what is read, and what is refused where.
func TestRequests(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t), "productions", "imports", "*.request.csv"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d requests: %v", len(files), err)
	}
	wantErrors := map[string][]string{
		"bad_bad_frames": {"SHT030 :3:8"}, "bad_bad_frames_text": {"SHT030 :3:8"}, "bad_blank_name": {"SHT020 :2:5"}, "bad_empty_file": {"CSV001 "},
		"bad_empty_name": {"SHT020 :3:5"}, "bad_long_name": {"SHT022 :2:5"}, "bad_negative_frames": {"SHT031 :2:9"}, "bad_not_csv": {"CSV003 "},
		"bad_quoted_newline": {"SHT020 :5:5"}, "bad_short_row": {"SHT020 :2"},
	}
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "csv_"), ".request.csv")
		_, found := read(t, f, importers.Options{})
		if got := codes(found, diag.Error); !slices.Equal(got, wantErrors[name]) {
			t.Errorf("%s: errors %q, want %q", name, got, wantErrors[name])
		}
	}
}
