"""Every environment variable that the code reads stands in one table, and that table in `docs/settings.md`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kwaliteitsmonitor.foundation.addresses import SETTINGS as LANDING
from kwaliteitsmonitor.foundation.settings_reference import in_force, settings_page, unknown, variables
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.packages import PACKAGES

ROOT = Path(__file__).resolve().parents[1]
IN_PARTS = {f"LANDING_{name}" for kind in LANDING.values() for name in kind} | {"LANDING_TENANT", "LANDING_KNOWN_HOSTS"}
"""Variables whose names the code puts together."""


def sources() -> str:
    return "\n".join(
        path.read_text(encoding="utf-8")
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.name != "settings_reference.py"
    )


def test_the_page_is_that_of_the_table() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page(), "run: make dictionary"


def test_every_variable_that_is_read_has_a_row() -> None:
    text = sources()
    read = set(re.findall(r"KWALITEITSMONITOR_([A-Z][A-Z_]*[A-Z])\b", text)) | IN_PARTS
    read |= set(re.findall(r"""PREFIX\}([A-Z][A-Z_]*[A-Z])["']""", text))
    of_options = ("RUN_",)
    asked = {f"KWALITEITSMONITOR_{name}": "x" for name in read if not name.startswith(of_options)}
    assert unknown(asked) == []


def test_every_row_is_read_somewhere() -> None:
    text = sources()
    for variable in variables():
        short = variable.name.removeprefix("KWALITEITSMONITOR_")
        if "<" in short or short in IN_PARTS or variable.name.startswith(("DAGSTER_SENSOR", "SSL_")):
            continue
        assert re.search(rf"\b{variable.name}\b|PREFIX\}}{short}\b", text), variable.name


def test_pages_name_no_variable_that_is_not_in_the_table() -> None:
    deployed = (path for path in (ROOT / "deploy").rglob("*.*") if path.is_file() and path.suffix != ".pyc")
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *deployed):
        named = set(re.findall(r"KWALITEITSMONITOR_[A-Z][A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8")))
        strange = {name for name, _ in unknown(dict.fromkeys(named, "x"))}
        assert {name for name in strange if not name.startswith("KWALITEITSMONITOR_RUN_")} == set(), page


def test_a_secret_is_said_to_be_there_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [v.name.replace("<CONNECTION>", "FINANCE") for v in variables() if v.secret]
    for name in secrets:
        monkeypatch.setenv(name, "smtp://me:planted-secret@example.nl")
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", "/srv/monitor")
    told = CliRunner().invoke(kwaliteitsmonitor, ["settings", "--all"])
    assert "planted-secret" not in told.output
    assert all(f"{name} = (set)" in told.output for name in secrets)
    assert "KWALITEITSMONITOR_OUT = /srv/monitor" in told.output
    assert "KWALITEITSMONITOR_CYCLE: not set; the open cycle" in told.output


def test_a_misspelt_variable_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_PSEUDONIM_KEY", "x" * 40)
    told = CliRunner().invoke(kwaliteitsmonitor, ["settings"], standalone_mode=False)
    assert "KWALITEITSMONITOR_PSEUDONIM_KEY is set, and nothing reads it." in told.output
    assert "Did you mean KWALITEITSMONITOR_PSEUDONYM_KEY?" in told.output
    assert told.return_value == 2


def test_a_variable_for_several_is_there_once_for_each() -> None:
    set_ = {
        "KWALITEITSMONITOR_FINANCE_URL": "x",
        "KWALITEITSMONITOR_EVASYS_URL": "y",
        "KWALITEITSMONITOR_SMTP_URL": "z",
    }
    names = [one.name for one in in_force(set_) if one.value]
    assert names == ["KWALITEITSMONITOR_EVASYS_URL", "KWALITEITSMONITOR_FINANCE_URL", "KWALITEITSMONITOR_SMTP_URL"]
