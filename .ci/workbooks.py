"""Opens workbooks with other programs and holds them to docs/workbooks.md:
openpyxl and calamine read the same cells, LibreOffice opens them without
repair and prints every column. Usage: workbooks.py FOLDER"""
import glob, math, os, re, subprocess, sys, tempfile

import openpyxl
from openpyxl.utils import range_boundaries
from python_calamine import CalamineWorkbook

FRONTS = {"Cover", "Answers", "Charts"}


def plain(value):
    """A cell's value as both readers can agree upon it."""
    if value in (None, ""):
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return str(value).removesuffix(" 00:00:00")


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)
    return a == b or {a, b} <= {None, ""} or (isinstance(a, str) and isinstance(b, str) and a.split(".")[0] == b.split(".")[0] and ":" in a)


def compare(what, one, other):
    differ = [(at, one.get(at), other.get(at)) for at in sorted(set(one) | set(other)) if not same(one.get(at), other.get(at))]
    assert not differ, (what, len(differ), differ[:5])


def unescaped(value):
    """openpyxl leaves Excel's way of writing control characters to its users."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), value) if isinstance(value, str) else value


def cells(book, read=unescaped):
    return {(ws.title, c.row, c.column): plain(read(c.value)) for ws in book.worksheets for row in ws.iter_rows() for c in row if plain(c.value) is not None}


def calamine_cells(path):
    book = CalamineWorkbook.from_path(path)
    out = {}
    for name in book.sheet_names:
        for r, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1):
            for c, value in enumerate(row, 1):
                if plain(value) is not None:
                    out[name, r, c] = plain(value)
    return out


def from_libreoffice(path):
    """LibreOffice does not escape what looks like an escape."""
    words = {"=TRUE()": True, "=FALSE()": False}  # as it writes truth values
    return {at: words.get(v, v) if isinstance(v, str) else v for at, v in cells(openpyxl.load_workbook(path), lambda v: v).items()}


def rules(path, book):
    """What docs/workbooks.md promises of each sheet."""
    for ws in book.worksheets:
        here = (path, ws.title)
        assert not ws.merged_cells.ranges, here
        assert ws.page_setup.paperSize in ((9,) if ws.title in FRONTS else (9, 8)) and ws.sheet_properties.pageSetUpPr.fitToPage and ws.page_setup.fitToWidth == 1, here
        assert "&P of &N" in (ws.oddFooter.right.text or "").replace("&[Page]", "&P").replace("&[Pages]", "&N"), (here, ws.oddFooter.right.text)
        for row in ws.iter_rows():
            for c in row:
                assert c.data_type != "f", (here, c.coordinate, c.value)
                if c.hyperlink:
                    assert c.hyperlink.target is None, (here, c.coordinate, "leads out of the workbook")
                    sheet, _, cell = c.hyperlink.location.rpartition("!")
                    to = book[sheet[1:-1].replace("''", "'")]
                    _, first, _, last = range_boundaries(cell)
                    assert 1 <= first <= last <= max(to.max_row, 1), (here, c.coordinate, c.hyperlink.location, to.max_row)
                    whole = to.title.endswith("_day") and f"{to.title} (2)" not in book.sheetnames  # else the rows go on on the next sheet
                    if whole and re.fullmatch("quota_(person|team|total)_(week|month|year)", ws.title) and c.row > 1:
                        frames = next(h.column for h in to[1] if h.value == "frames")
                        behind = sum(to.cell(r, frames).value for r in range(first, last + 1))
                        assert c.value == behind, (here, c.coordinate, c.value, c.hyperlink.location, behind)
        if ws.title == "Answers":
            assert ws.page_setup.fitToHeight == 1 and ws.page_setup.orientation == "landscape", here
        if ws.title not in FRONTS:
            assert ws.freeze_panes == "A2" and ws.auto_filter.ref and ws.print_title_rows, here


def pages(pdf):
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    return text.split("\f")[:-1]


def squeezed(s):
    return re.sub(r"\s+", "", s)


def printed(path, book, pdf):
    """The answers are one page, and no sheet of data loses a column."""
    text = pages(pdf)
    if "Answers" in book.sheetnames:
        on = [i for i, p in enumerate(text) if "rows behind" in p and "verdict" in p]
        assert len(on) == 1, (path, "the answers are on pages", on)
        info = subprocess.run(["pdfinfo", "-f", str(on[0] + 1), "-l", str(on[0] + 1), pdf], check=True, capture_output=True, text=True).stdout
        size = re.search(r"Page.*size:\s+([\d.]+) x ([\d.]+)", info)
        assert [round(float(v) / 72 * 25.4) for v in size.groups()] == [297, 210], (path, info)
    for ws in book.worksheets:
        if ws.title in FRONTS or ws.max_column < 2:
            continue
        seen = [c.value for c in ws[1] if c.value and not ws.column_dimensions[c.column_letter].hidden]
        if not all(re.fullmatch(r"[a-z0-9_ ]+", s) for s in seen):
            continue  # made to be hostile: not all of it can be printed
        first = [p for p in text if re.search(rf"(^|\s){re.escape(ws.title)}$", p.strip().split("\n")[0].strip())]
        assert first, (path, ws.title, "is on no page")
        for p in first:
            assert all(squeezed(s) in squeezed(p) for s in seen), (path, ws.title, seen, p[:400])


def converted(paths, to, out):
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{out}/profile", "--convert-to", to, "--outdir", f"{out}/{to}", *paths],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)


def main(root):
    paths = sorted(glob.glob(f"{root}/**/*.xlsx", recursive=True))
    assert paths, f"there is no workbook in {root}"
    with tempfile.TemporaryDirectory() as out:
        for to in ("xlsx", "pdf"):
            converted(paths, to, out)
        failed = 0
        for path in paths:
            stem = os.path.basename(path)[: -len(".xlsx")]
            book = openpyxl.load_workbook(path)
            ours = cells(book)
            checks = [
                lambda: compare("calamine", ours, calamine_cells(path)),
                lambda: compare("LibreOffice", ours, from_libreoffice(f"{out}/xlsx/{stem}.xlsx")),
                lambda: rules(path, book),
                lambda: printed(path, book, f"{out}/pdf/{stem}.pdf"),
            ]
            for check in checks:
                try:
                    check()
                except AssertionError as e:
                    failed += 1
                    print("FAILED", os.path.relpath(path, root), e)
            print("workbook", os.path.relpath(path, root), len(ours), "cells:", ", ".join(book.sheetnames))
        sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1])
