"""Options that commands share, each as a decorator."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from schemas.errors import KwaliteitsmonitorError

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings


def spoken(settings: Settings, language: str = "") -> str:
    """The language in which a command speaks: the one that is asked for, else the first of the profile."""
    return language or settings.profile.institution.languages[0]


def _language(settings: Settings, language: str) -> str:
    """The language of an error: that of the profile, also where it does not load, else English."""
    try:
        return spoken(settings, language)
    except KwaliteitsmonitorError:
        return language or settings.language or "en"


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that says in which language a command speaks; empty for the first of the profile."""
    return click.option(
        "--language",
        default="",
        type=click.Choice(["nl", "en", ""]),
        metavar="nl|en",
        help="The language.  [default: the first of the profile]",
    )(command)


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say whose data, from where and to where; they arrive as one `settings`."""

    @click.option("--institution", metavar="NAME|FOLDER", help="A profile that comes along, or a folder with one.")
    @click.option("--landing", metavar="URL", help="The landing zone: a folder, or an address as in docs/sources.md.")
    @click.option("--out", metavar="URL", help="Where everything is kept.  [default: data/<institution>]")
    @click.option("--debug", is_flag=True, help="Show the trace of an error.")
    @wraps(command)
    def with_settings(
        institution: str | None, landing: str | None, out: str | None, debug: bool, **options: Any
    ) -> Any:
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
                known.language = _language(settings, options.get("language") or "")
            if known is error:
                raise
            raise known from error

    return with_settings
