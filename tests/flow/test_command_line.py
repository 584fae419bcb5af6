"""The command line as a person uses it: what it shows, how it ends, and what it says when something is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.flow.conftest import Ran
from tests.sample_year import CYCLE, SampleYear

COMMANDS = ["sample", "run", "status", "query", "report", "explain", "diff", "verify", "finalise"]


@pytest.fixture(autouse=True)
def wide_and_empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for name in os.environ:
        if name.startswith("KWALITEITSMONITOR_") and name != "KWALITEITSMONITOR_REPORTS":
            monkeypatch.delenv(name)


def test_every_command_explains_itself_with_an_example(command: CommandLine) -> None:
    for name in COMMANDS:
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


def test_a_run_shows_progress_and_both_tables_and_after_a_run_of_dagster_makes_no_new_release(
    own: SampleYear, command: CommandLine
) -> None:
    manifest = own.release / "manifest.json"
    before = manifest.read_bytes()
    ended = command("run", "--cycle", CYCLE, "--landing", own.landing, "--out", own.workspace.root)
    assert ended.code == 0, ended.err
    for step in ("staged/evaluations", "publication/release"):
        assert step in ended.err
    shown = ("Tabel 1", "12 (+ 9 in traject)", "88,6%", "Tabel 2", "7.993", "-285", "Geen rijen apart gezet")
    for words in (*shown, "Geen nieuwe uitgave", "releases/2021-03/v1"):
        assert words in ended.out
    assert [path.name for path in (own.workspace.root / "releases" / CYCLE).iterdir()] == ["v1"]
    assert manifest.read_bytes() == before


def test_a_blocked_run_ends_with_3_and_says_which_rules(ran_with_defects: Ran) -> None:
    ended = ran_with_defects.ended
    assert ended is not None
    assert ended.code == 3
    # Of the known defects only a delivered total that does not add up makes the release itself untrue.
    assert "1 kritieke controle is niet gehaald: control_totals.delivered_total" in ended.err
    assert "Er is niets gepubliceerd en niets vervangen" in ended.err
    assert "Studieadviseurs!" in ended.out
    assert not (ran_with_defects.workspace.root / "current").exists()


def test_status_says_who_delivered_what_and_before_any_run_what_is_expected_by_when(
    ran: SampleYear, ran_with_defects: Ran, tmp_path: Path, command: CommandLine
) -> None:
    places = {
        ran.workspace.root: ["48 aangenomen"],
        ran_with_defects.workspace.root: ["ontbreekt", "dubbel", "deels aangenomen", "nog geen uitgave"],
        tmp_path / "new": ["Er is nog niets opgehaald", "nog niet opgehaald", "31-12-2020"],
    }
    for out, words in places.items():
        shown = command.output("status", "--cycle", CYCLE, "--out", out)
        assert [word for word in words if word not in shown] == []
    assert not (tmp_path / "new").exists()


def test_a_query_reads_the_current_releases(ran: SampleYear, command: CommandLine) -> None:
    query = ("query", "--out", ran.workspace.root)
    sql = "select printed_nl from indicator_values where indicator = 'bko_share' order by reporting_year"
    assert command.output(*query, "--format", "csv", sql) == 'printed_nl\n"88,6%"\n"87,0%"\n'
    for nothing in ("", "   ", ";", "/* nothing but a remark */"):
        assert "the query is empty" in command.refusal(*query, nothing)
