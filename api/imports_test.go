package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"turnover/hierarchy"
)

// An importRecording is one file that was sent to a live Kitsu, its answer and
// the state afterwards.
type importRecording struct {
	Request struct {
		Path     string            `json:"path"`
		As       string            `json:"as"`
		File     string            `json:"file"`
		Filename string            `json:"filename_sent"`
		Params   map[string]string `json:"params"`
	} `json:"request"`
	Status int `json:"status"`
	Body   any `json:"body"`
	State  *struct {
		Shots []struct {
			Episode  string `json:"episode"`
			Sequence string `json:"sequence"`
			Name     string `json:"name"`
			Frames   *int64 `json:"nb_frames"`
			Text     string `json:"description"`
		} `json:"shots"`
		Tasks []struct {
			Sequence string `json:"sequence"`
			Shot     string `json:"shot"`
			Type     string `json:"task_type"`
			Status   string `json:"status"`
		} `json:"tasks"`
	} `json:"state_after"`
}

// importDifference is where an import differs on purpose; docs/api.md has the
// same list for people.
type importDifference struct {
	name   string // a regular expression
	status int    // ours; 0 is Kitsu's
	why    string
}

var importDifferences = []importDifference{
	{`^csv_bad_(bom|latin1|extra_cells)$`, 201, "files of spreadsheet programs are read"},
	{`^csv_bad_missing_name_column$`, 201, "more headers are known than Kitsu's, such as Shot"},
	{`^csv_bad_not_csv$`, 400, "a file that is no list is the caller's fault"},
	{`^csv_bad_(bad_choice|negative_frames|duplicate_rows|case_differs)$`, 400, "what contradicts itself or its field is refused, not stored"},
	{`^csv_0[1-5]_`, 201, "a range of one frame has one frame, not 0"},
	{`^otio_bad_empty$`, 400, "an empty file is an export that failed"},
	{`^otio_bad_extension$`, 201, "the content tells the format, not the name"},
	{`^otio_(bad_partial|own_|dissolve_test_0[2-4]|speed_effects_small_0[2-4]|tv_episode)`, 201, "a shot may stand twice in a cut: it has its tasks, and the frames of all its pictures, dissolves included"},
	{`^otio_tv_project`, 0, "as before"},
	{`^otio_(as_artist|bad_)`, 0, "the state is that of the cut before, which Kitsu left half done"},
}

// calledNew are cuts whose shots Kitsu calls created although they were there,
// under the ids that it answered before.
var calledNew = regexp.MustCompile(`^otio_screening_example_0[34]`)

// form sends a file as clients do.
func (b *bed) form(who, path, name string, content []byte, words map[string]string) reply {
	b.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, key := range slices.Sorted(maps.Keys(words)) {
		b.check(w.WriteField(key, words[key]))
	}
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		b.check(err)
		_, err = part.Write(content)
		b.check(err)
	}
	b.check(w.Close())
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+b.token(who))
	return b.send(r)
}

