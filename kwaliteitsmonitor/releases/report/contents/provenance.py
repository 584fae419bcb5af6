"""The origin of each figure of a report, in a few sentences; `kwaliteitsmonitor explain` shows all of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.printing import percentage
from kwaliteitsmonitor.releases.explain.labels import PARTS
from kwaliteitsmonitor.releases.format.notes import filters_in
from kwaliteitsmonitor.releases.report.document.model import Figure, Provenance, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading, decimal
from schemas.rows import IndicatorValuesRow, LineageRow
from schemas.words import FILES, ROWS, Words

ORDER = (
    "n", "numerator", "denominator", "beside", "progress", "budget", "realised", "forecast", "amount", "carried_over",
    "invited", "value", "corrections",
)  # fmt: skip
"""The parts of figures in the order in which a report tells of them; others come after these."""
NAMES: Mapping[str, Words] = {
    "n": Words("Antwoorden", "Answers"),
    "beside": Words("Ernaast", "Beside it"),
    "progress": Words("Voortgang", "Progress"),
    "forecast": Words("Verwacht", "Forecast"),
    "carried_over": Words("Restant vorig jaar", "Left over from the year before"),
    "invited": Words("Uitgenodigd", "Invited"),
    "corrections": Words("Gecorrigeerd", "Corrected"),
}
"""What a report calls parts in other words than the explanation of a figure does."""
_AUXILIARY = frozenset({"sum", "squares", "course_sum", "course_squares", "squared", "weighted"})
"""Parts from which the arithmetic goes and that no reader looks for; `explain` has them."""
NAMED = 3
"""So many files are named; of more the number is published."""
_NUMBER = re.compile(r"-\d+|-×|<\d+")
"""How many rows a filter left out: a number, or fewer people than may be told."""


def provenance(reading: Reading, sections: Iterable[Section]) -> dict[str, Provenance]:
    """For every figure in the sections where it comes from, by its id."""
    rows = {row["figure_id"]: row for row in reading.rows(IndicatorValuesRow)}
    return {
        identity: Provenance(identity, title, tuple(_lines(reading, identity, rows.get(identity))))
        for identity, title in _titles(sections).items()
    }


def _titles(sections: Iterable[Section]) -> dict[str, str]:
    """What each figure is called: its row, and its column if it stands in one alone."""
    places: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for section in sections:
        for table in (block for block in section.blocks if isinstance(block, Table)):
            for row, column, figure in _figures(table):
                if figure.figure_id:
                    places[figure.figure_id].append((table.caption, row, column))
    return {identity: _title(of_figure) for identity, of_figure in places.items()}


def _title(places: Sequence[tuple[str, str, str]]) -> str:
    """By the first table with the figure."""
    caption, row, _ = places[0]
    columns = {column for table, _, column in places if table == caption}
    return f"{row}, {columns.pop()}" if len(columns) == 1 else f"{row} · {caption.rpartition('. ')[2]}"


def _figures(table: Table) -> Iterator[tuple[str, str, Figure]]:
    level = next((place for place, column in enumerate(table.columns) if column.name == "level"), None)
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=False):
            if isinstance(cell, Figure):
                named = [str(row.cells[0])]
                if level is not None and row.cells[level]:
                    named.append(str(row.cells[level]))
                yield ", ".join(named), column.title, cell


def _lines(reading: Reading, identity: str, row: IndicatorValuesRow | None) -> Iterator[str]:
    """The evidence of a figure: answers, then per part its deliveries, and what was left out of them."""
    say = reading.say
    if row is not None:
        yield say(
            f"Definitie: versie {row['definition_version']}.", f"Definition: version {row['definition_version']}."
        )
        yield from _response(reading, row)
    evidence = sorted(
        (one for one in reading.evidence.get(identity, ()) if one["part"] not in _AUXILIARY),
        key=lambda one: ORDER.index(one["part"]) if one["part"] in ORDER else len(ORDER),
    )
    parts: dict[str, list[LineageRow]] = defaultdict(list)
    for one in evidence:
        parts[one["part"]].append(one)
    for part, of_part in parts.items():
        yield _part(reading, part, of_part)
    yield from _dropped(reading, evidence)
    if not evidence:
        yield say(
            "De herkomst wordt niet getoond, of volgt uit andere cijfers van dit verslag.",
            "Where it comes from is not shown, or follows from other figures of this report.",
        )


def _response(reading: Reading, row: IndicatorValuesRow) -> Iterator[str]:
    rate = decimal(row["response_rate"])
    if row["status"] == "ok" and rate is not None and row["n"] is not None and row["invited"] is not None:
        answers, invited = reading.count(row["n"]), reading.count(row["invited"])
        yield reading.say(
            f"Respons: {answers} van {invited} uitgenodigd, {percentage(rate, 1, 'nl')}.",
            f"Response: {answers} of {invited} invited, {percentage(rate, 1, 'en')}.",
        )


def _part(reading: Reading, part: str, rows: Sequence[LineageRow]) -> str:
    """A part in a sentence: `Teller: inschrijvingen; 29.612 rijen uit inschrijvingen/2020.csv.`."""
    feeds = " + ".join(dict.fromkeys(reading.feed(row["feed"]) for row in rows))
    files = sorted({row["file"] for row in rows})
    counts = [row["rows"] for row in rows if row["rows"] is not None]
    several = FILES[len(files) != 1].in_language(reading.language)
    where = ", ".join(files) if len(files) <= NAMED else f"{reading.count(len(files))} {several}"
    if len(counts) < len(rows):
        lines = reading.say("rijen", "rows")
    else:
        lines = f"{reading.count(sum(counts))} {ROWS[sum(counts) != 1].in_language(reading.language)}"
    name = _name(part).in_language(reading.language)
    return reading.say(f"{name}: {feeds}; {lines} uit {where}.", f"{name}: {feeds}; {lines} from {where}.")


def _dropped(reading: Reading, evidence: Sequence[LineageRow]) -> Iterator[str]:
    """What the filters of a definition left out: each filter once, of all deliveries and parts together."""
    parts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for part, dropped in dict.fromkeys((row["part"], one) for row in evidence for one in filters_in(row)):
        count, numbered, reason = dropped.in_language(reading.language).partition(": ")
        if numbered and _NUMBER.fullmatch(count):
            parts[(count.removeprefix("-"), reason)].append(_name(part).in_language(reading.language))
    for (count, reason), names in parts.items():
        shown = reading.count(int(count)) if count.isdigit() else count
        first, *others = dict.fromkeys(names)
        of_what = reading.say(" en ", " and ").join([first, *(other.lower() for other in others)])
        yield reading.say(f"{of_what}, weggelaten: {shown}, {reason}.", f"{of_what}, left out: {shown}, {reason}.")


def _name(part: str) -> Words:
    """What a part is called here; what has no name of its own here, as an explanation of the figure calls it."""
    words = NAMES.get(part) or PARTS[part]
    return Words(heading(words.nl), heading(words.en))
