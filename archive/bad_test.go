package archive_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"turnover/archive"
	"turnover/hierarchy"
	"turnover/internal/diag"
)

// small is a sound archive of one film with a scene, a shot and a task.
func small() map[string]string {
	return map[string]string{
		"persons":               `{"id":"p1","first_name":"Ada","last_name":"L","email":"ada@example.com"}`,
		"entity_types":          `{"id":"t1","name":"Shot"}` + "\n" + `{"id":"t2","name":"Scene"}` + "\n" + `{"id":"t3","name":"Prop"}`,
		"task_types":            `{"id":"a1","name":"Animation","for_entity":"Shot"}`,
		"task_statuses":         `{"id":"s1","name":"Todo","short_name":"todo","is_default":true}`,
		"projects":              `{"id":"f1","name":"film","production_type":"featurefilm"}`,
		"project_persons":       `{"project_id":"f1","person_id":"p1"}`,
		"project_task_types":    `{"id":"pt1","project_id":"f1","task_type_id":"a1"}`,
		"scenes":                `{"id":"c1","name":"SC01","project_id":"f1","entity_type_id":"t2"}`,
		"shots":                 `{"id":"h1","name":"010","project_id":"f1","entity_type_id":"t1","source_id":"c1","data":{"frame_in": 1001}}`,
		"assets":                `{"id":"x1","name":"Lamp","project_id":"f1","entity_type_id":"t3"}`,
		"scene_shot_links":      `{"scene_id":"c1","shot_id":"h1"}`,
		"casting_links":         `{"id":"k1","entity_in_id":"h1","entity_out_id":"x1","nb_occurences":2}`,
		"asset_instances":       `{"id":"i1","asset_id":"x1","scene_id":"c1","name":"Lamp_0001","number":1,"data":{"b": 1, "a": 2}}`,
		"instance_castings":     `{"entity_id":"h1","asset_instance_id":"i1"}`,
		"tasks":                 `{"id":"w1","name":"main","project_id":"f1","entity_id":"h1","task_type_id":"a1","task_status_id":"s1","assignees":["p1"]}`,
		"comments":              `{"id":"m1","task_id":"w1","task_status_id":"s1","acknowledgements":["p1"],"text":"ok"}`,
		"time_spents":           `{"id":"d1","task_id":"w1","person_id":"p1","date":"2026-01-05","duration":37.5}`,
		"preview_files":         `{"id":"v1","task_id":"w1","name":"r1","revision":1}`,
		"attachment_files":      `{"id":"af1","task_id":"w1","comment_id":"m1","name":"é.pdf","extension":"pdf","size":7}`,
		"subscriptions":         `{"id":"u1","task_id":"w1","person_id":"p1"}`,
		"project_task_statuses": "", "metadata_descriptors": "\n\n",
	}
}

