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

// A transaction implements store.Tx.
type transaction struct {
	reader
	tx *sqlcore.Tx
}

// Lock has nothing to do: the file has one writer, and this is it.
func (t *transaction) Lock(context.Context, hierarchy.ID) error { return nil }

func (t *transaction) Apply(ctx context.Context, changes []hierarchy.Change) error {
	return t.tx.Apply(ctx, changes)
}

func (t *transaction) PutSource(ctx context.Context, s *store.SourceRecord) error {
	return t.tx.PutSource(ctx, s)
}

func (t *transaction) PutImport(ctx context.Context, r *store.ImportRecord) error {
	return t.tx.PutImport(ctx, r)
}

func (t *transaction) PutPlan(ctx context.Context, r *store.PlanRecord) error {
	return t.tx.PutPlan(ctx, r)
}

func (t *transaction) PutCut(ctx context.Context, r *store.CutRecord) error {
	return t.tx.PutCut(ctx, r)
}

func (t *transaction) PutLedger(ctx context.Context, r *store.LedgerRecord) error {
	return t.tx.PutLedger(ctx, r)
}
