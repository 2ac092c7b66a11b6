"""Reads every cell of the first sheet of a workbook, row by row, with openpyxl, calamine or pandas with calamine.

    sheet_read.py openpyxl|calamine|pandas FILE [--rows]

--rows prints the columns that a shot list's reader understands.
"""
import sys

reader, name = sys.argv[1:3]
if reader == "openpyxl":
    import openpyxl

    rows = openpyxl.load_workbook(name, read_only=True, data_only=True).worksheets[0].iter_rows(values_only=True)
elif reader == "calamine":
    import python_calamine

    rows = python_calamine.CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python()
else:
    import pandas

    frame = pandas.read_excel(name, engine="calamine")
    rows = [list(frame.columns), *frame.itertuples(index=False, name=None)]
rows = iter(rows)
header, count = list(next(rows)), 0
wanted = [header.index(c) for c in ("Episode", "Sequence", "Scene", "Name", "Description", "Nb Frames", "Frame In", "Frame Out", "FPS", "Assets")]
for row in rows:
    count += 1
    if "--rows" in sys.argv:
        print(*(int(v) if isinstance(v, float) else v for v in (row[i] for i in wanted)), sep="\t")
if "--rows" not in sys.argv:
    print(count, "entries")
