package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"turnover/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Open opens a database by its URL ("postgres://user@host/name"). Tables are
// looked for along the URL's search_path. ErrOlder says that it must be
// migrated first, ErrNewer that this turnover is too old for it.
func Open(ctx context.Context, url string) (*Store, error) {
	s, version, err := open(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	latest, err := latestVersion()
	if err == nil && version < latest {
		err = s.explain("open", store.ErrOlder)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// OpenUnmigrated opens a database whatever its age, so that it can be migrated;
// only ErrNewer is refused.
func OpenUnmigrated(ctx context.Context, url string) (*Store, error) {
	s, _, err := open(ctx, url, nil)
	return s, err
}

// open tells the version of the schema, too; 0 where there is none. tracer may
// be nil.
func open(ctx context.Context, url string, tracer pgx.QueryTracer) (*Store, int64, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, 0, fmt.Errorf("open PostgreSQL: %w", withoutSecrets(err))
	}
	config.ConnConfig.Tracer = tracer
	if !strings.Contains(url, "pool_max_conns") {
		// A writer may read beside its transaction; with as few connections as
		// there are processors such writers could wait for each other.
		config.MaxConns = max(config.MaxConns, 16)
	}
	// Days and instants must not depend on where the server stands.
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "turnover"
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, 0, fmt.Errorf("open PostgreSQL: %w", err)
	}
	s := &Store{pool: pool}
	version, err := s.version(ctx)
	if err != nil {
		return nil, 0, errors.Join(s.explain("open", err), s.Close())
	}
	latest, err := latestVersion()
	if err == nil && version > latest {
		err = s.explain("open", store.ErrNewer)
	}
	if err != nil {
		return nil, 0, errors.Join(err, s.Close())
	}
	return s, version, nil
}

// withoutSecrets keeps the URL, which may have a password, out of messages.
func withoutSecrets(err error) error {
	var e *pgconn.ParseConfigError
	if errors.As(err, &e) {
		return errors.New("the address cannot be read; it is like postgres://user@host:5432/name")
	}
	return err
}

func (s *Store) version(ctx context.Context) (int64, error) {
	var version int64
	err := s.pool.QueryRow(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&version)
	var e *pgconn.PgError
	if errors.As(err, &e) && e.Code == undefinedTable {
		return 0, nil
	}
	return version, err
}

// Migrate brings the schema up to date under a lock of the server's, so that
// several may try at once. A schema that the URL's search_path names is made
// where it is missing.
func (s *Store) Migrate(ctx context.Context) error {
	config := s.pool.Config().ConnConfig
	if path := config.RuntimeParams["search_path"]; path != "" {
		name, _, _ := strings.Cut(path, ",")
		name = strings.Trim(strings.TrimSpace(name), `"`)
		// Asked first: who may not make schemas may still use one.
		_, err := s.pool.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{name}.Sanitize())
		if err != nil && !s.hasSchema(ctx, name) {
			return s.explain("migrate", err)
		}
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return s.explain("migrate", err)
	}
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return s.explain("migrate", err)
	}
	db := stdlib.OpenDB(*config)
	err = up(ctx, db, folder, locker)
	if err = errors.Join(err, db.Close()); err != nil {
		return s.explain("migrate", err)
	}
	return nil
}

func up(ctx context.Context, db *sql.DB, folder fs.FS, locker lock.SessionLocker) error {
	provider, err := goose.NewProvider(goose.DialectPostgres, db, folder, goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

func (s *Store) hasSchema(ctx context.Context, name string) bool {
	var there bool
	err := s.pool.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", name).Scan(&there)
	return err == nil && there
}

// latestVersion is the highest number of the migrations in this binary.
func latestVersion() (int64, error) {
	files, err := migrations.ReadDir("migrations")
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("read the migrations: %w", errors.Join(err, fs.ErrNotExist))
	}
	return goose.NumericComponent(files[len(files)-1].Name())
}
