"""Writes the table of cmd/bench/made (Facts) as Parquet with Polars, streamed.
Usage: polars_write.py ROWS OUT"""
import sys

import polars as pl

FIRST_DAY = 18_262  # 2020-01-01, days from 1970
GROUP = 128 << 10  # rows of a row group, as ours


def words(n, make):
    return pl.lit(pl.Series([make(i) for i in range(n)]))


def divisor(d):
    """A column of d: by a literal Polars multiplies with 1/d, which rounds otherwise."""
    return d + 0 * pl.col("id")


def facts(rows):
    n = pl.col("id")
    return pl.LazyFrame().select(pl.int_range(0, rows, dtype=pl.Int64).alias("id")).with_columns(
        words(12, "P{:02d}".format).gather(n % 12).alias("project"),
        words(50_000, lambda i: "E%02d/SQ%03d/SH%05d" % (i % 26, i % 311, i)).gather(n // 10 % 50_000).alias("path"),
        words(1000, "Person {:04d}".format).gather(n * 7 % 1000).alias("person"),
        words(9, "Type {}".format).gather(n % 9).alias("task_type"),
        pl.when(n % 5 != 0).then(words(7, "Status {}".format).gather(n % 7)).alias("status"),
        pl.when(n % 11 != 0).then((FIRST_DAY + n % 2000).cast(pl.Int32).cast(pl.Date)).alias("day"),
        (FIRST_DAY * 86_400_000_000 + 30_000_001 * n).cast(pl.Datetime("us", "UTC")).alias("at"),
        (n * 7919 % 1000).alias("frames"), (n * 37 % 480_000 / divisor(1000)).alias("minutes"), (n / divisor(7)).alias("ratio"),
        words(40, lambda i: "tag %d,tag %d" % (i % 8, i % 5)).gather(n % 40).alias("tags"))


def main():
    rows, out = int(sys.argv[1]), sys.argv[2]
    facts(rows).sink_parquet(out, compression="zstd", row_group_size=GROUP, statistics=True)


main()
