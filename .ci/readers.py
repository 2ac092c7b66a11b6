"""Reads the Parquet that the demo wrote with other programs; workbooks.py reads its workbooks."""
import glob, json, os, sys

import duckdb, polars, pyarrow.parquet as pq

root = sys.argv[1]
files = glob.glob(f"{root}/**/*.parquet", recursive=True)
assert files, "the demo wrote no Parquet"
DUCK = {"text": "VARCHAR", "int": "BIGINT", "float": "DOUBLE", "bool": "BOOLEAN", "day": "DATE", "instant": "TIMESTAMP WITH TIME ZONE"}
ARROW = {"text": "string", "int": "int64", "float": "double", "bool": "bool", "day": "date32[day]", "instant": "timestamp[us, tz=UTC]"}
POLARS = {"text": "String", "int": "Int64", "float": "Float64", "bool": "Boolean", "day": "Date", "instant": "Datetime(time_unit='us', time_zone='UTC')"}
for f in files:
    n = pq.ParquetFile(f).metadata.num_rows
    assert duckdb.sql(f"select count(*) from read_parquet('{f}', hive_partitioning=false)").fetchall()[0][0] == n
    assert polars.read_parquet(f, hive_partitioning=False).height == n
for m in glob.glob(f"{root}/**/manifest.json", recursive=True):
    manifest = json.load(open(m))
    here = os.path.dirname(m)
    assert manifest["tables"], m
    for t in manifest["tables"]:
        want = {c["name"]: c["type"] for c in t["columns"]}
        rows = 0
        for part in t["files"]:
            f = os.path.join(here, part["path"])
            rows += part["rows"]
            duck = duckdb.sql(f"select * from read_parquet('{f}', hive_partitioning=false)")
            assert {c: str(d) for c, d in zip(duck.columns, duck.types)} == {c: DUCK[k] for c, k in want.items()}, (f, duck.columns, duck.types)
            assert {c.name: str(c.type) for c in pq.read_schema(f)} == {c: ARROW[k] for c, k in want.items()}, f
            assert {c: str(d) for c, d in polars.read_parquet_schema(f).items()} == {c: POLARS[k] for c, k in want.items()}, f
        assert rows == t["rows"] == duckdb.sql(f"select count(*) from '{here}/{t['name']}/**/*.parquet'").fetchall()[0][0], t["name"]
    print("snapshot", manifest["snapshot"], "with", len(manifest["tables"]), "tables: rows and types agree in DuckDB, pyarrow and Polars")
print(f"{len(files)} Parquet files read")
