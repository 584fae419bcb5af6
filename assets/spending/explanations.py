"""Over- and underspending beyond the threshold of the profile, with what the unit says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NotRequired

from assets.spending.ledger import Amounts, Ledger, add_up
from kwaliteitsmonitor.methods.checks.results import SHOWN_CELLS, Outcome, RuleResult, about
from kwaliteitsmonitor.methods.figures.identity import figure_id
from kwaliteitsmonitor.methods.figures.numbers import numbers
from schemas.consequences import Costs
from schemas.profile.spending import ExplainFrom
from schemas.rows import BfrRow
from schemas.values import Row
from schemas.words import Words

TEXT = "explanation"
UNEXPLAINED = "bfr.departure_explained"


class ExplainedRow(BfrRow):
    """An accepted row of `bfr`, with what the unit says of it if the profile reads that."""

    explanation: NotRequired[str | None]


def explanations(ledger: Ledger, rule: ExplainFrom, lines: Sequence[ExplainedRow]) -> list[Row]:
    """Rows of `spending_explanations`: each unit and theme of which so much more or less was spent than budgeted.

    `lines` are rows of the staged table `bfr`; if they hold explanations, those of the lines of the unit and theme
    stand beside it. The definitive round is judged by what was realised; a round during the year by its forecast, for
    of a year that is half over half of the budget is spent.
    """
    read = bool(lines) and TEXT in lines[0]
    return [
        {
            "reporting_year": year,
            "cycle": ledger.cycle.key,
            "round": number,
            "unit": unit,
            "theme": theme,
            "basis": basis,
            **numbers("spending_explanations", {"budget": sums.budget, "outcome": outcome}),
            "explained": ("given" if text else "asked") if read else "not_read",
            "explanation": text,
            "about_figure": figure_id(ledger.cycle, "unit_spending", year, unit, theme),
        }
        for year, number, unit, theme, sums in _sums(ledger)
        for basis, outcome in _outcome(ledger, number, sums)
        if rule.departure(sums.budget, outcome) is not None
        for text in [_explanation(lines, year, number, unit, theme) if read else None]
    ]


def explanations_result(rows: Sequence[Row], judged: int, themes: Mapping[str, Words]) -> RuleResult:
    """Whether every departure beyond the threshold is explained, of those whose explanation is read.

    `themes` are the names of the themes, by their codes.
    """
    silent = [row for row in rows if row["explained"] == "asked"]
    return RuleResult(
        "bfr",
        UNEXPLAINED,
        Costs.NOTE,
        Outcome.FAILED if silent else Outcome.PASSED,
        judged,
        len(silent),
        "over- of onderbesteding boven de drempel is toegelicht",
        "over- or underspending beyond the threshold is explained",
        cells=tuple(_place(row, themes) for row in silent[:SHOWN_CELLS]),
    )


def _place(row: Row, themes: Mapping[str, Words]) -> Words:
    """The unit, theme and year that a row is about."""
    unit, theme, year = (str(row[name]) for name in ("unit", "theme", "reporting_year"))
    return about(unit, themes.get(theme, theme), year)


def _sums(ledger: Ledger) -> Iterator[tuple[int, int, str, str, Amounts]]:
    for year in ledger.years:
        for unit in ledger.units:
            if ledger.unit_lacks(year, unit):
                continue
            aside = ledger.lost_of(year, ledger.settling_round(year), unit)
            for theme in (theme for theme in ledger.themes if theme not in aside):
                lines = [ln for ln in ledger.of_year(year) if ln.unit == unit and ln.theme == theme]
                if lines:
                    yield year, ledger.settling_round(year), unit, theme, add_up(lines)


def _outcome(ledger: Ledger, number: int, sums: Amounts) -> list[tuple[str, Decimal]]:
    if number == ledger.last_round:
        return [("realised", sums.realised)]
    return [] if sums.forecast is None else [("forecast", sums.forecast)]


def _explanation(lines: Sequence[ExplainedRow], year: int, number: int, unit: str, theme: str) -> str | None:
    """What was said of the lines of a unit and theme in a round, each thing once."""
    of = (year, number, unit, theme)
    texts = [
        (line["explanation"] or "").strip()
        for line in lines
        if (line["reporting_year"], line["round"], line["unit"], line["theme"]) == of
    ]
    return "; ".join(dict.fromkeys(filter(None, texts))) or None
