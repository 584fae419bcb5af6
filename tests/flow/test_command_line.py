"""The command line as a person uses it: what it shows, how it ends, and what it says when something is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.flow.conftest import Ran
from tests.sample_year import CYCLE, SampleYear, know


@pytest.fixture(autouse=True)
def wide_and_empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for name in os.environ:
        if name.startswith("KWALITEITSMONITOR_") and name != "KWALITEITSMONITOR_REPORTS":
            monkeypatch.delenv(name)


COMMANDS = ["sample", "run", "status", "query", "report", "explain", "diff", "verify", "finalise"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name: str, command: CommandLine) -> None:
    shown = command.output(name, "--help")
    assert f"kwaliteitsmonitor {name}" in shown
    assert "Example" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("run --cycle 2021-04", ["'2021-04' is geen cyclus", "2021-03"]),
        ("run --cycle maart", ["'maart' is geen cyclus"]),
        ("run --cycle 2021-03 --institution leidn", ["there is no institution 'leidn'", "'leiden'"]),
        ("run", ["--cycle"]),
        ("run --cycle 2021-03 --out s3://bucket/x", ["s3", "een map op deze machine"]),
        ("status --cycle 2019-10", ["'2019-10' is geen cyclus"]),
        ("status --cycle 2019-09 --feed bfrs", ["De levering 'bfrs' bestaat niet", "bfr"]),
        ("status --cycle 2021-03 --unit FGX", ["De eenheid 'FGX' bestaat niet"]),
        ("query select", ["there is no release to ask"]),
        ("sample --to x --responses 10", ["10"]),
        ("frobnicate", ["frobnicate"]),
    ],
)
def test_wrong_usage_is_one_sentence_and_ends_with_2(
    arguments: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: CommandLine
) -> None:
    monkeypatch.chdir(tmp_path)
    refusal = command.refusal(*arguments.split())
    assert all(word in refusal for word in words), refusal


def test_a_landing_zone_that_is_not_there_ends_with_4(tmp_path: Path, command: CommandLine) -> None:
    where = ("--landing", tmp_path / "nowhere", "--out", tmp_path / "out")
    refusal = command.refusal("run", "--cycle", CYCLE, *where, code=4)
    assert refusal.count("deze aanleverzone bestaat niet") == 1
    assert "Er is niets gepubliceerd" in refusal
    assert not (tmp_path / "out" / "releases").exists()


def test_a_run_shows_progress_both_tables_and_where_they_are_and_a_second_makes_no_new_release(
    ran: SampleYear, tmp_path: Path, command: CommandLine
) -> None:
    know(tmp_path, ran.workspace)
    where = ("--cycle", CYCLE, "--landing", ran.landing, "--out", tmp_path)
    first = command("run", *where)
    assert first.code == 0, first.err
    for step in ("staged/evaluations", "publication/release"):
        assert step in first.err
    shown = ("Tabel 1", "12 (+ 9 in traject)", "88,6%", "Tabel 2", "7.993", "-285", "Geen rijen apart gezet")
    for words in (*shown, "releases/2021-03/v1"):
        assert words in first.out
    assert "Geen nieuwe uitgave" not in first.out
    made, theirs = (out / "current" / CYCLE / "manifest.json" for out in (tmp_path, ran.workspace.root))
    assert made.read_bytes() == theirs.read_bytes(), "a run of Dagster makes the same bytes"
    again = command.output("run", *where)
    assert "Geen nieuwe uitgave" in again
    assert "releases/2021-03/v1" in again
    assert [path.name for path in (tmp_path / "releases" / CYCLE).iterdir()] == ["v1"]
    assert made.read_bytes() == theirs.read_bytes()


def test_a_blocked_run_ends_with_3_and_says_which_rules(
    ran_with_defects: Ran, tmp_path: Path, command: CommandLine
) -> None:
    know(tmp_path, ran_with_defects.workspace)
    ended = command("run", "--cycle", CYCLE, "--landing", ran_with_defects.landing, "--out", tmp_path)
    assert ended.code == 3
    # Of the known defects only a delivered total that does not add up makes the release itself untrue.
    assert "1 kritieke controle is niet gehaald: control_totals.delivered_total" in ended.err
    assert "Er is niets gepubliceerd en niets vervangen" in ended.err
    assert "Studieadviseurs!" in ended.out
    assert not (tmp_path / "current").exists()


def test_status_says_who_delivered_what(ran: SampleYear, ran_with_defects: Ran, command: CommandLine) -> None:
    assert "48 aangenomen" in command.output("status", "--cycle", CYCLE, "--out", ran.workspace.root)
    shown = command.output("status", "--cycle", CYCLE, "--out", ran_with_defects.workspace.root)
    for words in ("ontbreekt", "dubbel", "deels aangenomen", "nog geen uitgave"):
        assert words in shown


def test_before_any_run_status_says_what_is_expected_by_when(tmp_path: Path, command: CommandLine) -> None:
    shown = command.output("status", "--cycle", CYCLE, "--out", tmp_path / "new")
    for words in ("Er is nog niets opgehaald", "nog niet opgehaald", "31-12-2020"):
        assert words in shown
    assert not (tmp_path / "new").exists()


def test_a_query_reads_the_current_releases(ran: SampleYear, command: CommandLine) -> None:
    sql = "select printed_nl from indicator_values where indicator = 'bko_share' order by reporting_year"
    shown = command.output("query", "--out", ran.workspace.root, "--format", "csv", sql)
    assert shown == 'printed_nl\n"88,6%"\n"87,0%"\n'


@pytest.mark.parametrize("sql", ["", "   ", ";", "/* nothing but a remark */"])
def test_a_query_without_a_statement_is_wrong_usage(ran: SampleYear, sql: str, command: CommandLine) -> None:
    assert "the query is empty" in command.refusal("query", "--out", ran.workspace.root, sql)


def test_a_sample_does_not_write_over_what_is_not_a_sample(tmp_path: Path, command: CommandLine) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert "not a sample" in command.refusal("sample", "--to", tmp_path, "--replace")
    assert (tmp_path / "mine.txt").read_text() == "mine"
