"""Reads a CSV shot list with Python's own csv module as Kitsu's import does before it writes: the whole text, its dialect sniffed, one
dictionary a row, names trimmed, frames as numbers.

    csv_loop.py FILE [--rows]
"""
import csv
import io
import sys

with open(sys.argv[1], encoding="utf-8", newline="") as f:
    text = f.read()
dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
count = 0
for line in csv.DictReader(io.StringIO(text), dialect=dialect):
    row = {name.strip(): value.strip() for name, value in line.items()}
    for name in ("Nb Frames", "Frame In", "Frame Out"):
        row[name] = int(row[name])
    count += 1
    if "--rows" in sys.argv:
        print(*row.values(), sep="\t")
if "--rows" not in sys.argv:
    print(count, "entries")
