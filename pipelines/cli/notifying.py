"""The `remind` command: which notices are due, what they say, and sending them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assets.notices.due import Notice
from assets.notices.ledger import Ledger
from assets.notices.sending import MAIL, NO_CHANNEL, Channels, Fate, Outcome, mailbox, planned, send, undelivered
from assets.notices.standing import Standing, parse_day, standing
from assets.notices.wording import asked, letter, matter
from assets.settings import Settings
from schemas.errors import UsageError
from schemas.profile import Profile

_FATES = {
    Fate.SENT: "verstuurd",
    Fate.EARLIER: "eerder verstuurd",
    Fate.WOULD_SEND: "zou verstuurd worden",
    Fate.NO_CHANNEL: "geen server genoemd",
    Fate.NO_ADDRESS: "geen adres",
    Fate.FAILED: "[red]niet verstuurd[/]",
}


def remind(settings: Settings, cycle: str, on: str, dry_run: bool) -> int:
    """Show the notices that are due on a day and, unless it is a dry run, send them.

    Raises `UsageError` where there is something to send and no server to send it by, `SourceError` where a server did
    not take what it was given.
    """
    profile = settings.profile
    key = profile.cycle(cycle)
    zone = ZoneInfo(profile.institution.timezone)
    moment = datetime.now(zone)
    day = parse_day(on, moment.date())
    channels = Channels.of(settings.environment)
    found = standing(settings, key, day, moment)
    ledger = Ledger(settings.workspace, key.key)
    sending = not dry_run and channels.any
    outcomes = (
        send(profile, found.notices, ledger, channels, lambda: datetime.now(zone))
        if sending
        else planned(profile, found.notices, ledger, channels)
    )
    console = Console()
    _show(console, profile, key.key, day, outcomes, found)
    if dry_run:
        _show_letters(console, profile, outcomes)
    if not channels.any:
        console.print(NO_CHANNEL, highlight=False, soft_wrap=True)
        if not dry_run and found.notices:
            raise UsageError("there is nothing to send notices by", remedy="Name a server, or ask for --dry-run.")
    undelivered(outcomes)
    return 0


def _show(
    console: Console, profile: Profile, cycle: str, day: date, outcomes: Sequence[Outcome], found: Standing
) -> None:
    for sentence in found.unknown.values():
        console.print(f"Geen berichten over / no notices about {sentence}", highlight=False, markup=False)
    if not outcomes:
        console.print(f"Geen berichten voor cyclus {cycle} op {_day(day)}.", highlight=False)
        return
    table = Table(
        "levering",
        "eenheid",
        "uiterlijk",
        "stand",
        "aan",
        "bericht",
        title=f"Berichten voor cyclus {cycle} op {_day(day)}",
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        collapse_padding=True,
    )
    for outcome in outcomes:
        notice = outcome.notice
        table.add_row(
            Text(asked(notice.feed, notice.expected.period).nl),
            Text(notice.unit),
            _day(notice.deadline),
            matter(notice).nl,
            Text(outcome.to or mailbox(profile, notice.unit)) if outcome.channel == MAIL else "Teams",
            _FATES[outcome.fate],
        )
    console.print(table)
    counts = Counter(outcome.fate for outcome in outcomes)
    console.print(", ".join(f"{n} {_FATES[fate]}" for fate, n in counts.items()), highlight=False)
    for sentence in dict.fromkeys(o.sentence for o in outcomes if o.sentence and o.fate is not Fate.FAILED):
        console.print(sentence, highlight=False, markup=False)


def _show_letters(console: Console, profile: Profile, outcomes: Sequence[Outcome]) -> None:
    """The text of every mail that would go out, or that would if there were a server or an address."""
    notices: list[Notice] = [o.notice for o in outcomes if o.channel == MAIL and o.fate is not Fate.EARLIER]
    for notice in notices:
        told = letter(profile, notice)
        console.rule(style="dim")
        console.print(f"Aan: {mailbox(profile, notice.unit) or '–'}", highlight=False, markup=False)
        console.print(f"Onderwerp: {told.subject}\n", highlight=False, markup=False, soft_wrap=True)
        console.print(told.text, highlight=False, markup=False, soft_wrap=True)


def _day(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"
