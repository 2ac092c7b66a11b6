package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

func (f figure) line() string {
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s | %s |\n", f.name, f.on, shown3(f.Wall), shown3(f.CPU), megabytes(f.Peak), shown3(f.served), count(int(f.pages)), megabytes(f.spilled))
}

const figuresHeader = "| work | of | time | processor | memory | server's time | pages | spilled |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n"

// page writes the figures for people.
func (s *studio) page(ctx context.Context, o options, m Machine, alone *studio) (string, error) {
	var out strings.Builder
	also := ""
	if o.all {
		also = " BENCH=-studio-all"
	}
	fmt.Fprintf(&out, `# A studio's figures

Made by %smake bench-studio STUDIO=%d%s%s on %s; nobody typed a figure. What they say: [scale](scale.md).

| | |
| --- | --- |
| machine | %s, %d cores, %s, %s; load at the end %s |
| turnover | %s, %s |
`, "`", s.shots, also, "`", time.Now().UTC().Format(time.DateOnly), m.Processor, m.Cores, m.Memory, m.System, m.Load, m.Turnover, m.Go)
	settings, err := s.table(ctx, `SELECT string_agg(name || ' ' || current_setting(name), ', ' ORDER BY name) FROM pg_settings
		WHERE name IN ('server_version', 'fsync', 'jit', 'random_page_cost') OR source IN ('command line', 'configuration file')
		AND name IN ('shared_buffers', 'work_mem', 'maintenance_work_mem', 'max_wal_size', 'wal_level')`)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&out, "| PostgreSQL | %s, on this machine |\n\n", strings.Trim(settings, "| \n"))
	fmt.Fprintf(&out, "## The work\nEach once, one after the other, of Production 001 with 60 thousandths of all shots, 007 with 25, and 050 with 3.6. Processor and memory are turnover's own; the server's time is that in which it worked for it, pages are those of 8 kB that it looked at, in memory or not.\n\n%s", figuresHeader)
	for _, f := range s.figures {
		out.WriteString(f.line())
	}
	s.beside(&out, alone)
	for _, q := range studioTables {
		rows, err := s.table(ctx, q.sql)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "\n## %s\n%s\n%s%s", q.title, q.header, strings.Repeat("| --- ", strings.Count(q.header, "|")-1)+"|\n", rows)
	}
	return out.String(), nil
}

// beside shows the same work on the same production, alone and among the others.
func (s *studio) beside(out *strings.Builder, alone *studio) {
	fmt.Fprintf(out, "\n## One production alone, and among a hundred\nThe same %s, row by row, in a database of its own.\n\n%s", small, strings.Replace(figuresHeader, "| of |", "| |", 1))
	for _, one := range alone.figures {
		for _, f := range s.figures {
			if f.name == one.name && f.on == one.on {
				one.on, f.on = "alone", "among a hundred"
				out.WriteString(one.line() + f.line())
			}
		}
	}
}

// studioTables are what the server counted while the work was done.
var studioTables = []struct{ title, header, sql string }{
	{"Tables", "| table | rows | table, MB | indexes, MB |", `SELECT relname, to_char((SELECT reltuples FROM pg_class WHERE oid = relid), 'FM999,999,990'), to_char(pg_table_size(relid) / 1e6, 'FM999,990'), to_char(pg_indexes_size(relid) / 1e6, 'FM999,990')
		FROM pg_stat_user_tables WHERE pg_total_relation_size(relid) > 1e6 ORDER BY pg_total_relation_size(relid) DESC`},
	{"Indexes", "| index | size, MB | times asked |", `SELECT indexrelname, to_char(pg_relation_size(indexrelid) / 1e6, 'FM999,990'), to_char(idx_scan, 'FM999,999,999,990')
		FROM pg_stat_user_indexes WHERE pg_relation_size(indexrelid) > 1e6 ORDER BY pg_relation_size(indexrelid) DESC`},
	{"Tables read through", "| table | times | rows |", `SELECT relname, to_char(seq_scan, 'FM999,999,990'), to_char(seq_tup_read, 'FM999,999,999,990')
		FROM pg_stat_user_tables WHERE seq_tup_read > 100000 ORDER BY seq_tup_read DESC`},
}

// table gives the rows of a question as lines of a table.
func (s *studio) table(ctx context.Context, question string) (string, error) {
	rows, err := s.db.QueryContext(ctx, question)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }() // Err tells
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	cells, into := make([]string, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	var out strings.Builder
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return "", err
		}
		out.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	return out.String(), rows.Err()
}
