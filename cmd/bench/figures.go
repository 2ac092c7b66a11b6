package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"turnover/cmd/bench/made"
)

// kitsuLarge is of the size of which a Kitsu's answers were timed.
var kitsuLarge = made.Production{Name: "large", Shots: 10_000, Tasks: 4, Sheets: 216_000, Comments: 200_000}

// millionSheets has a million time sheets on 250,000 tasks.
var millionSheets = made.Production{Name: "million", Shots: 25_000, Tasks: 10, Sheets: 1_000_000, Comments: 500_000}

// reporting are the works on a production that is there: reports, datasets, and
// how it got there.
func (b *Bench) reporting() []Work {
	var works []Work
	for _, p := range []struct {
		made.Production
		class Class
	}{{kitsuLarge, Small}, {millionSheets, Full}} {
		on := production{b, p.Production, p.class}
		if p.class == Small {
			works = append(works, on.load())
		}
		works = append(works, on.publish(), on.quota("SQLite"), on.quotaOfDataset(), on.report("retake", "retake_takes", "retakes"), on.report("episode", "episode_stats", "episode-stats"))
		works = append(works, on.kitsuQuotas("SQLite")...)
		if p.class == Small {
			works = append(works, on.quota("PostgreSQL"))
			works = append(works, on.kitsuQuotas("PostgreSQL")...)
		}
	}
	return works
}

// A production that reports are made of.
type production struct {
	*Bench
	made.Production
	class Class
}

func (p production) size() string {
	return fmt.Sprintf("%s shots, %s tasks, %s time sheets, %s comments", count(p.Shots), count(p.Shots*p.Tasks), count(p.Sheets), count(p.Comments))
}

func (p production) work(name string) Work {
	return Work{Group: "Reports and datasets", Name: name, Size: p.size(), Rows: p.Sheets, Class: p.class, Growth: name, Setup: p.loaded}
}

// db is the production's SQLite database.
func (p production) db() string { return p.Name + ".db" }

// archived makes the archive.
func (p production) archived(ctx context.Context) error {
	to := p.file("archive-" + p.Name)
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	return p.WriteArchive(ctx, to)
}

// loaded makes the database, once.
func (p production) loaded(ctx context.Context) error {
	if err := p.archived(ctx); err != nil {
		return err
	}
	if _, err := os.Stat(p.file(p.db())); err == nil {
		return nil
	}
	if err := p.begin(ctx, p.db()+".writing"); err != nil {
		return err
	}
	if _, err := p.ours("archive", "load", "archive-"+p.Name, "--db", p.db()+".writing").Run(ctx); err != nil {
		return err
	}
	return os.Rename(p.file(p.db()+".writing"), p.file(p.db()))
}

// begin makes an empty SQLite database in the place of what is there.
func (p production) begin(ctx context.Context, db string) error {
	if err := p.removeSQLite(db); err != nil {
		return err
	}
	_, err := p.ours("db", "migrate", "--db", db).Run(ctx)
	return err
}

// loadedPostgres makes the database of the same production on PostgreSQL, once.
func (p production) loadedPostgres() func(ctx context.Context) error {
	done := false
	return func(ctx context.Context) error {
		if done {
			return nil
		}
		if err := p.loaded(ctx); err != nil {
			return err
		}
		url, err := p.emptyPostgres(ctx, p.Name)
		if err != nil {
			return err
		}
		if _, err := p.ours("archive", "load", "archive-"+p.Name, "--db", url).Run(ctx); err != nil {
			return err
		}
		done = true
		return nil
	}
}

func (p production) load() Work {
	w := p.work("archive load")
	w.Rows = p.Shots*(1+p.Tasks) + p.Sheets + p.Comments
	run := p.ours("archive", "load", "archive-"+p.Name, "--db", "loading.db")
	run.Result = said("loaded")
	w.Class, w.Once = Full, true
	w.Setup = p.archived
	w.Ours = Contestant{Name: "turnover", Before: func(ctx context.Context) error { return p.begin(ctx, "loading.db") }, Do: run.Run}
	return w
}

// said is a result that says no more than that the program ended well.
func said(what string) func([]byte) (string, error) {
	return func([]byte) (string, error) { return what, nil }
}

func (p production) publish() Work {
	w := p.work("publish")
	w.Once = p.class == Full
	run := p.ours("publish", "--project", p.Name, "--to", "published", "--db", p.db(), "--json")
	run.Result = func(out []byte) (string, error) {
		var said struct{ Rows json.RawMessage }
		err := json.Unmarshal(out, &said)
		return string(said.Rows), err
	}
	w.Ours = Contestant{Name: "turnover", Before: func(context.Context) error { return os.RemoveAll(p.file("published")) }, Do: run.Run}
	return w
}

// quota is the table of a producer, and the same made by DuckDB of the published dataset.
func (p production) quota(database string) Work {
	w := p.work("quota, weighted, " + database)
	url, load := p.db(), p.loaded
	if database == "PostgreSQL" {
		url, load = p.postgres(p.Name), p.loadedPostgres()
	}
	w.Setup = p.published(load)
	w.Ours, w.Peers = p.producersTable("--db", url), p.duckDB()
	if p.class == Full {
		w.Aims = []Aim{{Of: w.Peers[0].Name, What: Wall, AtLeast: 1.0 / 15}}
	}
	return w
}

