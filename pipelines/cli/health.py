"""The `health` command: what is broken now, with a remedy for each thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.text import Text

from pipelines.cli.options import settings_options, spoken
from pipelines.cli.output import new_table, print_json
from schemas.words import Words

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings
    from kwaliteitsmonitor.operations.health.check import Looked

BROKEN = 1
"""The exit code that says that something is broken."""
_WORDS = {
    0: (Words("goed", "well"), "green"),
    1: (Words("let op", "attention"), "yellow"),
    2: (Words("kapot", "broken"), "bold red"),
}
_COLUMNS = (Words("wat", "what"), Words("stand", "state"), Words("bevinding", "finding"))


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--without-dagster", is_flag=True, help="Leave out daemons, schedules and runs.")
@settings_options
def health(settings: Settings, form: str, without_dagster: bool) -> int:
    r"""Say what is broken now, each with a sentence and what to do. It tells nobody else, and mends nothing.

    Looks at the profile, the disk and when it is full, the clock, the landing zone, each database, certificates that
    expire within 30 days, the key, who is told of failures, the last and the next cycle, the backup, the libraries, and
    Dagster's daemons, schedules and runs. Exit code 0: nothing is broken; 1: something is. The job `health` does the
    same every hour and sends mail.

    \b
    Examples:
      kwaliteitsmonitor health
      kwaliteitsmonitor health --format json
    """
    from kwaliteitsmonitor.operations.health.check import Weight, worst
    from kwaliteitsmonitor.operations.health.checks import as_json, examine
    from schemas.errors import KwaliteitsmonitorError

    try:
        now = datetime.now(ZoneInfo(settings.profile.institution.timezone))
    except KwaliteitsmonitorError:
        now = datetime.now().astimezone()  # the profile does not load, which is what will be said
    looks = examine(settings, now, None if without_dagster else _orchestration)
    if form == "json":
        print_json(as_json(looks, now), clean=partial(clean, settings))
    else:
        show(settings, looks)
    return BROKEN if worst(looks) is Weight.BROKEN else 0


def _orchestration(settings: Settings, now: datetime) -> Iterable[Looked]:
    """How Dagster stands. Its database is not made for it: where there is none, nothing runs by itself."""
    from kwaliteitsmonitor.operations.health.check import guarded
    from pipelines.daemons import DAEMONS

    looks: list[Looked] = []

    def look() -> Looked:
        from assets.common.resources import Institution
        from pipelines import daemons
        from pipelines.definitions import build_definitions
        from pipelines.instance import instance

        resource = Institution(institution=settings.institution, landing=settings.landing, out=settings.out)
        definitions = build_definitions(resource)
        names = [one.name for one in (*(definitions.schedules or ()), *(definitions.sensors or ()))]
        with instance(settings.workspace) as database:
            looks.extend(daemons.look(names, database, settings, now))
        return looks.pop(0)

    first = guarded("daemons", DAEMONS, look)
    return [first, *looks]


def show(settings: Settings, looks: Sequence[Looked]) -> None:
    """Print a line for each thing that was looked at, in the first language of the profile."""
    to = _language(settings)
    shown = new_table(*(column.in_language(to) for column in _COLUMNS))
    for look in looks:
        texts = [clean(settings, look.wording.in_language(to))] if look.detail and not look.problems else []
        for problem in look.problems:
            says = clean(settings, problem.says.in_language(to)).rstrip(".")
            texts.append(f"{says}. {clean(settings, problem.remedy.in_language(to))}")
        word, style = _WORDS[int(look.weight)]
        shown.add_row(Text(look.name.in_language(to)), Text(word.in_language(to), style=style), Text("\n".join(texts)))
    Console().print(shown)


def _language(settings: Settings) -> str:
    """The language to speak: that of the profile, also where it does not load, else Dutch."""
    from schemas.errors import KwaliteitsmonitorError

    try:
        return spoken(settings)
    except KwaliteitsmonitorError:
        return settings.language or "nl"


def clean(settings: Settings, text: str) -> str:
    """A text without any secret of the environment; its lines stay."""
    from kwaliteitsmonitor.exchange.notices.alerts import without_secrets

    return "\n".join(
        " " * (len(line) - len(line.lstrip())) + without_secrets(line, settings) for line in text.splitlines()
    )
