"""The `health` command: each thing with a remedy, in the language of the institution, and exit code 1 for broken."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest

from pipelines.cli.health import BROKEN, clean
from tests.language.scanning import faults
from tests.pipelines.conftest import Watched


def test_a_program_reads_each_thing_with_its_remedy(watched: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    assert watched.call("health", "--format", "json", "--without-dagster") == BROKEN == 1
    by_id = {look["id"]: look for look in json.loads(capsys.readouterr().out)["looked_at"]}
    assert by_id["landing"]["outcome"] == "well"
    assert by_id["channels"]["problems"][0]["en"] == "Nobody is told when something goes wrong"
    assert all(problem["remedy_nl"] for look in by_id.values() for problem in look["problems"])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_speaks_the_first_language_of_the_institution(
    language: str, watched: Watched, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("KWALITEITSMONITOR_FINANCE_URL", f"sqlite:///{watched.out}.db")
    sqlite3.connect(f"{watched.out}.db").close()
    watched.rewrite("profile.yaml", "languages: [nl, en]", f"languages: [{language}]")
    watched.call("health")
    shown = capsys.readouterr().out
    assert len(shown.split()) > 50
    assert faults(re.sub(r"\w+_\w+|2020\.1", "", shown), language) == []


def test_a_profile_that_does_not_load_is_broken(watched: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    (watched.institution / "units.yaml").write_text("- id: [", encoding="utf-8")
    assert watched.call("health") == BROKEN
    assert "profiel" in capsys.readouterr().out


def test_lines_keep_their_indent_and_lose_their_secrets(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_LANDING_PASSWORD", "geheim77")
    assert clean(watched.settings, "one\n  two: geheim77  here") == "one\n  two: … here"
