"""The `backup`, `restore` and `mirror` commands: where to, by the option or the settings."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from pipelines.cli.backup import backup, restore
from pipelines.cli.mirror import mirror
from schemas.errors import UsageError


def called(command: click.Command, *options: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, options)], standalone_mode=False)


@pytest.mark.parametrize(
    ("command", "variable", "sentence"),
    [
        (backup, "KWALITEITSMONITOR_BACKUP", "it is not said where the backup is"),
        (mirror, "KWALITEITSMONITOR_MIRROR", "it is not said where to"),
    ],
)
def test_a_place_is_named_by_the_option_or_the_settings(
    command: click.Command, variable: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--institution", "leiden", "--out", tmp_path / "absent"]
    error = called(command, *options).exception
    assert isinstance(error, UsageError)
    assert f"{variable}: {sentence}" in str(error)
    there = "there is nothing to" if command is mirror else "there is nothing to back up"
    assert there in str(called(command, "--to", tmp_path / "place", *options).exception)
    monkeypatch.setenv(variable, str(tmp_path / "place"))
    assert there in str(called(command, *options).exception)


def test_a_workspace_goes_out_is_read_over_and_comes_back(made_up_workspace: Path, tmp_path: Path) -> None:
    place = tmp_path / "backup"
    options = ["--out", made_up_workspace, "--to", place]
    first = called(backup, *options)
    assert first.output.startswith("Generation 1: "), first.output
    assert called(backup, *options).output.startswith("Nothing changed since generation 1 (")
    checked = called(backup, *options, "--check")
    assert (checked.return_value, "enerat" in checked.output) == (0, True)
    without = called(backup, *options, "--without-key", "--keep", "1")
    assert "1 older generations were removed." in without.output
    assert "The key for pseudonyms was left out" in without.output
    back = called(restore, "--from", place, "--out", tmp_path / "new")
    assert "Generation 2 of 'leiden'" in back.output
    assert "The key for pseudonyms was left out of the backup: set KWALITEITSMONITOR_PSEUDONYM_KEY" in back.output
    assert back.return_value == 0


def test_releases_are_copied_once_and_those_that_count_are_named(made_up_workspace: Path, tmp_path: Path) -> None:
    options = ["--out", made_up_workspace, "--to", tmp_path / "mirror"]
    assert "2021-03/v1 was copied." in called(mirror, *options).output
    again = called(mirror, *options)
    assert (again.return_value, "was copied" in again.output) == (0, False)
    assert "those that count: 2021-03/v1." in again.output
