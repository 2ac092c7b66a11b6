package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"turnover/cmd/bench/made"
)

// importsConfiguration makes four tasks on each shot, as the recorded imports of Kitsu did.
var importsConfiguration = "projects:\n  bench:\n    tasks: [" + strings.Join(importedTasks, ", ") + "]\n"

// A backend is a kind of database that imports are measured on.
type backend struct {
	*Bench
	name string
	// prepared makes a database with an empty production, and where list is
	// given with that list in it.
	prepared func(ctx context.Context, name, list string) error
	// fresh puts a copy of a prepared database at where.
	fresh func(ctx context.Context, from string) error
	where string
}

// importing are the works of lists that become shots, with four tasks each: what
// is new, what stands already, and what changed by a frame on every twentieth shot.
func (b *Bench) importing() []Work {
	var works []Work
	for _, on := range []backend{b.onSQLite(), b.onPostgres()} {
		for _, n := range []int{1000, 10_000, 100_000} {
			list, changed := fmt.Sprintf("list-%d.csv", n), fmt.Sprintf("changed-%d.csv", n)
			works = append(works,
				on.importing("planned, new", "plan", n, list, "empty"),
				on.importing("new", "apply", n, list, "empty"),
				on.importing("unchanged", "apply", n, list, fmt.Sprintf("full_%d", n)),
				on.importing("5 % changed", "apply", n, changed, fmt.Sprintf("full_%d", n)))
		}
		million := on.importing("new", "apply", 1_000_000, "list-1000000.csv", "empty")
		million.Once = true
		works = append(works, million)
	}
	return works
}

func (on backend) importing(name, verb string, n int, list, from string) Work {
	w := Work{Group: "Importing shots with four tasks each, " + on.name, Name: name, Size: count(n) + " shots", Rows: n, Class: upTo(n, 10_000), Growth: verb + " " + strings.TrimPrefix(name, "planned, ") + ", " + on.name,
		Setup: func(ctx context.Context) error { return on.setUp(ctx, n, from) }}
	p := on.ours(verb, list, "--project", "bench", "--yes", "--json", "--config", "bench.yaml", "--db", on.where)
	if verb == "plan" { // it lets no gate pass, and says so with its exit code
		p.Args = append(p.Args[:5:5], p.Args[6:]...)
		p.Held = true
	}
	p.Result = summaryOf
	w.Ours = Contestant{Name: "turnover", Before: func(ctx context.Context) error { return on.fresh(ctx, from) }, Do: p.Run}
	if name == "new" && n == 1000 {
		w.Recorded, w.Aims = "import-csv-1000", []Aim{{Of: "import-csv-1000", What: Wall, AtLeast: 500}}
	}
	return w
}

// setUp makes the lists of a size and the database that the work begins with.
func (on backend) setUp(ctx context.Context, n int, from string) error {
	for name, sheet := range map[string]made.Sheet{"list": {Shots: n}, "changed": {Shots: n, Changed: 20}} {
		if err := on.make(fmt.Sprintf("%s-%d.csv", name, n), func(f *os.File) error { return sheet.Write(f) }); err != nil {
			return err
		}
	}
	if err := os.WriteFile(on.file("bench.yaml"), []byte(importsConfiguration), 0o644); err != nil {
		return err
	}
	list := ""
	if from != "empty" {
		list = fmt.Sprintf("list-%d.csv", n)
	}
	return on.prepared(ctx, from, list)
}

// fill begins a production in a database, and applies a list where one is given.
func (b *Bench) fill(ctx context.Context, db, list string) error {
	if _, err := b.ours("project", "add", "bench", "--type", "tvshow", "--fps", "25", "--db", db).Run(ctx); err != nil || list == "" {
		return err
	}
	_, err := b.ours("apply", list, "--project", "bench", "--yes", "--config", "bench.yaml", "--db", db).Run(ctx)
	return err
}

func (b *Bench) onSQLite() backend {
	return backend{Bench: b, name: "SQLite", where: "work.db",
		prepared: func(ctx context.Context, name, list string) error {
			if _, err := os.Stat(b.file(name + ".db")); err == nil {
				return nil
			}
			if err := b.fill(ctx, name+".db.writing", list); err != nil {
				return err
			}
			return os.Rename(b.file(name+".db.writing"), b.file(name+".db"))
		},
		fresh: func(_ context.Context, from string) error { return b.copySQLite(from+".db", "work.db") },
	}
}

func (b *Bench) onPostgres() backend {
	ready := map[string]bool{} // the server begins empty
	return backend{Bench: b, name: "PostgreSQL", where: b.postgres("work"),
		prepared: func(ctx context.Context, name, list string) error {
			if ready[name] {
				return nil
			}
			url, err := b.emptyPostgres(ctx, name)
			if err != nil {
				return err
			}
			ready[name] = true
			return b.fill(ctx, url, list)
		},
		fresh: func(ctx context.Context, from string) error {
			_, err := b.freshPostgres(ctx, "work", from)
			return err
		},
	}
}

// summaryOf gives what a plan or an import would change, or changed.
func summaryOf(out []byte) (string, error) {
	var said struct{ Summary json.RawMessage }
	if err := json.Unmarshal(out, &said); err != nil {
		return "", fmt.Errorf("a summary is wanted: %w", err)
	}
	return string(said.Summary), nil
}
