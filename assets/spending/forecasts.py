"""What the rounds during a year expected beside what the year became."""

from __future__ import annotations

from collections.abc import Sequence

from assets.common.rows import as_values
from assets.spending.contributions import of_lines
from assets.spending.ledger import Ledger, Line, add_up, not_delivered
from kwaliteitsmonitor.methods.figures.contributions import Contribution
from kwaliteitsmonitor.methods.figures.identity import figure_id
from kwaliteitsmonitor.methods.figures.left_out import EVERYONE, Gap, among, goes_without, named
from kwaliteitsmonitor.methods.figures.numbers import numbers
from schemas.values import Row, Value
from schemas.words import Words, noted

NO_FORECAST = Words("niet elke rij heeft een verwachting", "not every line has a forecast")


def forecasts(ledger: Ledger) -> tuple[list[Row], list[Contribution]]:
    """Rows of `spending_forecasts` for every settled year of the cycle, with what contributed to them.

    Both sides are of the same units. One that either of the two is without is left out of both, and the row says
    without whom it is: what came later would pass for money. If nobody is left, nothing is compared.
    """
    rows: list[Row] = []
    contributions: list[Contribution] = []
    for year in ledger.years:
        if ledger.settling_round(year) != ledger.last_round:
            continue  # what the year becomes is not known yet
        settled = ledger.of_year(year)
        for number in ledger.rounds[:-1]:
            expected = ledger.lines.get((year, number), ())
            if not expected:
                continue
            rounds = (number, ledger.last_round)
            gaps = ledger.gaps_of_both(year, number)
            before, after = (ledger.kept_of_both(year, number, of) for of in rounds)
            empty = any(ledger.is_empty(year, r) for r in rounds)
            for theme in (*ledger.themes, None):
                identity = figure_id(ledger.cycle, "forecast", year, number, theme)
                if theme is not None and not any(line.theme == theme for line in (*expected, *settled)):
                    continue
                of_theme = among(gaps, theme)
                then, now = ([ln for ln in lines if theme in (None, ln.theme)] for lines in (before, after))
                compared = _compared(then, now, [not_delivered([EVERYONE])] if empty else [], of_theme)
                rows.append(
                    {
                        "reporting_year": year,
                        "cycle": ledger.cycle.key,
                        "round": number,
                        "theme": theme,
                        **compared,
                        "figure_id": identity,
                    }
                )
                if compared["status"] == "ok":
                    contributions.extend(of_lines(identity, "forecast", then, before))
                    contributions.extend(of_lines(identity, "realised", now, after))
    return rows, contributions


def _compared(
    expected: Sequence[Line], settled: Sequence[Line], lacking: Sequence[Words], gaps: Sequence[Gap]
) -> dict[str, Value]:
    forecast, realised = add_up(expected).forecast, add_up(settled).realised
    why = lacking or (() if expected else goes_without(gaps))
    if why or forecast is None:
        empty = dict.fromkeys(("forecast", "realised", "deviation", "deviation_pct", "without"))
        return {**empty, "status": "not_available", **as_values(noted(why or (NO_FORECAST, *goes_without(gaps))))}
    return {
        **numbers("spending_forecasts", {"forecast": forecast, "realised": realised}),
        "status": "ok",
        **as_values(noted(goes_without(gaps))),
        "without": named(gaps),
    }
