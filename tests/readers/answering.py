"""Files of evaluation answers for tests: rows as dictionaries, written as delimited text or Parquet, and staged."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.methods.checks.results import RuleResult
from kwaliteitsmonitor.readers.answers.files import AnswerFile
from kwaliteitsmonitor.readers.answers.staging import HowRead, stage_answers
from kwaliteitsmonitor.readers.cells.reading import CellReader, cell_readers
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.staging import StagedTable, Tally
from schemas.contract import Table
from schemas.profile import Profile
from schemas.profile.feeds import FileSource, Format
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE
from schemas.words import both

NAMES = CATALOGUE["evaluations"].names
KEY = b"k" * 32
HISTORY, LAW = "56034", "50700"
EVERY_FORM = pytest.mark.parametrize("form", [Format.CSV, Format.PARQUET])

Row = Mapping[str, Any]


def answer(respondent: Any = "R-1", score: Any = 4, **more: Any) -> dict[str, Any]:
    """An answer that meets its contract, but for what is said otherwise."""
    return {
        "evaluation": "course",
        "academic_year": "2019-2020",
        "unit": "FGW",
        "programme": HISTORY,
        "level": "Ba",
        "course": "C-101",
        "question": "teaching_methods",
        "score": score,
        "respondent": respondent,
        **more,
    }


def as_csv(rows: Sequence[Row], names: Sequence[str] = NAMES, end: str = "\n") -> bytes:
    """Rows as delimited text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator=end)
    writer.writerow(names)
    writer.writerows([["" if row[n] is None else row[n] for n in names] for row in rows])
    return text.getvalue().encode()


def as_parquet(rows: Sequence[Row], names: Sequence[str] = NAMES) -> bytes:
    """Rows as Parquet: scores as whole numbers where they all are."""
    made = io.BytesIO()
    columns = {name: [row[name] for row in rows] for name in names}
    whole = {"score"} if all(isinstance(row["score"], int | None) for row in rows) else set()
    pq.write_table(
        pa.table({
            name: pa.array(values, pa.int64()) if name in whole
            else pa.array([None if v is None else str(v) for v in values], pa.string())
            for name, values in columns.items()
        }),
        made, row_group_size=max(3, len(rows) // 4),
    )  # fmt: skip
    return made.getvalue()


def content_of(rows: Sequence[Row], form: Format, names: Sequence[str] = NAMES) -> bytes:
    """Rows as delimited text or as Parquet."""
    return as_csv(rows, names) if form is Format.CSV else as_parquet(rows, names)


def first_row(form: Format) -> int:
    """The number of the first row of a file: text has a row of headers."""
    return 1 if form is Format.PARQUET else 2


class Answers:
    """Stages files of answers in one folder, by a bound contract and the codes of an institution."""

    def __init__(self, folder: Path, profile: Profile) -> None:
        codes = {**profile.code_lists(), "programmes": (HISTORY, LAW)}
        self.folder = folder
        self.table: Table = CATALOGUE["evaluations"].bind(codes)
        self.aliases = profile.aliases

    def __repr__(self) -> str:
        return "Answers"

    def file(
        self,
        content: bytes,
        form: Format = Format.CSV,
        name: str = "a",
        given: Mapping[str, Any] | None = None,
        year: int | None = 2020,
        **more: Any,
    ) -> AnswerFile:
        """A kept file of answers; `more` is what the source says of it."""
        kept = self.folder / name
        kept.write_bytes(content)
        keys = {"encoding": "utf-8", **more}
        source = FileSource(kind="files", path="x", format=form, tables=["evaluations"], **keys)
        delivery = Delivery("evaluations", 0, f"{name}.{form}", "a" * 64, 1, date(2020, 9, 1), "2019-2020", name)
        return AnswerFile(delivery, kept, source, given or {}, year)

    def readers(self, file: AnswerFile) -> dict[str, CellReader]:
        """The readers of the fields of a file."""
        source = file.source
        assert isinstance(source, FileSource)
        form = source.form("evaluations", file.year) or Form(table="evaluations")
        return cell_readers(self.table.fields, form, source.locale, self.aliases, KEY)

    def try_stage(self, *files: AnswerFile) -> tuple[StagedTable, dict[str, str]]:
        """What is staged of some files, and why others could not be read."""
        by_id = {file.delivery.id: file for file in files}
        return stage_answers(HowRead(self.table, lambda d: self.readers(by_id[d.id]), self.aliases, validate), files)

    def stage(self, *files: AnswerFile) -> StagedTable:
        """What is staged of some files, all of which can be read."""
        found, rejected = self.try_stage(*files)
        assert rejected == {}
        return found

    def text(self, content: bytes | str, **more: Any) -> StagedTable:
        """What is staged of a delimited text."""
        return self.stage(self.file(content.encode() if isinstance(content, str) else content, **more))

    def rows(
        self,
        rows: Sequence[Row],
        form: Format,
        names: Sequence[str] = NAMES,
        given: Mapping[str, Any] | None = None,
    ) -> StagedTable:
        """What is staged of rows in a form of file."""
        return self.stage(self.file(content_of(rows, form, names), form, given=given))

    def rejection(self, one: AnswerFile) -> str:
        """Why a file cannot be read at all, in both languages."""
        found, rejected = self.try_stage(one)
        assert found.rows.num_rows == 0
        assert found.tallies == {}
        said = both(rejected[one.delivery.id])
        assert "\n" not in said
        return said


def counts(found: StagedTable) -> dict[tuple[Any, ...], int]:
    """The number of answers per combination of everything that was counted."""
    rows = found.rows.to_pylist()
    names = [n for n in NAMES if n != "respondent"]
    combinations = [tuple(row[n] for n in names) for row in rows]
    assert len(set(combinations)) == len(combinations) or len(found.tallies) > 1
    return dict(zip(combinations, (row["answers"] for row in rows), strict=True))


def tally(found: StagedTable) -> Tally:
    """The tally of the only delivery."""
    (one,) = found.tallies.values()
    return one


def result(found: StagedTable, rule: str) -> RuleResult:
    """The only result of a rule."""
    (one,) = (r for r in found.results if r.rule == f"evaluations.{rule}")
    return one
