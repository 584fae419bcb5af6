"""The institution's own themes as the national themes: a section only where the one is not plainly the other."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.printing import percentage
from kwaliteitsmonitor.releases.format import fields
from kwaliteitsmonitor.releases.report.contents.columns import Columns
from kwaliteitsmonitor.releases.report.document.model import Block, Figure, Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from kwaliteitsmonitor.releases.report.document.table_spec import ColumnSpec, TableSpec
from schemas.rows import CrosswalkRow, NationalThemeCountsRow, SpendingByNationalThemeRow
from schemas.values import AnyRow


def national(reading: Reading) -> Section | None:
    """The section on the national themes; `None` if each theme is one of them, or none is."""
    walk = reading.rows(CrosswalkRow)
    mapped = [row["national_theme"] for row in walk if row["national_theme"]]
    if not mapped or (len(mapped) == len(walk) == len(set(mapped)) == len({row["theme"] for row in walk})):
        return None
    blocks: list[Block] = [_crosswalk(reading, walk)]
    spent = reading.rows(SpendingByNationalThemeRow, reading.cycle.spending_year)
    if spent:
        blocks.append(_spending(reading, spent, walk))
    blocks.append(_counts(reading, walk))
    blocks.append(Paragraph(_caveat(reading, bool(spent))))
    return Section("national", reading.say("Naar landelijke thema's", "By national theme"), tuple(blocks))


def _crosswalk(reading: Reading, walk: Sequence[CrosswalkRow]) -> Table:
    def to(row: CrosswalkRow) -> str:
        theme = row["national_theme"]
        return _called(reading, walk, theme) if theme else reading.say("geen", "none")

    def part(row: CrosswalkRow) -> Figure:
        part = Decimal(row["part"])
        places = max(0, -int(part.normalize().as_tuple().exponent) - 2)
        return Figure(percentage(part, places, reading.language), part, "percentage", places)

    columns = Columns[CrosswalkRow](reading)
    crosswalk = (
        columns.theme(),
        columns.cells("national", "", to),
        columns.figures("part", reading.say("Deel", "Part"), part, "%"),
    )
    caption = reading.say("Bij welk landelijk thema wat hoort", "What belongs to which national theme")
    return TableSpec("table-national-crosswalk", caption, crosswalk).table(walk)


def _spending(reading: Reading, rows: Sequence[SpendingByNationalThemeRow], walk: Sequence[CrosswalkRow]) -> Table:
    columns = Columns.of(reading, SpendingByNationalThemeRow)
    year = reading.cycle.spending_year
    spending = (
        _subject(reading, walk),
        columns.money("budget").noting(reading.notes),
        columns.money("realised"),
        columns.money("difference"),
        columns.fraction("difference_pct"),
        columns.fraction("realised_pct_of_budget"),
        columns.fraction("share_of_budget"),
        columns.fraction("share_of_realised"),
    )
    caption = reading.say(f"Besteding naar landelijk thema in {year}", f"Spending by national theme in {year}")
    return TableSpec("table-national-spending", caption, spending, _is_total).table(rows)


def _counts(reading: Reading, walk: Sequence[CrosswalkRow]) -> Table:
    columns, what = Columns[NationalThemeCountsRow](reading), reading.house.measures
    shared = reading.say("Waarvan ook elders", "Of which elsewhere too")
    counts = (
        _subject(reading, walk),
        columns.count("measures", heading(what)),
        columns.count("measures_shared", shared),
        columns.count("indicators", reading.say("Indicatoren", "Indicators")),
        columns.count("indicators_shared", shared),
    )
    caption = reading.say(f"{what} en indicatoren per landelijk thema", f"{what} and indicators per national theme")
    rows = reading.rows(NationalThemeCountsRow, reading.cycle.reporting_year)
    return TableSpec("table-national-counts", heading(caption), counts, _is_total).table(rows)


def _subject(reading: Reading, walk: Sequence[CrosswalkRow]) -> ColumnSpec[AnyRow]:
    """What a row is of: a national theme, an own theme without one, or the total."""

    def name(row: AnyRow) -> str:
        if row["kind"] == "total":
            return reading.total
        if row["kind"] == "not_mapped":
            theme = reading.theme(fields.text(row["theme"]))
            return reading.say(f"{theme} (geen landelijk thema)", f"{theme} (none)")
        return _called(reading, walk, str(row["national_theme"]))

    return Columns[AnyRow](reading).cells("national", "", name)


def _called(reading: Reading, walk: Sequence[CrosswalkRow], theme: str) -> str:
    row = next((row for row in walk if row["national_theme"] == theme), None)
    return theme if row is None else reading.say(row["national_nl"] or theme, row["national_en"] or theme)


def _is_total(row: AnyRow) -> bool:
    return row["kind"] == "total"


def _caveat(reading: Reading, spent: bool) -> str:
    house = reading.house
    money_nl = f"Geld van een {house.theme} is naar deze delen verdeeld, op de cent, zodat het totaal hetzelfde is. "
    money_en = f"Money of a {house.theme} is divided by these parts, to the cent, so that the total is the same. "
    return reading.say(
        f"{money_nl if spent else ''}Wat bij meer landelijke thema's hoort, telt bij elk daarvan mee en in het totaal "
        "een keer; de rijen tellen daarom niet altijd op tot het totaal.",
        f"{money_en if spent else ''}What belongs to several national themes counts under each of them and once in "
        "the total; the rows therefore do not always add up to the total.",
    )
