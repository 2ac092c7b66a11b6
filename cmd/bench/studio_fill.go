package main

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	_ "turnover/store/postgres" // brings the driver
	"turnover/store/schema"
)

//go:embed studio/*.sql
var studioSQL embed.FS

// A madeStudio says how much is made: all one hundred productions of a studio, or
// one of them, row by row as it is among the others.
type madeStudio struct {
	shots      int
	production int // 1 to 100; 0 is all
}

// mostWithSheetLines is up to how many shots time sheets have their lines of
// history. They are half of all lines, and history is half of the database:
// beyond it they would take more than 7 GB.
const mostWithSheetLines = 500_000

// fill makes the rows in an empty, migrated schema, set-based and in one
// transaction. Keys, indexes and references are taken away before and put back
// as they were after it, which checks every row against them.
func (m madeStudio) fill(ctx context.Context, db *sql.DB) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("make a studio: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("make a studio: %w", err)
	}
	if err := m.fillIn(ctx, tx); err != nil {
		return fmt.Errorf("make a studio: %w", errors.Join(err, tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("make a studio: %w", err)
	}
	_, err = conn.ExecContext(ctx, "VACUUM (ANALYZE) "+strings.Join(tableNames(), ", ")) // as autovacuum would in its own time
	return err
}

func (m madeStudio) fillIn(ctx context.Context, tx *sql.Tx) error {
	bare, err := takeAway(ctx, tx)
	if err != nil {
		return err
	}
	asked := fmt.Sprintf("CREATE TEMP TABLE asked AS SELECT %d::bigint AS shots, %d AS production, %t AS sheet_lines",
		m.shots, m.production, m.shots <= mostWithSheetLines)
	if err := runAll(ctx, tx, []string{asked}); err != nil {
		return err
	}
	steps, err := fs.Glob(studioSQL, "studio/*.sql")
	if err != nil {
		return err
	}
	for _, step := range steps { // by name, which is the order
		text, err := studioSQL.ReadFile(step)
		if err == nil {
			_, err = tx.ExecContext(ctx, string(text))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	return runAll(ctx, tx, bare)
}

// takeAway drops references, indexes and keys and gives the statements that put
// them back.
func takeAway(ctx context.Context, tx *sql.Tx) (back []string, err error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT drops, makes FROM (
			SELECT CASE contype WHEN 'f' THEN 1 ELSE 3 END AS turn, conname AS name, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drops,
				format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS makes
			FROM pg_constraint WHERE conrelid = ANY ($1::text[]::regclass[]) AND contype IN ('f', 'p')
			UNION ALL
			SELECT 2, c.relname, format('DROP INDEX %I', c.relname), pg_get_indexdef(c.oid)
			FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = ANY ($1::text[]::regclass[]) AND NOT i.indisprimary
		) AS parts ORDER BY turn, name`, tableNames())
	if err != nil {
		return nil, fmt.Errorf("look for indexes: %w", err)
	}
	var drops []string
	for rows.Next() {
		var drop, make string
		if err := rows.Scan(&drop, &make); err != nil {
			return nil, err
		}
		drops, back = append(drops, drop), append([]string{make}, back...)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, fmt.Errorf("look for indexes: %w", err)
	}
	return back, runAll(ctx, tx, drops)
}

func tableNames() (names []string) {
	for _, t := range schema.Tables() {
		names = append(names, t.Name)
	}
	return names
}

func runAll(ctx context.Context, tx *sql.Tx, statements []string) error {
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}
