"""Indicators compared with their targets and with national values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from kwaliteitsmonitor.methods.figures.printing import Exact
from kwaliteitsmonitor.methods.figures.printing import figure as written
from kwaliteitsmonitor.releases.report.contents.columns import Columns
from kwaliteitsmonitor.releases.report.contents.indicators import subject, value
from kwaliteitsmonitor.releases.report.document.model import Block, Cell, Figure, Paragraph, Section, Style
from kwaliteitsmonitor.releases.report.document.reading import Reading, decimal
from kwaliteitsmonitor.releases.report.document.table_spec import TableSpec
from schemas.rows import IndicatorTargetsRow, IndicatorValuesRow, ReferenceValuesRow
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
    own = {row["figure_id"]: row for row in reading.rows(IndicatorValuesRow, reading.cycle.reporting_year)}
    blocks = (*_targets(reading, own), *_references(reading, own))
    title = reading.say("Doelen en landelijke cijfers", "Targets and national figures")
    return Section("beside", title, blocks) if blocks else None


def _targets(reading: Reading, own: Mapping[str, IndicatorValuesRow]) -> Iterator[Block]:
    """The figures that have a target, each beside the next one."""
    columns, say, year = Columns[IndicatorTargetsRow](reading), reading.say, reading.cycle.reporting_year

    def target(row: IndicatorTargetsRow) -> Cell:
        known = say(row["target_printed_nl"], row["target_printed_en"])
        return _plain(reading, row["indicator"], row["target"], year, known)

    def first(row: IndicatorTargetsRow) -> Cell:
        return _plain(reading, row["indicator"], row["first_value"], year)

    def stand(row: IndicatorTargetsRow) -> str:
        return outcome(reading, row, value(reading, own[row["about_figure"]]).value)

    targets = (
        *subject(reading),
        columns.cells("direction", say("Richting", "Direction"), lambda row: _direction(reading, row, year)),
        columns.cells("first_year", say("Eerste jaar", "First year"), _first_year),
        columns.figures("first_value", say("Toen", "Then"), first),
        columns.figures("value", str(year), lambda row: value(reading, own[row["about_figure"]])),
        columns.named("target_year", str, say("Doeljaar", "Target year")),
        columns.figures("target", say("Doel", "Target"), target).noting(lambda row: _remarks(reading, row)),
        columns.cells("outcome", say("Stand", "How it stands"), stand),
    )
    rows = [row for row in reading.rows(IndicatorTargetsRow) if row["about_figure"] in own]
    if not rows:
        return
    caption = say(f"Indicatoren naast hun doel, {year}", f"Indicators beside their target, {year}")
    defined = (row for row in rows if reading.profile.indicator(row["indicator"], year) is not None)
    yield TableSpec("table-indicators-targets", caption, targets).table(defined)
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


def _direction(reading: Reading, row: IndicatorTargetsRow, year: int) -> str:
    definition = reading.profile.indicator(row["indicator"], year)
    return "" if definition is None else reading.word(DIRECTIONS, definition.direction)


def _first_year(row: IndicatorTargetsRow) -> str:
    return "" if row["first_value"] is None else str(row["first_year"])


def _remarks(reading: Reading, row: IndicatorTargetsRow | ReferenceValuesRow) -> list[str]:
    """What is said of a target or of a national figure; it is one text, whatever stands in it."""
    note = row["note_nl"] if reading.language == "nl" else row["note_en"]
    return [note] if note else []


def outcome(reading: Reading, row: IndicatorTargetsRow, shown: Decimal | None) -> str:
    """A figure compared with its target, in words: `op weg: lager dan in 2019`."""
    first = decimal(row["first_value"])
    than = ""
    if shown is not None and first is not None:
        than = (HIGHER if shown > first else LOWER).in_language(reading.language)
    return reading.word(OUTCOMES, row["outcome"]).format(than=than, year=row["first_year"])


def _references(reading: Reading, own: Mapping[str, IndicatorValuesRow]) -> Iterator[Block]:
    """The figures that have a national one beside them, and the national ones that do not compare."""
    columns, say, year = Columns[ReferenceValuesRow](reading), reading.say, reading.cycle.reporting_year
    rows = reading.rows(ReferenceValuesRow)

    def remarks(row: ReferenceValuesRow) -> list[str]:
        of_year = row["reporting_year"]
        other = say(
            f"het landelijke cijfer is van {of_year}: van {year} is er geen",
            f"the national figure is of {of_year}: there is none of {year}",
        )
        return [*_remarks(reading, row), *([other] if of_year != year else [])]

    def own_figure(row: ReferenceValuesRow) -> Figure:
        return value(reading, own[row["about_figure"] or ""])

    def country(row: ReferenceValuesRow) -> Cell:
        known = say(row["printed_nl"], row["printed_en"])
        return _plain(reading, row["indicator"], row["value"], row["reporting_year"], known)

    national = columns.figures("national", say("Landelijk", "National"), country)
    of_year = columns.named("reporting_year", str, say("Jaar", "Year"))
    source = columns.text("source", say("Bron", "Source"))
    together = (
        *subject(reading),
        columns.figures("value", str(year), own_figure),
        national.noting(remarks),
        of_year,
        columns.word("comparable", COMPARABLE, say("Vergelijkbaar", "Comparable")),
        source,
    )
    why = columns.text(f"note_{reading.language}", say("Waarom het niet vergelijkbaar is", "Why it does not compare"))
    apart = (*subject(reading), national, of_year, why, source)
    captions = (
        say(f"Indicatoren naast het landelijke cijfer, {year}", f"Indicators beside the country, {year}"),
        say("Landelijke cijfers die niet vergelijkbaar zijn", "National figures that do not compare"),
    )
    beside_own = [row for row in rows if row["about_figure"] in own]
    not_comparable = [row for row in rows if row["comparable"] == "no"]
    if beside_own:
        yield TableSpec("table-indicators-references", captions[0], together).table(beside_own)
    if not_comparable:
        yield TableSpec("table-indicators-references-apart", captions[1], apart).table(not_comparable)


def _plain(reading: Reading, indicator: str, number: float | None, year: int, known: str = "") -> Cell:
    """A number that is no figure of this release, as its indicator is printed in a year; nothing for `None`.

    `known` is how the release prints it, and all there is to show where the profile does not define the indicator.
    """
    definition, exact = reading.profile.indicator(indicator, year), decimal(number)
    if definition is None:
        return Figure(known, style="text") if known else ""
    if exact is None:
        return ""
    style: Style = "percentage" if definition.printing.style == "percentage" else "number"
    text = known or written(Exact(exact), definition.decimals, definition.printing, reading.language)
    return Figure(text, exact, style, definition.decimals)
