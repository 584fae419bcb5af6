"""Report problems to the operators: once per problem as long as it lasts, and once when it is solved.

    notices/problems.json    the problems that last, by id: since when, and what they are

Problems that were found at the same time are one message. A dead daemon cannot report anything: a pulse goes out
whenever all is well (`KWALITEITSMONITOR_HEARTBEAT_URL`), and whoever receives it reports when it stops.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

from kwaliteitsmonitor.exchange.notices.alerts import Alert, AlertOutcome, tell, without_secrets
from kwaliteitsmonitor.exchange.notices.ledger import ALERTS, Ledger
from kwaliteitsmonitor.exchange.notices.sending import Channels, Fate
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace, replacing
from kwaliteitsmonitor.operations.health.certificates import HEARTBEAT
from kwaliteitsmonitor.operations.health.check import Problem
from schemas.errors import SourceError, UsageError
from schemas.words import Words
from schemas.written import short_day

TIMEOUT = 15.0
_WHERE = Words("Nu kijken: kwaliteitsmonitor health", "To look now: kwaliteitsmonitor health")


class Lasts(TypedDict):
    """A problem that lasts: the moment since when, and what it is."""

    since: str
    nl: str
    en: str


Lasting = dict[str, Lasts]
"""The problems that last, by id."""


def tell_of(
    settings: Settings, present: Sequence[Problem], channels: Channels, now: Callable[[], datetime]
) -> list[AlertOutcome]:
    """Report new and solved problems to the operators; nothing is raised if that fails.

    Problems stay open until their solution was reported; messages that no server took are sent again the next time.
    """
    workspace = settings.workspace
    lasting = read(workspace)
    present = [problem for problem in present if problem.alert]
    ids = {problem.id for problem in present}
    moment = now().isoformat(timespec="seconds")
    for problem in present:
        lasting.setdefault(problem.id, {"since": moment, "nl": problem.says.nl, "en": problem.says.en})
    solved = {id_: about for id_, about in lasting.items() if id_ not in ids}
    _write(workspace, lasting)
    alerts = [*_of_new(settings, present, lasting), *([_of_solved(settings, solved)] if solved else [])]
    outcomes = tell(settings.profile, alerts, Ledger(workspace, ALERTS), channels, now)
    if all(one.fate is not Fate.FAILED for one in outcomes if one.alert.key[0] == "solved"):
        _write(workspace, {id_: about for id_, about in lasting.items() if id_ in ids})
    return outcomes


def read(workspace: Workspace) -> Lasting:
    """The problems that last, as they were reported."""
    try:
        lasting = json.loads(_path(workspace).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return lasting if isinstance(lasting, dict) else {}


def _of_new(settings: Settings, present: Sequence[Problem], lasting: Lasting) -> list[Alert]:
    """A message per moment at which problems were first seen."""
    by_moment: dict[str, list[Problem]] = {}
    for problem in present:
        by_moment.setdefault(lasting[problem.id]["since"], []).append(problem)
    return [_broken(settings, since, problems) for since, problems in sorted(by_moment.items())]


def _broken(settings: Settings, since: str, together: Sequence[Problem]) -> Alert:
    clean = [Words(_clean(settings, p.says.nl), _clean(settings, p.says.en)) for p in together]
    subject = Words(f"Kapot: {clean[0].nl}", f"broken: {clean[0].en}")
    if len(together) > 1:
        subject = Words(f"{len(together)} dingen zijn kapot", f"{len(together)} things are broken")
    paragraphs = [
        Words(
            f"{sentence.nl.rstrip('.')}.\nWat te doen: {_clean(settings, problem.remedy.nl)}",
            f"{sentence.en.rstrip('.')}.\nWhat to do: {_clean(settings, problem.remedy.en)}",
        )
        for sentence, problem in zip(clean, together, strict=True)
    ]
    return Alert(("broken", since), _short(subject), (*paragraphs, _WHERE))


def _of_solved(settings: Settings, solved: Lasting) -> Alert:
    lines = [
        Words(
            f"- {_clean(settings, about['nl'])} (sinds {_since(about).nl})",
            f"- {_clean(settings, about['en'])} (since {_since(about).en})",
        )
        for about in solved.values()
    ]
    identity = tuple(f"{id_} {about['since']}" for id_, about in sorted(solved.items()))
    first = next(iter(solved.values()))
    subject = Words(f"Opgelost: {_clean(settings, first['nl'])}", f"solved: {_clean(settings, first['en'])}")
    if len(solved) > 1:
        subject = Words(f"Opgelost: {len(solved)} dingen", f"solved: {len(solved)} things")
    text = Words("\n".join(line.nl for line in lines), "\n".join(line.en for line in lines))
    opening = Words("Dit is niet meer zo:", "This is no longer so:")
    return Alert(("solved", *identity), _short(subject), (opening, text))


def _since(about: Lasts) -> Words:
    """Since when a problem lasted: its day and the time of the day."""
    moment = datetime.fromisoformat(about["since"])
    return short_day(moment.date()).then(f" {moment:%H:%M}")


def of_rehearsal(settings: Settings, cycle: str, run: str, failing: Sequence[Problem]) -> Alert:
    """What a rehearsal found that would fail."""
    opening = Words(
        f"De generale repetitie van cyclus {cycle} laat zien wat dan niet zou lukken:",
        f"The rehearsal of cycle {cycle} shows what would fail then:",
    )
    paragraphs = [
        Words(
            f"{_clean(settings, p.says.nl).rstrip('.')}.\nWat te doen: {_clean(settings, p.remedy.nl)}",
            f"{_clean(settings, p.says.en).rstrip('.')}.\nWhat to do: {_clean(settings, p.remedy.en)}",
        )
        for p in failing
    ]
    subject = Words(f"Repetitie van cyclus {cycle}: niet goed", f"rehearsal of cycle {cycle}: not well")
    again = f"kwaliteitsmonitor rehearse --cycle {cycle}"
    return Alert(
        ("rehearsal", cycle, run), subject, (opening, *paragraphs, Words(f"Opnieuw: {again}", f"Again: {again}"))
    )


def _clean(settings: Settings, text: str) -> str:
    return without_secrets(text, settings)


def _short(subject: Words, most: int = 110) -> Words:
    """A subject that fits a list of mails."""
    return Words(*(one if len(one) <= most else f"{one[: most - 1]}…" for one in (subject.nl, subject.en)))


def _write(workspace: Workspace, lasting: Lasting) -> None:
    if lasting or _path(workspace).is_file():
        with replacing(_path(workspace)) as partial:
            partial.write_text(json.dumps(lasting, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _path(workspace: Workspace) -> Path:
    return workspace.root / "notices" / "problems.json"


def pulse(settings: Settings) -> bool:
    """Say that all is well to whoever waits for it; false if nobody does.

    Raises `UsageError` if the address is none, and `SourceError`, without the address, if it does not answer.
    """
    import requests

    url = settings.heartbeat_url.get_secret_value()
    if not url:
        return False
    parts = urlsplit(url)
    near = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and near)):
        raise UsageError(
            Words("het adres voor het levensteken is geen adres", "the address for the pulse is none"),
            where=HEARTBEAT,
            expected=Words("een https-adres", "an https address"),
        )
    try:
        answer = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
        why = "" if answer.ok else str(answer.status_code)
    except requests.RequestException as error:
        why = type(error).__name__
    if why:
        raise SourceError(
            Words(f"het levensteken wordt niet aangenomen ({why})", f"the pulse is not taken ({why})"),
            where=HEARTBEAT,
            remedy=Words("Kijk naar het adres en de dienst erachter.", "Check the address and the service behind it."),
        )
    return True
