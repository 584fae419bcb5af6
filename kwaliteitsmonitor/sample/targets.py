"""What was published, and so what the sample aims at: values, spreads, totals and shares.

A figure's numerator and denominator come from the choices if they were not printed. That the choices agree with
every printed figure is checked before anything is written.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from kwaliteitsmonitor.sample.choices import Choices, explain, sample_folder
from schemas.errors import ProfileError
from schemas.profile import Indicator, Profile, Term

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


class _Row(BaseModel):
    """A line of a published table; columns that nothing reads are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value


class PublishedIndicator(_Row):
    """A value as the report printed it; `value` is empty if no such value can exist."""

    reporting_year: int
    indicator_id: str
    level: str | None
    printed: str
    value: Decimal | None
    spread: Decimal | None

    @property
    def printed_number(self) -> str:
        """The first number in the printed text, with a decimal point."""
        match = _NUMBER.search(self.printed)
        return match[0].replace(",", ".") if match else ""


class PublishedTotals(_Row):
    """The total row of the spending table, in k€; the difference is that of the text."""

    reporting_year: int
    budget_printed: str
    realised_printed: str
    budget_keur: Decimal
    realised_keur: Decimal
    difference_in_text_keur: Decimal


class PublishedShare(_Row):
    """A theme's share, in percent, of what was realised in the last year of the sample."""

    theme_id: str
    realisation_2020_share_pct: Decimal


@dataclass(frozen=True)
class Aim:
    """A figure that the sample must give. Shares are fractions; `numerator` is the value of a count or a sum."""

    indicator: Indicator
    year: int
    level: str | None
    value: Decimal
    spread: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    beside: Decimal | None

    @property
    def name(self) -> str:
        """The figure, as an error names it."""
        return " ".join(str(part) for part in (self.indicator.id, self.year, self.level) if part)

    def amounts(self, facts: str) -> Iterator[tuple[str, Term, Decimal]]:
        """The parts of the figure that are read from a table of facts: which part, its term and its amount."""
        for part in ("numerator", "denominator", "beside"):
            term: Term | None = getattr(self.indicator, part)
            amount: Decimal | None = getattr(self, part)
            if term is not None and term.facts == facts and amount is not None:
                yield part, term, amount


@dataclass(frozen=True)
class Targets:
    """All that was published, and the figures to aim at."""

    indicators: tuple[PublishedIndicator, ...]
    totals: tuple[PublishedTotals, ...]
    shares: tuple[PublishedShare, ...]
    aims: tuple[Aim, ...]

    def of(self, year: int, facts: str) -> list[tuple[Aim, str, Term, Decimal]]:
        """What the figures of a year need from a table of facts."""
        return [
            (aim, part, term, amount)
            for aim in self.aims
            if aim.year == year
            for part, term, amount in aim.amounts(facts)
        ]


Row = TypeVar("Row", bound=_Row)


