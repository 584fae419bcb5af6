"""Alerts to the operators: runs that failed, deliveries that are late and parts that are broken.

An alert goes out once by each channel that there is, like a notice to a unit; its key identifies it. If a server
refuses, it is tried again at the next look, for a week; then it lapses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from kwaliteitsmonitor.exchange.notices import mail, teams
from kwaliteitsmonitor.exchange.notices.ledger import Ledger
from kwaliteitsmonitor.exchange.notices.sending import MAIL, NOTHING, TEAMS, Channels, Fate, is_placeholder
from kwaliteitsmonitor.exchange.notices.wording import Letter, ruled
from kwaliteitsmonitor.foundation.settings import Settings
from schemas.errors import SourceError
from schemas.profile import Profile
from schemas.words import Words

LAPSES = timedelta(days=7)
"""An alert that no server took for so long lapses: what it is about has been seen by then, or is in the next one."""
_WHOLE = ("http://", "https://")
"""Addresses that are a secret as a whole: who has one can post to it."""
_HIDDEN = "…"


@dataclass(frozen=True)
class Alert:
    """A message to the operators: a subject, and paragraphs in both languages."""

    key: tuple[str, ...]
    subject: Words
    paragraphs: tuple[Words, ...]

    def entry(self) -> dict[str, str]:
        """What the ledger keeps of an alert that was sent."""
        return {"about": " ".join(self.key), "subject": self.subject.en}


@dataclass(frozen=True)
class AlertOutcome:
    """The outcome of sending an alert by a channel; if it was not sent, `sentence` says why."""

    alert: Alert
    channel: str
    fate: Fate
    to: str = ""
    sentence: Words = NOTHING


NOBODY = Words(
    "Zet een echt adres in profile.yaml (notices.operators, anders notices.contact); een adres onder .example is een "
    "voorbeeld.",
    "The operators have no mailbox in the profile: put a real one in profile.yaml (notices.operators, else "
    "notices.contact); an address under .example is a placeholder.",
)


def operators(profile: Profile) -> str:
    """The mailbox of the operators, empty if there is none: `notices.operators`, the contact, the owner."""
    institution = profile.institution
    owner = institution.owner if "@" in institution.owner else ""
    address = institution.notices.operators or institution.notices.contact or owner
    return "" if is_placeholder(address) else address


def letter(profile: Profile, alert: Alert) -> Letter:
    """An alert as it is read in a mail, Dutch first."""
    institution = profile.institution
    nl = "\n\n".join([institution.nl, *(paragraph.nl for paragraph in alert.paragraphs)])
    en = "\n\n".join([institution.en, *(paragraph.en for paragraph in alert.paragraphs)])
    return Letter(f"{alert.subject.nl} / {alert.subject.en}", ruled(nl, en))


def tell(
    profile: Profile, alerts: Sequence[Alert], ledger: Ledger, channels: Channels, now: Callable[[], datetime]
) -> list[AlertOutcome]:
    """Send alerts that were not sent before, and note each that was; nothing is raised for one that was not.

    Once a server or webhook cannot be reached, the rest of that channel waits for the next time as well.
    """
    if not alerts or not channels.any:
        return [AlertOutcome(alert, MAIL, Fate.NO_CHANNEL) for alert in alerts]
    with ledger.held():
        outcomes: list[AlertOutcome] = []
        if channels.server:
            outcomes.extend(_mailed(profile, alerts, ledger, channels.server, now))
        if channels.webhook:
            outcomes.extend(_posted(profile, alerts, ledger, channels.webhook, now))
        return outcomes


def failed(outcomes: Sequence[AlertOutcome]) -> str:
    """The sentences that say why alerts were not sent, each once; empty if all that could were."""
    return " ".join(dict.fromkeys(one.sentence.en for one in outcomes if one.fate is Fate.FAILED))


def _mailed(
    profile: Profile, alerts: Sequence[Alert], ledger: Ledger, server: mail.Server, now: Callable[[], datetime]
) -> list[AlertOutcome]:
    to = operators(profile)
    fresh = [alert for alert in alerts if not ledger.has(MAIL, alert)]
    outcomes = [AlertOutcome(alert, MAIL, Fate.EARLIER, to) for alert in alerts if alert not in fresh]
    if not to:
        return [*outcomes, *(AlertOutcome(alert, MAIL, Fate.NO_ADDRESS, sentence=NOBODY) for alert in fresh)]
    if not fresh:
        return outcomes
    waiting = list(fresh)
    try:
        with mail.connected(server) as post:
            for alert in fresh:
                written = mail.addressed(profile, alert, letter(profile, alert), to, now())
                post.send(written)
                ledger.note(MAIL, alert, now(), {"to": to, "message_id": written["Message-ID"]})
                waiting.remove(alert)
                outcomes.append(AlertOutcome(alert, MAIL, Fate.SENT, to))
    except SourceError as error:
        outcomes.extend(AlertOutcome(alert, MAIL, Fate.FAILED, to, error.in_words) for alert in waiting)
    return outcomes


def _posted(
    profile: Profile, alerts: Sequence[Alert], ledger: Ledger, webhook: str, now: Callable[[], datetime]
) -> list[AlertOutcome]:
    outcomes: list[AlertOutcome] = []
    trouble = NOTHING
    institution = f"{profile.institution.nl} / {profile.institution.en}"
    for alert in alerts:
        if ledger.has(TEAMS, alert):
            outcomes.append(AlertOutcome(alert, TEAMS, Fate.EARLIER))
            continue
        if trouble == NOTHING:
            heading = f"{alert.subject.nl} / {alert.subject.en}"
            nl, en = [p.nl for p in alert.paragraphs], [p.en for p in alert.paragraphs]
            try:
                teams.post(webhook, teams.letter_card(institution, heading, nl, en))
            except SourceError as error:
                trouble = error.in_words
        if trouble != NOTHING:
            outcomes.append(AlertOutcome(alert, TEAMS, Fate.FAILED, sentence=trouble))
        else:
            ledger.note(TEAMS, alert, now(), {})
            outcomes.append(AlertOutcome(alert, TEAMS, Fate.SENT))
    return outcomes


def without_secrets(text: str, settings: Settings) -> str:
    """A text on one line without any secret of the settings; of an address of a server, without its password."""
    hidden = {one for one in settings.secrets() if "://" not in one or one.startswith(_WHOLE)}
    for value in settings.by_name().values():
        try:
            password = urlsplit(value).password if "://" in value else None
        except ValueError:
            password = None
        if password:
            hidden |= {password, unquote(password)}
    clean = " ".join(text.split())
    for secret in sorted((one for one in hidden if len(one) > 3), key=len, reverse=True):
        clean = clean.replace(secret, _HIDDEN)
    return clean
