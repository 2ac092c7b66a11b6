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
	Kind       string // shots, casting, tasks, timesheet, load, undo (PlanID is then the import that was undone)
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

// A Memo is what a person decided, or what waits, for later lists of a
// production: an alias of a name, a casting that waits for its asset. A memo is
// never deleted: it is revoked.
type Memo struct {
	ID        string // of Project, Kind and Key, so that the same memo twice is one
	Project   hierarchy.ID
	Kind      string // "alias", "pending"
	Key       string // what it is looked up by
	Value     []byte // JSON
	Author    string
	At        hierarchy.Time
	ImportID  string // that made it; "" for a command
	RevokedAt hierarchy.Time
	RevokedBy string // a person, or "import ID" that settled it
}

// A LedgerRecord marks work as done: whatever repeats it, it is done once.
type LedgerRecord struct {
	Key    string // "quota/ep103/2026-W34", "import/sha256:…"
	State  string // "begun", "done", "failed", "undone"
	At     hierarchy.Time
	Result []byte // JSON
}

// An Account lets a person log in. The store does not look into the hash.
type Account struct {
	PersonID  string
	Hash      string
	ChangedAt hierarchy.Time // when the password was set: tokens issued before are void
}

// An APIKey lets a program in as a person. Hash is of its secret.
type APIKey struct {
	ID        string
	PersonID  string
	Name      string
	Hash      []byte
	MadeAt    hierarchy.Time
	ExpiresAt hierarchy.Time // zero: never
	RevokedAt hierarchy.Time
}

// A Revocation ends a token before its time; after that the row is of no use.
type Revocation struct {
	TokenID   string
	ExpiresAt hierarchy.Time // of the token
}

// A Secret is a key that the servers of one database share.
type Secret struct {
	Name  string
	Value []byte
}