func folder(tables map[string]string) fs.FS {
	out := fstest.MapFS{}
	for name, text := range tables {
		out[name+".jsonl"] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestSmallLoads(t *testing.T) {
	s := database(t)
	changes, _ := load(t, s, folder(small()))
	if changes != 22 {
		t.Errorf("%d changes", changes)
	}
	roundTrip(t, s, "")
	good := small()
	good["comments"] = strings.Replace(good["comments"], "ok", `\\u0000 \ud83d\ude00 \u00e9\n\\ud83d`, 1)
	other := database(t)
	load(t, other, folder(good))
	if got := rows(t, other, "comments")[0].(*hierarchy.Comment).Text; got != `\u0000 `+"😀 é\n"+`\ud83d` {
		t.Errorf("the text is %q", got)
	}
	// The keys are exact: "Name" is not "name".
	tables := small()
	tables["assets"] = strings.Replace(tables["assets"], `"name"`, `"Name":"Lantern","name"`, 1)
	_, skipped, found := loadInto(t, s, folder(tables))
	if skipped != 22 || len(found) != 1 || found[0].Code != archive.CodeField {
		t.Errorf("%d skipped, %v", skipped, found)
	}
}

// Every code has its case: what is changed in the small archive, what is found
// and where.
var cases = []struct {
	name  string
	table string
	text  func(was string) string
	code  string
	place string
}{
	{"no JSON", "shots", add("{"), archive.CodeSyntax, "shots.jsonl:2"},
	{"a list", "shots", add("[]"), archive.CodeSyntax, "shots.jsonl:2"},
	{"null", "shots", add("null"), archive.CodeSyntax, "shots.jsonl:2"},
	{"two objects in a line", "shots", add("{} {}"), archive.CodeSyntax, "shots.jsonl:2"},
	{"a field twice", "shots", swap(`"name":"010"`, `"name":"010","name":"020"`), archive.CodeSyntax, "shots.jsonl:1"},
	{"a text for a number", "tasks", swap(`"name":"main"`, `"name":"main","priority":"high"`), archive.CodeSyntax, "tasks.jsonl:1"},
	{"a number out of range", "tasks", swap(`"name":"main"`, `"name":"main","duration":1e999`), archive.CodeSyntax, "tasks.jsonl:1"},
	{"no such day", "time_spents", swap("2026-01-05", "2026-02-30"), archive.CodeSyntax, "time_spents.jsonl:1"},
	{"no such time", "tasks", swap(`"name"`, `"end_date":"yesterday","name"`), archive.CodeSyntax, "tasks.jsonl:1"},
	{"the zero time, which would be null", "tasks", swap(`"name"`, `"end_date":"0001-01-01T00:00:00","name"`), archive.CodeSyntax, "tasks.jsonl:1"},
	{"a time before the years", "tasks", swap(`"name"`, `"end_date":"0000-12-31T00:00:00","name"`), archive.CodeSyntax, "tasks.jsonl:1"},
	{"a time after the years", "tasks", swap(`"name"`, `"end_date":"9999-12-31T23:00:00-05:00","name"`), archive.CodeSyntax, "tasks.jsonl:1"},
	{"a day before the years", "time_spents", swap("2026-01-05", "0000-01-05"), archive.CodeSyntax, "time_spents.jsonl:1"},
	{"assignees are no list", "tasks", swap(`["p1"]`, `"p1"`), archive.CodeSyntax, "tasks.jsonl:1"},
	{"scene link of numbers", "scene_shot_links", swap(`"c1"`, `7`), archive.CodeSyntax, "scene_shot_links.jsonl:1"},
	{"no id", "shots", add(`{"name":"020"}`), archive.CodeMissing, "shots.jsonl:2"},
	{"half a link", "project_persons", add(`{"project_id":"f1"}`), archive.CodeMissing, "project_persons.jsonl:2"},
	{"no name", "projects", swap(`"name":"film",`, ""), archive.CodeMissing, "projects.jsonl:1"},
	{"no task", "comments", swap(`"task_id":"w1",`, ""), archive.CodeMissing, "comments.jsonl:1"},
	{"one id twice", "persons", add(`{"id":"p1","first_name":"Bob"}`), archive.CodeTwice, "persons.jsonl:2"},
	{"one id in two files", "assets", add(`{"id":"h1","name":"x","project_id":"f1","entity_type_id":"t3"}`), archive.CodeTwice, "assets.jsonl:2"},
	{"one assignee twice", "tasks", swap(`["p1"]`, `["p1","p1"]`), archive.CodeTwice, "tasks.jsonl:1"},
	{"one e-mail twice", "persons", add(`{"id":"p2","first_name":"Bob","email":"ada@example.com"}`), archive.CodeTwice, "persons.jsonl:2"},
	{"one link twice", "casting_links", add(`{"id":"k2","entity_in_id":"h1","entity_out_id":"x1"}`), archive.CodeTwice, "casting_links.jsonl:2"},
	{"one number twice", "asset_instances", add(`{"id":"i2","asset_id":"x1","scene_id":"c1","name":"again","number":1}`), archive.CodeTwice, "asset_instances.jsonl:2"},
	{"one day twice", "time_spents", add(`{"id":"d2","task_id":"w1","person_id":"p1","date":"2026-01-05"}`), archive.CodeTwice, "time_spents.jsonl:2"},
	{"one revision twice", "preview_files", add(`{"id":"v2","task_id":"w1","name":"r1","revision":1}`), archive.CodeTwice, "preview_files.jsonl:2"},
	{"a person follows a task twice", "subscriptions", add(`{"id":"u2","task_id":"w1","person_id":"p1"}`), archive.CodeTwice, "subscriptions.jsonl:2"},
	{"an attachment without a comment", "attachment_files", swap(`"comment_id":"m1",`, ""), archive.CodeMissing, "attachment_files.jsonl:1"},
	{"an attachment of no such comment", "attachment_files", swap(`"m1"`, `"m9"`), archive.CodeReference, "attachment_files.jsonl:1"},
	{"a field of another program", "shots", swap(`"name"`, `"mood":"sad","name"`), archive.CodeField, "shots.jsonl"},
	{"a column of the database", "shots", swap(`"name"`, `"twin":3,"name"`), archive.CodeField, "shots.jsonl"},
	{"a file of another program", "notes", add("hello"), archive.CodeFile, "notes.jsonl"},
	{"no such shot", "casting_links", swap(`"h1"`, `"h9"`), archive.CodeReference, "casting_links.jsonl:1"},
	{"no such scene", "asset_instances", swap(`"c1"`, `"c9"`), archive.CodeReference, "asset_instances.jsonl:1"},
	{"no such instance", "instance_castings", swap(`"i1"`, `"i9"`), archive.CodeReference, "instance_castings.jsonl:1"},
	{"no such assignee", "tasks", swap(`"p1"`, `"p9"`), archive.CodeReference, "tasks.jsonl:1"},
	{"a link of no shot", "scene_shot_links", add(`{"scene_id":"c1","shot_id":"h9"}`), archive.CodeReference, "scene_shot_links.jsonl:2"},
	{"another scene", "shots", swap(`"source_id":"c1",`, ""), archive.CodeSceneLink, "scene_shot_links.jsonl:1"},
	{"zero character", "comments", swap("ok", `a\u0000b`), archive.CodeText, "comments.jsonl:1"},
	{"half a character", "comments", swap("ok", `\ud83d`), archive.CodeText, "comments.jsonl:1"},
	{"halves the wrong way round", "comments", swap("ok", `\ude00\ud83d`), archive.CodeText, "comments.jsonl:1"},
	{"a half before the end", "comments", swap(`ok"}`, `\ud83d"}`), archive.CodeText, "comments.jsonl:1"},
	{"no UTF-8", "comments", swap("ok", "\xff"), archive.CodeText, "comments.jsonl:1"},
	{"long line", "comments", add(strings.Repeat(" ", 17<<20)), archive.CodeLong, "comments.jsonl:2"},
}

func add(line string) func(string) string {
	return func(was string) string { return was + "\n" + line }
}

func swap(old, new string) func(string) string {
	return func(was string) string {
		if !strings.Contains(was, old) {
			panic("the case changes nothing: " + old)
		}
		return strings.ReplaceAll(was, old, new)
	}
}

func TestBadArchives(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tables := small()
			tables[c.table] = c.text(tables[c.table])
			expect(t, folder(tables), c.code, c.place)
		})
	}
	t.Run("not empty", func(t *testing.T) { expect(t, fstest.MapFS{"a.txt": {}}, archive.CodeNoArchive, ".") })
	t.Run("a folder for a table", func(t *testing.T) {
		files := folder(small()).(fstest.MapFS)
		delete(files, "time_spents.jsonl")
		files["time_spents.jsonl/a"] = &fstest.MapFile{}
		expect(t, files, archive.CodeFile, "time_spents.jsonl")
	})
}

