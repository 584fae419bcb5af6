"""Putting into rows what is withheld: what is hidden holds no number at all, what is coarse has two digits.

Rows hold values and remarks (`kwaliteitsmonitor.methods.remarks`), and no text about them: they are worded
after this (`kwaliteitsmonitor.methods.figures.wording`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from kwaliteitsmonitor.methods.disclosure.circulation import COARSE, HIDDEN, coarse
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld
from kwaliteitsmonitor.methods.disclosure.feasible_tables import DECIMALS
from kwaliteitsmonitor.methods.disclosure.milp import NOTHING, PRINTED
from kwaliteitsmonitor.methods.disclosure.people import PERSONS, suppress, suppressed
from kwaliteitsmonitor.methods.figures.printing import rounded
from kwaliteitsmonitor.methods.figures.unworded import UnwordedFigure, UnwordedResult
from kwaliteitsmonitor.methods.remarks import Sentence, without_people
from kwaliteitsmonitor.methods.statistics.moments import Moments, welch
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.kinds import DEMANDS
from schemas.profile import Indicator
from schemas.rows import EvaluationSharesRow
from schemas.tables.shared.code_words import HIDDEN_BY
from schemas.words import Words

RESULTS: Final = (
    "courses", "n", "invited", "response_rate", "mean", "sd_respondents", "sd_courses", "sd_units", "ci95_low",
    "ci95_high", "median", "change", "change_low", "change_high",
)  # fmt: skip
"""The numbers of a row of `evaluation_results`."""

CHANGE: Final = ("change", "change_low", "change_high")
BETWEEN: Final = ("sd_courses", "sd_units")
"""The spreads between courses and between units."""

ROUNDED = Sentence(
    Words(
        "in twee cijfers: sinds een eerdere uitgave veranderden antwoorden van weinig mensen",
        "in two digits: answers of few people changed since an earlier release",
    )
)
NO_SPREAD = Sentence(
    Words(
        "spreiding niet getoond: uit aantal, gemiddelde en spreiding volgt hoe weinigen een antwoord gaven",
        "spread not shown: number, mean and spread would tell how few gave an answer",
    )
)
SPREAD_ROUNDED = Sentence(
    Words("spreiding en interval afgerond op één decimaal", "spread and interval rounded to one decimal")
)
INTERVAL_ROUNDED = Sentence(
    Words(
        "het interval van het verschil berust op een afgeronde spreiding van het jaar ervoor, en is afgerond",
        "the interval of the change rests on a rounded spread of the year before, and is rounded",
    )
)
EXACT, ROUNDED_SPREAD, WITHHELD_SPREAD = "exact", "rounded", "withheld"
"""How a spread is shown, as `spread_shown` has it."""
DISTRIBUTION = "distribution"
NOT_COMPARED = Sentence(
    Words("geen vergelijking: het jaar ervoor is onderdrukt", "no comparison: the year before is suppressed")
)
OF_ANSWERS = ("sd_respondents", "ci95")
"""The kinds of spread that are of the answers themselves."""


@dataclass(frozen=True)
class Spread:
    """The spread of the answers in a row as far as it is shown: `full`, else as printed; no moments if it is not."""

    full: bool
    moments: Moments | None


QuestionKey = tuple[int, str, str, Cell]
"""A reporting year, an evaluation, a question of it and a cell."""


def results(rows: Iterable[UnwordedResult], withheld: Withheld) -> list[UnwordedResult]:
    """The rows of `evaluation_results`, as far as they are shown.

    If the spread is shown as printed, intervals are those of the printed one: they would say it in full precision.
    """
    every = list(rows)
    spreads = {_question_key(row): _spread(row, withheld) for row in every if row["status"] == "ok"}
    return [_result(row, withheld, spreads) if row["status"] == "ok" else row for row in every]


def _question_key(row: UnwordedResult) -> QuestionKey:
    return row["reporting_year"], row["evaluation"], row["question"], _cell(row)


def _spread(row: UnwordedResult, withheld: Withheld) -> Spread:
    how = withheld.spread(*_question_key(row))
    deviation = row["sd_respondents"] if how is None else _round(row["sd_respondents"], DECIMALS)
    if deviation is None or how == NOTHING:
        return Spread(how is None, None)
    n = row["n"]
    if n is None:
        raise ValueError(f"{row['figure_id']} has a spread over no number of answers")
    mean, spread = Fraction(repr(row["mean"])), Fraction(repr(deviation))
    return Spread(how is None, Moments(n, n * mean, (n - 1) * spread**2 + n * mean**2))


def _result(row: UnwordedResult, withheld: Withheld, spreads: Mapping[QuestionKey, Spread]) -> UnwordedResult:
    year, evaluation, question, cell = _question_key(row)
    state = withheld.state(year, evaluation, cell)
    if state == HIDDEN:
        rule = withheld.rule(year, evaluation, cell)
        hidden = _without_numbers(row)
        return {**hidden, "remarks": (_hidden(rule),), "status": "suppressed", "hidden_by": rule}
    row = {**row, "people": withheld.people(year, evaluation, cell)}
    spread, before = spreads[(year, evaluation, question, cell)], spreads.get((year - 1, evaluation, question, cell))
    if state == COARSE:
        deviation = _round(row["sd_respondents"], DECIMALS) if spread.moments else None
        return {
            **_without_numbers(row),
            "n": _coarse(row["n"]),
            "mean": _round(row["mean"], DECIMALS),
            "sd_respondents": deviation,
            "remarks": (ROUNDED,),
            "spread_shown": WITHHELD_SPREAD if deviation is None else ROUNDED_SPREAD,
        }
    if row["change"] is not None:
        if withheld.state(year - 1, evaluation, cell):
            # With the change, and this year's figure, last year's would be known.
            for name in CHANGE:
                row[name] = None
            row["remarks"] += (NOT_COMPARED,)
        elif not spread.full or (before is not None and not before.full):
            row["change_low"], row["change_high"] = _ends_of_change(row["change"], spread, before)
    row["spread_shown"] = None if row["sd_respondents"] is None else EXACT
    if not spread.full:
        row = _as_printed(row, spread.moments)
    elif row["change_low"] is not None and before is not None and not before.full:
        row["remarks"] += (INTERVAL_ROUNDED,)
    if withheld.covers_hidden(year, evaluation, cell):
        # These do not add up over cells: in full precision they would give away the means of those that are hidden.
        for spread_between in BETWEEN:
            row[spread_between] = _round(row[spread_between], DECIMALS)
    return row


def _without_numbers(row: UnwordedResult) -> UnwordedResult:
    made = row.copy()
    for name in RESULTS:
        made[name] = None
    return made


def _as_printed(row: UnwordedResult, printed: Moments | None) -> UnwordedResult:
    """A row of which the spread is not shown in full, with as much of it as is."""
    if printed is None:
        if row["sd_respondents"] is not None:
            row = {**row, "remarks": (*row["remarks"], NO_SPREAD), "spread_shown": WITHHELD_SPREAD}
        return {**row, "sd_respondents": None, "ci95_low": None, "ci95_high": None, "median": None}
    half = float(printed.half_width or 0)
    return {
        **row,
        "sd_respondents": _round(row["sd_respondents"], DECIMALS),
        "ci95_low": _round(row["mean"], DECIMALS, -half),
        "ci95_high": _round(row["mean"], DECIMALS, half),
        "remarks": (*row["remarks"], SPREAD_ROUNDED),
        "spread_shown": ROUNDED_SPREAD,
    }


def _ends_of_change(change: float, now: Spread, before: Spread | None) -> tuple[float | None, float | None]:
    """The interval of a change, from both spreads as far as they are shown; none if one of them is not."""
    both = welch(now.moments, before.moments) if before and now.moments and before.moments else None
    if both is None:
        return None, None
    half = float(both.high - both.low) / 2
    return _round(change, DECIMALS, -half), _round(change, DECIMALS, half)


def shares(rows: Iterable[EvaluationSharesRow], withheld: Withheld) -> list[EvaluationSharesRow]:
    """The rows of `evaluation_shares`, as far as they are shown: all answers to a question in a cell, or none."""
    return [_share(row, withheld) for row in rows]


def _share(row: EvaluationSharesRow, withheld: Withheld) -> EvaluationSharesRow:
    year, evaluation, cell = row["reporting_year"], row["evaluation"], _cell(row)
    if row["status"] != "ok" or withheld.distributed(year, evaluation, row["question"], cell):
        return row
    hidden = withheld.state(year, evaluation, cell) == HIDDEN
    rule = withheld.rule(year, evaluation, cell) if hidden else DISTRIBUTION
    return {**row, "share": None, "answers": None, "status": "suppressed", "hidden_by": rule}


def figures(
    rows: Iterable[UnwordedFigure],
    indicators: Iterable[Indicator],
    withheld: Withheld,
    threshold: int,
    before: frozenset[str] = frozenset(),
) -> list[UnwordedFigure]:
    """The rows of `indicator_values`, as far as they are shown, in their order.

    `before` are the figures about staff and students, by their ids, that an earlier release hid and that hold the same.
    """
    over_answers = {(i.id, i.version): i for i in indicators if i.answers is not None}
    values = list(rows)
    of_people = [row for row in values if (row["indicator"], row["definition_version"]) not in over_answers]
    shown = {row["figure_id"]: _beside(row, threshold) for row in suppress(of_people, threshold, before)}
    for row in values:
        definition = over_answers.get((row["indicator"], row["definition_version"]))
        if definition is not None:
            shown[row["figure_id"]] = _figure(row, definition, withheld) if row["status"] == "ok" else row
    return [shown[row["figure_id"]] for row in values]


def _beside(row: UnwordedFigure, threshold: int) -> UnwordedFigure:
    """A figure without the number beside it, if that is about too few people."""
    exact = row["exact"]
    if exact is None or not exact.beside or row["unit_of_measure"] != PERSONS or exact.beside >= threshold:
        return row
    return {**row, "exact": replace(exact, beside=None, beside_hidden=True)}


def over_answers(row: UnwordedFigure, indicators: Iterable[Indicator]) -> bool:
    """Whether a row of `indicator_values` is about answers to an evaluation."""
    definition = (row["indicator"], row["definition_version"])
    return any(one.answers is not None and (one.id, one.version) == definition for one in indicators)


def _figure(row: UnwordedFigure, definition: Indicator, withheld: Withheld) -> UnwordedFigure:
    year, cell = row["reporting_year"], Cell(row["unit"], level=row["level"])
    evaluation = definition.answers.evaluation if definition.answers else ""
    state = withheld.state(year, evaluation, cell)
    if state == HIDDEN:
        return {**suppressed(row, withheld.rule(year, evaluation, cell)), "remarks": (), "breaks": ()}
    question = definition.answers.question if definition.answers else ""
    how = withheld.spread(year, evaluation, question, cell)
    if DEMANDS[definition.kind].shown_as_spread and (state == COARSE or how == NOTHING):
        return {**suppressed(row, DISTRIBUTION), "remarks": (), "breaks": ()}
    row = _as_spread(row, how)
    decimals = max(row["decimals"], DECIMALS)
    value, spread = _round(row["value"], decimals), _round(row["spread"], decimals)
    made: UnwordedFigure = {
        **row,
        "remarks": without_people(row["remarks"]),
        "breaks": without_people(row["breaks"]),
    }
    if state == COARSE:
        made |= {"value": value, "spread": spread, "n": _coarse(row["n"]), "invited": None, "response_rate": None}
        made["remarks"] += (ROUNDED,)
        if row.get("spread_shown") == EXACT:
            made["spread_shown"] = ROUNDED_SPREAD
        return made
    if withheld.covers_hidden(year, evaluation, cell):
        # A mean over courses or units and a spread between them do not add up over cells.
        if definition.unit_of_analysis != "respondent":
            made["value"] = value
        if definition.unit_of_analysis != "respondent" or row["spread_kind"] in BETWEEN:
            made["spread"] = spread
        return made
    return row


def _as_spread(row: UnwordedFigure, how: str | None) -> UnwordedFigure:
    """A figure with the spread of its answers as far as it is shown: in full, to one decimal, or not at all."""
    exact = row["exact"]
    if row["spread"] is None or row["spread_kind"] not in OF_ANSWERS:
        return row
    if exact is None:
        raise ValueError(f"{row['figure_id']} has a spread and nothing that is printed")
    if how is None:
        return {**row, "spread_shown": EXACT}
    if how == PRINTED:
        spread = _round(row["spread"], DECIMALS)
        exact = replace(exact, spread_decimals=DECIMALS)
        return {**row, "exact": exact, "spread": spread, "spread_shown": ROUNDED_SPREAD}
    return {
        **row,
        "exact": replace(exact, spread=None),
        "spread": None,
        "spread_shown": WITHHELD_SPREAD,
        "remarks": (*row["remarks"], NO_SPREAD),
    }


def _cell(row: UnwordedResult | EvaluationSharesRow) -> Cell:
    return Cell(row["unit"], row["programme"], row["level"])


def _coarse(n: int | None) -> int | None:
    return None if n is None else coarse(n)


def _round(value: float | None, decimals: int, side: float = 0.0) -> float | None:
    """A number, or the end of an interval that lies to a side of it, rounded."""
    return None if value is None else float(rounded(Decimal(repr(value + side)), decimals))


def _hidden(rule: str) -> Sentence:
    """What stands with a figure that a rule hid."""
    words = HIDDEN_BY[rule]
    return Sentence(Words(f"verborgen: {words.nl}", f"hidden: {words.en}"))
