"""Options that commands share, each as a decorator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from schemas.errors import KwaliteitsmonitorError

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings


Command = Callable[..., int | None]
"""A command with the options that it takes, each by its name; it gives the exit code, if that is not 0."""


@dataclass(frozen=True)
class WorkbookOptions:
    """Which workbook, in which language, and where to write it; an empty text is the usual one.

    `replace` says that a file that is there already may be written over.
    """

    unit: str = ""
    feed: str = ""
    period: str = ""
    language: str = ""
    to: str = ""
    replace: bool = False


@dataclass(frozen=True)
class SampleOptions:
    """Which sample is written into which folder.

    `responses` are the answers to evaluations over all years, `None` for the usual number. `years`, such as 2023-2024,
    or `cycle` say which years a plain sample is about; both may be empty.
    """

    folder: Path
    responses: int | None = None
    seed: int = 2020
    defects: bool = False
    replace: bool = False
    years: str = ""
    cycle: str = ""


class _Sample(TypedDict):
    """The options of a sample as click gives them; see `SampleOptions`."""

    folder: Path
    responses: int | None
    seed: int
    defects: bool
    replace: bool
    years: str
    cycle: str


def spoken(settings: Settings, language: str = "") -> str:
    """The language in which a command speaks: the one that is asked for, else the first of the profile."""
    return language or settings.profile.institution.languages[0]


def _language(settings: Settings, language: str) -> str:
    """The language of an error: that of the profile, also where it does not load, else English."""
    try:
        return spoken(settings, language)
    except KwaliteitsmonitorError:
        return language or settings.language or "en"


def language_option(command: Command) -> Command:
    """The option that says in which language a command speaks; empty for the first of the profile."""
    return click.option(
        "--language",
        default="",
        type=click.Choice(["nl", "en", ""]),
        metavar="nl|en",
        help="The language.  [default: the first of the profile]",
    )(command)


def settings_options(command: Command) -> Command:
    """The options that say whose data, from where and to where; they arrive as one `settings`."""

    @click.option("--institution", metavar="NAME|FOLDER", help="A profile that comes along, or a folder with one.")
    @click.option("--landing", metavar="URL", help="The landing zone: a folder, or an address as in docs/sources.md.")
    @click.option("--out", metavar="URL", help="Where everything is kept.  [default: data/<institution>]")
    @click.option("--debug", is_flag=True, help="Show the trace of an error.")
    @wraps(command)
    def with_settings(
        institution: str | None, landing: str | None, out: str | None, debug: bool, **options: object
    ) -> int | None:
        del debug  # looked at where errors end, in `pipelines.cli.commands`
        from kwaliteitsmonitor.foundation.errors.disk import storage_error
        from kwaliteitsmonitor.foundation.settings import Settings
        from pipelines.cli.misuse import of_path

        settings = Settings.from_environment(institution=institution or "", landing=landing or "", out=out or "")
        try:
            return command(settings=settings, **options)
        except (KwaliteitsmonitorError, OSError) as error:
            known = error if isinstance(error, KwaliteitsmonitorError) else of_path(error) or storage_error(error)
            if known is None:
                raise
            if known.nl:
                workbook = options.get("workbook")
                asked = workbook.language if isinstance(workbook, WorkbookOptions) else options.get("language")
                known.language = _language(settings, str(asked or ""))
            if known is error:
                raise
            raise known from error

    return with_settings


def workbook_options(command: Command) -> Command:
    """The options that say which workbook, in which language and where; they arrive as one `workbook`."""

    @click.option("--unit", default="", metavar="CODE", help="The faculty or institute; none for a central delivery.")
    @click.option("--feed", default="", metavar="ID", help="The feed.  [default: the one that units deliver]")
    @click.option("--period", default="", metavar="PERIOD", help="As 2019-2020.  [default: the newest of the cycle]")
    @language_option
    @click.option("--to", default="", metavar="FILE|FOLDER", help="Where to write it.  [default: the current folder]")
    @click.option("--replace", is_flag=True, help="Write over a file of that name.")
    @wraps(command)
    def with_workbook(
        unit: str, feed: str, period: str, language: str, to: str, replace: bool, **options: object
    ) -> int | None:
        return command(workbook=WorkbookOptions(unit, feed, period, language, to, replace), **options)

    return with_workbook


def sample_options(command: Command) -> Command:
    """The options that say which sample is written, and where; they arrive as one `sample`."""

    @click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="The folder to write into.")
    @click.option(
        "--responses", type=int, help="Answers to evaluations over all years.  [default: 200000, plain: 5000]"
    )
    @click.option("--seed", default=2020, show_default=True, help="Another seed, other people; the same totals.")
    @click.option("--defects", is_flag=True, help="Add the known set of defects.")
    @click.option("--replace", is_flag=True, help="Write over an earlier sample in that folder.")
    @click.option("--years", default="", metavar="YYYY[-YYYY]", help="Reporting years of a plain sample.")
    @click.option("--cycle", default="", metavar="YYYY-MM", help="A plain sample of what this cycle reads.")
    @wraps(command)
    def with_sample(institution: str | None, debug: bool, **options: Unpack[_Sample]) -> int | None:
        return command(institution=institution, debug=debug, sample=SampleOptions(**options))

    return with_sample
