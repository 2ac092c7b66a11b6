package schedule

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// A Drop is a file that was left in a watch folder and stood still, or several
// that are one cut.
type Drop struct {
	Folder string     `json:"folder"` // name of the watch folder
	Files  []DropFile `json:"files"`  // by path; one or more
	Nth    int        `json:"nth"`    // 1, and more where the very same was left and filed before
	// Older names a newer version of the list that was taken before this one
	// ("cut_v09.edl"), as far as names tell; "" for none. It is no part of the key.
	Older string `json:"older,omitempty"`
}

// A DropFile is one file as it was when it stood still.
type DropFile struct {
	Path    string    `json:"path"`          // below the folder, with slashes; what people, logs and databases cannot read is escaped
	Raw     []byte    `json:"raw,omitempty"` // the path's bytes where Path is not what the disk says
	Size    int64     `json:"size"`          // bytes
	ModTime time.Time `json:"mod_time"`      // by the clock of who wrote it: only ever compared with itself
	SHA256  string    `json:"sha256"`        // of the bytes that are handed on: of a file above the limit, its beginning
}

// OnDisk is the path as the disk has it.
func (f DropFile) OnDisk() string {
	if f.Raw != nil {
		return string(f.Raw)
	}
	return f.Path
}

// Key names the drop in the ledger. The same bytes under another name or with
// another time are another drop, which is answered too.
func (d Drop) Key() string {
	h := sha256.New()
	for _, f := range d.Files {
		_, _ = fmt.Fprintf(h, "%q %d %d %s\n", f.OnDisk(), f.Size, f.ModTime.UnixNano(), f.SHA256) // a hash never fails
	}
	return fmt.Sprintf("drop/%s/%s/%d", d.Folder, hex.EncodeToString(h.Sum(nil))[:24], d.Nth)
}

// Name is the path of the first file, for people.
func (d Drop) Name() string { return d.Files[0].Path }

// The suffixes of a mark's state once nothing is left to do: the files were moved,
// or they stay where they are since the folder cannot be changed.
const (
	Filed = "-filed"
	Left  = "-left"
)

// What became of a drop. Filing moves its files afterwards: the mark's state gets
// the suffix Filed, or Left.
const (
	Applied    = "applied"
	Nothing    = "nothing"    // the production is as the list says
	Held       = "held"       // a gate wants a person
	Rejected   = "rejected"   // the list has errors
	Superseded = "superseded" // an older version than one that was applied
	Parked     = "parked"     // the machine failed too often
)

// Taken is the answer to a drop.
type Taken struct {
	State    string    `json:"state"`
	Import   string    `json:"import,omitempty"`
	Plan     string    `json:"plan,omitempty"`
	Message  string    `json:"message"` // one line
	Receipts []Receipt `json:"-"`
}

// An Answer is what the mark of a drop holds, as JSON.
type Answer struct {
	Drop Drop `json:"drop"`
	Taken
	Files []Place `json:"files,omitempty"` // where the drop's files are now
}

// A Place is where a file is below its watch folder: Path and Raw are as those of
// a DropFile, and empty where it is not known.
type Place struct {
	Path string `json:"path"`
	Raw  []byte `json:"raw,omitempty"`
}

// OnDisk is the path as the disk has it.
func (p Place) OnDisk() string { return DropFile{Path: p.Path, Raw: p.Raw}.OnDisk() }

// A Receipt is a file that goes beside the list: its name is the list's with a
// suffix ("cut.edl" and ".APPLIED.txt").
type Receipt struct {
	Suffix string
	Bytes  []byte
}

// A Content is the bytes of one of a drop's files.
type Content struct {
	Path  string
	Bytes []byte
}

// Lists is what is done with drops. Taking the same drop again changes nothing
// and gives the same answer. An error is the machine's: it may be tried again.
type Lists interface {
	// Whole says whether a file looks as if it was written to its end.
	Whole(ctx context.Context, folder string, c Content) bool
	Take(ctx context.Context, d Drop, contents []Content) (Taken, error)
}
