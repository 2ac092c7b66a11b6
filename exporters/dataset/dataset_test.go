package dataset

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"turnover/internal/table"
)

// lines is an exporter that a test can read and break.
type lines struct{ fail string }

func (lines) Format() string { return "txt" }

func (l lines) WriteTable(_ context.Context, w io.Writer, _ *table.Book, t *table.Table) error {
	out := bufio.NewWriter(w)
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		if _, err := out.WriteString(row[len(row)-1].(string) + "\n"); err != nil {
			return err
		}
	}
	if t.Name == l.fail {
		return errors.New("broken")
	}
	return out.Flush()
}

func of(name, project string, rows ...string) *table.Table {
	t := &table.Table{Name: name, Columns: []table.Column{{Name: "project_id", Type: table.Text}, {Name: "name", Type: table.Text}}, Sorted: []string{"project_id", "name"}}
	var all []table.Row
	for _, r := range rows {
		all = append(all, table.Row{project, r})
	}
	t.Rows = table.Of(all)
	return t
}

func stream(all ...*table.Table) iter.Seq2[*table.Table, error] {
	return func(yield func(*table.Table, error) bool) {
		for _, t := range all {
			if !yield(t, nil) {
				return
			}
		}
	}
}

func tables() iter.Seq2[*table.Table, error] {
	return stream(of("shots", "p2", "010"), of("shots", "p1", "020", "010"), of("scenes", "p1"), studioTable())
}

// studioTable is a table of all productions.
func studioTable() *table.Table {
	return &table.Table{Name: "studios", Columns: []table.Column{{Name: "id", Type: table.Text}}, Rows: table.Of([]table.Row{{"s"}})}
}

func head(id string) Head {
	return Head{Snapshot: id, SchemaVersion: "1", AsOf: time.Unix(1e9, 0), Persons: Named, Verify: func(_ context.Context, f File) (int64, error) {
		raw, err := io.ReadAll(f)
		return int64(strings.Count(string(raw), "\n")), err
	}}
}

