"""Delivered figures in a plain sample: between baseline and target if the profile names them, and on the scale."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from kwaliteitsmonitor.sample.apportion import stream
from kwaliteitsmonitor.sample.plain.setting import Contents, Occasion, Setting
from schemas.profile.indicators import Indicator
from schemas.values import Row, Value

YEARLY = 0.015
"""How much a figure without a target gets better in a year, as a part of its scale."""
CASES = (60, 240)
"""People or cases behind a figure of one unit."""
PER_CASE = 220
"""What is divided over those people where it is not they who are counted: their working days, say."""


def delivered_figures(setting: Setting, occasion: Occasion) -> list[Row]:
    """The figures of the units if those make the institution's, else that of the institution itself as well."""
    years = setting.years if occasion.year is None else (occasion.year,)
    return [
        row
        for year in years
        for definition in setting.profile.indicators
        if definition.delivered and definition.valid_from <= year <= (definition.valid_until or 9999)
        for row in _of_indicator(setting, occasion, definition, year)
    ]


def _of_indicator(setting: Setting, occasion: Occasion, definition: Indicator, year: int) -> list[Row]:
    delivered = definition.delivered
    assert delivered is not None  # noqa: S101 - only asked for where there is one
    alone = delivered.combine == "none"
    named = {unit.id for unit in setting.profile.units_in(year)} & set(delivered.units)
    units: list[str | None] = [unit.id for unit in setting.units(occasion.feed, year)]
    if delivered.units:
        units = [unit for unit in units if unit in named]
    if alone and not definition.by_unit:
        units = []
    places = [None, *units] if alone else units
    return [
        _figure(setting, definition, year, unit, level, len(units) if delivered.combine == "sum" else 1)
        for unit in places
        for level in (("Ba", "Ma") if definition.split_level else (None,))
    ]


def _figure(setting: Setting, definition: Indicator, year: int, unit: str | None, level: str | None, parts: int) -> Row:
    """A figure; one of `parts` that are added up is that part of what the whole would be."""
    delivered = definition.delivered
    assert delivered is not None  # noqa: S101 - only asked for where there is one
    places = Decimal(1).scaleb(-max(definition.decimals, 3 if definition.is_share else 0))
    value = (_value(setting, definition, year, unit, level) / parts).quantize(places)
    cases = int(stream(setting.seed, "cases", definition.id, unit, level, year).integers(*CASES))
    row: dict[str, Value] = {
        "reporting_year": year,
        "unit": unit,
        "level": level,
        "indicator": definition.id,
        "value": value,
        "n": None,
        "spread": None,
        "numerator": None,
        "denominator": None,
    }
    if delivered.combine == "ratio":
        people = delivered.n_is == "denominator"
        denominator = cases if people else cases * PER_CASE
        row |= {"value": None, "numerator": (value * denominator).quantize(Decimal(1)), "denominator": denominator}
        return row | {"n": None if people else cases}
    if delivered.combine == "weighted_by_n" or definition.spread_kind:
        row["n"] = cases if unit else cases * max(1, len(setting.units(None, year)))
    if definition.spread_kind:
        low, high = _scale(setting, definition)
        row["spread"] = ((high - low) * Decimal("0.13")).quantize(Decimal("0.01"))
    return row


def _value(setting: Setting, definition: Indicator, year: int, unit: str | None, level: str | None) -> Decimal:
    """About what a figure is in a year: on its way from the baseline to the target, or on its scale."""
    near = Decimal(str(round(float(stream(setting.seed, "figure", definition.id, unit, level).normal(1, 0.04)), 4)))
    target, baseline = (
        definition.target(year, level),
        next((one for one in definition.baselines if one.level == level), None),
    )
    if target is not None and baseline is not None and target.reporting_year > baseline.reporting_year:
        way = Decimal(year - baseline.reporting_year) / (target.reporting_year - baseline.reporting_year)
        return _within((baseline.value + (target.value - baseline.value) * way * Decimal("0.8")) * near, definition)
    if target is not None:
        away = Decimal("0.94") if definition.direction == "higher_is_better" else Decimal("1.08")
        return _within(target.value * away * near, definition)
    low, high = _scale(setting, definition)
    start, better = (0.62, 1) if definition.direction != "lower_is_better" else (0.3, -1)
    part = Decimal(str(start)) * near + Decimal(str(better * YEARLY * (year - setting.years[0])))
    return _within(low + (high - low) * part, definition)


def _scale(setting: Setting, definition: Indicator) -> tuple[Decimal, Decimal]:
    """The ends between which a figure lies; those of a share that should be small lie close together.

    What knows no most, such as an amount of energy, is some thousands.
    """
    low = definition.lowest or Decimal(0)
    if definition.is_share and definition.direction == "lower_is_better":
        return low, low + Decimal("0.2")
    if definition.highest is not None:
        return low, definition.highest
    return low, low + int(stream(setting.seed, "scale", definition.id).integers(20, 90)) * 100


def _within(value: Decimal, definition: Indicator) -> Decimal:
    if definition.lowest is not None:
        value = max(value, definition.lowest)
    return value if definition.highest is None else min(value, definition.highest)


CONTENTS: Mapping[str, Contents] = {"delivered_figures": delivered_figures}
"""What each of these tables holds."""
