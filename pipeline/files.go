package pipeline

import (
	"io"
	"iter"
)

// Files keep the contents of previews by the preview's id. What is not there is
// ErrNotFound.
type Files interface {
	// Put keeps a file whole or not at all, instead of an earlier one.
	Put(id string, content io.Reader) (size int64, err error)
	Open(id string) (io.ReadSeekCloser, error)
	// Remove deletes a file; one that is not there is none.
	Remove(id string) error
	// IDs gives the ids of all files that are kept, in order.
	IDs() iter.Seq2[string, error]
}
