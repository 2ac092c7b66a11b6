package watch

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"syscall"

	"turnover/schedule"
)

// A tree is a watch folder in which files are put and moved. Nothing is ever
// overwritten: a name that is taken is numbered.
type tree struct {
	*os.Root
	step func(string) // for tests: what happens next may be the last
}

// stays says whether an error means that the folder cannot be changed, now or
// later: a share that is read only, files of somebody else, another disk.
func stays(err error) bool {
	for _, fault := range []error{fs.ErrPermission, syscall.EROFS, syscall.EXDEV, syscall.ENAMETOOLONG, syscall.ENOTDIR} {
		if errors.Is(err, fault) {
			return true
		}
	}
	return false
}

// free finds the first name in a folder that no file has.
func (t tree) free(dir, name string) (string, error) {
	for n := 1; ; n++ {
		p := path.Join(dir, numbered(name, n))
		if _, err := t.Lstat(p); errors.Is(err, fs.ErrNotExist) {
			return p, nil
		} else if err != nil {
			return "", err
		}
	}
}

// put writes a file under the first free name, aside and then renamed. Where one
// of the names has the same bytes already, that is the file.
func (t tree) put(dir, name string, content []byte) error {
	if err := t.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	for n := 1; ; n++ {
		p := path.Join(dir, numbered(name, n))
		info, err := t.Lstat(p)
		if errors.Is(err, fs.ErrNotExist) {
			if err = t.write(p, content); errors.Is(err, fs.ErrNotExist) {
				info, err = t.Lstat(p) // another process that writes the same was quicker
			} else {
				return err
			}
		}
		if err != nil {
			return err
		}
		if t.holds(p, info, content) {
			return nil
		}
	}
}

func (t tree) holds(p string, info fs.FileInfo, content []byte) bool {
	if !info.Mode().IsRegular() || info.Size() != int64(len(content)) {
		return false
	}
	there, err := t.ReadFile(p)
	return err == nil && bytes.Equal(there, content)
}

// write puts bytes aside under a name that follows from the file's, so that
// what a crash leaves is overwritten by the next try, and then in place.
func (t tree) write(p string, content []byte) error {
	aside := path.Join(path.Dir(p), asideMark+sum([]byte(p))[:16]+".tmp")
	if err := t.writeWhole(aside, content); err != nil {
		return err
	}
	t.step("aside")
	if err := t.Rename(aside, p); err != nil {
		return err
	}
	t.step("put")
	return nil
}

func (t tree) writeWhole(p string, content []byte) error {
	file, err := t.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}

// move gives a file another folder, and says under which path.
func (t tree) move(from, dir, name string) (string, error) {
	if err := t.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("make folder: %w", err)
	}
	to, err := t.free(dir, name)
	if err != nil {
		return "", err
	}
	if err := t.Rename(from, to); err != nil {
		return "", err
	}
	t.step("moved")
	return to, nil
}

// file moves one of a drop's files, unless it is another by now. One that is
// gone was moved before, or taken away: "" says that it is not known where to.
func (t tree) file(f schedule.DropFile, dir string) (string, error) {
	name := path.Base(f.OnDisk())
	info, err := t.Lstat(f.OnDisk())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return t.moved(f, dir, name)
	case err != nil:
		return "", err
	case !same(f, info):
		return "", nil
	}
	to, err := t.move(f.OnDisk(), dir, name)
	if err != nil {
		return "", err
	}
	return t.back(f, to)
}

// back returns a file that was written to while it was moved, so that what was
// written is taken too. Where its name is taken again it stays with what was filed.
func (t tree) back(f schedule.DropFile, to string) (string, error) {
	info, err := t.Lstat(to)
	if err != nil || same(f, info) {
		return to, err
	}
	if _, err := t.Lstat(f.OnDisk()); !errors.Is(err, fs.ErrNotExist) {
		return to, err
	}
	return "", t.Rename(to, f.OnDisk())
}

// place is where one of a drop's files is going to be, or is already.
func (t tree) place(f schedule.DropFile, dir string) (string, error) {
	name := path.Base(f.OnDisk())
	if _, err := t.Lstat(f.OnDisk()); errors.Is(err, fs.ErrNotExist) {
		if to, err := t.moved(f, dir, name); err != nil || to != "" {
			return to, err
		}
	}
	return t.free(dir, name)
}

// moved looks for a file where an earlier try has moved it to.
func (t tree) moved(f schedule.DropFile, dir, name string) (string, error) {
	for n := 1; ; n++ {
		p := path.Join(dir, numbered(name, n))
		info, err := t.Lstat(p)
		if errors.Is(err, fs.ErrNotExist) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		if same(f, info) {
			return p, nil
		}
	}
}
