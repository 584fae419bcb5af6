"""Table 2: the spending per theme, with budget, realised, difference and shares; a table per year."""

from __future__ import annotations

from collections.abc import Sequence

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.contents.charts import spending_chart
from kwaliteitsmonitor.releases.report.contents.showing import Notes, amounts, fraction, money, points, shares
from kwaliteitsmonitor.releases.report.document.model import Block, Column, Section, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading


def spending(reading: Reading) -> Section | None:
    """The section on spending per theme, newest year first, or `None` if the release has no figure of it."""
    rows = reading.rows("spending_overview")
    years = sorted({row["reporting_year"] for row in rows}, reverse=True)
    shown = [year for year in years if year >= reading.cycle.spending_year - 1]
    if not shown:
        return None
    blocks: list[Block] = []
    for year in shown:
        of_year = [row for row in rows if row["reporting_year"] == year]
        table = _table_2(reading, of_year, year)
        chart = spending_chart(reading, table, year) if year == shown[0] else None
        blocks.extend([table, chart] if chart is not None else [table])
    theme = reading.house.theme
    return Section("spending", reading.say(f"Besteding per {theme}", f"Spending per {theme}"), tuple(blocks))


def _table_2(reading: Reading, rows: Sequence[Row], year: int) -> Table:
    notes = Notes()
    lines = tuple(
        Line(
            (
                reading.theme(row["theme"]) if row["theme"] else reading.say("Totaal", "Total"),
                money(
                    reading,
                    row,
                    "budget",
                    notes.keys([*reading.halves(row["note"]), *_printed(reading, row, "budget")]),
                ),
                money(reading, row, "realised", notes.keys(_printed(reading, row, "realised"))),
                money(reading, row, "difference", notes.keys(_printed(reading, row, "difference"))),
                fraction(reading, row, "difference_pct", notes=notes.keys(_printed(reading, row, "difference_pct"))),
                fraction(reading, row, "realised_pct_of_budget"),
                fraction(reading, row, "share_of_budget"),
                fraction(reading, row, "share_of_realised"),
                points(reading, row, "share_shift_pp"),
            ),
            "body" if row["theme"] else "total",
        )
        for row in rows
    )
    theme, settled = reading.house.theme, f"{reading.house.round} {rows[0]['round']}"
    caption = reading.say(
        f"Besteding per {theme} in {year} ({settled})",
        f"Spending per {theme} in {year} ({settled})",
    )
    return Table(f"table-spending-{year}", caption, _columns(reading), lines, notes.by_key)


def _columns(reading: Reading) -> tuple[Column, ...]:
    say = reading.say
    return (
        Column("theme", heading(reading.house.theme)),
        amounts(reading, "budget", say("Begroot", "Budget")),
        amounts(reading, "realised", say("Gerealiseerd", "Realised")),
        amounts(reading, "difference", say("Verschil", "Difference"), "{realised} - {budget}"),
        shares("difference_pct", say("Verschil t.o.v. begroot", "Difference vs budget"), _PCT),
        shares("realised_pct_of_budget", say("Gerealiseerd t.o.v. begroot", "Realised vs budget"), _OF_BUDGET),
        shares("share_of_budget", say("Aandeel in begroot", "Share of budget"), "{budget} / {budget:total}"),
        shares(
            "share_of_realised", say("Aandeel in gerealiseerd", "Share of realised"), "{realised} / {realised:total}"
        ),
        Column(
            "share_shift_pp",
            say("Verschuiving van aandeel", "Shift of share"),
            figures=True,
            measure=say("procentpunt", "percentage points"),
            formula="({share_of_realised} - {share_of_budget}) * 100",
        ),
    )


_PCT = "{difference} / {budget}"
_OF_BUDGET = "{realised} / {budget}"


def _printed(reading: Reading, row: Row, part: str) -> list[str]:
    """What an earlier report printed otherwise."""
    misprints = reading.misprints("spending", row["reporting_year"], row["theme"], part)
    return [note.in_language(reading.language) for note in misprints]
