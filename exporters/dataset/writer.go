package dataset

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"path"
	"slices"
	"strings"

	"turnover/exporters"
	"turnover/internal/table"
)

const (
	projectColumn = "project_id"
	// bucketKey is the partition in the folders' names. It is not named for the
	// project: whoever asked for a small production by it would find nothing.
	bucketKey   = "project_bucket"
	smallBucket = "small"
	// bucketRows is from how many rows on a production has files of its own in a
	// table. So there are never more files than rows divided by this, and one.
	bucketRows = 250_000
)

// partitioned tells a table of productions' rows.
func partitioned(t *table.Table) bool {
	return len(t.Columns) > 0 && t.Columns[0].Name == projectColumn
}

// A writer writes the files of one snapshot.
type writer struct {
	ctx    context.Context
	to     Aside
	head   Head
	format exporters.Exporter
}

// table writes the files of one table: large productions have their own, all
// others share one; there is always a file, so that every engine finds the columns.
func (w *writer) table(s *spool) (ManifestTable, error) {
	out := describe(s.table)
	if !partitioned(s.table) {
		return out, w.part(&out, s.table, "part-0", s.sorted())
	}
	small := len(s.count) == 0
	for _, n := range s.count {
		small = small || n < bucketRows
	}
	rows := newProjects(s.sorted())
	defer rows.stop()
	others := func(yield func(table.Row, error) bool) {
		for {
			row, err, ok := rows.peek()
			if err == nil && ok && s.count[row[0].(string)] >= bucketRows {
				err = w.part(&out, s.table, bucketKey+"="+segment(row[0].(string))+"/part-0", rows.of(row[0]))
				if err == nil {
					continue
				}
			}
			if !ok && err == nil {
				return
			}
			if rows.drop(); !yield(row, err) || err != nil {
				return
			}
		}
	}
	var err error
	if small {
		err = w.part(&out, s.table, bucketKey+"="+smallBucket+"/part-0", others)
	} else {
		for _, e := range others {
			err = e // there are no others: only errors come
		}
	}
	slices.SortFunc(out.Files, func(a, b ManifestFile) int { return cmp.Compare(a.Path, b.Path) })
	return out, err
}

// projects are sorted rows, to be read production by production.
type projects struct {
	next func() (table.Row, error, bool)
	stop func()
	row  table.Row
	err  error
	ok   bool
	held bool
}

func newProjects(rows iter.Seq2[table.Row, error]) *projects {
	next, stop := iter.Pull2(rows)
	return &projects{next: next, stop: stop}
}

// peek gives the next row without taking it.
func (p *projects) peek() (table.Row, error, bool) {
	if !p.held {
		p.row, p.err, p.ok = p.next()
		p.held = true
	}
	return p.row, p.err, p.ok
}

// drop takes the row that peek gave.
func (p *projects) drop() { p.held = false }

// of gives the rows of one production, the next ones.
func (p *projects) of(project any) table.Rows {
	return func(yield func(table.Row, error) bool) {
		for {
			row, err, ok := p.peek()
			if !ok || err == nil && row[0] != project {
				return
			}
			if p.drop(); !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// segment makes any text one safe part of a path.
func segment(s string) string {
	s = strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
	if strings.Trim(s, ".") == "" {
		return strings.ReplaceAll(s, ".", "%2E")
	}
	return s
}

// part writes one file, reads it back and adds it to the manifest's table.
func (w *writer) part(out *ManifestTable, t *table.Table, name string, rows table.Rows) error {
	rel := path.Join(out.Name, name+"."+w.format.Format())
	one := *t
	counted := &counter{columns: t.Columns, rows: rows, totals: map[string]float64{}}
	one.Rows = counted.all
	sum, size, err := w.file(rel, &one)
	if err != nil {
		return err
	}
	back, err := sumOf(w.to.Open(rel))
	if err != nil {
		return err
	}
	if back != sum {
		return fmt.Errorf("file %q reads back other than it was written", rel)
	}
	if err := w.verify(rel, counted.n); err != nil {
		return err
	}
	out.Files = append(out.Files, ManifestFile{Path: rel, Rows: counted.n, Bytes: size, SHA256: sum})
	out.Rows += counted.n
	for name, sum := range counted.totals {
		out.Totals[name] += sum
	}
	return nil
}

// verify reads a file back by its format.
func (w *writer) verify(name string, want int64) error {
	if w.head.Verify == nil {
		return nil
	}
	f, err := w.to.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	rows, err := w.head.Verify(w.ctx, f)
	if err != nil {
		return fmt.Errorf("file %q: %w", name, err)
	}
	if rows != want {
		return fmt.Errorf("file %q has %d rows where %d were written", name, rows, want)
	}
	return nil
}

func (w *writer) file(name string, t *table.Table) (sum string, size int64, err error) {
	f, err := w.to.Create(name)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	hash := sha256.New()
	n := &length{}
	book := &table.Book{Name: "dataset", Snapshot: w.head.Snapshot, AsOf: w.head.AsOf}
	if err := w.format.WriteTable(w.ctx, io.MultiWriter(f, hash, n), book, t); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(hash.Sum(nil)), n.bytes, nil
}

type length struct{ bytes int64 }

func (l *length) Write(b []byte) (int, error) {
	l.bytes += int64(len(b))
	return len(b), nil
}

// describe writes dictionary and manifest.
func (w *writer) describe(m Manifest) error {
	raw, err := encode(m)
	if err != nil {
		return err
	}
	if err := w.small(dictionaryName, []byte(dictionary(m))); err != nil {
		return err
	}
	return w.small(manifestName, raw)
}

func (w *writer) small(name string, raw []byte) error {
	f, err := w.to.Create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	return errors.Join(err, f.Close())
}

// A counter counts rows and sums the columns that have a unit while they are written.
type counter struct {
	columns []table.Column
	rows    table.Rows
	n       int64
	totals  map[string]float64
}

func (c *counter) all(yield func(table.Row, error) bool) {
	sums := make([]float64, len(c.columns))
	for row, err := range c.rows {
		if err == nil {
			c.n++
			add(sums, row)
		}
		if !yield(row, err) {
			return
		}
	}
	for i, col := range c.columns {
		if summed(col) {
			c.totals[col.Name] = sums[i]
		}
	}
}

func summed(c table.Column) bool {
	return c.Unit != "" && (c.Type == table.Int || c.Type == table.Float)
}

func add(sums []float64, row table.Row) {
	for i, cell := range row {
		switch v := cell.(type) {
		case int64:
			sums[i] += float64(v)
		case float64:
			sums[i] += v
		}
	}
}
