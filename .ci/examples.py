"""Runs the examples of a page: every ```sql block in DuckDB, every ```python block by itself. What stands under one heading
must give one answer, whatever the engine, and one that is not empty.

    examples.py PAGE FOLDER [--spark]      FOLDER is where the page's paths begin; without --spark its examples are left out
"""
import os, re, sys

import duckdb


def rows(answer):
    if hasattr(answer, "collect"):  # Spark
        answer = [tuple(r) for r in answer.collect()]
    elif hasattr(answer, "rows"):  # Polars
        answer = answer.rows()
    elif hasattr(answer, "itertuples"):  # pandas
        answer = list(answer.itertuples(index=False, name=None))
    return [tuple(v.item() if hasattr(v, "item") else v for v in row) for row in answer]


def run(kind, code):
    if kind == "sql":
        return duckdb.connect().execute(code).fetchall()
    space = {}
    exec(compile(code, "example", "exec"), space)
    return rows(space["answer"])


page, folder, spark = open(sys.argv[1], encoding="utf-8").read(), sys.argv[2], "--spark" in sys.argv
os.chdir(folder)
ran = 0
for section in re.split(r"^### ", page, flags=re.M)[1:]:
    title, answers = section.split("\n", 1)[0], []
    for kind, code in re.findall(r"^```(sql|python)\n(.*?)^```", section, flags=re.M | re.S):
        if "pyspark" in code and not spark:
            continue
        answers.append(run(kind, code))
        ran += 1
    assert answers and answers[0], (title, "gives no rows")
    for other in answers[1:]:
        assert other == answers[0], (title, answers[0], other)
    print(f"{title}: {len(answers)} examples, {len(answers[0])} rows")
assert ran >= 8, f"only {ran} examples found"
print(f"{ran} examples of {sys.argv[1]} ran")
