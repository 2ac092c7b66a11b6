"""Writes the table of cmd/bench/made (Facts) as Parquet with DuckDB.
Usage: duckdb_write.py ROWS OUT"""
import sys

import duckdb

FACTS = """
SELECT n AS id, printf('P%02d', n % 12) AS project, printf('E%02d/SQ%03d/SH%05d', i % 26, i % 311, i) AS path, printf('Person %04d', n * 7 % 1000) AS person,
    'Type ' || n % 9 AS task_type, CASE WHEN n % 5 <> 0 THEN 'Status ' || n % 7 END AS status,
    CASE WHEN n % 11 <> 0 THEN DATE '2020-01-01' + (n % 2000)::INTEGER END AS day,
    make_timestamptz(1577836800000000 + 30000001 * n) AS at, n * 7919 % 1000 AS frames, (n * 37 % 480000) / 1000 AS minutes, n / 7 AS ratio,
    printf('tag %d,tag %d', n % 40 % 8, n % 40 % 5) AS tags
FROM (SELECT range AS n, range // 10 % 50000 AS i FROM range(?))
"""


def main():
    rows, out = int(sys.argv[1]), sys.argv[2]
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    db.execute(f"COPY ({FACTS}) TO '{out}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 131072)", [rows])


main()
