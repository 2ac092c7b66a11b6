package folder

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"turnover/store"
)

const one = "0b4f6c2a-0000-4000-8000-000000000001"

func TestFolder(t *testing.T) {
	f := Folder{filepath.Join(t.TempDir(), "previews")}
	if _, err := f.Open(one); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("before: %v", err)
	}
	for _, text := range []string{"first", "second time"} {
		if n, err := f.Put(one, strings.NewReader(text)); err != nil || n != int64(len(text)) {
			t.Fatalf("%d, %v", n, err)
		}
		if got := read(t, f); got != text {
			t.Errorf("%q", got)
		}
	}
	if _, err := f.Put(one, io.MultiReader(strings.NewReader("half"), failing{})); err == nil {
		t.Error("a broken upload is kept")
	}
	if got := read(t, f); got != "second time" {
		t.Errorf("after a broken upload: %q", got)
	}
	left, _ := filepath.Glob(filepath.Join(f.Root, "0b", ".put-*"))
	if len(left) > 0 {
		t.Errorf("left aside: %v", left)
	}
	for range 2 {
		if err := f.Remove(one); err != nil {
			t.Error(err)
		}
	}
	if _, err := f.Open(one); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after: %v", err)
	}
}

// TestIDs: those of files alone, in order; what else lies there is left out.
func TestIDs(t *testing.T) {
	f := Folder{filepath.Join(t.TempDir(), "previews")}
	list := func() (out []string) {
		t.Helper()
		for id, err := range f.IDs() {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, id)
		}
		return out
	}
	if got := list(); got != nil {
		t.Errorf("without a folder: %v", got)
	}
	want := []string{one, strings.Replace(one, "0b4f", "0b5f", 1), strings.Replace(one, "0b", "ff", 1)}
	for _, id := range []string{want[2], want[0], want[1]} {
		if _, err := f.Put(id, strings.NewReader(id)); err != nil {
			t.Fatal(err)
		}
	}
	for _, other := range []string{".DS_Store", "0b/.put-1", "0b/notes.txt", "0b/" + want[2], "zz"} {
		if err := os.WriteFile(filepath.Join(f.Root, filepath.FromSlash(other)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(f.Root, "0b", strings.Replace(one, "0b4f", "0b6f", 1)), 0o750); err != nil {
		t.Fatal(err)
	}
	if got := list(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for id := range f.IDs() {
		if id != want[0] {
			t.Errorf("went on after the first: %s", id)
		}
		break
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the client went away") }

func read(t *testing.T, f Folder) string {
	t.Helper()
	r, err := f.Open(one)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestNoPathTricks(t *testing.T) {
	dir := t.TempDir()
	f := Folder{filepath.Join(dir, "previews")}
	for _, id := range []string{"", "..", "../../etc/passwd", "..\\..\\x", "/etc/passwd", one + "/../../x", one + "\x00", "C:evil", strings.ToUpper(one), strings.Repeat("a", 65)} {
		if _, err := f.Put(id, strings.NewReader("x")); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("put %q: %v", id, err)
		}
		if _, err := f.Open(id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("open %q: %v", id, err)
		}
		if err := f.Remove(id); err != nil {
			t.Errorf("remove %q: %v", id, err)
		}
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) > 0 {
		t.Errorf("something was written: %v, %v", all, err)
	}
}
