"""Everything that is looked at, in the order in which it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypedDict

from kwaliteitsmonitor.exchange.notices.alerts import NOBODY, operators
from kwaliteitsmonitor.exchange.notices.sending import Channels
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.health import calendar, certificates, disk, sources, upkeep
from kwaliteitsmonitor.operations.health.check import Looked, broken, guarded
from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words

PROFILE = Words("profiel", "profile")
CHANNELS = Words("berichten", "messages")
Orchestration = Callable[[Settings, datetime], Iterable[Looked]]
"""Looks at what runs the pipeline: daemons, schedules, runs."""


class ProblemRecord(TypedDict):
    """A problem, for a program."""

    id: str
    weight: str
    nl: str
    en: str
    remedy_nl: str
    remedy_en: str


class LookRecord(TypedDict):
    """What was looked at, for a program."""

    id: str
    nl: str
    en: str
    outcome: str
    detail: str
    problems: list[ProblemRecord]


class HealthRecord(TypedDict):
    """Everything that was looked at, for a program."""

    moment: str
    looked_at: list[LookRecord]


def examine(settings: Settings, now: datetime, orchestration: Orchestration | None = None) -> list[Looked]:
    """Look at everything, now. If the profile does not load, that is all there is to say.

    `orchestration` looks at Dagster; without it that is left out.
    """
    loaded = guarded("profile", PROFILE, lambda: Looked("profile", PROFILE, _version(settings)))
    if loaded.problems:
        return [loaded]
    return [loaded, *_rest(settings, now, orchestration)]


def _version(settings: Settings) -> Words:
    profile, version = settings.profile.id, settings.profile.institution.profile_version
    return Words(f"{profile}, versie {version}", f"{profile}, version {version}")


def _rest(settings: Settings, now: datetime, orchestration: Orchestration | None) -> Iterator[Looked]:
    profile = settings.profile
    yield sources.timezone(settings)
    try:
        workspace = settings.workspace
    except KwaliteitsmonitorError:
        yield guarded("disk", disk.NAME, lambda: disk.look(settings.workspace, now.date()))
        return
    yield guarded("disk", disk.NAME, lambda: disk.look(workspace, now.date()))
    yield guarded("clock", calendar.CLOCK, lambda: calendar.clock(workspace, now))
    yield from sources.look(settings)
    yield guarded("certificates", certificates.NAME, lambda: certificates.look(certificates.endpoints(settings), now))
    yield guarded("channels", CHANNELS, lambda: _channels(settings))
    yield guarded("last_cycle", calendar.LAST, lambda: calendar.last(workspace, profile, now.date()))
    yield guarded("next_cycle", calendar.NEXT, lambda: calendar.following(profile, now.date()))
    yield from upkeep.look(settings, now)
    yield guarded("libraries", upkeep.LIBRARIES, upkeep.libraries)
    if orchestration is not None:
        yield from orchestration(settings, now)


def _channels(settings: Settings) -> Looked:
    """Check that alerts reach someone when something goes wrong."""
    channels = Channels.of(settings)
    remedy = Words(
        "Noem een mailserver (KWALITEITSMONITOR_SMTP_URL) of een kanaal (KWALITEITSMONITOR_TEAMS_WEBHOOK).",
        "Name a mail server (KWALITEITSMONITOR_SMTP_URL) or a channel (KWALITEITSMONITOR_TEAMS_WEBHOOK).",
    )
    if not channels.any:
        says = Words("Niemand krijgt bericht als er iets misgaat", "Nobody is told when something goes wrong")
        return Looked("channels", CHANNELS, "", (broken("channels", says, remedy),))
    to = operators(settings.profile)
    if channels.server is not None and not to:
        says = Words(
            "Wie de pijplijn draait heeft geen mailadres in het profiel", "Who runs the pipeline has no mailbox"
        )
        return Looked("channels", CHANNELS, "", (broken("channels", says, NOBODY),))
    names = [
        *([Words(f"mail aan {to}", f"mail to {to}")] if channels.server else []),
        *([Words("Teams", "Teams")] if channels.webhook else []),
    ]
    return Looked("channels", CHANNELS, Words(", ".join(one.nl for one in names), ", ".join(one.en for one in names)))


def as_json(looks: Iterable[Looked], now: datetime) -> HealthRecord:
    """What was found, for a program: the moment, and of each look its outcome, detail and problems."""
    return {
        "moment": now.isoformat(timespec="seconds"),
        "looked_at": [
            {
                "id": look.id,
                "nl": look.name.nl,
                "en": look.name.en,
                "outcome": look.weight.name.lower(),
                "detail": look.wording.en,
                "problems": [
                    {
                        "id": problem.id,
                        "weight": problem.weight.name.lower(),
                        "nl": problem.says.nl,
                        "en": problem.says.en,
                        "remedy_nl": problem.remedy.nl,
                        "remedy_en": problem.remedy.en,
                    }
                    for problem in look.problems
                ],
            }
            for look in looks
        ],
    }
