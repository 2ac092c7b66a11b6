package dataset

import (
	"context"
	"errors"
	"io"
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
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, row[len(row)-1].(string)+"\n"); err != nil {
			return err
		}
	}
	if t.Name == l.fail {
		return errors.New("broken")
	}
	return nil
}

func of(name, project string, rows ...string) *table.Table {
	t := &table.Table{Name: name, Columns: []table.Column{{Name: "project_id", Type: table.Text}, {Name: "name", Type: table.Text}}}
	var all []table.Row
	for _, r := range rows {
		all = append(all, table.Row{project, r})
	}
	t.Rows = table.Of(all)
	return t
}

func tables() []*table.Table {
	return []*table.Table{of("shots", "p1", "010", "020"), of("shots", "../../p 2", "010"), of("scenes", "p1"),
		{Name: "studios", Columns: []table.Column{{Name: "id", Type: table.Text}}, Rows: table.Of([]table.Row{{"s"}})},
		{Name: "studios", Columns: []table.Column{{Name: "id", Type: table.Text}}, Rows: table.Of([]table.Row{{"s"}})}}
}

func head(id string) Head {
	return Head{Snapshot: id, SchemaVersion: "1", AsOf: time.Unix(1e9, 0), Verify: func(_ context.Context, name string) (int64, error) {
		raw, err := os.ReadFile(name)
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

func TestPublish(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	m, err := Publish(context.Background(), dir, head("s1"), tables(), lines{})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Tables) != 3 || m.Tables[0].Rows != 3 || m.Tables[1].Rows != 0 || m.Tables[2].Rows != 1 {
		t.Fatalf("manifest: %+v", m.Tables)
	}
	got := tree(t, dir)
	for name, want := range map[string]string{"snapshots/s1/shots/project=p1/part-0.txt": "010\n020\n", "snapshots/s1/shots/project=..%2F..%2Fp%202/part-0.txt": "010\n",
		"snapshots/s1/scenes/project=none/part-0.txt": "", "snapshots/s1/studios/part-0.txt": "s\n"} {
		if text, ok := got[name]; !ok || text != want {
			t.Errorf("%s is %q, %v; want %q", name, text, ok, want)
		}
	}
	if len(got) != 7 { // four tables' files, manifest, dictionary, latest
		t.Errorf("files: %v", got)
	}
	if _, err := Publish(context.Background(), other, head("s1"), tables(), lines{}); err != nil {
		t.Fatal(err)
	}
	for name, text := range tree(t, other) {
		if got[name] != text {
			t.Errorf("%s differs when published again elsewhere", name)
		}
	}
}

func TestPublishAgainVerifies(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		if _, err := Publish(context.Background(), dir, head("s1"), tables(), lines{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "snapshots/s1/studios/part-0.txt"), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Publish(context.Background(), dir, head("s1"), tables(), lines{}); err == nil {
		t.Fatal("a changed file was not noticed")
	}
}

func TestFailureLeavesThePreviousOne(t *testing.T) {
	dir := t.TempDir()
	if _, err := Publish(context.Background(), dir, head("s1"), tables(), lines{}); err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)
	if _, err := Publish(context.Background(), dir, head("s2"), tables(), lines{fail: "studios"}); err == nil {
		t.Fatal("a broken table is no error")
	}
	bad := head("s2")
	bad.Verify = func(context.Context, string) (int64, error) { return 99, nil }
	if _, err := Publish(context.Background(), dir, bad, tables(), lines{}); err == nil {
		t.Fatal("a file that reads back short is no error")
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
		if _, err := Publish(context.Background(), t.TempDir(), head(id), tables(), lines{}); err == nil {
			t.Errorf("snapshot id %q was taken", id)
		}
	}
	if _, err := Publish(context.Background(), t.TempDir(), head("s"), []*table.Table{of("../x", "p", "1")}, lines{}); err == nil {
		t.Error("a table's name left the folder")
	}
}
