package dataset_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"turnover/archive"
	"turnover/exporters/dataset"
	"turnover/exporters/parquet"
	"turnover/hierarchy"
	"turnover/internal/diag"
	"turnover/internal/table"
)

func selectParquet(ctx context.Context, f dataset.File, columns []table.Column, rows int64, project string) table.Rows {
	what := parquet.Selection{Columns: columns, Rows: rows}
	if project != "" {
		what.Where, what.Equals = "project_id", project
	}
	return parquet.Select(ctx, f, what)
}

// published writes the example's series to a folder.
func published(t testing.TB, facts hierarchy.Facts, persons dataset.Persons) string {
	t.Helper()
	dir, dim := t.TempDir(), facts.Dimensions()
	x := everything(facts)
	x.Persons, x.Key, x.Quotas = persons, []byte("a key of this test"), nil
	head := dataset.Head{Snapshot: "s1", SchemaVersion: "1", AsOf: dim.AsOf.Time, Persons: persons,
		Productions: []dataset.Production{{ID: string(dim.Project.ID), Name: dim.Project.Name, Snapshot: "s1", AsOf: &dim.AsOf.Time}}}
	if _, err := dataset.Publish(context.Background(), dataset.Folder(dir), head, dataset.Tables(facts, x), parquet.New()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// readAll reads all facts of the only production of a folder.
func readAll(dir string) (hierarchy.Facts, error) {
	r, err := dataset.Open(dataset.Folder(dir), "1", selectParquet)
	if err != nil {
		return nil, err
	}
	if len(r.Manifest.Productions) == 0 {
		return nil, errors.New("there is no production")
	}
	facts, err := r.Facts(context.Background(), r.Manifest.Productions[0])
	if err != nil {
		return nil, err
	}
	return facts, errors.Join(walk(facts.Tasks()), walk(facts.TimeSpents()), walk(facts.Comments()), walk(facts.Previews()))
}

func walk[T any](rows iter.Seq2[*T, error]) error {
	for _, err := range rows {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestFactsComeBack: what reports look at is the same from the dataset as from
// the database, in the same order.
func TestFactsComeBack(t *testing.T) {
	lighthouse(t, func(facts hierarchy.Facts, _ *archive.Archive) {
		back, err := readAll(published(t, facts, dataset.Named))
		if err != nil {
			t.Fatal(err)
		}
		same(t, facts.Tasks(), back.Tasks(), "id", "name", "entity_id", "task_type_id", "task_status_id", "last_preview_file_id", "duration", "estimation",
			"retake_count", "nb_drawings", "due_date", "real_start_date", "end_date", "done_date", "last_comment_date", "created_at")
		same(t, facts.TimeSpents(), back.TimeSpents(), "id", "task_id", "person_id", "date", "duration")
		same(t, facts.Comments(), back.Comments(), "id", "task_id", "task_status_id", "person_id", "text", "created_at")
		same(t, facts.Previews(), back.Previews(), "id", "task_id", "revision", "position", "created_at")
		next, stop := iter.Pull2(back.Tasks())
		defer stop()
		for want := range facts.Tasks() {
			if got, _, _ := next(); !slices.Equal(got.Assignees, want.Assignees) {
				t.Errorf("task %s is of %v, want %v", want.ID, got.Assignees, want.Assignees)
			}
		}
		was, is := facts.Dimensions(), back.Dimensions()
		if len(is.Entities) != len(was.Entities) || len(is.Persons) != len(was.Persons) || !is.AsOf.Equal(was.AsOf.Time) {
			t.Errorf("%d entities, %d persons as of %v; want %d, %d, %v", len(is.Entities), len(is.Persons), is.AsOf, len(was.Entities), len(was.Persons), was.AsOf)
		}
		for i, e := range was.Entities {
			if got := is.Entities[i]; got.ID != e.ID || got.Kind != e.Kind || got.ParentID != e.ParentID || is.Path(got) != was.Path(e) || got.Frames() != e.Frames() {
				t.Errorf("%+v comes back as %+v", e, got)
			}
		}
		lean := hierarchy.Only(back, hierarchy.Fields{"tasks": {"id"}, "time_spents": {"task_id"}})
		for task := range lean.Tasks() {
			if task.ID == "" || task.EntityID != "" {
				t.Fatalf("asked for the id, there is %+v", task)
			}
		}
	})
}

func same[T any, N interface {
	*T
	hierarchy.Noun
}](t *testing.T, was, is iter.Seq2[N, error], fields ...string) {
	t.Helper()
	next, stop := iter.Pull2(is)
	defer stop()
	n := 0
	for want, err := range was {
		got, e, ok := next()
		if err != nil || e != nil || !ok {
			t.Fatalf("row %d: %v, %v, there: %v", n, err, e, ok)
		}
		for _, f := range fields {
			a, _ := hierarchy.Get(want, f)
			b, _ := hierarchy.Get(got, f)
			if !reflect.DeepEqual(a, b) {
				t.Errorf("row %d: %s is %v, want %v", n, f, b, a)
			}
		}
		n++
	}
	if _, _, more := next(); more {
		t.Errorf("there are %d rows, and more from the dataset: %v", n, more)
	}
}

// TestForeignDatasetsAreRefused: what is wrong with a folder is a finding with a
// code, a place and a way out.
func TestForeignDatasetsAreRefused(t *testing.T) {
	lighthouse(t, func(facts hierarchy.Facts, _ *archive.Archive) {
		whole := published(t, facts, dataset.Named)
		for name, c := range map[string]struct {
			code  string
			spoil func(t *testing.T, dir string, m *dataset.Manifest)
		}{
			"no manifest":     {"DST001", func(t *testing.T, dir string, _ *dataset.Manifest) { remove(t, dir, "manifest.json") }},
			"no JSON":         {"DST001", func(t *testing.T, dir string, _ *dataset.Manifest) { put(t, dir, "manifest.json", "{") }},
			"another version": {"DST002", func(_ *testing.T, _ string, m *dataset.Manifest) { m.SchemaVersion = "2" }},
			"outside":         {"DST003", func(_ *testing.T, _ string, m *dataset.Manifest) { of(m, "tasks").Files[0].Path = "../tasks.parquet" }},
			"absolute":        {"DST003", func(_ *testing.T, _ string, m *dataset.Manifest) { of(m, "tasks").Files[0].Path = "/etc/passwd" }},
			"backslash":       {"DST003", func(_ *testing.T, _ string, m *dataset.Manifest) { of(m, "tasks").Files[0].Path = `..\tasks.parquet` }},
			"no file": {"DST004", func(t *testing.T, dir string, m *dataset.Manifest) {
				remove(t, dir, of(m, "time_spents").Files[0].Path)
			}},
			"a folder": {"DST004", func(_ *testing.T, _ string, m *dataset.Manifest) { of(m, "time_spents").Files[0].Path = "tasks" }},
			"cut": {"DST004", func(t *testing.T, dir string, m *dataset.Manifest) {
				put(t, dir, of(m, "comments").Files[0].Path, "PAR1")
			}},
			"no table":     {"DST005", func(_ *testing.T, _ string, m *dataset.Manifest) { of(m, "previews").Name = "pictures" }},
			"no column":    {"DST005", func(_ *testing.T, _ string, m *dataset.Manifest) { m.Tables[0].Columns = m.Tables[0].Columns[:3] }},
			"another type": {"DST005", func(_ *testing.T, _ string, m *dataset.Manifest) { of(m, "shots").Columns[2].Type = table.Int }},
			"other rows":   {"DST006", func(_ *testing.T, _ string, m *dataset.Manifest) { of(m, "tasks").Files[0].Rows++ }},
			"another file": {"DST006", func(_ *testing.T, _ string, m *dataset.Manifest) { of(m, "tasks").Files = of(m, "shots").Files }},
			"no project":   {"DST006", func(_ *testing.T, _ string, m *dataset.Manifest) { m.Productions[0].ID = "x" }},
		} {
			t.Run(name, func(t *testing.T) {
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(snapshotOf(t, whole))); err != nil {
					t.Fatal(err)
				}
				m := manifestOf(t, dir)
				c.spoil(t, dir, m)
				if c.code != "DST001" {
					raw, err := json.Marshal(m)
					if err != nil {
						t.Fatal(err)
					}
					put(t, dir, "manifest.json", string(raw))
				}
				_, err := readAll(dir)
				var found diag.List
				if !errors.As(err, &found) || len(found) != 1 || found[0].Code != c.code {
					t.Fatalf("want %s: %v", c.code, err)
				}
				if f := found[0]; !strings.HasPrefix(f.Place.File, dir) || f.Detail == "" || f.Severity != diag.Error {
					t.Errorf("%+v", f)
				}
			})
		}
		if err := os.WriteFile(filepath.Join(whole, "latest.json"), []byte(`{"path": "snapshots/../.."}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readAll(whole); err == nil || !strings.Contains(err.Error(), "DST003") {
			t.Errorf("a newest snapshot outside: %v", err)
		}
	})
}

func TestHiddenPeopleMakeNoReports(t *testing.T) {
	lighthouse(t, func(facts hierarchy.Facts, _ *archive.Archive) {
		for _, persons := range []dataset.Persons{dataset.Pseudonymous, dataset.Absent} {
			if _, err := readAll(published(t, facts, persons)); !errors.Is(err, dataset.ErrHidden) {
				t.Errorf("%s: %v", persons, err)
			}
		}
	})
}

// FuzzManifest: whatever a manifest says, the dataset is read or refused.
func FuzzManifest(f *testing.F) {
	dir := f.TempDir()
	columns := []table.Column{{Name: "project_id", Type: table.Text}, {Name: "project_name", Type: table.Text}}
	one := &table.Table{Name: "projects", Columns: columns, Rows: table.Of([]table.Row{{"p", "tv"}})}
	at := time.Unix(1e9, 0).UTC()
	m, err := dataset.Publish(context.Background(), dataset.Folder(dir), dataset.Head{Snapshot: "s", SchemaVersion: "1", AsOf: at, Persons: dataset.Named, Productions: []dataset.Production{{ID: "p", Name: "tv"}}},
		func(yield func(*table.Table, error) bool) { yield(one, nil) }, parquet.New())
	if err != nil {
		f.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "snapshots", m.ID, "manifest.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"schema_version": "1", "persons": "names", "productions": [{}], "tables": [{"name": "projects", "files": [{"path": "."}]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := dataset.Open(memory{"manifest.json": string(raw)}, "1", selectParquet)
		if err != nil {
			return
		}
		for _, p := range r.Manifest.Productions {
			if facts, err := r.Facts(context.Background(), p); err == nil {
				_ = walk(facts.Tasks())
			}
		}
	})
}

// memory is a destination of which only the reading side is there.
type memory map[string]string

type memoryFile struct{ *strings.Reader }

func (memoryFile) Close() error { return nil }

func (m memory) Open(name string) (dataset.File, error) {
	text, there := m[name]
	if !there {
		return nil, fs.ErrNotExist
	}
	return memoryFile{strings.NewReader(text)}, nil
}
func (memory) Begin(string) (dataset.Aside, error)  { return nil, io.ErrClosedPipe }
func (memory) Replace(string, []byte) error         { return io.ErrClosedPipe }
func (memory) Snapshots() ([]dataset.Stored, error) { return nil, nil }
func (memory) Touch(string, time.Time) error        { return nil }
func (memory) Remove(string) error                  { return nil }
func (memory) String() string                       { return "memory" }

func snapshotOf(t *testing.T, dir string) string {
	t.Helper()
	m, err := dataset.Latest(dataset.Folder(dir))
	if err != nil || m == nil {
		t.Fatal(m, err)
	}
	return filepath.Join(dir, "snapshots", m.ID)
}

func manifestOf(t *testing.T, dir string) *dataset.Manifest {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	m := new(dataset.Manifest)
	if err := json.Unmarshal(raw, m); err != nil {
		t.Fatal(err)
	}
	return m
}

func of(m *dataset.Manifest, name string) *dataset.ManifestTable {
	return &m.Tables[slices.IndexFunc(m.Tables, func(t dataset.ManifestTable) bool { return t.Name == name })]
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, filepath.FromSlash(path.Clean(name)))); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
