"""What differs between two releases beside their figures: deliveries, corrections, waivers, definitions, the rest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from kwaliteitsmonitor.releases.diff.models import ORDER, Kind
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.rows import CorrectionsRow, DefinitionsRow, DeliveryStatusRow, WaiversRow

READ = ("accepted", "partly_accepted")
Subject = tuple[str, str | None, str | None]
"""The feed, period and unit of a delivery."""


@dataclass(frozen=True)
class Made:
    """What a release was made of: its deliveries, and what was decided."""

    release: ReleaseReader

    @cached_property
    def deliveries(self) -> dict[str, DeliveryStatusRow]:
        """Every delivery that came in, by its id; the one that is read if the same bytes came more than once."""
        read_last = sorted(self.release.rows_of(DeliveryStatusRow), key=lambda row: row["status"] in READ)
        return {row["delivery"]: row for row in read_last if row["delivery"]}

    @cached_property
    def read(self) -> frozenset[str]:
        """The deliveries whose rows count."""
        return frozenset(d for d, row in self.deliveries.items() if row["status"] in READ)

    def corrected(self) -> dict[str, set[str]]:
        """The corrections of each delivery."""
        corrections: dict[str, set[str]] = defaultdict(set)
        for row in self.release.rows_of(CorrectionsRow):
            what = row["table"], row["cell"], row["expected"], row["new_value"]
            corrections[row["delivery"]].add(repr(what))
        return corrections

    def waived(self) -> set[str]:
        """What was waived and needed to be."""
        used = (row for row in self.release.rows_of(WaiversRow) if row["used"])
        about = ((row["feed"], row["period"], row["unit"], row.get("rule"), row.get("obligation")) for row in used)
        return {" ".join(part for part in parts if part) for parts in about}


@dataclass
class Circumstances:
    """An old and a new release, and why a delivery of either is read otherwise, or not any more."""

    old: Made
    new: Made
    _known: dict[str, tuple[Kind, str]] = field(default_factory=dict)

    def cause_of(self, delivery: str, indicator: str = "") -> tuple[Kind, str]:
        """Why a delivery contributes otherwise than it did; `indicator` is whose definition may be another."""
        if delivery not in self._known:
            cause = self._cause_of(delivery)
            if cause is None:
                return self.otherwise(indicator)
            self._known[delivery] = cause
        return self._known[delivery]

    def _cause_of(self, delivery: str) -> tuple[Kind, str] | None:
        was, after = delivery in self.old.read, delivery in self.new.read
        if was and after:
            row = self.new.deliveries[delivery]
            if self._corrections[0].get(delivery) != self._corrections[1].get(delivery):
                return Kind.CORRECTION, _about(row)
            return None
        if not was and not after:
            return None
        row = (self.new if after else self.old).deliveries[delivery]
        gone, come = self._turnover[_subject(row)]
        if any(one in self.new.deliveries and self.new.deliveries[one]["status"] == "withdrawn" for one in gone):
            return Kind.WITHDRAWN, _about(row, False)
        if was:
            return (Kind.CHANGED if come else Kind.NOT_READ), _about(row, False)
        before = {self.old.deliveries[one]["file"] for one in gone}
        first = row["version"] == 1 and delivery not in self.old.deliveries and row["file"] not in before
        return (Kind.NEW if first or not before else Kind.CHANGED), _about(row, False)

    def otherwise(self, indicator: str = "") -> tuple[Kind, str]:
        """What explains a change that no delivery explains; if more than one thing differs, all are named."""
        causes: list[tuple[Kind, str]] = []
        definitions = self._definitions
        if indicator and definitions[0].get(indicator) != definitions[1].get(indicator):
            causes.append((Kind.DEFINITION, indicator))
        causes.extend(self._made_otherwise())
        if not causes:
            return Kind.UNEXPLAINED, ""
        return causes[0][0], "; ".join(about for _, about in causes)

    def _made_otherwise(self) -> list[tuple[Kind, str]]:
        """The profile, cycle, code and libraries if they are others."""
        causes: list[tuple[Kind, str]] = []
        own, other = self.old.release.manifest, self.new.release.manifest
        if own.profile.sha256 != other.profile.sha256:
            causes.append((Kind.PROFILE, f"{own.profile} → {other.profile}"))
        if own.cycle != other.cycle:
            causes.append((Kind.CYCLE, f"{own.cycle} → {other.cycle}"))
        if own.code.sha256 != other.code.sha256:
            causes.append((Kind.CODE, f"{own.code} → {other.code}"))
        elif own.libraries != other.libraries:
            was, now = own.libraries, other.libraries
            causes.append((Kind.CODE, ", ".join(sorted(n for n in {*was, *now} if was.get(n) != now.get(n)))))
        return causes

    def waivers(self) -> list[tuple[Kind, str]]:
        """The waivers that one release needed and the other did not."""
        return [(Kind.WAIVER, what) for what in sorted(self.old.waived() ^ self.new.waived())]

    def all(self) -> list[tuple[Kind, str]]:
        """All that differs, whether or not a figure follows from it: deliveries, decisions, definitions, the rest."""
        came_and_went = self.old.read ^ self.new.read
        corrected = {delivery for side in self._corrections for delivery in side}
        of_deliveries = {self._cause_of(delivery) for delivery in came_and_went | corrected}
        causes = {cause for cause in of_deliveries if cause is not None} | set(self.waivers())
        names = sorted({*self._definitions[0], *self._definitions[1]})
        causes |= {(Kind.DEFINITION, n) for n in names if self._definitions[0].get(n) != self._definitions[1].get(n)}
        causes |= set(self._made_otherwise())
        return sorted(causes, key=lambda cause: (ORDER.index(cause[0]), cause[1]))

    @cached_property
    def _corrections(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        return self.old.corrected(), self.new.corrected()

    @cached_property
    def _definitions(self) -> tuple[dict[str, str], dict[str, str]]:
        definitions: tuple[dict[str, str], dict[str, str]] = ({}, {})
        for side, made in zip(definitions, (self.old, self.new), strict=True):
            for row in made.release.rows_of(DefinitionsRow):
                side[row["indicator"]] = side.get(row["indicator"], "") + repr(sorted(row.items()))
        return definitions

    @cached_property
    def _turnover(self) -> dict[Subject, tuple[set[str], set[str]]]:
        """Per subject the deliveries that are no longer read, and those that are read now and were not."""
        turnover: dict[Subject, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
        for delivery in self.old.read - self.new.read:
            turnover[_subject(self.old.deliveries[delivery])][0].add(delivery)
        for delivery in self.new.read - self.old.read:
            turnover[_subject(self.new.deliveries[delivery])][1].add(delivery)
        return turnover


def _subject(row: DeliveryStatusRow) -> Subject:
    return (row["feed"], row["period"], row["unit"])


def _about(row: DeliveryStatusRow, with_file: bool = True) -> str:
    """A delivery in words: its feed, period and unit, and its file if it is the same one on both sides."""
    parts = [row["feed"], row["period"], row["unit"], row["file"] if with_file else None]
    return " ".join(str(part) for part in parts if part)
