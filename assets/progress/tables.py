"""The published tables about measures, council consultations and panel discussions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from kwaliteitsmonitor.methods.figures.evidence import Evidence, figure_id
from schemas.calendar import Cycle
from schemas.profile import Profile


def measures(
    profile: Profile,
    cycle: Cycle,
    progress: pa.Table,
    spending: pa.Table,
    told: Iterable[dict[str, Any]] = (),
    lost: Sequence[Mapping[str, Any]] = (),
) -> tuple[list[dict[str, Any]], list[Evidence]]:
    """Every measure that a unit has by the profile, with its reported progress and what it cost that year.

    A unit that reports or spends on another measure has that one too, so that measures add up to the overview. Amounts
    are those of the year's definitive round, or none where the cycle does not read it, the unit is missing from it or
    one of the `lost` lines, which were set aside, may be one of the measure.
    `told` are staged rows of `faculty_measures` with what units say of their progress, where the profile publishes it.
    """
    explained = {
        (int(r["academic_year"][-4:]), r["unit"], r["theme"], r["measure"]): " ".join(r["explanation"].split())
        for r in told
        if r.get("explanation")
    }
    reported = {(r["reporting_year"], r["unit"], r["theme"], r["measure"]): r for r in progress.to_pylist()}
    lines: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    settled: dict[tuple[int, str], set[str]] = defaultdict(set)
    for r in spending.to_pylist():
        if r["round"] == profile.last_round:
            settled[(r["reporting_year"], r["unit"])].add(r["_delivery"])
            lines[(r["reporting_year"], r["unit"], r["theme"], r["measure"])].append(r)
    names = {measure.id: measure for measure in profile.measures}
    rows: list[dict[str, Any]] = []
    evidence: list[Evidence] = []
    for year in cycle.years(profile.institution.first_year):
        own = [(year, u, one.theme, one.id) for one in profile.measures for u in profile.having(one, year)]
        others = sorted(key for key in {*reported, *lines} - set(own) if key[0] == year)
        for key in (*own, *others):
            _, unit, theme, measure_id = key
            identity = figure_id(cycle, "measure", *key)
            spent = lines.get(key, [])
            known = (year, unit) in settled and not any(_may_be(one, profile.last_round, key) for one in lost)
            rows.append(
                {
                    "reporting_year": year,
                    "cycle": cycle.key,
                    "unit": unit,
                    "theme": theme,
                    "measure": measure_id,
                    "measure_nl": names[measure_id].nl,
                    "measure_en": names[measure_id].en,
                    "progress": reported[key]["progress"] if key in reported else None,
                    "budget": sum((r["budget"] for r in spent), Decimal("0.00")) if known else None,
                    "realised": sum((r["realised"] for r in spent), Decimal("0.00")) if known else None,
                    "status": "ok" if key in reported else "not_available",
                    "figure_id": identity,
                    "explanation": explained.get(key) or None,
                }
            )
            evidence.extend(_evidence(identity, reported.get(key), spent, settled.get((year, unit), ())))
    return rows, evidence


def _evidence(
    identity: str, reported: dict[str, Any] | None, spent: Sequence[dict[str, Any]], deliveries: Collection[str]
) -> Iterable[Evidence]:
    """Which delivery reports the progress, and what each of those of the unit's round contributed to the amounts."""
    if reported is not None:
        yield Evidence(identity, "progress", reported["_delivery"], 1, Decimal(1))
    for delivery in sorted({line["_delivery"] for line in spent} or deliveries):
        lines = [line for line in spent if line["_delivery"] == delivery]
        for part in ("budget", "realised"):
            yield Evidence(identity, part, delivery, len(lines), sum((r[part] for r in lines), Decimal("0.00")))


def _may_be(lost: Mapping[str, Any], definitive: int, key: tuple[Any, ...]) -> bool:
    """Whether a line that was set aside may be one of a measure's, by what is known of it."""
    year, unit, theme, measure = key
    own = ((lost["year"], year), (lost["round"], definitive), (lost["theme"], theme), (lost["measure"], measure))
    return lost["unit"] == unit and all(said in (None, asked) for said, asked in own)


def consultations(cycle: Cycle, staged: pa.Table) -> list[dict[str, Any]]:
    """Which council was consulted about what, when, and what it decided."""
    names = ("unit", "council", "subject", "consulted_on", "decision")
    return sorted(
        (
            {"reporting_year": int(r["academic_year"][-4:]), "cycle": cycle.key, **{n: r[n] for n in names}}
            for r in staged.to_pylist()
        ),
        key=lambda r: (r["reporting_year"], r["unit"], r["consulted_on"], r["council"], r["subject"]),
    )


def panels(profile: Profile, cycle: Cycle, staged: pa.Table) -> list[dict[str, Any]]:
    """Panel discussions with students; the number of students is suppressed below the disclosure threshold."""
    threshold = profile.institution.disclosure.threshold
    return sorted(
        (
            {
                "reporting_year": int(r["academic_year"][-4:]),
                "cycle": cycle.key,
                "unit": r["unit"],
                "theme": r["theme"],
                "held_on": r["held_on"],
                "participants": r["participants"] if r["participants"] >= threshold else None,
                "status": "ok" if r["participants"] >= threshold else "suppressed",
            }
            for r in staged.to_pylist()
        ),
        key=lambda r: (r["reporting_year"], r["unit"], r["theme"], r["held_on"]),
    )