// makeImports makes the productions that the files were sent to.
func (b *bed) makeImports() {
	b.Helper()
	film, err := b.server.views.Project(b.Context(), "91abd305-482f-46f1-b407-2f479ac5e57f")
	b.check(err)
	for id, name := range map[hierarchy.ID]string{
		"d137bffb-2a81-4d07-9a68-c3d86def8597": "csvimp", "db5aae8f-fe9d-48ea-8abe-e9a239904c22": "csvimp_tv", "5b97d967-ccb7-42f2-9e17-6d5923b31661": "otio 25fps",
		"9b5dc2ea-84d2-4f69-90d1-31eb5f5da1aa": "otiobad", "a24c68bd-3df1-4cd9-a3ba-e3da1880c11a": "otio dissolve_test", "0a1119af-e0b3-4dac-a3b5-0f5b2b9ab270": "otio gap_test",
		"d2f019e1-100b-497d-986f-47b07672126e": "own2", "737551d4-6970-479e-9c83-db20733ebf3b": "own", "817a65c2-c77a-49c9-8a39-50c41885134e": "otio screening_example",
		"07646b73-77f0-4a58-8291-5605e8730a7d": "otio speed_effects_small", "af0317a3-9156-40e6-8df7-c321e7c80186": "owntv",
	} {
		kind := "short"
		if strings.HasSuffix(name, "tv") {
			kind = hierarchy.TVShow
		}
		fps := "25"
		if strings.HasPrefix(name, "o") && name != "otio 25fps" {
			fps = "24"
		}
		b.apply(hierarchy.Create{Origin: b.origin(id), Row: &hierarchy.Project{ID: id, Name: name, ProductionType: hierarchy.Ptr(kind), FPS: hierarchy.Ptr(fps)}})
		for _, l := range film.ProjectTaskTypes {
			b.apply(hierarchy.Link{Origin: b.origin(id), Row: &hierarchy.ProjectTaskType{ID: b.pipe.NewID(), ProjectID: id, TaskTypeID: l.TaskTypeID, Priority: l.Priority}})
		}
		for _, l := range film.ProjectTaskStatuses {
			b.apply(hierarchy.Link{Origin: b.origin(id), Row: &hierarchy.ProjectTaskStatus{ID: b.pipe.NewID(), ProjectID: id, TaskStatusID: l.TaskStatusID}})
		}
		for i, d := range [][2]string{{"Weather", "list"}, {"Is Hero", "boolean"}, {"Director", "person"}} {
			b.apply(hierarchy.Create{Origin: b.origin(id), Row: &hierarchy.MetadataDescriptor{ID: b.pipe.NewID(), ProjectID: id, EntityType: "Shot", Name: d[0],
				FieldName: strings.ReplaceAll(strings.ToLower(d[0]), " ", "_"), DataType: hierarchy.Ptr(d[1]), Position: hierarchy.Ptr(int64(i)),
				Choices: hierarchy.Data(`["sun","rain","snow"]`)}})
		}
		person, _, err := b.pipe.Login(b.Context(), email("bogdan"))
		b.check(err)
		b.join(id, person, "")
	}
	episode := &hierarchy.Entity{ID: "c22bf335-8484-4f25-bfbf-4ca3b3c05afe", Kind: hierarchy.Episode, Name: "E01", ProjectID: "af0317a3-9156-40e6-8df7-c321e7c80186", Status: "running"}
	for _, et := range film.EntityTypes {
		if et.Name == "Episode" {
			episode.EntityTypeID = et.ID
		}
	}
	b.apply(hierarchy.Create{Origin: b.origin(episode.ProjectID), Row: episode})
}

// TestReplayImports sends the recorded files in their order.
func TestReplayImports(t *testing.T) { eachDatabase(t, testReplayImports) }

func testReplayImports(t *testing.T) {
	root := recorded(t)
	b := newBed(t, Limits{})
	b.load("film")
	b.makeImports()
	files, err := filepath.Glob(filepath.Join(root, "imports", "*.json"))
	b.check(err)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		var r importRecording
		raw, err := os.ReadFile(file)
		b.check(err)
		b.check(json.Unmarshal(raw, &r))
		if r.Request.File == "" {
			continue // one without a file, and a state
		}
		content, err := os.ReadFile(filepath.Join(root, "imports", r.Request.File))
		b.check(err)
		path, words := r.Request.Path, r.Request.Params
		if strings.Contains(path, "/csv/") && len(words) > 0 {
			path, words = path+"?update="+words["update"], nil
		}
		got := b.form(email(r.Request.As), path, r.Request.Filename, content, words)
		b.compareImport(t, name, r, got)
	}
}

func (b *bed) compareImport(t *testing.T, name string, r importRecording, got reply) {
	t.Helper()
	want, compared := r.Status, true
	for _, d := range importDifferences {
		if regexp.MustCompile(d.name).MatchString(name) {
			if compared && d.status != 0 {
				want = d.status
			}
			compared = false
		}
	}
	if got.status != want {
		t.Errorf("%s: status %d, want %d: %.300s", name, got.status, want, got.raw)
		return
	}
	if list, is := r.Body.([]any); is && want == r.Status {
		if ours, _ := got.body.([]any); len(ours) != len(list) {
			t.Errorf("%s: %d rows, want %d", name, len(ours), len(list))
		}
	}
	if theirs, is := r.Body.(map[string]any); is && compared && want == 201 && !calledNew.MatchString(name) {
		for _, key := range []string{"created_shots", "updated_shots"} {
			ours, _ := got.get(key).([]any)
			if list, _ := theirs[key].([]any); len(ours) != len(list) {
				t.Errorf("%s: %d %s, want %d", name, len(ours), key, len(list))
			}
		}
	}
	if r.State == nil {
		return
	}
	view, err := b.server.views.Project(b.Context(), hierarchy.ID(anID.FindString(r.Request.Path)))
	b.check(err)
	var theirs, ours []string
	for _, s := range r.State.Shots {
		theirs = append(theirs, fmt.Sprintf("%s/%s/%s %s %q", s.Episode, s.Sequence, s.Name, frameText(s.Frames), s.Text))
	}
	for _, e := range view.OfKind(hierarchy.Shot) {
		ours = append(ours, fmt.Sprintf("%s/%s/%s %s %q", nameOf(view.Episode(e)), nameOf(view.Sequence(e)), e.Name, frameText(e.NbFrames), textOf(e.Description)))
	}
	if compared {
		sameLines(t, name+" shots", theirs, ours)
	}
	if !compared && strings.HasPrefix(name, "otio_") {
		return
	}
	theirs, ours = nil, nil
	for _, s := range r.State.Tasks {
		theirs = append(theirs, fmt.Sprintf("%s/%s %s %s", s.Sequence, s.Shot, s.Type, s.Status))
	}
	columns := columnsOf(view, hierarchy.Shot, view.OfKind(hierarchy.Shot))
	types := map[hierarchy.ID]string{}
	for _, tt := range view.TaskTypes {
		types[tt.ID] = tt.Name
	}
	for _, task := range view.Snapshot.Tasks {
		e := view.Entity(task.EntityID)
		ours = append(ours, fmt.Sprintf("%s/%s %s %s", nameOf(view.Sequence(e)), e.Name, types[task.TaskTypeID], columns.statuses[task.TaskStatusID].ShortName))
	}
	sameLines(t, name+" tasks", theirs, ours)
}

