"""The report of a sector view: whose figures, what they come to together, and what did not count and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, Language, number
from kwaliteitsmonitor.releases.format import fields
from kwaliteitsmonitor.releases.format.notes import notes_in
from kwaliteitsmonitor.releases.report.contents.columns import TITLES
from kwaliteitsmonitor.releases.report.document.model import (
    Block,
    Cell,
    Document,
    Figure,
    Paragraph,
    Section,
    Style,
    Table,
    Terms,
)
from kwaliteitsmonitor.releases.report.document.reading import decimal
from kwaliteitsmonitor.releases.report.document.table_spec import ColumnSpec, Line, TableSpec, sentence
from kwaliteitsmonitor.releases.report.document.wording import printed
from kwaliteitsmonitor.releases.sector.reasons import REASONS
from kwaliteitsmonitor.releases.sector.tables import SectorTables
from schemas.rows import SectorIndicatorsRow, SectorLeftOutRow, SectorSourcesRow
from schemas.values import AnyRow, Row
from schemas.words import Words

TITLE = Words("Kwaliteitsafspraken van instellingen samen", "Quality agreements of institutions together")
TOGETHER = Words("Samen", "Together")
NOT_MAPPED = Words("Zonder landelijk thema", "Without a national theme")
TOTAL = Words("Alle thema's", "All themes")
STATES = {"draft": Words("concept", "draft"), "final": Words("definitief", "final")}
SECTORS = {"wo": Words("wo", "research university"), "hbo": Words("hbo", "applied sciences"), "other": Words("", "")}
MOMENTS = {
    "year_over": Words("na afloop van het jaar", "after the year was over"),
    "under_way": Words("in de loop van het jaar", "in the course of the year"),
}
SUBJECTS = {"indicator": Words("Indicator", "Indicator"), "spending": Words("Besteding", "Spending")}
RULES: tuple[tuple[Words, Words], ...] = (
    (
        Words("Aantallen en bedragen", "Counts and amounts"),
        Words("worden opgeteld, bedragen tot op de cent.", "are added up, amounts to the cent."),
    ),
    (
        Words("Verhoudingen en aandelen", "Ratios and shares"),
        Words(
            "zijn de som van de tellers gedeeld door de som van de noemers, nooit het gemiddelde van de instellingen.",
            "are the sum of the numerators divided by that of the denominators, never the mean of the institutions.",
        ),
    ),
    (
        Words("Gemiddelden", "Means"),
        Words(
            "tellen mee naar het aantal waarop zij berusten; de spreiding is die van alle antwoorden samen.",
            "count by the number on which they rest; the spread is that of all answers together.",
        ),
    ),
    (
        Words("Medianen", "Medians"),
        Words("zijn niet samen te nemen en staan er niet in.", "do not combine and are left out."),
    ),
    (
        Words("Wie meetelt", "Who counts"),
        Words(
            "Cijfers tellen samen als zij dezelfde definitie en versie, maat, schaal en hetzelfde jaar hebben en geen "
            "ervan is onderdrukt. Waar instellingen verschillen geldt waarin de meeste overeenkomen; zijn er evenveel "
            "van elk, dan is er geen cijfer samen. Een cijfer van een instelling alleen is dat van die instelling.",
            "Figures count together that have the same definition and version, unit of measure, scale and year, and "
            "none of which is suppressed. Where institutions differ, what most agree on holds; where there are as many "
            "of each, there is no figure together. A figure of one institution is that of the institution.",
        ),
    ),
    (
        Words("Concept", "Draft"),
        Words(
            "Een cijfer samen is concept zodra een van de uitgaven waarop het berust dat is.",
            "A figure together is a draft as soon as one of the releases on which it rests is.",
        ),
    ),
)


def document(rows: SectorTables, language: Language) -> Document:
    """The report over the tables of a sector view, by name, in a language."""
    sources = rows["sector_sources"]
    view = _View(language, {row["institution"]: row["nl"] if language == "nl" else row["en"] for row in sources})
    made = (
        _sources(view, sources),
        _indicators(view, rows["sector_indicators"]),
        _spending(view, rows["sector_spending"]),
        _left_out(view, rows["sector_left_out"]),
        _rules(language),
    )
    state = "final" if all(row["release_status"] == "final" for row in sources) else "draft"
    facts = (
        (view.say("Instellingen", "Institutions"), str(len(sources))),
        (view.say("Verslagjaar", "Reporting year"), _years(sources)),
        (view.say("Stand", "State"), view.word(STATES[state])),
    )
    sections = tuple(section for section in made if section is not None)
    return Document(language, TITLE.in_language(language), ", ".join(view.names.values()), facts, sections)


@dataclass(frozen=True)
class _View:
    """The language of the report and the names of the institutions in it."""

    language: Language
    names: Mapping[str, str]

    def say(self, nl: str, en: str) -> str:
        """What is said in the language of the report."""
        return nl if self.language == "nl" else en

    def word(self, words: Words) -> str:
        """A word in the language of the report."""
        return words.in_language(self.language)

    def whose(self) -> ColumnSpec[AnyRow]:
        """Of which institution a figure is, or that it is of those together."""
        return ColumnSpec("institution", self.say("Instelling", "Institution"), self._whose)

    def _whose(self, row: AnyRow) -> str:
        institution = fields.text(row["institution"])
        return self.word(TOGETHER) if institution is None else self.names[institution]

    def figure(self, name: str, title: str, cell: Callable[[Line], Cell]) -> ColumnSpec[Line]:
        """A column of figures."""
        return ColumnSpec(name, title, cell, figures=True)

    def number(self, name: str, title: str) -> ColumnSpec[AnyRow]:
        """A column of numbers that are no figures of their own, with a decimal where they have one."""

        def cell(row: AnyRow) -> Cell:
            value = fields.number(row[name])
            if value is None:
                return ""
            exact = Decimal(repr(value))
            decimals = 0 if exact == exact.to_integral_value() else 1
            return Figure(number(exact, decimals, self.language), exact, decimals=decimals)

        return self.figure(name, title, cell)

    def money(self, name: str, title: str) -> ColumnSpec[AnyRow]:
        """A column of amounts, whole ones of the currency."""
        return self.figure(name, title, lambda row: self._shown(row, name, "amount", 0))

    def share(self, name: str, title: str) -> ColumnSpec[AnyRow]:
        """A column of percentages with a decimal."""
        return self.figure(name, title, lambda row: self._shown(row, name, "percentage", 1))

    def _shown(self, row: AnyRow, name: str, style: Style, decimals: int) -> Figure:
        value, figure = decimal(fields.number(row[name])), fields.text(row["figure_id"])
        if value is None:
            return Figure(SYMBOLS["not_available"][self.language], status="not_available")
        return Figure(printed(value, style, decimals, self.language), value, style, decimals, figure, name)

    def counting(self) -> tuple[ColumnSpec[AnyRow], ColumnSpec[AnyRow]]:
        """Whether a figure counts, or how many do in one together; and whether it is a draft."""
        yes, no = self.say("ja", "yes"), self.say("nee", "no")

        def counts(row: AnyRow) -> str:
            return str(row["institutions"]) if _together(row) else (yes if row["counts"] else no)

        return ColumnSpec("counts", self.say("Telt mee", "Counts"), counts), self.state()

    def state(self) -> ColumnSpec[AnyRow]:
        """Whether a release, or what follows from it, is a draft."""
        return ColumnSpec("state", self.say("Stand", "State"), self._state)

    def _state(self, row: AnyRow) -> str:
        return self.word(STATES[str(row["release_status"])])


def _together(row: AnyRow) -> bool:
    return row["institution"] is None


def _sources(view: _View, sources: Sequence[SectorSourcesRow]) -> Section:
    say = view.say
    columns: tuple[ColumnSpec[SectorSourcesRow], ...] = (
        view.whose(),
        ColumnSpec("sector", say("Sector", "Sector"), lambda row: view.word(SECTORS[row["sector"]])),
        ColumnSpec("cycle", say("Cyclus", "Cycle"), lambda row: row["cycle"]),
        ColumnSpec("year", say("Verslagjaar", "Reporting year"), lambda row: str(row["reporting_year"])),
        view.state(),
        ColumnSpec("seal", say("Zegel", "Seal"), lambda row: row["seal"][:16]),
    )
    caption = say("De uitgaven waaruit de cijfers komen", "The releases of which the figures come")
    blocks: list[Block] = [TableSpec("table-sources", caption, columns).table(sources)]
    drafts = [say(row["nl"], row["en"]) for row in sources if row["release_status"] == "draft"]
    if drafts:
        notice = say("Nog niet vastgesteld en dus concept: ", "Not signed off yet and so a draft: ")
        blocks.append(Paragraph(f"{notice}{', '.join(drafts)}.", "notice"))
    return Section("sources", say("Bronnen", "Sources"), tuple(blocks))


def _indicators(view: _View, rows: Sequence[SectorIndicatorsRow]) -> Section | None:
    if not rows:
        return None
    say = view.say

    def value(row: SectorIndicatorsRow) -> Figure:
        style: Style = "percentage" if row["unit_of_measure"] == "fraction" else "number"
        value = decimal(row["value"]) if row["status"] == "ok" else None
        text = say(row["printed_nl"], row["printed_en"])
        return Figure(text, value, style, row["decimals"], row["figure_id"], "value", row["status"])

    columns = (
        view.whose(),
        replace(view.figure("value", say("Cijfer", "Figure"), value), notes=lambda row: _notes(row, view)),
        view.number("n", "n"),
        view.number("numerator", say("Teller", "Numerator")),
        view.number("denominator", say("Noemer", "Denominator")),
        *view.counting(),
    )
    lines: list[SectorIndicatorsRow | str] = []
    for _, group in groupby(rows, key=lambda row: (row["indicator"], row["reporting_year"], row["level"])):
        members = list(group)
        lines += [_heading(members[-1], view), *members]
    caption = say("Indicatoren per instelling en samen", "Indicators per institution and together")
    table = TableSpec("table-indicators", caption, columns, _together).table(lines)
    return Section("indicators", say("Indicatoren", "Indicators"), (table,))


def _spending(view: _View, rows: Sequence[Row]) -> Section | None:
    years = groupby(rows, key=lambda row: row["reporting_year"])
    tables = tuple(_spending_in(view, str(year), list(group)) for year, group in years)
    title = view.say("Besteding naar landelijk thema", "Spending by national theme")
    return Section("spending", title, tables) if tables else None


def _spending_in(view: _View, year: str, rows: Sequence[Row]) -> Table:
    say = view.say
    columns = (
        view.whose(),
        view.money("budget", view.word(TITLES["budget"])),
        view.money("realised", view.word(TITLES["realised"])),
        view.money("difference", view.word(TITLES["difference"])),
        view.share("realised_pct_of_budget", say("Gerealiseerd van begroot", "Realised of budget")),
        *view.counting(),
    )
    lines: list[Row | str] = []
    for _, group in groupby(rows, key=lambda row: (row["kind"], row["national_theme"])):
        members = list(group)
        lines += [_theme(members[0], view.language), *members]
    currencies = ", ".join(sorted({str(row["currency"]) for row in rows}))
    moments = ", ".join(sorted({view.word(MOMENTS[str(row["moment"])]) for row in rows}))
    caption = say(
        f"Besteding in {year} ({currencies}), opgegeven {moments}",
        f"Spending in {year} ({currencies}), given {moments}",
    )
    return TableSpec(f"table-spending-{year}", caption, columns, _together).table(lines)


class _LeftOut(NamedTuple):
    """What of an institution does not count, and in which reporting years."""

    whose: str
    what: str
    years: str


def _left_out(view: _View, rows: Sequence[SectorLeftOutRow]) -> Section:
    say, title = view.say, view.say("Wat niet meetelt", "What does not count")
    if not rows:
        text = say("Alles wat is gepubliceerd telt mee.", "Everything that was published counts.")
        return Section("left-out", title, (Paragraph(text),))
    columns: tuple[ColumnSpec[_LeftOut], ...] = (
        ColumnSpec("institution", say("Instelling", "Institution"), lambda line: line.whose),
        ColumnSpec("what", say("Wat", "What"), lambda line: line.what),
        ColumnSpec("year", say("Verslagjaar", "Reporting year"), lambda line: line.years),
    )
    lines: list[_LeftOut | str] = []
    for reason, words in REASONS.items():
        years: dict[tuple[str, str], list[str]] = {}
        for row in (row for row in rows if row["reason"] == reason):
            year = row["reporting_year"]
            about = years.setdefault((view.names[row["institution"]], _what(row, view)), [])
            about.append(say("elk", "any") if year is None else str(year))
        lines += [heading(view.word(words))] if years else []
        lines += [_LeftOut(whose, what, ", ".join(periods)) for (whose, what), periods in years.items()]
    caption = say("Wat niet meetelt, per reden", "What does not count, by reason")
    return Section("left-out", title, (TableSpec("table-left-out", caption, columns).table(lines),))


def _rules(language: Language) -> Section:
    entries = tuple((term.in_language(language), meaning.in_language(language)) for term, meaning in RULES)
    title = Words("Hoe cijfers samengaan", "How figures combine").in_language(language)
    return Section("rules", title, (Terms(entries),))


def _what(row: SectorLeftOutRow, view: _View) -> str:
    """The indicator by the name that the institution gives it, or spending; and whether it is the spread alone."""
    label = row["label_nl"] if view.language == "nl" else row["label_en"]
    named = label or row["indicator"] or view.word(SUBJECTS[row["subject"]])
    level = f" ({row['level']})" if row["level"] else ""
    spread = view.say(", de spreiding", ", its spread") if row["part"] == "spread" else ""
    return f"{named}{level}{spread}"


def _heading(row: SectorIndicatorsRow, view: _View) -> str:
    level = f" ({row['level']})" if row["level"] else ""
    return f"{view.say(row['label_nl'], row['label_en'])}{level}, {row['reporting_year']}"


def _theme(row: Row, language: Language) -> str:
    match row["kind"]:
        case "national":
            return str(row[f"theme_{language}"] or row["national_theme"])
        case "not_mapped":
            return NOT_MAPPED.in_language(language)
        case _:
            return TOTAL.in_language(language)


def _notes(row: SectorIndicatorsRow, view: _View) -> Iterator[str]:
    """What is to be said of an institution's own figure; those together have it from theirs."""
    notes = notes_in(row, "note", view.language)
    if row["institution"] is not None and notes:
        yield f"{view.names[row['institution']]}: {' '.join(map(sentence, notes))}"


def _years(sources: Iterable[SectorSourcesRow]) -> str:
    return ", ".join(str(year) for year in sorted({row["reporting_year"] for row in sources}))
