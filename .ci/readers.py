"""Reads what the demo wrote with other programs: workbooks, Parquet, LibreOffice."""
import glob, json, os, subprocess, sys, tempfile

import duckdb, openpyxl, polars, pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

root = sys.argv[1]
books = glob.glob(f"{root}/**/*.xlsx", recursive=True)
files = glob.glob(f"{root}/**/*.parquet", recursive=True)
assert books, "the demo wrote no workbook"
assert files, "the demo wrote no Parquet"
for b in books:
    wb = openpyxl.load_workbook(b)
    cal = CalamineWorkbook.from_path(b)
    assert wb.sheetnames == cal.sheet_names, (b, wb.sheetnames, cal.sheet_names)
    for ws in wb.worksheets:
        rows = cal.get_sheet_by_name(ws.title).to_python(skip_empty_area=False)
        assert ws.max_row >= len(rows) > 0 or ws.max_row == 1, (b, ws.title, ws.max_row, len(rows))
        for row in ws.iter_rows():
            for c in row:
                assert c.data_type != "f", (b, ws.title, c.coordinate, c.value)
    print("workbook", os.path.relpath(b, root), wb.sheetnames)
with tempfile.TemporaryDirectory() as out:
    for b in books:
        subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{out}/profile", "--convert-to", "pdf", "--outdir", out, b],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=180)
        pdf = os.path.join(out, os.path.basename(b)[:-5] + ".pdf")
        assert os.path.getsize(pdf) > 1000, pdf
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
print(f"{len(books)} workbooks and {len(files)} Parquet files read")
