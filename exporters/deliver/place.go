package deliver

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"turnover/exporters"
)

// place gives a file that was written aside its name: the first that is free,
// unless one before it has the same bytes.
func (f Folder) place(aside, name string, put *Put) error {
	for n := 1; n <= mostCopies; n++ {
		put.Path = filepath.Join(f.Path, numbered(name, n))
		err := link(aside, put.Path)
		if err == nil {
			return exporters.SyncFolder(f.Path)
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		if put.Already, err = same(put); err != nil {
			return err
		}
		if put.Already { // its name may not have been made to last
			return exporters.SyncFolder(f.Path)
		}
	}
	return fmt.Errorf("%d files of this name are there: tidy the folder up", mostCopies)
}

// numbered is a name for the nth file of it: "quota (2).xlsx".
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	extension := filepath.Ext(name)
	return fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, extension), n, extension)
}

// link gives a file a second name, which must be free: unlike a rename it never
// replaces what came there meanwhile. Some shares know no links: there a rename
// has to do, which leaves a moment between looking and renaming.
func link(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return renameTo(from, to)
}

func renameTo(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return &fs.PathError{Op: "rename to", Path: to, Err: fs.ErrExist}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(from, to)
}

// same says whether the file at a path has the size and the sum of one that was
// written. What is no plain file is another one, and is not opened.
func same(put *Put) (bool, error) {
	info, err := os.Lstat(put.Path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (!info.Mode().IsRegular() || info.Size() != put.Bytes) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	file, err := os.Open(put.Path)
	if errors.Is(err, fs.ErrPermission) {
		return false, nil // somebody else's
	}
	if err != nil {
		return false, err
	}
	defer func() { _ = file.Close() }() // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return false, err
	}
	return hex.EncodeToString(sum.Sum(nil)) == put.SHA256, nil
}
