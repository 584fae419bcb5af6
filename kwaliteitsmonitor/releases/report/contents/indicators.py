"""Table 1: the indicators, this year and last, per theme; and on what the figures rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.contents.by_unit import of_group, side_by_side
from kwaliteitsmonitor.releases.report.contents.charts import indicator_charts
from kwaliteitsmonitor.releases.report.contents.showing import Notes, fraction, numbers, plain
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
from schemas.profile.indicators import Indicator
from schemas.words import Words
from schemas.written import unit_of_measure

Key = tuple[str, str | None]
"""An indicator, and the level if it is split."""

_PERCENT = Words("%", "%")
"""What stands over fractions, which a report prints as percentages."""
SPREADS: Mapping[str, Words] = {
    "sd_respondents": Words("standaardafwijking tussen respondenten", "standard deviation between respondents"),
    "sd_courses": Words("standaardafwijking tussen cursussen", "standard deviation between courses"),
    "sd_units": Words("standaardafwijking tussen eenheden", "standard deviation between units"),
    "ci95": Words("95%-betrouwbaarheidsinterval", "95% confidence interval"),
}


def indicators(reading: Reading) -> Section | None:
    """The section on the indicators, or `None` if the release has no figure of them."""
    rows = reading.rows("indicator_values")
    whole = [row for row in rows if row["unit"] is None]
    if not whole:
        return None
    years = years_shown(reading)
    table_1 = _table_1(reading, whole, years)
    blocks: list[Block] = [table_1, *indicator_charts(reading, table_1, years)]
    blocks.extend(Paragraph(text) for text in _without_money(reading))
    newest = [row for row in whole if row["reporting_year"] == years[-1]]
    blocks.extend([_rests_on(reading, newest)] if newest else [])
    of_units = [row for row in rows if row["unit"] and row["reporting_year"] == years[-1]]
    if of_units:
        blocks.extend(_by_unit(reading, of_units, whole))
        sentence = reading.say(
            f"Wat in de noten bij de eerste tabel over een indicator staat, geldt ook per {reading.house.unit}.",
            f"What the notes to the first table say of an indicator holds per {reading.house.unit} too.",
        )
        blocks.append(Paragraph(sentence))
    return Section("indicators", reading.say("Indicatoren", "Indicators"), tuple(blocks))


def years_shown(reading: Reading) -> tuple[int, ...]:
    """The years of the indicators: those of the cycle, and earlier ones of which figures were delivered along."""
    of_cycle = reading.cycle.years(reading.profile.institution.first_year)
    return tuple(sorted({*of_cycle, *(row["reporting_year"] for row in reading.rows("indicator_values"))}))


def value(reading: Reading, row: Row, notes: Sequence[str] = ()) -> Figure:
    """The figure of an indicator as the release prints it."""
    style: Style = "percentage" if row["unit_of_measure"] == "fraction" else "number"
    shown = decimal(row["value"]) if row["status"] == "ok" else None
    return Figure(
        row[f"printed_{reading.language}"],
        shown,
        style,
        row["decimals"],
        row["figure_id"],
        "value",
        row["status"],
        tuple(notes),
        decimal(row["spread"]) if shown is not None else None,
    )


def label(reading: Reading, indicator: str) -> str:
    """The name of an indicator by its newest definition, or its id if the profile has none."""
    named = [one for one in reading.profile.indicators if one.id == indicator]
    return reading.named(named[-1]) if named else indicator


def _table_1(reading: Reading, rows: Sequence[Row], years: Sequence[int]) -> Table:
    columns = (
        Column("indicator", reading.say("Indicator", "Indicator")),
        Column("level", reading.say("Niveau", "Level")),
        *(numbers(f"year_{year}", str(year)) for year in years),
        Column("measure", reading.say("Maat", "Measure")),
    )
    notes = Notes()
    lines: list[Line] = []
    for theme in reading.themes:
        of_theme = [row for row in rows if row["theme"] == theme]
        if of_theme:
            lines.append(Line((reading.theme(theme),), "heading"))
        for key in _keys(of_theme):
            lines.append(Line(tuple(_cells(reading, of_theme, key, years, notes))))
    theme = reading.house.theme
    caption = reading.say(f"Indicatoren per {theme}, {_span(years)}", f"Indicators per {theme}, {_span(years)}")
    return Table("table-indicators", caption, columns, tuple(lines), notes.by_key)


def _cells(reading: Reading, rows: Sequence[Row], key: Key, years: Sequence[int], notes: Notes) -> Iterator[Cell]:
    """The cells of one indicator at one level: its name, the level, a figure per year, and its measure."""
    of_key = {row["reporting_year"]: row for row in rows if (row["indicator"], row["level"]) == key}
    newest = of_key[max(of_key)]
    yield label(reading, key[0])
    yield key[1] or ""
    before: Row | None = None
    of_cycle = reading.cycle.years(reading.profile.institution.first_year)
    for year in years:
        row = of_key.get(year)
        if row is None:
            # Of years before those of the cycle there are only figures that were delivered as such.
            yield "" if year not in of_cycle else SYMBOLS["not_available"][reading.language]
            continue
        texts = [*reading.notes(row), *_other_definition(reading, before, row)]
        texts += [note.in_language(reading.language) for note in reading.misprints("indicators", year, *key)]
        yield value(reading, row, notes.keys(texts))
        before = row
    yield measure(reading, newest)


def _other_definition(reading: Reading, before: Row | None, row: Row) -> list[str]:
    """That two years do not have the same definition or kind of spread, and so are not compared without saying so."""
    remarks = []
    if before is not None and before["definition_version"] != row["definition_version"]:
        old, new = before["definition_version"], row["definition_version"]
        remarks.append(
            reading.say(
                f"berust op versie {new} van de definitie, het jaar ervoor op versie {old}",
                f"rests on version {new} of the definition, the year before on version {old}",
            )
        )
    kinds = [None if one is None else one["spread_kind"] for one in (before, row)]
    if all(kinds) and kinds[0] != kinds[1]:
        remarks.append(
            reading.say(
                "de spreiding is van een andere soort dan die van het jaar ervoor",
                "the spread is of another kind than that of the year before",
            )
        )
    return remarks


def measure(reading: Reading, row: Row) -> str:
    """In which measure a figure is read: `fte`, `score 1–5`."""
    name = str(row["unit_of_measure"])
    definition = reading.profile.indicator(row["indicator"], row["reporting_year"])
    if name == "score" and definition is not None:
        return f"score{_scale(definition)}"
    if definition is not None and definition.measured_in is not None:
        words = definition.measured_in
        return words.nl if reading.language == "nl" else words.en
    return (_PERCENT if name == "fraction" else unit_of_measure(name)).in_language(reading.language)


def _scale(definition: Indicator) -> str:
    if definition.minimum is None or definition.maximum is None:
        return ""
    return f" {definition.minimum:g}–{definition.maximum:g}"


def _keys(rows: Sequence[Row]) -> list[Key]:
    """Indicators with their levels, in the order of the table, which is that of the profile."""
    return list(dict.fromkeys((row["indicator"], row["level"]) for row in rows))


def _span(years: Sequence[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _without_money(reading: Reading) -> Iterator[str]:
    for theme in reading.themes.values():
        reason = theme.reason_nl if reading.language == "nl" else theme.reason_en
        if not theme.funded and reason:
            yield f"{reading.named(theme)}: {reason}"


def _rests_on(reading: Reading, rows: Sequence[Row]) -> Table:
    """Number, response, numerator and denominator of each figure of the reporting year."""
    columns = (
        Column("indicator", reading.say("Indicator", "Indicator")),
        Column("level", reading.say("Niveau", "Level")),
        numbers("n", "n"),
        numbers("invited", reading.say("Uitgenodigd", "Invited")),
        numbers("response_rate", reading.say("Respons", "Response")),
        numbers("numerator", reading.say("Teller", "Numerator")),
        numbers("denominator", reading.say("Noemer", "Denominator")),
        Column("spread", reading.say("Soort spreiding", "Kind of spread")),
        Column("version", reading.say("Definitie", "Definition")),
    )
    lines = tuple(
        Line(
            (
                label(reading, row["indicator"]),
                row["level"] or "",
                _or_nothing(plain(reading, row, "n")),
                _or_nothing(plain(reading, row, "invited")),
                _or_nothing(fraction(reading, row, "response_rate", 1)),
                _or_nothing(plain(reading, row, "numerator", _places(row, "numerator"))),
                _or_nothing(plain(reading, row, "denominator", _places(row, "denominator"))),
                reading.word(SPREADS, row["spread_kind"]),
                reading.say(f"versie {row['definition_version']}", f"version {row['definition_version']}"),
            )
        )
        for row in rows
    )
    year = rows[0]["reporting_year"] if rows else ""
    caption = reading.say(f"Waarop de indicatoren van {year} berusten", f"On what the indicators of {year} rest")
    return Table("table-indicators-basis", caption, columns, lines)


def _or_nothing(figure: Figure) -> Cell:
    """The figure; nothing if the definition has no such part."""
    return "" if figure.value is None and figure.status == "not_available" else figure


def _places(row: Row, name: str) -> int:
    """A decimal if the number has one; people are counted without."""
    number = decimal(row[name])
    return 0 if number is None or number == number.to_integral_value() else 1


def _by_unit(reading: Reading, rows: Sequence[Row], whole: Sequence[Row]) -> Iterator[Table]:
    """The indicators of the reporting year per unit; what is said of the whole institution is not said again."""
    known = {text for row in whole for text in reading.notes(row)}
    unit, year = reading.house.unit, rows[0]["reporting_year"]
    caption = reading.say(f"Indicatoren per {unit}, {year}", f"Indicators per {unit}, {year}")
    groups = side_by_side(reading, [str(row["unit"]) for row in rows])
    for number, group in enumerate(groups):
        identity = f"table-indicators-units{f'-{number}' if number else ''}"
        own = [row for row in rows if row["unit"] in group]
        yield _of_units(reading, identity, of_group(caption, group, groups), own, group, known)


def _of_units(
    reading: Reading, identity: str, caption: str, rows: Sequence[Row], units: Sequence[str], known: Collection[str]
) -> Table:
    columns = (
        Column("indicator", reading.say("Indicator", "Indicator")),
        Column("level", reading.say("Niveau", "Level")),
        *(numbers(unit, unit) for unit in units),
    )
    notes = Notes()
    by_key = {(row["indicator"], row["level"], row["unit"]): row for row in rows}
    lines = []
    for key in _keys(rows):
        cells: list[Cell] = [label(reading, key[0]), key[1] or ""]
        for unit in units:
            row = by_key.get((*key, unit))
            if row is None:
                cells.append("")
                continue
            remarks = [text for text in reading.notes(row) if text not in known]
            cells.append(value(reading, row, notes.keys(remarks)))
        lines.append(Line(tuple(cells)))
    return Table(identity, caption, columns, tuple(lines), notes.by_key)
