"""A report made by hand, with everything in it that a form must be able to show."""

from __future__ import annotations

from decimal import Decimal

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

YEARS = (2019, 2020)
MONEY = {"Kleine groepen": ("2540500.00", "2398000.00"), "Docenten": ("917400.00", "1017849.50")}
HOSTILE = "=1+1 #panic() *vet* <script>x</script> $y$ \\ @doel"


def money(amount: Decimal, language: Language, identity: str | None = None, notes: tuple[str, ...] = ()) -> Figure:
    return Figure(thousands(amount, language), amount, "thousands", 0, identity, notes=notes)


def share(value: Decimal, language: Language, identity: str | None = None) -> Figure:
    return Figure(percentage(value, 1, language), value, "percentage", 1, identity)


def hidden(language: Language, status: str, identity: str | None = None, notes: tuple[str, ...] = ()) -> Figure:
    return Figure(SYMBOLS[status][language], None, "number", 1, identity, status=status, notes=notes)


def indicators(language: Language) -> Table:
    """Levels, spread, a number beside, a break and figures that are not shown."""
    plus_minus = f"{number(Decimal('3.9'), 1, language)} ± {number(Decimal('0.1'), 1, language)}"
    beside = Words("in traject", "in training").in_language(language)
    score = Figure(
        plus_minus,
        Decimal("3.899979"),
        "number",
        1,
        "2021-03:indicator:2020:methods:all:all",
        notes=("a",),
        spread=Decimal("0.099980"),
    )
    certified = Figure(f"12 (+ 9 {beside})", Decimal(12), "number", 0, "2021-03:indicator:2020:certified:all:all")
    ratio = Figure(number(Decimal("25.816384"), 1, language), Decimal("25.816384"), "number", 1, "ratio:2019")
    return Table(
        "indicators",
        Words("Tabel 1: Indicatoren per thema", "Table 1: Indicators by theme").in_language(language),
        (
            Column("indicator", Words("Indicator", "Indicator").in_language(language)),
            Column("level", Words("Niveau", "Level").in_language(language)),
            Column("y2019", "2019", figures=True),
            Column("y2020", "2020", figures=True),
        ),
        (
            Row((Words("Kleine groepen", "Small classes").in_language(language),), "heading"),
            Row(
                (
                    Words("Werkvormen", "Teaching methods").in_language(language),
                    "Ba",
                    hidden(language, "suppressed", "s1", ("b",)),
                    score,
                )
            ),
            Row(
                (
                    Words("Studenten per fte", "Students per fte").in_language(language),
                    "–",
                    ratio,
                    hidden(language, "not_available", "s2"),
                )
            ),
            Row((Words("Docenten", "Teachers").in_language(language),), "heading"),
            Row((HOSTILE, "Ma", hidden(language, "not_applicable"), certified)),
        ),
        {
            "a": Words("Andere vraagstelling sinds 2019.", "Asked otherwise since 2019.").in_language(language),
            "b": HOSTILE,
        },
    )


def spending(language: Language) -> Table:
    """Amounts that add up, with shares and differences that follow from them."""
    amounts = {theme: (Decimal(budget), Decimal(realised)) for theme, (budget, realised) in MONEY.items()}
    budget, realised = (sum((pair[i] for pair in amounts.values()), Decimal(0)) for i in (0, 1))

    def row(theme: str, planned: Decimal, spent: Decimal) -> tuple[str | Figure, ...]:
        of = f"2021-03:spending:2020:{theme}"
        return (
            theme,
            money(planned, language, f"{of}:budget"),
            money(spent, language, f"{of}:realised"),
            money(spent - planned, language, f"{of}:difference"),
            share((spent / realised).quantize(Decimal("0.000001")), language, f"{of}:share"),
        )

    return Table(
        "spending",
        Words("Tabel 2: Besteding per thema", "Table 2: Spending by theme").in_language(language),
        (
            Column("theme", Words("Thema", "Theme").in_language(language)),
            Column("budget", Words("Begroot", "Budget").in_language(language), True, "k€", adds_up=True),
            Column("realised", Words("Besteed", "Spent").in_language(language), True, "k€", adds_up=True),
            Column(
                "difference", Words("Verschil", "Difference").in_language(language), True, "k€", "{realised} - {budget}"
            ),
            Column(
                "share", Words("Aandeel", "Share").in_language(language), True, "%", "{realised} / {realised:total}"
            ),
        ),
        (
            *(Row(row(theme, *pair)) for theme, pair in amounts.items()),
            Row(row("Totaal" if language == "nl" else "Total", budget, realised), "total"),
        ),
    )


