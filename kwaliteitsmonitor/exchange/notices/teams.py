"""Notices in a channel of Microsoft Teams, by the webhook of a workflow that posts what it receives.

The address of the webhook is its own key; it comes from the environment (`KWALITEITSMONITOR_TEAMS_WEBHOOK`) and is not
shown. A card tells of one feed and period which units it is about, in Dutch and English, without cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack
from urllib.parse import urlsplit

from kwaliteitsmonitor.exchange.notices.schedule import Notice
from kwaliteitsmonitor.exchange.notices.wording import delivery_in_words, matter
from schemas.environment import PREFIX
from schemas.errors import SourceError, UsageError
from schemas.profile import Profile
from schemas.words import Words
from schemas.written import day_in_words

URL = f"{PREFIX}TEAMS_WEBHOOK"
TIMEOUT = 30.0
"""Seconds that the webhook may be silent."""
_NEAR = ("localhost", "127.0.0.1", "::1")


class _Look(TypedDict, total=False):
    size: str
    weight: str
    isSubtle: bool
    separator: bool


class TextBlock(_Look):
    """A paragraph of a card, and how it looks."""

    type: str
    text: str
    wrap: bool


class Fact(TypedDict):
    """A line of a `FactSet`."""

    title: str
    value: str


class FactSet(TypedDict):
    """Lines of two columns in a card."""

    type: str
    facts: list[Fact]


Card = TypedDict(
    "Card",
    {"$schema": str, "type": str, "version": str, "body": Sequence[TextBlock | FactSet], "msteams": dict[str, str]},
)
"""An Adaptive Card."""


class Attachment(TypedDict):
    """A card as a message holds it."""

    contentType: str
    contentUrl: None
    content: Card


class Message(TypedDict):
    """What the webhook takes."""

    type: str
    attachments: list[Attachment]


def checked(webhook: str) -> str:
    """The address of a webhook as given. Raises `UsageError`, without the address, if it is not one."""
    try:
        parts = urlsplit(webhook)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _NEAR)):
        raise UsageError(
            Words("het adres van de webhook van Teams klopt niet", "the webhook of Teams is not named rightly"),
            where=URL,
            expected=Words(
                "het https-adres dat de werkstroom in Teams toont", "the https address that the workflow in Teams shows"
            ),
        )
    return webhook


def card(profile: Profile, notices: Sequence[Notice]) -> Message:
    """The message of notices about one feed, period and moment: an Adaptive Card with a line for each unit."""
    first = notices[0]
    what = delivery_in_words(first.feed, first.expected.period)
    due, late = day_in_words(first.deadline), first.moment.after
    nl = f"De uiterste datum was {due.nl}." if late else f"Uiterlijk {due.nl}."
    en = f"The deadline was {due.en}." if late else f"Due by {due.en}."
    opening = ("Te laat", "overdue") if first.moment.after else ("Nog aan te leveren", "still to be delivered")
    institution = profile.institution
    body: list[TextBlock | FactSet] = [
        _text(f"{opening[0]} / {opening[1]}: {what.nl}", size="Medium", weight="Bolder"),
        _text(f"{institution.nl}, cyclus {first.cycle}. {nl}"),
        _text(f"{what.en}. {institution.en}, cycle {first.cycle}. {en}", isSubtle=True),
        {
            "type": "FactSet",
            "facts": [
                {"title": notice.unit or "–", "value": f"{matter(notice).nl} / {matter(notice).en}"}
                for notice in notices
            ],
        },
    ]
    return _message(body)


def letter_card(institution: str, heading: str, nl: Sequence[str], en: Sequence[str]) -> Message:
    """The message of a letter to the operators: a heading, and its paragraphs in Dutch and in English."""
    body = [
        _text(heading, size="Medium", weight="Bolder"),
        _text(institution, isSubtle=True),
        *(_text(paragraph) for paragraph in nl),
        *(_text(paragraph, isSubtle=True, separator=at == 0) for at, paragraph in enumerate(en)),
    ]
    return _message(body)


def _message(body: Sequence[TextBlock | FactSet]) -> Message:
    content: Card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "msteams": {"width": "Full"},
    }
    kind = "application/vnd.microsoft.card.adaptive"
    attachment: Attachment = {"contentType": kind, "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


def post(webhook: str, content: Message) -> None:
    """Hand a card to the webhook. Raises `SourceError`, without the address, if it is not taken."""
    import requests

    try:
        # A redirection is not followed: it would hand the card to another address than the one that was given.
        answer = requests.post(webhook, json=content, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        raise _refused(type(error).__name__) from None
    if not answer.ok or answer.is_redirect:
        raise _refused(str(answer.status_code))


def _refused(why: str) -> SourceError:
    return SourceError(
        Words(f"de webhook neemt het bericht niet aan ({why})", f"the webhook does not take the message ({why})"),
        where="Microsoft Teams",
        remedy=Words(
            f"Kijk naar {URL} en de werkstroom erachter; wat niet is geplaatst, wordt de volgende keer geplaatst.",
            f"Check {URL} and the workflow behind it; what was not posted is posted the next time.",
        ),
    )


def _text(text: str, **look: Unpack[_Look]) -> TextBlock:
    return {"type": "TextBlock", "text": text, "wrap": True, **look}
