// Package dataset publishes one snapshot of productions for data teams: tables
// in files, a manifest with checksums and a dictionary. A snapshot is visible
// whole or not at all.
package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path/filepath"
	"slices"
	"time"

	"turnover/exporters"
	"turnover/internal/table"
)

// A Head says what is published and how.
type Head struct {
	Snapshot      string // id, as on the covers of workbooks; letters, digits, "-" and "_"
	AsOf          time.Time
	SchemaVersion string
	Timezone      string
	Persons       Persons // as the tables were made
	PersonsKey    string  // fingerprint of the key of pseudonyms; see Fingerprint
	Productions   []Production
	// Grounds are what shapes the tables beside the state of the database and
	// the fields above: settings, imports that changed no row. Snapshots of one
	// id that differ in them are different publications.
	Grounds []string
	Keep    Keep
	// Verify reads a written file back and counts its rows; nil leaves it at
	// the checksum.
	Verify func(ctx context.Context, f File) (int64, error)
}

// shape counts up when tables or columns are added: the same state is then
// published again, with them.
const shape = "2"

// id names the publication.
func (h Head) id() string {
	hash := sha256.New()
	for _, line := range append([]string{string(h.Persons), h.PersonsKey, h.Timezone, shape}, h.Grounds...) {
		_, _ = fmt.Fprintf(hash, "%q\n", line) // a hash never fails
	}
	return h.Snapshot + "-" + hex.EncodeToString(hash.Sum(nil))[:8]
}

// Publish writes a snapshot into to/snapshots and lets to/latest.json point at
// it. It is written aside, read back and made visible in one step; the same
// publication again is only checked.
//
// Tables of one name are one table and must have the same columns. Those whose
// first column is project_id hold rows of productions, others what all
// productions share. Each table's rows are read once and sorted as it says;
// memory does not grow with them.
//
// *IncompatibleError where the snapshot may not follow the newest one.
func Publish(ctx context.Context, to Destination, head Head, tables iter.Seq2[*table.Table, error], write exporters.Exporter) (Manifest, error) {
	m, err := publish(ctx, to, head, tables, write)
	if err != nil {
		return Manifest{}, fmt.Errorf("publish snapshot %q: %w", head.Snapshot, err)
	}
	return m, nil
}

func publish(ctx context.Context, to Destination, head Head, tables iter.Seq2[*table.Table, error], write exporters.Exporter) (Manifest, error) {
	m := head.manifest()
	if !plain(head.Snapshot) || !plain(m.ID) {
		return m, errors.New("the id must be of letters, digits, - and _")
	}
	was, err := Latest(to)
	if err != nil {
		return m, fmt.Errorf("read the newest snapshot: %w", err)
	}
	if err := follows(to, was, m, personDifferences); err != nil {
		return m, err
	}
	there, err := published(ctx, to, m.ID)
	if err != nil {
		return m, err
	}
	if there == nil {
		if there, err = writeNew(ctx, to, head, m, was, tables, write); err != nil {
			return m, err
		}
	}
	return *there, finish(to, head, was, *there)
}

// manifest is what the head says; the tables are not in it yet.
func (h Head) manifest() Manifest {
	m := Manifest{Snapshot: h.Snapshot, ID: h.id(), SchemaVersion: h.SchemaVersion, Timezone: h.Timezone, Persons: h.Persons, PersonsKey: h.PersonsKey,
		PartitionKey: bucketKey, Productions: slices.Clone(h.Productions), Tables: []ManifestTable{}}
	if !h.AsOf.IsZero() {
		at := h.AsOf.UTC()
		m.AsOf = &at
	}
	return m
}

// writeNew makes one snapshot: rows are gathered and sorted, compared with the
// newest snapshot's schema, written, read back and committed.
func writeNew(ctx context.Context, to Destination, head Head, m Manifest, was *Manifest, tables iter.Seq2[*table.Table, error], write exporters.Exporter) (_ *Manifest, err error) {
	g := &gathering{pool: &pool{limit: memory}, byName: map[string]*spool{}}
	defer func() { err = errors.Join(err, g.pool.close()) }()
	if err := g.read(ctx, tables); err != nil {
		return nil, err
	}
	for _, s := range g.pool.spools {
		m.Tables = append(m.Tables, describe(s.table))
	}
	if err := follows(to, was, m, schemaDifferences); err != nil {
		return nil, err
	}
	aside, err := to.Begin(m.ID)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, aside.Discard()) }()
	w := &writer{ctx: ctx, to: aside, head: head, format: write}
	for i, s := range g.pool.spools {
		if m.Tables[i], err = w.table(s); err != nil {
			return nil, fmt.Errorf("table %q: %w", s.table.Name, err)
		}
	}
	if err := w.describe(m); err != nil {
		return nil, err
	}
	err = aside.Commit()
	if errors.Is(err, fs.ErrExist) { // another one published it meanwhile
		return published(ctx, to, m.ID)
	}
	return &m, err
}

// finish lets latest.json point at a snapshot and takes old ones away.
func finish(to Destination, head Head, was *Manifest, m Manifest) error {
	now := time.Now() // of the files, never in them
	if was != nil && was.ID != m.ID {
		if err := to.Touch(was.ID, now); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := to.Touch(m.ID, now); err != nil {
		return err
	}
	raw, err := encode(latest{m.Snapshot, snapshotsName + "/" + m.ID, m.SchemaVersion})
	if err != nil {
		return err
	}
	if err := to.Replace(latestName, raw); err != nil {
		return err
	}
	if _, err := prune(to, m.ID, head.Keep, now); err != nil {
		return fmt.Errorf("the snapshot is published; take older ones away: %w", err)
	}
	return nil
}

// published checks a snapshot that is there against its manifest; nil where
// there is none.
func published(ctx context.Context, at Destination, id string) (*Manifest, error) {
	var m Manifest
	base := snapshotsName + "/" + id
	if err := readJSON(at, base+"/"+manifestName, &m); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	for _, t := range m.Tables {
		for _, f := range t.Files {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
				return nil, fmt.Errorf("the manifest names %q, outside of its folder", f.Path)
			}
			sum, err := sumOf(at.Open(base + "/" + f.Path))
			if err != nil {
				return nil, err
			}
			if sum != f.SHA256 {
				return nil, fmt.Errorf("file %q was changed since it was published: remove the folder %q and publish again", f.Path, base)
			}
		}
	}
	return &m, nil
}

// sumOf reads a file that was just opened.
func sumOf(f File, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // only read
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// A gathering reads all tables into spools.
type gathering struct {
	pool   *pool
	byName map[string]*spool
}

func (g *gathering) read(ctx context.Context, tables iter.Seq2[*table.Table, error]) error {
	for t, err := range tables {
		if err != nil {
			return err
		}
		if err := g.table(ctx, t); err != nil {
			return fmt.Errorf("table %q: %w", t.Name, err)
		}
	}
	return nil
}

func (g *gathering) table(ctx context.Context, t *table.Table) error {
	s := g.byName[t.Name]
	if s == nil {
		if !plain(t.Name) {
			return errors.New("the name must be of letters, digits, - and _")
		}
		var err error
		if s, err = g.pool.spool(t); err != nil {
			return err
		}
		g.byName[t.Name] = s
	}
	if !slices.Equal(t.Columns, s.table.Columns) {
		return errors.New("the columns differ between productions")
	}
	n := 0
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		if n++; n%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if err := s.add(row); err != nil {
			return err
		}
	}
	return nil
}
