// Package watch takes lists from folders: it finds the files that stand still,
// hands them on as drops, answers beside them and files them. Nothing is ever
// deleted, and what a crash interrupts is finished by running again.
package watch

import (
	"context"
	"time"

	"turnover/schedule"
)

// A Folder is one watch folder.
type Folder struct {
	Name   string
	Path   string
	Sets   *Sets         // which files are one cut; nil: each is its own
	Poll   time.Duration // between two looks at it
	Stable time.Duration // size and time of a file have not changed for so long
	Whole  time.Duration // how long a file that breaks off, or a single part of a cut, is waited for
	Remind time.Duration // how often what waits for a person is called to mind
	Limit  int64         // bytes of a file that are handed on: one more tells that there are more
}

// The states of a file that was not taken yet. Afterwards it has those of
// schedule.Taken.
const (
	Settling   = "settling"   // size or time have changed lately
	Locked     = "locked"     // an office program has it open
	Incomplete = "incomplete" // it breaks off
	Unreadable = "unreadable" // it cannot be opened
	Waiting    = "waiting"    // for another file, or to be looked at
	Ready      = "ready"      // it was handed on
	Junk       = "junk"       // counted, never touched
	Vanished   = "vanished"   // of a folder: it is not there
)

// An Item is one file of a watch folder and how far it has come. A folder that
// has vanished and the files that are no lists have one each, without a path.
type Item struct {
	Folder  string    `json:"folder"`
	Path    string    `json:"path"` // where the list lay when it was dropped
	State   string    `json:"state"`
	Since   time.Time `json:"since"`
	Size    int64     `json:"size"` // bytes
	Message string    `json:"message"`
	Plan    string    `json:"plan,omitempty"`
	Import  string    `json:"import,omitempty"`
	Now     string    `json:"now,omitempty"` // where the file is now, below the folder
}

// A Notice is what a folder's owner is told. The same key is the same notice,
// whichever process sends it.
type Notice struct {
	Key     string
	Kind    string // Vanished, Back, Held, Waiting
	Folder  string
	Item    Item
	Message string
}

// Back is the kind of notice that takes back a vanished folder.
const Back = "back"

// Plans tells what became of a held plan: its state is schedule.Held while it
// waits, else schedule.Applied or schedule.Rejected, with a receipt where there
// is one.
type Plans func(ctx context.Context, plan string) (schedule.Taken, error)
