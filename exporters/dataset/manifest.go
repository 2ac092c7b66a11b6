package dataset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"turnover/internal/table"
)

const (
	manifestName   = "manifest.json"
	dictionaryName = "dictionary.md"
	latestName     = "latest.json"
)

// A Manifest lists what a snapshot holds.
type Manifest struct {
	Snapshot      string          `json:"snapshot"` // id, as on the covers of workbooks
	ID            string          `json:"id"`       // of this publication: the folder's name
	AsOf          *time.Time      `json:"as_of"`
	SchemaVersion string          `json:"schema_version"`
	Timezone      string          `json:"timezone"` // in which instants became days of quotas
	Persons       Persons         `json:"persons"`
	PersonsKey    string          `json:"persons_key,omitempty"` // fingerprint of the key of pseudonyms
	PartitionKey  string          `json:"partition_key"`
	Productions   []Production    `json:"productions"`
	Tables        []ManifestTable `json:"tables"`
}

// A Production is one of those that a snapshot holds.
type Production struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Snapshot string `json:"snapshot"` // as on the covers of its workbooks
	// AsOf is when it last changed; null in snapshots of early versions.
	AsOf *time.Time `json:"as_of"`
}

// A ManifestTable is one table of all productions.
type ManifestTable struct {
	Name    string             `json:"name"`
	Doc     string             `json:"doc"`
	Rows    int64              `json:"rows"`
	Sorted  []string           `json:"sorted_by"`
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

// latest is what latest.json says.
type latest struct {
	Snapshot      string `json:"snapshot"`
	Path          string `json:"path"`
	SchemaVersion string `json:"schema_version"`
}

func describe(t *table.Table) ManifestTable {
	out := ManifestTable{Name: t.Name, Doc: t.Doc, Sorted: t.Sorted, Files: []ManifestFile{}, Totals: map[string]float64{}}
	for _, c := range t.Columns {
		col := ManifestColumn{Name: c.Name, Type: c.Type, Doc: c.Doc}
		if c.Unit != "" {
			unit := c.Unit
			col.Unit = &unit
		}
		out.Columns = append(out.Columns, col)
		if summed(c) {
			out.Totals[c.Name] = 0
		}
	}
	return out
}

// Latest reads the manifest of the newest snapshot; nil where there is none yet.
func Latest(from Destination) (*Manifest, error) {
	var now latest
	if err := readJSON(from, latestName, &now); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	if !strings.HasPrefix(now.Path, snapshotsName+"/") || !plain(strings.TrimPrefix(now.Path, snapshotsName+"/")) {
		return nil, fmt.Errorf("%s names %q, which is no snapshot: repair it by hand or publish elsewhere", latestName, now.Path)
	}
	var m Manifest
	if err := readJSON(from, now.Path+"/"+manifestName, &m); err != nil {
		return nil, err
	}
	if m.ID == "" {
		m.ID = strings.TrimPrefix(now.Path, snapshotsName+"/") // of an early version
	}
	return &m, nil
}

// largestManifest bounds what is read of a file that others may have changed.
const largestManifest = 64 << 20

func readJSON(from Destination, name string, into any) error {
	f, err := from.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	raw, err := io.ReadAll(io.LimitReader(f, largestManifest))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read %s of %s: %w", name, from, err)
	}
	return nil
}

func encode(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return []byte(b.String()), err
}

// dictionary explains all tables and columns.
func dictionary(m Manifest) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Dictionary\n\nSnapshot `%s`, schema version %s, persons: %s. Instants are microseconds in UTC, days are calendar days, ids are text.\n", m.Snapshot, m.SchemaVersion, m.Persons)
	fmt.Fprintf(&b, "Folders named `%s=ID` hold one large production each, `%s=%s` all others; ask for `%s`, which stands in every row.\n", bucketKey, bucketKey, smallBucket, projectColumn)
	cell := strings.NewReplacer("|", "\\|", "\n", " ", "\r", " ")
	for _, t := range m.Tables {
		fmt.Fprintf(&b, "\n## %s\n\n%s %d rows", t.Name, cell.Replace(t.Doc), t.Rows)
		if len(t.Sorted) > 0 {
			fmt.Fprintf(&b, ", sorted by %s", strings.Join(t.Sorted, ", "))
		}
		b.WriteString(".\n\n| column | type | unit | meaning |\n| --- | --- | --- | --- |\n")
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
