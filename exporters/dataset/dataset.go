// Package dataset publishes one snapshot of productions as a folder of files
// for data teams: a file a table and production, a manifest with checksums and
// a dictionary. A snapshot is visible whole or not at all.
package dataset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"turnover/exporters"
	"turnover/internal/table"
)

// A Head says what is published.
type Head struct {
	Snapshot      string // id; letters, digits, "-" and "_"
	AsOf          time.Time
	SchemaVersion string
	Persons       Persons // as the tables were made; written into the manifest
	// Verify reads a written file back and counts its rows; nil leaves it at
	// the checksum.
	Verify func(ctx context.Context, path string) (int64, error)
}

// A Manifest lists what a snapshot holds.
type Manifest struct {
	Snapshot      string          `json:"snapshot"`
	AsOf          *time.Time      `json:"as_of"`
	SchemaVersion string          `json:"schema_version"`
	Persons       Persons         `json:"persons"`
	Tables        []ManifestTable `json:"tables"`
}

// A ManifestTable is one table of all productions.
type ManifestTable struct {
	Name    string             `json:"name"`
	Doc     string             `json:"doc"`
	Rows    int64              `json:"rows"`
	Files   []ManifestFile     `json:"files"`
	Columns []ManifestColumn   `json:"columns"`
	Totals  map[string]float64 `json:"control_totals"` // sums of the columns that have a unit
}

// A ManifestFile is one file, its path relative to the snapshot's folder.
type ManifestFile struct {
	Path   string `json:"path"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// A ManifestColumn is one column.
type ManifestColumn struct {
	Name string     `json:"name"`
	Type table.Type `json:"type"`
	Unit *string    `json:"unit"`
	Doc  string     `json:"doc"`
}

const (
	manifestName = "manifest.json"
	latestName   = "latest.json"
	staleAfter   = 24 * time.Hour
)

// Publish writes a snapshot into dir/snapshots/ID and lets dir/latest.json point
// at it. It is written aside, read back and renamed in one step; the same
// snapshot again is only checked. Tables of one name are one table, a part for
// each production; of tables without a project_id column the first is taken.
func Publish(ctx context.Context, dir string, head Head, tables []*table.Table, write exporters.Exporter) (Manifest, error) {
	m, err := publish(ctx, dir, head, tables, write)
	if err != nil {
		return Manifest{}, fmt.Errorf("publish snapshot %q: %w", head.Snapshot, err)
	}
	return m, nil
}

func publish(ctx context.Context, dir string, head Head, tables []*table.Table, write exporters.Exporter) (Manifest, error) {
	if !plain(head.Snapshot) {
		return Manifest{}, errors.New("the id must be of letters, digits, - and _")
	}
	final := filepath.Join(dir, "snapshots", head.Snapshot)
	if _, err := os.Stat(final); err == nil {
		m, err := check(ctx, final)
		if err != nil {
			return m, err
		}
		return m, point(dir, head)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, err
	}
	if err := os.MkdirAll(filepath.Join(dir, "snapshots"), 0o755); err != nil {
		return Manifest{}, err
	}
	if err := sweep(dir); err != nil {
		return Manifest{}, err
	}
	aside, err := os.MkdirTemp(dir, ".writing-"+head.Snapshot+"-")
	if err != nil {
		return Manifest{}, err
	}
	defer func() { _ = os.RemoveAll(aside) }() // gone where it was renamed
	if err := os.Chmod(aside, 0o755); err != nil {
		return Manifest{}, err
	}
	m, err := fill(ctx, aside, head, tables, write)
	if err != nil {
		return Manifest{}, err
	}
	if err := os.Rename(aside, final); err != nil {
		if _, there := os.Stat(final); there != nil {
			return Manifest{}, err
		}
		if m, err = check(ctx, final); err != nil { // another one published it meanwhile
			return m, err
		}
	}
	if err := syncFolder(filepath.Dir(final)); err != nil {
		return Manifest{}, err
	}
	return m, point(dir, head)
}

// plain tells names that are safe as a folder on every system.
func plain(s string) bool {
	return s != "" && len(s) <= 100 && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	})
}

// sweep removes what a crashed publication left; younger ones may be at work.
func sweep(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, ".writing-*"))
	if err != nil {
		return err
	}
	for _, name := range left {
		info, err := os.Stat(name)
		if err == nil && time.Since(info.ModTime()) < staleAfter {
			continue
		}
		if err := os.RemoveAll(name); err != nil {
			return err
		}
	}
	return nil
}

// fill writes tables, dictionary and manifest, and reads every file back.
func fill(ctx context.Context, dir string, head Head, tables []*table.Table, write exporters.Exporter) (Manifest, error) {
	m := Manifest{Snapshot: head.Snapshot, SchemaVersion: head.SchemaVersion, Persons: head.Persons, Tables: []ManifestTable{}}
	if m.Persons == "" {
		m.Persons = Named
	}
	if !head.AsOf.IsZero() {
		at := head.AsOf.UTC()
		m.AsOf = &at
	}
	w := &folder{ctx: ctx, dir: dir, head: head, write: write}
	for _, group := range byName(tables) {
		t, err := w.table(group)
		if err != nil {
			return m, fmt.Errorf("table %q: %w", group[0].Name, err)
		}
		m.Tables = append(m.Tables, t)
	}
	if err := put(filepath.Join(dir, "dictionary.md"), []byte(dictionary(m))); err != nil {
		return m, err
	}
	raw, err := encode(m)
	if err != nil {
		return m, err
	}
	if err := put(filepath.Join(dir, manifestName), raw); err != nil {
		return m, err
	}
	return m, syncFolder(dir)
}

// byName gathers tables of one name in the order in which they first come.
func byName(tables []*table.Table) [][]*table.Table {
	at := map[string]int{}
	var out [][]*table.Table
	for _, t := range tables {
		i, ok := at[t.Name]
		if !ok {
			i = len(out)
			at[t.Name] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], t)
	}
	return out
}

func encode(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return []byte(b.String()), err
}

// put writes a small file to the disk.
func put(name string, raw []byte) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	if _, err := f.Write(raw); err != nil {
		return err
	}
	return f.Sync()
}

// point replaces latest.json in one step.
func point(dir string, head Head) error {
	raw, err := encode(map[string]string{"snapshot": head.Snapshot, "path": "snapshots/" + head.Snapshot, "schema_version": head.SchemaVersion})
	if err != nil {
		return err
	}
	if now, err := os.ReadFile(filepath.Join(dir, latestName)); err == nil && string(now) == string(raw) {
		return nil
	}
	f, err := os.CreateTemp(dir, ".latest-*")
	if err != nil {
		return err
	}
	aside := f.Name()
	defer func() { _ = os.Remove(aside) }() // gone where it was renamed
	if err := f.Close(); err != nil {
		return err
	}
	if err := put(aside, raw); err != nil {
		return err
	}
	if err := os.Chmod(aside, 0o644); err != nil {
		return err
	}
	if err := os.Rename(aside, filepath.Join(dir, latestName)); err != nil {
		return err
	}
	return syncFolder(dir)
}
