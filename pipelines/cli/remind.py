"""The `remind` command: which notices are due, what they say, and sending them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from assets.status.notices import Standing, parse_day, standing
from kwaliteitsmonitor.exchange.notices.ledger import Ledger
from kwaliteitsmonitor.exchange.notices.schedule import Notice
from kwaliteitsmonitor.exchange.notices.sending import (
    MAIL,
    NO_ADDRESS,
    NO_CHANNEL,
    Channels,
    Fate,
    Outcome,
    mailbox,
    planned,
    send,
    undelivered,
)
from kwaliteitsmonitor.exchange.notices.wording import delivery_in_words, letter, matter
from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.options import spoken
from pipelines.cli.output import new_table
from schemas.errors import UsageError
from schemas.profile import Profile
from schemas.words import Words
from schemas.written import day_in_words, short_day

_FATES = {
    Fate.SENT: Words("verstuurd", "sent"),
    Fate.EARLIER: Words("eerder verstuurd", "sent earlier"),
    Fate.WOULD_SEND: Words("zou verstuurd worden", "would be sent"),
    Fate.NO_CHANNEL: Words("geen server genoemd", "no server named"),
    Fate.NO_ADDRESS: Words("geen adres", "no address"),
    Fate.FAILED: Words("[red]niet verstuurd[/]", "[red]not sent[/]"),
}
_COLUMNS = (
    Words("levering", "delivery"),
    Words("eenheid", "unit"),
    Words("uiterlijk", "deadline"),
    Words("stand", "state"),
    Words("aan", "to"),
    Words("bericht", "notice"),
)


def remind(settings: Settings, cycle: str, on: str, dry_run: bool) -> int:
    """Show the notices that are due on a day and, unless it is a dry run, send them.

    Raises `UsageError` if there is something to send and no server to send it by, `SourceError` if a server did
    not take what it was given.
    """
    profile = settings.profile
    key = profile.cycle_of_agreements(cycle)
    zone = ZoneInfo(profile.institution.timezone)
    moment = datetime.now(zone)
    day = parse_day(on, moment.date())
    channels = Channels.of(settings)
    due = standing(settings, key, day, moment)
    ledger = Ledger(settings.workspace, key.key)
    sending = not dry_run and channels.any
    outcomes = (
        send(profile, due.notices, ledger, channels, lambda: datetime.now(zone))
        if sending
        else planned(profile, due.notices, ledger, channels)
    )
    console = Console()
    _show(console, profile, key.key, day, outcomes, due)
    if dry_run:
        _show_letters(console, profile, outcomes)
    if not channels.any:
        console.print(NO_CHANNEL.in_language(spoken(settings)), highlight=False, soft_wrap=True)
        if not dry_run and due.notices:
            raise UsageError(
                "there is nothing to send notices by",
                remedy="Name a server, or ask for --dry-run.",
                nl="Er is niets om berichten mee te versturen. Noem een server, of vraag om --dry-run.",
            )
    undelivered(outcomes)
    return 0


def _show(
    console: Console, profile: Profile, cycle: str, day: date, outcomes: Sequence[Outcome], due: Standing
) -> None:
    to = profile.institution.languages[0]

    def say(nl: str, en: str) -> str:
        return Words(nl, en).in_language(to)

    for why in due.unknown.values():
        console.print(say(f"Geen berichten over {why.nl}", f"No notices about {why.en}"), highlight=False, markup=False)
    on = day_in_words(day)
    if not outcomes:
        none = say(f"Geen berichten voor cyclus {cycle} op {on.nl}.", f"No notices for cycle {cycle} on {on.en}.")
        console.print(none, highlight=False)
        return
    shown = new_table(
        *(column.in_language(to) for column in _COLUMNS),
        title=say(f"Berichten voor cyclus {cycle} op {on.nl}", f"Notices for cycle {cycle} on {on.en}"),
    )
    for outcome in outcomes:
        notice = outcome.notice
        shown.add_row(
            Text(delivery_in_words(notice.feed, notice.expected.period).in_language(to)),
            Text(notice.unit),
            short_day(notice.deadline).in_language(to),
            matter(notice).in_language(to),
            Text(outcome.to or mailbox(profile, notice.unit)) if outcome.channel == MAIL else "Teams",
            _FATES[outcome.fate].in_language(to),
        )
    console.print(shown)
    counts = Counter(outcome.fate for outcome in outcomes)
    console.print(", ".join(f"{n} {_FATES[fate].in_language(to)}" for fate, n in counts.items()), highlight=False)
    if Fate.NO_ADDRESS in counts:
        console.print(NO_ADDRESS.in_language(to), highlight=False, markup=False)


def _show_letters(console: Console, profile: Profile, outcomes: Sequence[Outcome]) -> None:
    """The text of every mail that would go out, or that would if there were a server or an address."""
    notices: list[Notice] = [o.notice for o in outcomes if o.channel == MAIL and o.fate is not Fate.EARLIER]
    for notice in notices:
        written = letter(profile, notice)
        console.rule(style="dim")
        to, subject = ("Aan", "Onderwerp") if profile.institution.languages[0] == "nl" else ("To", "Subject")
        console.print(f"{to}: {mailbox(profile, notice.unit) or '–'}", highlight=False, markup=False)
        console.print(f"{subject}: {written.subject}\n", highlight=False, markup=False, soft_wrap=True)
        console.print(written.text, highlight=False, markup=False, soft_wrap=True)
