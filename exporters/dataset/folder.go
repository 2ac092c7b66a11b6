package dataset

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"turnover/exporters"
)

// staleAfter is how old what a crash left must be to be swept: younger ones may
// be at work.
const staleAfter = 24 * time.Hour

const snapshotsName = "snapshots"

// A Folder is a Destination on a disk or a mounted one.
type Folder string

func (f Folder) path(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

func (f Folder) String() string { return string(f) }

// Open reads a file of the folder.
func (f Folder) Open(name string) (File, error) {
	file, err := os.Open(f.path(name))
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Begin makes a folder beside the snapshots, after what crashes left was swept.
func (f Folder) Begin(id string) (Aside, error) {
	if err := os.MkdirAll(f.path(snapshotsName), 0o755); err != nil {
		return nil, err
	}
	if err := f.sweep(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(string(f), ".writing-"+id+"-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	return &asideFolder{dir, f.path(snapshotsName + "/" + id)}, nil
}

func (f Folder) sweep() error {
	var left []string
	for _, pattern := range []string{".writing-*", ".removing-*", ".replacing-*"} {
		some, err := filepath.Glob(f.path(pattern))
		if err != nil {
			return err
		}
		left = append(left, some...)
	}
	for _, name := range left {
		info, err := os.Stat(name)
		if err != nil || time.Since(info.ModTime()) < staleAfter {
			continue
		}
		if err := os.RemoveAll(name); err != nil {
			return err
		}
	}
	return nil
}

// Replace writes a file aside and renames it.
func (f Folder) Replace(name string, raw []byte) error {
	file, err := os.CreateTemp(string(f), ".replacing-*")
	if err != nil {
		return err
	}
	aside := file.Name()
	defer func() { _ = os.Remove(aside) }() // gone where it was renamed
	_, err = file.Write(raw)
	if err := errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := renamePatiently(aside, f.path(name)); err != nil {
		return err
	}
	return exporters.SyncFolder(string(f))
}

// renamePatiently tries again for a while: on Windows a file that somebody is
// just reading cannot be replaced.
func renamePatiently(from, to string) error {
	err := os.Rename(from, to)
	for try := 0; err != nil && runtime.GOOS == "windows" && try < 50; try++ {
		time.Sleep(20 * time.Millisecond)
		err = os.Rename(from, to)
	}
	return err
}

// Snapshots lists the folders of snapshots; their times say when they were the latest.
func (f Folder) Snapshots() ([]Stored, error) {
	entries, err := os.ReadDir(f.path(snapshotsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Stored
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !e.IsDir() || !plain(e.Name()) {
			continue // taken away meanwhile, or not ours
		}
		out = append(out, Stored{e.Name(), info.ModTime()})
	}
	return out, nil
}

// Touch sets the time of a snapshot's folder.
func (f Folder) Touch(id string, at time.Time) error {
	return os.Chtimes(f.path(snapshotsName+"/"+id), at, at)
}

// Remove renames a snapshot away before its files go.
func (f Folder) Remove(id string) error {
	away, err := os.MkdirTemp(string(f), ".removing-"+id+"-")
	if err != nil {
		return err
	}
	if err := os.Rename(f.path(snapshotsName+"/"+id), filepath.Join(away, id)); err != nil {
		return errors.Join(err, os.Remove(away))
	}
	return os.RemoveAll(away)
}

// An asideFolder becomes final by one rename.
type asideFolder struct{ dir, final string }

func (a *asideFolder) path(name string) string { return filepath.Join(a.dir, filepath.FromSlash(name)) }

// Create begins a file and its folders.
func (a *asideFolder) Create(name string) (io.WriteCloser, error) {
	path := a.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return syncedFile{f}, nil
}

// A syncedFile is on the disk when it is closed.
type syncedFile struct{ *os.File }

func (f syncedFile) Close() error { return errors.Join(f.Sync(), f.File.Close()) }

// Open reads a file back.
func (a *asideFolder) Open(name string) (File, error) {
	f, err := os.Open(a.path(name))
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Commit makes the names last, then renames.
func (a *asideFolder) Commit() error {
	err := filepath.WalkDir(a.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return exporters.SyncFolder(path)
	})
	if err != nil {
		return err
	}
	if err := os.Rename(a.dir, a.final); err != nil {
		if _, there := os.Stat(a.final); there == nil {
			return fs.ErrExist
		}
		return err
	}
	return exporters.SyncFolder(filepath.Dir(a.final))
}

// Discard removes what was written; nothing where it was committed.
func (a *asideFolder) Discard() error { return os.RemoveAll(a.dir) }

// plain tells names that are safe as a folder on every system.
func plain(s string) bool {
	return s != "" && len(s) <= 100 && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	})
}
