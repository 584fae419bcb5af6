"""The published tables about measures, council consultations and panel discussions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NotRequired

import pyarrow as pa

from assets.status.record import LostRow
from kwaliteitsmonitor.methods.figures.contributions import Contribution, RowPlace, nothing
from kwaliteitsmonitor.methods.figures.identity import figure_id
from schemas.calendar import Cycle
from schemas.profile import Profile
from schemas.rows import (
    CouncilConsultationsRow,
    FactMeasuresRow,
    FactSpendingRow,
    FacultyConsultationsRow,
    FacultyMeasuresRow,
    FacultyPanelsRow,
    MeasuresRow,
    PanelDiscussionsRow,
)

Key = tuple[int, str, str, str]
"""A reporting year, a unit, a theme and a measure."""
Part = Literal["budget", "realised"]
PARTS: tuple[Part, Part] = ("budget", "realised")
"""The amounts of a measure."""


class ExplainedRow(FacultyMeasuresRow):
    """An accepted row of `faculty_measures`, with what the unit writes about it if the profile publishes that."""

    explanation: NotRequired[str | None]


def measures(
    profile: Profile,
    cycle: Cycle,
    progress: pa.Table,
    spending: pa.Table,
    explanations: Iterable[ExplainedRow] = (),
    lost: Sequence[LostRow] = (),
) -> tuple[list[MeasuresRow], list[Contribution]]:
    """Every measure that a unit has by the profile, with its reported progress and what it cost that year.

    A unit that reports or spends on another measure has that one too, so that measures add up to the overview. Amounts
    are those of the year's definitive round, or none if the cycle does not read it, the unit is missing from it or
    one of the `lost` lines, which were set aside, may be one of the measure. `explanations` are staged rows of
    `faculty_measures` with what units write about their progress, if the profile publishes it.
    """
    explained = _explained(explanations)
    reports: list[FactMeasuresRow] = progress.to_pylist()
    reported = {(r["reporting_year"], r["unit"], r["theme"], r["measure"]): r for r in reports}
    spent = _Spent.of(spending, profile.last_round, lost)
    names = {measure.id: measure for measure in profile.measures}
    rows: list[MeasuresRow] = []
    contributions: list[Contribution] = []
    for year in cycle.years(profile.institution.first_year):
        own = [(year, u, one.theme, one.id) for one in profile.measures for u in profile.having(one, year)]
        others = sorted(key for key in {*reported, *spent.lines} - set(own) if key[0] == year)
        for key in (*own, *others):
            _, unit, theme, measure = key
            report, identity = reported.get(key), figure_id(cycle, "measure", *key)
            rows.append(
                {
                    "reporting_year": year,
                    "cycle": cycle.key,
                    "unit": unit,
                    "theme": theme,
                    "measure": measure,
                    "measure_nl": names[measure].nl,
                    "measure_en": names[measure].en,
                    "progress": report["progress"] if report else None,
                    "budget": spent.amount(key, "budget"),
                    "realised": spent.amount(key, "realised"),
                    "status": "ok" if report else "not_available",
                    "figure_id": identity,
                    "explanation": explained.get(key) or None,
                }
            )
            contributions.extend(
                _contributions(identity, report, spent.lines.get(key, ()), spent.deliveries(year, unit))
            )
    return rows, contributions


def _explained(rows: Iterable[ExplainedRow]) -> dict[Key, str]:
    """What each unit writes about its progress on a measure, in one line."""
    return {
        (int(r["academic_year"][-4:]), r["unit"], r["theme"], r["measure"]): " ".join(text.split())
        for r in rows
        if (text := r.get("explanation"))
    }


@dataclass(frozen=True)
class _Spent:
    """The lines of the definitive rounds per measure, the deliveries of each unit in them, and what was set aside."""

    definitive: int
    lines: Mapping[Key, Sequence[FactSpendingRow]]
    settled: Mapping[tuple[int, str], set[str]]
    lost: Sequence[LostRow]

    @classmethod
    def of(cls, spending: pa.Table, definitive: int, lost: Sequence[LostRow]) -> _Spent:
        """Those of `fact_spending` that are of a definitive round."""
        lines: dict[Key, list[FactSpendingRow]] = defaultdict(list)
        settled: dict[tuple[int, str], set[str]] = defaultdict(set)
        every: list[FactSpendingRow] = spending.to_pylist()
        for r in every:
            if r["round"] == definitive:
                settled[(r["reporting_year"], r["unit"])].add(r["_delivery"])
                lines[(r["reporting_year"], r["unit"], r["theme"], r["measure"])].append(r)
        return cls(definitive, dict(lines), dict(settled), lost)

    def deliveries(self, year: int, unit: str) -> Collection[str]:
        """The deliveries of a unit's definitive round."""
        return self.settled.get((year, unit), ())

    def amount(self, key: Key, name: Part) -> Decimal | None:
        """What a measure cost or was to cost; `None` without the unit, or if a line that was set aside may be of it."""
        if key[:2] not in self.settled or any(_may_be(one, self.definitive, key) for one in self.lost):
            return None
        return sum((line[name] for line in self.lines.get(key, ())), Decimal("0.00"))


