package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// postgres is a schema that several processes share. Each that works holds an
// advisory lock on its id in a session of its own: the server lets go of it
// when the process ends, however it does, and so the others know.
type postgres struct {
	pool   *pgxpool.Pool
	driver *riverpgxv5.Driver
	own    string // the schema
	grace  time.Duration
	now    func() time.Time

	id      string // this process, once it works
	session *pgx.Conn
	cares   bool                 // this process looks after the others' jobs, as long as its session
	absent  map[string]time.Time // since when a process was not there
}

func openPostgres(ctx context.Context, address string, o Options, log *slog.Logger) (database, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		// The error has the address in it, and that the password.
		return nil, errors.New("open the jobs: the address cannot be read; it is like postgres://user@host:5432/name")
	}
	own, err := schemaBeside(config.ConnConfig.RuntimeParams["search_path"])
	if err != nil {
		return nil, err
	}
	if !strings.Contains(address, "pool_max_conns") {
		config.MaxConns = 8 // jobs that run hold none; River listens, fetches, completes and looks after
	}
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "turnover jobs"
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the jobs: %w", err)
	}
	p := &postgres{pool: pool, driver: riverpgxv5.New(pool), own: own, grace: o.Takeover, now: o.Now}
	if p.now == nil {
		p.now = time.Now
	}
	if err := p.migrate(ctx, log); err != nil {
		return nil, errors.Join(p.explain("open", err), p.close())
	}
	return p, nil
}

// schemaBeside names the schema of the jobs: two turnovers in one database, told
// apart by the search path, have two.
func schemaBeside(path string) (string, error) {
	first, _, _ := strings.Cut(path, ",")
	first = strings.Trim(strings.TrimSpace(first), `"`)
	if first == "" || first == "public" || first == "$user" {
		return "turnover_jobs", nil
	}
	// River writes it into topics and statements: its length and letters are
	// limited, and capitals would be folded.
	plain := strings.IndexFunc(first, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' }) < 0
	if !plain || len(first) > 38 || first[0] >= '0' && first[0] <= '9' {
		return "", fmt.Errorf("open the jobs: search_path %q: their schema is named for it, which takes small letters, digits and underscores, 38 at most", first)
	}
	return first + "_jobs", nil
}

// What the advisory locks are on, as text that the server hashes.
const (
	lockOn  = "hashtextextended('turnover jobs ' || $1::text || ' ' || $2::text, 0)"
	tables  = "tables" // their migration
	caring  = "care"   // what one process does for all
	tooLong = 5 * time.Second
)

func (p *postgres) migrate(ctx context.Context, log *slog.Logger) error {
	m, err := rivermigrate.New(p.driver, &rivermigrate.Config{Logger: log, Schema: p.own})
	if err != nil {
		return err
	}
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock("+lockOn+")", p.own, tables); err != nil {
		return err
	}
	defer func() { // a connection that broke holds nothing
		_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock("+lockOn+")", p.own, tables)
	}()
	// Asked first: who may not make schemas may still use one.
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", p.own).Scan(&there); err != nil {
		return err
	}
	if !there {
		if _, err := conn.Exec(ctx, "CREATE SCHEMA "+pgx.Identifier{p.own}.Sanitize()); err != nil {
			return fmt.Errorf("make schema %s; a superuser can make it for you: %w", p.own, err)
		}
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

func (p *postgres) client(config *river.Config) (client, error) {
	return river.NewClient(p.driver, config)
}

func (p *postgres) executor() riverdriver.Executor { return p.driver.GetExecutor() }

func (p *postgres) schema() string { return p.own }

func (p *postgres) untold() string {
	return "metadata ->> 'cancel_attempted_at' IS NULL AND metadata ->> 'output' IS DISTINCT FROM attempt::text"
}

func (p *postgres) join(ctx context.Context, id string) error {
	p.id = id
	return p.rejoin(ctx)
}

// rejoin takes a new session and the lock on this process.
func (p *postgres) rejoin(ctx context.Context) error {
	session, err := pgx.ConnectConfig(ctx, p.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	// A machine that lost its power says nothing: the server asks, and gives up
	// on it after 15 s.
	_, err = session.Exec(ctx, "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 2")
	if err == nil {
		_, err = session.Exec(ctx, "SELECT pg_advisory_lock("+lockOn+")", p.own, p.id)
	}
	if err != nil {
		return errors.Join(err, session.Close(context.WithoutCancel(ctx)))
	}
	p.session, p.cares, p.absent = session, false, map[string]time.Time{}
	return nil
}

// alone runs f in the process that got hold of the lock on it, which keeps it as
// long as its session: it has to see a process missing twice. All look whether
// their session broke, and join again before they are taken for gone.
func (p *postgres) alone(ctx context.Context, f func(gone goneFunc) error) error {
	err := p.care(ctx)
	if err != nil && p.session != nil && p.session.IsClosed() && ctx.Err() == nil {
		err = p.care(ctx) // with a new session
	}
	if err != nil || !p.cares {
		return err
	}
	return f(func(id string) (bool, error) { return p.gone(ctx, id) })
}

// care tries to get hold of the lock, or looks whether the session that has it
// is there.
func (p *postgres) care(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, tooLong)
	defer cancel()
	if p.session == nil || p.session.IsClosed() {
		if err := p.rejoin(within); err != nil {
			return err
		}
	}
	if p.cares {
		return p.session.Ping(within)
	}
	return p.session.QueryRow(within, "SELECT pg_try_advisory_lock("+lockOn+")", p.own, caring).Scan(&p.cares)
}

// gone says whether nobody has held the lock on a process for as long as one
// whose server restarted may take to join again.
func (p *postgres) gone(ctx context.Context, id string) (bool, error) {
	var free bool
	err := p.session.QueryRow(ctx, "SELECT CASE WHEN pg_try_advisory_lock("+lockOn+") THEN pg_advisory_unlock("+lockOn+") ELSE false END", p.own, id).Scan(&free)
	if err != nil || !free {
		delete(p.absent, id)
		return false, err
	}
	since, known := p.absent[id]
	if !known {
		since = p.now()
		p.absent[id] = since
	}
	return p.now().Sub(since) >= p.grace, nil
}

func (p *postgres) explain(doing string, err error) error {
	c := p.pool.Config().ConnConfig
	var e *pgconn.PgError
	switch {
	case newer(err):
		err = errNewer
	case errors.As(err, &e) && e.Code == "23505": // another job has the key
		err = fmt.Errorf("another job of this kind and key is waiting: %w", ErrState)
	}
	return fmt.Errorf("%s: jobs in PostgreSQL %s@%s/%s schema %s: %w", doing, c.User, c.Host, c.Database, p.own, err)
}

func (p *postgres) leave(ctx context.Context) error {
	if p.session == nil {
		return nil
	}
	err := p.session.Close(ctx)
	p.session = nil
	return err
}

func (p *postgres) close() error {
	p.pool.Close()
	return nil
}
