"""What a release rests on, as its manifest says it: enough to compute it again from what the workspace keeps.

Beside the deliveries with their order of arrival that is: what lay in the landing zone and was not taken up, how many
files lay there, the profile to the letter, and which earlier releases the disclosure gate knew of. What came later is
not among it, so that it does not count when a release is computed again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

from assets.common.cycle_tables import CycleTables
from assets.status.recognition import LOOKED
from kwaliteitsmonitor.foundation.workspace import Workspace, flush
from kwaliteitsmonitor.methods.disclosure.pattern import seen_of
from kwaliteitsmonitor.methods.disclosure.release_history import memories
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.releases.format.places import current
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.format.records import InputRecord, LookRecord, ManifestRecord, NotReadRecord
from kwaliteitsmonitor.releases.format.reference import reference
from schemas.errors import KwaliteitsmonitorError
from schemas.profile import Profile
from schemas.profile.loading import digest
from schemas.rows import DeliveryStatusRow
from schemas.words import both

STATUS = "status"


def inputs_of(tables: CycleTables, status: Sequence[DeliveryStatusRow]) -> list[InputRecord]:
    """The deliveries that a cycle read or passed over, as the manifest lists them; `status` is `delivery_status`.

    Times are as they were noted when the bytes came: the moment in UTC, and the day where the institution is.
    """
    how = {(row["delivery"], row["file"]): row["status"] for row in status}
    inputs: list[InputRecord] = []
    for delivery in _deliveries(tables):
        if delivery.sha256:
            inputs.append(
                {
                    "feed": delivery.feed,
                    "period": delivery.period or None,
                    "unit": delivery.unit or None,
                    "file": delivery.path,
                    "sha256": delivery.sha256,
                    "size": delivery.size,
                    "received_on": delivery.received_on.isoformat(),
                    "arrived": delivery.arrived.isoformat() if delivery.arrived else None,
                    "uptake": delivery.uptake,
                    "in_landing_zone": delivery.in_landing_zone,
                    "version": delivery.version,
                    "status": how[(delivery.id, delivery.path)],
                }
            )
    return inputs


def rests_on(tables: CycleTables, earlier: Path | None) -> ManifestRecord:
    """The inputs of a release of a cycle beside its deliveries and its profile; `earlier` as of `seen_before`."""
    workspace = tables.workspace
    looked: LookRecord = workspace.read_json(tables.key, STATUS, LOOKED)
    untaken: list[NotReadRecord] = [
        {
            "feed": d.feed,
            "file": d.path,
            "size": d.size,
            "received_on": d.received_on.isoformat(),
            "arrived": d.arrived.isoformat() if d.arrived else None,
            "standing": str(d.standing),
            "reason": both(d.reason) if d.reason else "",
            "reason_nl": d.reason.nl if d.reason else "",
            "reason_en": d.reason.en if d.reason else "",
        }
        for d in _deliveries(tables)
        if not d.sha256
    ]
    return {
        "landing": {
            **looked,
            "not_read": sorted(untaken, key=lambda u: (u["feed"], u["file"])),
        },
        "since": reference(earlier).as_json() if earlier is not None else None,
        "disclosure": {"earlier": numbers_of(workspace, seen_of(workspace, tables.key))},
    }


def seen_before(workspace: Workspace, profile: Profile, cycle: str) -> Path | None:
    """The release that counts of the last cycle before this one that reports on the same year, or `None`.

    It is what councils saw: the draft report of March, once May makes it final. A report says what changed since.
    """
    year = profile.cycle(cycle).reporting_year
    there = sorted(p.name for p in workspace.current.glob("????-??")) if workspace.current.is_dir() else []
    for name in reversed([name for name in there if name < cycle]):
        release = current(workspace, name)
        if release is not None and ReleaseReader(release).manifest.reporting_year == year:
            return release
    return None


def _deliveries(tables: CycleTables) -> Iterator[Delivery]:
    for feed in tables.profile.feeds:
        yield from tables.demand_feed(feed.id).deliveries


def numbers_of(workspace: Workspace, names: Sequence[str]) -> list[int]:
    """The numbers of memories of earlier releases.

    A memory's own name is a hash over counts that were withheld: whoever knows all but one of them could guess that one
    and see whether the name fits. A number reveals nothing.
    """
    known = memories(workspace)
    return sorted(int(known[name].stem.split("-")[0]) for name in names)


def keep_profile(workspace: Workspace, profile: Profile) -> Path:
    """Keep the files of a profile by its digest, in one step; returns their folder.

    Raises `KwaliteitsmonitorError` if they are no longer those that were read: they were edited during the run.
    """
    place = workspace.profiles / profile.digest
    if place.is_dir() and digest(place) == profile.digest:
        return place
    partial = workspace.profiles / f".{uuid4().hex}"
    partial.mkdir(parents=True)
    try:
        for path in sorted(profile.folder.glob("*.*")):
            if path.suffix in (".yaml", ".csv"):
                shutil.copyfile(path, partial / path.name)
                (partial / path.name).chmod(0o444)
                flush(partial / path.name)
        if digest(partial) != profile.digest:
            raise KwaliteitsmonitorError(
                "the profile was edited while the cycle ran",
                where=str(profile.folder),
                remedy="Run the cycle again.",
            )
        flush(partial)
        _take_place(partial, place)
        flush(workspace.profiles)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return place


def _take_place(partial: Path, place: Path) -> None:
    """Move a kept profile to its place. Another run may have been first; a damaged one is put aside by its name."""
    if place.is_dir() and digest(place) != place.name:
        place.rename(place.with_name(f".damaged-{uuid4().hex}"))
    try:
        partial.rename(place)
    except OSError:
        if not place.is_dir() or digest(place) != place.name:
            raise
    flush(place.parent)
