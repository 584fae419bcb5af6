"""What of a workspace belongs in a backup, and in which order it is read while a run may go on.

All of it does, but for what is made again by itself: whatever is added to a workspace later is in the backup unless it
is named here. A run only adds: it never alters a release, a profile or bytes received, and puts there first what
something else will name. So what names is read before what is named: the links, then the releases, then the receipts
and the memory of what was shown, and then the bytes received. Whatever a file in the backup names is in the backup.
What is past retention is entered in a register before it goes, so that comes last: it knows of all that is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kwaliteitsmonitor.foundation.maintenance_log import FOLDER as UPKEEP
from kwaliteitsmonitor.foundation.workspace import Workspace

KEY = "pseudonym.key"
COUNTS = "evaluations"
MADE_AGAIN = ("work", "catalog.duckdb", "dagster", "landing", "logs", UPKEEP, "delivered/fingerprints.json")
"""Tables between steps, views, logs, and what other places keep: Dagster's database, deliveries nobody took up yet."""
LINKS = "current"
NEVER_CHANGED = ("releases/", "profiles/", "delivered/sha256/")
"""What is never altered once it is there: where it differs from an earlier generation, something went wrong."""
_ORDER = (
    LINKS,
    "releases",
    "delivered/receipts",
    "disclosure",
    "profiles",
    "delivered/sha256",
    "delivered/removed.jsonl",
)


@dataclass(frozen=True)
class Present:
    """A file of a workspace by its path in it and where it is; with `link`, a link and where it leads."""

    path: str
    place: Path
    link: str = ""


def present(workspace: Workspace, *, with_key: bool, with_counts: bool) -> Iterator[Present]:
    """Every file that belongs in a backup. A folder is looked into only once all before it was handed out."""
    out = {*MADE_AGAIN, *(() if with_key else (KEY,)), *(() if with_counts else (COUNTS,))}
    root = workspace.root
    others = sorted(p.name for p in root.iterdir() if p.name not in ("delivered", *_ORDER) and not _hidden(p.name))
    names = [*_ORDER[:2], *others, *_ORDER[2:]]
    within = root / "delivered"
    if within.is_dir():
        names[2:2] = sorted(f"delivered/{p.name}" for p in within.iterdir() if f"delivered/{p.name}" not in _ORDER)
    for name in names:
        if name not in out and not _hidden(Path(name).name):
            yield from _under(root, root / name, frozenset())


def _under(root: Path, place: Path, through: frozenset[str]) -> Iterator[Present]:
    """The files at or under a place; links are followed, but for those that say which release counts."""
    path = place.relative_to(root).as_posix()
    if place.is_symlink() and path.startswith(f"{LINKS}/"):
        yield Present(path, place, str(place.readlink()))
    elif place.is_dir():
        real = str(place.resolve())
        if real not in through:
            for name in sorted(inside.name for inside in place.iterdir()):
                if not _hidden(name):
                    yield from _under(root, place / name, through | {real})
    elif place.is_file():
        yield Present(path, place)


def _hidden(name: str) -> bool:
    """Whether a name is that of something under way: what is written stands under such a name until it is whole."""
    return name.startswith(".")
