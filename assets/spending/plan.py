"""The versions of the spending plan: in which order they came, and what each leaves of the plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assets.common.rows import as_values
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.methods.figures.contributions import Contribution, RowPlace, nothing
from kwaliteitsmonitor.methods.figures.identity import figure_id
from kwaliteitsmonitor.methods.figures.left_out import Gap, Lost, goes_without, left_out, named
from kwaliteitsmonitor.methods.figures.numbers import numbers
from kwaliteitsmonitor.methods.figures.plan_names import plan_names
from schemas.calendar import Cycle
from schemas.consequences import Costs
from schemas.profile import Profile
from schemas.rows import SpendingPlanRow
from schemas.values import Row
from schemas.words import Words, noted

CONSENT = "spending_plan.shift_without_consent"
ORDER = "spending_plan.order_known"
ZERO = Decimal("0.00")

Place = tuple[str, str, int]
"""Unit, theme and calendar year."""


@dataclass(frozen=True)
class Version:
    """A version of the plan: the lines that it gives, and the plan as it leaves it.

    `before` is the plan as the version before left it. A version need not speak about every unit, theme and year: what
    it is silent about stays as it was. `lost` are lines of it and of earlier versions that were set aside and that it
    does not give anew, `lost_before` those of the versions before: what such a line says of a unit is not known, so
    that the sums go without that unit.
    """

    name: str
    lines: Mapping[Place, SpendingPlanRow]
    before: Mapping[Place, SpendingPlanRow]
    lost: tuple[Lost, ...] = ()
    lost_before: tuple[Lost, ...] = ()

    @property
    def after(self) -> Mapping[Place, SpendingPlanRow]:
        """The plan as this version leaves it."""
        return _kept({**self.before, **self.lines}, self.lost)

    @property
    def years(self) -> list[int]:
        """The calendar years that it speaks about, in a line that was set aside too."""
        own = {line.year for line in self.lost if line.year and line not in self.lost_before}
        return sorted({year for _, _, year in self.lines} | own)

    @property
    def shifts(self) -> bool:
        """Whether it changes any amount of the version before."""
        return bool(self.before) and any(
            line["amount"] != (self.before[place]["amount"] if place in self.before else ZERO)
            for place, line in self.lines.items()
            if not any(_covers(lost, place) for lost in self.lost_before)
        )

    @property
    def consent(self) -> tuple[str, date] | None:
        """The council that consented and the day, if all its lines name the same."""
        consents = {(line["consent_by"], line["consent_on"]) for line in self.lines.values()}
        (by, on), *others = consents or {(None, None)}
        return None if others or by is None or on is None else (by, on)


def versions(
    profile: Profile, lines: Sequence[SpendingPlanRow], lost: Iterable[tuple[str, Lost]] = ()
) -> list[Version]:
    """The versions of the plan, from lines of the staged table `spending_plan`.

    `lost` are the lines that were set aside, each with its version; an empty one may be of any.
    """
    in_order: list[Version] = []
    plan: Mapping[Place, SpendingPlanRow] = {}
    gone: tuple[Lost, ...] = ()
    aside = list(lost)
    names = [line["version"] for line in lines]
    for name in profile.versions_in_order([*names, *(version for version, _ in aside if version)]):
        own = {(line["unit"], line["theme"], line["year"]): line for line in lines if line["version"] == name}
        still = [one for one in gone if (one.unit, one.theme, one.year) not in own]
        now = tuple(dict.fromkeys([*still, *(one for version, one in aside if version in ("", name))]))
        in_order.append(Version(name, own, plan, now, gone))
        plan, gone = in_order[-1].after, now
    return in_order


def _kept(plan: Mapping[Place, SpendingPlanRow], lost: Sequence[Lost]) -> dict[Place, SpendingPlanRow]:
    """The lines of a plan without those of units of which a line was set aside, where it belongs."""
    return {place: line for place, line in plan.items() if not any(_covers(one, place) for one in lost)}


def _covers(lost: Lost, place: Place) -> bool:
    """Whether a line that was set aside may be that of a place."""
    unit, theme, year = place
    return lost.unit == unit and lost.theme in ("", theme) and lost.year in (0, year)


def _gaps(lost: Iterable[Lost], year: int, theme: str | None) -> list[Gap]:
    """What a sum of the plan goes without, in a year and a theme."""
    of = (one for one in lost if one.year in (0, year) and (theme is None or one.theme in ("", theme)))
    return sorted({Gap(one.unit, "", one.waived) for one in of})


def plan_versions(
    cycle: Cycle, themes: Sequence[str], versions: Sequence[Version]
) -> tuple[list[Row], list[Contribution]]:
    """Rows of `spending_plan_versions`, with what each line gives of the plan, now and before."""
    rows: list[Row] = []
    contributions: list[Contribution] = []
    for version in versions:
        by, on = version.consent or (None, None)
        for year in version.years:
            for theme in (*themes, None):
                now, before = (_of(plan, year, theme) for plan in (version.after, version.before))
                gaps, earlier = (_gaps(lost, year, theme) for lost in (version.lost, version.lost_before))
                if (theme is not None and not now and not before) or (gaps and not now):
                    continue  # no version speaks of it, or nothing is left that can be told
                identity = figure_id(cycle, "plan", version.name, year, theme)
                earlier_amount = sum_of(before) if version.before and gaps == earlier else None
                rows.append(
                    {
                        "cycle": cycle.key,
                        "version": version.name,
                        "year": year,
                        "theme": theme,
                        **numbers("spending_plan_versions", {"amount": sum_of(now), "earlier_amount": earlier_amount}),
                        "consent_by": by,
                        "consent_on": on,
                        "status": "ok",
                        "figure_id": identity,
                        **as_values(noted(goes_without(gaps))),
                        "without": named(gaps),
                    }
                )
                contributions.extend(of_plan_lines(identity, "amount", now, [*now, *before]))
                if version.before:
                    contributions.extend(of_plan_lines(identity, "earlier_amount", before, [*now, *before]))
    return rows, contributions


def consents(versions: Sequence[Version]) -> RuleResult:
    """Whether a council consented to every version that shifts money of the version before it."""
    shifting = [version for version in versions if version.shifts]
    names = plan_names((one.name, one.consent and one.consent[1]) for one in versions)
    without = [names[version.name] for version in shifting if version.consent is None]
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


def ordered(profile: Profile, versions: Sequence[Version]) -> RuleResult:
    """Whether the profile says of all versions in which order they came, if there are several.

    Those that it does not name come last, in the order of their names, which may be any: `aangepast` before `eerste`.
    """
    known = {line.version for line in profile.plan}
    unknown = [version.name for version in versions if version.name not in known] if len(versions) > 1 else []
    taken = ", ".join(version.name for version in versions)
    words = Words(
        f"gelezen als: {taken}. Klopt dat niet, zet de versies dan op volgorde in plan.csv van het profiel",
        f"read as: {taken}. If that is wrong, put the versions in their order in plan.csv of the profile",
    )
    return RuleResult(
        "spending_plan",
        ORDER,
        Costs.NOTE,
        Outcome.FAILED if unknown else Outcome.PASSED,
        len(versions),
        len(unknown),
        "van de versies van het bestedingsplan is bekend welke na welke kwam",
        "it is known in which order the versions of the spending plan came",
        cells=tuple(unknown),
        detail=words if unknown else None,
    )


def _of(plan: Mapping[Place, SpendingPlanRow], year: int, theme: str | None) -> list[SpendingPlanRow]:
    return [line for (_, of_theme, of_year), line in plan.items() if of_year == year and theme in (None, of_theme)]


def planned_lines(
    plan: Version, year: int, theme: str | None, without: Collection[Gap]
) -> list[SpendingPlanRow] | None:
    """What a plan gives a theme, or all of them, in a year, for the units that a sum is not `without`.

    `None` if the plan says nothing of it, or a line of it was set aside.
    """
    if _gaps(plan.lost, year, theme):
        return None
    lines = [line for line in _of(plan.after, year, theme) if not left_out(without, line["unit"], line["theme"])]
    return lines or None


def sum_of(lines: Iterable[SpendingPlanRow]) -> Decimal:
    """What lines of the plan come to, in euro."""
    return sum((line["amount"] for line in lines), ZERO)


def of_plan_lines(
    identity: str, part: str, lines: Sequence[SpendingPlanRow], among: Sequence[SpendingPlanRow] = ()
) -> Iterable[Contribution]:
    """What each line gives of the plan; if there is none, the deliveries of `among` give nothing."""
    for line in lines:
        place = RowPlace.of("spending_plan", line)
        yield Contribution(identity, part, line["_delivery"], 1, line["amount"], place=place, field="amount")
    if not lines:
        yield from nothing(identity, part, (line["_delivery"] for line in among))
