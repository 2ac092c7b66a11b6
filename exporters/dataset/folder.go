package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"turnover/exporters"
	"turnover/internal/table"
)

// A folder writes the files of one snapshot.
type folder struct {
	ctx   context.Context
	dir   string
	head  Head
	write exporters.Exporter
}

const (
	partitionColumn = "project_id" // in the rows
	partitionKey    = "project"    // in the folders' names
	noProject       = "none"       // where no production has rows
)

// table writes the parts of one table.
func (w *folder) table(parts []*table.Table) (ManifestTable, error) {
	out := describe(parts[0])
	if !plain(out.Name) {
		return out, fmt.Errorf("the name must be of letters, digits, - and _")
	}
	if len(parts[0].Columns) == 0 || parts[0].Columns[0].Name != partitionColumn {
		return out, w.part(&out, parts[0], "")
	}
	count := map[string]int{}
	for _, p := range parts {
		if !slices.Equal(p.Columns, parts[0].Columns) {
			return out, fmt.Errorf("the columns differ between productions")
		}
		project, ok, err := first(p)
		if err != nil {
			return out, err
		}
		if !ok {
			continue
		}
		name := fmt.Sprintf("%s=%s/part-%d", partitionKey, segment(project), count[project])
		count[project]++
		if err := w.part(&out, p, name); err != nil {
			return out, err
		}
	}
	if len(count) == 0 {
		return out, w.part(&out, parts[0], partitionKey+"="+noProject+"/part-0")
	}
	return out, nil
}

// first gives the production of a table's rows; not ok where it has none.
func first(t *table.Table) (project string, ok bool, err error) {
	for row, err := range t.Rows {
		if err != nil {
			return "", false, err
		}
		project, ok = row[0].(string)
		if !ok || project == "" {
			return "", false, fmt.Errorf("a row has no %s", partitionColumn)
		}
		return project, true, nil
	}
	return "", false, nil
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
func (w *folder) part(out *ManifestTable, t *table.Table, name string) error {
	if name == "" {
		name = "part-0"
	}
	rel := path.Join(out.Name, name+"."+w.write.Format())
	file := filepath.Join(w.dir, filepath.FromSlash(rel))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	counted := &counter{t: t, totals: map[string]float64{}}
	sum, size, err := w.file(file, counted.table())
	if err != nil {
		return err
	}
	back, err := sumOf(file)
	if err != nil {
		return err
	}
	if back != sum {
		return fmt.Errorf("file %q reads back other than it was written", rel)
	}
	if w.head.Verify != nil {
		rows, err := w.head.Verify(w.ctx, file)
		if err != nil {
			return err
		}
		if rows != counted.rows {
			return fmt.Errorf("file %q has %d rows where %d were written", rel, rows, counted.rows)
		}
	}
	out.Files = append(out.Files, ManifestFile{Path: rel, Rows: counted.rows, Bytes: size, SHA256: sum})
	out.Rows += counted.rows
	for name, sum := range counted.totals {
		out.Totals[name] += sum
	}
	for dir := filepath.Dir(file); len(dir) > len(w.dir); dir = filepath.Dir(dir) {
		if err := syncFolder(dir); err != nil {
			return err
		}
	}
	return nil
}

func (w *folder) file(name string, t *table.Table) (sum string, size int64, err error) {
	f, err := os.Create(name)
	if err != nil {
		return "", 0, err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	hash := sha256.New()
	book := &table.Book{Name: "dataset", Snapshot: w.head.Snapshot, AsOf: w.head.AsOf}
	if err := w.write.WriteTable(w.ctx, io.MultiWriter(f, hash), book, t); err != nil {
		return "", 0, err
	}
	if err := f.Sync(); err != nil {
		return "", 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(hash.Sum(nil)), info.Size(), nil
}

// A counter counts rows and sums the columns that have a unit while they are written.
type counter struct {
	t      *table.Table
	rows   int64
	totals map[string]float64
}

func (c *counter) table() *table.Table {
	out := *c.t
	out.Rows = func(yield func(table.Row, error) bool) {
		c.rows = 0
		clear(c.totals)
		for _, col := range c.t.Columns {
			if summed(col) {
				c.totals[col.Name] = 0
			}
		}
		for row, err := range c.t.Rows {
			if err == nil {
				c.rows++
				c.add(row)
			}
			if !yield(row, err) {
				return
			}
		}
	}
	return &out
}

func summed(c table.Column) bool {
	return c.Unit != "" && (c.Type == table.Int || c.Type == table.Float)
}

func (c *counter) add(row table.Row) {
	for i, col := range c.t.Columns {
		if !summed(col) || i >= len(row) {
			continue
		}
		switch v := row[i].(type) {
		case int64:
			c.totals[col.Name] += float64(v)
		case float64:
			c.totals[col.Name] += v
		}
	}
}

func describe(t *table.Table) ManifestTable {
	out := ManifestTable{Name: t.Name, Doc: t.Doc, Files: []ManifestFile{}, Totals: map[string]float64{}}
	for _, c := range t.Columns {
		col := ManifestColumn{Name: c.Name, Type: c.Type, Doc: c.Doc}
		if c.Unit != "" {
			col.Unit = &c.Unit
		}
		out.Columns = append(out.Columns, col)
	}
	return out
}

// check reads a published snapshot against its manifest.
func check(ctx context.Context, dir string) (Manifest, error) {
	var m Manifest
	raw, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, fmt.Errorf("read manifest: %w", err)
	}
	for _, t := range m.Tables {
		for _, f := range t.Files {
			if err := ctx.Err(); err != nil {
				return m, err
			}
			if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
				return m, fmt.Errorf("the manifest names %q, outside of its folder", f.Path)
			}
			sum, err := sumOf(filepath.Join(dir, filepath.FromSlash(f.Path)))
			if err != nil {
				return m, err
			}
			if sum != f.SHA256 {
				return m, fmt.Errorf("file %q was changed since it was published: remove the folder %q and publish again", f.Path, dir)
			}
		}
	}
	return m, nil
}

func sumOf(name string) (string, error) {
	f, err := os.Open(name)
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

// syncFolder makes new names last; Windows has no such call.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }() // only synced
	return d.Sync()
}

// dictionary explains all tables and columns.
func dictionary(m Manifest) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Dictionary\n\nSnapshot `%s`, schema version %s, persons %s. Instants are microseconds in UTC, days are calendar days, ids are text.\n", m.Snapshot, m.SchemaVersion, m.Persons)
	b.WriteString("Folders named `project=ID` hold one production each; `project=none` an empty table.\n")
	cell := strings.NewReplacer("|", "\\|", "\n", " ", "\r", " ")
	for _, t := range m.Tables {
		fmt.Fprintf(&b, "\n## %s\n\n%s %d rows.\n\n| column | type | unit | meaning |\n| --- | --- | --- | --- |\n", t.Name, cell.Replace(t.Doc), t.Rows)
		for _, c := range t.Columns {
			unit := ""
			if c.Unit != nil {
				unit = *c.Unit
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cell.Replace(c.Name), c.Type, cell.Replace(unit), cell.Replace(c.Doc))
		}
	}
	return b.String()
}
