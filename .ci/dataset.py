"""Reads a dataset as data teams do, with every engine that is installed, and compares what they see with its manifest:
the same rows, the same types, the same control totals.

    dataset.py FOLDER [--spark] [quota.xlsx retake.xlsx …]

The newest snapshot of the folder is read. Workbooks must be of the same state, by their default method, and named for their report.
"""
import json, math, os, sys
from collections import Counter

import duckdb, pandas, polars
import pyarrow as pa, pyarrow.compute as pc, pyarrow.dataset as ds, pyarrow.parquet as pq

DUCK = {"text": "VARCHAR", "int": "BIGINT", "float": "DOUBLE", "bool": "BOOLEAN", "day": "DATE", "instant": "TIMESTAMP WITH TIME ZONE"}
ARROW = {"text": "string", "int": "int64", "float": "double", "bool": "bool", "day": "date32[day]", "instant": "timestamp[us, tz=UTC]"}
POLARS = {"text": "String", "int": "Int64", "float": "Float64", "bool": "Boolean", "day": "Date", "instant": "Datetime(time_unit='us', time_zone='UTC')"}
SPARK = {"text": "string", "int": "bigint", "float": "double", "bool": "boolean", "day": "date", "instant": "timestamp"}


def near(a, b):
    return math.isclose(float(a or 0), float(b or 0), rel_tol=1e-9, abs_tol=1e-6)


def check(name, engine, types, want, rows, totals, table):
    types = {c: t for c, t in types.items() if c != "project_bucket"}
    assert list(types.items()) == list(want.items()), (engine, name, types, want)
    assert rows == table["rows"], (engine, name, rows, table["rows"])
    for column, total in table["control_totals"].items():
        assert near(totals(column), total), (engine, name, column, totals(column), total)


def in_duckdb(files, t):
    rel = duckdb.sql(f"select * from read_parquet('{files}')")
    types = dict(zip(rel.columns, map(str, rel.types)))
    total = lambda c: duckdb.sql(f"select sum({c}) from read_parquet('{files}')").fetchall()[0][0]
    check(t["name"], "DuckDB", types, {c["name"]: DUCK[c["type"]] for c in t["columns"]}, rel.count("*").fetchall()[0][0], total, t)


def in_pyarrow(folder, t):
    data = ds.dataset(folder, partitioning="hive").to_table()
    types = {f.name: str(f.type) for f in data.schema}
    check(t["name"], "pyarrow", types, {c["name"]: ARROW[c["type"]] for c in t["columns"]}, data.num_rows, lambda c: pc.sum(data[c]).as_py(), t)
    for f in data.schema:
        if f.name != "project_bucket":
            assert f.metadata and f.metadata[b"doc"], (t["name"], f.name)


def in_polars(files, t):
    data = polars.scan_parquet(files, hive_partitioning=True)
    types = {c: str(d) for c, d in data.collect_schema().items()}
    check(t["name"], "Polars", types, {c["name"]: POLARS[c["type"]] for c in t["columns"]}, data.select(polars.len()).collect().item(), lambda c: data.select(polars.col(c).sum()).collect().item(), t)


def in_pandas(folder, t):
    data = pandas.read_parquet(folder)
    got = [c for c in data.columns if c != "project_bucket"]
    assert got == [c["name"] for c in t["columns"]] and len(data) == t["rows"], ("pandas", t["name"], got)
    for c, total in t["control_totals"].items():
        assert near(data[c].sum(), total), ("pandas", t["name"], c, data[c].sum(), total)


def in_spark(spark, folder, t):
    data = spark.read.parquet(folder)
    sums = data.selectExpr(*(["count(*) as n"] + [f"sum(`{c}`) as `{c}`" for c in t["control_totals"]])).collect()[0].asDict()
    check(t["name"], "Spark", dict(data.dtypes), {c["name"]: SPARK[c["type"]] for c in t["columns"]}, sums["n"], lambda c: sums[c], t)


