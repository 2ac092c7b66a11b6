"""Makes figures of a dataset anew with DuckDB, from its tasks, shots, time sheets and status changes, and compares them with those
that turnover published: quotas (weighted, feedback) of tasks with time sheets, largest remainder and all; tasks by status; retakes.
Prints how long DuckDB took and its peak memory.

    beside_duckdb.py FOLDER
"""
import json, os, resource, sys, time

import duckdb

folder = sys.argv[1]
here = os.path.join(folder, json.load(open(f"{folder}/latest.json"))["path"])
db = duckdb.connect()
db.execute("set threads = 2")
for table in ("tasks", "shots", "time_spents", "status_changes", "quota_days", "retakes", "episode_stats"):
    db.execute(f"create view {table} as select * from read_parquet('{here}/{table}/**/*.parquet')")

began = time.time()
db.execute("""
    create table quota as
    with sheets as (
        select task_id, day, person_id, sum(round(duration_minutes * 1e6))::hugeint as w from time_spents where duration_minutes > 0 group by all
    ), parts as (
        select s.*, t.task_type_id, t.project_id, coalesce(e.nb_frames, 0) as n, sum(w) over (partition by task_id) as total
        from sheets s join tasks t on t.id = s.task_id join shots e on e.id = t.entity_id where t.end_date is not null
    ), given as (
        select *, n * w // total as base, n * w % total as rest from parts
    ), ranked as (
        select *, n - sum(base) over (partition by task_id) as left_over, row_number() over (partition by task_id order by rest desc, day, person_id) as place from given
    )
    select project_id, person_id, task_type_id, day, sum(base + (place <= left_over)::int)::bigint as frames from ranked group by all""")
db.execute("create table stats as select task_type_id, task_status_id, count(*) as n from tasks where entity_id in (select id from shots) group by all")
db.execute("create table asked as select count(*) as n from status_changes where is_retake")
took, usage = time.time() - began, resource.getrusage(resource.RUSAGE_SELF)

differ = db.execute("""
    select count(*) from (select project_id, person_id, task_type_id, day, frames from quota_days where method = 'weighted' and basis = 'feedback') o
    full join quota q using (project_id, person_id, task_type_id, day) where o.frames is distinct from q.frames""").fetchone()[0]
cells = db.execute("select count(*) from quota").fetchone()[0]
assert cells and differ == 0, f"{differ} of {cells} cells differ"
assert db.execute("select count(*) from retakes").fetchone() == db.execute("select n from asked").fetchone()
assert db.execute("""select count(*) from (select task_type_id, task_status_id, sum("count") as n from episode_stats group by all) o full join stats s using (task_type_id, task_status_id) where o.n is distinct from s.n""").fetchone()[0] == 0
print(f"DuckDB made the same {cells} cells of one quota, retakes and statuses in {took:.1f} s, of which {usage.ru_utime + usage.ru_stime:.1f} s processor with the start of Python; peak memory {usage.ru_maxrss >> 10} MB")
