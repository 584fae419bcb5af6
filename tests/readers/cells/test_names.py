"""Columns of names in delivered files: destroyed ones are refused, and what is read otherwise than written is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.connectors.database import pull
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.methods.checks.results import RuleResult
from kwaliteitsmonitor.readers.cells.identifiers import Padded, stands_for_nothing
from kwaliteitsmonitor.readers.cells.names import in_one_spelling, respelled, rightly_empty, spellings, with_other_zeros
from kwaliteitsmonitor.readers.cells.texts import pseudonym
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.consequences import Severity
from schemas.profile import Profile
from schemas.profile.feeds import FileSource, SqlSource
from schemas.tables import CATALOGUE
from tests.readers.cells.making import KEY, reader
from tests.readers.forms.making import taken

CASES = Path(__file__).parents[2] / "cases"
HEADER = "reference_date;student;programme;enrolment"
RIGHT = {"reference_date": "2020-10-01", "student": "5555555", "programme": "50035", "enrolment": "main"}
STUDENT = CATALOGUE["enrolments"]["student"]


def staged(
    profile: Profile, path: Path, source: str | FileSource | SqlSource, table: str = "enrolments", **told: Any
) -> StagedTable:
    if source in ("csv", "parquet", "workbook"):
        source = f"{{format: {source}, tables: [{table}]}}"
    return taken(path, source, table, told=told, profile=profile).staged


def spelling(found: StagedTable, name: str) -> list[RuleResult]:
    return [r for r in found.results if r.rule.endswith(f".{name}.spelling")]


def test_capitals_and_other_ways_to_write_a_name_are_one_name_where_no_list_has_it() -> None:
    one, cells = reader(of=STUDENT), ["AB1", "ab1", '="X"', Padded(7.0, "07"), "C", None]
    same = spellings(lambda: cells, one)
    assert in_one_spelling(cells[:2], same) == ["AB1", "AB1"]
    assert respelled(cells, same, one, {2: stands_for_nothing(STUDENT)}) == [1, 3]
    listed = CATALOGUE["enrolments"].bind({"programmes": ("AB1", "ab1")})["programme"]
    assert spellings(lambda: cells, reader(of=listed)) == {}


def test_numbers_that_differ_in_zeros_alone_are_known_by_the_longer() -> None:
    assert with_other_zeros(["0123", "123", 123, "045", " 0123 ", "A01", "A1"], STUDENT) == [0, 4]
    assert with_other_zeros(["0123", "123"], CATALOGUE["faculty_panels"]["participants"]) == []


@pytest.mark.parametrize(("kind", "positions"), [("programme", [0]), ("course", [])])
def test_a_word_for_nothing_is_empty_where_such_a_row_has_no_name(kind: str, positions: list[int]) -> None:
    course = CATALOGUE["evaluations"]["course"]
    assert list(rightly_empty(course, {0: stands_for_nothing(course)}, lambda _: [kind])) == positions


def test_students_that_are_none_are_refused_and_what_is_written_otherwise_is_told(profile: Profile) -> None:
    found = staged(profile, CASES / "ids-placeholders" / "2020.csv", "csv")
    refused = {q.row for q in found.quarantine if q.rule == "enrolments.student.type"}
    assert refused == {2, 3, 4, 5, 6, 7, 13, 14}
    assert {q.row for q in found.quarantine if q.rule == "enrolments.key"} == {9, 11}, "the same student, again"
    assert found.rows.num_rows == 3
    ways, zeros = spelling(found, "student")
    assert (ways.severity, ways.failed) == (Severity.INFO, 3)
    assert not any("123456" in f"{q.found}{q.expected}" for q in found.quarantine)
    assert "123456" not in f"{ways.detail}{zeros.detail}"
    assert "verschillen alleen in nullen ervoor" in zeros.detail


def test_a_programme_that_was_a_fraction_or_a_formula_is_read(profile: Profile) -> None:
    found = staged(profile, CASES / "leading-zero-code" / "2020.csv", "csv")
    assert found.rows.column("programme").to_pylist() == ["50035", "50035"]
    assert [r.failed for r in spelling(found, "programme")] == [2]


def test_a_code_that_lost_its_zeros_in_a_workbook_is_refused_with_what_was_meant(profile: Profile) -> None:
    path, told = CASES / "leading-zero-code" / "FGW.xlsx", {"unit": "FGW", "academic_year": "2019-2020"}
    (item,) = staged(profile, path, "workbook", "faculty_programmes", **told).quarantine
    assert (item.cell, item.found) == ("A2", "6001")
    assert item.expected.nl == "een opleidingscode; bedoeld is wellicht 06001: maak de cel tekst"
    assert item.expected.en == "a programme code; perhaps 06001 is meant: make the cell text"


def test_a_column_of_fractions_in_parquet_is_the_column_of_whole_numbers(profile: Profile, tmp_path: Path) -> None:
    number, made = [1234567, 7654321], []
    for student in (pa.array(number, pa.float64()), pa.array(number), pa.array(map(str, number))):
        fractions = pa.array([50035, 50035], pa.float64())
        columns = {"reference_date": ["2020-10-01"] * 2, "student": student, "programme": fractions}
        pq.write_table(pa.table({**columns, "enrolment": ["main"] * 2}), tmp_path / "2020.parquet")
        found = staged(profile, tmp_path / "2020.parquet", "parquet")
        assert found.quarantine == []
        made.append(found.rows.select(["student", "programme"]).to_pylist())
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize("word", ["n.v.t.", "-", "NULL", "N/A", "0"])
def test_a_word_for_no_course_is_none_in_the_evaluation_of_a_programme_alone(
    profile: Profile, tmp_path: Path, word: str
) -> None:
    path = tmp_path / "p.csv"
    lines = [f"{kind};2019-2020;FGW;50200;Ba;{word};20" for kind in ("programme", "course")]
    path.write_text("\n".join(["evaluation;academic_year;unit;programme;level;course;invited", *lines]))
    found = staged(profile, path, "csv", "evaluation_population")
    assert found.rows.column("course").to_pylist() == [None]
    (item,) = found.quarantine
    assert (item.row, item.rule) == (3, "evaluation_population.course.type")
    assert "laat de cel leeg waar er geen is" in item.expected.nl
    assert [r.failed for r in spelling(found, "course")] == [1]


DAMAGED = [
    "#N/A", "=A1", "NULL", "0", "000", "1,61803E+14", "1E+05", "6-jan", "2020-01-06", "2020-01-06 00:00:00", "13:30",
    "TRUE", "50035.5", "-1", "999999999", "n.v.t.",
]  # fmt: skip
AS_TYPED = [0, -1, 50035.5, 1.61803398875e15, 1.2e20]
"""What a database holds as a number where a name should stand."""
FOLDED = {'="50035"': "50035", "'50035": "50035", "50035.0": "50035"}
WIDTH = 24


def in_fixed_width(profile: Profile, place: Path, name: str, values: Sequence[Any]) -> StagedTable:
    """Lines of fixed width, each with one of these values in a field."""
    rows = [RIGHT | {"student": f"555{at:04}", name: value} for at, value in enumerate(values)]
    text = "".join(f"2020-10-01{r['student']:{WIDTH}}{r['programme']:{WIDTH}}main\n" for r in rows)
    (place / "2020.asc").write_text(text)
    source = f"""
        {{format: fixed, encoding: utf-8, tables: [enrolments], forms: [{{table: enrolments,
          slices: {{day: [1, 10], who: [11, {WIDTH}], what: [{11 + WIDTH}, {WIDTH}], how: [{11 + 2 * WIDTH}, 4]}},
          columns: {{day: reference_date, who: student, what: programme, how: enrolment}}}}]}}
    """
    return staged(profile, place / "2020.asc", source)


def in_a_database(profile: Profile, place: Path, name: str, values: Sequence[Any]) -> StagedTable:
    """What is pulled of a table without types, as old registers are, with a row for each of these values."""
    connection = sqlite3.connect(place / "register.db")
    connection.execute("CREATE TABLE enrolled (reference_date, student, programme, enrolment)")
    own = [RIGHT | {"student": f"555{at:04}", name: value} for at, value in enumerate(values)]
    rows = [tuple(row.values()) for row in own]
    connection.executemany("INSERT INTO enrolled VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    source = SqlSource(kind="sql", connection="register", database_table="enrolled", tables=["enrolments"])
    address = f"sqlite:///{place / 'register.db'}"
    with pull(address, source, CATALOGUE["enrolments"], {}, Patience(attempts=1)) as pulled:
        (place / "pulled.csv").write_bytes(pulled.stream.read())
    return staged(profile, place / "pulled.csv", source)


Origin = Callable[[Profile, Path, str, Sequence[Any]], StagedTable]


@pytest.mark.parametrize(("origin", "more", "first"), [(in_fixed_width, [], 1), (in_a_database, AS_TYPED, 2)])
@pytest.mark.parametrize(("name", "words"), [("student", "een studentnummer"), ("programme", "een opleidingscode")])
def test_a_name_that_was_destroyed_before_it_came_into_a_register_is_refused_by_its_cell(
    profile: Profile, tmp_path: Path, origin: Origin, more: Sequence[Any], first: int, name: str, words: str
) -> None:
    values = [*DAMAGED, *more]
    found = origin(profile, tmp_path, name, values)
    assert found.rows.num_rows == 0
    assert sorted(q.row for q in found.quarantine) == list(range(first, first + len(values)))
    for item in found.quarantine:
        assert item.rule.startswith(f"enrolments.{name}.")
        assert item.expected.nl.startswith(words) or item.rule.endswith(".codes")
        if name == "student":
            assert f"{values[item.row - first]}" not in f"{item.found} {item.expected}"


@pytest.mark.parametrize("origin", [in_fixed_width, in_a_database])
@pytest.mark.parametrize("name", ["student", "programme"])
def test_another_way_to_write_a_name_in_a_register_is_that_name_and_told(
    profile: Profile, tmp_path: Path, origin: Origin, name: str
) -> None:
    for number, (written, meant) in enumerate(FOLDED.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = origin(profile, folder, name, [written])
        assert found.quarantine == []
        assert found.rows.column(name).to_pylist() == [pseudonym(meant, KEY) if name == "student" else meant]
        assert [r.failed for r in spelling(found, name)] == [1]