def load_targets(profile: Profile, choices: Choices) -> Targets:
    """The published figures of a profile's sample, and the aims that follow from them and the choices.

    Raises `ProfileError` if a file cannot be read or a choice contradicts what was published.
    """
    folder = sample_folder(profile)
    indicators = _read(folder / "published_indicators.csv", PublishedIndicator)
    totals = _read(folder / "published_spending_totals.csv", PublishedTotals)
    shares = _read(folder / "published_theme_shares.csv", PublishedShare)
    problems: list[str] = []
    aims = tuple(aim for row in indicators if (aim := _aim(row, profile, choices, problems)))
    problems += [*_indicator_conflicts(aims), *_spending_conflicts(profile, choices, totals, shares)]
    if problems:
        raise ProfileError(str(folder), problems)
    return Targets(indicators, totals, shares, aims)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """The value as it is printed: half away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _read(path: Path, model: type[Row]) -> tuple[Row, ...]:
    if not path.is_file():
        raise ProfileError(str(path.parent), [f"{path.name}: the file is missing; expected what was published"])
    with path.open(encoding="utf-8", newline="") as lines:
        data = list(csv.DictReader(lines))
    rows: list[Row] = []
    problems: list[str] = []
    for number, line in enumerate(data, start=2):
        try:
            rows.append(model.model_validate(line))
        except (ValidationError, InvalidOperation) as error:
            reasons = explain(error) if isinstance(error, ValidationError) else ["no number"]
            problems += [f"{path.name}, line {number}: {problem}" for problem in reasons]
    if problems:
        raise ProfileError(str(path.parent), problems)
    return tuple(rows)


def _aim(row: PublishedIndicator, profile: Profile, choices: Choices, problems: list[str]) -> Aim | None:
    where = f"published_indicators.csv: {row.indicator_id}, {row.reporting_year}"
    definition = profile.indicator(row.indicator_id, row.reporting_year)
    chosen = choices.years.get(row.reporting_year)
    if definition is None or chosen is None:
        problems.append(f"{where}: no definition or no choices for that year; expected both")
        return None
    parts = chosen.indicators.get(row.indicator_id)
    value = row.value
    if parts and row.level in parts.instead:
        value = parts.instead[row.level]
    if value is None:
        problems.append(f"{where}, level {row.level}: no value; expected one, or `instead` in sample.yaml")
        return None
    if definition.kind == "share":
        value /= 100
    whole = definition.kind in ("count", "sum")
    numerator = value if whole else (parts.numerator if parts else None)
    denominator = parts.denominator if parts else None
    if definition.kind in ("ratio", "share") and (numerator is None or not denominator):
        problems.append(
            f"sample.yaml: years.{row.reporting_year}.indicators.{row.indicator_id}: "
            "expected a numerator and a denominator"
        )
        return None
    return Aim(
        definition,
        row.reporting_year,
        row.level,
        value,
        row.spread,
        numerator,
        denominator,
        parts.beside if parts else None,
    )


def _indicator_conflicts(aims: Iterable[Aim]) -> Iterator[str]:
    for aim in aims:
        if aim.indicator.kind in ("ratio", "share") and aim.numerator is not None and aim.denominator:
            decimals = aim.indicator.decimals + (2 if aim.indicator.kind == "share" else 0)
            ratio = rounded(aim.numerator / aim.denominator, decimals)
            if ratio != rounded(aim.value, decimals):
                yield (
                    f"sample.yaml: {aim.name}: {aim.numerator} / {aim.denominator} prints {ratio}; expected {aim.value}"
                )


def _spending_conflicts(
    profile: Profile, choices: Choices, totals: Iterable[PublishedTotals], shares: Iterable[PublishedShare]
) -> Iterator[str]:
    for row in totals:
        chosen = choices.years.get(row.reporting_year)
        if chosen is None:
            yield f"published_spending_totals.csv: no choices for {row.reporting_year}; expected them in sample.yaml"
            continue
        planned = sum(
            (p.amount for p in profile.plan if p.version == first_version(profile) and p.year == row.reporting_year),
            Decimal(0),
        )
        for what, total, printed in (
            ("budget", planned, row.budget_keur),
            ("realised", sum(chosen.realised.values()), row.realised_keur),
        ):
            if rounded(Decimal(total) / 1000, 0) != printed:
                yield f"{row.reporting_year}: {what} adds up to {total} euro; expected k€ {printed}"
    realised = choices.years[choices.last_year].realised
    whole = sum(realised.values())
    for share in shares:
        percentage = rounded(100 * realised.get(share.theme_id, Decimal(0)) / whole, 0)
        if percentage != share.realisation_2020_share_pct:
            yield (
                f"sample.yaml: years.{choices.last_year}.realised.{share.theme_id} is {percentage}% of the total; "
                f"expected {share.realisation_2020_share_pct}%"
            )


def first_version(profile: Profile) -> str:
    """The version of the spending plan from which the sample's budgets follow: the first one."""
    return profile.plan[0].version if profile.plan else ""
