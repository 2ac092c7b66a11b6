package deliver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func writes(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// names lists a folder with the contents of its files.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		raw, _ := os.ReadFile(filepath.Join(dir, e.Name()))
		out = append(out, e.Name()+"="+string(raw))
	}
	return strings.Join(out, "; ")
}

func TestPutNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	f := Folder{dir}
	const sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // of "abc"
	for _, c := range []struct {
		content, name string
		already       bool
	}{
		{"abc", "quota.xlsx", false},
		{"abc", "quota.xlsx", true},
		{"abd", "quota (2).xlsx", false},
		{"abc", "quota.xlsx", true},
		{"abd", "quota (2).xlsx", true},
		{"", "quota (3).xlsx", false},
	} {
		got, err := f.Put(t.Context(), "quota.xlsx", writes(c.content))
		if err != nil || got.Path != filepath.Join(dir, c.name) || got.Already != c.already || got.Bytes != int64(len(c.content)) || c.content == "abc" && got.SHA256 != sum {
			t.Errorf("%q: %+v (%v)", c.content, got, err)
		}
	}
	if got, want := names(t, dir), "quota (2).xlsx=abd; quota (3).xlsx=; quota.xlsx=abc"; got != want {
		t.Errorf("the folder holds %s, want %s", got, want)
	}
	if info, err := os.Stat(filepath.Join(dir, "quota.xlsx")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v (%v): others must be able to read it", info.Mode(), err)
	}
}

// What stands in the way is neither followed nor opened: a pipe would never end.
func TestPutBesideWhatIsNoFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need rights on Windows")
	}
	dir, other := t.TempDir(), filepath.Join(t.TempDir(), "precious")
	if err := errors.Join(os.WriteFile(other, []byte("abc"), 0o600), os.Symlink(other, filepath.Join(dir, "a")), os.Symlink("nowhere", filepath.Join(dir, "a (2)")), os.Mkdir(filepath.Join(dir, "a (3)"), 0o700)); err != nil {
		t.Fatal(err)
	}
	got, err := Folder{dir}.Put(t.Context(), "a", writes("abd"))
	if err != nil || filepath.Base(got.Path) != "a (4)" {
		t.Errorf("%+v (%v)", got, err)
	}
	if raw, _ := os.ReadFile(other); string(raw) != "abc" {
		t.Errorf("the link was followed: %q", raw)
	}
	// A link that is as long as the content, to a file of that content.
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "xyz"), []byte("new"), 0o600), os.Symlink("xyz", filepath.Join(dir, "b"))); err != nil {
		t.Fatal(err)
	}
	if got, err := (Folder{dir}).Put(t.Context(), "b", writes("new")); err != nil || filepath.Base(got.Path) != "b (2)" || got.Already {
		t.Errorf("%+v (%v)", got, err)
	}
}

func TestPutMakesTheNameSound(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "in")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := Folder{dir}.Put(t.Context(), "../out:1.txt", writes("x"))
	if err != nil || got.Path != filepath.Join(dir, "_._out_1.txt") {
		t.Errorf("%+v (%v)", got, err)
	}
}

func TestPutLeavesNothingOfAFailure(t *testing.T) {
	dir, gone := t.TempDir(), errors.New("gone")
	_, err := Folder{dir}.Put(t.Context(), "a", func(w io.Writer) error {
		_, _ = io.WriteString(w, strings.Repeat("x", 1<<17))
		return gone
	})
	if !errors.Is(err, gone) || names(t, dir) != "" {
		t.Errorf("error %v, the folder holds %s", err, names(t, dir))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Folder{dir}).Put(ctx, "a", writes("x")); !errors.Is(err, context.Canceled) || names(t, dir) != "" {
		t.Errorf("error %v, the folder holds %s", err, names(t, dir))
	}
}

// What a kill left is swept by the folder's clock once it is old, what is
// somebody's is not.
func TestPutSweeps(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * staleAside)
	for _, name := range []string{".turnover-1.part", ".turnover-2.part", ".other.part", "turnover-3.part"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if name == ".turnover-2.part" {
			continue // at work
		}
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (Folder{dir}).Put(t.Context(), "a", writes("x")); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, dir), ".other.part=; .turnover-2.part=; a=x; turnover-3.part="; got != want {
		t.Errorf("the folder holds %s, want %s", got, want)
	}
}

func TestFolderIsMadeButNotWhereAShareMayBeMissing(t *testing.T) {
	root := t.TempDir()
	f := Folder{filepath.Join(root, "reports")}
	wants := func(f Folder, words string) {
		t.Helper()
		_, err := f.Put(t.Context(), "a", writes("x"))
		if err == nil || !strings.Contains(err.Error(), words) || f.Check() == nil {
			t.Errorf("%s: error %v, check %v, want one with %q", f.Path, err, f.Check(), words)
		}
	}
	wants(f, "is empty, as a share is that is not mounted")
	if err := os.WriteFile(filepath.Join(root, "other"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Check(); err != nil || names(t, f.Path) != "" {
		t.Errorf("check: %v, the folder holds %s", err, names(t, f.Path))
	}
	if got, err := f.Put(t.Context(), "a", writes("x")); err != nil || got.Path != filepath.Join(f.Path, "a") {
		t.Errorf("%+v (%v)", got, err)
	}
	wants(Folder{filepath.Join(root, "no", "where")}, "nor the one that it should be in")
	wants(Folder{filepath.Join(root, "other")}, "is a file")
}

func TestPutSaysTheWayOut(t *testing.T) {
	dir := t.TempDir()
	for cause, words := range map[error]string{fs.ErrPermission: "let the program's user write there", syscall.EROFS: "let the program's user write there", syscall.ENOSPC: "make room there"} {
		_, err := Folder{dir}.Put(t.Context(), "a", func(io.Writer) error { return cause })
		if !errors.Is(err, cause) || !strings.Contains(err.Error(), words) || !strings.Contains(err.Error(), `"a" into `+dir) {
			t.Errorf("error %v, want one with %q", err, words)
		}
	}
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		return // modes of folders mean nothing to this user
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := (Folder{dir}).Put(t.Context(), "a", writes("x")); !errors.Is(err, fs.ErrPermission) || (Folder{dir}).Check() == nil {
		t.Errorf("error %v, check %v", err, Folder{dir}.Check())
	}
}

// Several workers that deliver the same are one file; others are beside it.
func TestPutAtTheSameTime(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range 24 {
		all.Go(func() {
			if _, err := (Folder{dir}).Put(t.Context(), "a.txt", writes(fmt.Sprint(i%3))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("the folder holds %s, want three files", names(t, dir))
	}
}

// Where a share knows no links, a rename looks first.
func TestRenameToLooksFirst(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := errors.Join(os.WriteFile(from, []byte("new"), 0o600), os.WriteFile(to, []byte("old"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := renameTo(from, to); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %v", err)
	}
	if err := renameTo(from, filepath.Join(dir, "free")); err != nil || names(t, dir) != "free=new; to=old" {
		t.Errorf("error %v, the folder holds %s", err, names(t, dir))
	}
}
