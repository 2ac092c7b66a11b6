package dataset

import (
	"io"
	"time"
)

// A Destination keeps snapshots. A folder is one; an object store can be
// another: Aside may write under the final names there, since nobody reads a
// snapshot before latest.json or its manifest names it. Names are paths with
// "/" below the destination.
type Destination interface {
	// Open reads a file; fs.ErrNotExist where there is none.
	Open(name string) (File, error)
	// Begin starts a snapshot that nobody sees before it is committed.
	Begin(id string) (Aside, error)
	// Replace writes a small file in one step: readers see the old one or the new.
	Replace(name string, raw []byte) error
	// Snapshots lists the committed ones.
	Snapshots() ([]Stored, error)
	// Touch says that a snapshot is, or just was, the latest.
	Touch(id string, at time.Time) error
	// Remove takes a snapshot away so that nobody sees a part of it.
	Remove(id string) error
	// String names the destination for people.
	String() string
}

// An Aside is a snapshot that is being written.
type Aside interface {
	// Create begins a file; closing it makes it last.
	Create(name string) (io.WriteCloser, error)
	// Open reads a file back, by its name below the snapshot.
	Open(name string) (File, error)
	// Commit makes the snapshot visible in one step; fs.ErrExist where another
	// one published it meanwhile.
	Commit() error
	// Discard takes away what was not committed.
	Discard() error
}

// A File is read from any place.
type File interface {
	io.ReadSeekCloser
	io.ReaderAt
}

// A Stored is a committed snapshot and when it was last known as the latest.
type Stored struct {
	ID     string
	Latest time.Time
}
