"""What keeps the workspace safe: the last backup and copy of releases, and the libraries that are installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kwaliteitsmonitor.foundation import maintenance_log as upkeep
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.health.check import Looked, Problem, attention, broken
from schemas.packages import ROOT
from schemas.words import Words

OLD = timedelta(days=8)
"""A backup is made every day; one that is older than a week, and a day to mend it, is told of."""
LOCK = ROOT / "requirements.lock"
TASKS = {
    upkeep.BACKUP: Words("reservekopie", "backup"),
    upkeep.MIRROR: Words("kopie van uitgaven", "copy of releases"),
}
LIBRARIES = Words("bibliotheken", "libraries")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
SHOWN = 5


def look(settings: Settings, now: datetime) -> Iterator[Looked]:
    """How the tasks stand that keep the workspace safe. What was never asked for, nor ever done, is not missed."""
    wanted = {upkeep.BACKUP: settings.backup, upkeep.MIRROR: settings.mirror}
    for task, name in TASKS.items():
        noted = upkeep.last(settings.workspace, task)
        if noted or wanted[task]:
            yield _task(task, name, noted or upkeep.Note(), now)


def _task(task: str, name: Words, noted: upkeep.Note, now: datetime) -> Looked:
    done = _moment(noted.done)
    detail = (
        Words(f"laatst op {done:%d-%m-%Y %H:%M}", f"last on {done:%Y-%m-%d %H:%M}")
        if done
        else Words("nog nooit", "never yet")
    )
    if noted.error:
        why = noted.why
        says = Words(f"De laatste {name.nl} is niet gelukt: {why.nl}", f"The last {name.en} did not go well: {why.en}")
        return Looked(task, name, detail, (_problem(task, says),))
    if done is None or now - done > OLD:
        since = f"{done:%d-%m-%Y}" if done else ""
        nl = f"De laatste {name.nl} is van {since}" if done else f"Er is nog geen {name.nl} gemaakt"
        en = f"The last {name.en} is of {done:%Y-%m-%d}" if done else f"No {name.en} was made yet"
        return Looked(task, name, detail, (_problem(task, Words(nl, en)),))
    return Looked(task, name, detail)


def _problem(task: str, says: Words) -> Problem:
    remedy = Words(
        f"Draai kwaliteitsmonitor {task} en kijk of het rooster ervan aan staat.",
        f"Run kwaliteitsmonitor {task} and see whether its timer is on.",
    )
    return broken(task, says, remedy)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def libraries(lock: Path = LOCK) -> Looked:
    """Whether the libraries that are installed are those of the lock; where that is not here, nothing is compared."""
    if not lock.is_file():
        return Looked("libraries", LIBRARIES, Words("het bestand met versies is er niet", "the lock is not here"))
    pins: dict[str, list[str]] = {}  # a package is there twice where another Python takes another version
    for package, wanted in _PIN.findall(lock.read_text(encoding="utf-8")):
        pins.setdefault(package, []).append(wanted)
    others = []
    for package, wanted in sorted(pins.items()):
        try:
            installed = version(package)
        except PackageNotFoundError:
            continue  # of an extra, or of another platform
        if installed not in wanted:
            others.append(f"{package} {installed} ({' or '.join(wanted)})")
    if not others:
        return Looked("libraries", LIBRARIES, Words(f"{len(pins)} zoals vastgelegd", f"{len(pins)} as in the lock"))
    named = ", ".join(others[:SHOWN]) + (" …" if len(others) > SHOWN else "")
    says = Words(
        f"{len(others)} bibliotheken zijn van een andere versie dan die waarmee is getest: {named}",
        f"{len(others)} libraries are of another version than was tested: {named}",
    )
    remedy = Words("Installeer opnieuw volgens requirements.lock.", "Install anew by requirements.lock.")
    return Looked("libraries", LIBRARIES, "", (attention("libraries", says, remedy),))
