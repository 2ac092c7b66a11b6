"""Writes the workbook of cmd/bench/made (Workbook) with XlsxWriter in constant
memory: the same sheets, values, styles, filters, links and page setup as ours.
Usage: xlsxwriter_write.py ROWS COLUMNS OUT"""
import datetime, sys

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

LINKS = 65530  # the most that a sheet takes
TYPES = ("text", "int", "float", "day", "text")
SIDE = {"int": "right", "float": "right"}
FORMAT = {"int": "#,##0", "float": "#,##0.00", "day": "yyyy-mm-dd"}
FIRST = datetime.date(2020, 1, 1)
INK, BLUE, GREY = "#1F3A5F", "#1F4E9E", "#44546A"


class Workbook:
    def __init__(self, out):
        self.file = xlsxwriter.Workbook(out, {"constant_memory": True, "default_date_format": FORMAT["day"]})
        self.file.set_properties({"title": "Benchmark", "author": "turnover", "created": datetime.datetime(1980, 1, 1)})
        self.styles = {}

    def style(self, **properties):
        key = tuple(properties.items())
        if key not in self.styles:
            self.styles[key] = self.file.add_format(properties)
        return self.styles[key]

    def page(self, sheet, landscape):
        sheet.set_landscape() if landscape else sheet.set_portrait()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.75, 0.75)
        sheet.set_footer("&LBenchmark&RPage &P of &N", {"margin": 0.35})

    def cover(self, sheet, sheets):
        sheet.hide_gridlines(2)
        for column, wide in enumerate((30, 76, 14)):
            sheet.set_column(column, column, wide)
        self.page(sheet, False)
        value = self.style(valign="vcenter", text_wrap=True)
        label = self.style(font_color=GREY, valign="vcenter", text_wrap=True)
        link = self.style(font_color=BLUE, underline=1, valign="vcenter", text_wrap=True)
        side = self.style(font_color=GREY, valign="vcenter", align="left")
        heading = self.style(bold=True, font_size=12, font_color=INK, bottom=1)
        sheet.set_row(0, 36)
        sheet.write_string(0, 0, "Benchmark", self.style(bold=True, font_size=20, font_color=INK, valign="vcenter"))
        sheet.write_string(1, 0, "Period", label)
        sheet.write_string(1, 1, "everything recorded", value)
        sheet.write_string(3, 0, "Sheets", heading)
        for row, (name, says, count) in enumerate(sheets, 4):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", link, name, f"go to {name}")
            sheet.write_string(row, 1, says, value)
            sheet.write_string(row, 2, f"{count} row{'' if count == 1 else 's'}", side)
        sheet.write_string(8, 1, "Underlined figures lead to the rows behind them, as far as a sheet has room for links (65,530).", value)

    def table(self, sheet, title, columns, rows):
        """Sets a data sheet up and gives its columns' styles."""
        self.page(sheet, True)
        sheet.set_header(f"&L&B{title}&R&A", {"margin": 0.35})
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, rows, len(columns) - 1)
        sheet.ignore_errors({key: f"A1:{xl_col_to_name(len(columns) - 1)}{rows + 1}" for key in ("number_stored_as_text", "two_digit_text_year")})
        sheet.set_column(0, len(columns) - 1, 14)
        sheet.set_row(0, 20)
        styles = []
        for i, (name, kind) in enumerate(columns):
            side = SIDE.get(kind, "left")
            sheet.write_string(0, i, name, self.style(bold=True, font_color="#1F1F1F", bg_color="#D9E1EC", bottom=2, bottom_color="#5B6B80", valign="vcenter", align=side))
            look = {"valign": "top", "align": side}
            if kind in FORMAT:
                look["num_format"] = FORMAT[kind]
            styles.append(self.style(**look))
        return styles


def write_totals(book, sheet, rows, columns):
    count, last = (rows + 2) // 3, xl_col_to_name(columns - 1)
    text, _ = book.table(sheet, "Totals", [("c0", "text"), ("rows", "int")], count)
    number = book.style(num_format=FORMAT["int"], valign="top", align="right")
    linked = book.style(num_format=FORMAT["int"], valign="top", font_color=BLUE, underline=1)
    for n in range(count):
        sheet.write_string(n + 1, 0, str(n), text)
        if n < LINKS:
            sheet.write_url(n + 1, 1, f"internal:'shares'!A{3 * n + 2}:{last}{min(3 * n + 4, rows + 1)}", linked, "3")
        sheet.write_number(n + 1, 1, 3, linked if n < LINKS else number)


def write_shares(book, sheet, rows, columns):
    kinds = [TYPES[i % 5] for i in range(columns)]
    styles = book.table(sheet, "Shares", [(f"c{i}", kind) for i, kind in enumerate(kinds)], rows)
    writers = [{"text": sheet.write_string, "day": sheet.write_datetime}.get(kind, sheet.write_number) for kind in kinds]
    cells = [(i, i % 5, writers[i], styles[i]) for i in range(columns)]
    days = [FIRST + datetime.timedelta(n) for n in range(3000)]
    for n in range(rows):
        five = (str(n // 3), n * 7 % 1000, n / 7, days[n % 3000], "E%02d/SQ%03d/SH%05d" % (n % 26, n % 311, n))
        for i, which, write, style in cells:
            write(n + 1, i, five[which], style)


def write_columns(book, sheet, columns):
    rows = [("totals", "c0", "text"), ("totals", "rows", "int")] + [("shares", f"c{i}", TYPES[i % 5]) for i in range(columns)]
    text = book.table(sheet, "What the columns mean", [(name, "text") for name in ("table", "column", "type", "unit", "meaning")], len(rows))[0]
    for n, row in enumerate(rows, 1):
        for i, cell in enumerate(row):
            sheet.write_string(n, i, cell, text)


def main():
    rows, columns, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    book = Workbook(out)
    cover, totals, shares, meanings = (book.file.add_worksheet(name) for name in ("Cover", "totals", "shares", "Columns"))
    book.cover(cover, [("totals", "Totals", (rows + 2) // 3), ("shares", "Shares", rows), ("Columns", "What the columns mean", columns + 2)])
    write_totals(book, totals, rows, columns)
    write_shares(book, shares, rows, columns)
    write_columns(book, meanings, columns)
    book.file.close()


main()
