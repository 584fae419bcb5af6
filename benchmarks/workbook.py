"""`python -m benchmarks.workbook`: staging a workbook of 50,000 rows against pandas reading it.

The yardstick is `pandas.read_excel(engine="calamine")`: the cells as a table, whatever they are, without addresses.
Staging looks the workbook through (formulas without a result, errors, percentages, cells that would be lost), reads it,
finds the headers of the contract, types every cell and keeps the address of each; the rules between cells, which Great
Expectations judges, are left out. The two take turns in one process, after one turn that does not count, so that
neither pays for imports.

The workbook has twelve columns: texts, whole numbers, amounts and dates, written by openpyxl.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.__main__ import KEPT
from schemas.contract import Field, Kind, Layer, Table

ROWS = 50_000
TIMES = 7

FIELDS: tuple[Field, ...] = (
    Field("student", Kind.TEXT, "student", "student", "s0000001"),
    Field("unit", Kind.TEXT, "eenheid", "unit", "A", codes=("A", "B", "C", "D", "E", "F", "G")),
    Field("programme", Kind.TEXT, "opleiding", "programme", "56034"),
    Field("level", Kind.TEXT, "niveau", "level", "Ba", codes=("Ba", "Ma")),
    Field("year", Kind.INTEGER, "jaar", "year", 2020),
    Field("reference_date", Kind.DATE, "peildatum", "reference date", "2020-10-01"),
    Field("first_year", Kind.BOOLEAN, "eerstejaars", "first year", True),
    Field("credits", Kind.INTEGER, "studiepunten", "credits", 60),
    Field("grade", Kind.DECIMAL, "cijfer", "grade", "7.5", nullable=True),
    Field("budget", Kind.MONEY, "begroot", "budget", "1234.50"),
    Field("realised", Kind.MONEY, "gerealiseerd", "realised", "1234.50"),
    Field("remark", Kind.TEXT, "opmerking", "remark", "x", nullable=True),
)
TABLE = Table("rows", Layer.DELIVERED, "regels", "rows", FIELDS, sheet="Regels")


@dataclass(frozen=True)
class Compared:
    """Medians in seconds of opening the file into a grid, of staging it whole and of the yardstick."""

    opening: float
    staging: float
    reading: float

    @property
    def ratio(self) -> float:
        """How many times as long staging takes."""
        return self.staging / self.reading


def workbook(rows: int = ROWS) -> Path:
    """A workbook of so many rows, made where it is not there yet."""
    path = KEPT / f"workbook-{rows}.xlsx"
    if not path.is_file():
        KEPT.mkdir(exist_ok=True)
        partial = path.with_suffix(".part")
        _make(partial, rows)
        partial.replace(path)
    return path


def _make(path: Path, rows: int) -> None:
    from datetime import date

    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(TABLE.sheet)
    sheet.append([field.name for field in FIELDS])
    for row in range(rows):
        texts = [f"s{row:07d}", "ABCDEFG"[row % 7], str(50_000 + row % 300), ("Ba", "Ma")[row % 2]]
        study = [2015 + row % 6, date(2020, 10, 1 + row % 28), row % 3 == 0, row % 61]
        grade = None if row % 9 == 0 else round(1 + row % 91 / 10, 1)
        sheet.append([*texts, *study, grade, round(row * 1.37 % 9_000, 2), row * 7 % 90_000, f"opmerking {row % 50}"])
    book.save(path)


def read_by_pandas(path: Path) -> int:
    """The yardstick; returns the number of rows."""
    import pandas as pd

    return len(pd.read_excel(path, engine="calamine"))


def opened(path: Path) -> int:
    """Opening the file into a grid; returns the number of rows below the header."""
    from kwaliteitsmonitor.readers.files import grids
    from schemas.profile.feeds import FileSource, Format

    source = FileSource(kind="files", path="x", format=Format.WORKBOOK, tables=[TABLE.name])
    return len(grids(path, source, [TABLE.sheet])[0].cells) - 1


def staged(path: Path) -> int:
    """Staging the file without the rules between cells; returns the number of rows that were accepted."""
    from datetime import date

    from kwaliteitsmonitor.readers.cells.reading import cell_readers
    from kwaliteitsmonitor.readers.delivery import Delivery
    from kwaliteitsmonitor.readers.quarantine import Read
    from kwaliteitsmonitor.readers.reading import read
    from kwaliteitsmonitor.readers.staging import stage
    from schemas.profile.feeds import FileSource, Format
    from schemas.profile.forms import Form

    source = FileSource(kind="files", path="x", format=Format.WORKBOOK, tables=[TABLE.name])
    delivery = Delivery("rows", 0, path.name, "a" * 64, 1, date(2020, 10, 1), "2020")
    readers = cell_readers(FIELDS, Form(table=TABLE.name), "iso", {}, b"k" * 32)
    table = stage(TABLE, [Read(delivery, read(path, source, TABLE), {})], lambda _: readers, lambda _table, _rows: [])
    (tally,) = table.tallies.values()
    if tally.accepted != tally.received:
        sys.exit(f"not all accepted: {tally}: {table.quarantine[:2]}")
    return tally.accepted


def measure(rows: int = ROWS, times: int = TIMES) -> Compared:
    """Opening, staging and the yardstick on the same workbook, in turns."""
    path = workbook(rows)
    ways: dict[str, Callable[[Path], int]] = {"reading": read_by_pandas, "opening": opened, "staging": staged}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(times + 1):
        for name, way in ways.items():
            gc.collect()
            began = time.perf_counter()
            if way(path) != rows:
                sys.exit(f"{name} did not give {rows} rows")
            if turn:
                taken[name].append(time.perf_counter() - began)
    return Compared(**{name: statistics.median(seconds) for name, seconds in taken.items()})


def main() -> None:
    """Measure and print, as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--times", type=int, default=TIMES)
    arguments = parser.parse_args()
    took = measure(arguments.rows, arguments.times)
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of {arguments.times} turns\n")
    print("| rows × columns | staging | of which opening | `pandas.read_excel` | ratio |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    print(
        f"| {arguments.rows:,} × {len(FIELDS)} | {took.staging:.2f} s | {took.opening:.2f} s | {took.reading:.2f} s "
        f"| {took.ratio:.2f}× |"
    )


if __name__ == "__main__":
    main()
