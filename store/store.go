// Package store keeps the hierarchy and its history, and the records of what
// was done: kept source files, imports, plans, cuts and the ledger. The
// interface is made of uses, not of tables. storetest is its meaning; sqlite
// and postgres implement it.
package store

import (
	"context"
	"errors"
	"iter"

	"turnover/hierarchy"
)

var (
	// ErrNotFound is for a record that was asked for by id and is not there.
	ErrNotFound = errors.New("not found")
	// ErrBusy says that another process is writing and did not finish in time.
	ErrBusy = errors.New("the database is locked by another process")
	// ErrNewer is a database made by a newer turnover.
	ErrNewer = errors.New("the database was made by a newer turnover")
	// ErrOlder is a PostgreSQL database that "turnover db migrate" must bring up to date.
	ErrOlder = errors.New("the database is older than this turnover: run \"turnover db migrate\"")
)

// A ConflictError says that a row cannot be written because another has its
// place: a name taken, a link there already, a parent that does not exist.
type ConflictError struct {
	Ref    hierarchy.Ref
	Reason string // for people, with names
}

func (e *ConflictError) Error() string { return e.Ref.Table + " " + e.Ref.Key + ": " + e.Reason }

// A Store is one database.
type Store interface {
	// Migrate brings the schema up to date, under a lock. Opening checks the
	// version: ErrNewer, ErrOlder.
	Migrate(ctx context.Context) error
	// Read runs f on one consistent state. It never blocks writers.
	Read(ctx context.Context, f func(Reader) error) error
	// InTx runs f in one transaction: an error from f, or a panic, keeps nothing.
	// ErrBusy if another writer does not end in time.
	InTx(ctx context.Context, f func(Tx) error) error
	// Dump writes the whole database, every table with history and records, as
	// a portable stream; Restore reads it into an empty database of either kind.
	Dump(ctx context.Context, emit func(table string, row map[string]any) error) error
	Restore(ctx context.Context, rows iter.Seq2[DumpRow, error]) error
	// Describe names the database for people, without secrets.
	Describe() string
	Close() error
}

// A DumpRow is one row of a Dump.
type DumpRow struct {
	Table string
	Row   map[string]any
}

// A Reader reads one consistent state.
type Reader interface {
	// Projects lists all productions by name.
	Projects(ctx context.Context) ([]*hierarchy.Project, error)
	// Snapshot loads one production in bulk. The project may be given by id or
	// exact name; ErrNotFound if there is none.
	Snapshot(ctx context.Context, project string, with hierarchy.With) (*hierarchy.Snapshot, error)
	// Shared loads what all productions share, as a snapshot without project.
	Shared(ctx context.Context) (*hierarchy.Snapshot, error)
	// Facts streams one production for reports. The streams are good until the
	// Read or InTx that gave them ends, one at a time or side by side.
	Facts(ctx context.Context, project string) (hierarchy.Facts, error)
	// Rows streams the rows of one noun's table by key, narrowed by equality on
	// columns; a filter value may be a slice, meaning any of them. No filter
	// gives all rows. Tasks come with assignees.
	Rows(ctx context.Context, table string, where map[string]any) iter.Seq2[hierarchy.Noun, error]
	// History streams rows by Seq. Zero fields of the query do not narrow.
	History(ctx context.Context, q HistoryQuery) iter.Seq2[hierarchy.HistoryRow, error]

	// Moments streams the ends of the transactions that changed a production or
	// what all productions share, by Seq.
	Moments(ctx context.Context, project hierarchy.ID) iter.Seq2[Moment, error]

	Import(ctx context.Context, id string) (*ImportRecord, error)
	Imports(ctx context.Context, project hierarchy.ID) ([]*ImportRecord, error) // newest first
	Plan(ctx context.Context, id string) (*PlanRecord, error)
	Plans(ctx context.Context, project hierarchy.ID) ([]*PlanRecord, error) // newest first
	Source(ctx context.Context, sha256 string) (*SourceRecord, error)
	Cuts(ctx context.Context, project hierarchy.ID, scope string) ([]*CutRecord, error) // by revision
	CutScopes(ctx context.Context, project hierarchy.ID) ([]string, error)              // of which cuts are kept, sorted
	LedgerEntry(ctx context.Context, key string) (*LedgerRecord, error)
	Ledger(ctx context.Context, prefix string) ([]*LedgerRecord, error)            // of keys that begin so, by key
	Memos(ctx context.Context, project hierarchy.ID, kind string) ([]*Memo, error) // with revoked ones, by Key
	// Revision counts the changes of a production, and of what all share: equal
	// counts mean an equal state.
	Revision(ctx context.Context, project hierarchy.ID) (own, shared int64, err error)

	Account(ctx context.Context, person hierarchy.ID) (*Account, error)
	APIKey(ctx context.Context, id string) (*APIKey, error)
	APIKeys(ctx context.Context, person hierarchy.ID) ([]*APIKey, error) // with revoked ones, oldest first
	Revoked(ctx context.Context, tokenID string) (bool, error)
	Secret(ctx context.Context, name string) (*Secret, error)
	// Twins lists entities whose name another one has, from archives that said so.
	Twins(ctx context.Context, project hierarchy.ID) ([]*hierarchy.Entity, error)
	// Check runs the database's own consistency check; one line a fault.
	Check(ctx context.Context) ([]string, error)
}

// A Tx reads and writes in one transaction.
type Tx interface {
	Reader
	// Lock serialises writers of one production until the transaction ends.
	Lock(ctx context.Context, project hierarchy.ID) error
	// Apply writes the changes and their history, in order of dependency
	// whatever the order given, set-based. It raises the revision of each
	// project named in an Origin by one, once in a transaction. *hierarchy.StaleError or
	// *ConflictError refuse the whole.
	Apply(ctx context.Context, changes []hierarchy.Change) error

	PutSource(ctx context.Context, s *SourceRecord) error // the same content twice is one
	PutImport(ctx context.Context, r *ImportRecord) error
	PutPlan(ctx context.Context, r *PlanRecord) error // replaces one of the same id
	PutCut(ctx context.Context, r *CutRecord) error   // sets Revision to the scope's next
	PutLedger(ctx context.Context, r *LedgerRecord) error
	PutMemo(ctx context.Context, m *Memo) error // replaces one of the same id

	PutAccount(ctx context.Context, a *Account) error       // replaces the person's
	PutAPIKey(ctx context.Context, k *APIKey) error         // replaces one of the same id
	PutRevocation(ctx context.Context, r *Revocation) error // the same twice is one
	// DropRevocations forgets those whose tokens expired before an instant.
	DropRevocations(ctx context.Context, before hierarchy.Time) error
	PutSecret(ctx context.Context, s *Secret) error // the first of a name stays
}

// A HistoryQuery narrows history.
type HistoryQuery struct {
	Project hierarchy.ID
	Table   string
	Key     string
	CauseID string
	Cause   hierarchy.Cause
	After   hierarchy.Time // only rows after this instant
	// AfterSeq gives rows with a higher number only; Shared those of what all
	// productions share beside the project's.
	AfterSeq int64
	Shared   bool
}

// A Moment is the end of one transaction in a production's history.
type Moment struct {
	Seq int64 // of its last line
	At  hierarchy.Time
}
