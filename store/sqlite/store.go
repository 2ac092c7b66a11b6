// Package sqlite keeps a production in one SQLite file, without cgo. It is the
// default store.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"turnover/store"
	"turnover/store/sqlcore"
)

// patience is how long a writer waits for another process to finish.
const patience = 5 * time.Second

// A Store is one SQLite file. One connection writes, the others only read: in
// WAL mode neither waits for the other.
type Store struct {
	path    string
	patient time.Duration
	writing *sql.DB
	reading *sql.DB
	asked   *statements // of reading
}

var _ store.Store = (*Store)(nil)

// Describe names the file.
func (s *Store) Describe() string { return "SQLite " + s.path }

// Close gives the file free.
func (s *Store) Close() error { return errors.Join(s.reading.Close(), s.writing.Close()) }

// Read runs f on one consistent state; see store.Store.
func (s *Store) Read(ctx context.Context, f func(store.Reader) error) error {
	tx, err := s.reading.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.explain("read", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return f(reader{sqlcore.Reader{Conn: newConn(s, tx, s.asked)}})
}

// InTx runs f in one transaction; see store.Store. It takes the file's only
// write lock at once (BEGIN IMMEDIATE), so that what f reads stays true.
func (s *Store) InTx(ctx context.Context, f func(store.Tx) error) error {
	waiting, stop := context.WithTimeout(ctx, s.patient+time.Second)
	defer stop()
	conn, err := s.writing.Conn(waiting)
	if err != nil {
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			err = store.ErrBusy // another goroutine writes
		}
		return s.explain("write", err)
	}
	defer func() { _ = conn.Close() }() // only gives it back
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return s.explain("write", err)
	}
	defer func() { _ = tx.Rollback() }() // after a failure or a panic; else it is over
	c := newConn(s, tx, nil)
	t := &transaction{&sqlcore.Tx{Reader: sqlcore.Reader{Conn: c}}}
	if err := f(t); err != nil {
		return err
	}
	if t.Failed != nil {
		return t.Failed
	}
	if err := tx.Commit(); err != nil {
		return s.explain("commit to", err)
	}
	return nil
}

// Dump writes the whole database; see store.Store.
func (s *Store) Dump(ctx context.Context, emit func(table string, row map[string]any) error) error {
	return s.Read(ctx, func(r store.Reader) error {
		return sqlcore.Dump(ctx, r.(reader).Conn, emit)
	})
}

// Restore reads a dump into an empty database; see store.Store.
func (s *Store) Restore(ctx context.Context, rows rowsOfDump) error {
	return s.InTx(ctx, func(tx store.Tx) error {
		return sqlcore.Restore(ctx, tx.(*transaction).Tx.Conn, rows)
	})
}

func (s *Store) explain(verb string, err error) error {
	return fmt.Errorf("%s database %q: %w", verb, s.path, translate(err))
}
