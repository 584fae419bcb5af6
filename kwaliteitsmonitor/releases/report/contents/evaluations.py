"""The results of the evaluations for the whole institution: a line per question and level."""

from __future__ import annotations

from collections.abc import Mapping

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, number
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.contents.showing import Notes, fraction, numbers, plain
from kwaliteitsmonitor.releases.report.document.model import Cell, Column, Figure, Section, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading, decimal
from schemas.tables.shared.code_words import EVALUATION, EVALUATION_LEVEL
from schemas.words import Words

SHORT: Mapping[str, Words] = {"Ba": Words("Ba", "Ba"), "Ma": Words("Ma", "Ma"), "other": EVALUATION_LEVEL["other"]}
PLACES = 2
"""Decimals of a score: a mean of thousands of answers moves in the second."""


def evaluations(reading: Reading) -> Section | None:
    """The section on evaluations, a table per kind of evaluation, or `None` if the release has no result."""
    year = reading.cycle.reporting_year
    rows = [r for r in reading.rows("evaluation_results", year) if r["unit"] is None and r["programme"] is None]
    kinds = [kind for kind in EVALUATION if any(row["evaluation"] == kind for row in rows)]
    if not kinds:
        return None
    tables = tuple(_table(reading, [row for row in rows if row["evaluation"] == kind], kind) for kind in kinds)
    return Section("evaluations", reading.say("Evaluaties", "Evaluations"), tables)


def _table(reading: Reading, rows: list[Row], kind: str) -> Table:
    say, year = reading.say, reading.cycle.reporting_year
    columns = (
        Column("question", say("Vraag", "Question")),
        Column("level", say("Niveau", "Level")),
        numbers("n", "n"),
        numbers("response_rate", say("Respons", "Response")),
        numbers("mean", say("Gemiddelde", "Mean")),
        numbers("sd_respondents", say("Spreiding", "Spread"), "sd"),
        Column("interval", say("95%-interval", "95% interval"), figures=True),
        numbers("change", say(f"Verschil met {year - 1}", f"Change since {year - 1}")),
        Column("change_interval", say("95%-interval van het verschil", "95% interval of the change"), figures=True),
    )
    texts = {question.id: reading.named(question) for question in reading.profile.questions}
    notes = Notes()
    order = {question.id: place for place, question in enumerate(reading.profile.questions)}
    lines = tuple(
        Line(tuple(_cells(reading, row, str(texts.get(row["question"], row["question"])), notes)))
        for row in sorted(rows, key=lambda row: (order.get(row["question"], len(order)), row["level"] or ""))
    )
    name = reading.word(EVALUATION, kind)
    caption = say(f"Uitkomsten van de {name} van {year}", f"Results of the {name} {year}")
    return Table(f"table-evaluations-{kind}", caption, columns, lines, notes.by_key)


def _cells(reading: Reading, row: Row, question: str, notes: Notes) -> list[Cell]:
    marks = notes.keys(reading.halves(row["note"]))
    # A spread of several answers that is not there is withheld: it would tell how few gave one of them.
    withheld = row["status"] == "ok" and row["n"] > 1 and row["sd_respondents"] is None
    spread = {**row, "status": "suppressed"} if withheld else row
    return [
        question,
        reading.word(SHORT, row["level"]) or reading.say("alle", "all"),
        plain(reading, row, "n"),
        fraction(reading, row, "response_rate", 1),
        plain(reading, row, "mean", PLACES, marks),
        plain(reading, spread, "sd_respondents", PLACES),
        _interval(reading, spread, "ci95"),
        plain(reading, row, "change", PLACES),
        _interval(reading, row, "change"),
    ]


def _interval(reading: Reading, row: Row, name: str) -> Figure:
    """An interval as text: `3,82 tot 3,85`, so that a minus sign is never read as a dash."""
    low, high = decimal(row[f"{name}_low"]), decimal(row[f"{name}_high"])
    part = f"{name}_low"
    if row["status"] != "ok" or low is None or high is None:
        status = row["status"] if row["status"] != "ok" else "not_available"
        return Figure(SYMBOLS[status][reading.language], None, "text", 0, row["figure_id"], part, status)
    ends = (number(end, PLACES, reading.language) for end in (low, high))
    return Figure(reading.say(" tot ", " to ").join(ends), None, "text", 0, row["figure_id"], part)
