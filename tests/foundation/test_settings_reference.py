"""Every variable stands in one table, which is the page of settings and what `kwaliteitsmonitor settings` shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kwaliteitsmonitor.foundation.addresses import SETTINGS as LANDING
from kwaliteitsmonitor.foundation.settings_reference import in_force, settings_page, unknown, variables
from kwaliteitsmonitor.foundation.variables import Variables, rows
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.environment import PREFIX
from schemas.packages import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
OPENING = {name.lower() for kind in LANDING.values() for name in kind} | {"tenant", "known_hosts"}
"""What opens a server, by the last part of the variable: taken by name where the server is opened."""
OF_LIBRARIES = ("dagster_sensor_timeout", "ssl_cert_file")
"""What Dagster and OpenSSL read themselves."""


def sources() -> str:
    paths = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.name != "variables.py")


def strange(text: str) -> set[str]:
    """The variables that a text names and the table does not have, but for those of options."""
    named = re.findall(r"KWALITEITSMONITOR_[A-Z][A-Z_]*[A-Z]\b", text)
    return {name for name, _ in unknown(dict.fromkeys(named, "x")) if not name.startswith(f"{PREFIX}RUN_")}


def test_the_page_is_that_of_the_table() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page(), "run: make dictionary"


def test_every_variable_that_is_named_is_in_the_table_and_every_one_of_the_table_is_read() -> None:
    text = sources()
    assert strange(re.sub(r"\{PREFIX\}", PREFIX, text)) == set()
    for name, _ in rows(Variables):
        of_a_server = name.partition("_")[0] in ("landing", "backup", "mirror") and name.partition("_")[2] in OPENING
        if name not in OF_LIBRARIES and not of_a_server:
            assert re.search(rf"\b(settings|self|Settings\(\))\.{name}\b", text), name
    deployed = [path for path in (ROOT / "deploy").rglob("*.*") if path.is_file() and path.suffix != ".pyc"]
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *deployed):
        assert strange(page.read_text(encoding="utf-8")) == set(), page


def test_a_secret_is_said_to_be_there_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [v.name.replace("<CONNECTION>", "FINANCE") for v in variables() if v.secret]
    for name in secrets:
        monkeypatch.setenv(name, "smtp://me:planted-secret@example.nl")
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", "/srv/monitor")
    shown = CliRunner().invoke(kwaliteitsmonitor, ["settings", "--all"]).output
    assert "planted-secret" not in shown
    assert all(f"{name} = (set)" in shown for name in secrets)
    assert "KWALITEITSMONITOR_OUT = /srv/monitor" in shown
    assert "KWALITEITSMONITOR_CYCLE: not set; the open cycle" in shown


def test_a_misspelt_variable_is_noticed_and_that_of_an_option_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_PSEUDONIM_KEY", "x" * 40)
    monkeypatch.setenv("KWALITEITSMONITOR_RUN_CYCLE", "2021-03")
    result = CliRunner().invoke(kwaliteitsmonitor, ["settings"], standalone_mode=False)
    assert "KWALITEITSMONITOR_PSEUDONIM_KEY is set, and nothing reads it." in result.output
    assert "Did you mean KWALITEITSMONITOR_PSEUDONYM_KEY?" in result.output
    assert result.output.count("nothing reads it") == 1
    assert result.return_value == 2


def test_a_variable_for_several_is_there_once_for_each() -> None:
    environment = {f"{PREFIX}{name}_URL": "x" for name in ("FINANCE", "EVASYS", "SMTP")}
    names = [one.name for one in in_force(environment) if one.value]
    assert names == ["KWALITEITSMONITOR_EVASYS_URL", "KWALITEITSMONITOR_FINANCE_URL", "KWALITEITSMONITOR_SMTP_URL"]
