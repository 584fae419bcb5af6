"""Putting into rows what is withheld: what is hidden holds no number at all, what is coarse has two digits.

Rows hold values and remarks (`kwaliteitsmonitor.methods.remarks`), and no text about them: they are worded
after this (`kwaliteitsmonitor.methods.figures.wording`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kwaliteitsmonitor.methods.disclosure.circulation import COARSE, HIDDEN, coarse
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld
from kwaliteitsmonitor.methods.disclosure.feasible_tables import DECIMALS
from kwaliteitsmonitor.methods.disclosure.milp import NOTHING, PRINTED
from kwaliteitsmonitor.methods.disclosure.people import PERSONS, suppress, suppressed
from kwaliteitsmonitor.methods.figures.printing import Exact, rounded
from kwaliteitsmonitor.methods.remarks import Remark, Sentence, without_people
from kwaliteitsmonitor.methods.statistics.moments import Moments, welch
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.profile import Indicator
from schemas.tables.shared.code_words import HIDDEN_BY
from schemas.words import Words

RESULTS = (
    "courses", "n", "invited", "response_rate", "mean", "sd_respondents", "sd_courses", "sd_units", "ci95_low",
    "ci95_high", "median", "change", "change_low", "change_high",
)  # fmt: skip
"""The numbers of a row of `evaluation_results`."""

CHANGE = ("change", "change_low", "change_high")
SPREAD = ("sd_respondents", "ci95_low", "ci95_high", "median")
"""What is shown of a distribution beside its mean."""
INTERVAL = ("change_low", "change_high")

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


def results(rows: Iterable[Mapping[str, Any]], withheld: Withheld) -> list[dict[str, Any]]:
    """The rows of `evaluation_results` with `remarks`, as far as they are shown.

    If the spread is shown as printed, intervals are those of the printed one: they would say it in full precision.
    """
    copies = [dict(row) for row in rows]
    spreads = {_question_key(row): _spread(row, withheld) for row in copies if row["status"] == "ok"}
    return [_result(row, withheld, spreads) if row["status"] == "ok" else row for row in copies]


def _question_key(row: Mapping[str, Any]) -> tuple[int, str, str, Cell]:
    return row["reporting_year"], row["evaluation"], row["question"], _cell(row)


def _spread(row: Mapping[str, Any], withheld: Withheld) -> Spread:
    how = withheld.spread(*_question_key(row))
    deviation = row["sd_respondents"] if how is None else _round(row["sd_respondents"], DECIMALS)
    if deviation is None or how == NOTHING:
        return Spread(how is None, None)
    n, mean, spread = row["n"], Fraction(repr(row["mean"])), Fraction(repr(deviation))
    return Spread(how is None, Moments(n, n * mean, (n - 1) * spread**2 + n * mean**2))


def _result(row: dict[str, Any], withheld: Withheld, spreads: Mapping[Any, Spread]) -> dict[str, Any]:
    year, evaluation, question, cell = _question_key(row)
    state = withheld.state(year, evaluation, cell)
    if state == HIDDEN:
        rule = withheld.rule(year, evaluation, cell)
        hidden = {"remarks": (_hidden(rule),), "status": "suppressed", "hidden_by": rule}
        return row | dict.fromkeys(RESULTS) | hidden
    row |= {"people": withheld.people(year, evaluation, cell)}
    spread = spreads[(year, evaluation, question, cell)]
    if state == COARSE:
        deviation = _round(row["sd_respondents"], DECIMALS) if spread.moments else None
        kept = {"mean": _round(row["mean"], DECIMALS), "sd_respondents": deviation}
        remarks = {
            "remarks": (ROUNDED,),
            "spread_shown": WITHHELD_SPREAD if deviation is None else ROUNDED_SPREAD,
        }
        return row | dict.fromkeys(RESULTS) | kept | {"n": coarse(row["n"])} | remarks
    if row["change"] is not None and withheld.state(year - 1, evaluation, cell):
        # With the change, and this year's figure, last year's would be known.
        row |= dict.fromkeys(CHANGE) | {"remarks": (*row["remarks"], NOT_COMPARED)}
    if row["change"] is not None:
        row |= _ends_of_change(spread, spreads.get((year - 1, evaluation, question, cell)), row)
    before = spreads.get((year - 1, evaluation, question, cell))
    row |= {"spread_shown": None if row["sd_respondents"] is None else EXACT}
    if not spread.full:
        row |= _of_spread(spread.moments, row)
    elif row["change_low"] is not None and before is not None and not before.full:
        row |= {"remarks": (*row["remarks"], INTERVAL_ROUNDED)}
    if withheld.covers_hidden(year, evaluation, cell):
        # These do not add up over cells: in full precision they would give away the means of those that are hidden.
        row |= {name: _round(row[name], DECIMALS) for name in ("sd_courses", "sd_units")}
    return row


def _of_spread(printed: Moments | None, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row shows of a spread that is not shown in full."""
    if printed is None:
        if row["sd_respondents"] is None:
            return {**dict.fromkeys(SPREAD), "spread_shown": None}
        remarks = (*row["remarks"], NO_SPREAD)
        return {**dict.fromkeys(SPREAD), "remarks": remarks, "spread_shown": WITHHELD_SPREAD}
    half = float(printed.half_width or 0)
    ends = {name: _round(row["mean"] + side, DECIMALS) for name, side in (("ci95_low", -half), ("ci95_high", half))}
    shown = {"spread_shown": ROUNDED_SPREAD, "remarks": (*row["remarks"], SPREAD_ROUNDED)}
    return {"sd_respondents": _round(row["sd_respondents"], DECIMALS), **ends, **shown}


