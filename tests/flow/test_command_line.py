"""The command line as a person uses it: what it shows, how it ends, and what it says when something is wrong."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.cli.commands import kwaliteitsmonitor
from tests.flow.conftest import Ran
from tests.sample_year import CYCLE

PROGRAM = [sys.executable, "-m", "pipelines.cli"]


def call(*arguments: str) -> int:
    return int(kwaliteitsmonitor.main(list(arguments)))


def with_what_was_counted(ran: Ran, out: Path) -> None:
    """Have the answers known in a folder that were counted in another run: counting them has tests of its own."""
    shutil.copytree(ran.workspace.root / "evaluations", out / "evaluations")
    shutil.copy2(ran.workspace.root / "pseudonym.key", out)


@pytest.fixture(autouse=True)
def wide_and_empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for name in os.environ:
        if name.startswith("KWALITEITSMONITOR_") and name != "KWALITEITSMONITOR_REPORTS":
            monkeypatch.delenv(name)


COMMANDS = ["sample", "run", "status", "query", "report", "explain", "diff", "verify", "finalise"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(command, "--help") == 0
    said = capsys.readouterr().out
    assert f"kwaliteitsmonitor {command}" in said
    assert "Example" in said


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "--cycle", "2021-04"], 2, ["'2021-04' is geen cyclus", "2021-03"]),
        (["run", "--cycle", "maart"], 2, ["'maart' is geen cyclus"]),
        (["run", "--cycle", "2021-03", "--institution", "leidn"], 2, ["there is no institution 'leidn'", "'leiden'"]),
        (["run"], 2, ["--cycle"]),
        (["run", "--cycle", "2021-03", "--out", "s3://bucket/x"], 2, ["s3", "een map op deze machine"]),
        (["status", "--cycle", "2019-10"], 2, ["'2019-10' is geen cyclus"]),
        (["status", "--cycle", "2019-09", "--feed", "bfrs"], 2, ["De levering 'bfrs' bestaat niet", "bfr"]),
        (["query", "select 1"], 2, ["there is no release to ask"]),
        (["sample", "--to", "x", "--responses", "10"], 2, ["10"]),
        (["frobnicate"], 2, ["frobnicate"]),
    ],
)
def test_wrong_usage_is_one_sentence_and_ends_with_2(
    arguments: list[str],
    code: int,
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(*arguments) == code
    said = " ".join(capsys.readouterr().err.split())
    assert all(word in said for word in words), said
    assert "Traceback" not in said


def test_a_landing_zone_that_is_not_there_ends_with_4(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = call("run", "--cycle", CYCLE, "--landing", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out"))
    said = " ".join(capfd.readouterr().err.split())
    assert code == 4
    assert said.count("deze aanleverzone bestaat niet") == 1
    assert "Er is niets gepubliceerd" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out" / "releases").exists()


def test_a_run_shows_progress_both_tables_and_where_they_are(
    ran: Ran, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with_what_was_counted(ran, tmp_path)
    assert call("run", "--cycle", CYCLE, "--landing", str(ran.landing), "--out", str(tmp_path)) == 0
    said = capfd.readouterr()
    assert "staged/evaluations" in said.err
    assert "publication/release" in said.err
    shown = said.out
    assert "Tabel 1" in shown
    assert "12 (+ 9 in traject)" in shown
    assert "88,6%" in shown
    assert "Tabel 2" in shown
    assert "7.993" in shown
    assert "-285" in shown
    assert "Geen rijen apart gezet" in shown
    assert "releases/2021-03/v1" in shown
    assert "Geen nieuwe uitgave" not in shown
    made, theirs = (out / "current" / CYCLE / "manifest.json" for out in (tmp_path, ran.workspace.root))
    assert made.read_bytes() == theirs.read_bytes(), "a run of Dagster makes the same bytes"
    assert call("run", "--cycle", CYCLE, "--landing", str(ran.landing), "--out", str(tmp_path)) == 0
    again = capfd.readouterr().out
    assert "Geen nieuwe uitgave" in again
    assert "releases/2021-03/v1" in again


def test_a_blocked_run_ends_with_3_and_says_which_rules(
    ran_with_defects: Ran, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with_what_was_counted(ran_with_defects, tmp_path)
    code = call("run", "--cycle", CYCLE, "--landing", str(ran_with_defects.landing), "--out", str(tmp_path))
    said = capfd.readouterr()
    assert code == 3
    # Of the known defects only a delivered total that does not add up makes the release itself untrue.
    assert "1 kritieke controle is niet gehaald: control_totals.delivered_total" in said.err
    assert "Er is niets gepubliceerd en niets vervangen" in said.err
    assert "Studieadviseurs!" in said.out
    assert not (tmp_path / "current").exists()


def test_status_says_who_delivered_what(ran: Ran, ran_with_defects: Ran, capfd: pytest.CaptureFixture[str]) -> None:
    assert call("status", "--cycle", CYCLE, "--out", str(ran.workspace.root)) == 0
    assert "48 aangenomen" in capfd.readouterr().out
    assert call("status", "--cycle", CYCLE, "--out", str(ran_with_defects.workspace.root)) == 0
    shown = capfd.readouterr().out
    assert "ontbreekt" in shown
    assert "dubbel" in shown
    assert "deels aangenomen" in shown
    assert "nog geen uitgave" in shown


def test_a_query_reads_the_current_releases(ran: Ran, capfd: pytest.CaptureFixture[str]) -> None:
    sql = "select printed_nl from indicator_values where indicator = 'bko_share' order by reporting_year"
    assert call("query", "--out", str(ran.workspace.root), "--format", "csv", sql) == 0
    assert capfd.readouterr().out == 'printed_nl\n"88,6%"\n"87,0%"\n'


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "copy lineage to '/tmp/never.csv'",
        "selekt",
        "install httpfs",
        "set enable_external_access = true",
    ],
)
def test_a_query_can_read_releases_and_nothing_else(ran: Ran, sql: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert call("query", "--out", str(ran.workspace.root), sql) == 2
    assert "the query is not right" in capfd.readouterr().err
    assert not Path("/tmp/never.csv").exists()


@pytest.mark.parametrize("sql", ["", "   ", ";", "/* nothing but a remark */"])
def test_a_query_without_a_statement_is_wrong_usage(ran: Ran, sql: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert call("query", "--out", str(ran.workspace.root), sql) == 2
    assert "the query is empty" in capfd.readouterr().err


def test_a_sample_does_not_write_over_what_is_not_a_sample(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert call("sample", "--to", str(tmp_path), "--replace") == 2
    assert "not a sample" in capfd.readouterr().err
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_run_that_is_killed_leaves_the_release_and_can_be_run_again(ran: Ran, tmp_path: Path) -> None:
    with_what_was_counted(ran, tmp_path)
    command = [*PROGRAM, "run", "--cycle", CYCLE, "--landing", str(ran.landing), "--out", str(tmp_path)]
    for seconds in (2.0, 5.0):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        current = tmp_path / "current" / CYCLE
        assert not current.exists() or (current / "manifest.json").is_file()
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    release = (tmp_path / "current" / CYCLE).resolve()
    mine = (ran.workspace.current / CYCLE).resolve()
    assert (release / "manifest.json").read_bytes() == (mine / "manifest.json").read_bytes()
