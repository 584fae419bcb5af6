"""Sending the notices that are due, each once by each channel, and saying what became of every one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from kwaliteitsmonitor.exchange.notices import mail, teams
from kwaliteitsmonitor.exchange.notices.ledger import Ledger
from kwaliteitsmonitor.exchange.notices.schedule import Notice
from kwaliteitsmonitor.foundation.settings import Settings
from schemas.errors import SourceError
from schemas.profile import Profile
from schemas.words import Words

MAIL = "mail"
TEAMS = "teams"


NOTHING = Words("", "")


class Fate(StrEnum):
    """What became of a notice."""

    SENT = "sent"
    EARLIER = "sent_earlier"
    WOULD_SEND = "would_send"
    NO_CHANNEL = "not_configured"
    NO_ADDRESS = "no_address"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """The outcome of sending a notice by a channel; if it was not sent, `sentence` says why."""

    notice: Notice
    channel: str
    fate: Fate
    to: str = ""
    sentence: Words = NOTHING


@dataclass(frozen=True)
class Channels:
    """By what notices go out: a mail server, a webhook, both or neither."""

    server: mail.Server | None = None
    webhook: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Channels:
        """The channels that the settings name. Raises `UsageError` if one is not named rightly."""
        smtp, webhook = settings.smtp_url.get_secret_value(), settings.teams_webhook.get_secret_value()
        return cls(mail.Server.of(smtp) if smtp else None, teams.checked(webhook) if webhook else "")

    @property
    def any(self) -> bool:
        """Whether there is a channel at all."""
        return self.server is not None or bool(self.webhook)


NO_ADDRESS = Words(
    "Een eenheid zonder postbus in het profiel krijgt geen mail, evenmin als een adres onder .example, dat een "
    "voorbeeld is. Zet echte adressen in units.yaml (contact) en profile.yaml (notices.contact).",
    "Who has no mailbox in the profile gets no mail, nor does an address under .example, which is a placeholder: "
    "put real ones in units.yaml (contact) and profile.yaml (notices.contact).",
)
NO_CHANNEL = Words(
    f"Er wordt niets verstuurd: {mail.URL} en {teams.URL} noemen geen mailserver en geen kanaal.",
    f"Nothing is sent: {mail.URL} and {teams.URL} name no mail server and no channel.",
)


def mailbox(profile: Profile, unit: str) -> str:
    """The mailbox to which notices about a unit go, or about the whole institution; empty if there is none."""
    own = next((u.contact for u in profile.units if u.id == unit), "")
    address = own or profile.institution.notices.contact
    return "" if is_placeholder(address) else address


def is_placeholder(address: str) -> bool:
    """Whether an address is one that nobody has replaced: under `.example`, a name that RFC 2606 keeps free."""
    return address.endswith(".example")


def send(
    profile: Profile, notices: Sequence[Notice], ledger: Ledger, channels: Channels, now: Callable[[], datetime]
) -> list[Outcome]:
    """Send notices that were not sent before, and note each that was; nothing is raised for one that was not.

    Once a server or webhook cannot be reached, the rest of that channel waits for the next time as well.
    """
    if not channels.any:
        return planned(profile, notices, ledger, channels)
    with ledger.held():
        mailed = _mailed(profile, notices, ledger, channels.server, now) if channels.server else ()
        posted = _posted(profile, notices, ledger, channels.webhook, now) if channels.webhook else ()
        return [*mailed, *posted]


def planned(profile: Profile, notices: Sequence[Notice], ledger: Ledger, channels: Channels) -> list[Outcome]:
    """What sending the notices now would do; nothing is sent and nothing is noted."""
    outcomes: list[Outcome] = []
    for notice in notices:
        to = mailbox(profile, notice.unit)
        if channels.server or not channels.webhook:
            if ledger.has(MAIL, notice):
                fate = Fate.EARLIER
            elif not to:
                fate = Fate.NO_ADDRESS
            else:
                fate = Fate.WOULD_SEND if channels.server else Fate.NO_CHANNEL
            outcomes.append(Outcome(notice, MAIL, fate, to, NO_ADDRESS if fate is Fate.NO_ADDRESS else NOTHING))
        if channels.webhook:
            fate = Fate.EARLIER if ledger.has(TEAMS, notice) else Fate.WOULD_SEND
            outcomes.append(Outcome(notice, TEAMS, fate))
    return outcomes


def undelivered(outcomes: Sequence[Outcome]) -> None:
    """Raise `SourceError` with what kept notices from being sent, if any were; they are tried the next time."""
    failed = [outcome for outcome in outcomes if outcome.fate is Fate.FAILED]
    if failed:
        reasons = list(dict.fromkeys(outcome.sentence for outcome in failed))
        nl, en = (" ".join(one.in_language(to) for one in reasons).rstrip(".") for to in ("nl", "en"))
        raise SourceError(
            Words(
                f"{len(failed)} van de {len(outcomes)} berichten zijn niet verstuurd. {nl}",
                f"{len(failed)} of {len(outcomes)} notices were not sent. {en}",
            )
        )


def _mailed(
    profile: Profile, notices: Sequence[Notice], ledger: Ledger, server: mail.Server, now: Callable[[], datetime]
) -> Iterator[Outcome]:
    trouble = NOTHING
    with ExitStack() as stack:
        post: mail.Post | None = None
        for notice in notices:
            to = mailbox(profile, notice.unit)
            if ledger.has(MAIL, notice):
                yield Outcome(notice, MAIL, Fate.EARLIER, to)
            elif not to:
                yield Outcome(notice, MAIL, Fate.NO_ADDRESS, sentence=NO_ADDRESS)
            elif trouble != NOTHING:
                yield Outcome(notice, MAIL, Fate.FAILED, to, trouble)
            else:
                try:
                    post = post or stack.enter_context(mail.connected(server))
                    letter = mail.message(profile, notice, to, now())
                    post.send(letter)
                except mail.RefusedError as error:
                    yield Outcome(notice, MAIL, Fate.FAILED, to, error.in_words)
                except SourceError as error:
                    trouble = error.in_words
                    yield Outcome(notice, MAIL, Fate.FAILED, to, trouble)
                else:
                    ledger.note(MAIL, notice, now(), {"to": to, "message_id": letter["Message-ID"]})
                    yield Outcome(notice, MAIL, Fate.SENT, to)


def _posted(
    profile: Profile, notices: Sequence[Notice], ledger: Ledger, webhook: str, now: Callable[[], datetime]
) -> Iterator[Outcome]:
    """A card for each feed, period and moment, with the units that were not in an earlier one."""
    trouble = NOTHING
    for _, same in groupby(notices, key=lambda n: (n.feed.id, n.expected.period, n.moment)):
        group = list(same)
        fresh = [notice for notice in group if not ledger.has(TEAMS, notice)]
        yield from (Outcome(notice, TEAMS, Fate.EARLIER) for notice in group if notice not in fresh)
        if not fresh:
            continue
        if trouble == NOTHING:
            try:
                teams.post(webhook, teams.card(profile, fresh))
            except SourceError as error:
                trouble = error.in_words
        if trouble != NOTHING:
            yield from (Outcome(notice, TEAMS, Fate.FAILED, sentence=trouble) for notice in fresh)
            continue
        for notice in fresh:
            ledger.note(TEAMS, notice, now(), {})
            yield Outcome(notice, TEAMS, Fate.SENT)
