"""The `finalise` command: sign the newest draft of a cycle off, if the gate allows."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from pipelines.cli.options import settings_options, spoken
from schemas.words import Words
from schemas.written import short_day

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings


@click.command()
@click.option("--cycle", required=True, metavar="YYYY-MM", help="The cycle, as 2021-03.")
@click.option("--role", required=True, metavar="ROLE", help="Who signs off: a role, such as 'board', not a name.")
@click.option("--reason", required=True, metavar="TEXT", help="Why: the decision, or what a correction puts right.")
@click.option("--date", "on", default="", metavar="YYYY-MM-DD", help="The day of the sign-off.  [default: today]")
@settings_options
def finalise(settings: Settings, cycle: str, role: str, reason: str, on: str) -> int:
    r"""Make the newest draft of a cycle final: signed off, write-protected, never replaced.

    It is allowed where everything required was delivered or waived, what needs a council's approval has it, no
    critical rule failed, and nothing was decided after the day of the sign-off. A correction afterwards is a new draft,
    by `run`, that counts once it is made final too; that release holds what it changes of the one before. Exit code 3:
    it is not allowed, and nothing was changed.

    \b
    Examples:
      kwaliteitsmonitor finalise --cycle 2021-03 --role board --reason "adopted in the meeting of 20 April"
      kwaliteitsmonitor finalise --cycle 2021-03 --role board --reason "FGW reported too few fte" --date 2021-06-01
    """
    from kwaliteitsmonitor.operations.copies.mirroring import mirrored_after
    from kwaliteitsmonitor.releases.format.reader import ReleaseReader
    from kwaliteitsmonitor.releases.signoff.signing import SignOff, draft_of
    from kwaliteitsmonitor.releases.signoff.signing import finalise as sign
    from pipelines.cli.run_summary import short

    profile, workspace = settings.profile, settings.workspace
    key = profile.cycle(cycle).key
    by = SignOff(
        _one_line(role, "--role"), _day(on, ZoneInfo(profile.institution.timezone)), _one_line(reason, "--reason")
    )
    draft = draft_of(workspace, key)
    made = sign(workspace, ReleaseReader(draft).profile(workspace), key, by)
    language = spoken(settings)
    click.echo(signed(f"{key} {made.path.name}", by.role, by.on, short(made.path)).in_language(language))
    if not_mirrored := mirrored_after(workspace, settings):
        click.echo(UNCOPIED.then(not_mirrored).in_language(language), err=True)
    return 0


UNCOPIED = Words(
    "De uitgave is er, maar is nog niet gekopieerd: ", "The release is there, and was not copied elsewhere yet: "
)


def signed(release: str, role: str, on: date, place: str) -> Words:
    """That a release is final, by which role and from which day, and where it is."""
    day = short_day(on)
    return Words(
        f"Uitgave {release} is definitief ({role}, {on.day}-{on.month}-{on.year}): {place}",
        f"Release {release} is final ({role}, {day.en}): {place}",
    )


def _one_line(text: str, option: str) -> str:
    """A role or reason on one line. Raises `UsageError` if it says nothing."""
    from schemas.errors import UsageError

    line = " ".join(text.split())
    if not line:
        raise UsageError("nothing is said", where=option, expected="words that a reader of the report understands")
    return line


def _day(text: str, zone: ZoneInfo) -> date:
    """The day of the sign-off, today unless it is named. Raises `UsageError` for one that is none or yet to come."""
    from schemas.errors import UsageError

    today = datetime.now(zone).date()
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no day", where="--date", expected="a day as 2021-04-20") from None
    if day > today:
        raise UsageError(f"{text} is yet to come", where="--date", expected="the day of the decision, or today")
    return day
