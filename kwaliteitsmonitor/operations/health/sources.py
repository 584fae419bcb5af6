"""What a cycle reads, reached now: the profile, the landing zone, each database; and the key for pseudonyms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from zoneinfo import ZoneInfo

from kwaliteitsmonitor.connectors.database import engine_for, only_reading
from kwaliteitsmonitor.connectors.database_errors import cause_of, worth_another_try
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.connectors.silence import SilentError, unless_silent
from kwaliteitsmonitor.foundation.retrying import Patience, TriedError, patiently
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.health.check import Looked, broken, from_error, guarded
from schemas.environment import PREFIX
from schemas.errors import KwaliteitsmonitorError
from schemas.profile.feeds import SqlSource
from schemas.words import FILES, Words, counted

PATIENCE = Patience(attempts=2, total=20.0)
"""A source that restarts is not broken; one that does not answer twice is."""
SILENCE = 30
"""Seconds in which a database that is well has answered that it is there."""
LANDING = Words("aanleverzone", "landing zone")
KEY = Words("sleutel voor pseudoniemen", "key for pseudonyms")


def look(settings: Settings) -> Iterator[Looked]:
    """The sources of a profile that was loaded, one after the other."""
    yield guarded("landing", LANDING, lambda: _landing(settings))
    yield from _databases(settings)
    yield guarded("key", KEY, lambda: _key(settings))


def _landing(settings: Settings) -> Looked:
    landing = Landing(settings.landing_url, settings.profile.institution.timezone, patience=PATIENCE)
    count, place = counted(len(landing.files()), FILES), settings.landing_url
    return Looked("landing", LANDING, Words(f"{count.nl} in {place}", f"{count.en} in {place}"))


def _databases(settings: Settings) -> Iterator[Looked]:
    by_name: dict[str, SqlSource] = {}
    for feed in settings.profile.feeds:
        by_name.update({s.connection: s for s in feed.sources if isinstance(s, SqlSource)})
    for name, source in sorted(by_name.items()):
        words = Words(f"database {name}", f"{name} database")
        yield guarded(f"database {name}", words, partial(_database, settings, source, words))


def _database(settings: Settings, source: SqlSource, words: Words) -> Looked:
    import sqlalchemy as sa

    id_ = f"database {source.connection}"
    feed = next(f for f in settings.profile.feeds if source in f.sources)
    engine = engine_for(settings.databases(feed)[source.connection], source)

    def ask(heard: Callable[[], None]) -> None:
        del heard  # it asks for one row
        with engine.connect() as connection:
            only_reading(connection).execute(sa.select(sa.literal(1)))

    try:
        patiently(lambda: unless_silent(ask, SILENCE), f"{source.connection} database", worth_another_try, PATIENCE)
    except TriedError as tried:
        if isinstance(tried.error, KwaliteitsmonitorError):
            return Looked(id_, words, problems=(from_error(id_, tried.error),))
        why = _why(tried.error)
        variable = f"{PREFIX}{source.connection.upper()}_URL"
        says = Words(
            f"De database {source.connection} antwoordt niet: {why.nl}",
            f"The {source.connection} database does not answer: {why.en}",
        )
        remedy = Words(
            f"Kijk naar {variable}, de rechten van de gebruiker en de server.",
            f"Check {variable}, the rights of its user, and the server.",
        )
        return Looked(id_, words, problems=(broken(id_, says, remedy),))
    return Looked(id_, words, Words("antwoordt", "answers"))


def _why(error: BaseException) -> Words:
    """Why a database does not answer."""
    if isinstance(error, SilentError):
        return Words(f"geen antwoord binnen {SILENCE} seconden", f"nothing within {SILENCE} seconds")
    return cause_of(error)


def _key(settings: Settings) -> Looked:
    """The key, which is looked at and never made: a workspace in which nothing ran yet has none and makes one."""
    file = settings.workspace.root / "pseudonym.key"
    is_set = settings.pseudonym_key is not None
    if not is_set and not file.is_file() and not settings.workspace.releases.is_dir():
        return Looked("key", KEY, Words("wordt door de eerste run gemaakt", "is made by the first run"))
    settings.read_pseudonym_key()
    return Looked("key", KEY, Words("uit de omgeving", "from the environment") if is_set else str(file))


def timezone(settings: Settings) -> Looked:
    """Whether the time zone of the institution is known here."""
    name = settings.profile.institution.timezone
    words = Words("tijdzone", "time zone")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        says = Words(f"De tijdzone {name} is hier niet bekend", f"The time zone {name} is not known here")
        remedy = Words("Installeer de tijdzones (tzdata).", "Install the time zones (tzdata).")
        return Looked("timezone", words, problems=(broken("timezone", says, remedy),))
    return Looked("timezone", words, name)
