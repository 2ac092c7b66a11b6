package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"turnover/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a file as ours ("trno"), so that another program's
// database is not filled with tables.
const applicationID = 0x74726e6f

// Open opens a database file, makes it where there is none, and brings its
// schema up to date. Any path is good, with spaces, "?", "#" and "%" too.
func Open(ctx context.Context, path string) (*Store, error) { return open(ctx, path, patience) }

func open(ctx context.Context, path string, patient time.Duration) (*Store, error) {
	address, err := addressOf(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, patient: patient}
	common := fmt.Sprintf("&_pragma=busy_timeout(%d)&_pragma=foreign_keys(1)", patient.Milliseconds())
	// FULL: a commit is on the disk when it is reported done, also when the power
	// goes. It costs one fsync a transaction, and transactions are whole imports.
	// 16 MB of cache: ids ascend, so that a large import writes at the ends of its
	// indexes; more costs twice its size in memory and gains little.
	s.writing, err = sql.Open("sqlite", address+"?_txlock=immediate"+common+"&_pragma=synchronous(FULL)&_pragma=cache_size(-16384)")
	if err != nil {
		return nil, s.explain("open", err)
	}
	s.writing.SetMaxOpenConns(1)
	s.reading, err = sql.Open("sqlite", address+"?_txlock=deferred"+common+"&_pragma=query_only(1)")
	if err != nil {
		return nil, s.explain("open", errors.Join(err, s.writing.Close()))
	}
	s.asked = &statements{db: s.reading, asked: map[string]*asked{}}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// addressOf writes a path as a URI in which nothing of it has a meaning.
func addressOf(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("open database %q: %w", path, err)
	}
	if strings.IndexByte(path, 0) >= 0 || path == "" {
		return "", fmt.Errorf("open database %q: this is no file name", path)
	}
	slashed := filepath.ToSlash(absolute)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/… on Windows
	}
	return "file://" + (&url.URL{Path: slashed}).EscapedPath(), nil
}

// prepare looks at the schema's version and migrates an older one. Several
// processes may do so at once: each migration is one transaction, so the one
// that comes late fails, looks again and finds the work done. One that waited
// long for the lock must look again even so.
func (s *Store) prepare(ctx context.Context) error {
	began := time.Now()
	for late := 0; ; {
		err := s.prepareOnce(ctx)
		busy, raced := errors.Is(err, store.ErrBusy), errors.Is(err, errMigration)
		if err == nil || ctx.Err() != nil || !busy && !raced {
			return err
		}
		if time.Since(began) > s.patient {
			if late++; busy || late > migrationsAtOnce {
				return err
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// migrationsAtOnce is how often a process that lost a race looks again when its
// patience is over: another one may be at work on each migration.
const migrationsAtOnce = 10

var (
	errForeign   = errors.New("it is another program's database")
	errMigration = errors.New("migrate the schema")
)

func (s *Store) prepareOnce(ctx context.Context) error {
	version, err := s.version(ctx)
	if err != nil {
		return s.explain("open", err)
	}
	latest, err := latestVersion()
	if err != nil {
		return s.explain("open", err)
	}
	switch {
	case version > latest:
		return s.explain("open", store.ErrNewer)
	case version < latest:
		return s.Migrate(ctx)
	}
	return nil
}

// version is that of the file's schema; 0 for an empty file. All is read of one
// state: another process may be making the tables.
func (s *Store) version(ctx context.Context) (int64, error) {
	tx, err := s.reading.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }() // it only read
	var mark, tables, versions int64
	if err := tx.QueryRowContext(ctx, "PRAGMA application_id").Scan(&mark); err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(name = 'goose_db_version'), 0)
		FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'`).Scan(&tables, &versions)
	if err != nil {
		return 0, err
	}
	if mark != applicationID && (mark != 0 || tables > versions) {
		return 0, errForeign
	}
	if versions == 0 {
		return 0, nil
	}
	var version int64
	err = tx.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&version)
	return version, err
}

// Migrate brings the schema up to date; Open has done so already.
func (s *Store) Migrate(ctx context.Context) error {
	if _, err := s.writing.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return s.explain("open", err)
	}
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return s.explain("migrate", err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, s.writing, folder, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return s.explain("migrate", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return s.explain("migrate", fmt.Errorf("%w: %w", errMigration, translate(err)))
	}
	return nil
}

// latestVersion is the highest number of the migrations in this binary.
func latestVersion() (int64, error) {
	files, err := migrations.ReadDir("migrations")
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("read the migrations: %w", errors.Join(err, fs.ErrNotExist))
	}
	return goose.NumericComponent(files[len(files)-1].Name())
}