// expect checks that the finding is there, that it is the only error, and that
// an error keeps everything out.
func expect(t *testing.T, fsys fs.FS, code, place string) {
	t.Helper()
	s := database(t)
	_, _, found := loadInto(t, s, fsys)
	at := slices.IndexFunc(found, func(d diag.Diagnostic) bool { return d.Code == code })
	if at < 0 {
		t.Fatalf("found %v, want %s", found, code)
	}
	if got := found[at].Place.String(); got != place {
		t.Errorf("found at %s, want %s: %v", got, place, found[at])
	}
	for _, d := range worst(found) {
		if d.Code != code {
			t.Errorf("also found %v", d)
		}
	}
	if found.HasErrors() == (len(rows(t, s, "projects")) == 1) {
		t.Errorf("errors %v, yet %d projects", worst(found), len(rows(t, s, "projects")))
	}
}

// Every contradiction with the database is listed, none is written.
func TestContradictions(t *testing.T) {
	s := database(t)
	load(t, s, folder(small()))
	for _, c := range []struct {
		name, table string
		text        func(string) string
		code, says  string
	}{
		{"a field", "shots", swap(`"010"`, `"011"`), archive.CodeContradict, `name is "010" there and "011" here`},
		{"metadata", "shots", swap("1001", "1002"), archive.CodeContradict, `{"frame_in":1001}`},
		{"fewer assignees", "tasks", swap(`["p1"]`, `[]`), archive.CodeContradict, "assignees"},
		{"other assignees", "tasks", swap(`["p1"]`, `["p1","p2"]`), archive.CodeContradict, "assignees"},
		{"a name taken", "projects", swap(`"f1"`, `"f2"`), archive.CodeTwice, `"film"`},
		{"an e-mail taken", "persons", add(`{"id":"p3","first_name":"Eve","email":"ada@example.com"}`), archive.CodeTwice, "ada@example.com"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tables := small()
			if c.table == "tasks" {
				tables["persons"] = tables["persons"] + "\n" + `{"id":"p2","first_name":"Bob"}`
			}
			tables[c.table] = c.text(tables[c.table])
			_, _, found := loadInto(t, s, folder(tables))
			bad := worst(found)
			if len(bad) != 1 || bad[0].Code != c.code || !strings.Contains(bad[0].Detail, c.says) {
				t.Errorf("found %v", bad)
			}
			if n := len(rows(t, s, "persons")); n != 1 {
				t.Errorf("%d persons: something was written", n)
			}
		})
	}
	t.Run("all are listed", func(t *testing.T) {
		tables := small()
		tables["shots"] = swap(`"010"`, `"011"`)(tables["shots"])
		tables["comments"] = swap(`ok`, `no`)(tables["comments"])
		if _, _, found := loadInto(t, s, folder(tables)); len(worst(found)) != 2 {
			t.Errorf("found %v", found)
		}
	})
	t.Run("updated_at is none", func(t *testing.T) {
		tables := small()
		tables["shots"] = swap(`"name"`, `"updated_at":"2026-01-01T00:00:00","name"`)(tables["shots"])
		if changes, skipped := load(t, s, folder(tables)); changes != 0 || skipped != 22 {
			t.Errorf("%d changes, %d skipped", changes, skipped)
		}
	})
}

