"""Makes figures of a dataset anew with DuckDB, from its tasks, shots, time sheets and status changes, and compares them with those
that turnover published and printed: quotas (weighted, feedback) of tasks with time sheets, largest remainder and all, by day, week,
month and year; tasks by episode, type and status; retakes by task and week. Prints how long DuckDB took for each and its peak memory.

    beside_duckdb.py FOLDER [REPORTS]

REPORTS holds the folders quota, retake and episode as `report … --format csv --out` writes them, of the only production.
"""
import json, os, resource, sys, time

import duckdb

folder, reports = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
here = os.path.join(folder, json.load(open(f"{folder}/latest.json"))["path"])
db = duckdb.connect()
db.execute("set threads = 2")
db.execute("set TimeZone = 'UTC'")
for table in ("tasks", "shots", "time_spents", "status_changes", "quota_days", "retakes", "episode_stats"):
    db.execute(f"create view {table} as select * from read_parquet('{here}/{table}/**/*.parquet')")

QUOTA = ["""
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
    select project_id, person_id, task_type_id, day, sum(base + (place <= left_over)::int)::bigint as frames from ranked group by all"""]
PERIODS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}
for name, form in PERIODS.items():
    QUOTA.append(f"create table quota_{name} as select person_id, task_type_id, strftime(day, '{form}') as period, sum(frames)::bigint as frames from quota group by all")
RETAKE = [
    "create table asked as select task_id, changed_at as asked_at, strftime(changed_at, '%G-W%V') as period from status_changes where is_retake",
    "create table asked_week as select period, count(*) as asked from asked group by all",
]
EPISODE = ["""
    create table stats as select s.episode_id, t.task_type_id, t.task_status_id, count(*) as "count", sum(coalesce(s.nb_frames, 0))::bigint as frames
    from tasks t join shots s on s.id = t.entity_id group by all"""]


def spent():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return time.time(), usage.ru_utime + usage.ru_stime


def same(what, ours, theirs):
    """Both are questions; their answers must be the same rows, and not none."""
    rows = db.execute(f"select count(*) from ({theirs})").fetchone()[0]
    differ = db.execute(f"select count(*) from (from ({ours} except all {theirs}) union all from ({theirs} except all {ours}))").fetchone()[0]
    assert rows and differ == 0, f"{what}: {differ} of {rows} rows differ"
    return rows


def printed(report, table):
    """The table of a report as text, but for numbers."""
    return f"read_csv('{reports}/{report}/{table}.csv', header = true, all_varchar = true)"


took = {}
for name, statements in {"quota": QUOTA, "retake": RETAKE, "episode": EPISODE}.items():
    began = spent()
    for statement in statements:
        db.execute(statement)
    took[name] = [end - start for start, end in zip(began, spent())]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10

cells = same("quota_days", "select project_id, person_id, task_type_id, day, frames from quota_days where method = 'weighted' and basis = 'feedback'",
             "select project_id, person_id, task_type_id, day, frames from quota")
retakes = same("retakes", "select task_id, asked_at from retakes", "select task_id, asked_at from asked")
stats = same("episode_stats", 'select episode_id, task_type_id, task_status_id, "count", frames from episode_stats', "from stats")
if reports:
    for name in PERIODS:
        same(f"quota_person_{name}", f"select person_id, task_type_id, period, frames::bigint from {printed('quota', 'quota_person_' + name)}", f"from quota_{name}")
    same("retake_events", f"select task_id, asked_at::timestamptz from {printed('retake', 'retake_events')}", "select task_id, asked_at::timestamptz from asked")
    same("retake_week", f"select period, asked::bigint from {printed('retake', 'retake_week')} where asked <> '0'", "from asked_week")
    same("printed episode_stats", f'select episode_id, task_type_id, task_status_id, "count"::bigint, frames::bigint from {printed("episode", "episode_stats")}', "from stats")
print(f"DuckDB made the same {cells} cells of one quota, {retakes} retakes and {stats} rows of statuses" + (", as published and as printed;" if reports else ";"),
      "; ".join(f"{name} {wall:.1f} s, {cpu:.1f} s processor" for name, (wall, cpu) in took.items()) + f"; peak memory {peak} MB")
