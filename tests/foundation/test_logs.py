"""The log for machines: a line of JSON for each thing that a run did, where the settings say, and no person."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.errors.causes import chain
from kwaliteitsmonitor.foundation.logs import JsonLines, about, handler, line
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.metrics.records import read
from schemas.errors import UsageError
from tests.pipelines.conftest import Watched, watched  # noqa: F401 - a fixture
from tests.sample_year import SampleYear


def test_a_cycle_logs_each_delivery_with_its_feed_unit_and_counts_and_nobody(leiden_year: SampleYear) -> None:
    (file,) = (leiden_year.workspace.root / "logs").glob("*.jsonl")
    lines = [json.loads(text) for text in file.read_text(encoding="utf-8").splitlines()]
    assert all({"time", "level", "run", "job", "cycle", "message"} <= set(one) for one in lines)
    staged = [one for one in lines if one["message"] == "delivery staged" and one.get("feed") == "faculty_report"]
    assert {one["unit"] for one in staged} >= {"FGW", "LUMC"}
    assert all(len(one["delivery"]) == 12 and one["step"] == "stage_faculty_report" for one in staged)
    assert (lines[0]["message"], lines[-1]["message"]) == ("run begins", "run success")


def test_a_run_that_fails_is_recorded_and_logged_where_the_settings_say(
    watched: Watched,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def logged(to: str, folder: Path) -> list[dict[str, str]]:
        """The lines of a run with that setting: those in a folder, else those on the standard error."""
        monkeypatch.setenv("KWALITEITSMONITOR_LOG", to)
        capsys.readouterr()
        watched.run("take_up_bfr")
        texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.jsonl")] or [capsys.readouterr().err]
        return [json.loads(text) for text in "".join(texts).splitlines() if text.startswith('{"time"')]

    assert logged("none", watched.out / "logs") == []
    assert logged("stderr", watched.out / "logs")[0]["message"] == "run begins"
    elsewhere = watched.out.parent / "elsewhere"
    assert len(logged(str(elsewhere), elsewhere)) > 2
    errors = [one for one in logged("", watched.out / "logs") if one["level"] == "error"]
    assert "no database is named for 'finance'" in errors[0]["message"]
    assert errors[0]["feed"] == "bfr"
    recorded = {(made.job, made.outcome, made.release) for made in read(watched.workspace)}
    assert recorded == {("take_up_bfr", "failed", "")}
    with pytest.raises(UsageError, match="is no place for a log"):
        handler(Settings(log="half/a/path"))


def test_an_exception_is_named_by_its_kind_and_a_line_is_one_line() -> None:
    error = (ValueError, ValueError("Jan"), None)
    record = logging.LogRecord("pipelines", logging.WARNING, "", 0, "it\nfailed", None, error)
    with about(cycle="2021-03", delivery="d" * 64, unit=""):
        made = json.loads(JsonLines().format(record))
    assert (made["message"], made["level"], made["delivery"]) == ("it failed (ValueError)", "warning", "d" * 12)
    assert "unit" not in made
    plain = json.loads(line(datetime(2021, 3, 1, tzinfo=UTC), "INFO", "made", {"feed": "bfr"}, {"rows": 3}))
    assert (plain["feed"], plain["rows"]) == ("bfr", 3)


def test_an_error_and_what_it_came_from_are_given_each_once() -> None:
    first, second, third = ValueError(), OSError(), RuntimeError()
    first.__cause__, first.__context__ = second, third
    second.__context__ = third
    third.__context__ = first
    assert (list(chain(first)), list(chain(None))) == ([first, second, third], [])
