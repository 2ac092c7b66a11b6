package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// sqlite is a file of its own: River writes it all the time, and the
// production's file has one writer.
type sqlite struct {
	path   string
	db     *sql.DB
	driver *riversqlite.Driver
	lock   *sql.DB // of another file; held while this process works the jobs
}

// jobsID marks a file as one of jobs ("trnj").
const jobsID = 0x74726e6a

const busyFor = 10 * time.Second

func openSQLite(ctx context.Context, path string, _ Options, log *slog.Logger) (database, error) {
	address, err := addressOf(path)
	if err != nil {
		return nil, err
	}
	s := &sqlite{path: path}
	// NORMAL: a power cut may forget the last jobs that ended, which then run
	// again and find their work done.
	s.db, err = sql.Open("sqlite", fmt.Sprintf("%s?_txlock=immediate&_pragma=busy_timeout(%d)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)",
		address, busyFor.Milliseconds()))
	if err != nil {
		return nil, s.explain("open", err)
	}
	s.db.SetMaxOpenConns(1) // as River asks
	s.driver = riversqlite.New(s.db)
	if err := s.prepare(ctx, log); err != nil {
		return nil, errors.Join(s.explain("open", err), s.close())
	}
	return s, nil
}

// addressOf writes a path as a URI in which nothing of it has a meaning.
func addressOf(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil || path == "" || strings.ContainsRune(path, 0) {
		return "", errors.Join(fmt.Errorf("open the jobs: %q is no file name", path), err)
	}
	slashed := filepath.ToSlash(absolute)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/… on Windows
	}
	return "file://" + (&url.URL{Path: slashed}).EscapedPath(), nil
}

var errForeign = errors.New("the file is another database; give jobs.database a file of its own")

// prepare checks the file, marks it and makes the tables.
func (s *sqlite) prepare(ctx context.Context, log *slog.Logger) error {
	var mark, tables int64
	var sound string
	if err := s.db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&sound); err != nil {
		return err
	}
	if sound != "ok" {
		return fmt.Errorf("%w: %s", errDamaged, sound)
	}
	if err := s.db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&mark); err != nil {
		return err
	}
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	switch {
	case mark == 0 && tables == 0:
		if _, err := s.db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", jobsID)); err != nil {
			return err
		}
	case mark != jobsID:
		return errForeign
	}
	return s.migrate(ctx, log)
}

// migrate makes the tables. Several processes may try at once: each step is a
// transaction, so the one that comes late fails, looks again and finds it done.
func (s *sqlite) migrate(ctx context.Context, log *slog.Logger) error {
	m, err := rivermigrate.New(s.driver, &rivermigrate.Config{Logger: log})
	if err != nil {
		return err
	}
	for began := time.Now(); ; {
		if _, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil); err == nil || ctx.Err() != nil || newer(err) || time.Since(began) > busyFor {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// newer says whether River met a migration that it does not know; it has no
// error of its own for that.
func newer(err error) bool { return strings.Contains(err.Error(), "not found in migrator bundle") }

var errNewer = errors.New("the tables were made by a newer turnover: use that one, or delete the jobs, of which nothing is lost")

func (s *sqlite) client(config *river.Config) (client, error) {
	return river.NewClient(s.driver, config)
}

func (s *sqlite) executor() riverdriver.Executor { return s.driver.GetExecutor() }

func (s *sqlite) schema() string { return "" }

func (s *sqlite) untold() string {
	return "metadata ->> '$.cancel_attempted_at' IS NULL AND metadata ->> '$.output' IS NOT attempt"
}

// join locks a file beside that of the jobs, which the system lets go of when
// the process ends, however it does. SQLite's own lock is the same everywhere.
func (s *sqlite) join(ctx context.Context, _ string) error {
	address, err := addressOf(s.path + ".lock")
	if err != nil {
		return err
	}
	lock, err := sql.Open("sqlite", address)
	if err != nil {
		return err
	}
	lock.SetMaxOpenConns(1)
	if _, err := lock.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		var e *driver.Error
		if errors.As(err, &e) && e.Code()&0xff == codes.SQLITE_BUSY {
			err = ErrWorked
		}
		return errors.Join(err, lock.Close())
	}
	s.lock = lock
	return nil
}

// alone has no competitor, and all others are gone.
func (s *sqlite) alone(_ context.Context, f func(gone goneFunc) error) error {
	return f(func(string) (bool, error) { return true, nil })
}

var errDamaged = errors.New("the file is damaged")

func (s *sqlite) explain(doing string, err error) error {
	var e *driver.Error
	code := 0
	if errors.As(err, &e) {
		code = e.Code() & 0xff // the rest is detail
	}
	switch {
	case errors.Is(err, errDamaged), code == codes.SQLITE_NOTADB, code == codes.SQLITE_CORRUPT:
		err = fmt.Errorf("stop turnover and delete it with its -wal and -shm: nothing is lost, what is not done is found again: %w", err)
	case code == codes.SQLITE_FULL:
		err = fmt.Errorf("the disk is full: %w", err)
	case code == codes.SQLITE_READONLY:
		err = fmt.Errorf("the file or its folder cannot be written: %w", err)
	case code == codes.SQLITE_CANTOPEN:
		err = fmt.Errorf("the file cannot be opened or made; does its folder exist, and may you write there: %w", err)
	case newer(err):
		err = errNewer
	}
	return fmt.Errorf("%s: jobs file %q: %w", doing, s.path, err)
}

func (s *sqlite) leave(context.Context) error {
	if s.lock == nil {
		return nil
	}
	err := s.lock.Close()
	s.lock = nil
	return err
}

func (s *sqlite) close() error { return s.db.Close() }