// What a link leads to may be anywhere on the machine: nothing of it is read,
// not even into a finding.
func TestLinksAreNotFollowed(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("the password\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{outside, "persons.jsonl", "nowhere"} {
		dir := t.TempDir()
		for name, text := range small() {
			if err := os.WriteFile(filepath.Join(dir, name+".jsonl"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(target, filepath.Join(dir, "studios.jsonl")); err != nil {
			t.Skip("this machine makes no links: ", err)
		}
		_, found, err := archive.Read(t.Context(), os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || found[0].Code != archive.CodeNoArchive || found[0].Place.String() != "studios.jsonl" {
			t.Errorf("a link to %s: %v", target, found)
		}
	}
}

// A code without a case could be wrong for years.
func TestEveryCodeHasACase(t *testing.T) {
	covered := map[string]bool{archive.CodeContradict: true, archive.CodeNoArchive: true}
	for _, c := range cases {
		covered[c.code] = true
	}
	for n := 1; n <= 11; n++ {
		if code := fmt.Sprintf("ARC%03d", n); !covered[code] {
			t.Errorf("%s has no case", code)
		}
	}
	if !regexp.MustCompile(`^ARC\d{3}$`).MatchString(archive.CodeSyntax) {
		t.Error("codes have another form")
	}
}

func FuzzRead(f *testing.F) {
	for name, text := range small() {
		f.Add(name, []byte(text))
	}
	f.Add("shots", []byte(`{"id":"a","data":{"a":[{}]},"created_at":"2026-01-01T00:00:00.5+01:00"}`))
	f.Add("shots", []byte("\ufeff{}\r\n{\"id\":\"\\ud800\"}"))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		tables := small()
		if _, ok := tables[name]; !ok {
			name = "shots"
		}
		tables[name] = string(text)
		a, found, err := archive.Read(t.Context(), folder(tables))
		if err != nil {
			t.Fatal(err)
		}
		changes, _, more, err := a.Changes(func(string) (map[string]hierarchy.Noun, error) { return nil, nil }, hierarchy.Origin{})
		if err != nil {
			t.Fatal(err)
		}
		if found.HasErrors() || more.HasErrors() {
			return
		}
		seen := map[hierarchy.Ref]bool{}
		for _, c := range changes {
			if seen[c.Target()] {
				t.Fatalf("%v is made twice", c.Target())
			}
			seen[c.Target()] = true
		}
	})
}
