"""Makes the quota of a published dataset anew with DuckDB, from its tasks, shots and time sheets: frames of each person and task type by
month, weighted by minutes, each task's frames shared out by largest remainder, at the date of feedback.

    duckdb_quota.py DATASET [--rows]
"""
import json
import os
import sys

import duckdb

folder = sys.argv[1]
here = os.path.join(folder, json.load(open(f"{folder}/latest.json"))["path"])
db = duckdb.connect()
db.execute("set TimeZone = 'UTC'")
for table in ("tasks", "shots", "time_spents"):
    db.execute(f"create view {table} as select * from read_parquet('{here}/{table}/**/*.parquet')")
rows = db.execute("""
    with sheets as (
        select task_id, day, person_id, sum(round(duration_minutes * 1e6))::hugeint as w from time_spents where duration_minutes > 0 group by all
    ), parts as (
        select s.*, t.task_type_id, coalesce(e.nb_frames, 0) as n, sum(w) over (partition by task_id) as total
        from sheets s join tasks t on t.id = s.task_id join shots e on e.id = t.entity_id where t.end_date is not null
    ), given as (
        select *, n * w // total as base, n * w % total as rest from parts
    ), ranked as (
        select *, n - sum(base) over (partition by task_id) as left_over, row_number() over (partition by task_id order by rest desc, day, person_id) as place from given
    )
    select person_id::varchar, task_type_id::varchar, strftime(day, '%Y-%m') as period, sum(base + (place <= left_over)::int)::bigint as frames from ranked group by all
    order by all""").fetchall()
if "--rows" in sys.argv:
    for row in rows:
        print(*row, sep="\t")
else:
    print(len(rows), "cells,", sum(row[3] for row in rows), "frames")
