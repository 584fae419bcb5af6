"""Files as senders really make them, and what a form of a profile makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.methods.checks.results import RuleResult
from kwaliteitsmonitor.readers.cells.grid import Grid, RawTable
from kwaliteitsmonitor.readers.cells.reading import CellReader, cell_readers
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.forms.amounts import NOTHING_NAMED, Named
from kwaliteitsmonitor.readers.forms.shaping import shape
from kwaliteitsmonitor.readers.forms.wanted import Shape
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.reading import form_of, read
from kwaliteitsmonitor.readers.staging import StagedTable, Tally, Validate, stage
from schemas.contract import Table
from schemas.profile import Profile
from schemas.profile.feeds import FileSource, SqlSource
from schemas.profile.questions import Question
from schemas.profile.registers import Programme
from schemas.profile.units import Unit
from schemas.tables import CATALOGUE
from tests import made_up
from tests.readers.files.making import xlsx

KEY = b"k" * 32
NAME = "north.xlsx"


@cache
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
        return [(note.text.en, note.rows) for note in self.raw.notes if note.code == "left_out"]


def source(text: str) -> FileSource:
    """A source of a feed, as a profile writes it; the kind and the path need not be given."""
    return FileSource.model_validate({"kind": "files", "path": "x", **yaml.safe_load(text)})


def taken(
    path: Path,
    text: str | FileSource | SqlSource,
    table: str,
    *,
    told: Mapping[str, Any] | None = None,
    year: int | None = 2020,
    profile: Profile | None = None,
    named: Named = NOTHING_NAMED,
) -> Taken:
    """What becomes of a delivered file by a source of a profile; `told` is what the name of the file tells."""
    own, origin = profile or university(), source(text) if isinstance(text, str) else text
    bound = CATALOGUE[table].bind(own.code_lists())
    raw = read(path, origin, bound, year=year, path_fields=told, aliases=own.aliases, named=named)
    return _taken(raw, origin, bound, own, path.name, told or {}, year)


def rows_taken(
    cells: Grid | Sequence[Sequence[Any]],
    text: str,
    table: str,
    *,
    told: Mapping[str, Any] | None = None,
    profile: Profile | None = None,
    named: Named = NOTHING_NAMED,
    judge: Validate = validate,
) -> Taken:
    """The same of the cells of a worksheet, without the file."""
    own, origin = profile or university(), source(text)
    bound = CATALOGUE[table].bind(own.code_lists())
    page = cells if isinstance(cells, Grid) else grid(cells)
    raw = shape(page, [page], Shape(form_of(origin, bound, 2020), bound, told or {}, own.aliases, named))
    return _taken(raw, origin, bound, own, NAME, told or {}, 2020, judge)


def unjudged(table: Table, rows: pa.Table) -> list[RuleResult]:
    """What holding rows against the rules of their contract gives where all hold: for tests of how cells are read."""
    return validate(table, rows, lambda _, constraints, __: dict.fromkeys((rule.id for rule in constraints), ()))


def grid(rows: Sequence[Sequence[Any]], **more: Any) -> Grid:
    """Cells as the readers of workbooks give them: numbers as floats, nothing as an empty text, rows of one width."""
    floats = [[float(c) if type(c) is int else "" if c is None else c for c in row] for row in rows]
    cells = list(map(list, zip(*zip_longest(*floats, fillvalue=""), strict=True)))
    filled = [(number, row) for number, row in enumerate(cells, start=1) if any(cell != "" for cell in row)]
    return Grid(
        more.pop("name", "Blad"), [row for _, row in filled], [number for number, _ in filled], addressed=True, **more
    )


def _taken(
    raw: RawTable,
    origin: FileSource | SqlSource,
    bound: Table,
    own: Profile,
    name: str,
    told: Mapping[str, Any],
    year: int | None,
    judge: Validate = validate,
) -> Taken:
    locale = origin.locale if isinstance(origin, FileSource) else "iso"
    plain = cell_readers(bound.fields, form_of(origin, bound, year), locale, own.aliases, KEY)
    readers: Mapping[str, CellReader] = {
        name: replace(one, measured=own.measured) if one.field.measured_by else one for name, one in plain.items()
    }
    delivery = Delivery("feed", 0, name, "a" * 64, 1, date(2020, 12, 18), "2019-2020", told.get("unit", ""))
    staged = stage(bound, [Read(delivery, raw, told)], lambda _: readers, judge)
    found = Taken(raw, staged)
    assert found.tally.accepted + found.tally.quarantined == found.tally.received
    return found


def workbook(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = (), **last: Any
) -> Path:
    """A workbook; `formats` and a range `merged` are of its last worksheet."""
    path.write_bytes(xlsx(sheets, hidden, **last))
    return path


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path
