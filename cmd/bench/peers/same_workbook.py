"""Tells whether two workbooks have the same sheets with the same cells; numbers
may differ behind the 15 digits that a cell keeps. Usage: same_workbook.py A B;
exit code 1 where they differ"""
import itertools, math, sys

from python_calamine import CalamineWorkbook


def same(a, b):
    return a == b or isinstance(a, float) and isinstance(b, float) and math.isclose(a, b, rel_tol=1e-14)


def compare(name, a, b):
    for number, (one, other) in enumerate(itertools.zip_longest(a.iter_rows(), b.iter_rows()), 1):
        if one == other:
            continue
        if one is None or other is None:
            sys.exit(f"{name}: row {number} is in one of them only")
        for column, (x, y) in enumerate(itertools.zip_longest(one, other), 1):
            if not same(x, y):
                sys.exit(f"{name}: row {number}, column {column}: {x!r} and {y!r}")


def main():
    a, b = (CalamineWorkbook.from_path(name) for name in sys.argv[1:3])
    if a.sheet_names != b.sheet_names:
        sys.exit(f"other sheets: {a.sheet_names} and {b.sheet_names}")
    for name in a.sheet_names:
        compare(name, a.get_sheet_by_name(name), b.get_sheet_by_name(name))


main()
