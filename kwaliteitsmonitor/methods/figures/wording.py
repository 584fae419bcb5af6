"""Rows that passed the disclosure gate, worded: figures as they are printed, and notes in Dutch and in English.

This is the only place where numbers and remarks of indicators and results of evaluations become text. What the gate
took out of a row cannot come back here, and no text is changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, Exact, Language, figure
from kwaliteitsmonitor.methods.remarks import Remark
from schemas.profile import Indicator
from schemas.words import noted

LANGUAGES: tuple[Language, ...] = ("nl", "en")


def indicator_rows(rows: Iterable[Mapping[str, Any]], indicators: Iterable[Indicator]) -> list[dict[str, Any]]:
    """Rows of `indicator_values` with what the report prints of each and its notes, in both languages.

    Each row has `exact` (`Exact`, `None` where no figure is shown), `remarks` and `breaks`, which go.
    """
    definitions = {(one.id, one.version): one for one in indicators}
    return [_indicator(row, definitions[(row["indicator"], row["definition_version"])]) for row in rows]


def _indicator(row: Mapping[str, Any], definition: Indicator) -> dict[str, Any]:
    exact: Exact | None = row["exact"]
    text = {f"printed_{to}": _printed(exact, row["status"], definition, to) for to in LANGUAGES}
    worded = {**text, **notes("break_note", row["breaks"]), **notes("note", row["remarks"])}
    return {name: value for name, value in row.items() if name not in ("exact", "remarks", "breaks")} | worded


def _printed(exact: Exact | None, status: str, definition: Indicator, language: Language) -> str:
    if exact is None:
        return SYMBOLS[status][language]
    return figure(exact, definition.decimals, definition.printing, language)


def result_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `evaluation_results` with their notes in both languages; each has `remarks`, which go."""
    return [
        {name: value for name, value in row.items() if name != "remarks"} | notes("note", row["remarks"])
        for row in rows
    ]


def notes(name: str, remarks: Iterable[Remark]) -> dict[str, str | None]:
    """The remarks in a column per language, such as `note_nl` and `note_en`; `None` without any."""
    return noted((one.words() for one in remarks), name)
