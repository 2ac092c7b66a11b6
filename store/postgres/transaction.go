package postgres

import (
	"context"
	"fmt"

	"turnover/hierarchy"
	"turnover/store/schema"
	"turnover/store/sqlcore"
)

// reader adds to the shared questions what only PostgreSQL answers so.
type reader struct{ sqlcore.Reader }

// Check asks the server for broken pages and unfinished indexes and
// constraints, and looks for references that lead nowhere.
func (r reader) Check(ctx context.Context) ([]string, error) {
	var faults []string
	line := func(s sqlcore.Scanner) error {
		var text string
		err := s.Scan(&text)
		faults = append(faults, text)
		return err
	}
	err := r.Conn.Query(ctx, `
		SELECT 'index ' || c.relname || ' is not valid' FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
			WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace
		UNION ALL
		SELECT 'constraint ' || conname || ' is not valid' FROM pg_constraint
			WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
		UNION ALL
		SELECT 'pages with a wrong checksum: ' || checksum_failures FROM pg_stat_database
			WHERE datname = current_database() AND checksum_failures > 0`, nil, line)
	if err != nil {
		return faults, err
	}
	for _, t := range schema.Tables() {
		for _, f := range t.Foreign {
			err := r.Conn.Query(ctx, fmt.Sprintf(`SELECT 'rows of %[1]s that refer to a row of %[3]s that is not there: ' || count(*) FROM %[1]s c
				WHERE c.%[2]s IS NOT NULL AND NOT EXISTS (SELECT 1 FROM %[3]s p WHERE p.id = c.%[2]s) HAVING count(*) > 0`,
				t.Name, f.Column, f.Table), nil, line)
			if err != nil {
				return faults, err
			}
		}
	}
	return faults, nil
}

// A transaction implements store.Tx: what both databases write alike, with a
// lock and a check of its own.
type transaction struct{ *sqlcore.Tx }

// Check is the reader's.
func (t *transaction) Check(ctx context.Context) ([]string, error) {
	return reader{t.Reader}.Check(ctx)
}

// Lock waits for other writers of the production, as long as patience allows.
// The lock belongs to the schema: another turnover may share the database.
func (t *transaction) Lock(ctx context.Context, project hierarchy.ID) error {
	return t.Conn.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended('turnover/' || current_schema() || '/' || ?::text, 0))", []any{string(project)})
}
