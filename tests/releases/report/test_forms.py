"""Forms of the report: which are asked for, each in every language; and the command that writes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.forms import maker, rendered
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.errors import UsageError
from schemas.report_forms import FORMS
from tests.made_up import mean, profile
from tests.releases.report import by_hand
from tests.releases.report.releases import figure, spent

Capture = pytest.CaptureFixture[str]
Made = Callable[..., ReleaseReader]
WHO = profile(indicators=[mean()])


def test_every_form_in_every_language_has_its_name(release: Made) -> None:
    folder = release({"indicator_values": [figure(year=2019), figure()], "spending_overview": [spent(None, "1", "2")]})
    names = [f"report/made-up-2021-03.{language}.{form}" for language in ("nl", "en") for form in FORMS]
    assert [name for name, _ in rendered(WHO, folder)] == names


@pytest.mark.parametrize("form", FORMS)
def test_a_form_or_a_language_that_is_not_made_is_refused(form: str, release: Made) -> None:
    with pytest.raises(UsageError, match=r"language .?de"):
        maker(form)(replace(by_hand.report(), language=cast(Any, "de")))
    with pytest.raises(UsageError, match="no form 'odt'"):
        next(rendered(WHO, release({}), forms=[form, "odt"]))


@pytest.mark.parametrize(
    ("text", "forms"),
    [("", FORMS), ("all", FORMS), ("none", ()), ("pdf,html", ("html", "pdf")), (" xlsx , ", ("xlsx",))],
)
def test_a_run_makes_the_forms_asked_for(text: str, forms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KWALITEITSMONITOR_REPORTS")
    assert Settings(reports=text).report_forms == forms
    monkeypatch.setenv("KWALITEITSMONITOR_REPORTS", "docx")
    assert Settings.from_environment().report_forms == ("docx",)
    assert Settings.from_environment(reports="pdf").report_forms == ("pdf",)


@pytest.mark.parametrize("text", ["odt", "html,odt", "none,html"])
def test_a_form_that_is_not_made_is_refused_before_anything_runs(text: str, capsys: Capture, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no form"):
        _ = Settings(reports=text).report_forms
    assert kwaliteitsmonitor.main(["run", "--cycle", "2021-03", "--reports", text, "--out", str(tmp_path)]) == 2
    assert "there is no form" in capsys.readouterr().err


Run = Callable[..., int]


@pytest.fixture
def run(leiden_release: ReleaseReader) -> Run:
    """Runs the command over the release that counts, or another cycle, and gives its exit code."""
    out = ["--institution", "leiden", "--out", str(leiden_release.folder.parents[2])]
    return lambda to, *more, cycle="2021-03": kwaliteitsmonitor.main(
        ["report", *out, "--cycle", cycle, "--to", str(to), *more]
    )


def test_it_writes_the_report_and_keeps_a_file_that_is_there(run: Run, tmp_path: Path, capsys: Capture) -> None:
    page = tmp_path / "new" / "leiden-2021-03.nl.html"
    assert run(tmp_path / "new") == 0
    assert "<h1>Voortgangsrapportage kwaliteitsafspraken 2020</h1>" in page.read_text(encoding="utf-8")
    assert run(tmp_path, "--language", "en") == 0
    assert 'lang="en' in (tmp_path / "leiden-2021-03.en.html").read_text(encoding="utf-8")
    page.write_text("edited")
    assert run(tmp_path / "new") == 2
    assert ("--replace" in capsys.readouterr().err, page.read_text()) == (True, "edited")
    assert run(tmp_path / "new", "--replace") == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert run(page) == 2
    assert "this is no folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("cycle", "options", "why"),
    [
        ("2021-05", (), "there is no release of cycle 2021-05"),
        ("2021-04", (), "'2021-04' is geen cyclus"),
        ("2021-03", ("--language", "fr"), "there is no report in the language 'fr'; expected one of nl, en"),
        ("2021-03", ("--form", "ppt"), "there is no form 'ppt' of a report; expected one of html, docx"),
    ],
)
def test_what_is_not_there_is_said(
    run: Run, tmp_path: Path, cycle: str, options: Any, why: str, capsys: Capture
) -> None:
    assert run(tmp_path, *options, cycle=cycle) == 2
    assert why in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
