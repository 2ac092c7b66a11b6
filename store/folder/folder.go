// Package folder keeps files by id in a folder: the contents of previews. A
// database keeps what is known of them.
package folder

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"

	"turnover/store"
)

// A Folder is one place for files. It is made when the first file comes.
type Folder struct{ Root string }

// An id becomes a part of a path: nothing but the characters of a UUID may.
var sound = regexp.MustCompile(`^[0-9a-f-]{8,64}$`)

// place is where a file lies: in one of 256 folders, so that none grows large.
func (f Folder) place(id string) (string, error) {
	if !sound.MatchString(id) {
		return "", fmt.Errorf("file %q: %w", id, store.ErrNotFound)
	}
	return filepath.Join(f.Root, id[:2], id), nil
}

// Put keeps a file, instead of the earlier one of the same id: whole or not at
// all. It gives the number of bytes.
func (f Folder) Put(id string, content io.Reader) (size int64, err error) {
	at, err := f.place(id)
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(filepath.Dir(at), 0o750); err != nil {
		return 0, err
	}
	aside, err := os.CreateTemp(filepath.Dir(at), ".put-*")
	if err != nil {
		return 0, err
	}
	size, err = io.Copy(aside, content)
	if err == nil {
		err = aside.Sync()
	}
	err = errors.Join(err, aside.Close())
	if err == nil {
		err = os.Rename(aside.Name(), at)
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(aside.Name()))
	}
	return size, nil
}

// Open reads a file; store.ErrNotFound.
func (f Folder) Open(id string) (io.ReadSeekCloser, error) {
	at, err := f.place(id)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(at)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("file %s: %w", id, store.ErrNotFound)
	}
	if err != nil {
		return nil, err // not a nil *os.File in an interface
	}
	return file, nil
}

// IDs gives the ids of all files, in order; none where there is no folder. What
// else lies there is left alone.
func (f Folder) IDs() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for i := range 256 {
			part := fmt.Sprintf("%02x", i)
			entries, err := os.ReadDir(filepath.Join(f.Root, part))
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				yield("", err)
				return
			}
			for _, e := range entries {
				if e.Type().IsRegular() && sound.MatchString(e.Name()) && e.Name()[:2] == part && !yield(e.Name(), nil) {
					return
				}
			}
		}
	}
}

// Remove deletes a file; one that is not there is none.
func (f Folder) Remove(id string) error {
	at, err := f.place(id)
	if err != nil {
		return nil
	}
	if err := os.Remove(at); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
