"""Which forms of the report a run makes is said once, and what is not made is refused before anything runs."""

from __future__ import annotations

import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.errors import UsageError
from schemas.report_forms import FORMS


@pytest.mark.parametrize(
    ("asked", "forms"),
    [("", FORMS), ("all", FORMS), ("none", ()), ("pdf,html", ("html", "pdf")), (" xlsx , ", ("xlsx",))],
)
def test_a_run_makes_the_forms_that_are_asked_for(
    asked: str, forms: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KWALITEITSMONITOR_REPORTS")
    assert Settings(reports=asked).report_forms == forms


@pytest.mark.parametrize("asked", ["odt", "html,odt", "none,html"])
def test_a_form_that_is_not_made_is_refused(asked: str) -> None:
    with pytest.raises(UsageError, match="there is no form"):
        _ = Settings(reports=asked).report_forms


def test_the_command_line_refuses_it_before_it_runs(capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    assert kwaliteitsmonitor.main(["run", "--cycle", "2021-03", "--reports", "odt", "--out", str(tmp_path)]) == 2
    assert "there is no form 'odt' of a report" in capsys.readouterr().err


def test_the_environment_says_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_REPORTS", "docx")
    assert Settings.from_environment().report_forms == ("docx",)
    assert Settings.from_environment(reports="pdf").report_forms == ("pdf",)
