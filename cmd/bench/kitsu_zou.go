package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// zouVersion is of the Kitsu whose answers were recorded; it needs Python 3.11 or later.
const zouVersion = "1.0.97"

// Zous are what all Kitsus of a run have in common.
type zous struct {
	*Bench
	ready bool // the database that theirs are copies of
}

// A zou is Kitsu's server, Zou, with its own Redis and a database of the bench's
// PostgreSQL, all on the loopback or behind sockets.
type zou struct {
	*zous
	database string
	// fill puts into the database what the measurements find there.
	fill func(ctx context.Context, database string) error

	redis, api *server
	on         *client
	failed     error // why it cannot run; it is not tried again
}

// running starts it once.
func (z *zou) running(ctx context.Context) error {
	if z.api == nil && z.failed == nil {
		z.failed = z.start(ctx)
	}
	return z.failed
}

func (z *zou) start(ctx context.Context) error {
	if err := z.install(ctx); err != nil {
		return err
	}
	if err := z.schema(ctx); err != nil {
		return err
	}
	if _, err := z.freshPostgres(ctx, z.database, "zou"); err != nil {
		return err
	}
	if err := z.fill(ctx, z.database); err != nil {
		return fmt.Errorf("fill %s: %w", z.database, err)
	}
	return z.up(ctx)
}

// restarted is Zou after a start, with nothing in its caches.
func (z *zou) restarted(ctx context.Context) error {
	if err := z.running(ctx); err != nil {
		return err
	}
	if err := errors.Join(z.api.stop(), z.redis.stop()); err != nil {
		return err
	}
	return z.up(ctx)
}

// up starts Redis and Zou: three workers, as Kitsu's manual has it.
func (z *zou) up(ctx context.Context) (err error) {
	ports := [2]string{}
	for i := range ports {
		if ports[i], err = freePort(); err != nil {
			return err
		}
	}
	z.redis, err = z.serve(nil, func(string) []string {
		return []string{"redis-server", "--bind", "127.0.0.1", "--port", ports[0], "--save", "", "--appendonly", "no"}
	})
	if err != nil {
		return err
	}
	env := append(z.environment(z.database), "KV_HOST=127.0.0.1", "KV_PORT="+ports[0])
	z.api, err = z.serve(env, func(folder string) []string {
		return []string{"env", "PREVIEW_FOLDER=" + folder, "TMP_DIR=" + filepath.Join(folder, "tmp"),
			z.program("gunicorn"), "-w", "3", "-k", "gevent", "-b", "127.0.0.1:" + ports[1], "--timeout", "600", "--graceful-timeout", "5", "--no-control-socket", "zou.app:app"}
	})
	if err != nil {
		return err
	}
	at := "http://127.0.0.1:" + ports[1]
	if err := z.api.answering(ctx, at); err != nil {
		return err
	}
	z.on, err = logIn(ctx, at)
	return err
}

func (z *zous) program(name string) string { return filepath.Join(z.file("zou"), "bin", name) }

// install installs it once into the folder, from the package registry.
func (z *zous) install(ctx context.Context) error {
	if z.server == "" {
		return fmt.Errorf("no PostgreSQL: %w", z.without)
	}
	if _, err := exec.LookPath("redis-server"); err != nil {
		return errors.New("no redis-server is installed (Debian: apt-get install redis-server)")
	}
	return installed(ctx, z.file("zou"), "zou=="+zouVersion, "zou=="+zouVersion)
}

// schema makes the database that the others are copies of: Zou's tables, and the
// administrator.
func (z *zous) schema(ctx context.Context) error {
	if z.ready {
		return nil
	}
	if _, err := z.freshPostgres(ctx, "zou", ""); err != nil {
		return err
	}
	for _, args := range [][]string{{"init-db"}, {"create-admin", adminEmail, "--password", adminPassword}} {
		cmd := exec.CommandContext(ctx, z.program("zou"), args...)
		cmd.Dir, cmd.Env = z.folder, append(os.Environ(), z.environment("zou")...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("zou %v: %w\n%s", args, err, out[max(0, len(out)-2000):])
		}
	}
	z.ready = true
	return nil
}

// environment is Zou's configuration: the PostgreSQL behind its socket, and
// nothing that leaves this machine.
func (z *zous) environment(database string) []string {
	user, host := "", ""
	if u, err := url.Parse(z.server); err == nil {
		user, host = u.User.Username(), u.Query().Get("host")
	}
	return []string{"DB_HOST=", "PGHOST=" + host, "DB_USERNAME=" + user, "DB_DATABASE=" + database, "SECRET_KEY=" + adminPassword + time.Now().Format(time.RFC3339),
		"MAIL_ENABLED=False", "MAIL_CHECK_DELIVERABILITY=False", "DEFAULT_TIMEZONE=Europe/Paris"}
}

func (z *zou) http() *client    { return z.on }
func (z *zou) process() *server { return z.api }
