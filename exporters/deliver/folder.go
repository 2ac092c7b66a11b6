package deliver

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"
	"time"

	"turnover/exporters"
)

// A Folder is a place for files that people open: local or a share.
type Folder struct{ Path string }

// Put is a file as it lies in a folder.
type Put struct {
	Path    string
	SHA256  string
	Bytes   int64
	Already bool // it was there, the same byte for byte: nothing was written
}

const (
	asidePattern = ".turnover-*.part"
	staleAside   = 24 * time.Hour // what a crash left; younger ones may be at work
	mostCopies   = 1000           // files of one name and other bytes
)

// Put writes a file whole or not at all, on the disk when it returns. What is
// there is never overwritten: the same bytes are the same file, so that a
// repeated Put does nothing, and beside other bytes the name gets a number,
// "quota (2).xlsx". Its errors are the machine's.
func (f Folder) Put(ctx context.Context, name string, content func(io.Writer) error) (Put, error) {
	name = FileName(name)
	if err := f.make(); err != nil {
		return Put{}, err
	}
	aside, put, err := f.aside(ctx, content)
	if err != nil {
		return Put{}, f.unwritten(name, err)
	}
	defer func() { _ = os.Remove(aside) }() // gone where it was renamed
	if err := f.place(aside, name, &put); err != nil {
		return Put{}, f.unwritten(name, err)
	}
	return put, nil
}

// Check says whether the folder is there, or can be made, and can be written.
func (f Folder) Check() error {
	if err := f.make(); err != nil {
		return err
	}
	file, err := os.CreateTemp(f.Path, asidePattern)
	if err != nil {
		return f.unwritten("a file", err)
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// make makes the folder, but not where a share may be missing: without its
// parent, or in an empty one, as a mount point is while nothing is mounted. Files
// would land on the local disk, where nobody finds them.
func (f Folder) make() error {
	info, err := os.Stat(f.Path)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file: name a folder", f.Path)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return readable(f.Path, err)
	}
	parent := filepath.Dir(filepath.Clean(f.Path))
	inside, err := os.ReadDir(parent)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s, nor the one that it should be in: mount the share, or make the folder", f.Path)
	case err != nil:
		return readable(parent, err)
	case len(inside) == 0:
		return fmt.Errorf("there is no folder %s, and %s is empty, as a share is that is not mounted: mount it, or make the folder", f.Path, parent)
	}
	return f.mkdir()
}

func (f Folder) mkdir() error {
	parent := filepath.Dir(filepath.Clean(f.Path))
	err := os.Mkdir(f.Path, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make folder: %w: make it by hand, or let the program's user write in %s", err, parent)
	}
	return exporters.SyncFolder(parent)
}

func readable(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("open folder: %w: is %s mounted and readable?", err, name)
}

// aside writes the content under a name that nobody looks at.
func (f Folder) aside(ctx context.Context, content func(io.Writer) error) (name string, put Put, err error) {
	file, err := os.CreateTemp(f.Path, asidePattern)
	if err != nil {
		return "", put, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	sum := sha256.New()
	count := &counter{ctx: ctx, to: io.MultiWriter(file, sum)}
	buffer := bufio.NewWriterSize(count, 1<<16)
	err = content(buffer)
	if err == nil {
		err = errors.Join(buffer.Flush(), file.Chmod(0o644), file.Sync())
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return "", put, err
	}
	f.sweep(file.Name())
	return file.Name(), Put{SHA256: hex.EncodeToString(sum.Sum(nil)), Bytes: count.bytes}, nil
}

// A counter counts what is written, until its context ends.
type counter struct {
	ctx   context.Context
	to    io.Writer
	bytes int64
}

func (c *counter) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.to.Write(b)
	c.bytes += int64(n)
	return n, err
}

// sweep removes what crashes left. How old that is tells the folder's own clock,
// by the file that was just written: a share's may differ from ours.
func (f Folder) sweep(own string) {
	now, err := os.Stat(own)
	if err != nil {
		return // the next Put sweeps
	}
	entries, _ := os.ReadDir(f.Path) // as far as they can be read
	for _, e := range entries {
		if left, _ := path.Match(asidePattern, e.Name()); !left {
			continue
		}
		if info, err := e.Info(); err == nil && now.ModTime().Sub(info.ModTime()) > staleAside {
			_ = os.Remove(filepath.Join(f.Path, e.Name())) // the next Put tries again
		}
	}
}

// unwritten says what a file could not be written for, and the way out.
func (f Folder) unwritten(name string, err error) error {
	way := ""
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		way = ": let the program's user write there"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		way = ": make room there"
	}
	return fmt.Errorf("write %q into %s: %w%s", name, f.Path, err, way)
}
