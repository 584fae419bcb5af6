"""The options that commands share: settings from them, and errors in the language of the institution."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.options import settings_options, spoken
from schemas.errors import UsageError
from schemas.words import Words


@click.command()
@settings_options
def command(settings: Settings) -> None:
    if settings.out == "full":
        Path("/dev/full").write_text("x")
    raise UsageError(Words("zo niet", "not so"))


def failed(*options: str) -> BaseException | None:
    return CliRunner().invoke(command, list(options)).exception


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "zo niet."),
        (["--institution", "no-such-profile"], "not so."),
        (["--out", "full"], "de schijf is vol"),
    ],
    ids=["the first language of the profile", "English where no profile says", "what the disk says"],
)
def test_an_error_is_said_in_the_language_of_the_institution(options: list[str], sentence: str) -> None:
    assert sentence in str(failed(*options))


def test_an_address_with_a_password_is_refused_before_the_command_begins() -> None:
    error = failed("--landing", "sftp://jan:geheim@host/zone")
    assert isinstance(error, UsageError)
    assert "geheim" not in str(error)


def test_a_command_speaks_the_language_of_its_option_or_the_first_of_the_profile() -> None:
    assert (spoken(Settings(), "en"), spoken(Settings())) == ("en", "nl")
