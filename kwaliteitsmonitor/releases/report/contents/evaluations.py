"""The results of the evaluations for the whole institution: a line per question and level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, number
from kwaliteitsmonitor.releases.report.contents.columns import Columns
from kwaliteitsmonitor.releases.report.document.model import Figure, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading, decimal
from kwaliteitsmonitor.releases.report.document.table_spec import TableSpec
from schemas.rows import EvaluationResultsRow
from schemas.tables.shared.code_words import EVALUATION, EVALUATION_LEVEL
from schemas.words import Words

SHORT: Mapping[str, Words] = {"Ba": Words("Ba", "Ba"), "Ma": Words("Ma", "Ma"), "other": EVALUATION_LEVEL["other"]}
PLACES = 2
"""Decimals of a score: a mean of thousands of answers moves in the second."""


def evaluations(reading: Reading) -> Section | None:
    """The section on evaluations, a table per kind of evaluation, or `None` if the release has no result."""
    year = reading.cycle.reporting_year
    rows = [r for r in reading.rows(EvaluationResultsRow, year) if r["unit"] is None and r["programme"] is None]
    kinds = [kind for kind in EVALUATION if any(row["evaluation"] == kind for row in rows)]
    if not kinds:
        return None
    tables = tuple(_table(reading, [row for row in rows if row["evaluation"] == kind], kind) for kind in kinds)
    return Section("evaluations", reading.say("Evaluaties", "Evaluations"), tables)


def _table(reading: Reading, rows: Sequence[EvaluationResultsRow], kind: str) -> Table:
    columns, say, year = Columns[EvaluationResultsRow](reading), reading.say, reading.cycle.reporting_year
    texts = {question.id: reading.named(question) for question in reading.profile.questions}
    order = {question: place for place, question in enumerate(texts)}
    results = (
        columns.named("question", lambda question: texts.get(question, question), say("Vraag", "Question")),
        columns.cells("level", "", lambda row: reading.word(SHORT, row["level"]) or say("alle", "all")),
        columns.number("n", "n"),
        columns.rate("response_rate"),
        columns.number("mean", say("Gemiddelde", "Mean"), PLACES).noting(reading.notes),
        replace(columns.number("sd_respondents", say("Spreiding", "Spread"), PLACES), measure="sd").of(_spread),
        columns.figures(
            "interval",
            say("95%-interval", "95% interval"),
            lambda row: _interval(reading, _spread(row), "ci95_low", row["ci95_low"], row["ci95_high"]),
        ),
        columns.number("change", say(f"Verschil met {year - 1}", f"Change since {year - 1}"), PLACES),
        columns.figures(
            "change_interval",
            say("95%-interval van het verschil", "95% interval of the change"),
            lambda row: _interval(reading, row, "change_low", row["change_low"], row["change_high"]),
        ),
    )
    name = reading.word(EVALUATION, kind)
    caption = say(f"Uitkomsten van de {name} van {year}", f"Results of the {name} {year}")
    lines = sorted(rows, key=lambda row: (order.get(row["question"], len(order)), row["level"] or ""))
    return TableSpec(f"table-evaluations-{kind}", caption, results).table(lines)


def _spread(row: EvaluationResultsRow) -> EvaluationResultsRow:
    """The row as its spread is shown: one of several answers that is not there is withheld.

    It would tell how few gave one of them.
    """
    # One answer has no spread. A number of answers that is not given counts as several.
    withheld = row["status"] == "ok" and row["n"] not in (0, 1) and row["sd_respondents"] is None
    return {**row, "status": "suppressed"} if withheld else row


def _interval(
    reading: Reading, row: EvaluationResultsRow, part: str, from_value: float | None, to_value: float | None
) -> Figure:
    """An interval as text: `3,82 tot 3,85`, so that a minus sign is never read as a dash."""
    low, high = decimal(from_value), decimal(to_value)
    if row["status"] != "ok" or low is None or high is None:
        status = row["status"] if row["status"] != "ok" else "not_available"
        return Figure(SYMBOLS[status][reading.language], None, "text", 0, row["figure_id"], part, status)
    ends = (number(end, PLACES, reading.language) for end in (low, high))
    return Figure(reading.say(" tot ", " to ").join(ends), None, "text", 0, row["figure_id"], part)
