// Package postgres keeps productions in a PostgreSQL database through native
// pgx: COPY and set-based statements, so that round trips do not grow with rows.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"turnover/store"
	"turnover/store/sqlcore"
)

// patience is how long a writer waits for another one, as PostgreSQL writes it.
const patience = "30s"

// A Store is one schema of a PostgreSQL database: the first of the search path.
type Store struct {
	pool    *pgxpool.Pool
	cursors atomic.Int64 // numbers streams, so that no two share a name
}

var _ store.Store = (*Store)(nil)

// Describe names server, database and user, without the password.
func (s *Store) Describe() string {
	c := s.pool.Config().ConnConfig
	place := fmt.Sprintf("PostgreSQL %s@%s:%d/%s", c.User, c.Host, c.Port, c.Database)
	if strings.HasPrefix(c.Host, "/") {
		place = fmt.Sprintf("PostgreSQL %s/%s", c.Host, c.Database)
	}
	if path := c.RuntimeParams["search_path"]; path != "" {
		place += " schema " + path
	}
	return place
}

// Close gives all connections back.
func (s *Store) Close() error {
	s.pool.Close()
	return nil
}

// Read runs f on one consistent state; see store.Store.
func (s *Store) Read(ctx context.Context, f func(store.Reader) error) error {
	return s.within(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(c *conn) error {
		return f(reader{sqlcore.Reader{Conn: c}})
	})
}

// InTx runs f in one transaction; see store.Store. Each statement sees what was
// committed before it (read committed): a transaction that waited in Lock must
// see what the one before it wrote. Apply locks the rows that it alters.
func (s *Store) InTx(ctx context.Context, f func(store.Tx) error) error {
	return s.within(ctx, pgx.TxOptions{BeginQuery: "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '" + patience + "'"}, func(c *conn) error {
		t := &transaction{&sqlcore.Tx{Reader: sqlcore.Reader{Conn: c}}}
		if err := f(t); err != nil {
			return err
		}
		return t.Failed
	})
}

// within begins and ends a transaction; an error or a panic rolls it back.
func (s *Store) within(ctx context.Context, options pgx.TxOptions, f func(*conn) error) error {
	tx, err := s.pool.BeginTx(ctx, options)
	if err != nil {
		return s.explain("open", err)
	}
	// The caller's context may be over; the connection must be cleaned still.
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after a failure or a panic; else it is over
	if err := f(&conn{store: s, tx: tx}); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return s.explain("commit to", err)
	}
	return nil
}

// Dump writes the whole database; see store.Store.
func (s *Store) Dump(ctx context.Context, emit func(table string, row map[string]any) error) error {
	return s.Read(ctx, func(r store.Reader) error { return sqlcore.Dump(ctx, r.(reader).Conn, emit) })
}

// Restore reads a dump into an empty database; see store.Store.
func (s *Store) Restore(ctx context.Context, rows iter.Seq2[store.DumpRow, error]) error {
	return s.InTx(ctx, func(tx store.Tx) error {
		c := tx.(*transaction).Conn
		if err := sqlcore.Restore(ctx, c, rows); err != nil {
			return err
		}
		// The numbers given were not taken from the sequence.
		return c.Exec(ctx, `SELECT setval(pg_get_serial_sequence('history', 'seq'), greatest((SELECT max(seq) FROM history), 1))`, nil)
	})
}

func (s *Store) explain(verb string, err error) error {
	var refused *store.ConflictError
	if translated := translate(err); errors.As(translated, &refused) {
		return refused
	}
	return fmt.Errorf("%s %s: %w", verb, s.Describe(), translate(err))
}