def in_order(here, t):
    """Each file's rows are sorted as the manifest says, nulls first, and each row group tells so and has statistics."""
    for part in t["files"]:
        f = pq.ParquetFile(os.path.join(here, part["path"]))
        for g in range(f.metadata.num_row_groups):
            group = f.metadata.row_group(g)
            assert [f.schema.column(c.column_index).name for c in group.sorting_columns] == (t["sorted_by"] or []), part["path"]
            assert all(group.column(i).compression == "ZSTD" and group.column(i).is_stats_set for i in range(group.num_columns)), part["path"]
        if t["sorted_by"]:
            keys = f.read(columns=list(dict.fromkeys(t["sorted_by"])))
            if keys.num_rows < 200_000:
                got = [tuple((v is not None, v) for v in row) for row in zip(*(keys[c].to_pylist() for c in t["sorted_by"]))]
                text = lambda row: tuple((there, v.encode() if isinstance(v, str) else v if there else 0) for there, v in row)
                assert all(text(a) <= text(b) for a, b in zip(got, got[1:])), (part["path"], "is not sorted")


def totals_of_workbooks(here):
    """The figures of each table sum to the control totals that the workbooks of the snapshot show."""
    at = lambda table: f"read_parquet('{here}/{table}/**/*.parquet')"
    rows = duckdb.sql(f"""
        select c.project_name, c.report, c.method, c.basis, c.name, c.value, (select sum(frames) from {at('quota_days')} q where q.project_id = c.project_id and q.method = c.method and q.basis = c.basis)
        from {at('control_totals')} c where c.report = 'quota' and c.name = 'frames'
        union all select c.project_name, c.report, null, null, c.name, c.value, (select count(*) from {at('retakes')} r where r.project_id = c.project_id)
        from {at('control_totals')} c where c.report = 'retake' and c.name = 'retakes shown'
        union all select c.project_name, c.report, null, null, c.name, c.value, (select sum("count") from {at('episode_stats')} e where e.project_id = c.project_id)
        from {at('control_totals')} c where c.report = 'episode' and c.name = 'tasks'""").fetchall()
    for row in rows:
        assert near(row[-2], row[-1]), row
    return len(rows)


def workbook(here, file):
    """Every control total of the dataset stands in the workbook of the same snapshot."""
    from python_calamine import CalamineWorkbook
    book = CalamineWorkbook.from_path(file)
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    report = os.path.basename(file).removesuffix(".xlsx")
    totals = duckdb.sql(f"""select snapshot, name, value from read_parquet('{here}/control_totals/**/*.parquet')
        where report = '{report}' and coalesce(method, 'weighted') = 'weighted' and coalesce(basis, 'feedback') = 'feedback'""").fetchall()
    totals = [t for t in totals if any(t[0] in row for row in rows)]
    assert totals, (file, "is of no snapshot of the dataset")
    for _, name, value in totals:
        assert any(name in row and any(isinstance(v, (int, float)) and near(v, value) for v in row) for row in rows), (file, name, value)
    return len(totals)


def main():
    folder, spark = sys.argv[1], None
    books = [a for a in sys.argv[2:] if a.endswith(".xlsx")]
    if "--spark" in sys.argv:
        from pyspark.sql import SparkSession
        spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC").config("spark.driver.memory", "1g").getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
    here = os.path.join(folder, json.load(open(f"{folder}/latest.json"))["path"])
    manifest = json.load(open(f"{here}/manifest.json"))
    assert Counter(p["path"] for t in manifest["tables"] for p in t["files"]) == Counter(
        os.path.relpath(os.path.join(d, f), here) for d, _, files in os.walk(here) for f in files if f.endswith(".parquet")), "files and manifest differ"
    for t in manifest["tables"]:
        table = f"{here}/{t['name']}"
        in_duckdb(f"{table}/**/*.parquet", t)
        in_pyarrow(table, t)
        in_polars(f"{table}/**/*.parquet", t)
        in_pandas(table, t)
        if spark:
            in_spark(spark, table, t)
        in_order(here, t)
    compared = totals_of_workbooks(here)
    compared += sum(workbook(here, b) for b in books)
    engines = "DuckDB, pyarrow, pandas, Polars" + (", Spark" if spark else "")
    print(f"snapshot {manifest['snapshot']}: {len(manifest['tables'])} tables, {sum(t['rows'] for t in manifest['tables'])} rows: {engines} see the same rows, types and totals; {compared} totals are those of the workbooks")


main()