// quotaOfDataset is the same table without a database.
func (p production) quotaOfDataset() Work {
	w := p.work("quota, weighted, from the dataset")
	w.Setup = p.published(p.loaded)
	w.Ours, w.Peers = p.producersTable("--dataset", p.dataset()), p.duckDB()
	w.Aims = []Aim{{Of: w.Peers[0].Name, What: Wall, AtLeast: 1.0 / 3}}
	return w
}

// dataset is the production's folder of published snapshots.
func (p production) dataset() string { return "dataset-" + p.Name }

// published makes the dataset of the production that load loads, once.
func (p production) published(load func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := load(ctx); err != nil {
			return err
		}
		if _, err := os.Stat(p.file(p.dataset())); err == nil {
			return nil
		}
		_, err := p.ours("publish", "--project", p.Name, "--to", p.dataset(), "--db", p.db()).Run(ctx)
		return err
	}
}

// producersTable is turnover's, of facts that lie where the flags say.
func (p production) producersTable(from ...string) Contestant {
	run := p.ours(append([]string{"report", "quota", "--project", p.Name, "--table", "quota_person_month", "--format", "csv"}, from...)...)
	cells := run
	run.Result = cellsOf
	return Contestant{Name: "turnover", Do: run.Run, Rows: func(ctx context.Context, to string) error {
		if err := cells.Into(ctx, to); err != nil {
			return err
		}
		return onlyColumns(to, "person_id", "task_type_id", "period", "frames")
	}}
}

// duckDB makes the table of the dataset.
func (p production) duckDB() []Contestant {
	return []Contestant{{Name: "DuckDB, from the dataset", Do: p.peer("duckdb_quota.py", p.dataset()).Run, Rows: p.peer("duckdb_quota.py", p.dataset(), "--rows").Into}}
}

// kitsuQuotas are counted as Kitsu counts, of one task type: its route has no other.
func (p production) kitsuQuotas(database string) []Work {
	var works []Work
	for _, q := range []struct{ name, recorded, method, basis string }{
		{"quota of a task type, kitsu-weighted", "quotas-weighted", "kitsu-weighted", "feedback"},
		{"quota of a task type, kitsu-weighted, at approval", "quotas-weighteddone", "kitsu-weighted", "approval"},
		{"quota of a task type, kitsu-raw", "quotas-feedback", "kitsu-raw", "feedback"},
	} {
		w := p.work(q.name + ", " + database)
		url := p.db()
		if database == "PostgreSQL" {
			url = p.postgres(p.Name)
		}
		run := p.ours("report", "quota", "--project", p.Name, "--db", url, "--method", q.method, "--basis", q.basis, "--task-type", "Animation", "--table", "quota_person_month", "--format", "csv")
		run.Result = cellsOf
		w.Ours = Contestant{Name: "turnover", Do: run.Run}
		w.Growth = ""
		if p.class == Small {
			w.Recorded, w.Aims = q.recorded, []Aim{{Of: q.recorded, What: Wall, AtLeast: 7}}
		}
		works = append(works, w)
	}
	return works
}

func (p production) report(name, table, recorded string) Work {
	w := p.work(name + " report")
	run := p.ours("report", name, "--project", p.Name, "--db", p.db(), "--table", table, "--format", "csv")
	run.Result = func(out []byte) (string, error) { return fmt.Sprintf("%d rows", bytes.Count(out, []byte("\n"))-1), nil }
	w.Ours = Contestant{Name: "turnover", Do: run.Run}
	if p.class == Small {
		w.Recorded = recorded
	}
	return w
}

// cellsOf counts the cells of a table of frames, and adds the frames up.
func cellsOf(out []byte) (string, error) {
	in := csv.NewReader(bytes.NewReader(out))
	header, err := in.Read()
	if err != nil {
		return "", err
	}
	at := slices.Index(header, "frames")
	rows, err := in.ReadAll()
	if err != nil || at < 0 {
		return "", errors.Join(err, fmt.Errorf("columns are %q", header))
	}
	sum := 0
	for _, row := range rows {
		n, err := strconv.Atoi(row[at])
		if err != nil {
			return "", err
		}
		sum += n
	}
	return fmt.Sprintf("%d cells, %d frames", len(rows), sum), nil
}

// onlyColumns puts lines of some columns in the place of a CSV file, sorted.
func onlyColumns(file string, columns ...string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	in := csv.NewReader(f)
	header, err := in.Read()
	if err != nil {
		return err
	}
	var lines []string
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		var cells []string
		for _, c := range columns {
			at := slices.Index(header, c)
			if at < 0 {
				return fmt.Errorf("no column %q among %q", c, header)
			}
			cells = append(cells, row[at])
		}
		lines = append(lines, strings.Join(cells, "\t")+"\n")
	}
	slices.Sort(lines)
	return os.WriteFile(file, []byte(strings.Join(lines, "")), 0o644)
}
