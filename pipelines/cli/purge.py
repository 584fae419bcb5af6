"""The `purge` command: removing deliveries that are past the time for which they are kept."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from pipelines.cli.options import settings_options
from schemas.words import FILES, Words, counted

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings
    from kwaliteitsmonitor.operations.retention.due import Batch
    from kwaliteitsmonitor.operations.retention.removal import Due


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be removed; remove nothing.")
@click.option(
    "--before", "before", default="", metavar="YYYY-MM-DD", help="What ran out before this day.  [default: today]"
)
@click.option("--yes", is_flag=True, help="Do not ask: remove.")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True, help="The language.")
@settings_options
def purge(settings: Settings, dry_run: bool, before: str, yes: bool, language: str) -> int:
    r"""Remove deliveries that are past the years for which `retention` in the profile has them kept.

    What goes are their bytes, what was set aside of them, their counts, and the tables between the steps of the cycles
    that read them. Releases, lineage, hashes and receipts stay: `explain` still names file, sheet and cell, and
    `verify` says since when a release cannot be computed again. What a coming cycle reads is not removed. It cannot be
    undone; a register of what went, when and why is in delivered/removed.jsonl.

    \b
    Examples:
      kwaliteitsmonitor purge --dry-run
      kwaliteitsmonitor purge --dry-run --before 2028-01-01
      kwaliteitsmonitor purge --yes
    """
    from kwaliteitsmonitor.operations.retention.removal import demand_recent, due, remove
    from schemas.errors import UsageError

    profile, workspace = settings.profile, settings.workspace
    today = datetime.now(ZoneInfo(profile.institution.timezone)).date()
    day = _day(before, today)
    if day > today and not dry_run:
        raise UsageError(
            f"{day.isoformat()} is yet to come",
            where="--before",
            expected="today or a day before it",
            remedy="With --dry-run any day may be looked at.",
        )
    if not before and not dry_run:
        demand_recent(workspace, today)
    removable = due(workspace, profile, day)
    for line in _lines(removable, day):
        click.echo(line.in_language(language))
    if dry_run or not (removable.past or removable.unfinished or removable.strays):
        return 0
    if not yes:
        _ask(language)
    gone = remove(workspace, profile, day, today)
    count = counted(gone.files, FILES)
    size = _size(gone.size)
    click.echo(Words(f"Verwijderd: {count.nl}, {size.nl}.", f"Removed: {count.en}, {size.en}.").in_language(language))
    backups = Words(
        "Reservekopieën houden wat hier weg is tot ze vervangen zijn, en de aanleverzone wat er nog staat.",
        "Backups hold what is gone here until they rotate, and the landing zone what still stands there.",
    )
    click.echo(backups.in_language(language))
    return 0


def _lines(removable: Due, day: date) -> list[Words]:
    """What there is to remove and what is held back, a line each."""
    lines = [_line(batch) for batch in removable.past]
    lines += [
        Words(
            f"blijft, want cyclus {batch.read_by} leest het: {_name(batch)}",
            f"stays, for cycle {batch.read_by} reads it: {_name(batch)}",
        )
        for batch in removable.held
    ]
    if removable.unfinished:
        left = counted(len(removable.unfinished), FILES)
        lines.append(Words(f"af te maken: {left.nl} van een eerdere keer", f"to finish: {left.en} of an earlier time"))
    if removable.strays:
        left = counted(len(removable.strays), FILES)
        lines.append(Words(f"zonder ontvangst: {left.nl}", f"without a receipt: {left.en}"))
    resting = sorted({name for batch in removable.past for name in batch.releases})
    if resting:
        names = ", ".join(resting)
        lines.append(
            Words(
                f"Niet meer opnieuw te berekenen daarna: {names}. Wat gepubliceerd is, blijft.",
                f"Not to be computed again after that: {names}. What was published stays.",
            )
        )
    if not removable.past and not removable.unfinished and not removable.strays:
        lines.append(
            Words(f"Er is niets te verwijderen op {_spoken(day)}.", f"There is nothing to remove on {day.isoformat()}.")
        )
    return lines


def _line(batch: Batch) -> Words:
    assert batch.until is not None  # noqa: S101 - for the type checker: it is past
    files, size = counted(len(batch.files), FILES), _size(batch.size)
    return Words(
        f"{_name(batch)}: {files.nl}, {size.nl}, bewaard tot en met {_spoken(batch.until)}",
        f"{_name(batch)}: {files.en}, {size.en}, kept until {batch.until.isoformat()}",
    )


def _name(batch: Batch) -> str:
    return f"{batch.feed} {batch.period}".rstrip()


def _spoken(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"


def _size(size: int) -> Words:
    """So many bytes in megabytes, one decimal, at least a tenth where there is anything."""
    tenths = -(-size // 100_000)
    whole, part = divmod(tenths, 10)
    return Words(f"{whole},{part} MB", f"{whole}.{part} MB")


def _ask(language: str) -> None:
    """Ask whether it is meant. Raises `UsageError` if nobody is there to answer, or the answer is no."""
    from schemas.errors import UsageError

    question = Words("Dit kan niet ongedaan worden gemaakt. Verwijderen?", "This cannot be undone. Remove?")
    answered = sys.stdin.isatty() and click.confirm(question.in_language(language), default=False)
    if not answered:
        raise UsageError(
            "nothing was removed",
            where="purge",
            expected="a yes to the question, or --yes",
            remedy="It cannot be undone: look at it with --dry-run first.",
        )


def _day(text: str, today: date) -> date:
    """The day that is meant. Raises `UsageError` if it is none."""
    from schemas.errors import UsageError

    try:
        return date.fromisoformat(text) if text else today
    except ValueError:
        raise UsageError(f"'{text}' is no day", where="--before", expected="a day as 2028-01-01") from None
