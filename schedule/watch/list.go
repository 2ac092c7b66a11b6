package watch

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// deepest is how many folders below each other are looked into.
const deepest = 32

// A listing is what one look at a folder found. Paths are as the disk has them.
type listing struct {
	files   []listed
	names   map[string]bool // of everything, junk included: locks are looked up in it
	folders []string        // those that were looked into, "." included
	junk    int             // files and folders that are no lists
	unread  map[string]error
}

type listed struct {
	path string
	info fs.FileInfo
}

// empty says whether nothing lies in a folder but what systems leave about.
func (l *listing) empty() bool { return len(l.files) == 0 && len(l.folders) == 1 && len(l.unread) == 0 }

// list looks at a folder and those below. Links, pipes and devices are no lists;
// a link might lead anywhere. An error is one of the folder itself.
func list(root *os.Root) (*listing, error) {
	l := &listing{names: map[string]bool{}, unread: map[string]error{}}
	if err := l.look(root, ".", 1); err != nil {
		return nil, err
	}
	slices.SortFunc(l.files, func(a, b listed) int { return strings.Compare(a.path, b.path) })
	slices.Sort(l.folders)
	return l, nil
}

func (l *listing) look(dir *os.Root, at string, depth int) error {
	here, err := dir.Open(".")
	if err != nil {
		return err
	}
	entries, err := here.ReadDir(-1)
	if closing := here.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	l.folders = append(l.folders, at)
	for _, e := range entries {
		l.meet(dir, path.Join(at, e.Name()), e, depth)
	}
	return nil
}

// meet looks at one entry of a folder. What is gone by now is nothing.
func (l *listing) meet(dir *os.Root, p string, e fs.DirEntry, depth int) {
	l.names[p] = true
	switch {
	case ours(e.Name()), e.IsDir() && oursDir(p):
	case junk(e.Name()):
		l.junk++
	case e.IsDir():
		l.below(dir, p, e.Name(), depth+1)
	default:
		info, err := dir.Lstat(e.Name())
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			l.unread[p] = err
		case info.Mode().IsRegular():
			l.files = append(l.files, listed{p, info})
		default:
			l.junk++
		}
	}
}

func (l *listing) below(dir *os.Root, p, name string, depth int) {
	if depth > deepest {
		l.unread[p] = errors.New("it lies too deep")
		return
	}
	sub, err := dir.OpenRoot(name)
	if err == nil {
		err = l.look(sub, p, depth)
		_ = sub.Close() // it was only read
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.unread[p] = err
	}
}

// locked names the lock that lies beside a file; "" where there is none.
func (l *listing) locked(p string) string {
	for _, lock := range locks(path.Base(p)) {
		if l.names[path.Join(path.Dir(p), lock)] {
			return lock
		}
	}
	return ""
}
