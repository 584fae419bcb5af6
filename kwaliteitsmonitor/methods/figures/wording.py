"""Rows that passed the disclosure gate, worded: figures as they are printed, and notes in Dutch and in English.

This is the only place where numbers and remarks of indicators and results of evaluations become text. What the gate
took out of a row cannot come back here, and no text is changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, Exact, Language, figure
from kwaliteitsmonitor.methods.figures.unworded import UnwordedFigure, UnwordedResult
from kwaliteitsmonitor.methods.remarks import Remark
from schemas.profile import Indicator
from schemas.rows import (
    EvaluationResultsRow,
    IndicatorValuesRow,
    UnwordedEvaluationResultsRow,
    UnwordedIndicatorValuesRow,
)
from schemas.words import Notes, noted


def indicator_rows(rows: Iterable[UnwordedFigure], indicators: Iterable[Indicator]) -> list[IndicatorValuesRow]:
    """Rows of `indicator_values` with what the report prints of each and its notes, in both languages.

    `exact`, `remarks` and `breaks` go.
    """
    definitions = {(one.id, one.version): one for one in indicators}
    return [_indicator(row, definitions[(row["indicator"], row["definition_version"])]) for row in rows]


def _indicator(row: UnwordedFigure, definition: Indicator) -> IndicatorValuesRow:
    breaks = notes(row["breaks"])
    left = row.copy()
    del left["exact"], left["remarks"], left["breaks"]
    fields: UnwordedIndicatorValuesRow = left
    return {
        **fields,
        "printed_nl": _printed(row["exact"], row["status"], definition, "nl"),
        "printed_en": _printed(row["exact"], row["status"], definition, "en"),
        "break_note_nl": breaks["note_nl"],
        "break_note_en": breaks["note_en"],
        **notes(row["remarks"]),
    }


def _printed(exact: Exact | None, status: str, definition: Indicator, language: Language) -> str:
    if exact is None:
        return SYMBOLS[status][language]
    return figure(exact, definition.decimals, definition.printing, language)


def result_rows(rows: Iterable[UnwordedResult]) -> list[EvaluationResultsRow]:
    """Rows of `evaluation_results` with their notes in both languages; `remarks` go."""
    return [_result(row) for row in rows]


def _result(row: UnwordedResult) -> EvaluationResultsRow:
    left = row.copy()
    del left["remarks"]
    fields: UnwordedEvaluationResultsRow = left
    return {**fields, **notes(row["remarks"])}


def notes(remarks: Iterable[Remark]) -> Notes:
    """The remarks in a column per language; `None` without any."""
    return noted(one.words() for one in remarks)
