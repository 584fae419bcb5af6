"""The institution's own themes as the national themes: a section only where the one is not plainly the other."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.printing import number, percentage
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.contents.showing import Notes, amounts, fraction, money, numbers, shares
from kwaliteitsmonitor.releases.report.document.model import Block, Cell, Column, Figure, Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading


def national(reading: Reading) -> Section | None:
    """The section on the national themes; `None` if each theme is one of them, or none is."""
    walk = reading.rows("crosswalk")
    mapped = [row["national_theme"] for row in walk if row["national_theme"]]
    if not mapped or (len(mapped) == len(walk) == len(set(mapped)) == len({row["theme"] for row in walk})):
        return None
    blocks: list[Block] = [_crosswalk(reading, walk)]
    spent = reading.rows("spending_by_national_theme", reading.cycle.spending_year)
    if spent:
        blocks.append(_spending(reading, spent, walk))
    blocks.append(_counts(reading, walk))
    blocks.append(Paragraph(_caveat(reading, bool(spent))))
    return Section("national", reading.say("Naar landelijke thema's", "By national theme"), tuple(blocks))


def _name(reading: Reading, walk: Sequence[Row], row: Row) -> str:
    """What a row is of: a national theme, an own theme without one, or the total."""
    if row["kind"] == "total":
        return reading.say("Totaal", "Total")
    if row["kind"] == "not_mapped":
        return reading.say(
            f"{reading.theme(row['theme'])} (geen landelijk thema)", f"{reading.theme(row['theme'])} (none)"
        )
    return _called(reading, walk, row["national_theme"])


def _called(reading: Reading, walk: Sequence[Row], theme: str) -> str:
    return next((row[f"national_{reading.language}"] for row in walk if row["national_theme"] == theme), theme)


def _crosswalk(reading: Reading, walk: Sequence[Row]) -> Table:
    say, none = reading.say, reading.say("geen", "none")
    columns = (
        Column("theme", heading(reading.house.theme)),
        Column("national", say("Landelijk thema", "National theme")),
        Column("part", say("Deel", "Part"), figures=True, measure="%"),
    )
    lines = []
    for row in walk:
        to = _called(reading, walk, row["national_theme"]) if row["national_theme"] else none
        part = Decimal(row["part"])
        places = max(0, -int(part.normalize().as_tuple().exponent) - 2)
        text = percentage(part, places, reading.language)
        lines.append(Line((reading.theme(row["theme"]), to, Figure(text, part, "percentage", places))))
    caption = say("Bij welk landelijk thema wat hoort", "What belongs to which national theme")
    return Table("table-national-crosswalk", caption, columns, tuple(lines))


def _spending(reading: Reading, rows: Sequence[Row], walk: Sequence[Row]) -> Table:
    say, year = reading.say, reading.cycle.spending_year
    columns = (
        Column("national", say("Landelijk thema", "National theme")),
        amounts(reading, "budget", say("Begroot", "Budget")),
        amounts(reading, "realised", say("Gerealiseerd", "Realised")),
        amounts(reading, "difference", say("Verschil", "Difference"), "{realised} - {budget}"),
        shares("difference_pct", say("Verschil t.o.v. begroot", "Difference vs budget"), "{difference} / {budget}"),
        shares(
            "realised_pct_of_budget", say("Gerealiseerd t.o.v. begroot", "Realised vs budget"), "{realised} / {budget}"
        ),
        shares("share_of_budget", say("Aandeel in begroot", "Share of budget"), "{budget} / {budget:total}"),
        shares(
            "share_of_realised", say("Aandeel in gerealiseerd", "Share of realised"), "{realised} / {realised:total}"
        ),
    )
    notes = Notes()
    lines = []
    for row in rows:
        cells: tuple[Cell, ...] = (
            _name(reading, walk, row),
            money(reading, row, "budget", notes.keys(reading.halves(row["note"]))),
            money(reading, row, "realised"),
            money(reading, row, "difference"),
            *(fraction(reading, row, column.name) for column in columns[4:]),
        )
        lines.append(Line(cells, "total" if row["kind"] == "total" else "body"))
    caption = say(f"Besteding naar landelijk thema in {year}", f"Spending by national theme in {year}")
    return Table("table-national-spending", caption, columns, tuple(lines), notes.by_key)


def _counts(reading: Reading, walk: Sequence[Row]) -> Table:
    say = reading.say
    shared = say("Waarvan ook elders", "Of which elsewhere too")
    columns = (
        Column("national", say("Landelijk thema", "National theme")),
        numbers("measures", heading(reading.house.measures)),
        numbers("measures_shared", shared),
        numbers("indicators", say("Indicatoren", "Indicators")),
        numbers("indicators_shared", shared),
    )
    lines = [
        Line(
            (_name(reading, walk, row), *(_count(reading, row[column.name]) for column in columns[1:])),
            "total" if row["kind"] == "total" else "body",
        )
        for row in reading.rows("national_theme_counts", reading.cycle.reporting_year)
    ]
    what = reading.house.measures
    caption = say(f"{what} en indicatoren per landelijk thema", f"{what} and indicators per national theme")
    return Table("table-national-counts", heading(caption), columns, tuple(lines))


def _count(reading: Reading, count: int) -> Figure:
    return Figure(number(Decimal(count), 0, reading.language), Decimal(count))


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
