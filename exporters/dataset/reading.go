package dataset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"turnover/internal/diag"
	"turnover/internal/table"
)

// What can be wrong with a dataset that is read. The folder may be anybody's.
const (
	codeManifest = "DST001" // error: a manifest or latest.json is missing or cannot be read
	codeVersion  = "DST002" // error: the snapshot is of a schema version that this turnover does not know
	codeOutside  = "DST003" // error: the manifest names a file outside of its folder
	codeChanged  = "DST004" // error: a file is missing, cut, or not the one that the manifest tells of
	codeColumn   = "DST005" // error: a table or column that is needed is missing or of another type
	codeContent  = "DST006" // error: a file cannot be read as a table
)

// A Select reads columns of a file of so many rows, those rows whose project_id
// is project; all where project is "". A row is good until the next one.
type Select func(ctx context.Context, f File, columns []table.Column, rows int64, project string) table.Rows

// A Reading is one snapshot of a dataset that is read. Files are compared with
// the manifest before anything in them is believed.
type Reading struct {
	Manifest Manifest
	from     Destination
	base     string // of the snapshot, below from
	choose   Select
	checked  map[string]bool // files, by path
}

// finding is an error about one file of a dataset.
func finding(code string, from Destination, name, summary, detail string, args ...any) error {
	var l diag.List
	l.Add(diag.Error, code, diag.Place{File: filepath.Join(from.String(), filepath.FromSlash(name))}, summary, detail, args...)
	return l
}

// Open begins to read the newest snapshot of a dataset, or the snapshot whose
// folder is given itself. What is wrong with it is a diag.List.
func Open(from Destination, schemaVersion string, choose Select) (*Reading, error) {
	r := &Reading{from: from, choose: choose, checked: map[string]bool{}}
	name := manifestName
	err := readJSON(from, name, &r.Manifest)
	if errors.Is(err, fs.ErrNotExist) {
		var now latest
		name = latestName
		if err = readJSON(from, name, &now); err == nil {
			id, found := strings.CutPrefix(now.Path, snapshotsName+"/")
			if !found || !plain(id) {
				return nil, finding(codeOutside, from, latestName, "the newest snapshot is none", "It names %q. Publish anew.", now.Path)
			}
			r.base = now.Path
			name = now.Path + "/" + manifestName
			err = readJSON(from, name, &r.Manifest)
		}
	}
	if err != nil {
		return nil, finding(codeManifest, from, name, "the dataset cannot be read", "%v. Name the folder that turnover publish wrote, or one of its snapshots.", err)
	}
	if r.Manifest.SchemaVersion != schemaVersion {
		return nil, finding(codeVersion, from, name, "the snapshot is of another schema version", "It says %q, and this turnover reads %q. Read it with the turnover that wrote it, or publish anew.", r.Manifest.SchemaVersion, schemaVersion)
	}
	return r, nil
}

// tableNamed finds a table that has some columns, of their types.
func (r *Reading) tableNamed(name string, columns []table.Column) (*ManifestTable, error) {
	manifest := path.Join(r.base, manifestName)
	const wayOut = "It was published by another turnover, or changed: publish anew with this one."
	i := slices.IndexFunc(r.Manifest.Tables, func(t ManifestTable) bool { return t.Name == name })
	if i < 0 {
		return nil, finding(codeColumn, r.from, manifest, "a table is missing", "The snapshot has no table %s. %s", name, wayOut)
	}
	t := &r.Manifest.Tables[i]
	for _, c := range columns {
		at := slices.IndexFunc(t.Columns, func(m ManifestColumn) bool { return m.Name == c.Name })
		if at < 0 {
			return nil, finding(codeColumn, r.from, manifest, "a column is missing", "The table %s has no column %s. %s", name, c.Name, wayOut)
		}
		if got := t.Columns[at].Type; got != c.Type {
			return nil, finding(codeColumn, r.from, manifest, "a column is of another type", "The table %s has a column %s of type %s, and %s is needed. %s", name, c.Name, got, c.Type, wayOut)
		}
	}
	return t, nil
}

// rows reads columns of a table, those of one production or, where project is
// "", all. A row is good until the next one.
func (r *Reading) rows(ctx context.Context, name string, columns []table.Column, project string) table.Rows {
	return func(yield func(table.Row, error) bool) {
		t, err := r.tableNamed(name, columns)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, f := range t.Files {
			if !r.file(ctx, f, columns, project, yield) {
				return
			}
		}
	}
}

// file gives the rows of one file; false where no more are wanted.
func (r *Reading) file(ctx context.Context, f ManifestFile, columns []table.Column, project string, yield func(table.Row, error) bool) bool {
	name := path.Join(r.base, f.Path)
	file, err := r.open(f, name)
	if err != nil {
		yield(nil, err)
		return false
	}
	defer func() { _ = file.Close() }() // only read
	for row, err := range r.choose(ctx, file, columns, f.Rows, project) {
		if err == nil {
			err = finite(columns, row)
		}
		if err != nil {
			if ctx.Err() == nil {
				err = finding(codeContent, r.from, name, "the file cannot be read as a table", "%v. Copy the dataset again, or publish anew.", err)
			}
			yield(nil, err)
			return false
		}
		if !yield(row, nil) {
			return false
		}
	}
	return true
}

// open opens a file that is what the manifest tells of; that is found out once.
func (r *Reading) open(f ManifestFile, name string) (File, error) {
	if !filepath.IsLocal(filepath.FromSlash(f.Path)) || strings.Contains(f.Path, `\`) {
		return nil, finding(codeOutside, r.from, path.Join(r.base, manifestName), "a file lies outside of the snapshot", "The manifest names %q. Do not trust this dataset: publish anew.", f.Path)
	}
	changed := func(format string, args ...any) error {
		return finding(codeChanged, r.from, name, "the file is not the one that was published", "%s. Copy the dataset again, or publish anew.", fmt.Sprintf(format, args...))
	}
	file, err := r.from.Open(name)
	if err != nil {
		return nil, changed("It cannot be opened: %v", err)
	}
	if r.checked[f.Path] {
		return file, nil
	}
	sum, err := sumOf(uncloseable{file}, nil)
	if err == nil && sum != f.SHA256 {
		err = errors.New("its checksum is not that of the manifest")
	}
	if err != nil {
		_ = file.Close() // only read
		return nil, changed("Of its content: %v", err)
	}
	r.checked[f.Path] = true
	return file, nil
}

// uncloseable keeps a file open for its next reader.
type uncloseable struct{ File }

func (uncloseable) Close() error { return nil }

// finite refuses numbers that no figure can be made of.
func finite(columns []table.Column, row table.Row) error {
	for i, cell := range row {
		if f, ok := cell.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
			return fmt.Errorf("column %q has the number %v", columns[i].Name, f)
		}
	}
	return nil
}