def _contributions(
    identity: str, reported: FactMeasuresRow | None, spent: Sequence[FactSpendingRow], deliveries: Collection[str]
) -> Iterable[Contribution]:
    """The row that reports the progress, and what each line of the unit's round contributed to the amounts."""
    if reported is not None:
        place = RowPlace.of("faculty_measures", reported)
        yield Contribution(identity, "progress", reported["_delivery"], 1, Decimal(1), place=place, field="progress")
    for part in PARTS:
        for line in spent:
            place = RowPlace.of("bfr", line)
            yield Contribution(identity, part, line["_delivery"], 1, line[part], place=place, field=part)
        if not spent:
            yield from nothing(identity, part, deliveries)


def _may_be(lost: LostRow, definitive: int, key: Key) -> bool:
    """Whether a line that was set aside may be one of a measure's, by what is known of it."""
    year, unit, theme, measure = key
    own = ((lost.year, year), (lost.round, definitive), (lost.theme, theme), (lost.measure, measure))
    return lost.unit == unit and all(known in (None, wanted) for known, wanted in own)


def consultations(cycle: Cycle, staged: pa.Table) -> list[CouncilConsultationsRow]:
    """Which council was consulted about what, when, and what it decided."""
    accepted: list[FacultyConsultationsRow] = staged.to_pylist()
    rows: list[CouncilConsultationsRow] = [
        {
            "reporting_year": int(r["academic_year"][-4:]),
            "cycle": cycle.key,
            "unit": r["unit"],
            "council": r["council"],
            "subject": r["subject"],
            "consulted_on": r["consulted_on"],
            "decision": r["decision"],
        }
        for r in accepted
    ]
    return sorted(rows, key=lambda r: (r["reporting_year"], r["unit"], r["consulted_on"], r["council"], r["subject"]))


def panels(profile: Profile, cycle: Cycle, staged: pa.Table) -> list[PanelDiscussionsRow]:
    """Panel discussions with students; the number of students is suppressed below the disclosure threshold."""
    threshold = profile.institution.disclosure.threshold
    accepted: list[FacultyPanelsRow] = staged.to_pylist()
    rows: list[PanelDiscussionsRow] = [
        {
            "reporting_year": int(r["academic_year"][-4:]),
            "cycle": cycle.key,
            "unit": r["unit"],
            "theme": r["theme"],
            "held_on": r["held_on"],
            "participants": r["participants"] if r["participants"] >= threshold else None,
            "status": "ok" if r["participants"] >= threshold else "suppressed",
        }
        for r in accepted
    ]
    return sorted(rows, key=lambda r: (r["reporting_year"], r["unit"], r["theme"], r["held_on"]))
