"""The `query` command: an answer as CSV holds nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.release import publish
from pipelines.cli.query import answer
from schemas.exports.arrow import to_arrow
from tests.foundation.test_spreadsheet_text import RUN


def test_an_answer_as_csv_escapes_cells_that_a_spreadsheet_would_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(institution="leiden", out=str(tmp_path))
    common = {"cycle": "2021-03", "feed": "bfr", "required": True, "status": "rejected", "late": False}
    tables = {"delivery_status": to_arrow("delivery_status", [{**common, "reason_nl": text} for text in RUN])}
    publish(Workspace(tmp_path), settings.profile, settings.profile.cycle("2021-03"), tables, [], [])
    assert answer(settings, 'select reason_nl as "=x" from delivery_status', "csv") == 0
    header, *rows = csv.reader(io.StringIO(capsys.readouterr().out, newline=""))
    assert header == ["'=x"]
    assert [row[0] for row in rows] == [f"'{text}" for text in RUN]
