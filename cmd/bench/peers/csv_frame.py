"""Reads a CSV shot list into columns with pyarrow, polars or pandas.

    csv_frame.py pyarrow|polars|pandas FILE [--rows]
"""
import sys

reader, name = sys.argv[1:3]
if reader == "pyarrow":
    import pyarrow.csv

    columns = pyarrow.csv.read_csv(name)
    count, values = columns.num_rows, lambda: zip(*(c.to_pylist() for c in columns.columns))
elif reader == "polars":
    import polars

    columns = polars.read_csv(name)
    count, values = columns.height, lambda: columns.iter_rows()
else:
    import pandas

    columns = pandas.read_csv(name)
    count, values = len(columns), lambda: columns.itertuples(index=False, name=None)
if "--rows" in sys.argv:
    for row in values():
        print(*row, sep="\t")
else:
    print(count, "entries")
