"""Table 1: the indicators, this year and last, per theme; and on what the figures rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from kwaliteitsmonitor.releases.format import fields
from kwaliteitsmonitor.releases.report.contents.by_unit import of_group, side_by_side
from kwaliteitsmonitor.releases.report.contents.charts import indicator_charts
from kwaliteitsmonitor.releases.report.contents.columns import Columns, figure, optional
from kwaliteitsmonitor.releases.report.document.model import Block, Cell, Figure, Paragraph, Section, Style, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading, decimal
from kwaliteitsmonitor.releases.report.document.table_spec import Beside, ColumnSpec, TableSpec
from schemas.profile.indicators import Indicator
from schemas.rows import IndicatorValuesRow
from schemas.values import AnyRow
from schemas.words import Words
from schemas.written import unit_of_measure

Key = tuple[str, str | None]
"""An indicator, and the level if it is split."""
Line = Beside[IndicatorValuesRow]
"""The figures of an indicator and level, by year or by unit."""

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
    rows = reading.rows(IndicatorValuesRow)
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
    return tuple(sorted({*of_cycle, *(row["reporting_year"] for row in reading.rows(IndicatorValuesRow))}))


def value(reading: Reading, row: IndicatorValuesRow) -> Figure:
    """The figure of an indicator as the release prints it."""
    style: Style = "percentage" if row["unit_of_measure"] == "fraction" else "number"
    shown = decimal(row["value"]) if row["status"] == "ok" else None
    return Figure(
        reading.say(row["printed_nl"], row["printed_en"]),
        shown,
        style,
        row["decimals"],
        row["figure_id"],
        "value",
        row["status"],
        spread=decimal(row["spread"]) if shown is not None else None,
    )


def label(reading: Reading, indicator: str) -> str:
    """The name of an indicator by its newest definition, or its id if the profile has none."""
    named = [one for one in reading.profile.indicators if one.id == indicator]
    return reading.named(named[-1]) if named else indicator


def _table_1(reading: Reading, rows: Sequence[IndicatorValuesRow], years: Sequence[int]) -> Table:
    columns, theme = Columns[IndicatorValuesRow](reading), reading.house.theme
    table_1: tuple[ColumnSpec[Line], ...] = (
        *(column.of_any() for column in subject(reading)),
        *(_of_year(reading, year, years[:place]) for place, year in enumerate(years)),
        columns.cells("measure", reading.say("Maat", "Measure"), lambda row: measure(reading, row)).of(_newest),
    )
    lines: list[Line | str] = []
    for code in reading.themes:
        of_theme = [row for row in rows if row["theme"] == code]
        lines += [reading.theme(code)] if of_theme else []
        lines += _by_key(of_theme, lambda row: row["reporting_year"])
    caption = reading.say(f"Indicatoren per {theme}, {_span(years)}", f"Indicators per {theme}, {_span(years)}")
    return TableSpec("table-indicators", caption, table_1).table(lines)


def subject(reading: Reading) -> tuple[ColumnSpec[AnyRow], ColumnSpec[AnyRow]]:
    """Of which indicator and level a row is."""
    columns = Columns[AnyRow](reading)
    return columns.named("indicator", lambda code: label(reading, code)), columns.text("level")


def _of_year(reading: Reading, year: int, earlier: Sequence[int]) -> ColumnSpec[Line]:
    """The figures of a year, with what is to be said of each beside those of earlier years."""
    of_cycle = reading.cycle.years(reading.profile.institution.first_year)
    # Of years before those of the cycle there are only figures that were delivered as such.
    absent = SYMBOLS["not_available"][reading.language] if year in of_cycle else ""

    def cell(line: Line) -> Cell:
        return value(reading, line[year]) if year in line else absent

    def notes(line: Line) -> Sequence[str]:
        row, before = line[year], next((line[one] for one in reversed(earlier) if one in line), None)
        misprints = reading.misprints("indicators", year, row["indicator"], row["level"])
        return [*reading.notes(row), *_other_definition(reading, before, row), *misprints]

    return ColumnSpec(f"year_{year}", str(year), cell, notes, figures=True)


def _by_key(rows: Sequence[IndicatorValuesRow], by: Callable[[IndicatorValuesRow], object]) -> list[Line]:
    """A line per indicator and level, in the order of the table, which is that of the profile."""
    lines: dict[Key, dict[object, IndicatorValuesRow]] = {}
    for row in rows:
        lines.setdefault((row["indicator"], row["level"]), {})[by(row)] = row
    return list(lines.values())


def _newest(line: Line) -> IndicatorValuesRow:
    return max(line.values(), key=lambda row: row["reporting_year"])


def _other_definition(reading: Reading, before: IndicatorValuesRow | None, row: IndicatorValuesRow) -> list[str]:
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


def measure(reading: Reading, row: IndicatorValuesRow) -> str:
    """In which measure a figure is read: `fte`, `score 1–5`."""
    name = row["unit_of_measure"]
    definition = reading.profile.indicator(row["indicator"], row["reporting_year"])
    if name == "score" and definition is not None:
        return f"score{_scale(definition)}"
    if definition is not None and definition.measured_in is not None:
        return reading.named(definition.measured_in)
    return (_PERCENT if name == "fraction" else unit_of_measure(name)).in_language(reading.language)


def _scale(definition: Indicator) -> str:
    if definition.minimum is None or definition.maximum is None:
        return ""
    return f" {definition.minimum:g}–{definition.maximum:g}"


def _span(years: Sequence[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _without_money(reading: Reading) -> Iterator[str]:
    for theme in reading.themes.values():
        reason = theme.reason_nl if reading.language == "nl" else theme.reason_en
        if not theme.funded and reason:
            yield f"{reading.named(theme)}: {reason}"


def _rests_on(reading: Reading, rows: Sequence[IndicatorValuesRow]) -> Table:
    """Number, response, numerator and denominator of each figure of the reporting year."""
    columns, say = Columns[IndicatorValuesRow](reading), reading.say
    basis = (
        *subject(reading),
        optional(columns.number("n", "n")),
        optional(columns.number("invited", say("Uitgenodigd", "Invited"))),
        optional(columns.rate("response_rate")),
        optional(_part(reading, "numerator", say("Teller", "Numerator"))),
        optional(_part(reading, "denominator", say("Noemer", "Denominator"))),
        columns.word("spread_kind", SPREADS, say("Soort spreiding", "Kind of spread")),
        columns.named(
            "definition_version", lambda one: say(f"versie {one}", f"version {one}"), say("Definitie", "Definition")
        ),
    )
    year = rows[0]["reporting_year"] if rows else ""
    caption = say(f"Waarop de indicatoren van {year} berusten", f"On what the indicators of {year} rest")
    return TableSpec("table-indicators-basis", caption, basis).table(rows)


def _part(reading: Reading, name: str, title: str) -> ColumnSpec[AnyRow]:
    """A numerator or denominator, with a decimal if it has one; people are counted without."""

    def cell(row: AnyRow) -> Figure:
        number = decimal(fields.number(row[name]))
        places = 0 if number is None or number == number.to_integral_value() else 1
        return figure(reading, row, name, "number", places)

    return Columns[AnyRow](reading).figures(name, title, cell)


def _by_unit(
    reading: Reading, rows: Sequence[IndicatorValuesRow], whole: Sequence[IndicatorValuesRow]
) -> Iterator[Table]:
    """The indicators of the reporting year per unit; what is said of the whole institution is not said again."""
    known = {text for row in whole for text in reading.notes(row)}
    unit, year = reading.house.unit, rows[0]["reporting_year"]
    caption = reading.say(f"Indicatoren per {unit}, {year}", f"Indicators per {unit}, {year}")
    groups = side_by_side(reading, [str(row["unit"]) for row in rows])

    def notes(row: IndicatorValuesRow) -> Sequence[str]:
        return [text for text in reading.notes(row) if text not in known]

    def of_unit(unit: str) -> ColumnSpec[Line]:
        figures = Columns[IndicatorValuesRow](reading).figures(unit, unit, lambda row: value(reading, row))
        return figures.noting(notes).at(unit)

    for number, group in enumerate(groups):
        identity = f"table-indicators-units{f'-{number}' if number else ''}"
        about = (column.of_any() for column in subject(reading))
        columns: tuple[ColumnSpec[Line], ...] = (*about, *map(of_unit, group))
        lines = _by_key([row for row in rows if row["unit"] in group], lambda row: row["unit"])
        yield TableSpec(identity, of_group(caption, group, groups), columns).table(lines)