// frameText takes none for 0: Kitsu's import writes 0 where the list says
// nothing, which a client cannot tell from a shot of no frames.
func frameText(n *int64) string {
	if n == nil {
		return "0"
	}
	return numberText(n)
}

func sameLines(t *testing.T, what string, theirs, ours []string) {
	t.Helper()
	slices.Sort(theirs)
	slices.Sort(ours)
	if slices.Equal(theirs, ours) {
		return
	}
	for _, line := range theirs {
		if !slices.Contains(ours, line) {
			t.Errorf("%s: -Kitsu %s", what, line)
		}
	}
	for _, line := range ours {
		if !slices.Contains(theirs, line) {
			t.Errorf("%s: +ours  %s", what, line)
		}
	}
}

// TestImportAssets: new assets get the workflow's tasks, statuses and fields;
// what is wrong is said for every row and nothing is written.
func TestImportAssets(t *testing.T) { eachDatabase(t, testImportAssets) }

func testImportAssets(t *testing.T) {
	b := newBed(t, Limits{})
	b.load("tv")
	const id = "303b25b9-8b25-451c-8458-737492d6850b"
	path := "/import/csv/projects/" + id + "/assets"
	list := "Type;Name;Description;Episode;Ready for;Modeling;Modeling assignations\nProp;Lamp;lit;E01;Animation;wip;ada@example.com\nProp;Rope;;MP;;;\n"
	got := b.form(email("admin"), path, "assets.csv", []byte(list), nil)
	b.status(got, 201)
	rows := got.body.([]any)
	if len(rows) != 2 {
		t.Fatalf("%d rows: %s", len(rows), got.raw)
	}
	lamp := rows[0].(map[string]any)
	view, err := b.server.views.Project(b.Context(), id)
	b.check(err)
	e := view.Entity(hierarchy.ID(lamp["id"].(string)))
	if e.Kind != hierarchy.Asset || textOf(e.Description) != "lit" || nameOf(view.Entity(e.SourceID)) != "E01" || e.ReadyFor == "" {
		t.Errorf("lamp: %+v", e)
	}
	columns := columnsOf(view, hierarchy.Asset, []*hierarchy.Entity{e})
	if tasks := view.TasksOf(e.ID); len(tasks) != len(view.TaskTypesFor(hierarchy.Asset)) || !strings.Contains(strings.Join(columns.cells(e), ";"), "wip;Ada Lovelace") {
		t.Errorf("%d tasks: %v", len(tasks), columns.cells(e))
	}
	revision := view.Revision
	b.status(b.form(email("admin"), path, "assets.csv", []byte(strings.ReplaceAll(list, "lit", "out")), nil), 201)
	if view, err = b.server.views.Project(b.Context(), id); err != nil || view.Revision != revision {
		t.Errorf("without update something changed (%v)", err)
	}
	b.status(b.form(email("admin"), path+"?update=true", "assets.csv", []byte(strings.ReplaceAll(list, "lit", "out")), nil), 201)
	if view, err = b.server.views.Project(b.Context(), id); err != nil || textOf(view.Entity(e.ID).Description) != "out" {
		t.Errorf("with update it did not change (%v)", err)
	}
	got = b.form(email("admin"), path, "assets.csv", []byte("Type;Name;Episode;Modeling\nNothing;A;;\nProp;;;\nProp;B;E99;\nProp;C;;nosuch\n"), nil)
	b.status(got, 400)
	if n := strings.Count(string(got.raw), `"severity":"error"`); n != 4 {
		t.Errorf("%d errors, want one a row: %s", n, got.raw)
	}
}
