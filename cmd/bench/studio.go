package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"turnover/cmd/bench/made"
)

// The productions that are asked about: of 60, 25 and 3.625 thousandths of all shots.
const (
	largest = "Production 001"
	middle  = "Production 007"
	small   = "Production 050"
)

// smallNumber is the number of the small one, which is made alone, too.
const smallNumber = 50

// A studio is a made one in a database of its own.
type studio struct {
	*Bench
	madeStudio
	url     string
	db      *sql.DB
	figures []figure
}

// A figure is what one piece of work took: the program's own, and the server's.
type figure struct {
	name, on string
	Sample
	served  time.Duration // in which the server was at work
	pages   int64         // of 8 kB that it looked at
	spilled int64         // bytes that did not fit into its memory
}

// openStudio takes the database that an earlier run left on the server, or makes it.
func (b *Bench) openStudio(ctx context.Context, m madeStudio) (*studio, error) {
	name := fmt.Sprintf("studio_%d_%d", m.shots, m.production)
	s := &studio{Bench: b, madeStudio: m, url: b.postgres(name)}
	var err error
	if s.db, err = sql.Open("pgx", s.url); err != nil {
		return nil, err
	}
	s.db.SetMaxOpenConns(1) // who else is connected is counted
	s.db.SetMaxIdleConns(0) // and a database that is made anew has nobody in it
	var there bool
	err = s.db.QueryRowContext(ctx, "SELECT count(*) > 0 FROM revisions").Scan(&there)
	if err == nil && there {
		return s, nil
	}
	if _, err := b.emptyPostgres(ctx, name); err != nil {
		return nil, err
	}
	began := time.Now()
	if err := m.fill(ctx, s.db); err != nil {
		return nil, err
	}
	fmt.Printf("Made %s in %s.\n", name, time.Since(began).Round(time.Second))
	return s, nil
}

// measure does one piece of work once.
func (s *studio) measure(ctx context.Context, name, on string, do func(context.Context) (Sample, error)) error {
	before, err := s.counters(ctx)
	if err != nil {
		return err
	}
	sample, err := do(ctx)
	if err != nil {
		return fmt.Errorf("%s of %s: %w", name, on, err)
	}
	after, err := s.counters(ctx)
	s.add(figure{name: name, on: on, Sample: sample, served: after.served - before.served, pages: after.pages - before.pages, spilled: after.spilled - before.spilled})
	return err
}

func (s *studio) add(f figure) {
	s.figures = append(s.figures, f)
	fmt.Println(" ", strings.Trim(f.line(), "| \n"))
}

type counters struct {
	served         time.Duration
	pages, spilled int64
}

// counters are read once all others have left: each hands in its figures then.
func (s *studio) counters(ctx context.Context) (c counters, err error) {
	others := 1
	for err == nil && others > 0 {
		err = s.db.QueryRowContext(ctx, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()").Scan(&others)
	}
	if err != nil {
		return c, err
	}
	var milliseconds float64
	err = s.db.QueryRowContext(ctx, "SELECT active_time, blks_hit + blks_read, temp_bytes FROM pg_stat_database WHERE datname = current_database()").
		Scan(&milliseconds, &c.pages, &c.spilled)
	c.served = time.Duration(milliseconds * float64(time.Millisecond))
	return c, err
}

// command measures a command line on the studio's database.
func (s *studio) command(ctx context.Context, name, on string, args ...string) error {
	p := s.ours(append(args, "--db", s.url)...)
	p.Held, p.Result = true, said("done")
	return s.measure(ctx, name, on, p.Run)
}

// reports measures what is asked of one production, and is the same wherever it stands.
func (s *studio) reports(ctx context.Context, on string) error {
	for _, report := range []string{"quota", "retake", "episode"} {
		if err := s.command(ctx, "report "+report, on, "report", report, "--project", on, "--format", "csv", "--out", "studio-report"); err != nil {
			return err
		}
	}
	return nil
}

func (s *studio) publish(ctx context.Context, on string, which ...string) error {
	to := "studio-dataset"
	if err := os.RemoveAll(s.file(to)); err != nil {
		return err
	}
	return s.command(ctx, "publish", on, append([]string{"publish", "--to", to}, which...)...)
}

// work measures all of it, and keeps what it has after each step: it may take
// hours. Publishing much takes longest and is done where all is asked for.
func (s *studio) work(ctx context.Context, all bool, keep func() error) error {
	list := "studio.edl"
	if err := s.writeList(list); err != nil {
		return err
	}
	steps := []func() error{
		func() error { return s.serve(ctx) },
		func() error {
			return s.command(ctx, "plan of 1,000 new shots", largest, "plan", list, "--project", largest)
		},
		func() error {
			return s.command(ctx, "apply of 1,000 new shots", largest, "apply", list, "--project", largest, "--yes")
		},
		func() error { return s.command(ctx, "imports", "all", "imports") },
		func() error { return s.command(ctx, "inbox", "all", "inbox") },
		func() error { return s.command(ctx, "deliveries", "all", "deliveries") },
		func() error { return s.reports(ctx, small) },
		func() error { return s.publish(ctx, small, "--project", small) },
		func() error { return s.reports(ctx, middle) },
		func() error { return s.reports(ctx, largest) },
		func() error { return s.command(ctx, "doctor", "all", "doctor") },
	}
	if all {
		steps = append(steps, func() error { return s.publish(ctx, middle, "--project", middle) },
			func() error { return s.publish(ctx, largest, "--project", largest) },
			func() error { return s.publish(ctx, "all", "--all") })
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
		if err := keep(); err != nil {
			return err
		}
	}
	return nil
}

// writeList makes an EDL of a thousand shots of an episode that no earlier run made.
func (s *studio) writeList(name string) error {
	var text strings.Builder
	if err := (made.Cut{Events: 1000}).Write(&text); err != nil {
		return err
	}
	return os.WriteFile(s.file(name), []byte(strings.ReplaceAll(text.String(), "CLIP NAME: ", fmt.Sprintf("CLIP NAME: R%d", time.Now().Unix()))), 0o644)
}

// runStudio makes and measures a studio of so many shots, and one of its
// productions alone, and writes a page of it. all publishes all productions, too.
func (b *Bench) runStudio(ctx context.Context, o options) (err error) {
	if url := os.Getenv("TURNOVER_STUDIO_POSTGRES"); url != "" {
		b.server = url
	}
	alone, err := b.openStudio(ctx, madeStudio{shots: o.studio, production: smallNumber})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, alone.db.Close()) }()
	s, err := b.openStudio(ctx, madeStudio{shots: o.studio})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.db.Close()) }()
	if err := errors.Join(alone.reports(ctx, small), alone.publish(ctx, small, "--project", small)); err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "SELECT pg_stat_reset()"); err != nil { // how it was made does not count
		return err
	}
	return s.work(ctx, o.all, func() error {
		page, err := s.page(ctx, o, b.machine(ctx), alone)
		if err != nil || o.page == "" {
			return err
		}
		return os.WriteFile(o.page, []byte(page), 0o644)
	})
}
