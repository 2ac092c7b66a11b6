package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"

	_ "turnover/store/postgres" // brings the driver
	"turnover/store/storetest"
)

// A Bench is where measurements run: the programs, and a folder for what they
// read and write.
type Bench struct {
	root     string // of the module
	folder   string
	turnover string // the program
	python   string // that has the peers
	server   string // URL of a PostgreSQL, "" where there is none
	without  error  // why there is none
}

// newBench builds the program, prepares the peers and starts a PostgreSQL where
// one is installed. stop ends it.
func newBench(ctx context.Context, root, folder string) (b *Bench, stop func() error, err error) {
	b = &Bench{root: root, folder: folder, turnover: filepath.Join(folder, "turnover")}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, nil, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", b.turnover, "./cmd/turnover")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("build turnover: %w\n%s", err, out)
	}
	if err := b.preparePeers(ctx); err != nil {
		return nil, nil, err
	}
	b.server, stop, b.without = storetest.StartPostgres()
	if stop == nil {
		stop = func() error { return nil }
	}
	return b, stop, nil
}

// preparePeers installs the Python peers once into the folder, or takes the
// Python that TURNOVER_PEERS names.
func (b *Bench) preparePeers(ctx context.Context) error {
	if b.python = os.Getenv("TURNOVER_PEERS"); b.python != "" {
		return nil
	}
	venv := filepath.Join(b.folder, "peers")
	b.python = filepath.Join(venv, "bin", "python")
	wanted, err := os.ReadFile(b.script("requirements.txt"))
	if err != nil {
		return err
	}
	return installed(ctx, venv, string(wanted), "-r", b.script("requirements.txt"))
}

// script is a file of the peers.
func (b *Bench) script(name string) string {
	return filepath.Join(b.root, "cmd", "bench", "peers", name)
}

// file is a file of the measurements.
func (b *Bench) file(name string) string { return filepath.Join(b.folder, name) }

// ours is a command line of turnover, run where the files are.
func (b *Bench) ours(args ...string) Process {
	return b.process(append([]string{b.turnover}, args...))
}

// process is any command line, run where the files are.
func (b *Bench) process(args []string) Process {
	return Process{Args: args, Dir: b.folder, meter: []string{b.python, b.script("measure.py")}}
}

// peer is a command line of a Python peer.
func (b *Bench) peer(script string, args ...string) Process {
	return b.process(append([]string{b.python, b.script(script)}, args...))
}

// make writes an input unless an earlier run left it: it is the same each time.
func (b *Bench) make(name string, write func(*os.File) error) error {
	to := b.file(name)
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	f, err := os.Create(to + ".writing")
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("make %s: %w", name, err)
	}
	return os.Rename(to+".writing", to)
}

// freshPostgres makes a database anew, as a copy of another or empty, and gives
// its URL.
func (b *Bench) freshPostgres(ctx context.Context, name, from string) (string, error) {
	if b.server == "" {
		return "", fmt.Errorf("no PostgreSQL: %w", b.without)
	}
	db, err := sql.Open("pgx", b.server)
	if err != nil {
		return "", err
	}
	defer func() { _ = db.Close() }() // nothing is left to write
	create := "CREATE DATABASE " + name
	if from != "" {
		create += " TEMPLATE " + from
	}
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name, create} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return "", fmt.Errorf("%s: %w", statement, err)
		}
	}
	return b.postgres(name), nil
}

// emptyPostgres makes a database anew with turnover's tables, and gives its URL.
func (b *Bench) emptyPostgres(ctx context.Context, name string) (string, error) {
	url, err := b.freshPostgres(ctx, name, "")
	if err != nil {
		return "", err
	}
	_, err = b.ours("db", "migrate", "--db", url).Run(ctx)
	return url, err
}

// postgres is the URL of a database.
func (b *Bench) postgres(name string) string {
	u, err := url.Parse(b.server)
	if err != nil {
		return b.server // opening it says what is wrong
	}
	u.Path = "/" + name
	return u.String()
}

// removeSQLite removes a database, if it is there.
func (b *Bench) removeSQLite(name string) error {
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(b.file(name + end)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// copySQLite puts a copy of a database in the place of another.
func (b *Bench) copySQLite(from, to string) error {
	if err := b.removeSQLite(to); err != nil {
		return err
	}
	source, err := os.Open(b.file(from))
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }() // only read
	copied, err := os.Create(b.file(to))
	if err != nil {
		return err
	}
	_, err = io.Copy(copied, source)
	return errors.Join(err, copied.Close())
}
