"""Reads a CMX 3600 list at 25 frames a second with OpenTimelineIO: every event, its times as frames and its clip's name.

    edl_otio.py FILE [--rows]
"""
import sys

import opentimelineio as otio

timeline = otio.adapters.read_from_file(sys.argv[1], rate=25)
record = -int(timeline.tracks[0].source_range.start_time.value)
count = 0
for clip in timeline.tracks[0]:
    start, length = int(clip.source_range.start_time.value), int(clip.source_range.duration.value)
    row = (clip.metadata["cmx_3600"]["reel"], start, start + length, record, record + length, clip.name)
    record += length
    count += 1
    if "--rows" in sys.argv:
        print(f"{count:06d}", *row, sep="\t")
if "--rows" not in sys.argv:
    print(count, "entries")
