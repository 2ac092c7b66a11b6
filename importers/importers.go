// Package importers says what a shot list's file says, each fact with its
// place. It knows files, not productions: a file says "clip name", only plan
// says "shot".
package importers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// A File is what was handed over. Name is for places and for detection by
// extension; nothing is read from it.
type File struct {
	Name  string
	Bytes []byte
}

// SHA256 is the content's checksum in hex, under which the original is kept.
func (f File) SHA256() string {
	sum := sha256.Sum256(f.Bytes)
	return hex.EncodeToString(sum[:])
}

// Options are what a file cannot say of itself.
type Options struct {
	FPS     timecode.Rate       // of EDLs and timecode cells; required for EDLs
	Kind    Kind                // "" lets the header decide
	Columns map[string][]string // more headers for a field, by field name
	// TaskTypes and Descriptors are the names that the production knows, so
	// that "Animation" as a header is a task column. They may be empty.
	TaskTypes   []string
	Descriptors []string
	Limits      Limits
	// Names are the naming templates, such as "{episode}_{sequence}_{shot}",
	// for lists whose shot cell holds the whole path. EDL names are tried by plan.
	Names     []string
	MatchCase bool
	SheetOptions
	// Repairs are the names that a person agreed to read otherwise: RepairKey
	// of field or header and text → the name that is meant.
	Repairs map[string]string `json:",omitempty"`
	// Unusual are the names of the production that hold line breaks or other
	// control characters. No new name may; a cell that says one of these means it.
	Unusual []string `json:",omitempty"`
	// Profile is how the source's headers were understood before; nil where
	// nothing is remembered. Its headers come before those of Columns.
	Profile *Profile `json:",omitempty"`
	// First is how many entries are wanted where a person is only shown the
	// beginning; 0 wants all. The whole file is read, and everything is found;
	// an importer may leave out what is beyond, and counts it in ShotList.More.
	First int `json:"-"`
	// Each is given every row of a sheet as it stands, and nothing is read as a
	// list: for sheets that are none, such as one of targets. Nil for lists.
	Each func(SheetRow) `json:"-"`
}

// Limits protect against bombs. Zero fields mean the defaults.
type Limits struct {
	Bytes    int64         // of the file: 256 MiB
	Unzipped int64         // of a workbook: 1 GiB
	Rows     int           // 1,000,000
	Cells    int64         // 50,000,000
	Strings  int           // that a workbook's cells share: 10,000,000
	Time     time.Duration // of one import: 2 minutes
}

// WithDefaults fills zero limits.
func (l Limits) WithDefaults() Limits {
	if l.Bytes == 0 {
		l.Bytes = 256 << 20
	}
	if l.Unzipped == 0 {
		l.Unzipped = 1 << 30
	}
	if l.Rows == 0 {
		l.Rows = 1_000_000
	}
	if l.Cells == 0 {
		l.Cells = 50_000_000
	}
	if l.Strings == 0 {
		l.Strings = 10_000_000
	}
	if l.Time == 0 {
		l.Time = 2 * time.Minute
	}
	return l
}

// An Importer reads one format. It gives the list and what it found, going on
// past the first fault; the error is for the machine only. A list with errors
// among its diagnostics is still given, as far as it was understood. It never
// panics, whatever the bytes.
type Importer interface {
	// Format is "edl", "csv", "xlsx" or "json".
	Format() string
	// Version changes whenever the same bytes may give another list.
	Version() string
	// Claims tells how sure the importer is that the content is its own:
	// 0 no, 100 certain. Content decides; the name only breaks ties.
	Claims(f File) int
	Import(ctx context.Context, f File, opts Options) (*ShotList, diag.List, error)
}
