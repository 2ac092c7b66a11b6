"""Writes the table of cmd/bench/made (Facts) as Parquet with pyarrow, row group
by row group. Usage: pyarrow_write.py ROWS OUT"""
import sys

import pyarrow.parquet as pq

import facts


def main():
    rows, out = int(sys.argv[1]), sys.argv[2]
    sorted_by = [pq.SortingColumn(0, nulls_first=True)]
    with pq.ParquetWriter(out, facts.SCHEMA, compression="zstd", version="2.6", sorting_columns=sorted_by) as file:
        for batch in facts.batches(rows):
            file.write_batch(batch, row_group_size=facts.GROUP)


main()
