package postgres

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/jackc/pgx/v5/pgconn"

	"turnover/hierarchy"
	"turnover/store"
)

// The server's codes that have a meaning of their own here.
const (
	foreignKeyViolation = "23503"
	uniqueViolation     = "23505"
	lockNotAvailable    = "55P03"
	deadlockDetected    = "40P01"
	undefinedTable      = "42P01"
	diskFull            = "53100"
)

// translate says what a failure means to the caller.
func translate(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case lockNotAvailable, deadlockDetected:
		return store.ErrBusy
	case diskFull:
		return fmt.Errorf("the server's disk is full; nothing was written: %w", err)
	case uniqueViolation:
		// Apply checks the rules first: here it is an id, or another writer was
		// quicker.
		return &store.ConflictError{Ref: refOf(e), Reason: "it exists already, or another row has its place"}
	case foreignKeyViolation:
		return &store.ConflictError{Ref: refOf(e), Reason: "what it refers to is not there any more: " + e.Detail}
	}
	return err
}

var keyInDetail = regexp.MustCompile(`(?s)\(([^()]*)\)=\((.*)\) already exists`)

// refOf finds the row in the server's words: Key (id)=(x) already exists.
func refOf(e *pgconn.PgError) hierarchy.Ref {
	ref := hierarchy.Ref{Table: e.TableName}
	if found := keyInDetail.FindStringSubmatch(e.Detail); found != nil {
		ref.Key = found[2]
	}
	return ref
}
