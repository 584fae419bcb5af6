"""Columns of names in delivered files: destroyed ones are refused, and what is read otherwise than written is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.connectors.database import pull
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.methods.checks.results import RuleResult
from kwaliteitsmonitor.readers.cells.identifiers import Padded, stands_for_nothing
from kwaliteitsmonitor.readers.cells.names import in_one_spelling, respelled, spellings, with_other_zeros
from kwaliteitsmonitor.readers.cells.texts import pseudonym
from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.consequences import Severity
from schemas.profile import Profile
from schemas.profile.feeds import FileSource, SqlSource
from schemas.tables import CATALOGUE
from tests.made_up import told
from tests.readers.cells.making import KEY, reader
from tests.readers.forms.making import taken, written

CASES = Path(__file__).parents[2] / "cases"
HEADER = "reference_date;student;programme;enrolment"
RIGHT = {"reference_date": "2020-10-01", "student": "5555555", "programme": "50035", "enrolment": "main"}
STUDENT = CATALOGUE["enrolments"]["student"]


def staged(
    profile: Profile, path: Path, source: str | FileSource | SqlSource, table: str = "enrolments", **told: Any
) -> StagedTable:
    if source in ("csv", "workbook"):
        source = f"{{format: {source}, tables: [{table}]}}"
    return taken(path, source, table, told=told, profile=profile).staged


def spelling(found: StagedTable, name: str) -> list[RuleResult]:
    return [r for r in found.results if r.rule.endswith(f".{name}.spelling")]


def test_other_ways_to_write_a_name_are_one_name_where_no_list_has_it_and_zeros_before_it_tell_two_apart() -> None:
    one, cells = reader(of=STUDENT), ["AB1", "ab1", '="X"', Padded(7.0, "07"), "C", None]
    same = spellings(lambda: cells, one)
    assert in_one_spelling(cells[:2], same) == ["AB1", "AB1"]
    assert respelled(cells, same, one, {2: stands_for_nothing(STUDENT)}) == [1, 3]
    listed = CATALOGUE["enrolments"].bind({"programmes": ("AB1", "ab1")})["programme"]
    assert spellings(lambda: cells, reader(of=listed)) == {}
    numbers = ["0123", "123", 123, "045", " 0123 ", "A01", "A1"]
    assert with_other_zeros(numbers, STUDENT) == [0, 4]
    assert with_other_zeros(numbers, CATALOGUE["faculty_panels"]["participants"]) == []


def test_students_that_are_none_are_refused_and_what_is_written_otherwise_is_told(profile: Profile) -> None:
    found = staged(profile, CASES / "ids-placeholders" / "2020.csv", "csv")
    refused = {q.row for q in found.quarantine if q.rule == "enrolments.student.type"}
    assert refused == {2, 3, 4, 5, 6, 7, 13, 14}
    assert {q.row for q in found.quarantine if q.rule == "enrolments.key"} == {9, 11}, "the same student, again"
    assert found.rows.num_rows == 3
    ways, zeros = spelling(found, "student")
    assert (ways.severity, ways.failed) == (Severity.INFO, 3)
    assert not any("123456" in f"{q.found}{q.expected}" for q in found.quarantine)
    assert "123456" not in f"{told(ways)}{told(zeros)}"
    assert "verschillen alleen in nullen ervoor" in told(zeros)


def test_a_programme_that_was_a_fraction_is_read_and_one_without_its_zeros_refused(profile: Profile) -> None:
    case = CASES / "leading-zero-code"
    register = staged(profile, case / "2020.csv", "csv")
    assert register.rows.column("programme").to_pylist() == ["50035", "50035"]
    assert [r.failed for r in spelling(register, "programme")] == [2]
    form = {"unit": "FGW", "academic_year": "2019-2020"}
    (item,) = staged(profile, case / "FGW.xlsx", "workbook", "faculty_programmes", **form).quarantine
    assert (item.cell, item.found) == ("A2", "6001")
    assert item.expected.nl == "een opleidingscode; bedoeld is wellicht 06001: maak de cel tekst"
    assert item.expected.en == "a programme code; perhaps 06001 is meant: make the cell text"


@pytest.mark.parametrize("word", ["n.v.t.", "0"])
def test_a_word_for_no_course_is_none_of_a_programme_alone(profile: Profile, tmp_path: Path, word: str) -> None:
    lines = [f"{kind};2019-2020;FGW;50200;Ba;{word};20" for kind in ("programme", "course")]
    text = "\n".join(["evaluation;academic_year;unit;programme;level;course;invited", *lines])
    population = staged(profile, written(tmp_path / "p.csv", text), "csv", "evaluation_population")
    assert population.rows.column("course").to_pylist() == [None]
    (item,) = population.quarantine
    assert (item.row, item.rule) == (3, "evaluation_population.course.type")
    assert "laat de cel leeg waar er geen is" in item.expected.nl
    assert [r.failed for r in spelling(population, "course")] == [1]


DAMAGED = [
    "#N/A", "=A1", "NULL", "0", "000", "1,61803E+14", "1E+05", "6-jan", "2020-01-06", "2020-01-06 00:00:00", "13:30",
    "TRUE", "50035.5", "-1", "999999999", "n.v.t.", 0, -1, 50035.5, 1.61803398875e15, 1.2e20,
]  # fmt: skip
"""What a database holds where a name should stand, the last as numbers."""


def in_a_database(profile: Profile, place: Path, rows: Sequence[dict[str, Any]]) -> StagedTable:
    """What is pulled of a table without types, as old registers are."""
    connection = sqlite3.connect(place / "register.db")
    connection.execute("CREATE TABLE enrolled (reference_date, student, programme, enrolment)")
    connection.executemany("INSERT INTO enrolled VALUES (?, ?, ?, ?)", [tuple(row.values()) for row in rows])
    connection.commit()
    connection.close()
    source = SqlSource(kind="sql", connection="register", database_table="enrolled", tables=["enrolments"])
    address = f"sqlite:///{place / 'register.db'}"
    with pull(address, source, CATALOGUE["enrolments"], {}, Patience(attempts=1)) as pulled:
        (place / "pulled.csv").write_bytes(pulled.stream.read())
    return staged(profile, place / "pulled.csv", source)


@pytest.mark.parametrize(
    ("name", "words", "names"),
    [
        ("student", "een studentnummer", ["50035", "50036", "50037"]),
        ("programme", "een opleidingscode", ["50035"] * 3),
    ],
)
def test_a_name_that_was_destroyed_before_it_came_into_a_register_is_refused_by_its_cell(
    profile: Profile, tmp_path: Path, name: str, words: str, names: list[str]
) -> None:
    """And one that was only written in another way is that name, and told."""
    ways = [f'="{names[0]}"', f"'{names[1]}", f"{names[2]}.0"]
    rows = [RIGHT | {"student": f"555{at:04}", name: value} for at, value in enumerate([*DAMAGED, *ways])]
    register = in_a_database(profile, tmp_path, rows)
    meant = [pseudonym(text, KEY) if name == "student" else text for text in names]
    assert sorted(register.rows.column(name).to_pylist()) == sorted(meant)
    assert [r.failed for r in spelling(register, name)] == [len(ways)]
    assert len({q.row for q in register.quarantine}) == len(register.quarantine) == len(DAMAGED)
    for item in register.quarantine:
        assert item.rule.startswith(f"enrolments.{name}.")
        assert item.expected.nl.startswith(words) or item.rule.endswith(".codes")
        assert name != "student" or item.found == MASK
