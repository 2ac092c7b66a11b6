package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// A serving is "turnover serve", asked as a Kitsu is.
type serving struct {
	*Bench
	// prepare makes the database, and gives its URL.
	prepare func(ctx context.Context) (string, error)

	url string // of the database
	api *server
	on  *client
	// failed is why it cannot run; it is not tried again.
	failed error
}

// serving is a server over an empty database of a kind.
func (z *zous) serving(database string) *serving {
	return &serving{Bench: z.Bench, prepare: func(ctx context.Context) (string, error) {
		if database == "PostgreSQL" {
			return z.freshPostgres(ctx, "serving", "")
		}
		return "serving.db", z.removeSQLite("serving.db")
	}}
}

// running starts it once.
func (s *serving) running(ctx context.Context) error {
	if s.api == nil && s.failed == nil {
		s.failed = s.start(ctx)
	}
	return s.failed
}

func (s *serving) start(ctx context.Context) (err error) {
	if s.url, err = s.prepare(ctx); err != nil {
		return err
	}
	if _, err := s.ours("db", "migrate", "--db", s.url).Run(ctx); err != nil {
		return err
	}
	add := exec.CommandContext(ctx, s.turnover, "user", "add", adminEmail, "--role", "admin", "--db", s.url)
	add.Dir, add.Stdin = s.folder, strings.NewReader(adminPassword+"\n")
	if out, err := add.CombinedOutput(); err != nil {
		return fmt.Errorf("user add: %w\n%s", err, out)
	}
	return s.up(ctx)
}

func (s *serving) restarted(ctx context.Context) error {
	if err := s.running(ctx); err != nil {
		return err
	}
	if err := s.api.stop(); err != nil {
		return err
	}
	return s.up(ctx)
}

func (s *serving) up(ctx context.Context) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	db := s.url
	if !strings.Contains(db, "://") {
		db = s.file(db)
	}
	s.api, err = s.serve(nil, func(string) []string {
		return []string{s.turnover, "serve", "--db", db, "--listen", "127.0.0.1:" + port}
	})
	if err != nil {
		return err
	}
	at := "http://127.0.0.1:" + port
	if err := s.api.answering(ctx, at); err != nil {
		return err
	}
	s.on, err = logIn(ctx, at)
	return err
}

func (s *serving) http() *client    { return s.on }
func (s *serving) process() *server { return s.api }
