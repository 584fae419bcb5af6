"""Sign-off: a draft becomes a final release, by a record that says who did so, when, why, and which draft it was.

The final release is a version of its own with the same tables; the draft stays. It is never replaced: what comes out
later is a draft beside it, which counts once it is signed off in its turn, with its reason and with all that it changes
of the final one before it.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.obligations.register import lacking_rows
from kwaliteitsmonitor.releases.format import fields
from kwaliteitsmonitor.releases.format.catalog import keep_catalog
from kwaliteitsmonitor.releases.format.integrity import demand_whole, sha256_of
from kwaliteitsmonitor.releases.format.manifest import FINAL, NAME, SignedOff
from kwaliteitsmonitor.releases.format.places import building, current, cycle_locked, newest, point, protect, settle
from kwaliteitsmonitor.releases.format.program import code_digest, libraries
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.format.reference import reference, referred
from kwaliteitsmonitor.releases.format.release import Extra, Release, complete, is_final, newest_final
from kwaliteitsmonitor.releases.report.attachments import extra_files
from schemas.errors import BlockedError, KwaliteitsmonitorError, UsageError
from schemas.profile import Profile
from schemas.rows import ObligationsRow, QualityResultsRow

CHANGES = "changes/changes.parquet"
"""In a final release that follows another: what it changes of that one."""

REASONS_SHOWN = 8
"""Reasons that a refusal tells at most."""

_DECIDED = {
    "approvals": ("decided_on", "a council's decision about {feed} {period} {unit}"),
    "council_consultations": ("consulted_on", "a council's consultation about {subject} of {unit}"),
    "corrections": ("decided_on", "a correction in {table} {cell}"),
    "waivers": ("decided_on", "a waiver of {feed} {period} {unit} {rule} {obligation}"),
}
"""Tables with what was decided, the column with the day, and what it is called."""


_STATES = {"open": "still owed", "not_yet_due": "owed, and not due yet"}


@dataclass(frozen=True)
class SignOff:
    """Who signs a release off, in which role and not by name, on which day, and why."""

    role: str
    on: date
    reason: str


def finalise(workspace: Workspace, profile: Profile, cycle: str, by: SignOff) -> Release:
    """Make the newest draft of a cycle final, and have it count; `profile` is the one by which it was made.

    A sign-off that was killed just before it showed the final release is brought to its end. Raises `UsageError` if
    there is no draft to sign off, `BlockedError` with the reasons where the gate does not allow it, and
    `KwaliteitsmonitorError` if the draft or the final release before it is not what was published. Killed at any
    moment, this leaves what counted before or the final release, whole.
    """
    if half := _half_done(workspace, cycle):
        return half
    draft = draft_of(workspace, cycle)
    before = newest_final(workspace, cycle)
    reader = ReleaseReader(draft, whole=True)
    if before is not None:
        demand_whole(before)
    refused = list(refusals(reader, by.on))
    if refused:
        more = f"; and {len(refused) - REASONS_SHOWN} more" if len(refused) > REASONS_SHOWN else ""
        raise BlockedError(
            f"{draft.name} cannot be signed off: {'; '.join(refused[:REASONS_SHOWN])}{more}",
            where=f"cycle {cycle}",
            remedy="Have it delivered, decided or waived (a waiver names what stands between brackets), run the cycle "
            "again and sign off what comes of it.",
        )
    record = _record(by, draft, before)
    with building(workspace, cycle) as folder:
        earlier = referred(workspace, reader.manifest.since)
        _sign(folder, reader, record, before, extra_files(profile, earlier))
        protect(folder, folders=True)
        with cycle_locked(workspace, cycle):
            if newest(workspace, cycle) != draft:
                raise KwaliteitsmonitorError(
                    "another release came out while this one was signed off",
                    where=f"cycle {cycle}",
                    remedy="Look at what it changes, and sign off again.",
                )
            place = settle(workspace, cycle, folder)
            point(workspace, cycle, place)
    keep_catalog(workspace, changed=True)
    return Release(cycle, int(place.name[1:]), place, FINAL, (), True)


def _half_done(workspace: Workspace, cycle: str) -> Release | None:
    """The last final release, shown now if it was not yet; `None` if nothing is half done."""
    final = newest_final(workspace, cycle)
    if final is None or current(workspace, cycle) == final.resolve():
        return None
    demand_whole(final)
    with cycle_locked(workspace, cycle):
        point(workspace, cycle, final)
    keep_catalog(workspace, changed=True)
    return Release(cycle, int(final.name[1:]), final, FINAL, (), True)


def draft_of(workspace: Workspace, cycle: str) -> Path:
    """The draft that is to be signed off: the newest release of a cycle. Raises `UsageError` if that is no draft."""
    last = newest(workspace, cycle)
    if last is None:
        raise UsageError(
            f"there is no release of cycle {cycle}", where=str(workspace.root), remedy="Run the cycle first."
        )
    if is_final(last):
        raise UsageError(
            f"{cycle}/{last.name} is final already, and no draft came after it",
            where=f"cycle {cycle}",
            remedy="Run the cycle first where something has to be put right.",
        )
    return last


def refusals(draft: ReleaseReader, on: date) -> Iterator[str]:
    """Why a draft cannot be signed off on a day, a clause each."""
    own = draft.manifest
    if own.code.sha256 != code_digest() or own.libraries != libraries():
        yield "it was made by another version of the code or of a library; run the cycle again first"
    yield from _lacking(draft)
    if "quality_results" not in draft.names:
        yield "it does not say which rules passed"
    for row in draft.rows_of(QualityResultsRow):
        if row["severity"] == "critical" and row["outcome"] != "passed" and not row["waived_because"]:
            yield f"the critical rule {row['rule']} did not pass"
    yield from _decided_after(draft, on)


def _lacking(draft: ReleaseReader) -> Iterator[str]:
    """What still has to come by the register that a draft holds; what its manifest lacks, where it holds none."""
    if "obligations" not in draft.names:
        yield from (f"{one.nl} / {one.en}" for one in draft.manifest.lacking)
        return
    for row in lacking_rows(draft.rows_of(ObligationsRow)):
        by = f", due by {row['due'].isoformat()}" if row["due"] else ""
        yield f"{_STATES[row['state']]}: {row['nl']} / {row['en']} ({row['obligation']}{by})"


def _decided_after(draft: ReleaseReader, on: date) -> Iterator[str]:
    """The inputs of a draft that were decided after the day of its sign-off."""
    for table, (column, called) in _DECIDED.items():
        for row in draft.rows(table):
            decided = fields.day(row[column])
            if decided is not None and decided > on:
                texts = {name: value or "" for name, value in row.items()}
                what = called.format_map(defaultdict(str, texts)).strip()
                yield f"{what} is of {decided.isoformat()}, after the sign-off on {on.isoformat()}"


def _record(by: SignOff, draft: Path, before: Path | None) -> SignedOff:
    return SignedOff(by.role, by.on, by.reason, reference(draft), reference(before) if before is not None else None)


def _sign(
    folder: Path,
    draft: ReleaseReader,
    record: SignedOff,
    before: Path | None,
    extra: Extra,
    reports: Sequence[str] | None = None,
) -> None:
    """Fill a folder with a draft signed off by a record, with a report in these forms where they are others."""
    for name in draft.manifest.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(draft.folder / name, folder / name)

    def more(built: Path) -> Iterator[tuple[str, bytes]]:
        if before is not None:
            from kwaliteitsmonitor.releases.diff.forms import as_parquet
            from kwaliteitsmonitor.releases.diff.releases import changes

            yield CHANGES, as_parquet(changes(ReleaseReader(before), ReleaseReader(built)))
        yield from extra(built)

    complete(folder, draft.manifest.signed_off(record, reports), more)


def signed_again(release: ReleaseReader, draft: Path, workspace: Workspace) -> Path:
    """What came of computing a release again: the draft itself, or that draft signed off as the release says it was.

    `draft` stands in a workspace of its own, without a report where it is to be signed off, which renders one; the
    final release that this one follows stands in `workspace`. Raises `KwaliteitsmonitorError` if that one is no longer
    there.
    """
    record = release.manifest.sign_off
    if record is None:
        return draft
    before = referred(workspace, record.follows)
    place = draft.with_name("signed")
    place.mkdir()
    made, again = Workspace(draft.parents[2]), ReleaseReader(draft)
    earlier = referred(made, again.manifest.since)
    _sign(place, again, record, before, extra_files(again.profile(made), earlier), release.manifest.reports)
    return place


def faults_in_sign_off(release: Path) -> list[str]:
    """Faults in the draft from which a final release was signed off, a clause each; empty for a draft.

    A draft that was removed is no fault: its content is in the final release.
    """
    record = ReleaseReader(release).manifest.sign_off
    if record is None:
        return []
    draft = release.parent / record.finalises.version
    if not draft.is_dir() or sha256_of(draft / NAME) == record.finalises.manifest:
        return []
    return [f"{draft.name} beside it is not the draft that was signed off"]
