"""The `report` command, over a release on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from pipelines.cli.commands import kwaliteitsmonitor


@pytest.fixture
def out(leiden_release: ReleaseReader) -> Path:
    return leiden_release.folder.parents[2]


def run(out: Path, *arguments: str) -> int:
    return int(kwaliteitsmonitor.main(["report", "--institution", "leiden", "--out", str(out), *arguments]))


def test_it_writes_the_report_of_the_current_release(out: Path, tmp_path: Path) -> None:
    assert run(out, "--cycle", "2021-03", "--to", str(tmp_path / "new")) == 0
    text = (tmp_path / "new" / "leiden-2021-03.nl.html").read_text(encoding="utf-8")
    assert "<h1>Voortgangsrapportage kwaliteitsafspraken 2020</h1>" in text
    assert run(out, "--cycle", "2021-03", "--language", "en", "--to", str(tmp_path)) == 0
    assert 'lang="en' in (tmp_path / "leiden-2021-03.en.html").read_text(encoding="utf-8")


def test_a_file_that_is_there_is_kept_unless_told_otherwise(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = tmp_path / "leiden-2021-03.nl.html"
    theirs.write_text("edited")
    assert run(out, "--cycle", "2021-03", "--to", str(tmp_path)) == 2
    assert "--replace" in capsys.readouterr().err
    assert theirs.read_text() == "edited"
    assert run(out, "--cycle", "2021-03", "--to", str(tmp_path), "--replace") == 0
    assert theirs.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--cycle", "2021-05"), "there is no release of cycle 2021-05"),
        (("--cycle", "2021-04"), "'2021-04' is geen cyclus"),
        (("--cycle", "2021-03", "--language", "fr"), "there is no report in the language 'fr'; expected one of nl, en"),
        (("--cycle", "2021-03", "--form", "ppt"), "there is no form 'ppt' of a report; expected one of html, docx"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    out: Path, tmp_path: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(out, *arguments, "--to", str(tmp_path)) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_as_folder_is_refused(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("x")
    assert run(out, "--cycle", "2021-03", "--to", str(tmp_path / "taken")) == 2
    assert "this is no folder" in capsys.readouterr().err
