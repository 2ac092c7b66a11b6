package watch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"turnover/schedule"
)

// defaultLimit is what is read of a file where the folder does not say.
const defaultLimit = 256 << 20

// errChanged says that a file is not, or no longer, the one that was meant.
var errChanged = errors.New("it has changed meanwhile")

// modTime is a file's time as a drop keeps it: years that JSON cannot write,
// which a broken clock gives, are one and the same.
func modTime(info fs.FileInfo) time.Time {
	t := info.ModTime().UTC()
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Unix(0, 0).UTC()
	}
	return t
}

// same says whether a file is as the drop has it, as far as can be told without
// reading it.
func same(f schedule.DropFile, info fs.FileInfo) bool {
	return info.Mode().IsRegular() && info.Size() == f.Size && modTime(info).Equal(f.ModTime)
}

// read gives the bytes of a file that is as it was listed before and after. Of
// one above the limit it gives one byte more than the limit.
func read(root *os.Root, f schedule.DropFile, limit int64) ([]byte, error) {
	before, err := root.Lstat(f.OnDisk())
	if err != nil {
		return nil, err
	}
	if !same(f, before) {
		return nil, errChanged
	}
	content, err := readOpen(root, f, limit)
	if err != nil {
		return nil, err
	}
	after, err := root.Lstat(f.OnDisk())
	if err != nil {
		return nil, err
	}
	if !same(f, after) {
		return nil, errChanged
	}
	return content, nil
}

// readOpen does not ask whether the open file is the one that was looked at:
// some shares number their files anew at each look.
func readOpen(root *os.Root, f schedule.DropFile, limit int64) ([]byte, error) {
	file, err := root.Open(f.OnDisk())
	if err != nil {
		return nil, err
	}
	defer file.Close() // it was only read
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !same(f, info) {
		return nil, errChanged
	}
	if limit <= 0 {
		limit = defaultLimit
	}
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", f.Path, err)
	}
	if int64(len(content)) != min(info.Size(), limit+1) {
		return nil, errChanged
	}
	return content, nil
}

func sum(content []byte) string {
	h := sha256.Sum256(content)
	return hex.EncodeToString(h[:])
}

// hollow says whether a file ends in zeros, as one does whose length was set
// before it is filled: no list ends so.
func hollow(content []byte) bool {
	end := content[max(0, len(content)-64):]
	return len(end) > 0 && len(bytes.Trim(end, "\x00")) == 0
}
