"""Makes a workbook with a shot list of fifteen columns, the same for the same number of rows.

    make_sheet.py ROWS FILE
"""
import datetime
import sys

import xlsxwriter

HEADER = ["Project", "Episode", "Sequence", "Scene", "Name", "Description", "Nb Frames", "Frame In", "Frame Out", "FPS", "Assets", "Resolution", "Omitted", "Camera", "Remark"]

book = xlsxwriter.Workbook(sys.argv[2])
book.set_properties({"created": datetime.datetime(2026, 1, 1)})
sheet = book.add_worksheet("Shots")
sheet.write_row(0, 0, HEADER)
for n in range(int(sys.argv[1])):
    frames = 24 + n * 7 % 90
    sheet.write_row(n + 1, 0, ["bench", f"E{n // 10000 + 1:02d}", f"SQ{n // 100:04d}", f"SC{n // 10 % 10:02d}", f"SH{n:06d}", f"Pan L-R, take {n % 7 + 1}", frames, 1001, 1000 + frames, 25,
                               f"Hero, Prop {n % 50}", "1920x1080", "no", f"Camera {n % 5}", f"note {n % 100}"])
book.close()
