"""What staging made of a feed for a cycle, beside its tables: one record, for the steps and the commands that follow.

    work/<cycle>/staged/<feed>.json

Earlier versions kept less in it, and the rest in files beside it, which are read where they are all there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NotRequired, TypedDict

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import ResultRecord, RuleResult, from_table, of_record, to_records
from kwaliteitsmonitor.methods.disclosure.respondents import Respondents, RespondentsRecord
from kwaliteitsmonitor.readers.delivery import Delivery, DeliveryRecord
from kwaliteitsmonitor.readers.losses import Loss, LossRecord
from kwaliteitsmonitor.readers.staging import Tally
from schemas.flow import STAGED

FORMAT = 2
"""Of a record that holds all of it; the first had no number."""
_BESIDE = ("losses", "corrections", "people")
_TAKEN_UP = "taken_up"
"""The step in which earlier versions kept what was taken up."""


@dataclass(frozen=True)
class TakenUp:
    """What a run last took up of a feed: a digest over the contents, and one over all contents until then.

    `moment` is when, in ISO 8601; it is only shown, never compared with a file's.
    """

    contents: str = ""
    history: str = ""
    moment: str = ""


@dataclass(frozen=True)
class Corrected:
    """The corrections of the register in a feed.

    `met` has file, sheet and cell of those whose file is a delivery that was read, and `made`, per delivery and
    delivery of the register, how many cells were corrected.
    """

    met: tuple[tuple[str, str, str], ...] = ()
    made: tuple[tuple[str, str, int], ...] = ()


class Corrections(TypedDict, total=False):
    """A `Corrected` as JSON holds it."""

    met: Sequence[tuple[str, str, str]]
    made: Sequence[tuple[str, str, int]]


class _Beside(TypedDict, total=False):
    """What earlier versions kept in files beside the record of a feed."""

    results: list[ResultRecord]
    losses: list[LossRecord]
    corrections: Corrections
    people: dict[str, RespondentsRecord]
    taken_up: dict[str, str]


class FeedJson(_Beside):
    """A `FeedRecord` as JSON holds it."""

    format: NotRequired[int]
    deliveries: list[DeliveryRecord]
    tallies: dict[str, dict[str, dict[str, int]]]
    units: dict[str, list[str]]


@dataclass(frozen=True)
class FeedRecord:
    """The deliveries of a feed after staging, with their outcome.

    `tallies` gives, per table and delivery, what became of the rows; `units` the units that the accepted rows of a
    delivery are about. `results` are what rules found, merged; `losses` the rows set aside that figures need; `people`
    those behind the answers of a delivery.
    """

    deliveries: tuple[Delivery, ...] = ()
    tallies: Mapping[str, Mapping[str, Tally]] = field(default_factory=dict)
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    results: tuple[RuleResult, ...] = ()
    losses: tuple[Loss, ...] = ()
    corrected: Corrected = Corrected()
    people: Mapping[str, Respondents] = field(default_factory=dict)
    taken_up: TakenUp = TakenUp()

    def write(self, workspace: Workspace, cycle: str, feed: str) -> None:
        """Write the record of a feed, in one step; what an earlier version kept beside it goes after that."""
        workspace.write_json(cycle, STAGED, feed, self.to_json())
        for path in _paths_beside(workspace, cycle, feed):
            path.unlink(missing_ok=True)

    def to_json(self) -> FeedJson:
        """The record as plain values."""
        return {
            "format": FORMAT,
            "deliveries": [one.to_json() for one in self.deliveries],
            "tallies": {name: {one: vars(tally) for one, tally in of.items()} for name, of in self.tallies.items()},
            "units": {delivery: list(units) for delivery, units in self.units.items()},
            "results": to_records(self.results),
            "losses": [one.to_json() for one in self.losses],
            "corrections": {"met": self.corrected.met, "made": self.corrected.made},
            "people": {delivery: one.record() for delivery, one in sorted(self.people.items())},
            "taken_up": vars(self.taken_up),
        }

    @classmethod
    def of_json(cls, data: FeedJson) -> FeedRecord:
        """The record that `to_json` gave, or an earlier version did; what is not in it is empty."""
        corrected: Corrections = data.get("corrections", {})
        return cls(
            tuple(Delivery.from_json(one) for one in data["deliveries"]),
            {name: {one: Tally(**counts) for one, counts in of.items()} for name, of in data["tallies"].items()},
            {delivery: tuple(units) for delivery, units in data["units"].items()},
            tuple(of_record(one) for one in data.get("results", ())),
            tuple(Loss.from_json(one) for one in data.get("losses", ())),
            Corrected(
                tuple((file, sheet, cell) for file, sheet, cell in corrected.get("met", ())),
                tuple((delivery, register, cells) for delivery, register, cells in corrected.get("made", ())),
            ),
            {delivery: Respondents.of_record(one) for delivery, one in data.get("people", {}).items()},
            TakenUp(**data.get("taken_up", {})),
        )

    def without_results(self) -> FeedRecord:
        """The record without what rules found in deliveries: who delivered what, and when, is left."""
        return replace(self, results=())


def feed_record(workspace: Workspace, cycle: str, feed: str) -> FeedRecord | None:
    """The record of a feed; `None` if it was not staged for the cycle, or its record broke off in a power cut."""
    data = workspace.read_json_or_none(cycle, STAGED, feed)
    return None if data is None else _record(workspace, cycle, feed, data)


def demand_record(workspace: Workspace, cycle: str, feed: str) -> FeedRecord:
    """The record of a feed. Raises `UsageError` if it was not staged for the cycle, or its record broke off."""
    return _record(workspace, cycle, feed, workspace.read_json(cycle, STAGED, feed))


def _record(workspace: Workspace, cycle: str, feed: str, data: FeedJson) -> FeedRecord:
    return FeedRecord.of_json(data if "format" in data else {**_beside(workspace, cycle, feed), **data})


def taken_up(workspace: Workspace, cycle: str, feed: str) -> TakenUp:
    """What was last taken up of a feed; nothing if no run took anything up, or its note broke off in a power cut."""
    record = feed_record(workspace, cycle, feed)
    return record.taken_up if record else TakenUp(**(workspace.read_json_or_none(cycle, _TAKEN_UP, feed) or {}))


def _beside(workspace: Workspace, cycle: str, feed: str) -> _Beside:
    """What earlier versions kept in files beside the record of a feed."""
    beside: _Beside = {}
    if losses := workspace.read_json_or_none(cycle, STAGED, f"{feed}.losses"):
        beside["losses"] = losses
    if corrections := workspace.read_json_or_none(cycle, STAGED, f"{feed}.corrections"):
        beside["corrections"] = corrections
    if people := workspace.read_json_or_none(cycle, STAGED, f"{feed}.people"):
        beside["people"] = people
    if taken_up := workspace.read_json_or_none(cycle, _TAKEN_UP, feed):
        beside["taken_up"] = taken_up
    if workspace.path(cycle, STAGED, f"{feed}.results").is_file():
        beside["results"] = to_records(from_table(workspace.read(cycle, STAGED, f"{feed}.results")))
    return beside


def _paths_beside(workspace: Workspace, cycle: str, feed: str) -> list[Path]:
    folder = workspace.step(cycle, STAGED)
    records = [folder / f"{feed}.{name}.json" for name in _BESIDE]
    return [*records, folder / f"{feed}.results.parquet", workspace.step(cycle, _TAKEN_UP) / f"{feed}.json"]
