"""The report of a sector view: whose figures, what they come to together, and what did not count and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, Language, number, percentage
from kwaliteitsmonitor.releases.format.notes import notes_in
from kwaliteitsmonitor.releases.report.document.model import (
    Block,
    Cell,
    Column,
    Document,
    Figure,
    Paragraph,
    Section,
    Style,
    Table,
    Terms,
)
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.sector.reasons import REASONS
from schemas.words import Words

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]

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


def document(rows: Rows, language: Language) -> Document:
    """The report over the tables of a sector view, by name, in a language."""
    sources = rows["sector_sources"]
    names = {row["institution"]: str(row[language]) for row in sources}
    made = (
        _sources(sources, language),
        _indicators(rows["sector_indicators"], names, language),
        _spending(rows["sector_spending"], names, language),
        _left_out(rows["sector_left_out"], names, language),
        _rules(language),
    )
    state = "final" if all(row["release_status"] == "final" for row in sources) else "draft"
    facts = (
        (_say(language, "Instellingen", "Institutions"), str(len(sources))),
        (_say(language, "Verslagjaar", "Reporting year"), _years(sources)),
        (_say(language, "Stand", "State"), STATES[state].in_language(language)),
    )
    subtitle = ", ".join(names.values())
    sections = tuple(section for section in made if section is not None)
    return Document(language, TITLE.in_language(language), subtitle, facts, sections)


def _sources(sources: Sequence[Row], language: Language) -> Section:
    columns = (
        Column("institution", _say(language, "Instelling", "Institution")),
        Column("sector", _say(language, "Sector", "Sector")),
        Column("cycle", _say(language, "Cyclus", "Cycle")),
        Column("year", _say(language, "Verslagjaar", "Reporting year")),
        Column("state", _say(language, "Stand", "State")),
        Column("seal", _say(language, "Zegel", "Seal")),
    )
    lines = [
        Line(
            (
                row[language],
                SECTORS[row["sector"]].in_language(language),
                row["cycle"],
                str(row["reporting_year"]),
                STATES[row["release_status"]].in_language(language),
                row["seal"][:16],
            )
        )
        for row in sources
    ]
    caption = _say(language, "De uitgaven waaruit de cijfers komen", "The releases of which the figures come")
    blocks: list[Block] = [Table("table-sources", caption, columns, tuple(lines))]
    drafts = [row[language] for row in sources if row["release_status"] == "draft"]
    if drafts:
        notice = _say(language, "Nog niet vastgesteld en dus concept: ", "Not signed off yet and so a draft: ")
        blocks.append(Paragraph(f"{notice}{', '.join(drafts)}.", "notice"))
    return Section("sources", _say(language, "Bronnen", "Sources"), tuple(blocks))


def _indicators(rows: Sequence[Row], names: Mapping[str, str], language: Language) -> Section | None:
    if not rows:
        return None
    columns = (
        Column("institution", _say(language, "Instelling", "Institution")),
        *(
            Column(name, title, figures=True)
            for name, title in (
                ("value", _say(language, "Cijfer", "Figure")),
                ("n", "n"),
                ("numerator", _say(language, "Teller", "Numerator")),
                ("denominator", _say(language, "Noemer", "Denominator")),
            )
        ),
        Column("counts", _say(language, "Telt mee", "Counts")),
        Column("state", _say(language, "Stand", "State")),
    )
    lines: list[Line] = []
    notes: dict[str, str] = {}
    for _, group in groupby(rows, key=lambda row: (row["indicator"], row["reporting_year"], row["level"])):
        members = list(group)
        lines.append(Line((_heading(members[-1], language),), "heading"))
        lines.extend(_indicator(row, names, notes, language) for row in members)
    caption = _say(language, "Indicatoren per instelling en samen", "Indicators per institution and together")
    table = Table("table-indicators", caption, columns, tuple(lines), {key: note for note, key in notes.items()})
    return Section("indicators", _say(language, "Indicatoren", "Indicators"), (table,))


def _indicator(row: Row, names: Mapping[str, str], notes: dict[str, str], language: Language) -> Line:
    keys = tuple(_key(notes, note) for note in _notes(row, names, language))
    style: Style = "percentage" if row["unit_of_measure"] == "fraction" else "number"
    value = None if row["value"] is None or row["status"] != "ok" else Decimal(repr(row["value"]))
    figure = Figure(
        row[f"printed_{language}"], value, style, row["decimals"], row["figure_id"], "value", row["status"], keys
    )
    together = row["institution"] is None
    cells: tuple[Cell, ...] = (
        _whose(row, names, language),
        figure,
        _number(row["n"], language),
        _number(row["numerator"], language),
        _number(row["denominator"], language),
        str(row["institutions"]) if together else _yes(row["counts"], language),
        STATES[row["release_status"]].in_language(language),
    )
    return Line(cells, "total" if together else "body")


def _spending(rows: Sequence[Row], names: Mapping[str, str], language: Language) -> Section | None:
    tables = [
        _spending_in(year, list(group), names, language)
        for year, group in groupby(rows, key=lambda row: row["reporting_year"])
    ]
    if not tables:
        return None
    title = _say(language, "Besteding naar landelijk thema", "Spending by national theme")
    return Section("spending", title, tuple(tables))


def _spending_in(year: int, rows: Sequence[Row], names: Mapping[str, str], language: Language) -> Table:
    titles = {
        "budget": _say(language, "Begroot", "Budget"),
        "realised": _say(language, "Gerealiseerd", "Realised"),
        "difference": _say(language, "Verschil", "Difference"),
        "realised_pct_of_budget": _say(language, "Gerealiseerd van begroot", "Realised of budget"),
    }
    columns = (
        Column("institution", _say(language, "Instelling", "Institution")),
        *(Column(name, title, figures=True) for name, title in titles.items()),
        Column("counts", _say(language, "Telt mee", "Counts")),
        Column("state", _say(language, "Stand", "State")),
    )
    lines: list[Line] = []
    for _, group in groupby(rows, key=lambda row: (row["kind"], row["national_theme"])):
        members = list(group)
        lines.append(Line((_theme(members[0], language),), "heading"))
        for row in members:
            together = row["institution"] is None
            amounts = [_money(row, name, language) for name in ("budget", "realised", "difference")]
            cells: tuple[Cell, ...] = (
                _whose(row, names, language),
                *amounts,
                _share(row, "realised_pct_of_budget", language),
                str(row["institutions"]) if together else _yes(row["counts"], language),
                STATES[row["release_status"]].in_language(language),
            )
            lines.append(Line(cells, "total" if together else "body"))
    currencies = ", ".join(sorted({row["currency"] for row in rows}))
    moments = ", ".join(sorted({MOMENTS[row["moment"]].in_language(language) for row in rows}))
    caption = _say(
        language,
        f"Besteding in {year} ({currencies}), opgegeven {moments}",
        f"Spending in {year} ({currencies}), given {moments}",
    )
    return Table(f"table-spending-{year}", caption, columns, tuple(lines))


def _left_out(rows: Sequence[Row], names: Mapping[str, str], language: Language) -> Section:
    title = _say(language, "Wat niet meetelt", "What does not count")
    if not rows:
        text = _say(language, "Alles wat is gepubliceerd telt mee.", "Everything that was published counts.")
        return Section("left-out", title, (Paragraph(text),))
    columns = (
        Column("institution", _say(language, "Instelling", "Institution")),
        Column("what", _say(language, "Wat", "What")),
        Column("year", _say(language, "Verslagjaar", "Reporting year")),
    )
    order = list(REASONS)
    lines: list[Line] = []
    for reason, group in groupby(
        sorted(rows, key=lambda row: order.index(row["reason"])), key=lambda row: row["reason"]
    ):
        text = REASONS[reason].in_language(language)
        lines.append(Line((f"{text[:1].upper()}{text[1:]}",), "heading"))
        years: dict[tuple[str, str], list[str]] = {}
        for row in group:
            year = row.get("reporting_year")
            about = years.setdefault((names[row["institution"]], _what(row, language)), [])
            about.append(_say(language, "elk", "any") if year is None else str(year))
        lines.extend(Line((whose, what, ", ".join(periods))) for (whose, what), periods in years.items())
    caption = _say(language, "Wat niet meetelt, per reden", "What does not count, by reason")
    return Section("left-out", title, (Table("table-left-out", caption, columns, tuple(lines)),))


def _rules(language: Language) -> Section:
    entries = tuple((term.in_language(language), meaning.in_language(language)) for term, meaning in RULES)
    return Section("rules", _say(language, "Hoe cijfers samengaan", "How figures combine"), (Terms(entries),))


def _what(row: Row, language: Language) -> str:
    """The indicator by the name that the institution gives it, or spending; and whether it is the spread alone."""
    named = row.get(f"label_{language}") or row.get("indicator") or SUBJECTS[row["subject"]].in_language(language)
    level = f" ({row['level']})" if row.get("level") else ""
    spread = _say(language, ", de spreiding", ", its spread") if row["part"] == "spread" else ""
    return f"{named}{level}{spread}"


def _heading(row: Row, language: Language) -> str:
    level = f" ({row['level']})" if row["level"] else ""
    return f"{row[f'label_{language}']}{level}, {row['reporting_year']}"


def _theme(row: Row, language: Language) -> str:
    match row["kind"]:
        case "national":
            return str(row[f"theme_{language}"] or row["national_theme"])
        case "not_mapped":
            return NOT_MAPPED.in_language(language)
        case _:
            return TOTAL.in_language(language)


def _whose(row: Row, names: Mapping[str, str], language: Language) -> str:
    return TOGETHER.in_language(language) if row["institution"] is None else names[row["institution"]]


def _notes(row: Row, names: Mapping[str, str], language: Language) -> Iterator[str]:
    """What is to be said of an institution's own figure; those together have it from theirs."""
    notes = notes_in(row, "note", language)
    if row["institution"] is not None and notes:
        yield f"{names[row['institution']]}: {' '.join(map(_sentence, notes))}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def _key(notes: dict[str, str], note: str) -> str:
    """The letters of a note: a to z, then aa."""
    place = len(notes)
    letters = ("" if place < 26 else chr(96 + place // 26)) + chr(97 + place % 26)
    return notes.setdefault(note, letters)


def _number(value: Any, language: Language) -> Cell:
    if value is None:
        return ""
    exact = Decimal(repr(value))
    decimals = 0 if exact == exact.to_integral_value() else 1
    return Figure(number(exact, decimals, language), exact, decimals=decimals)


def _money(row: Row, name: str, language: Language) -> Figure:
    value = row[name]
    if value is None:
        return Figure(SYMBOLS["not_available"][language], status="not_available")
    return Figure(number(value, 0, language), value, "amount", 0, row["figure_id"], name)


def _share(row: Row, name: str, language: Language) -> Figure:
    if row[name] is None:
        return Figure(SYMBOLS["not_available"][language], status="not_available")
    value = Decimal(repr(row[name]))
    return Figure(percentage(value, 1, language), value, "percentage", 1, row["figure_id"], name)


def _yes(counts: bool, language: Language) -> str:
    return _say(language, "ja", "yes") if counts else _say(language, "nee", "no")


def _years(sources: Iterable[Row]) -> str:
    return ", ".join(str(year) for year in sorted({row["reporting_year"] for row in sources}))


def _say(language: Language, nl: str, en: str) -> str:
    return nl if language == "nl" else en
