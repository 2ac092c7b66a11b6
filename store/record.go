package store

import "turnover/hierarchy"

// A SourceRecord keeps the original bytes of a file by their checksum.
type SourceRecord struct {
	SHA256  string
	Name    string // of the first file with this content
	Bytes   []byte
	KeptAt  hierarchy.Time
	Version string // importer and version that read it: "edl/1"
	Options []byte // JSON of the options it was read with
}

// An ImportRecord says what one apply did. Receipt is JSON for people and
// programs; the store does not look into it.
type ImportRecord struct {
	ID         string
	Project    hierarchy.ID
	PlanID     string
	SourceSHA  string
	SourceName string
	Kind       string // shots, casting, tasks, timesheet, load
	Author     string
	Accepted   string // gates that were let pass, by whom: "PLN101 by alice"
	At         hierarchy.Time
	Summary    []byte // JSON
	Receipt    []byte // JSON
}

// A PlanRecord keeps a plan that waits for a person, or was applied or rejected.
type PlanRecord struct {
	ID         string
	Project    hierarchy.ID
	SourceSHA  string
	SourceName string
	State      string // "held", "saved", "applied", "rejected"
	Author     string
	At         hierarchy.Time
	Revision   int64 // of the project when it was made
	Body       []byte
}

// A CutRecord is one revision of the cut of a sequence, episode or film.
type CutRecord struct {
	ID         string
	Project    hierarchy.ID
	Scope      string // path of the sequence or episode; "" is the whole film
	Revision   int64  // 1, 2 … within the scope
	ImportID   string
	SourceSHA  string
	SourceName string
	Title      string
	FPS        string
	At         hierarchy.Time
	Body       []byte // JSON: ordered occurrences with ranges, reel, record position, speed
}

// A LedgerRecord marks work as done: whatever repeats it, it is done once.
type LedgerRecord struct {
	Key    string // "quota/ep103/2026-W34", "import/sha256:…"
	State  string // "begun", "done", "failed"
	At     hierarchy.Time
	Result []byte // JSON
}
