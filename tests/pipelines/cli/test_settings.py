"""The `settings` command: what is set here, without a secret, and what nothing reads."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kwaliteitsmonitor.foundation.settings_reference import variables
from pipelines.cli.commands import kwaliteitsmonitor
from pipelines.cli.settings import settings


def test_a_secret_is_said_to_be_there_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [v.name.replace("<CONNECTION>", "FINANCE") for v in variables() if v.secret]
    for name in secrets:
        monkeypatch.setenv(name, "smtp://me:planted-secret@example.nl")
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", "/srv/monitor")
    shown = CliRunner().invoke(settings, ["--all"]).output
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
