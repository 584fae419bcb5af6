"""Names that a spreadsheet destroyed, told by PostgreSQL itself: the same as reading cells tells, in any encoding."""

from __future__ import annotations

from pathlib import Path

import ibis
import pytest
import sqlalchemy as sa

from kwaliteitsmonitor.connectors.database import pull
from kwaliteitsmonitor.readers.answers.engines.names import name_and_damage
from kwaliteitsmonitor.readers.answers.in_database import _codec, _fitting, _postgres
from kwaliteitsmonitor.readers.cells.identifiers import damage_of, folded
from schemas.profile import Profile
from schemas.tables import CATALOGUE
from tests.readers.answering import answer, as_parquet
from tests.readers.answers.engines.counting import QUICK, SOURCE, YEAR, in_database, outcome, pulled, staged
from tests.readers.cells.naming import FOLDED, RIGHT, every_damage

TEXTS = [*(text for _, text in every_damage()), *RIGHT, *FOLDED, *FOLDED.values()]


def encoded(url: str, encoding: str) -> str:
    """The address of a database of the same server in another encoding, made where it is not there."""
    if encoding == "UTF8":
        return url
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        there = connection.exec_driver_sql(f"SELECT 1 FROM pg_database WHERE datname = 'names_{encoding}'").first()
        if there is None:
            of = f"ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
            connection.exec_driver_sql(f'CREATE DATABASE "names_{encoding}" {of}')
    return sa.make_url(url).set(database=f"names_{encoding}").render_as_string(hide_password=False)


def fitting(encoding: str) -> list[str]:
    """The texts that a database in this encoding can hold."""
    codec = {"UTF8": "utf-8", "LATIN1": "latin-1", "WIN1252": "cp1252"}[encoding]
    return [text for text in TEXTS if text == text.encode(codec, "ignore").decode(codec)]


@pytest.mark.parametrize("encoding", ["UTF8", "LATIN1", "WIN1252"])
def test_postgresql_tells_of_each_name_what_reading_cells_tells(postgres_url: str, encoding: str) -> None:
    names = ibis.table({"t": "string"}, name="names")
    name, wrong = name_and_damage(names.t)
    asked = _postgres(names.select("t", name=name, wrong=wrong))
    engine = sa.create_engine(encoded(postgres_url, encoding), poolclass=sa.NullPool)
    texts = fitting(encoding)
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE TEMP TABLE names (t text)"))
        connection.execute(sa.text("INSERT INTO names VALUES (:t)"), [{"t": text} for text in texts])
        fitting_query = _fitting(asked, _codec(connection)).replace("%", "%%")
        found = connection.exec_driver_sql(fitting_query, {}).fetchall()
    assert len(found) == len(texts)
    for text, own, what in found:
        damage = damage_of(folded(text))
        assert own == folded(text), text
        assert what == (str(damage) if damage else "otherwise" if own != text else None), text


@pytest.mark.parametrize("encoding", ["UTF8", "LATIN1"])
def test_answers_of_damaged_respondents_are_set_aside_wherever_they_are_counted(
    postgres_url: str, profile: Profile, tmp_path: Path, encoding: str
) -> None:
    """In the database, of whatever encoding, and in a Parquet file that is counted in place."""
    whom = ["1,61803E+14", "#N/A", "161803.0", "161803", '="R-9"', "R-9", "0", "NULL", "R-1", "6-jan", "café-1"]
    rows = [answer(who, course="Café") for who in whom]
    url = encoded(postgres_url, encoding)
    in_database(url, rows)
    counts, tally, failed = outcome(staged(tmp_path, profile, pulled(url, profile), SOURCE))
    assert (tally.received, tally.accepted) == (11, 4)
    assert [(row["course"], row["answers"]) for row in counts] == [("Café", 4)]
    assert failed["evaluations.one_answer"] == 2
    in_place, of_file, failed_there = outcome(staged(tmp_path, profile, as_parquet(rows)))
    assert (in_place, of_file.accepted, of_file.quarantined) == (counts, 4, 7)
    assert failed_there["evaluations.respondent.type"] == 5


def test_answers_are_pulled_from_a_database_of_another_encoding_as_they_are(postgres_url: str) -> None:
    url = encoded(postgres_url, "LATIN1")
    in_database(url, [answer("café-1", course="Één")])
    source = SOURCE.model_copy(update={"counted": False})
    with pull(url, source, CATALOGUE["evaluations"], YEAR, QUICK) as found:
        content = found.stream.read()
    assert "Één" in content.decode("utf-8")
    assert found.rows == 1
