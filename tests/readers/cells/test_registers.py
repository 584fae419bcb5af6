"""Names that were destroyed before they came into a register: in text of fixed width, and in a table of a database."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.connectors.database import pull
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.readers.cells.reading import cell_readers
from kwaliteitsmonitor.readers.cells.texts import pseudonym
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.reading import form_of, read
from kwaliteitsmonitor.readers.staging import StagedTable, stage
from schemas.profile import Profile, load_profile, profile_folder
from schemas.profile.feeds import FileSource, SqlSource
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE

KEY = b"k" * 32
NAMES = ("student", "programme")
WIDTH = 24
RIGHT = {"student": "5555555", "programme": "50035"}
DAMAGED = [
    "#N/A", "=A1", "NULL", "0", "000", "1,61803E+14", "1E+05", "6-jan", "2020-01-06", "2020-01-06 00:00:00", "13:30",
    "TRUE", "50035.5", "-1", "999999999", "n.v.t.",
]  # fmt: skip
AS_TYPED = [0, -1, 50035.5, 1.61803398875e15, 1.2e20]
"""What a database holds as a number where a name should stand."""
FOLDED = {'="50035"': "50035", "'50035": "50035", "50035.0": "50035"}


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


def staged(profile: Profile, path: Path, source: FileSource | SqlSource) -> StagedTable:
    table = CATALOGUE["enrolments"].bind(profile.code_lists())
    raw = read(path, source, table, year=2020, told={}, aliases=profile.aliases())
    readers = cell_readers(table.fields, form_of(source, table, 2020), "iso", profile.aliases(), KEY)
    delivery = Delivery("f", 0, path.name, "a" * 64, 1, date(2020, 12, 1), "2020")
    return stage(table, [Read(delivery, raw, {})], lambda _: readers, validate)


def in_fixed_width(profile: Profile, place: Path, name: str, values: Sequence[Any]) -> StagedTable:
    """Lines of fixed width, each with one of these values in a field."""
    path = place / "2020.asc"
    rows = [RIGHT | {name: value} for value in values]
    path.write_text("".join(f"2020-10-01{r['student']:{WIDTH}}{r['programme']:{WIDTH}}main\n" for r in rows))
    slices = {"day": [1, 10], "who": [11, WIDTH], "what": [11 + WIDTH, WIDTH], "how": [11 + 2 * WIDTH, 4]}
    columns = {"day": "reference_date", "who": "student", "what": "programme", "how": "enrolment"}
    form = Form.model_validate({"table": "enrolments", "slices": slices, "columns": columns})
    source = {"kind": "files", "path": "{reporting_year}.asc", "format": "fixed", "encoding": "utf-8"}
    return staged(
        profile, path, FileSource.model_validate({**source, "tables": ["enrolments"], "forms": [form.model_dump()]})
    )


def in_a_database(profile: Profile, place: Path, name: str, values: Sequence[Any]) -> StagedTable:
    """What is pulled of a table without types, as old registers are, with a row for each of these values."""
    base, path = place / "register.db", place / "pulled.csv"
    base.unlink(missing_ok=True)
    connection = sqlite3.connect(base)
    connection.execute("CREATE TABLE enrolled (reference_date, student, programme, enrolment)")
    for value in values:
        row = RIGHT | {name: value}
        connection.execute(
            "INSERT INTO enrolled VALUES ('2020-10-01', ?, ?, 'main')", (row["student"], row["programme"])
        )
    connection.commit()
    connection.close()
    source = SqlSource(kind="sql", connection="register", database_table="enrolled", tables=["enrolments"])
    with pull(f"sqlite:///{base}", source, CATALOGUE["enrolments"], {}, Patience(attempts=1)) as found:
        path.write_bytes(found.stream.read())
    return staged(profile, path, source)


CASES = [
    *((in_fixed_width, name, value) for name in NAMES for value in DAMAGED),
    *((in_a_database, name, value) for name in NAMES for value in [*DAMAGED, *AS_TYPED]),
]


@pytest.mark.parametrize(("origin", "name", "value"), CASES)
def test_a_destroyed_name_is_refused_by_its_cell(
    profile: Profile, tmp_path: Path, origin: Any, name: str, value: Any
) -> None:
    found = origin(profile, tmp_path, name, [value])
    assert found.rows.num_rows == 0
    (item,) = found.quarantine
    assert item.rule.startswith(f"enrolments.{name}.")
    assert item.expected.nl.startswith(
        {"student": "een studentnummer", "programme": "een opleidingscode"}[name]
    ) or item.rule.endswith(".codes")
    if name == "student":
        assert str(value) not in f"{item.found} {item.expected}"


@pytest.mark.parametrize("origin", [in_fixed_width, in_a_database])
@pytest.mark.parametrize("name", NAMES)
def test_another_way_to_write_a_name_is_that_name_and_told(
    profile: Profile, tmp_path: Path, origin: Any, name: str
) -> None:
    for written, meant in FOLDED.items():
        found = origin(profile, tmp_path, name, [written])
        assert found.quarantine == []
        expected = pseudonym(meant, KEY) if name == "student" else meant
        assert found.rows.column(name).to_pylist() == [expected]
        (told,) = (r for r in found.results if r.rule == f"enrolments.{name}.spelling")
        assert told.failed == 1