// tree lists the files below a folder with their contents.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(rel)] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// put publishes and fails the test where that does.
func put(t *testing.T, to Destination, h Head, tables iter.Seq2[*table.Table, error]) Manifest {
	t.Helper()
	m, err := Publish(t.Context(), to, h, tables, lines{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPublish(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	m := put(t, Folder(dir), head("s1"), tables())
	if len(m.Tables) != 3 || m.Tables[0].Rows != 3 || m.Tables[1].Rows != 0 || m.Tables[2].Rows != 1 || !strings.HasPrefix(m.ID, "s1-") {
		t.Fatalf("manifest: %+v", m)
	}
	got := tree(t, dir)
	for name, want := range map[string]string{"shots/project_bucket=small/part-0.txt": "010\n020\n010\n", "scenes/project_bucket=small/part-0.txt": "", "studios/part-0.txt": "s\n"} {
		if text, ok := got["snapshots/"+m.ID+"/"+name]; !ok || text != want {
			t.Errorf("%s is %q, %v; want %q", name, text, ok, want)
		}
	}
	if len(got) != 6 { // three tables' files, manifest, dictionary, latest
		t.Errorf("files: %v", got)
	}
	put(t, Folder(other), head("s1"), tables())
	for name, text := range tree(t, other) {
		if got[name] != text {
			t.Errorf("%s differs when published again elsewhere", name)
		}
	}
}

func TestPublishAgainVerifies(t *testing.T) {
	dir := t.TempDir()
	var m Manifest
	for range 2 {
		m = put(t, Folder(dir), head("s1"), tables())
	}
	if err := os.WriteFile(filepath.Join(dir, "snapshots", m.ID, "studios/part-0.txt"), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Publish(t.Context(), Folder(dir), head("s1"), tables(), lines{}); err == nil {
		t.Fatal("a changed file was not noticed")
	}
}

func TestGroundsMakeAnotherPublication(t *testing.T) {
	dir := Folder(t.TempDir())
	first, other := put(t, dir, head("s1"), tables()), head("s1")
	other.Grounds = []string{"causes map[]"}
	if second := put(t, dir, other, tables()); first.ID == second.ID || first.Snapshot != second.Snapshot {
		t.Errorf("publications %q and %q of snapshots %q and %q", first.ID, second.ID, first.Snapshot, second.Snapshot)
	}
}

func TestFailureLeavesThePreviousOne(t *testing.T) {
	dir := t.TempDir()
	put(t, Folder(dir), head("s1"), tables())
	before := tree(t, dir)
	if _, err := Publish(t.Context(), Folder(dir), head("s2"), tables(), lines{fail: "studios"}); err == nil {
		t.Fatal("a broken table is no error")
	}
	bad := head("s2")
	bad.Verify = func(context.Context, File) (int64, error) { return 99, nil }
	if _, err := Publish(t.Context(), Folder(dir), bad, tables(), lines{}); err == nil {
		t.Fatal("a file that reads back short is no error")
	}
	broken := func(yield func(*table.Table, error) bool) { yield(nil, errors.New("the database went away")) }
	if _, err := Publish(t.Context(), Folder(dir), head("s2"), broken, lines{}); err == nil {
		t.Fatal("tables that cannot be read are no error")
	}
	after := tree(t, dir)
	if len(after) != len(before) {
		t.Fatalf("files are left: %v", after)
	}
	if after["latest.json"] != before["latest.json"] {
		t.Fatal("latest moved")
	}
}

func TestUnsafeNamesAreRefused(t *testing.T) {
	for _, id := range []string{"", "..", "a/b", "a b"} {
		if _, err := Publish(t.Context(), Folder(t.TempDir()), head(id), tables(), lines{}); err == nil {
			t.Errorf("snapshot id %q was taken", id)
		}
	}
	if _, err := Publish(t.Context(), Folder(t.TempDir()), head("s"), stream(of("../x", "p", "1")), lines{}); err == nil {
		t.Error("a table's name left the folder")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "latest.json"), []byte(`{"path": "snapshots/../../etc"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Publish(t.Context(), Folder(dir), head("s"), tables(), lines{}); err == nil {
		t.Error("latest.json leads out of the folder")
	}
}

// many gives n rows of a project.
func many(project string, n int) *table.Table {
	t := of("shots", project)
	t.Rows = func(yield func(table.Row, error) bool) {
		for i := range n {
			if !yield(table.Row{project, fmt.Sprintf("%07d", n-i)}, nil) {
				return
			}
		}
	}
	return t
}

func TestPartitionsAreFewAndLarge(t *testing.T) {
	dir := t.TempDir()
	all := []*table.Table{many("big/.. 1", bucketRows), many("zz", bucketRows+7)}
	for i := range 200 {
		all = append(all, many(fmt.Sprintf("p%03d", i), 10+i%3))
	}
	m := put(t, Folder(dir), head("s1"), stream(all...))
	var paths []string
	for _, f := range m.Tables[0].Files {
		paths = append(paths, fmt.Sprint(f.Path, " ", f.Rows))
	}
	want := fmt.Sprintf("[shots/project_bucket=big%%2F..%%201/part-0.txt %d shots/project_bucket=small/part-0.txt 2199 shots/project_bucket=zz/part-0.txt %d]", bucketRows, bucketRows+7)
	if fmt.Sprint(paths) != want || m.Tables[0].Rows != 2*bucketRows+7+2199 {
		t.Errorf("files %v, want %v; %d rows", paths, want, m.Tables[0].Rows)
	}
	text := tree(t, dir)["snapshots/"+m.ID+"/shots/project_bucket=zz/part-0.txt"]
	if !strings.HasPrefix(text, "0000001\n0000002\n") || !strings.HasSuffix(text, fmt.Sprintf("%07d\n", bucketRows+7)) {
		t.Error("the rows are not sorted")
	}
}

func TestOnlyLargeProductionsLeaveNoSmallFile(t *testing.T) {
	m := put(t, Folder(t.TempDir()), head("s1"), stream(many("a", bucketRows)))
	if len(m.Tables[0].Files) != 1 || m.Tables[0].Files[0].Path != "shots/project_bucket=a/part-0.txt" {
		t.Errorf("files %+v", m.Tables[0].Files)
	}
}

// memoryStore is another Destination: what an object store would do, with the
// manifest as the mark of a snapshot that is whole.
type memoryStore struct {
	files map[string][]byte
	seen  map[string]time.Time
}

type memoryFile struct{ *bytes.Reader }

func (memoryFile) Close() error { return nil }

func (s *memoryStore) String() string { return "memory" }

func (s *memoryStore) Open(name string) (File, error) {
	raw, ok := s.files[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return memoryFile{bytes.NewReader(raw)}, nil
}

func (s *memoryStore) Replace(name string, raw []byte) error { s.files[name] = raw; return nil }
func (s *memoryStore) Touch(id string, at time.Time) error   { s.seen[id] = at; return nil }

func (s *memoryStore) Snapshots() (out []Stored, _ error) {
	for id, at := range s.seen {
		out = append(out, Stored{id, at})
	}
	return out, nil
}

func (s *memoryStore) Remove(id string) error {
	delete(s.seen, id)
	for name := range s.files {
		if strings.HasPrefix(name, "snapshots/"+id+"/") {
			delete(s.files, name)
		}
	}
	return nil
}

func (s *memoryStore) Begin(id string) (Aside, error) {
	return &memoryAside{s, id, map[string]*bytes.Buffer{}}, nil
}

type memoryAside struct {
	to    *memoryStore
	id    string
	files map[string]*bytes.Buffer
}

type unclosed struct{ *bytes.Buffer }

func (unclosed) Close() error { return nil }

func (a *memoryAside) Create(name string) (io.WriteCloser, error) {
	a.files[name] = &bytes.Buffer{}
	return unclosed{a.files[name]}, nil
}

func (a *memoryAside) Open(name string) (File, error) {
	return memoryFile{bytes.NewReader(a.files[name].Bytes())}, nil
}

func (a *memoryAside) Commit() error {
	for name, raw := range a.files {
		a.to.files["snapshots/"+a.id+"/"+name] = raw.Bytes()
	}
	return nil
}

func (a *memoryAside) Discard() error { return nil }

func TestAnotherDestinationHoldsTheSameBytes(t *testing.T) {
	dir, mem := t.TempDir(), &memoryStore{map[string][]byte{}, map[string]time.Time{}}
	put(t, Folder(dir), head("s1"), tables())
	put(t, mem, head("s1"), tables())
	on := tree(t, dir)
	if len(on) != len(mem.files) {
		t.Errorf("%d files on disk, %d in memory", len(on), len(mem.files))
	}
	for name, raw := range mem.files {
		if on[name] != string(raw) {
			t.Errorf("%s differs", name)
		}
	}
	h := head("s2")
	h.Keep = Keep{Newest: 1}
	put(t, mem, h, tables())
	if m, err := Latest(mem); err != nil || m.Snapshot != "s2" || len(mem.seen) != 1 {
		t.Errorf("latest %+v, %v; kept %v", m, err, mem.seen)
	}
}
