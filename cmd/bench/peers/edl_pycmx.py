"""Reads a CMX 3600 list at 25 frames a second with pycmx: every event, its timecodes as frames and its clip's name.

    edl_pycmx.py FILE [--rows]
"""
import sys

import pycmx


def frames(timecode):
    hours, minutes, seconds, rest = timecode.split(":")
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 25 + int(rest)


with open(sys.argv[1]) as f:
    edl = pycmx.parse_cmx3600(f)
count = 0
for event in edl.events:
    for edit in event.edits:
        row = (edit.source, frames(edit.source_in), frames(edit.source_out), frames(edit.record_in), frames(edit.record_out), edit.clip_name)
        count += 1
        if "--rows" in sys.argv:
            print(f"{int(event.number):06d}", *row, sep="\t")
if "--rows" not in sys.argv:
    print(count, "entries")