def by_unit(language: Language, units: int = 9) -> Table:
    """A wide table in which a figure is suppressed, so that its total is more than what is shown."""
    names = [f"E{index}" for index in range(units)]
    cells = {name: Decimal(1000 * (index + 1)) for index, name in enumerate(names)}
    title = Words("Eenheid", "Unit").in_language(language)
    shown = tuple(
        hidden(language, "suppressed", f"u:{name}") if name == "E3" else money(cells[name], language, f"u:{name}")
        for name in names
    )
    full = tuple(money(cells[name], language, f"v:{name}") for name in names)
    hidden_total = money(cells["E3"] * 2, language, "t:E3")
    totals = tuple(hidden_total if name == "E3" else money(2 * cells[name], language, f"t:{name}") for name in names)
    return Table(
        "by_unit",
        Words("Tabel 3: Besteding per eenheid", "Table 3: Spending by unit").in_language(language),
        (Column("measure", title), *(Column(name, name, True, "k€", adds_up=True) for name in names)),
        (Row(("A", *shown)), Row(("B", *full)), Row(("Totaal", *totals), "total")),
    )


def chart(language: Language) -> Chart:
    """Bars of what was spent."""
    words = Words("Grafiek 1: Besteed per thema", "Chart 1: Spent by theme").in_language(language)
    values = [{"theme": theme, "spent": float(pair[1]) / 1000} for theme, pair in MONEY.items()]
    return Chart(
        "spent",
        words,
        Words("Staven: aan beide thema's is besteed.", "Bars: both themes were spent on.").in_language(language),
        {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "width": 400,
            "data": {"values": values},
            "mark": "bar",
            "encoding": {
                "y": {"field": "theme", "type": "nominal", "title": None},
                "x": {"field": "spent", "type": "quantitative", "title": "k€"},
            },
        },
        "spending",
    )


def report(language: Language = "nl") -> Document:
    """The whole document."""
    say = {"nl": 0, "en": 1}[language]
    tables = (indicators(language), spending(language), by_unit(language))
    found = [figure for table in tables for figure in table.figures() if figure.figure_id]
    return Document(
        language,
        ("Voortgang kwaliteitsafspraken", "Progress of the quality agreements")[say],
        "Hogeschool Noord",
        ((("Verslagjaar", "Reporting year")[say], "2020"), (("Stand", "State")[say], ("concept", "draft")[say])),
        (
            Section(
                "results",
                ("Resultaten", "Results")[say],
                (Paragraph(("Dit is een concept.", "This is a draft.")[say], "notice"), tables[0]),
                (
                    Section(
                        "remarks", ("Toelichting", "Remarks")[say], (Paragraph(f"Emoji \U0001f600 en 漢 en {HOSTILE}"),)
                    ),
                ),
            ),
            Section("money", ("Geld", "Money")[say], (tables[1], chart(language), tables[2])),
            Section("terms", ("Begrippen", "Terms")[say], (Terms((("fte", "1,0"), (HOSTILE, "-2+3"))),)),
        ),
        {f.figure_id: Provenance(f.figure_id, f.text, ("Regel een.", HOSTILE)) for f in found if f.figure_id},
    )
