"""Putting into rows what is withheld: what is hidden holds no number at all, what is coarse has two digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from assets.disclosure.circulation import COARSE, HIDDEN, coarse
from assets.disclosure.evaluations import Withheld
from assets.disclosure.people import suppress, suppressed
from assets.indicators.printing import rounded
from assets.statistics.sums import Cell
from schemas.profile import Indicator
from schemas.words import Words

RESULTS = (
    "courses", "n", "invited", "response_rate", "mean", "sd_respondents", "sd_courses", "sd_units", "ci95_low",
    "ci95_high", "median", "change", "change_low", "change_high",
)  # fmt: skip
"""The numbers of a row of `evaluation_results`."""

CHANGE = ("change", "change_low", "change_high")
DECIMALS = 1
"""The decimals in which a mean or spread is shown that more would take apart."""

ROUNDED = Words(
    "in twee cijfers: sinds een eerdere uitgave veranderden antwoorden van weinig mensen",
    "in two digits: answers of few people changed since an earlier release",
)
NOT_COMPARED = Words("geen vergelijking: het jaar ervoor is onderdrukt", "no comparison: the year before is suppressed")
_COUNTS = re.compile(r"\d+(?= (?:antwoord|answer))")


def results(rows: Iterable[Mapping[str, Any]], withheld: Withheld) -> list[dict[str, Any]]:
    """The rows of `evaluation_results`, as far as they are shown."""
    return [_result(dict(row), withheld) if row["status"] == "ok" else dict(row) for row in rows]


def _result(row: dict[str, Any], withheld: Withheld) -> dict[str, Any]:
    year, evaluation, cell = row["reporting_year"], row["evaluation"], _cell(row)
    state = withheld.state(year, evaluation, cell)
    if state == HIDDEN:
        return row | dict.fromkeys(RESULTS) | {"note": None, "status": "suppressed"}
    if state == COARSE:
        kept = {name: _round(row[name], DECIMALS) for name in ("mean", "sd_respondents")}
        return row | dict.fromkeys(RESULTS) | kept | {"n": coarse(row["n"]), "note": _said(None, ROUNDED)}
    if row["change"] is not None and withheld.state(year - 1, evaluation, cell):
        # With the change, and this year's figure, last year's would be known.
        row |= dict.fromkeys(CHANGE) | {"note": _said(row["note"], NOT_COMPARED)}
    if withheld.covers_hidden(year, evaluation, cell):
        # These do not add up over cells: in full precision they would give away the means of those that are hidden.
        row |= {name: _round(row[name], DECIMALS) for name in ("sd_courses", "sd_units")}
    return row


def shares(rows: Iterable[Mapping[str, Any]], withheld: Withheld) -> list[dict[str, Any]]:
    """The rows of `evaluation_shares`, as far as they are shown: all answers to a question in a cell, or none."""
    return [
        dict(row)
        if row["status"] != "ok"
        or withheld.distributed(row["reporting_year"], row["evaluation"], row["question"], _cell(row))
        else {**row, "share": None, "answers": None, "status": "suppressed"}
        for row in rows
    ]


def figures(
    rows: Iterable[dict[str, Any]], indicators: Iterable[Indicator], withheld: Withheld, threshold: int
) -> list[dict[str, Any]]:
    """The rows of `indicator_values`, as far as they are shown, in their order."""
    over_answers = {(i.id, i.version): i for i in indicators if i.answers is not None}
    found = list(rows)
    of_people = [row for row in found if (row["indicator"], row["definition_version"]) not in over_answers]
    shown = {row["figure_id"]: row for row in suppress(of_people, threshold)}
    for row in found:
        definition = over_answers.get((row["indicator"], row["definition_version"]))
        if definition is not None:
            shown[row["figure_id"]] = _figure(row, definition, withheld) if row["status"] == "ok" else row
    return [shown[row["figure_id"]] for row in found]


def _figure(row: dict[str, Any], definition: Indicator, withheld: Withheld) -> dict[str, Any]:
    year, cell = row["reporting_year"], _cell(row)
    evaluation = definition.answers.evaluation if definition.answers else ""
    state = withheld.state(year, evaluation, cell)
    if state == HIDDEN:
        return suppressed(row) | {"break_note": None}
    decimals = max(row["decimals"], DECIMALS)
    printed = {name: _round(row[name], decimals) for name in ("value", "spread")}
    if state == COARSE:
        note = _said(_COUNTS.sub("×", row["break_note"] or ""), ROUNDED)
        nothing = dict.fromkeys(("invited", "response_rate"))
        return row | printed | nothing | {"n": coarse(row["n"]), "break_note": note}
    if withheld.covers_hidden(year, evaluation, cell):
        # A mean over courses or units and a spread between them do not add up over cells.
        if definition.unit_of_analysis == "respondent":
            del printed["value"]
            if row["spread_kind"] not in ("sd_courses", "sd_units"):
                del printed["spread"]
        return row | printed | {"break_note": _COUNTS.sub("×", row["break_note"] or "") or None}
    return row


def _cell(row: Mapping[str, Any]) -> Cell:
    return Cell(row["unit"], row.get("programme"), row["level"])


def _round(value: float | None, decimals: int) -> float | None:
    return None if value is None else float(rounded(Decimal(repr(value)), decimals))


def _said(note: str | None, words: Words) -> str:
    return "; ".join(filter(None, [note, f"{words.nl} / {words.en}"]))
