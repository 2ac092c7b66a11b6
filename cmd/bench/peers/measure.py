"""Runs one command line and writes what it took, as the system counted it, as JSON: wall and processor seconds, the most memory it had
resident in bytes, its exit code. It is run by a process of its own, forked from this small one: a system counts a process's memory from
before its program was loaded, so that a child of a large program seems as large.

    measure.py FIGURES COMMAND [ARGUMENT …]
"""
import json
import os
import sys
import time

began = time.monotonic()
child = os.fork()
if child == 0:
    try:
        os.execvp(sys.argv[2], sys.argv[2:])
    finally:
        os._exit(127)
_, status, usage = os.wait4(child, 0)
wall = time.monotonic() - began
with open(sys.argv[1], "w") as figures:
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    json.dump({"Wall": wall, "CPU": usage.ru_utime + usage.ru_stime, "Peak": peak, "Code": os.waitstatus_to_exitcode(status)}, figures)
