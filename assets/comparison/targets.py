"""Figures beside their targets and beside the country.

A figure is compared with the next target and with the baseline. There is no interpolation: nobody agreed on one. The
definition says which direction is better.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from kwaliteitsmonitor.methods.figures.printing import Exact, Language, figure
from schemas.calendar import Cycle
from schemas.profile import Indicator, Profile
from schemas.profile.indicators import Target
from schemas.profile.reference_values import ReferenceValue
from schemas.rows import IndicatorTargetsRow, IndicatorValuesRow, ReferenceValuesRow


def targets(profile: Profile, values: Sequence[IndicatorValuesRow]) -> list[IndicatorTargetsRow]:
    """The figures of the institution that have a target, as rows of `indicator_targets`."""
    rows: list[IndicatorTargetsRow] = []
    for row in (one for one in values if one["unit"] is None):
        definition = profile.indicator(row["indicator"], row["reporting_year"])
        aim = None if definition is None else definition.target(row["reporting_year"], row["level"])
        if definition is None or aim is None:
            continue
        value = _shown(row)
        year, first = first_of(definition, row["level"], values)
        rows.append(
            {
                "reporting_year": row["reporting_year"],
                "cycle": row["cycle"],
                "indicator": row["indicator"],
                "level": row["level"],
                "target_year": aim.reporting_year,
                "target": float(aim.value),
                "first_year": year,
                "first_value": None if first is None else float(first),
                "outcome": outcome(definition, row["reporting_year"], value, aim, year, first),
                "target_printed_nl": _printed(definition, aim.value, "nl"),
                "target_printed_en": _printed(definition, aim.value, "en"),
                "note_nl": aim.nl or None,
                "note_en": aim.en or None,
                "about_figure": row["figure_id"],
            }
        )
    return rows


def first_of(
    definition: Indicator, level: str | None, values: Iterable[IndicatorValuesRow]
) -> tuple[int | None, Decimal | None]:
    """The first year and its value: what the profile gives as such, else the first figure of the release that is shown.

    Figures by another version of the definition are not compared with.
    """
    baselines = [one for one in definition.baselines if one.level == level]
    if baselines:
        first = min(baselines, key=lambda one: one.reporting_year)
        return first.reporting_year, first.value
    own = (definition.id, definition.version, level)
    shown = [
        row
        for row in values
        if row["unit"] is None
        and (row["indicator"], row["definition_version"], row["level"]) == own
        and _shown(row) is not None
    ]
    if not shown:
        return None, None
    earliest = min(shown, key=lambda row: row["reporting_year"])
    return earliest["reporting_year"], _shown(earliest)


def outcome(
    definition: Indicator, year: int, value: Decimal | None, aim: Target, first_year: int | None, first: Decimal | None
) -> str:
    """How a figure stands to its target, by the direction of its definition; see the column `outcome`."""
    if value is None:
        return "not_known"
    if value == aim.value or definition.better(value, aim.value):
        return "reached"
    if year >= aim.reporting_year:
        return "missed"
    if first is None or first_year is None or first_year >= year:
        return "not_known"
    if value == first:
        return "unchanged"
    return "closer" if definition.better(value, first) else "further"


def references(profile: Profile, cycle: Cycle, values: Sequence[IndicatorValuesRow]) -> list[ReferenceValuesRow]:
    """The national values of the own sector up to the reporting year, as rows of `reference_values`.

    Each of one's own figures has that of its year beside it, or else that of the nearest year before; a value that does
    not compare stands beside none. If a value stands beside figures of two years, the later is published.
    """
    own = [one for one in profile.reference_values if one.sector == profile.institution.sector]
    known = [one for one in own if one.reporting_year <= cycle.reporting_year]
    whole = sorted((row for row in values if row["unit"] is None), key=lambda row: row["reporting_year"])
    beside = {id(reference): row for row in whole if (reference := nearest(known, row)) is not None}
    rows: list[ReferenceValuesRow] = []
    for one in sorted(known, key=lambda one: (one.indicator, one.level or "", one.reporting_year)):
        definition = profile.indicator(one.indicator, one.reporting_year) or _newest(profile, one.indicator)
        row = beside.get(id(one))
        rows.append(
            {
                "cycle": cycle.key,
                "indicator": one.indicator,
                "level": one.level,
                "sector": one.sector,
                "reporting_year": one.reporting_year,
                "value": float(one.value),
                "printed_nl": _printed(definition, one.value, "nl"),
                "printed_en": _printed(definition, one.value, "en"),
                "source": one.source,
                "comparable": one.comparable,
                "note_nl": one.nl or None,
                "note_en": one.en or None,
                "beside_year": None if row is None else row["reporting_year"],
                "about_figure": None if row is None else row["figure_id"],
            }
        )
    return rows


def nearest(known: Iterable[ReferenceValue], row: IndicatorValuesRow) -> ReferenceValue | None:
    """The national value to set beside a figure: that of the same year, else the latest before it; None without one."""
    fitting = [
        one
        for one in known
        if (one.indicator, one.level) == (row["indicator"], row["level"])
        and one.reporting_year <= row["reporting_year"]
        and one.comparable != "no"
    ]
    return max(fitting, key=lambda one: one.reporting_year, default=None)


def _newest(profile: Profile, indicator: str) -> Indicator:
    return [one for one in profile.indicators if one.id == indicator][-1]


def _shown(row: IndicatorValuesRow) -> Decimal | None:
    """The value of a figure that is shown, in the decimals in which it is printed: what is read is compared.

    None of one that goes without a unit: a part is not compared with a target for the whole.
    """
    whole = row["status"] == "ok" and not row.get("without")
    return Decimal(repr(row["value"])) if whole and row["value"] is not None else None


def _printed(definition: Indicator, value: Decimal, language: Language) -> str:
    return figure(Exact(value), definition.decimals, definition.printing, language)
