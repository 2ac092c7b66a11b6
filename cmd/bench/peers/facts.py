"""The table of cmd/bench/made (Facts), by columns, for the peers in Python."""
import numpy as np
import pyarrow as pa

GROUP = 128 << 10  # rows of a row group, as ours
SCHEMA = pa.schema([("id", pa.int64()), ("project", pa.string()), ("path", pa.string()), ("person", pa.string()), ("task_type", pa.string()),
                    ("status", pa.string()), ("day", pa.date32()), ("at", pa.timestamp("us", tz="UTC")), ("frames", pa.int64()),
                    ("minutes", pa.float64()), ("ratio", pa.float64()), ("tags", pa.string())])
PROJECTS = pa.array(["P%02d" % n for n in range(12)])
PATHS = pa.array(["E%02d/SQ%03d/SH%05d" % (n % 26, n % 311, n) for n in range(50_000)])
PEOPLE = pa.array(["Person %04d" % n for n in range(1000)])
TYPES = pa.array(["Type %d" % n for n in range(9)])
STATUSES = pa.array(["Status %d" % n for n in range(7)])
TAGS = pa.array(["tag %d,tag %d" % (n % 8, n % 5) for n in range(40)])
FIRST_DAY = 18_262  # 2020-01-01, days from 1970
FIRST_AT = FIRST_DAY * 86_400_000_000


def texts(words, places, null=None):
    return words.take(pa.array(places, mask=null))


def batch(start, end):
    """Rows start to end, the last one left out."""
    n = np.arange(start, end, dtype=np.int64)
    return pa.record_batch([
        pa.array(n), texts(PROJECTS, n % 12), texts(PATHS, n // 10 % 50_000), texts(PEOPLE, n * 7 % 1000), texts(TYPES, n % 9),
        texts(STATUSES, n % 7, n % 5 == 0), pa.array((FIRST_DAY + n % 2000).astype(np.int32), mask=n % 11 == 0).cast(pa.date32()),
        pa.array(FIRST_AT + 30_000_001 * n).cast(SCHEMA.field("at").type), pa.array(n * 7919 % 1000), pa.array((n * 37 % 480_000) / 1000), pa.array(n / 7),
        texts(TAGS, n % 40)], schema=SCHEMA)


def batches(rows):
    for start in range(0, rows, GROUP):
        yield batch(start, min(start + GROUP, rows))
