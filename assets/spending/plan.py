"""The versions of the spending plan: in which order they came, and what each leaves of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from assets.indicators.figures import Evidence, figure_id
from assets.validation.results import Outcome, RuleResult
from schemas.calendar import Cycle
from schemas.consequences import Costs
from schemas.profile import Profile

CONSENT = "spending_plan.shift_without_consent"
ZERO = Decimal("0.00")

Place = tuple[str, str, int]
"""Unit, theme and calendar year."""


@dataclass(frozen=True)
class Version:
    """A version of the plan: the lines that it gives, and the plan as it leaves it.

    `before` is the plan as the version before left it. A version need not speak about every unit, theme and year: what
    it is silent about stays as it was.
    """

    name: str
    lines: Mapping[Place, Mapping[str, Any]]
    before: Mapping[Place, Mapping[str, Any]]

    @property
    def after(self) -> Mapping[Place, Mapping[str, Any]]:
        """The plan as this version leaves it."""
        return {**self.before, **self.lines}

    @property
    def years(self) -> list[int]:
        """The calendar years that it speaks about."""
        return sorted({year for _, _, year in self.lines})

    @property
    def shifts(self) -> bool:
        """Whether it changes any amount of the version before."""
        return bool(self.before) and any(
            line["amount"] != self.before.get(place, {"amount": ZERO})["amount"] for place, line in self.lines.items()
        )

    @property
    def consent(self) -> tuple[str, date] | None:
        """The council that consented and the day, where all its lines name the same."""
        found = {(line["consent_by"], line["consent_on"]) for line in self.lines.values()}
        (by, on), *others = found
        return None if others or by is None or on is None else (by, on)


def versions(profile: Profile, lines: Sequence[Mapping[str, Any]]) -> list[Version]:
    """The versions of the plan, from lines of the staged table `spending_plan`."""
    found: list[Version] = []
    plan: dict[Place, Mapping[str, Any]] = {}
    for name in profile.versions_in_order(line["version"] for line in lines):
        own = {(line["unit"], line["theme"], line["year"]): line for line in lines if line["version"] == name}
        found.append(Version(name, own, dict(plan)))
        plan |= own
    return found


def plan_versions(
    cycle: Cycle, themes: Sequence[str], found: Sequence[Version]
) -> tuple[list[dict[str, Any]], list[Evidence]]:
    """Rows of `spending_plan_versions`, with the evidence: what each delivery gives of the plan, now and before."""
    rows: list[dict[str, Any]] = []
    evidence: list[Evidence] = []
    for version in found:
        by, on = version.consent or (None, None)
        for year in version.years:
            for theme in (*themes, None):
                now, before = (_of(plan, year, theme) for plan in (version.after, version.before))
                if theme is not None and not now and not before:
                    continue
                identity = figure_id(cycle, "plan", version.name, year, theme)
                amount = _sum(now)
                rows.append(
                    {
                        "cycle": cycle.key,
                        "version": version.name,
                        "year": year,
                        "theme": theme,
                        "amount": amount,
                        "shift": amount - _sum(before) if version.before else None,
                        "consent_by": by,
                        "consent_on": on,
                        "status": "ok",
                        "figure_id": identity,
                    }
                )
                evidence.extend(_evidence(identity, "amount", now, [*now, *before]))
                if version.before:
                    evidence.extend(_evidence(identity, "earlier_amount", before, [*now, *before]))
    return rows, evidence


def consents(found: Sequence[Version]) -> RuleResult:
    """Whether a council consented to every version that shifts money of the version before it."""
    shifting = [version for version in found if version.shifts]
    without = [version.name for version in shifting if version.consent is None]
    return RuleResult(
        "spending_plan",
        CONSENT,
        Costs.NOTE,
        Outcome.FAILED if without else Outcome.PASSED,
        len(shifting),
        len(without),
        "met een verschuiving in het bestedingsplan heeft een raad ingestemd",
        "a council has consented to a shift in the spending plan",
        cells=tuple(without),
    )


def _of(plan: Mapping[Place, Mapping[str, Any]], year: int, theme: str | None) -> list[Mapping[str, Any]]:
    return [line for (_, of_theme, of_year), line in plan.items() if of_year == year and theme in (None, of_theme)]


def _sum(lines: Iterable[Mapping[str, Any]]) -> Decimal:
    return sum((line["amount"] for line in lines), ZERO)


def _evidence(
    identity: str, part: str, lines: Sequence[Mapping[str, Any]], among: Sequence[Mapping[str, Any]]
) -> Iterable[Evidence]:
    """Per delivery what it gives of the plan; where none does, those of `among` give nothing."""
    for delivery in sorted({line["_delivery"] for line in lines or among}):
        own = [line for line in lines if line["_delivery"] == delivery]
        yield Evidence(identity, part, delivery, len(own), _sum(own))
