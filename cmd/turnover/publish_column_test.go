package main

import (
	"iter"
	"os"
	"os/exec"
	"testing"

	"turnover/exporters/dataset"
	"turnover/exporters/parquet"
	"turnover/internal/table"
)

// oldReader is what somebody wrote for the first snapshot: it names the columns
// of then, and reads both snapshots, also together.
const oldReader = `
import glob, json, sys
import duckdb, pandas, polars, pyarrow as pa, pyarrow.dataset as ds

root, first = sys.argv[1:]
newest = root + "/" + json.load(open(root + "/latest.json"))["path"]
assert not newest.endswith(first), "there is no second snapshot"
old_schema = pa.schema([("project_id", pa.string()), ("name", pa.string()), ("nb_frames", pa.int64())])
want = [("p", "010", 12), ("p", "020", None)]
for base in (root + "/snapshots/" + first, newest):
    files = base + "/shots/**/*.parquet"
    tuples = lambda rows: [tuple(None if v != v else v for v in row) for row in rows]
    assert duckdb.sql(f"select project_id, name, nb_frames from '{files}' order by name").fetchall() == want, base
    assert ds.dataset(base + "/shots", schema=old_schema).to_table().to_pylist() == [dict(zip(old_schema.names, r)) for r in want], base
    assert polars.scan_parquet(files, hive_partitioning=True).select(old_schema.names).collect().rows() == want, base
    assert tuples(pandas.read_parquet(base + "/shots", columns=old_schema.names).itertuples(index=False, name=None)) == want, base
both = duckdb.sql(f"select count(*), count(nb_frames), count(note) from read_parquet('{root}/snapshots/*/shots/**/*.parquet', union_by_name = true)").fetchall()
assert both == [(4, 2, 2)], both
`

// TestAColumnMoreKeepsOldReaders: programs that name the columns of an earlier
// snapshot read a later one that has one more.
func TestAColumnMoreKeepsOldReaders(t *testing.T) {
	python := os.Getenv("TURNOVER_PYTHON")
	if python == "" {
		t.Skip("TURNOVER_PYTHON names no Python with DuckDB, pyarrow, pandas and Polars")
	}
	dir := t.TempDir()
	shots := func(more ...any) iter.Seq2[*table.Table, error] {
		s := &table.Table{Name: "shots", Sorted: []string{"project_id", "name"}, Columns: []table.Column{{Name: "project_id", Type: table.Text}, {Name: "name", Type: table.Text}, {Name: "nb_frames", Type: table.Int, Unit: "frames"}}}
		if len(more) > 0 {
			s.Columns = append(s.Columns, table.Column{Name: "note", Type: table.Text})
		}
		s.Rows = table.Of([]table.Row{append(table.Row{"p", "020", nil}, more...), append(table.Row{"p", "010", int64(12)}, more...)})
		return func(yield func(*table.Table, error) bool) { yield(s, nil) }
	}
	publish := func(id string, tables iter.Seq2[*table.Table, error]) dataset.Manifest {
		m, err := dataset.Publish(t.Context(), dataset.Folder(dir), dataset.Head{Snapshot: id, SchemaVersion: "1", Persons: dataset.Named}, tables, parquet.New())
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	first := publish("first", shots())
	publish("second", shots("new"))
	if out, err := exec.Command(python, "-c", oldReader, dir, first.ID).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
