"""A report made by hand, with everything in it that a form must be able to show."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, Language, number, percentage, thousands
from kwaliteitsmonitor.releases.report.document.model import (
    Chart,
    Column,
    Document,
    Figure,
    Paragraph,
    Provenance,
    Row,
    Section,
    Table,
    Terms,
)
from schemas.words import Words

MONEY = {
    "Kleine groepen": (Decimal("2540500.00"), Decimal("2398000.00")),
    "Docenten": (Decimal("917400.00"), Decimal("1017849.50")),
}
HOSTILE = "=1+1 #panic() *vet* <script>x</script> $y$ \\ @doel"


def money(amount: Decimal, language: Language, identity: str | None = None) -> Figure:
    return Figure(thousands(amount, language), amount, "thousands", 0, identity)


def hidden(language: Language, status: str, identity: str | None = None, notes: tuple[str, ...] = ()) -> Figure:
    return Figure(SYMBOLS[status][language], None, "number", 1, identity, status=status, notes=notes)


def euros(name: str, title: str, formula: str = "") -> Column:
    return Column(name, title, True, "k€", formula, adds_up=not formula)


def indicators(language: Language) -> Table:
    """Levels, spread, a number beside, a break and figures that are not shown."""
    own = "2021-03:indicator:2020"
    mean, spread, quotient = Decimal("3.899979"), Decimal("0.099980"), Decimal("25.816384")
    plus_minus = f"{number(mean, 1, language)} ± {number(spread, 1, language)}"
    score = Figure(plus_minus, mean, "number", 1, f"{own}:methods:all:all", notes=("a",), spread=spread)
    beside = {"nl": "12 (+ 9 in traject)", "en": "12 (+ 9 in training)"}[language]
    certified = Figure(beside, Decimal(12), "number", 0, f"{own}:certified:all:all")
    ratio = Figure(number(quotient, 1, language), quotient, "number", 1, "ratio:2019")
    nl = language == "nl"
    columns = (Column("indicator", "Indicator"), Column("level", "Niveau" if nl else "Level"))
    years = (Column("y2019", "2019", figures=True), Column("y2020", "2020", figures=True))
    rows = (
        Row(("Kleine groepen" if nl else "Small classes",), "heading"),
        Row(("Werkvormen" if nl else "Methods", "Ba", hidden(language, "suppressed", "s1", ("b",)), score)),
        Row(("Studenten per fte" if nl else "Students per fte", "–", ratio, hidden(language, "not_available", "s2"))),
        Row(("Docenten" if nl else "Teachers",), "heading"),
        Row((HOSTILE, "Ma", hidden(language, "not_applicable"), certified)),
    )
    title = "Tabel 1: Indicatoren per thema" if nl else "Table 1: Indicators by theme"
    note = "Andere vraagstelling sinds 2019." if nl else "Asked otherwise since 2019."
    return Table("indicators", title, (*columns, *years), rows, {"a": note, "b": HOSTILE})


def spending(language: Language) -> Table:
    """Amounts that add up, with shares and differences that follow from them."""
    budget, realised = (sum((pair[i] for pair in MONEY.values()), Decimal(0)) for i in (0, 1))

    def row(theme: str, planned: Decimal, spent: Decimal) -> tuple[str | Figure, ...]:
        of = f"2021-03:spending:2020:{theme}"
        share = (spent / realised).quantize(Decimal("0.000001"))
        amounts = {"budget": planned, "realised": spent, "difference": spent - planned}
        figures = (money(amount, language, f"{of}:{name}") for name, amount in amounts.items())
        return (theme, *figures, Figure(percentage(share, 1, language), share, "percentage", 1, f"{of}:share"))

    titles = {
        "nl": ("Tabel 2: Besteding per thema", "Thema", "Begroot", "Besteed", "Verschil", "Aandeel", "Totaal"),
        "en": ("Table 2: Spending by theme", "Theme", "Budget", "Spent", "Difference", "Share", "Total"),
    }
    caption, theme, planned, spent, difference, share, total = titles[language]
    columns = (
        Column("theme", theme),
        euros("budget", planned),
        euros("realised", spent),
        euros("difference", difference, "realised - budget"),
        Column("share", share, True, "%", "realised / whole.realised"),
    )
    rows = (*(Row(row(name, *pair)) for name, pair in MONEY.items()), Row(row(total, budget, realised), "total"))
    return Table("spending", caption, columns, rows)


def by_unit(language: Language) -> Table:
    """A wide table in which a figure is suppressed, so that its total is more than what is shown."""
    cells = {f"E{index}": Decimal(1000 * (index + 1)) for index in range(9)}
    full = {name: money(amount, language, f"v:{name}") for name, amount in cells.items()}
    shown = {name: money(amount, language, f"u:{name}") for name, amount in cells.items()}
    shown["E3"] = hidden(language, "suppressed", "u:E3")
    totals = (money(2 * amount, language, f"t:{name}") for name, amount in cells.items())
    rows = (Row(("A", *shown.values())), Row(("B", *full.values())), Row(("Totaal", *totals), "total"))
    caption = "Tabel 3: Besteding per eenheid" if language == "nl" else "Table 3: Spending by unit"
    unit = Column("measure", "Eenheid" if language == "nl" else "Unit")
    return Table("by_unit", caption, (unit, *(euros(name, name) for name in cells)), rows)


def chart(language: Language) -> Chart:
    """Bars of what was spent."""
    caption = Words("Grafiek 1: Besteed per thema", "Chart 1: Spent by theme").in_language(language)
    words = Words("Staven: aan beide thema's is besteed.", "Bars: both themes were spent on.").in_language(language)
    specification: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 400,
        "data": {"values": [{"theme": theme, "spent": float(pair[1]) / 1000} for theme, pair in MONEY.items()]},
        "mark": "bar",
        "encoding": {"y": {"field": "theme", "type": "nominal"}, "x": {"field": "spent", "type": "quantitative"}},
    }
    return Chart("spent", caption, words, specification, "spending")


def report(language: Language = "nl") -> Document:
    """The whole document."""
    nl = language == "nl"
    tables = (indicators(language), spending(language), by_unit(language))
    identified = [figure for table in tables for figure in table.figures() if figure.figure_id]
    remark = Paragraph(f"Emoji \U0001f600 en 漢 en {HOSTILE}")
    draft = Paragraph("Dit is een concept." if nl else "This is a draft.", "notice")
    remarks = Section("remarks", "Toelichting" if nl else "Remarks", (remark,))
    sections = (
        Section("results", "Resultaten" if nl else "Results", (draft, tables[0]), (remarks,)),
        Section("money", "Geld" if nl else "Money", (tables[1], chart(language), tables[2])),
        Section("terms", "Begrippen" if nl else "Terms", (Terms((("fte", "1,0"), (HOSTILE, "-2+3"))),)),
    )
    facts = (("Verslagjaar" if nl else "Reporting year", "2020"), ("Stand" if nl else "State", "concept"))
    title = "Voortgang kwaliteitsafspraken" if nl else "Progress of the quality agreements"
    origins = {f.figure_id: Provenance(f.figure_id, f.text, ("Regel een.", HOSTILE)) for f in identified if f.figure_id}
    return Document(language, title, "Hogeschool Noord", facts, sections, origins)