def _ends_of_change(now: Spread, before: Spread | None, row: Mapping[str, Any]) -> dict[str, Any]:
    """The interval of a change, from both spreads as far as they are shown; none if one of them is not."""
    if now.full and (before is None or before.full):
        return {}
    both = welch(now.moments, before.moments) if before and now.moments and before.moments else None
    if both is None:
        return dict.fromkeys(INTERVAL)
    half = float(both.high - both.low) / 2
    return {
        "change_low": _round(row["change"] - half, DECIMALS),
        "change_high": _round(row["change"] + half, DECIMALS),
    }


def shares(rows: Iterable[Mapping[str, Any]], withheld: Withheld) -> list[dict[str, Any]]:
    """The rows of `evaluation_shares`, as far as they are shown: all answers to a question in a cell, or none."""
    return [_share(row, withheld) for row in rows]


def _share(row: Mapping[str, Any], withheld: Withheld) -> dict[str, Any]:
    year, evaluation, cell = row["reporting_year"], row["evaluation"], _cell(row)
    if row["status"] != "ok" or withheld.distributed(year, evaluation, row["question"], cell):
        return dict(row)
    hidden = withheld.state(year, evaluation, cell) == HIDDEN
    rule = withheld.rule(year, evaluation, cell) if hidden else DISTRIBUTION
    return {**row, "share": None, "answers": None, "status": "suppressed", "hidden_by": rule}


def figures(
    rows: Iterable[dict[str, Any]],
    indicators: Iterable[Indicator],
    withheld: Withheld,
    threshold: int,
    before: frozenset[str] = frozenset(),
) -> list[dict[str, Any]]:
    """The rows of `indicator_values`, as far as they are shown, in their order.

    Each has `exact`, `remarks` and `breaks`, as `kwaliteitsmonitor.methods.figures.wording` takes them. `before` are
    the figures about staff and students, by their ids, that an earlier release hid and that hold the same.
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


def _beside(row: dict[str, Any], threshold: int) -> dict[str, Any]:
    """A figure without the number beside it, if that is about too few people."""
    exact: Exact | None = row["exact"]
    if exact is None or not exact.beside or row["unit_of_measure"] != PERSONS or exact.beside >= threshold:
        return row
    return row | {"exact": replace(exact, beside=None, beside_hidden=True)}


def over_answers(row: Mapping[str, Any], indicators: Iterable[Indicator]) -> bool:
    """Whether a row of `indicator_values` is about answers to an evaluation."""
    definition = (row["indicator"], row["definition_version"])
    return any(one.answers is not None and (one.id, one.version) == definition for one in indicators)


def _figure(row: dict[str, Any], definition: Indicator, withheld: Withheld) -> dict[str, Any]:
    year, cell = row["reporting_year"], _cell(row)
    evaluation = definition.answers.evaluation if definition.answers else ""
    state = withheld.state(year, evaluation, cell)
    if state == HIDDEN:
        return suppressed(row, withheld.rule(year, evaluation, cell)) | {"remarks": (), "breaks": ()}
    question = definition.answers.question if definition.answers else ""
    if definition.kind == "median" and (
        state == COARSE or withheld.spread(year, evaluation, question, cell) == NOTHING
    ):
        # A median says of a distribution what its spread does: it is shown where the results show it.
        return suppressed(row, DISTRIBUTION) | {"remarks": (), "breaks": ()}
    row = _as_spread(row, withheld.spread(year, evaluation, question, cell))
    decimals = max(row["decimals"], DECIMALS)
    printed = {name: _round(row[name], decimals) for name in ("value", "spread")}
    if state == COARSE:
        nothing = dict.fromkeys(("invited", "response_rate"))
        row |= {"spread_shown": ROUNDED_SPREAD} if row.get("spread_shown") == EXACT else {}
        uncounted = _uncounted(row)
        remarks = {"remarks": (*uncounted["remarks"], ROUNDED)}
        return row | printed | nothing | {"n": coarse(row["n"])} | uncounted | remarks
    if withheld.covers_hidden(year, evaluation, cell):
        # A mean over courses or units and a spread between them do not add up over cells.
        if definition.unit_of_analysis == "respondent":
            del printed["value"]
            if row["spread_kind"] not in ("sd_courses", "sd_units"):
                del printed["spread"]
        return row | printed | _uncounted(row)
    return row


def _as_spread(row: Mapping[str, Any], how: str | None) -> dict[str, Any]:
    """A figure with the spread of its answers as far as it is shown: in full, to one decimal, or not at all."""
    if row["spread"] is None or row["spread_kind"] not in OF_ANSWERS:
        return dict(row)
    if how is None:
        return {**row, "spread_shown": EXACT}
    if how == PRINTED:
        exact = replace(row["exact"], spread_decimals=DECIMALS)
        return {**row, "exact": exact, "spread": _round(row["spread"], DECIMALS), "spread_shown": ROUNDED_SPREAD}
    exact, remarks = replace(row["exact"], spread=None), (*row["remarks"], NO_SPREAD)
    return {**row, "exact": exact, "spread": None, "spread_shown": WITHHELD_SPREAD, "remarks": remarks}


def _cell(row: Mapping[str, Any]) -> Cell:
    return Cell(row["unit"], row.get("programme"), row["level"])


def _round(value: float | None, decimals: int) -> float | None:
    return None if value is None else float(rounded(Decimal(repr(value)), decimals))


def _hidden(rule: str) -> Sentence:
    """What stands with a figure that a rule hid."""
    words = HIDDEN_BY[rule]
    return Sentence(Words(f"verborgen: {words.nl}", f"hidden: {words.en}"))


def _uncounted(row: Mapping[str, Any]) -> dict[str, tuple[Remark, ...]]:
    """What there is to say of a figure, without the numbers of people in it."""
    return {name: without_people(row[name]) for name in ("remarks", "breaks")}
