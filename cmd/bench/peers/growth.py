"""Draws the cost of one row and the peak memory of turnover by size, from the figures of a run.

    growth.py FIGURES.json PICTURE.svg
"""
import collections
import json
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "turnover"
from matplotlib import pyplot

lines = collections.defaultdict(list)
for row in json.load(open(sys.argv[1]))["Rows"]:
    if row.get("Growth") and not row.get("Failed"):
        lines[row["Growth"]].append((row["Rows"], row["Ours"]["Wall"]["Median"] / 1e3 / row["Rows"], row["Ours"]["Peak"] / 1e6))
figure, (cost, memory) = pyplot.subplots(1, 2, figsize=(13, 8))
for number, (name, points) in enumerate(sorted(lines.items())):
    points = sorted(points)
    if len(points) < 2:
        continue
    style = dict(marker="o", markersize=4, linestyle=("-", "--", ":")[number // 10 % 3], color=f"C{number % 10}", label=name)
    cost.plot([p[0] for p in points], [p[1] for p in points], **style)
    memory.plot([p[0] for p in points], [p[2] for p in points], **style)
for axes, title in ((cost, "µs a row"), (memory, "peak memory, MB")):
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("rows")
    axes.set_title(title)
    axes.grid(alpha=0.3)
handles, labels = cost.get_legend_handles_labels()
figure.legend(handles, labels, fontsize=8, ncols=4, loc="lower center")
figure.tight_layout(rect=(0, 0.03 + 0.025 * -(-len(labels) // 4), 1, 1))
figure.savefig(sys.argv[2], metadata={"Date": None})
