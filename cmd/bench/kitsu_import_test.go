package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestStates: what is read of an export and of an answer is the same for the same shots.
func TestStates(t *testing.T) {
	exported, err := statesOfExport([]byte(`[{"Episode": "E01", "Sequence": "SQ1", "Name": "SH1", "Nb Frames": 10, "Layout": "Todo", "Animation": "Todo", "Lighting": null},
		{"Episode": "E01", "Sequence": "SQ1", "Name": "SH0", "Nb Frames": null, "Layout": "Done"}]`), importedTasks)
	if err != nil {
		t.Fatal(err)
	}
	var rows []shotWithTasks
	if err := json.Unmarshal([]byte(`[{"name": "SH0", "episode_name": "E01", "sequence_name": "SQ1", "nb_frames": null, "tasks": [{"task_type_id": "l"}]},
		{"name": "SH1", "episode_name": "E01", "sequence_name": "SQ1", "nb_frames": 10, "tasks": [{"task_type_id": "l"}, {"task_type_id": "a"}]}]`), &rows); err != nil {
		t.Fatal(err)
	}
	answered := statesOfAnswer(rows, map[string]string{"Layout": "l", "Animation": "a"})
	want := "E01/SQ1/SH0\t0\tLayout\nE01/SQ1/SH1\t10\tAnimation, Layout\n"
	if got := linesOf(exported); got != want {
		t.Errorf("exported %q, want %q", got, want)
	}
	if got := linesOf(answered); got != want {
		t.Errorf("answered %q, want %q", got, want)
	}
	if got, want := sumOf(answered), "2 shots, 10 frames, 2 Layout, 1 Animation, 0 Lighting, 0 Compositing"; got != want || got != sumOf(exported) {
		t.Errorf("%s, want %s", got, want)
	}
}

// pretended answers as a Kitsu does, and keeps what it was asked.
func pretended(t *testing.T) (*client, *[]string) {
	t.Helper()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if file, header, err := r.FormFile("file"); err == nil {
			content, _ := io.ReadAll(file) // of memory
			asked = append(asked, header.Filename+" "+string(content)+" "+r.FormValue("match_case"))
		}
		asked = append(asked, r.Method+" "+r.URL.Path)
		answer := map[string]string{
			"/auth/login":      `{"access_token": "t"}`,
			"/data/projects":   `{"id": "p", "first_episode_id": "e", "task_types": ["old"]}`,
			"/data/task-types": `[{"id": "1", "name": "Layout", "for_entity": "Shot"}, {"id": "0", "name": "Layout", "for_entity": "Asset"}]`,
		}[r.URL.Path]
		switch {
		case r.URL.Path != "/auth/login" && r.Header.Get("Authorization") != "Bearer t", r.URL.Path == "/refused":
			http.Error(w, "no", http.StatusForbidden)
		case answer == "":
			answer = "{}"
			fallthrough
		default:
			_, _ = io.WriteString(w, answer) // the client would see it
		}
	}))
	t.Cleanup(server.Close)
	c, err := logIn(t.Context(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return c, &asked
}

func TestProductionIsMade(t *testing.T) {
	c, asked := pretended(t)
	project, episode, err := c.production(t.Context())
	if err != nil || project != "p" || episode != "e" {
		t.Errorf("%s, %s, %v", project, episode, err)
	}
	for _, want := range []string{"DELETE /data/projects/p/settings/task-types/old", "POST /data/projects/p/settings/task-types"} {
		if !slices.Contains(*asked, want) {
			t.Errorf("%q was not asked: %q", want, *asked)
		}
	}
}

func TestListIsSent(t *testing.T) {
	c, asked := pretended(t)
	file := filepath.Join(t.TempDir(), "cut.edl")
	if err := os.WriteFile(file, []byte("TITLE"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.upload(t.Context(), "/import", file, map[string]string{"match_case": "true"}); err != nil {
		t.Fatal(err)
	}
	if want := "cut.edl TITLE true"; !slices.Contains(*asked, want) {
		t.Errorf("%q was not sent: %q", want, *asked)
	}
	if err := c.upload(t.Context(), "/refused", file, nil); err == nil || !strings.Contains(err.Error(), "403") {
		t.Errorf("a refusal: %v", err)
	}
}

// TestKitsuFigures: the report of a run is what a later run shows as recorded.
func TestKitsuFigures(t *testing.T) {
	spread := Spread{Median: 100 * time.Second, Min: 90 * time.Second, Max: 110 * time.Second}
	r := Report{Began: time.Date(2026, 11, 26, 5, 0, 0, 0, time.UTC), Machine: Machine{Cores: 2, Load: "1, 2, 3", Postgres: "15"}, Rows: []Row{
		{Recorded: "import", Peers: []Score{{Name: "Kitsu", Wall: spread}}},
		{Recorded: "import", Peers: []Score{{Name: "Kitsu", Wall: Spread{}}}},
		{Recorded: "differs", Peers: []Score{{Name: "Kitsu", Wall: spread, Disagrees: "at 1"}}},
		{Recorded: "missing", Peers: []Score{{Name: "Kitsu", Unmeasured: "no Redis"}}},
	}}
	content, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "kitsu.json")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := kitsuRecords(file)
	if err != nil || len(got) != 1 || got[0].Key != "import" || got[0].Low != 90 || got[0].High != 110 {
		t.Fatalf("%+v, %v", got, err)
	}
	if both := (Record{Key: "import", Who: "Kitsu", Low: 77, High: 100, Source: "before"}).and(got[0]); both.Low != 77 || both.High != 110 || !strings.HasPrefix(both.Source, "before: 77 – 100 s; make bench-kitsu on 2026-11-26") {
		t.Errorf("%+v", both)
	}
	if none, err := kitsuRecords(file + ".none"); len(none) != 0 || err != nil {
		t.Errorf("%v, %v", none, err)
	}
}
