"""Money in a plain sample: a plan, rounds whose budgets are the plan and whose spending is near it, and totals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from kwaliteitsmonitor.sample.apportion import divide_money, stream
from kwaliteitsmonitor.sample.controls import delivered_rows
from kwaliteitsmonitor.sample.lines import Line, PlanLine, Total
from kwaliteitsmonitor.sample.plain.setting import Contents, Occasion, Setting, arrives
from kwaliteitsmonitor.sample.plain.words import SPENT_LESS, SPENT_MORE, in_language
from schemas.profile import Feed
from schemas.profile.feeds import Period

CENT = Decimal("0.01")
TOLD_FROM = Decimal("0.10")
"""From this part of its budget on, a difference is explained."""


def plan_lines(setting: Setting) -> list[tuple[str, str, int, Decimal]]:
    """Version, theme, year and amount of each line of the plan: the profile's, or if it has none a plan made up."""
    profile = setting.profile
    if profile.plan:
        return [(line.version, line.theme, line.year, line.amount) for line in profile.plan]
    years = range(profile.institution.first_year, profile.institution.last_year + 1)
    lines = []
    for theme in profile.funded_themes:
        first = int(stream(setting.seed, "plan", theme.id).integers(40, 160)) * 10_000
        lines += [("original", theme.id, year, Decimal(first + 50_000 * place)) for place, year in enumerate(years)]
    return lines


def spending_plan(setting: Setting, occasion: Occasion) -> list[PlanLine]:
    """The plan, each amount divided over the units that spend money on the theme in that year.

    What is delivered for a year holds the plan of that year, or all of it if none is of that year: a file that holds
    nothing is no delivery.
    """
    rows = _plan_rows(setting)
    return [row for row in rows if row["year"] == occasion.year] or rows


def _plan_rows(setting: Setting) -> list[PlanLine]:
    council, on = _consent(setting)
    rows: list[PlanLine] = []
    for version, theme, year, amount in plan_lines(setting):
        units = setting.spenders(theme, year)
        if not units:
            continue
        parts = divide_money(amount, [_weight(setting, unit) for unit in units])
        rows += [
            {
                "version": version,
                "unit": unit,
                "theme": theme,
                "year": year,
                "amount": part,
                "consent_by": council,
                "consent_on": on if council else None,
            }
            for unit, part in zip(units, parts, strict=True)
        ]
    return rows


def bfr(setting: Setting, occasion: Occasion) -> list[Line]:
    """The lines of a round; of all rounds of the year if the feed is not delivered by round."""
    years = setting.years if occasion.year is None else (occasion.year,)
    numbers = setting.rounds if occasion.round is None else (occasion.round,)
    return [line for year in years for number in numbers for line in _round(setting, occasion.feed, year, number)]


def control_totals(setting: Setting, occasion: Occasion) -> list[Total]:
    """Per unit and round the totals of its lines, as their sender added them up."""
    feed = setting.feed_of("bfr")
    if feed is None:
        return []
    years = setting.years if occasion.year is None else (occasion.year,)
    rows: list[Total] = []
    for year in years:
        lines = [line for number in setting.rounds for line in _round(setting, feed, year, number)]
        rows += delivered_rows(lines, year)
    return rows


def _consent(setting: Setting) -> tuple[str | None, date]:
    """The council that consented to the plan, before its first year: one that is not of a single unit, if there is."""
    of_units = {unit.council for unit in setting.profile.units}
    councils = [council.id for council in setting.profile.institution.councils]
    first = next((c for c in councils if c not in of_units), councils[0] if councils else None)
    return first, date(setting.profile.institution.first_year - 1, 12, 10)


def _weight(setting: Setting, unit: str) -> float:
    """How large a unit is beside the others, the same in every year."""
    return float(stream(setting.seed, "size", unit).uniform(0.6, 1.8))


def _planned(setting: Setting, year: int) -> dict[tuple[str, str], Decimal]:
    """The amount per theme and unit of a year: what the latest version of the plan says of them."""
    return {(row["theme"], row["unit"]): row["amount"] for row in _plan_rows(setting) if row["year"] == year}


def _round(setting: Setting, feed: Feed, year: int, number: int) -> list[Line]:
    """The lines of a round. The budget is that of the year, and what is spent so far is part of its final spending."""
    definitive = number == setting.profile.last_round
    submitted = arrives(setting, Occasion(feed, year, number if feed.period is Period.ROUND else None))
    so_far = stream(setting.seed, "round", year, number)
    rows: list[Line] = []
    for (theme, unit), planned in _planned(setting, year).items():
        measures = [measure for measure in setting.measures(unit, year) if measure.theme == theme]
        weights = [float(stream(setting.seed, "measure", theme, unit, m.id).uniform(0.6, 1.6)) for m in measures]
        for measure, budget in zip(measures, divide_money(planned, weights), strict=True):
            near = stream(setting.seed, "realised", unit, theme, measure.id, year).normal(0.99, 0.07)
            final = (budget * Decimal(str(round(float(near), 4)))).quantize(CENT)
            part = number / setting.profile.last_round * float(so_far.uniform(0.85, 1.1))
            realised = final if definitive else (final * Decimal(str(round(min(part, 1.0), 4)))).quantize(CENT)
            forecast = final if definitive else max(realised, ((budget + final) / 2).quantize(CENT))
            rows.append(
                {
                    "reporting_year": year,
                    "round": number,
                    "unit": unit,
                    "theme": theme,
                    "measure": measure.id,
                    "budget": budget,
                    "realised": realised,
                    "forecast": forecast,
                    "submitted_on": submitted - timedelta(1),
                    "explanation": _explanation(setting, budget, forecast),
                }
            )
    order = {unit.id: place for place, unit in enumerate(setting.profile.units)}
    rows.sort(key=lambda row: order[row["unit"]])
    return rows


def _explanation(setting: Setting, budget: Decimal, final: Decimal) -> str | None:
    if abs(final - budget) <= budget * TOLD_FROM:
        return None
    return in_language(SPENT_MORE if final > budget else SPENT_LESS, setting.language)


CONTENTS: Mapping[str, Contents] = {
    "bfr": bfr,
    "spending_plan": spending_plan,
    "control_totals": control_totals,
}
"""What each of these tables holds."""
