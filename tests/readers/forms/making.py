"""Files as senders really make them, and what a form of a profile makes of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.methods.checks.results import RuleResult
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.cells.reading import cell_readers
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.reading import form_of, read
from kwaliteitsmonitor.readers.staging import StagedTable, Tally, stage
from schemas.profile import Profile
from schemas.profile.feeds import FileSource
from schemas.profile.questions import Question
from schemas.profile.registers import Programme
from schemas.profile.units import Unit
from schemas.tables import CATALOGUE
from tests import made_up

KEY = b"k" * 32
NAME = "north.xlsx"


def university() -> Profile:
    """A small university with units, programmes and questions that are known by several names."""
    made = made_up.profile(indicators=[made_up.mean()])
    return replace(
        made,
        units=(
            Unit(id="North", nl="Noord", en="North", council="council", aliases=["Noord", "N"]),
            Unit(id="East", nl="Oost", en="East", council="council", aliases=["Oost"]),
            Unit(id="South", nl="Zuid", en="South", council="council", aliases=["Zuid"]),
            Unit(id="West", nl="West", en="West", council="council"),
        ),
        questions=(
            Question(
                id="teaching",
                evaluation="course",
                nl="De werkvormen waren goed",
                en="The teaching methods were good",
                wordings=["De gebruikte werkvormen waren goed."],
            ),
            Question(id="workload", evaluation="course", nl="De studielast was goed", en="The workload was good"),
        ),
        programmes=(
            Programme(programme="P1", name="B Geschiedenis", croho_type="ba", funded=True, unit="North"),
            Programme(programme="P2", name="M Geschiedenis", croho_type="ma", funded=True, unit="North"),
            Programme(programme="30008", name="B Tandheelkunde", croho_type="ba", funded=True, unit="East"),
        ),
    )


@dataclass(frozen=True)
class Taken:
    """A table of a delivered file: as it was read, and as it was staged."""

    raw: RawTable
    staged: StagedTable

    def rows(self, *names: str) -> list[tuple[Any, ...]]:
        """The accepted rows, as tuples of these fields."""
        return [tuple(row[name] for name in names) for row in self.staged.rows.to_pylist()]

    @property
    def refused(self) -> list[tuple[str, str, str | None]]:
        """Of each row set aside its cell, the last part of the rule, and what stood there."""
        return [(q.cell, q.rule.partition(".")[2], q.found) for q in self.staged.quarantine]

    @property
    def expected(self) -> dict[str, str]:
        """What was expected in each cell that was refused, in English."""
        return {q.cell: q.expected.en for q in self.staged.quarantine}

    @property
    def tally(self) -> Tally:
        """What became of the rows."""
        (one,) = self.staged.tallies.values()
        return one

    def said(self, aspect: str) -> list[RuleResult]:
        """The findings of a kind: `read_as`, `fte.notation`."""
        return [r for r in self.staged.results if r.rule.endswith(f".{aspect}")]

    @property
    def left_out(self) -> list[tuple[str, tuple[int, ...]]]:
        """What was left out, in English, and the numbers of its rows."""
        return [(note.said.en, note.rows) for note in self.raw.notes if note.code == "left_out"]


def source(text: str) -> FileSource:
    """A source of a feed, as a profile writes it; the kind and the path need not be given."""
    return FileSource.model_validate({"kind": "files", "path": "x", **yaml.safe_load(text)})


def taken(
    path: Path,
    text: str,
    table: str,
    *,
    told: Mapping[str, Any] | None = None,
    year: int | None = 2020,
    profile: Profile | None = None,
) -> Taken:
    """What becomes of a delivered file by a source of a profile; `told` is what the name of the file tells."""
    own, origin, given = profile or university(), source(text), dict(told or {})
    bound = CATALOGUE[table].bind(own.code_lists())
    raw = read(path, origin, bound, year=year, told=given, aliases=own.aliases())
    delivery = Delivery("feed", 0, path.name, "a" * 64, 1, date(2020, 12, 18), "2019-2020", given.get("unit", ""))
    readers = cell_readers(bound.fields, form_of(origin, bound, year), origin.locale, own.aliases(), KEY)
    staged = stage(bound, [Read(delivery, raw, given)], lambda _: readers, validate)
    found = Taken(raw, staged)
    assert found.tally.accepted + found.tally.quarantined == found.tally.received
    return found


def workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    merged: Sequence[str] = (),
    hidden: Sequence[str] = (),
    formats: Mapping[str, str] | None = None,
) -> Path:
    """A workbook; `merged` are ranges of the last sheet, `formats` the number formats of its cells."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                page.cell(number, column, value)
        if name in hidden:
            page.sheet_state = "hidden"
    for span in merged:
        page.merge_cells(span)
    for cell, shown in (formats or {}).items():
        page[cell].number_format = shown
    book.save(path)
    return path


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A text file."""
    path.write_bytes(text.encode(encoding))
    return path


def zipped(path: Path, members: Mapping[str, str]) -> Path:
    """A ZIP of text files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    path.write_bytes(made.getvalue())
    return path
