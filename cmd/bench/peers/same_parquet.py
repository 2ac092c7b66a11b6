"""Tells whether two Parquet files hold the same rows and columns, in any order
of the rows. Usage: same_parquet.py A B; exit code 1 where they differ"""
import sys

import duckdb


def main():
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    a, b = (db.read_parquet(name) for name in sys.argv[1:3])
    columns = [list(zip(t.columns, map(str, t.types))) for t in (a, b)]
    differ = [pair for pair in zip(*columns) if pair[0] != pair[1]]
    if differ or len(columns[0]) != len(columns[1]):
        sys.exit(f"other columns: {differ or columns}")
    for one, other, names in ((a, b, sys.argv[1:3]), (b, a, sys.argv[2:0:-1])):
        rows = db.sql("SELECT * FROM one EXCEPT ALL SELECT * FROM other LIMIT 3").fetchall()
        if rows:
            sys.exit(f"rows of {names[0]} that {names[1]} has not: {rows}")


main()
