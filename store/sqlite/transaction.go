package sqlite

import (
	"context"
	"fmt"
	"iter"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/sqlcore"
)

type rowsOfDump = iter.Seq2[store.DumpRow, error]

// reader adds to the shared questions what only SQLite answers so.
type reader struct{ sqlcore.Reader }

// Check runs SQLite's own checks of the file and of its references.
func (r reader) Check(ctx context.Context) ([]string, error) {
	var faults []string
	err := r.Conn.Query(ctx, "PRAGMA integrity_check", nil, func(s sqlcore.Scanner) error {
		var line string
		err := s.Scan(&line)
		if line != "ok" {
			faults = append(faults, line)
		}
		return err
	})
	if err != nil {
		return faults, err
	}
	err = r.Conn.Query(ctx, "PRAGMA foreign_key_check", nil, func(s sqlcore.Scanner) error {
		var table, parent string
		var row *int64
		var key int64
		err := s.Scan(&table, &row, &parent, &key)
		faults = append(faults, fmt.Sprintf("a row of %s refers to a row of %s that is not there", table, parent))
		return err
	})
	return faults, err
}

// A transaction implements store.Tx: what both databases write alike, with a
// lock and a check of its own.
type transaction struct{ *sqlcore.Tx }

// Check is the reader's.
func (t *transaction) Check(ctx context.Context) ([]string, error) {
	return reader{t.Reader}.Check(ctx)
}

// Lock has nothing to do: the file has one writer, and this is it.
func (t *transaction) Lock(context.Context, hierarchy.ID) error { return nil }
