"""Indicators compared with their targets and with national values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from kwaliteitsmonitor.methods.figures.printing import figure as written
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.contents.indicators import label, value
from kwaliteitsmonitor.releases.report.contents.showing import Notes, numbers
from kwaliteitsmonitor.releases.report.document.model import (
    Block,
    Cell,
    Column,
    Figure,
    Paragraph,
    Section,
    Style,
    Table,
)
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading, decimal
from schemas.profile import Indicator
from schemas.words import Words

OUTCOMES: Mapping[str, Words] = {
    "reached": Words("gehaald", "reached"),
    "missed": Words("niet gehaald", "not reached"),
    "closer": Words("op weg: {than} in {year}", "on the way: {than} in {year}"),
    "unchanged": Words("niet op weg: gelijk aan {year}", "not on the way: the same as in {year}"),
    "further": Words("niet op weg: {than} in {year}", "not on the way: {than} in {year}"),
    "not_known": Words("niet te zeggen", "cannot be said"),
}
HIGHER, LOWER = Words("hoger dan", "higher than"), Words("lager dan", "lower than")
DIRECTIONS: Mapping[str, Words] = {
    "higher_is_better": Words("hoger is beter", "higher is better"),
    "lower_is_better": Words("lager is beter", "lower is better"),
    "neutral": Words("", ""),
}
COMPARABLE: Mapping[str, Words] = {
    "yes": Words("ja", "yes"),
    "with_reservation": Words("met voorbehoud", "with a reservation"),
    "no": Words("nee", "no"),
}


def beside(reading: Reading) -> Section | None:
    """The section on targets and national values; `None` if the profile has neither."""
    own = {row["figure_id"]: row for row in reading.rows("indicator_values", reading.cycle.reporting_year)}
    blocks = (*_targets(reading, own), *_references(reading, own))
    title = reading.say("Doelen en landelijke cijfers", "Targets and national figures")
    return Section("beside", title, blocks) if blocks else None


def _targets(reading: Reading, own: Mapping[str, Row]) -> Iterator[Block]:
    rows = [row for row in reading.rows("indicator_targets") if row["about_figure"] in own]
    if not rows:
        return
    year, say = reading.cycle.reporting_year, reading.say
    notes, lines = Notes(), []
    for row in rows:
        definition = reading.profile.indicator(row["indicator"], year)
        if definition is None:
            continue
        figure = value(reading, own[row["about_figure"]])
        remarks = [note] if (note := row[f"note_{reading.language}"]) else []
        first = _plain(reading, definition, row["first_value"])
        lines.append(
            Line((
                label(reading, row["indicator"]),
                row["level"] or "",
                reading.word(DIRECTIONS, definition.direction),
                "" if row["first_value"] is None else str(row["first_year"]),
                first,
                figure,
                str(row["target_year"]),
                _plain(
                    reading, definition, row["target"], row[f"target_printed_{reading.language}"], notes.keys(remarks)
                ),
                outcome(reading, row, figure.value),
            ))
        )  # fmt: skip
    columns = (
        Column("indicator", say("Indicator", "Indicator")),
        Column("level", say("Niveau", "Level")),
        Column("direction", say("Richting", "Direction")),
        Column("first_year", say("Eerste jaar", "First year")),
        numbers("first_value", say("Toen", "Then")),
        numbers("value", str(year)),
        Column("target_year", say("Doeljaar", "Target year")),
        numbers("target", say("Doel", "Target")),
        Column("outcome", say("Stand", "How it stands")),
    )
    caption = say(f"Indicatoren naast hun doel, {year}", f"Indicators beside their target, {year}")
    yield _without_levels(Table("table-indicators-targets", caption, columns, tuple(lines), notes.by_key))
    yield Paragraph(
        say(
            "Een cijfer staat naast het eerstvolgende doel en naast het eerste jaar. Voor de jaren daartussen is niets "
            "afgesproken, en er is geen lijn getrokken: op weg betekent dat het cijfer sinds het eerste jaar in de "
            "goede richting ging, niet dat het doel bij dit tempo wordt gehaald.",
            "A figure stands beside the next target and beside the first year. Nothing was agreed for the years in "
            "between, and no line was drawn: on the way means that the figure went in the right direction since the "
            "first year, not that the target will be reached at this pace.",
        )
    )


def outcome(reading: Reading, row: Row, shown: Decimal | None) -> str:
    """A figure compared with its target, in words: `op weg: lager dan in 2019`."""
    first = decimal(row["first_value"])
    than = ""
    if shown is not None and first is not None:
        than = (HIGHER if shown > first else LOWER).in_language(reading.language)
    return reading.word(OUTCOMES, row["outcome"]).format(than=than, year=row["first_year"])


def _references(reading: Reading, own: Mapping[str, Row]) -> Iterator[Block]:
    rows = reading.rows("reference_values")
    year, say = reading.cycle.reporting_year, reading.say
    notes, lines = Notes(), []
    for row in (row for row in rows if row["about_figure"] in own):
        remarks = [note] if (note := row[f"note_{reading.language}"]) else []
        if row["reporting_year"] != year:
            remarks.append(
                say(
                    f"het landelijke cijfer is van {row['reporting_year']}: van {year} is er geen",
                    f"the national figure is of {row['reporting_year']}: there is none of {year}",
                )
            )
        lines.append(
            Line((
                label(reading, row["indicator"]),
                row["level"] or "",
                value(reading, own[row["about_figure"]]),
                _national(reading, row, notes.keys(remarks)),
                str(row["reporting_year"]),
                reading.word(COMPARABLE, row["comparable"]),
                row["source"],
            ))
        )  # fmt: skip
    first = (Column("indicator", say("Indicator", "Indicator")), Column("level", say("Niveau", "Level")))
    last = (Column("year", say("Jaar", "Year")), Column("comparable", say("Vergelijkbaar", "Comparable")))
    source = Column("source", say("Bron", "Source"))
    country = numbers("national", say("Landelijk", "National"))
    if lines:
        caption = say(f"Indicatoren naast het landelijke cijfer, {year}", f"Indicators beside the country, {year}")
        columns = (*first, numbers("value", str(year)), country, *last, source)
        yield _without_levels(Table("table-indicators-references", caption, columns, tuple(lines), notes.by_key))
    apart = [row for row in rows if row["comparable"] == "no"]
    if apart:
        why = Column("why", say("Waarom het niet vergelijkbaar is", "Why it does not compare"))
        caption = say("Landelijke cijfers die niet vergelijkbaar zijn", "National figures that do not compare")
        rest = tuple(
            Line((
                label(reading, row["indicator"]),
                row["level"] or "",
                _national(reading, row),
                str(row["reporting_year"]),
                row[f"note_{reading.language}"] or "",
                row["source"],
            ))
            for row in apart
        )  # fmt: skip
        shown = (*first, country, last[0], why, source)
        yield _without_levels(Table("table-indicators-references-apart", caption, shown, rest))


def _without_levels(table: Table) -> Table:
    """The table without its column of levels if no row has one."""
    if any(row.cells[1] for row in table.rows):
        return table
    rows = tuple(replace(row, cells=(row.cells[0], *row.cells[2:])) for row in table.rows)
    return replace(table, columns=(table.columns[0], *table.columns[2:]), rows=rows)


def _national(reading: Reading, row: Row, notes: tuple[str, ...] = ()) -> Cell:
    definition = reading.profile.indicator(row["indicator"], row["reporting_year"])
    printed = row[f"printed_{reading.language}"]
    return printed if definition is None else _plain(reading, definition, row["value"], printed, notes)


def _plain(
    reading: Reading, definition: Indicator, number: float | None, printed: str = "", notes: tuple[str, ...] = ()
) -> Cell:
    """A number that is no figure of this release, as the indicator is printed; nothing for `None`."""
    amount = decimal(number)
    if amount is None:
        return ""
    style: Style = "percentage" if definition.printing.style == "percentage" else "number"
    text = printed or written(amount, definition.decimals, definition.printing, reading.language)
    return Figure(text, amount, style, definition.decimals, notes=notes)
