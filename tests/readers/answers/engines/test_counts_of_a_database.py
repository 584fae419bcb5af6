"""Answers that stay in a database: what travels, what is refused, and what is said of answers that are wrong."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.vault.store import kept
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import SourceError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Period, SqlSource
from tests.connectors.proxy import of_postgresql
from tests.readers.answering import NAMES, answer
from tests.readers.answers.engines.counting import SOURCE, in_database, outcome, pulled, staged

FEED = Feed(id="evaluations", nl="evaluaties", en="evaluations", period=Period.ACADEMIC_YEAR, sources=[SOURCE])


def query(text: str) -> SqlSource:
    return SqlSource(kind="sql", connection="evaluations", query=text, tables=["evaluations"], counted=True)


def test_only_counts_travel_the_same_bytes_in_any_order(postgres_url: str, profile: Profile) -> None:
    rows = [answer(f"R-{n}", score=1 + n % 2) for n in range(100)]
    in_database(postgres_url, rows)
    content = pulled(postgres_url, profile)
    table = pq.read_table(io.BytesIO(content))
    counted = [name for name in NAMES if name != "respondent"]
    assert table.column_names == [*counted, "answers", "without_respondent", "second_answers"]
    assert table.column("answers").to_pylist() == [50, 50]
    assert b"R-1" not in content
    assert b"open text" not in content
    in_database(postgres_url, rows[::-1])
    assert pulled(postgres_url, profile) == content


def test_what_is_wrong_is_told_by_values_and_number(postgres_url: str, profile: Profile, tmp_path: Path) -> None:
    rows = [answer(f"R-{n}", level="PhD") for n in range(3)]
    rows += [answer("R-9"), answer("R-9", question="TEACHING_METHODS "), answer(None), answer("R-8")]
    in_database(postgres_url, rows)
    found = staged(tmp_path, profile, pulled(postgres_url, profile), SOURCE)
    counts, tally, failed = outcome(found)
    assert (tally.received, tally.accepted, tally.quarantined) == (7, 2, 5)
    assert [row["answers"] for row in counts] == [2]
    told = {item.rule.removeprefix("evaluations."): item for item in found.quarantine}
    values = "answer to course, 2019-2020, FGW, 56034, Ba, C-101, teaching_methods"
    assert told["level.codes"].column == values.replace("answer to", "3 answers:").replace("Ba", "PhD")
    assert (told["level.codes"].found, told["one_answer"].found) == ("PhD", "***")
    assert told["respondent.required"].cell.endswith("; respondent")
    assert failed["evaluations.one_answer"] == 1
    assert "R-9" not in str(found.quarantine)


def test_a_query_that_would_write_is_refused_by_the_database(postgres_url: str, profile: Profile) -> None:
    in_database(postgres_url, [answer()])
    engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    body = "INSERT INTO answers (unit) VALUES (''x''); SELECT 1"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE OR REPLACE FUNCTION add_one() RETURNS int LANGUAGE sql AS '{body}'")
    columns = ", ".join(NAMES)
    source = query(f"SELECT {columns} FROM answers WHERE add_one() = 1 AND academic_year = :academic_year")
    with pytest.raises(SourceError, match=r"this connection only reads \(25006\)"):
        pulled(postgres_url, profile, source)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM answers").scalar_one() == 1


def test_a_query_takes_its_period_as_parameters_and_may_hold_percent_signs(postgres_url: str, profile: Profile) -> None:
    in_database(postgres_url, [answer(), answer("R-2", academic_year="2018-2019"), answer("R-3", course="x")])
    columns = ", ".join(f'{name} AS "{name.title()}"' for name in NAMES)
    text = f"SELECT {columns} FROM answers WHERE academic_year = :academic_year AND course LIKE 'C%';"
    table = pq.read_table(io.BytesIO(pulled(postgres_url, profile, query(text))))
    assert table.column("answers").to_pylist() == [1]


def test_a_connection_that_is_cut_is_begun_anew(postgres_url: str, profile: Profile) -> None:
    in_database(postgres_url, [answer(f"R-{n}", course=f"C-{n}") for n in range(4000)])
    whole = pulled(postgres_url, profile)
    with of_postgresql(postgres_url, 60_000, None) as proxy:
        address = sa.make_url(postgres_url).set(host="127.0.0.1", port=proxy.port, query={})
        assert pulled(address.render_as_string(hide_password=False), profile) == whole
        assert (proxy.connections, proxy.cut) == (2, 1)


def test_counts_are_kept_as_the_delivery(
    postgres_url: str, profile: Profile, workspace: Workspace, tmp_path: Path
) -> None:
    in_database(postgres_url, [answer("R-1"), answer("R-2")])
    (tmp_path / "landing").mkdir()
    landing = Landing(str(tmp_path / "landing"), "Europe/Amsterdam")
    found = collect(workspace, profile, profile.cycle("2021-03"), FEED, landing, {"evaluations": postgres_url})
    (delivery,) = [d for d in found if d.period == "2019-2020"]
    assert delivery.path == "evaluations/answers/2019-2020"
    content = kept(workspace, delivery.sha256).read_bytes()
    assert outcome(staged(tmp_path, profile, content, SOURCE))[1].received == 2
